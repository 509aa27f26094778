//! `/case/<case number>/<record>/<hh:mm:ss>`: a link to a moment of a hearing that outlives addresses of pages. It names what
//! stands on paper: the case's number and the time on the wall; between them, which hearing and sitting.

import type { RecordSummary } from '../api';

/** `clock`: hh:mm:ss in the court's zone. */
export function caseLink(caseNumber: string, record: string, clock: string): string {
  return `/case/${encodeURIComponent(caseNumber)}/${encodeURIComponent(record)}/${clock}`;
}

/** A shorter beginning of a hearing's id may be that of several. */
const LEAST = 8;

/** Whether `named` is this record: the beginning of its id, or the number of its sitting. */
function isNamed(record: RecordSummary, named: string): boolean {
  const wanted = named.toLowerCase();
  if (/^\d{1,3}$/.test(wanted)) return Number(wanted) === record.sitting;
  return wanted.length >= LEAST && record.id.toLowerCase().startsWith(wanted);
}

const plain = (text: string): string => text.trim().toLowerCase().normalize('NFC');

/** Which of these records a link can mean, the latest first. A hearing's own id is enough, whatever the case is called now. */
export function meant(records: readonly RecordSummary[], caseNumber: string, named: string): readonly RecordSummary[] {
  const latest = (some: readonly RecordSummary[]): readonly RecordSummary[] => [...some].sort((a, b) => b.from.localeCompare(a.from));
  const exact = records.filter(({ id, hearing }) => [id, hearing].some((one) => one.toLowerCase() === named.toLowerCase()));
  if (exact.length > 0) return latest(exact);
  const ofCase = records.filter((record) => plain(record.case) === plain(caseNumber));
  return latest(ofCase.filter((record) => isNamed(record, named)));
}

/** hh:mm:ss as an RFC 3339 text with the court's offset has it. */
const wall = (stamp: string): string => stamp.slice(11, 19);

/** Of several sittings, those in which the clock showed this, or else all. A sitting past midnight is asked for both days. */
export function around(records: readonly RecordSummary[], clock: string): readonly RecordSummary[] {
  const inside = records.filter(({ from, to }) => {
    const sameDay = from.slice(0, 10) === to.slice(0, 10);
    return sameDay ? wall(from) <= clock && clock <= wall(to) : clock >= wall(from) || clock <= wall(to);
  });
  return inside.length > 0 ? inside : records;
}
