//! A plan while it is written: text as typed, checked before it is sent.

import type { DraftPerson, DraftScreen, Hearing, HearingDraft } from '../../../core/api';
import { dayOf, instant, timeOf } from '../../../core/zone';
import type { PersonId, PointId, PointKind, Role, Screen } from '../../../protocol/generated/signal';

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
  /** With whom they may speak in private, by key. It holds both ways, and one of the two says it. */
  readonly with: readonly number[];
}

/** An order: who is withheld, from whom, and what of them. People by key, so that who is new can be in it. */
export interface OrderForm {
  readonly key: number;
  readonly of: readonly number[];
  readonly people: readonly number[];
  /** Stay while a point is not chosen, and do not count then: whoever chooses it again has the order as it was. */
  readonly points: readonly PointId[];
  readonly observers: boolean;
  readonly picture: boolean;
  readonly voice: boolean;
  readonly name: boolean;
}

export interface PlanForm {
  readonly case: string;
  readonly title: string;
  readonly procedure: string;
  readonly date: string;
  readonly time: string;
  readonly points: readonly PointId[];
  readonly people: readonly PersonForm[];
  readonly orders: readonly OrderForm[];
}

/** `shared`: a name by which somebody is meant, and which another has too. */
type Fault = 'missing' | 'wrong' | 'shared';

/** What is wrong with a field, by the path by which the server names it: `case`, `people[2].name`. */
export type Errors = Readonly<Record<string, Fault>>;

export function emptyForm(procedure: string, today: string): PlanForm {
  return {
    case: '',
    title: '',
    procedure,
    date: today,
    time: '08:00',
    points: [],
    people: [person(0, 'presiding_judge'), person(1, 'clerk')],
    orders: [],
  };
}

export function person(key: number, role: Role): PersonForm {
  return { key, name: '', role, point: '', ownScreen: true, account: '', with: [] };
}

export function order(key: number): OrderForm {
  return { key, of: [], people: [], points: [], observers: false, picture: false, voice: false, name: false };
}

/** A key that no row has. */
export function keyAfter(rows: readonly { readonly key: number }[]): number {
  return Math.max(-1, ...rows.map((one) => one.key)) + 1;
}

