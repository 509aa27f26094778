//! What a readiness test computes from samples, pixels and times. Pure.

import type { Measured, ReadinessTest } from '../../core/api';

/** Softest level that is told apart from silence, dB of full scale. */
const SILENCE = -120;

/** Root mean square of samples over [-1, 1], in dB of full scale. */
export function decibels(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  return Math.max(SILENCE, 10 * Math.log10(power + 1e-20));
}

/** Share of samples at full scale. */
export function clippedShare(samples: Float32Array): number {
  return samples.length === 0 ? 0 : samples.reduce((sum, sample) => sum + (Math.abs(sample) >= 0.99 ? 1 : 0), 0) / samples.length;
}

/** The value below which a share (0 to 1) of the values lie; `undefined` of none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Mean luma (BT.601) of RGBA pixels, and that of the middle third over that of the rest. */
export function light(pixels: Uint8ClampedArray, width: number): { luma: number; middle: number } {
  const sums = { middle: 0, rest: 0 }, counts = { middle: 0, rest: 0 };
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const x = (at / 4) % width;
    const where = x >= width / 3 && x < (2 * width) / 3 ? 'middle' : 'rest';
    sums[where] += 0.299 * (pixels[at] ?? 0) + 0.587 * (pixels[at + 1] ?? 0) + 0.114 * (pixels[at + 2] ?? 0);
    counts[where] += 1;
  }
  const mean = (where: 'middle' | 'rest'): number => sums[where] / Math.max(1, counts[where]);
  const luma = (sums.middle + sums.rest) / Math.max(1, counts.middle + counts.rest);
  return { luma, middle: Math.min(255, mean('rest') < 1 ? (mean('middle') < 1 ? 1 : 255) : mean('middle') / mean('rest')) };
}

/** kbit/s of so many bytes in so many ms. */
export function rate(bytes: number, ms: number): number {
  return (bytes * 8) / Math.max(1, ms);
}

/** How many bytes take about three seconds at this rate, within bounds. */
export function worthwhile(kbps: number, most: number): number {
  return Math.round(Math.min(most, Math.max(16_384, (kbps * 3000) / 8)));
}

export type Trend = 'better' | 'worse' | 'same' | 'first';

const RANK = { good: 0, unknown: 1, look: 2 } as const;

/** Against the test before it: by the verdict, and where that is the same by the room's noise and the line's rate. */
export function trend(test: ReadinessTest, before: ReadinessTest | undefined): Trend {
  if (before === undefined) return 'first';
  const worse = RANK[test.level] - RANK[before.level];
  if (worse !== 0) return worse > 0 ? 'worse' : 'better';
  const noise = difference(test.measured, before.measured, (measured) => measured.sound?.noise_db);
  if (noise !== undefined && Math.abs(noise) >= 6) return noise > 0 ? 'worse' : 'better';
  const up = ratio(test.measured, before.measured, (measured) => measured.line?.up_kbps ?? undefined);
  if (up !== undefined && (up < 0.5 || up > 2)) return up < 1 ? 'worse' : 'better';
  return 'same';
}

function difference(a: Measured, b: Measured, of: (measured: Measured) => number | undefined): number | undefined {
  const [now, then] = [of(a), of(b)];
  return now === undefined || then === undefined ? undefined : now - then;
}

function ratio(a: Measured, b: Measured, of: (measured: Measured) => number | undefined): number | undefined {
  const [now, then] = [of(a), of(b)];
  return now === undefined || then === undefined || then <= 0 ? undefined : now / then;
}
