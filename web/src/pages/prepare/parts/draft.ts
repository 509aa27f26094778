//! A plan while it is written: text as typed, checked before it is sent.

import type { DraftPerson, Hearing, HearingDraft } from '../../../core/api';
import { dayOf, instant, timeOf } from '../../../core/zone';
import type { PersonId, PointId, Role } from '../../../protocol/generated/signal';

export interface PersonForm {
  /** Tells rows apart while they have no id. */
  readonly key: number;
  readonly id?: PersonId;
  readonly name: string;
  readonly role: Role;
  /** Empty: a place of their own. */
  readonly point: PointId | '';
  readonly ownScreen: boolean;
  readonly account: string;
  /** Kept as it is: with whom they may speak in private. */
  readonly with?: readonly PersonId[];
}

export interface PlanForm {
  readonly case: string;
  readonly title: string;
  readonly procedure: string;
  readonly date: string;
  readonly time: string;
  readonly points: readonly PointId[];
  readonly people: readonly PersonForm[];
}

/** What is wrong with a field, by the path by which the server names it: `case`, `people[2].name`. */
export type Errors = Readonly<Record<string, 'missing' | 'wrong'>>;

export function emptyForm(procedure: string, today: string): PlanForm {
  return {
    case: '',
    title: '',
    procedure,
    date: today,
    time: '08:00',
    points: [],
    people: [person(0, 'presiding_judge'), person(1, 'clerk')],
  };
}

export function person(key: number, role: Role): PersonForm {
  return { key, name: '', role, point: '', ownScreen: true, account: '' };
}

export function formOf(hearing: Hearing): PlanForm {
  const starts = Date.parse(hearing.starts);
  const { zone } = hearing.court;
  return {
    case: hearing.case,
    title: hearing.title,
    procedure: hearing.procedure,
    date: dayOf(starts, zone),
    time: timeOf(starts, zone),
    points: hearing.points.map((point) => point.id),
    people: hearing.people.map((one, key) => ({
      key, id: one.id, name: one.name, role: one.role, point: one.point ?? '', ownScreen: one.own_screen, account: one.account ?? '', ...(one.with?.length ? { with: one.with } : {}),
    })),
  };
}

/** Points that are no longer chosen free the people who sat there. */
export function withPoints(form: PlanForm, points: readonly PointId[]): PlanForm {
  const people = form.people.map((one) => (one.point === '' || points.includes(one.point) ? one : { ...one, point: '' as const, ownScreen: true }));
  return { ...form, points, people };
}

/** Who has neither a point nor a screen could not take part. */
export function needsScreen(one: PersonForm): boolean {
  return one.point === '';
}

/** The draft to send, or what is missing. */
export function draftOf(form: PlanForm, zone: string): { draft: HearingDraft } | { errors: Errors } {
  const errors: Record<string, 'missing'> = {};
  const starts = instant(form.date, form.time, zone);
  if (form.case.trim() === '') errors['case'] = 'missing';
  if (starts === undefined) errors['starts'] = 'missing';
  form.people.forEach((one, n) => {
    if (one.name.trim() === '') errors[`people[${String(n)}].name`] = 'missing';
  });
  if (starts === undefined || Object.keys(errors).length > 0) return { errors };
  const people = form.people.map((one): DraftPerson => ({
    ...(one.id === undefined ? {} : { id: one.id }),
    name: one.name.trim(),
    role: one.role,
    point: one.point === '' ? null : one.point,
    own_screen: one.ownScreen || needsScreen(one),
    ...(one.account === '' ? {} : { account: one.account }),
    ...(one.with ? { with: one.with.filter((other) => form.people.some(({ id }) => id === other)) } : {}),
  }));
  return { draft: { case: form.case.trim(), title: form.title.trim(), procedure: form.procedure, starts, points: form.points, people } };
}
