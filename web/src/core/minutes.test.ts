import { expect, test } from 'vitest';
import { merged, newDays, type MinutesLine } from './minutes';

function line(n: number, ms: number, vi = ''): MinutesLine {
  return { n, ms, utc_ms: ms, to_utc_ms: null, kind: 'note', revision: n, vi, en: vi, phase_vi: null, phase_en: null };
}

test('news take the place of what they change, and stand where their time is', () => {
  const known = [line(1, 10), line(3, 30, 'cũ')];
  expect(merged(known, []).map(({ n }) => n)).toEqual([1, 3]);
  const now = merged(known, [line(3, 30, 'mới'), line(4, 20), line(2, 30)]);
  expect(now.map(({ n }) => n)).toEqual([1, 4, 2, 3]);
  expect(now[3]?.vi).toBe('mới');
});

test('the day is told where it changes', () => {
  const dayOf = (utcMs: number): string => `day ${String(Math.floor(utcMs / 100))}`;
  const days = newDays([line(1, 90), line(2, 110), line(3, 120), line(4, 210)], dayOf, 100);
  expect([...days]).toEqual([[1, 'day 0'], [2, 'day 1'], [4, 'day 2']]);
  expect(newDays([line(1, 100)], dayOf, 100).size).toBe(0);
});
