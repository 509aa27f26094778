import { expect, test } from 'vitest';
import { lineOf } from './report';

test('a line is the median of its round trips and the mean of its losses; what was never known stays unknown', () => {
  const sample = (mediaTrip: number | null, lost: number | null, available: number | null = 2_000_000) => ({ mediaTrip, lost, available });
  expect(lineOf([sample(30, 0), sample(500, 0.1), sample(20, 0.02)])).toEqual({ way: 'media', trip_ms: 30, up_kbps: null, down_kbps: null, loss: 0.04 });
  expect(lineOf([sample(30, null, null)])).toEqual({ way: 'media', trip_ms: 30, up_kbps: null, down_kbps: null, loss: null });
  expect(lineOf([sample(null, 0)])).toBeUndefined();
  expect(lineOf([])).toBeUndefined();
});
