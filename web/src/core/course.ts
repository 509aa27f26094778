//! Where a session stands in its procedure, as screens show it: phases, what is read, who asks to speak, who may.

import type { HandView, Phase, PhaseId, Procedure, Prompt, SeatId, SeatView, View } from '../protocol/generated/signal';
import { isObserver } from './layout';

export interface Step {
  readonly phase: Phase;
  /** Counted from 1. */
  readonly nth: number;
  readonly at: 'past' | 'present' | 'to_come';
}

/** The phases in their order. One that comes again, and one that was passed over, is not past. */
export function steps(view: View): Step[] {
  const { phases } = view.procedure;
  const { phase: present, past_phases: past } = view.session;
  const here = phases.findIndex((phase) => phase.id === present);
  return phases.map((phase, n) => ({ phase, nth: n + 1, at: n === here ? 'present' : n < here && past.includes(phase.id) ? 'past' : 'to_come' }));
}

export function presentPhase(view: View): Phase | null {
  return view.procedure.phases.find((phase) => phase.id === view.session.phase) ?? null;
}

/** The phases that may follow one, the next in order first. */
export function following({ phases }: Procedure, id: PhaseId): Phase[] {
  const at = phases.findIndex((phase) => phase.id === id);
  const phase = phases[at];
  if (!phase) return [];
  const next = phase.ends ? undefined : phases[at + 1];
  const also = phase.also.flatMap((other) => phases.filter((one) => one.id === other && one.id !== next?.id));
  return [...(next ? [next] : []), ...also];
}

export interface Told {
  readonly prompt: Prompt;
  /** UTC ms; `null`: not yet. */
  readonly read: number | null;
}

/** What is read in the present phase. */
export function prompts(view: View): Told[] {
  const at = new Map(view.session.prompts_read.map((one) => [one.prompt, one.at_ms]));
  return (presentPhase(view)?.prompts ?? []).map((prompt) => ({ prompt, read: at.get(prompt.id) ?? null }));
}

/** What must be read before the phase ends, and was not. */
export function owed(view: View): Prompt[] {
  return prompts(view).filter(({ prompt, read }) => prompt.required && read === null).map(({ prompt }) => prompt);
}

/** Why an open microphone of the viewer's own is not heard in session, if so. */
export function silenced(view: View): 'deliberation' | 'phase' | null {
  const phase = presentPhase(view);
  if (view.session.state !== 'in_session' || view.me.room !== 'courtroom' || view.rooms.mine || !phase || isObserver(view.me)) return null;
  if (phase.deliberation) return 'deliberation';
  return view.me.may_speak ? null : 'phase';
}

/** Whether the sound of another's open microphone is cut in this phase. Of whom something is withheld, that is not told. */
export function cutInPhase(view: View, seat: SeatView): boolean {
  return view.session.state === 'in_session' && presentPhase(view) !== null && !seat.may_speak && !seat.withheld;
}

/** Those who ask to speak: the first of whom nobody has said *later*, and the others in their order. */
export function asking(hands: readonly HandView[], later: ReadonlySet<SeatId>): { first: HandView | null; rest: HandView[] } {
  const first = hands.find((hand) => !later.has(hand.seat)) ?? null;
  return { first, rest: hands.filter((hand) => hand !== first) };
}

/** Whose sound it has been, and since when: UTC ms. */
export interface Speaking {
  readonly seat: SeatId;
  readonly since: number;
  /** When they were heard last. */
  readonly heard: number;
}

/** How long somebody who is silent still speaks, in ms: between two sentences. */
const BREATH = 4000;

/** Who speaks, after somebody (or nobody) is the loudest at `now`. */
export function spoken(before: Speaking | null, loudest: SeatId | undefined, now: number): Speaking | null {
  const goes = before !== null && now - before.heard <= BREATH;
  if (loudest === undefined) return goes ? before : null;
  return goes && before.seat === loudest ? { ...before, heard: now } : { seat: loudest, since: now, heard: now };
}

/** Seats of the court, whom *mute everyone* does not mean; nor those who only watch. */
function isCourts(seat: SeatView): boolean {
  const court = seat.people.some(({ role }) => role === 'presiding_judge' || role === 'panel_member' || role === 'clerk');
  return court || (seat.point_kind === 'central' && seat.people.length === 0);
}

/** Those whom *mute everyone* means. */
export function mutable(view: View): SeatView[] {
  return view.seats.filter((seat) => !isObserver(seat) && seat.point_kind !== 'observer' && !isCourts(seat));
}

/** Who waits to be called in: to be answered now, and those who wait as long as it takes, witnesses and whom the court removed. */
export function called(view: View): { now: SeatView[]; waits: SeatView[] } {
  const outside = (seat: SeatView): boolean => (seat.room !== 'courtroom' && seat.connected) || seat.removed || seat.second_use;
  const all = view.seats.filter(outside).sort((a, b) => Number(isObserver(a)) - Number(isObserver(b)));
  const patient = (seat: SeatView): boolean => !seat.second_use && (seat.removed || seat.room === 'witness_waiting');
  return { now: all.filter((seat) => !patient(seat)), waits: all.filter(patient) };
}

/** Witnesses in the courtroom, who may be sent out of it. */
export function dismissable(view: View): SeatView[] {
  return view.seats.filter((seat) => seat.room === 'courtroom' && seat.people.length > 0 && seat.people.every(({ role }) => role === 'witness'));
}
