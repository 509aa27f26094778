import { expect, test } from 'vitest';
import type { Hearing } from '../../../core/api';
import { judgesOf, narrowed, pointsOf } from './day';

const hearing = (id: string, judge: string, point: string): Hearing => ({
  id, court: { id: 'c', name: '', zone: 'UTC' }, case: id, title: '', procedure: '', starts: '2026-11-25T08:00:00Z', state: 'scheduled', rehearsal: false, seal_fault: null, shelf_fault: null,
  people: [{ id: `${id}j`, name: judge, role: 'presiding_judge', point: null, own_screen: true, account: null, code_given: null }],
  points: [{ id: 'room', name: 'Phòng xử án', kind: 'central', enrolled: true }, { id: point, name: `Trại ${point}`, kind: 'detention', enrolled: true }],
  screens: [],
});
const day = [hearing('a', 'Hạnh', '2'), hearing('b', 'Nghĩa', '1'), hearing('c', 'Hạnh', '1')];

test('a day is narrowed down to a point, a judge, or both', () => {
  const ids = (point: string, judge: string): string[] => narrowed(day, { point, judge }).map((one) => one.id);
  expect(ids('', '')).toEqual(['a', 'b', 'c']);
  expect(ids('1', '')).toEqual(['b', 'c']);
  expect(ids('1', 'Hạnh')).toEqual(['c']);
});

test('what can be chosen is what the day has', () => {
  expect(pointsOf(day).map((one) => one.label)).toEqual(['Trại 1', 'Trại 2']);
  expect(judgesOf(day).map((one) => one.value)).toEqual(['Hạnh', 'Nghĩa']);
});
