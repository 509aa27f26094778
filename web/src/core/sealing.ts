//! Whether the record of a closed hearing is sealed, from what the records say.

import type { HearingId } from '../protocol/generated/signal';
import type { RecordSummary } from './api';

export type Sealing =
  | { readonly at: 'running' | 'slow' }
  | { readonly at: 'failed'; readonly why: string }
  | { readonly at: 'sealed'; readonly utcMs: number };

/** A sealing that is not done after so long is said not to be. The server's log has the reason. */
export const SLOW_MINUTES = 2;

/** `fault`: why the last try failed, if it did. `waited`: ms since the close was seen. The last sitting counts: those before it were sealed at their own close. */
export function sealing(records: readonly Pick<RecordSummary, 'hearing' | 'sitting' | 'sealed'>[], hearing: HearingId, fault: string | null, waited: number): Sealing {
  const [last] = records.filter((record) => record.hearing === hearing).sort((a, b) => b.sitting - a.sitting);
  if (last?.sealed) return { at: 'sealed', utcMs: Date.parse(last.sealed) };
  if (fault !== null) return { at: 'failed', why: fault };
  return { at: waited > SLOW_MINUTES * 60_000 ? 'slow' : 'running' };
}
