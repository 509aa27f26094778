//! English: statistics.

import { figuresOf } from '../figures';

const n = figuresOf('en-GB');
const by: Record<'judge' | 'point' | 'case_type' | 'court', string> = { judge: 'Presiding judge', point: 'Point', case_type: 'Case type', court: 'Court' };
const causes: Record<'continuity' | 'pressed' | 'record' | 'media' | 'restart', string> = { continuity: 'A point lost sight or sound', pressed: 'The court held the session', record: 'Fault of recording or ledger', media: 'Media server', restart: 'Server stopped, restarted' };

export const statistics = {
  title: 'Statistics',
  period: 'Period',
  from: 'From',
  to: 'To',
  show: 'Show',
  by,
  byLabel: 'Added up by',
  csv: 'Table (CSV)',
  print: 'Print',
  source: 'From the ledgers of hearings that are over; nobody enters anything.',
  hearings: 'Hearings',
  online: 'Online',
  across: 'Across provinces',
  unknown: (count: number) => `Not known of ${n(count)} online hearings: not every point has its province.`,
  sittings: 'Sittings',
  inSession: 'Hours in session',
  interruptions: 'Interruptions',
  lost: 'Minutes lost',
  hearingsBy: (what: string) => `Hearings by ${what.toLowerCase()}`,
  lostBy: (what: string) => `Minutes lost by ${what.toLowerCase()}`,
  causes,
  causesTitle: 'Why it was interrupted',
  cause: 'Cause',
  times: 'Times',
  full: 'Dark part: online hearings. Whole bar: all hearings.',
  quota: (count: number) => `Mark: ${n(count)} online hearings a year are to be held.`,
  ofPoint: 'Of a point: times that it did not hear, did not see or was not heard.',
  total: 'Total',
  none: 'No hearing in this period',
  noneHow: 'A hearing is counted when it is over and its record is sealed. Choose another period.',
  wrongOrder: 'The last day is before the first.',
};
