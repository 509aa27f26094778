//! What people said to the court by a button, as screens show it: what waits, whose it is, and what a button says of itself.

import type { PersonView, SeatView, SignalKind, SignalView, View } from '../protocol/generated/signal';
import { seatIn } from './view';

/** How long a button says what was answered, in ms. */
export const ANSWER_SHOWN = 12_000;

/** The order in which they are answered: who cannot follow comes first. */
const ORDER: readonly SignalKind[] = ['cannot_hear', 'cannot_see', 'want_lawyer', 'see_missed', 'hear_again', 'call_officer'];

/** Whether somebody must act now; the others only ask. */
export function isUrgent(kind: SignalKind): boolean {
  return ORDER.indexOf(kind) < 3;
}

export function openSignals(view: View): SignalView[] {
  const weight = (signal: SignalView): number => ORDER.indexOf(signal.kind);
  return view.signals.filter((signal) => signal.answer === null).sort((a, b) => weight(a) - weight(b) || a.since_ms - b.since_ms || a.id - b.id);
}

/** Answered ones, the last first. */
export function answeredSignals(view: View): SignalView[] {
  const at = (signal: SignalView): number => signal.answer?.at_ms ?? 0;
  return view.signals.filter((signal) => signal.answer !== null).sort((a, b) => at(b) - at(a) || b.id - a.id);
}

/** How long a signal has waited, or waited until it was answered, in ms. */
export function waited(signal: SignalView, now: number): number {
  return Math.max(0, (signal.answer?.at_ms ?? now) - signal.since_ms);
}

/** Whose a signal is; `person` is `null` until somebody has said who of several. */
export function senderOf(view: View, signal: SignalView): { person: PersonView | null; seat: SeatView | null } {
  const seat = seatIn(view, signal.seat) ?? null;
  const known = [...(seat?.people ?? []), ...view.charges];
  return { seat, person: signal.person === null ? null : known.find((person) => person.id === signal.person) ?? null };
}

type Named = PersonView & { readonly id: string };

const hasId = (person: PersonView): person is Named => person.id !== null;

/** Those of whom a signal may be. An officer who waits outside does not see the seat, but knows who is at the point. */
export function nameable(view: View, signal: SignalView): Named[] {
  return (seatIn(view, signal.seat)?.people ?? view.charges).filter(hasId);
}

/** What waits from one person at a seat; with `null`, what nobody there has been named for. */
export function raisedBy(view: View, seat: SeatView, person: PersonView | null): SignalView[] {
  const whose = (signal: SignalView): boolean => (person === null ? signal.person === null : signal.person !== null && signal.person === person.id);
  return openSignals(view).filter((signal) => signal.seat === seat.seat && whose(signal));
}

export type Press =
  | { readonly at: 'idle' }
  /** Waits for an answer; several if several people pressed. */
  | { readonly at: 'sent'; readonly signals: readonly SignalView[] }
  /** Was answered a moment ago. */
  | { readonly at: 'answered'; readonly signal: SignalView };

/** What a button of this screen says of itself at the server's time `now`. */
export function pressOf(view: View, kind: SignalKind, now: number): Press {
  const mine = (signal: SignalView): boolean => signal.seat === view.me.seat && signal.kind === kind;
  const open = openSignals(view).filter(mine);
  if (open.length > 0) return { at: 'sent', signals: open };
  const [last] = answeredSignals(view).filter(mine);
  return last?.answer && now - last.answer.at_ms < ANSWER_SHOWN ? { at: 'answered', signal: last } : { at: 'idle' };
}

/** Those of this screen's people who have not said this yet. */
export function others(view: View, kind: SignalKind): Named[] {
  const said = new Set(openSignals(view).filter((signal) => signal.seat === view.me.seat && signal.kind === kind).map((signal) => signal.person));
  return view.me.people.filter(hasId).filter((person) => !said.has(person.id));
}
