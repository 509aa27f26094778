//! What is known of each person's sound in the record: who may speak, whether it is written, and how far it was read back.

import type { SeatId, SeatView, View } from '../protocol/generated/signal';
import { placeOf } from './known';
import { isObserver, isOfficer } from './layout';
import type { Recorder } from './recording';

/** Nothing was heard of an open microphone for so long, in ms: it may be the wrong one. */
export const SILENT = 60_000;

export type Verdict =
  /** Cannot be written now. */
  | 'missing'
  /** Sound came within the last minute, and is written. */
  | 'heard'
  /** The microphone is open and nothing comes, for less than a minute and for longer. */
  | 'quiet' | 'silent'
  | 'off' | 'no_microphone' | 'away' | 'unrecorded' | 'rests';

export interface RecordRow {
  readonly seat: SeatView;
  readonly verdict: Verdict;
  /** UTC ms; `null`: not read back, or nobody says. */
  readonly readBack: number | null;
  /** UTC ms; `null`: not heard on this screen yet. */
  readonly heardAt: number | null;
  readonly speaks: boolean;
}

export interface Hearing {
  readonly levels: readonly SeatId[];
  readonly heardAt: ReadonlyMap<SeatId, number>;
  /** Since when this screen would know, UTC ms. */
  readonly since: number;
}

function verdictOf(view: View, seat: SeatView, faulty: boolean, heardAt: number | null, told: number, now: number): Verdict {
  const { session } = view;
  if (session.state !== 'in_session') return 'rests';
  if (placeOf(seat, session) !== 'here') return 'away';
  if (!seat.devices.includes('microphone') && !seat.devices.includes('interpretation')) return 'no_microphone';
  if (faulty) return 'missing';
  if (seat.muted || !seat.microphone_open || !seat.may_speak) return 'off';
  if (!session.recording) return 'unrecorded';
  if (heardAt !== null && now - heardAt <= SILENT) return 'heard';
  return now - Math.max(told, session.in_session_since_ms ?? now) > SILENT ? 'silent' : 'quiet';
}

/** A row for each place that may ever speak, in the hearing's order. */
export function recordTable(view: View, recorder: Recorder | null, { levels, heardAt, since }: Hearing, now: number): RecordRow[] {
  const everybody = [view.me, ...view.seats].sort((a, b) => a.seat - b.seat);
  const all = recorder?.fault === true && recorder.faulty.length === 0;
  return everybody.filter((seat) => !isObserver(seat) && !isOfficer(seat)).map((seat) => {
    const speaks = levels.includes(seat.seat);
    const heard = speaks ? now : heardAt.get(seat.seat) ?? null;
    const sound = ['microphone', 'interpretation'].map((device) => `${String(seat.seat).padStart(2, '0')}-${device}`);
    const faulty = all || sound.some((track) => recorder?.faulty.includes(track));
    const sent = seat.devices.includes('microphone') || seat.devices.includes('interpretation');
    const readBack = faulty || !sent ? null : recorder?.read_back_ms ?? null;
    return { seat, verdict: verdictOf(view, seat, faulty, heard, since, now), readBack, heardAt: heard, speaks };
  });
}