export function formOf(hearing: Hearing): PlanForm {
  const starts = Date.parse(hearing.starts);
  const { zone } = hearing.court;
  const keys = (ids: readonly PersonId[]): number[] => ids.map((id) => hearing.people.findIndex((one) => one.id === id)).filter((key) => key >= 0);
  return {
    case: hearing.case,
    title: hearing.title,
    procedure: hearing.procedure,
    date: dayOf(starts, zone),
    time: timeOf(starts, zone),
    points: hearing.points.map((point) => point.id),
    people: hearing.people.map((one, key) => ({
      key, id: one.id, name: one.name, role: one.role, point: one.point ?? '', ownScreen: one.own_screen, account: one.account ?? '', with: keys(one.with ?? []),
    })),
    orders: hearing.screens.map((screen: Screen, key) => ({ ...screen, key, of: keys(screen.of), people: keys(screen.people) })),
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

/** Whoever is taken out leaves those bound to them and every order: their key may be another's next. */
export function withoutPerson(form: PlanForm, key: number): PlanForm {
  const rest = (keys: readonly number[]): number[] => keys.filter((one) => one !== key);
  return {
    ...form,
    people: form.people.filter((one) => one.key !== key).map((one) => ({ ...one, with: rest(one.with) })),
    orders: form.orders.map((one) => ({ ...one, of: rest(one.of), people: rest(one.people) })),
  };
}

const BINDABLE: ReadonlySet<Role> = new Set(['counsel', 'defendant', 'party', 'witness', 'interpreter']);

/** The court, the prosecution and those who watch have nobody whom a plan could bind them to. */
export function mayBind(role: Role): boolean {
  return BINDABLE.has(role);
}

const HELPERS: ReadonlySet<Role> = new Set(['counsel', 'interpreter']);

/** With whom somebody could be bound: first those whom they help, or who help them. */
export function bindable(form: PlanForm, to: PersonForm): readonly PersonForm[] {
  const others = form.people.filter((one) => one.key !== to.key && mayBind(one.role));
  const first = (one: PersonForm): boolean => HELPERS.has(one.role) !== HELPERS.has(to.role);
  return [...others.filter(first), ...others.filter((one) => !first(one))];
}

export function isBound(a: PersonForm, b: PersonForm): boolean {
  return a.with.includes(b.key) || b.with.includes(a.key);
}

/** Binds two people, or no longer: whichever of the two said it, neither does any more. */
export function withBound(form: PlanForm, a: number, b: number, bound: boolean): PlanForm {
  const people = form.people.map((one) => {
    if (one.key === a) return { ...one, with: [...one.with.filter((key) => key !== b), ...(bound ? [b] : [])] };
    return one.key === b ? { ...one, with: one.with.filter((key) => key !== a) } : one;
  });
  return { ...form, people };
}

/** Points from which the order withholds, as far as the hearing has them. */
export function pointsIn(form: PlanForm, one: OrderForm): readonly PointId[] {
  return one.points.filter((point) => form.points.includes(point));
}

interface Place {
  readonly id: PointId;
  readonly kind: PointKind;
}

/** The court is kept from nothing, nor is the courtroom: what the court hears, everybody there hears. */
const COURT: ReadonlySet<Role> = new Set(['presiding_judge', 'panel_member', 'clerk']);

/** Whom an order can withhold and from whom, and those who are in it though they no longer can be: nobody is lost unseen. */
export function orderable<P extends Place>(form: PlanForm, one: OrderForm, known: readonly P[]): { of: readonly PersonForm[]; from: readonly PersonForm[]; points: readonly P[] } {
  const others = form.people.filter(({ role }) => !COURT.has(role));
  const central = (id: string): boolean => known.some((point) => point.id === id && point.kind === 'central');
  const from = others.filter(({ key, point }) => !central(point) && !one.of.includes(key));
  return {
    of: form.people.filter((person) => others.includes(person) || one.of.includes(person.key)),
    from: form.people.filter((person) => from.includes(person) || one.people.includes(person.key)),
    points: known.filter(({ id, kind }) => form.points.includes(id) && (kind !== 'central' || one.points.includes(id))),
  };
}

/** Withholds somebody, or no longer; nobody is withheld from themselves. */
export function withheld(one: OrderForm, key: number, on: boolean): OrderForm {
  const rest = (keys: readonly number[]): number[] => keys.filter((other) => other !== key);
  return on ? { ...one, of: [...rest(one.of), key], people: rest(one.people) } : { ...one, of: rest(one.of) };
}

/** Keys of those with whom somebody may speak. Whose role was changed to one that may not is bound to nobody any more. */
function boundTo(form: PlanForm, one: PersonForm): readonly number[] {
  return mayBind(one.role) ? one.with.filter((key) => key !== one.key && form.people.some((other) => other.key === key && mayBind(other.role))) : [];
}

/** As the server compares names. */
function plain(name: string): string {
  return name.trim().normalize('NFC');
}

/** Who is new is meant by name, so that nobody else may have it. */
function nameErrors(form: PlanForm): Errors {
  const errors: Record<string, Fault> = {};
  const meant = new Set([...form.people.flatMap((one) => boundTo(form, one)), ...form.orders.flatMap((one) => [...one.of, ...one.people])]);
  form.people.forEach((one, n) => {
    const field = `people[${String(n)}].name`;
    const same = form.people.filter((other) => plain(other.name) === plain(one.name)).length;
    if (plain(one.name) === '') errors[field] = 'missing';
    else if (one.id === undefined && meant.has(one.key) && same > 1) errors[field] = 'shared';
  });
  return errors;
}

/** An order says who is withheld, from whom, and what of them. */
function orderErrors(form: PlanForm): Errors {
  const errors: Record<string, Fault> = {};
  form.orders.forEach((one, n) => {
    const at = `screens[${String(n)}]`;
    if (one.of.length === 0) errors[`${at}.of`] = 'missing';
    if (one.people.length === 0 && pointsIn(form, one).length === 0 && !one.observers) errors[`${at}.people`] = 'missing';
    if (!one.picture && !one.voice && !one.name) errors[`${at}.picture`] = 'missing';
  });
  return errors;
}

function draftPeople(form: PlanForm, named: (keys: readonly number[]) => string[]): DraftPerson[] {
  return form.people.map((one) => {
    const bound = named(boundTo(form, one));
    return {
      ...(one.id === undefined ? {} : { id: one.id }),
      name: one.name.trim(),
      role: one.role,
      point: one.point === '' ? null : one.point,
      own_screen: one.ownScreen || needsScreen(one),
      ...(one.account === '' ? {} : { account: one.account }),
      ...(bound.length > 0 ? { with: bound } : {}),
    };
  });
}

/** The draft to send, or what is missing. All orders are always sent: the server takes those that it is given for all. */
export function draftOf(form: PlanForm, zone: string): { draft: HearingDraft } | { errors: Errors } {
  const errors: Record<string, Fault> = { ...nameErrors(form), ...orderErrors(form) };
  const starts = instant(form.date, form.time, zone);
  if (form.case.trim() === '') errors['case'] = 'missing';
  if (starts === undefined) errors['starts'] = 'missing';
  if (starts === undefined || Object.keys(errors).length > 0) return { errors };
  const named = (keys: readonly number[]): string[] => form.people.filter((one) => keys.includes(one.key)).map((one) => one.id ?? plain(one.name));
  const screens = form.orders.map((one): DraftScreen => {
    const { of, people, observers, picture, voice, name } = one;
    return { of: named(of), people: named(people), points: pointsIn(form, one), observers, picture, voice, name };
  });
  const people = draftPeople(form, named);
  return { draft: { case: form.case.trim(), title: form.title.trim(), procedure: form.procedure, starts, points: form.points, people, screens } };
}
