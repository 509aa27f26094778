import { expect, test } from 'vitest';
import { merged, type MinutesLine } from './minutes';

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
