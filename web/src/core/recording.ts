//! What may be said of the recording now, for every state of a session.

import type { ServerMessage, View } from '../protocol/generated/signal';

/**
 * What the court's screens are told of the recorder; nobody else is told. `read_back_ms` is of what was in session under
 * this run of the server: after a crash, and before anything is read back, there is none.
 */
export type Recorder = Extract<ServerMessage, { type: 'recorder' }>;

/** Read-back older than this, in ms, is late while recording. */
export const LATE = 15_000;

export type RecordSay =
  | 'unknown' | 'fault' | 'faultSince' | 'notYet' | 'unrecorded' | 'recording' | 'starting' | 'readBack' | 'late'
  | 'stopped' | 'resting' | 'closed';

/** `at`: the time that belongs to it, UTC ms. */
export interface RecordNow {
  readonly say: RecordSay;
  readonly at: number | null;
}

function saidInSession({ session }: View, recorder: Recorder | null, now: number): RecordNow {
  if (!session.recording) return { say: 'unrecorded', at: null };
  if (!recorder) return { say: 'recording', at: null };
  const at = recorder.read_back_ms;
  // What does not come after a while is no beginning.
  const since = session.in_session_since_ms;
  if (at === null) return since !== null && now - since > LATE ? { say: 'late', at: since } : { say: 'starting', at };
  // After a pause the last read-back is of before it: what is to be read back began at the resumption.
  const awaited = Math.max(at, session.in_session_since_ms ?? at);
  return { say: now - awaited > LATE ? 'late' : 'readBack', at };
}

/** `lost`: since when, UTC ms, this screen is told nothing; `null` while its view is true. */
export function recordNow(view: View, recorder: Recorder | null, now: number, lost: number | null): RecordNow {
  const { session } = view;
  if (lost !== null) return { say: 'unknown', at: lost };
  const at = recorder?.read_back_ms ?? null;
  if (recorder?.fault) return { say: at === null ? 'fault' : 'faultSince', at };
  if (session.state === 'in_session') return saidInSession(view, recorder, now);
  const begun = session.in_session_since_ms !== null || session.in_session_before_ms > 0;
  if (begun && at !== null) return { say: 'stopped', at };
  // A server that was started anew after the last session has read nothing back: that says nothing against the record.
  if (session.state === 'closed') return { say: 'closed', at: session.closed_ms };
  return { say: begun ? 'resting' : 'notYet', at: null };
}
