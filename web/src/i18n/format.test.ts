import { expect, test } from 'vitest';
import { setLanguage } from '.';
import { clockTime, decimal, shortDay, span } from './format';

test('times and days are the court’s, wherever the browser is', () => {
  const late = Date.parse('2026-11-21T18:30:05Z');
  expect(clockTime(late, 'Asia/Ho_Chi_Minh')).toBe('01:30:05');
  expect(clockTime(late, 'UTC', false)).toBe('18:30');
  expect(shortDay(late, 'Asia/Ho_Chi_Minh')).toBe('22/11/2026');
  expect(clockTime(Date.parse('2026-11-21T17:00:00Z'), 'Asia/Ho_Chi_Minh')).toBe('00:00:00');
});

test('spans have hours unless they are short', () => {
  expect(span(1_926_999)).toBe('00:32:06');
  expect(span(83_000, true)).toBe('01:23');
  expect(span(3_600_000, true)).toBe('01:00:00');
  expect(span(-5)).toBe('00:00:00');
});

test('a figure is written in the language of the screen', () => {
  const written = (['en', 'vi'] as const).map((tongue) => {
    setLanguage(tongue);
    return decimal(1234.56, 1);
  });
  expect(written).toEqual(['1,234.6', '1.234,6']);
});
