import { expect, test } from 'vitest';
import { setLanguage } from '.';
import { clockTime, decimal, lasted, shortDay, span } from './format';

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

test('what lasted less than ten seconds has tenths: a loss never reads 00:00', () => {
  setLanguage('vi');
  expect([0, 20, 120, 200, 3000, 9_949, 9_950, 329_000, 7_200_000].map(lasted)).toEqual(['0 giây', '< 0,1 giây', '0,1 giây', '0,2 giây', '3 giây', '9,9 giây', '00:10', '05:29', '02:00:00']);
  setLanguage('en');
  expect(lasted(250)).toBe('0.3 s');
  setLanguage('vi');
});
