import { describe, expect, it } from 'vitest';
import type { Hearing } from '../../../core/api';
import { type PlanForm, draftOf, emptyForm, formOf, person, withPoints } from './draft';
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
      id: 'h', court: { id: 'c', name: '', zone: ZONE }, case: '1', title: 't', procedure: 'p', starts: '2026-11-25T01:30:00Z', state: 'scheduled', rehearsal: false, seal_fault: null, shelf_fault: null,
      people: [{ id: 'p1', name: 'A', role: 'counsel', point: null, own_screen: true, account: null, code_given: null, with: ['p1', 'gone'] }],
      points: [{ id: 'q1', name: 'P', kind: 'central', enrolled: true }],
    };
    const checked = draftOf(formOf(hearing), ZONE);
    if (!('draft' in checked)) throw new Error('refused');
    expect(checked.draft).toEqual({
      case: '1', title: 't', procedure: 'p', starts: '2026-11-25T08:30:00+07:00', points: ['q1'],
      people: [{ id: 'p1', name: 'A', role: 'counsel', point: null, own_screen: true, with: ['p1'] }],
    });
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
