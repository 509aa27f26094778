import { describe, expect, it } from 'vitest';
import type { Hearing, HearingDraft, PlannedPerson } from '../../../core/api';
import type { Role } from '../../../protocol/generated/signal';
import { type PersonForm, type PlanForm, bindable, draftOf, emptyForm, formOf, isBound, keyAfter, order, person, withBound, withPoints, withoutPerson } from './draft';
import { asksFirst } from './live';

const ZONE = 'Asia/Ho_Chi_Minh';
const filled: PlanForm = {
  ...emptyForm('vn-criminal-first-instance', '2026-11-25'),
  case: ' 45/2026/TLST-HS ',
  points: ['q2'],
  people: [
    { ...person(0, 'presiding_judge'), name: 'Hạnh', account: 'judge' },
    { ...person(1, 'defendant'), name: ' Thiện ', point: 'q2', ownScreen: false },
  ],
};

const planned: Hearing = {
  id: 'h', court: { id: 'c', name: '', zone: ZONE }, case: '1', title: 't', procedure: 'p', starts: '2026-11-25T01:30:00Z', state: 'scheduled', rehearsal: false, seal_fault: null, shelf_fault: null,
  people: [], points: [{ id: 'q1', name: 'P', kind: 'central', enrolled: true }], screens: [],
};

/** What would be sent; nothing may be amiss. */
function sent(form: PlanForm): HearingDraft {
  const checked = draftOf(form, ZONE);
  if (!('draft' in checked)) throw new Error(JSON.stringify(checked.errors));
  return checked.draft;
}

function errorsOf(form: PlanForm): unknown {
  const checked = draftOf(form, ZONE);
  return 'errors' in checked ? checked.errors : {};
}

describe('a plan while it is written', () => {
  it('becomes a draft with the start in the court’s zone', () => {
    const checked = draftOf(filled, ZONE);
    if (!('draft' in checked)) throw new Error('refused');
    expect(checked.draft).toMatchObject({ case: '45/2026/TLST-HS', starts: '2026-11-25T08:00:00+07:00', points: ['q2'] });
    expect(checked.draft.people).toEqual([
      { name: 'Hạnh', role: 'presiding_judge', point: null, own_screen: true, account: 'judge' },
      { name: 'Thiện', role: 'defendant', point: 'q2', own_screen: false },
    ]);
  });

  it('names what is missing by the server’s own paths', () => {
    const checked = draftOf({ ...filled, case: ' ', date: '', people: [person(0, 'counsel')] }, ZONE);
    expect(checked).toEqual({ errors: { case: 'missing', starts: 'missing', 'people[0].name': 'missing' } });
  });

  it('never leaves somebody without a point and without a screen', () => {
    const checked = draftOf({ ...filled, people: [{ ...person(0, 'party'), name: 'A', ownScreen: false }] }, ZONE);
    expect('draft' in checked && checked.draft.people[0]?.own_screen).toBe(true);
  });

  it('gives people whose point is taken away a place and a screen of their own', () => {
    expect(withPoints(filled, []).people[1]).toMatchObject({ point: '', ownScreen: true });
    expect(withPoints(filled, ['q2'])).toEqual(filled);
  });

  it('comes back from a plan as it was', () => {
    const hearing: Hearing = {
      ...planned, people: [{ id: 'p1', name: 'A', role: 'counsel', point: null, own_screen: true, account: null, code_given: null, with: ['p1', 'gone'] }],
    };
    const checked = draftOf(formOf(hearing), ZONE);
    if (!('draft' in checked)) throw new Error('refused');
    expect(checked.draft).toEqual({
      case: '1', title: 't', procedure: 'p', starts: '2026-11-25T08:30:00+07:00', points: ['q1'],
      people: [{ id: 'p1', name: 'A', role: 'counsel', point: null, own_screen: true }], screens: [],
    });
  });
});

const some = (id: string, role: Role, bound: readonly string[] = []): PlannedPerson => ({ id, name: id.toUpperCase(), role, point: null, own_screen: true, account: null, code_given: null, with: bound });
const bound: Hearing = {
  ...planned,
  points: [...planned.points, { id: 'q2', name: 'Trại', kind: 'detention', enrolled: true }],
  people: [some('l', 'counsel', ['d']), some('d', 'defendant'), some('w', 'witness'), some('i', 'interpreter', ['w', 'd'])],
  screens: [
    { of: ['w'], people: ['d'], points: ['q2'], observers: true, picture: true, voice: false, name: true },
    { of: ['d'], people: [], points: [], observers: true, picture: false, voice: true, name: false },
  ],
};
const form = formOf(bound);
const row = (of: PlanForm, key: number): PersonForm => of.people.find((one) => one.key === key)!;

