import { expect, test } from 'vitest';
import type { PlannedPerson, PlannedPoint } from '../../../core/api';
import type { PointKind, Role } from '../../../protocol/generated/signal';
import { cast } from './cast';

const person = (id: string, role: Role, more: Partial<PlannedPerson> = {}): PlannedPerson => ({ id, name: id, role, point: null, own_screen: true, account: null, code_given: null, ...more });
const point = (id: string, kind: PointKind): PlannedPoint => ({ id, name: id, kind, enrolled: false });
const sits = (at: string): Partial<PlannedPerson> => ({ point: at, own_screen: false });

test('points and people are played who are nobody of the court and have no account', () => {
  const parts = cast({
    points: [point('room', 'central'), point('prison', 'detention'), point('empty', 'other_court')],
    people: [
      person('judge', 'presiding_judge', { account: 'judge' }), person('assessor', 'panel_member'), person('clerk', 'clerk', sits('room')),
      person('victim', 'party', sits('room')), person('guard', 'point_officer', sits('prison')), person('accused', 'defendant', sits('prison')),
      person('counsel', 'counsel'), person('prosecutor', 'prosecutor', { account: 'p' }), person('press', 'observer'), person('warden', 'point_officer'),
    ],
  });
  expect(parts.map(({ way, name }) => [way, name])).toEqual([[{ point: 'prison' }, 'accused'], [{ person: 'counsel' }, 'counsel']]);
});

test('everybody has a number of their own, and a stranger has another', () => {
  const parts = cast({ points: [], people: [person('a', 'counsel'), person('b', 'witness')] });
  const numbers = parts.flatMap(({ number, strange }) => [number, strange]);
  expect(new Set(numbers).size).toBe(4);
});
