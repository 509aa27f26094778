//! What is known of each person's sound in the record: who may speak, whether it is written, and how far it was read back.

import type { HeardTrack, SeatId, SeatView, TrackId, View } from '../protocol/generated/signal';
import { placeOf } from './known';
import { isObserver, isOfficer } from './layout';
import type { Recorder } from './recording';

/** What somebody has to see to. */
export const AMBER = ['missing', 'silent', 'clipped', 'late', 'unheard'] as const;
export type Amber = (typeof AMBER)[number];

export function isAmber(verdict: Verdict): verdict is Amber {
  return (AMBER as readonly Verdict[]).includes(verdict);
}

/** Nothing was heard of an open microphone for so long, in ms: it may be the wrong one. */
export const SILENT = 60_000;

export type Verdict =
  /** Cannot be written now, or is not in the files. */
  | 'missing'
  /** As it sounds in the files. */
  | 'good' | 'clipped'
  /** Nobody has listened to the files for longer than usual, or nobody can. */
  | 'late' | 'unheard'
  /** Sound came within the last minute, and is written. */
  | 'heard'
  /** The microphone is open and nothing comes, for less than a minute; for longer, or nothing but silence is in the files. */
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
  /** The last picture in the files that was decoded, UTC ms. */
  readonly pictureAt: number | null;
  /** The voice that can be listened to in the record; `null`: nothing of it is being recorded. */
  readonly voice: TrackId | null;
}

export interface Hearing {
  readonly levels: readonly SeatId[];
  readonly heardAt: ReadonlyMap<SeatId, number>;
  /** Since when this screen would know, UTC ms. */
  readonly since: number;
}

function verdictOf(view: View, seat: SeatView, faulty: boolean, inFiles: HeardTrack | undefined, heardAt: number | null, told: number, now: number): Verdict {
  const { session } = view;
  if (session.state !== 'in_session') return 'rests';
  if (placeOf(seat, session) !== 'here') return 'away';
  if (!seat.devices.includes('microphone') && !seat.devices.includes('interpretation')) return 'no_microphone';
  if (faulty) return 'missing';
  if (seat.muted || !seat.microphone_open || !seat.may_speak) return 'off';
  if (!session.recording) return 'unrecorded';
  // What lies in the files says more than what came here.
  if (inFiles && inFiles.level !== 'awaited') return inFiles.level;
  if (heardAt !== null && now - heardAt <= SILENT) return 'heard';
  return now - Math.max(told, session.in_session_since_ms ?? now) > SILENT ? 'silent' : 'quiet';
}

/** Of a seat with two voices the one that is worse off is told. */
const WORST: readonly HeardTrack['level'][] = ['missing', 'silent', 'unheard', 'late', 'clipped', 'good', 'awaited'];
const SOUND = ['microphone', 'interpretation'] as const;
const CAMERAS = ['camera1', 'camera2', 'camera3', 'camera4'] as const;
const track = (seat: SeatId, device: string): string => `${String(seat).padStart(2, '0')}-${device}`;

/** A row for each place that may ever speak, in the hearing's order. */
export function recordTable(view: View, recorder: Recorder | null, { levels, heardAt, since }: Hearing, now: number): RecordRow[] {
  const everybody = [view.me, ...view.seats].sort((a, b) => a.seat - b.seat);
  const all = recorder?.fault === true && recorder.faulty.length === 0;
  return everybody.filter((seat) => !isObserver(seat) && !isOfficer(seat)).map((seat) => {
    const speaks = levels.includes(seat.seat);
    const heard = speaks ? now : heardAt.get(seat.seat) ?? null;
    const files = (devices: readonly string[]): HeardTrack[] => devices.flatMap((device) => recorder?.heard.filter((one) => one.track === track(seat.seat, device)) ?? []);
    const faulty = all || SOUND.some((device) => recorder?.faulty.includes(track(seat.seat, device)));
    const sent = SOUND.some((device) => seat.devices.includes(device));
    const [inFiles] = files(SOUND).sort((a, b) => WORST.indexOf(a.level) - WORST.indexOf(b.level));
    const readBack = faulty || !sent ? null : inFiles ? inFiles.up_to_ms : recorder?.read_back_ms ?? null;
    const pictureAt = files(CAMERAS).reduce<number | null>((last, { picture_ms }) => (picture_ms === null ? last : Math.max(last ?? 0, picture_ms)), null);
    return { seat, verdict: verdictOf(view, seat, faulty, inFiles, heard, since, now), readBack, heardAt: heard, speaks, pictureAt, voice: inFiles?.track ?? null };
  });
}
