import { expect, test } from 'vitest';
import { delay, LONGEST, SHORTEST } from './backoff';

test('waits stay between 0.2 s and 3 s, whatever the attempt and the jitter', () => {
  for (let attempt = 0; attempt < 60; attempt++) {
    for (const random of [0, 0.3, 0.999]) {
      const ms = delay(attempt, random);
      expect(ms).toBeGreaterThanOrEqual(SHORTEST);
      expect(ms).toBeLessThanOrEqual(LONGEST);
    }
  }
});

test('waits grow, and jitter spreads a court that returns', () => {
  expect(delay(0, 0.5)).toBeLessThan(delay(3, 0.5));
  expect(delay(9, 0)).toBe(LONGEST / 2);
  expect(delay(9, 0.999)).toBeGreaterThan(LONGEST * 0.99);
});

test('after an outage of two seconds everyone has tried again within another 1.2', () => {
  for (const random of [0, 0.5, 0.999]) {
    let at = 0;
    for (let attempt = 0; at < 2000; attempt++) at += delay(attempt, random);
    expect(at).toBeLessThan(3200);
  }
});
