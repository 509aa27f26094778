import { describe, expect, it } from 'vitest';
import { MasterClock } from './clock';
import { JUMP_MS, correct, inCommon, leadAfter, pace } from './drift';

const TICK_MS = 100;

interface Played {
  /** Of each look, in ms of the record; positive is ahead. */
  readonly drifts: readonly number[];
  readonly jumps: number;
}

/**
 * An element beside the master clock, as the player treats it: `skew` is what its own clock is too fast by, a jump takes
 * `slowMs`, and its place is read wrongly by up to `noiseMs`, all in ms of whoever watches.
 */
function play({ rate, skew = 0, slowMs = 120, noiseMs = 0, startMs = 0, longMs, kind = 'audio' }: { rate: number; skew?: number; slowMs?: number; noiseMs?: number; startMs?: number; longMs: number; kind?: 'audio' | 'video' }): Played {
  let now = 1_000_000;
  const clock = new MasterClock(() => now, Number.MAX_SAFE_INTEGER);
  clock.setRate(rate);
  clock.start();
  let [at, speed, jumpedAt, lead, aimed, jumps] = [startMs, rate, -Infinity, 0, false, 0];
  const drifts: number[] = [];
  for (let n = 0; n < longMs / TICK_MS; n++) {
    now += TICK_MS;
    at += TICK_MS * speed * (1 + skew);
    drifts.push(at - clock.position());
    const seen = at - clock.position() + noiseMs * rate * Math.sin(n * 12.9898);
    if (aimed && now - jumpedAt > 300) {
      lead = leadAfter(lead, -seen / rate);
      aimed = false;
    }
    const correction = correct(seen, now - jumpedAt, rate, kind);
    if (correction.kind === 'jump') {
      [jumpedAt, aimed, speed] = [now, true, rate];
      at = clock.position() + (lead - slowMs) * rate;
      jumps++;
    } else speed = correction.rate;
  }
  return { drifts, jumps };
}

const worst = (drifts: readonly number[]): number => Math.max(...drifts.map(Math.abs));

describe('an hour of a track', () => {
  it.each([0.5, 1, 2, 3])('whose device runs 300 ppm fast, at %d times the speed, is never 80 ms off', (rate) => {
    const { drifts, jumps } = play({ rate, skew: 300e-6, noiseMs: 10, longMs: 3_600_000 });
    expect(worst(drifts) / pace(rate)).toBeLessThan(80);
    expect(jumps).toBe(0);
  });
});

describe('at three times the speed', () => {
  it('a clock runs three times as far, and keeps its place when the speed is changed on the way', () => {
    let now = 0;
    const clock = new MasterClock(() => now, 100_000);
    clock.setRate(3);
    clock.start();
    now += 1000;
    clock.setRate(0.5);
    now += 1000;
    expect(clock.position()).toBe(3500);
  });

  it.each(['audio', 'video'] as const)('%s that a look finds 20 ms of the wall off is played into place, and jumps nowhere', (kind) => {
    const { drifts, jumps } = play({ rate: 3, startMs: -60, noiseMs: 8, longMs: 10_000, kind });
    expect(jumps).toBe(0);
    expect(worst(drifts.slice(50)) / 3).toBeLessThan(25);
  });

  it('a jump learns what it costs, and a second one is not needed for long', () => {
    const { drifts, jumps } = play({ rate: 3, startMs: -900, longMs: 20_000 });
    expect(jumps).toBeGreaterThan(0);
    expect(jumps).toBeLessThan(5);
    expect(worst(drifts.slice(100)) / 3).toBeLessThan(80);
  });

  it('bounds are those of whoever watches', () => {
    expect(correct(JUMP_MS.audio * 3 - 1, Infinity, 3, 'audio').kind).toBe('rate');
    expect(correct(JUMP_MS.audio * 3 + 1, Infinity, 3, 'audio').kind).toBe('jump');
    expect(correct(JUMP_MS.audio + 1, Infinity, 0.5, 'audio').kind).toBe('jump');
    expect([inCommon([100, 110], 3), inCommon([130, 140], 3), inCommon([100, 110])]).toEqual([0, 130, 100]);
  });
});
