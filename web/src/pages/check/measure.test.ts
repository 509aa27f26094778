import { describe, expect, it } from 'vitest';
import type { ReadinessTest } from '../../core/api';
import { clippedShare, decibels, light, percentile, rate, trend, worthwhile } from './measure';

const grey = (width: number, height: number, of: (x: number) => number): Uint8ClampedArray =>
  Uint8ClampedArray.from({ length: width * height * 4 }, (_, at) => (at % 4 === 3 ? 255 : of(Math.floor(at / 4) % width)));

describe('sound', () => {
  it('is measured from full scale downwards', () => {
    expect(decibels(new Float32Array(100).fill(1))).toBeCloseTo(0);
    expect(decibels(new Float32Array(100).fill(0.1))).toBeCloseTo(-20);
    expect(decibels(new Float32Array(100))).toBe(-120);
  });
  it('knows how much of it is clipped', () => {
    expect(clippedShare(Float32Array.of(1, -1, 0, 0))).toBe(0.5);
    expect(clippedShare(new Float32Array(0))).toBe(0);
  });
  it('takes the quiet part of a quiet span: one cough is no noise of the room', () => {
    expect(percentile([-60, -61, -59, -20, -60], 0.1)).toBe(-61);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});

describe('light', () => {
  it('of an even picture is even', () => {
    const { luma, middle } = light(grey(9, 4, () => 100), 9);
    expect(luma).toBeCloseTo(100);
    expect(middle).toBeCloseTo(1);
  });
  it('from behind is seen', () => {
    expect(light(grey(9, 4, (x) => (x >= 3 && x < 6 ? 50 : 200)), 9).middle).toBeCloseTo(0.25);
  });
  it('of a black picture is no back light', () => {
    expect(light(grey(9, 4, () => 0), 9)).toEqual({ luma: 0, middle: 1 });
  });
});

describe('a line', () => {
  it('of a megabyte a second has eight megabits', () => {
    expect(rate(1_000_000, 1000)).toBe(8000);
    expect(worthwhile(300, 2_000_000)).toBe(112_500);
    expect(worthwhile(1e6, 2_000_000)).toBe(2_000_000);
    expect(worthwhile(1, 2_000_000)).toBe(16_384);
  });
});

describe('a test against the one before', () => {
  const test = (level: ReadinessTest['level'], noise: number, up: number): ReadinessTest => ({
    id: 't', point: 'p', at: '', device: null, account: null, level, verdicts: [],
    measured: { line: { way: 'https', trip_ms: 20, up_kbps: up, down_kbps: 1, loss: null }, sound: { noise_db: noise, speech_db: null, clipped: null }, picture: null, device: '' },
  });
  it.each([
    [test('look', -60, 4000), test('good', -60, 4000), 'worse'],
    [test('good', -60, 4000), test('unknown', -60, 4000), 'better'],
    [test('good', -54, 4000), test('good', -60, 4000), 'worse'],
    [test('good', -60, 1000), test('good', -60, 4000), 'worse'],
    [test('good', -58, 3000), test('good', -60, 4000), 'same'],
  ] as const)('%#', (now, before, said) => {
    expect(trend(now, before)).toBe(said);
  });
  it('is the first where there is none', () => {
    expect(trend(test('good', -60, 1), undefined)).toBe('first');
  });
});