describe('who may speak in private with whom', () => {
  it('comes back from a plan as it was', () => {
    expect(sent(form).people.map((one) => one.with)).toEqual([['d'], undefined, undefined, ['d', 'w']]);
  });

  it('holds both ways, whoever says it, and is undone from either side', () => {
    expect([isBound(row(form, 0), row(form, 1)), isBound(row(form, 1), row(form, 0)), isBound(row(form, 0), row(form, 2))]).toEqual([true, true, false]);
    expect(sent(withBound(form, 1, 0, false)).people[0]?.with).toBeUndefined();
    expect(sent(withBound(form, 1, 0, true)).people.map((one) => one.with)).toEqual([undefined, ['l'], undefined, ['d', 'w']]);
  });

  it('offers first those who help, and whom they help', () => {
    expect(bindable(form, row(form, 0)).map((one) => one.id)).toEqual(['d', 'w', 'i']);
    expect(bindable(form, row(form, 1)).map((one) => one.id)).toEqual(['l', 'i', 'w']);
  });

  it('names who has no id yet, if nobody else has the name', () => {
    const added = withBound({ ...form, people: [...form.people, { ...person(4, 'counsel'), name: ' Sơn ' }] }, 1, 4, true);
    expect(sent(added).people[1]?.with).toEqual(['Sơn']);
    const same = { ...added, people: added.people.map((one) => (one.key === 2 ? { ...one, name: 'Sơn' } : one)) };
    expect(errorsOf(same)).toEqual({ 'people[4].name': 'shared' });
    expect(errorsOf(withBound(same, 1, 4, false))).toEqual({});
  });

  it('ends with the role and with the person', () => {
    const judged = { ...form, people: form.people.map((one) => (one.key === 1 ? { ...one, role: 'prosecutor' as const } : one)) };
    expect(sent(judged).people.map((one) => one.with)).toEqual([undefined, undefined, undefined, ['w']]);
    expect(sent({ ...withoutPerson(form, 2), orders: [] }).people.map((one) => one.with)).toEqual([['d'], undefined, ['d']]);
  });
});

describe('orders that somebody is withheld', () => {
  it('come back from a plan as they were, all of them', () => {
    expect(sent(form).screens).toEqual(bound.screens);
    expect(sent({ ...form, case: '2', people: [...form.people].reverse() }).screens).toEqual(bound.screens);
  });

  it('lose who is taken out, and say so when nobody is left', () => {
    const gone = withoutPerson(form, 1);
    expect(sent({ ...gone, orders: gone.orders.slice(0, 1) }).screens[0]).toMatchObject({ of: ['w'], people: [], points: ['q2'] });
    expect(errorsOf(gone)).toEqual({ 'screens[1].of': 'missing' });
  });

  it('are nobody’s who comes in the row of somebody taken out', () => {
    const gone = withoutPerson(form, 3);
    expect(keyAfter(gone.people)).toBe(3);
    expect(gone.people.some((one) => one.with.includes(3))).toBe(false);
  });

  it('keep a point that is chosen again, and do not send it meanwhile', () => {
    const away = withPoints(form, ['q1']);
    expect(sent(away).screens[0]?.points).toEqual([]);
    expect(sent(withPoints(away, ['q1', 'q2'])).screens[0]?.points).toEqual(['q2']);
  });

  it('say who, from whom and what', () => {
    expect(errorsOf({ ...form, orders: [order(0)] })).toEqual({ 'screens[0].of': 'missing', 'screens[0].people': 'missing', 'screens[0].picture': 'missing' });
    expect(errorsOf({ ...form, orders: [{ ...order(0), of: [2], points: ['gone'], voice: true }] })).toEqual({ 'screens[0].people': 'missing' });
  });
});

describe('looking who is there', () => {
  it.each([
    ['scheduled', false],
    ['waiting', true],
    ['in_session', true],
    ['held', true],
    ['paused', true],
  ] as const)('in state %s asks before it takes a seat that may be in use: %s', (state, asks) => {
    expect(asksFirst(state)).toBe(asks);
  });
});
