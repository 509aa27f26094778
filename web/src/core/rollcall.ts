//! Who has come and who they are, as the desk lists it and an officer reports it; and at which cameras somebody must say
//! who speaks.

import type { Command, FindingView, IdentityMethod, PersonId, PersonView, SeatView, View } from '../protocol/generated/signal';
import { seatIn } from './view';

export interface Called {
  readonly id: PersonId;
  readonly person: PersonView;
  readonly seat: SeatView;
}

/** Everybody on the file whom the viewer may report on, in the hearing's fixed order. Observers are not called. */
export function rollCall(view: View): Called[] {
  const seats = [view.me, ...view.seats].sort((a, b) => a.seat - b.seat);
  return seats.flatMap((seat) => seat.people.flatMap((person) => (person.id === null || person.role === 'observer' ? [] : [{ id: person.id, person, seat }])));
}

export interface Count {
  readonly present: number;
  readonly absent: number;
  /** Not reported yet. */
  readonly open: number;
}

export function count(people: readonly PersonView[]): Count {
  const of = (found: boolean | null): number => people.filter((person) => person.present === found).length;
  return { present: of(true), absent: of(false), open: of(null) };
}

/** What an officer chose, where it is not what was reported already. */
export function reports(charges: readonly PersonView[], chosen: ReadonlyMap<PersonId, boolean>): Command[] {
  return charges.flatMap((person) => {
    const present = person.id === null ? undefined : chosen.get(person.id);
    return person.id === null || present === undefined || present === person.present ? [] : [{ type: 'report_presence' as const, person: person.id, present, note: null }];
  });
}

/** Whose papers an officer checks: everybody at the point but those who report. */
export function checked(charges: readonly PersonView[]): PersonView[] {
  return charges.filter((person) => person.id !== null && person.role !== 'point_officer');
}

/** Whom to check next after `at`: the first without a result, going round; the one after if all have one. */
export function nextToCheck(people: readonly PersonView[], at: number): number {
  if (people.length === 0) return 0;
  const round = people.map((_, n) => (at + 1 + n) % people.length);
  return round.find((n) => people[n]?.identity === null && n !== at) ?? (at + 1) % people.length;
}

/** The camera of an officer's own point that shows several people. */
export function sharedSeat(view: View): SeatView | null {
  return view.seats.find((seat) => seat.point !== null && seat.point === view.me.point && seat.people.filter((person) => person.id !== null).length > 1) ?? null;
}

/** Who reported something of a person, and when (UTC ms); `null` where nobody did, or the viewer is not told. */
export interface Finding {
  readonly by: SeatView | null;
  readonly at: number;
}

export function findings(view: View, person: PersonId): { presence: Finding | null; identity: Finding | null; method: IdentityMethod | null } {
  const report = view.reports.find((one) => one.person === person);
  const of = (finding: FindingView | null | undefined): Finding | null => (finding ? { by: finding.by === null ? null : seatIn(view, finding.by) ?? null, at: finding.at_ms } : null);
  return { presence: of(report?.presence), identity: of(report?.identity), method: report?.method ?? null };
}
