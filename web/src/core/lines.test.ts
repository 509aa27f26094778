import { expect, test } from 'vitest';
import type { SeatLine } from '../protocol/generated/signal';
import { point, view } from './fixtures';
import { lineOf } from './lines';

const here = point(2, 'detention', ['defendant', 'defendant']);
const line = (more: Partial<SeatLine> = {}): SeatLine => ({ seat: 2, lost_from: 0, lost_to: 0, trip_ms: 40, still: 0, ...more });

test('a line is as good as the worst that was measured, and that is the cause that is named', () => {
  expect(lineOf(view(), here, line())).toEqual({ steps: 4, cause: null });
  expect(lineOf(view(), here, line({ lost_from: 19, trip_ms: 399 })).steps).toBe(4);
  expect(lineOf(view(), here, line({ lost_to: 20 }))).toEqual({ steps: 3, cause: { why: 'lost_to', percent: 2 } });
  expect(lineOf(view(), here, line({ lost_from: 60, lost_to: 20 }))).toEqual({ steps: 2, cause: { why: 'lost_from', percent: 6 } });
  expect(lineOf(view(), here, line({ trip_ms: 800 }))).toEqual({ steps: 2, cause: { why: 'slow', ms: 800 } });
  expect(lineOf(view(), here, line({ still: 2, lost_to: 30 }))).toEqual({ steps: 2, cause: { why: 'still', pictures: 2 } });
});

test('nothing is said of a line that was not measured, and one that broke is none', () => {
  const nothing = { steps: null, cause: null };
  expect(lineOf(view(), here, undefined)).toEqual(nothing);
  expect(lineOf(view(), here, line({ lost_from: null, lost_to: null, trip_ms: null }))).toEqual(nothing);
  expect(lineOf(view(), { ...here, connected: false, presence: 'not_come' }, line())).toEqual(nothing);
  expect(lineOf(view(), { ...here, connected: false, presence: 'lost' }, line())).toEqual({ steps: 0, cause: { why: 'gone' } });
});
