import { expect, test } from 'vitest';
import type { Figures } from './statistics';
import { isWithinYear, minutes, ranked, scale } from './statistics';

const figures = (name: string, lost_s: number): Figures => ({ name, hearings: 1, online: 1, cross_province: 0, province_unknown: 0, sittings: 1, in_session_s: 0, interruptions: 0, lost_s, causes: {} });

test('a chart has a length even if there is nothing to show, and room for its mark', () => {
  expect(scale([], null)).toBe(1);
  expect(scale([{ label: 'a', value: 3, part: 1 }], 6)).toBe(6);
  expect(scale([{ label: 'a', value: 9, part: 1 }], 6)).toBe(9);
});

test('the most stands first, and equals by name', () => {
  const all = [figures('Đỗ', 60), figures('An', 60), figures('Hà', 90)];
  expect(ranked(all, (one) => one.lost_s).map((one) => one.name)).toEqual(['Hà', 'An', 'Đỗ']);
  expect(all.map((one) => one.name), 'what came is as it came').toEqual(['Đỗ', 'An', 'Hà']);
});

test('half a minute is one, and a yearly number belongs to one year', () => {
  expect([minutes(29), minutes(30), minutes(3600)]).toEqual([0, 1, 60]);
  expect(isWithinYear('2026-01-01', '2026-12-31')).toBe(true);
  expect(isWithinYear('2025-12-31', '2026-01-01')).toBe(false);
});
