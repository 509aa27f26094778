//! Whether the record of a closed hearing is sealed, from what the records say.

import type { HearingId } from '../protocol/generated/signal';
import type { RecordSummary } from './api';

export type Sealing =
  | { readonly at: 'running' | 'slow' }
  | { readonly at: 'failed' | 'unlisted'; readonly why: string }
  | { readonly at: 'sealed'; readonly utcMs: number };

/** A sealing that is not done after so long is said not to be. The server's log has the reason. */
export const SLOW_MINUTES = 2;

/** Why the last try failed, if it did: to seal, or to enter what is sealed among the records. */
export interface Faults {
  readonly seal_fault: string | null;
  readonly shelf_fault: string | null;
}

/** `waited`: ms since the close was seen. The last sitting counts: those before it were sealed at their own close. */
export function sealing(records: readonly Pick<RecordSummary, 'hearing' | 'sitting' | 'sealed'>[], hearing: HearingId, faults: Faults, waited: number): Sealing {
  const [last] = records.filter((record) => record.hearing === hearing).sort((a, b) => b.sitting - a.sitting);
  if (last?.sealed) return { at: 'sealed', utcMs: Date.parse(last.sealed) };
  if (faults.seal_fault !== null) return { at: 'failed', why: faults.seal_fault };
  if (faults.shelf_fault !== null) return { at: 'unlisted', why: faults.shelf_fault };
  return { at: waited > SLOW_MINUTES * 60_000 ? 'slow' : 'running' };
}
