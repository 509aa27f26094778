import { describe, expect, test } from 'vitest';
import { point, seat } from './fixtures';
import { kioskTiles, wall } from './layout';

describe('the wall', () => {
  const court = [seat(1, 'presiding_judge'), seat(2, 'clerk'), seat(3, 'prosecutor'), seat(4, 'counsel')];
  const detention = point(5, 'detention', ['defendant', 'point_officer']);

  test('a detention point has the large place, three by three around it', () => {
    const plan = wall([...court, detention, seat(6, 'witness')]);
    expect(plan).toMatchObject({ main: 5, columns: 3, rows: 3 });
    expect(plan.rest).toEqual([1, 2, 3, 4, 6]);
  });

  test('nobody moves when somebody speaks, is muted, leaves or returns', () => {
    const all = [...court, detention];
    const changed = all.map((one) => ({ ...one, connected: false, muted: true, devices: [], room: 'waiting' as const }));
    expect(wall(changed)).toEqual(wall(all));
  });

  test('an interpreter sits beside whom they interpret for, wherever the plan put them', () => {
    const far = { ...seat(9, 'interpreter'), beside: 2 };
    expect(wall([...court, far]).rest).toEqual([1, 2, 9, 3, 4]);
    expect(wall([...court, detention, { ...far, beside: 5 }]).rest).toEqual([9, 1, 2, 3, 4]);
    expect(wall([...court, { ...far, beside: 77 }]).rest, 'of whom nothing is told').toEqual([1, 2, 3, 4, 9]);
  });

  test('every seat has a cell, whatever their number', () => {
    for (let n = 0; n <= 40; n++) {
      for (const main of [[], [detention]]) {
        const seats = [...main, ...Array.from({ length: n }, (_, k) => seat(10 + k, 'party'))];
        const plan = wall(seats);
        const cells = plan.rest.length + (plan.main === null ? 0 : 4);
        expect(plan.columns * plan.rows).toBeGreaterThanOrEqual(cells);
        expect(plan.rest.length + (plan.main === null ? 0 : 1)).toBe(seats.length);
        if (plan.main !== null) expect(Math.min(plan.columns, plan.rows)).toBeGreaterThanOrEqual(2);
      }
    }
  });

  test('observers have no place on it', () => {
    expect(wall([...court, seat(9, 'observer')]).rest).toEqual([1, 2, 3, 4]);
  });
});

test('a kiosk shows at most three others, the court first, and none without a picture', () => {
  const seats = [seat(1, 'presiding_judge'), seat(2, 'clerk'), seat(3, 'prosecutor'), seat(4, 'counsel'), seat(5, 'party')];
  expect(kioskTiles(seats, new Set([1, 3, 4, 5]))).toEqual([1, 3, 4]);
  expect(kioskTiles(seats, new Set())).toEqual([]);
});
