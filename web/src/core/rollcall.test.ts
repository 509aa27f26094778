import { expect, test } from 'vitest';
import { person, point, seat, view } from './fixtures';
import { checked, count, findings, nextToCheck, reports, rollCall, sharedSeat } from './rollcall';

const here = person('A', 'defendant', { id: 'a', present: true });
const away = person('B', 'defendant', { id: 'b', present: false });
const unknown = person('C', 'interpreter', { id: 'c' });
const officer = person('O', 'point_officer', { id: 'o' });

test('everybody on the file is called once, in the order of seats; observers are not', () => {
  const shown = view({ me: seat(2, 'clerk', { people: [person('K', 'clerk', { id: 'k' })] }), seats: [point(5, 'detention', [], { people: [here, away] }), seat(1, 'presiding_judge', { people: [person('J', 'presiding_judge', { id: 'j' })] }), seat(9, 'observer')] });
  expect(rollCall(shown).map(({ id }) => id)).toEqual(['j', 'k', 'a', 'b']);
  expect(count([here, away, unknown])).toEqual({ present: 1, absent: 1, open: 1 });
});

test('only what differs from what was reported is reported', () => {
  const chosen = new Map([['a', true], ['b', true], ['c', false]]);
  expect(reports([here, away, unknown, officer], chosen)).toEqual([
    { type: 'report_presence', person: 'b', present: true, note: null }, { type: 'report_presence', person: 'c', present: false, note: null },
  ]);
});

test('the next to be checked is the first without a result, going round', () => {
  const known = { ...here, identity: 'right' as const };
  expect(checked([here, officer, unknown])).toEqual([here, unknown]);
  expect(nextToCheck([known, away, unknown], 2)).toBe(1);
  expect(nextToCheck([known, known, known], 2)).toBe(0);
  expect(nextToCheck([away], 0)).toBe(0);
  expect(nextToCheck([], 0)).toBe(0);
});

test('a shared camera is that of the officer’s own point', () => {
  const room = point(5, 'detention', [], { people: [here, away] });
  const me = seat(8, 'point_officer', { point: 'P5' });
  expect(sharedSeat(view({ me, seats: [point(4, 'detention', [], { people: [here, away] }), room] }))?.seat).toBe(5);
  expect(sharedSeat(view({ me, seats: [{ ...room, people: [here] }] }))).toBeNull();
});

test('the court sees who reported somebody and how, and nothing where nobody did', () => {
  const clerk = seat(2, 'clerk'), reporter = seat(6, 'point_officer');
  const shown = view({ me: clerk, seats: [reporter], reports: [{ person: 'p', presence: { by: 6, at_ms: 5 }, identity: { by: null, at_ms: 9 }, method: 'papers' }] });
  expect(findings(shown, 'p')).toEqual({ presence: { by: reporter, at: 5 }, identity: { by: null, at: 9 }, method: 'papers' });
  expect(findings(shown, 'q')).toEqual({ presence: null, identity: null, method: null });
});
