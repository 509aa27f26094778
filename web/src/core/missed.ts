//! What this seat missed in session while its line was broken: in words, and from the record as far as the judge allows it.

import type { HearingId, MissedView, PhaseId, Role, SignalView, View } from '../protocol/generated/signal';
import { ApiError, UNREADABLE, type Timeline } from './api';
import { call } from './exhibits';
import type { FetchRange } from './player/source';

export interface Speaker {
  readonly name: string | null;
  readonly role: Role | null;
  readonly point: string | null;
  readonly seconds: number;
}

export interface Absence {
  /** UTC ms. */
  readonly from_ms: number;
  readonly to_ms: number;
  readonly leave: boolean;
  readonly phases: readonly PhaseId[];
  readonly speakers: readonly Speaker[];
}

export interface Absences {
  readonly spans: readonly Absence[];
  /** What may be seen of it. */
  readonly timeline: Timeline | null;
}

const of = (hearing: HearingId, rest = ''): string => `${encodeURIComponent(hearing)}/missed${rest}`;

export async function absences(hearing: HearingId, token: string): Promise<Absences> {
  const answer = await call(of(hearing), token, {});
  const found = (await answer.json().catch(() => null)) as Absences | null;
  if (found === null) throw new ApiError({ code: UNREADABLE, status: answer.status, title: '', detail: '', params: {} });
  return found;
}

/** `token`: read anew for each range, since it changes with each connection. */
export function rangesOf(hearing: HearingId, token: () => string): FetchRange {
  return async (file, from, to, signal) => {
    const answer = await call(of(hearing, `/media/${encodeURIComponent(file)}`), token(), { headers: { Range: `bytes=${String(from)}-${String(to - 1)}` }, signal });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return answer.status === 206 ? bytes : bytes.slice(from, to);
  };
}

/** How long in all, in ms. */
export function lost(spans: readonly Pick<MissedView, 'from_ms' | 'to_ms'>[]): number {
  return spans.reduce((sum, span) => sum + span.to_ms - span.from_ms, 0);
}

/** What nobody has pressed away yet on this screen: `read` is the end of the last span that was. */
export function unread(view: View, read: number): readonly MissedView[] {
  return view.me.missed.filter((span) => span.to_ms > read);
}

/** How long a room's screen, on which nothing is pressed away, offers to ask and to see. */
const OFFERED_MS = 600_000;

/** Whether a room's screen offers it at the server's time `now`. */
export function offered(view: View, now: number): boolean {
  const answers = view.signals.filter((signal) => signal.seat === view.me.seat && signal.kind === 'see_missed').map((signal) => signal.answer?.at_ms ?? now);
  const since = Math.max(0, ...view.me.missed.map((span) => span.to_ms), ...answers);
  return view.me.missed.length > 0 && now - since < OFFERED_MS;
}

export type Replay = 'ask' | 'asked' | 'allowed' | 'refused';

/** Where asking to see it stands; `refused` as long as nothing was missed after the answer. */
export function replayOf(view: View): { at: Replay; signal: SignalView | null } {
  const mine = view.signals.filter((signal) => signal.seat === view.me.seat && signal.kind === 'see_missed');
  const open = mine.find((signal) => signal.answer === null);
  if (open) return { at: 'asked', signal: open };
  if (view.me.missed.length > 0 && view.me.missed.every((span) => span.leave)) return { at: 'allowed', signal: null };
  const last = mine.at(-1);
  const since = Math.max(0, ...view.me.missed.map((span) => span.to_ms));
  return last?.answer?.answer === 'not_now' && last.answer.at_ms >= since ? { at: 'refused', signal: last } : { at: 'ask', signal: null };
}
