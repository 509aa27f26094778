import { expect, test } from 'vitest';
import { figure } from './suspension';

test('a figure is drawn where the line was good and hatched where it was bad, up to the moment that was fixed', () => {
  const { path, bad } = figure([[0, 'good', 0], [300_000, 'broken', null], [450_000, 'none', null], [500_000, 'good', 1000]], 0, 600_000, 200);
  expect(bad).toHaveLength(1);
  expect(bad[0]!.x).toBeCloseTo(100);
  expect(bad[0]!.width).toBeCloseTo(500 / 3 - 100);
  expect(path).toBe('M0.0 28.0L100.0 28.0M166.7 4.0L200.0 4.0');
});

test('what was not measured is not drawn', () => {
  expect(figure([], 0, 1, 200)).toEqual({ path: '', bad: [] });
});
