import { describe, expect, it } from 'vitest';
import { MasterClock } from './clock';
import { JUMP_AGAIN_MS, correct, inCommon, leadAfter } from './drift';
import { audible } from './voices';

describe('the master clock', () => {
  const made = (end = 60_000) => {
    let now = 1_000_000;
    return { clock: new MasterClock(() => now, end), pass: (ms: number) => { now += ms; } };
  };

  it('runs only while started', () => {
    const { clock, pass } = made();
    pass(500);
    expect(clock.position()).toBe(0);
    clock.start();
    pass(500);
    clock.start();
    pass(500);
    clock.stop();
    pass(500);
    expect(clock.position()).toBe(1000);
  });

  it('keeps its place when the rate changes', () => {
    const { clock, pass } = made();
    clock.start();
    pass(1000);
    clock.setRate(2);
    expect(clock.position()).toBe(1000);
    pass(1000);
    expect(clock.position()).toBe(3000);
  });

  it('goes on from where it was put, and stays within the record', () => {
    const { clock, pass } = made();
    clock.start();
    clock.seek(30_000);
    pass(100);
    expect(clock.position()).toBe(30_100);
    clock.seek(-5);
    expect(clock.position()).toBe(0);
    clock.seek(59_999);
    pass(10_000);
    expect(clock.position()).toBe(60_000);
  });
});

describe('drift', () => {
  it('is left alone while nobody can notice', () => {
    expect(correct(10, Infinity, 1, 'audio')).toEqual({ kind: 'rate', rate: 1 });
    expect(correct(-10, Infinity, 1.5, 'video')).toEqual({ kind: 'rate', rate: 1.5 });
  });

  it('is played away by a little: ahead is slowed, behind is hastened', () => {
    expect(correct(60, Infinity, 1, 'audio')).toEqual({ kind: 'rate', rate: 0.94 });
    expect(correct(-60, Infinity, 2, 'audio')).toEqual({ kind: 'rate', rate: 2.06 });
  });

  it('of sound is jumped over beyond 80 ms, but not again and again', () => {
    expect(correct(81, Infinity, 1, 'audio').kind).toBe('jump');
    expect(correct(81, JUMP_AGAIN_MS - 1, 1, 'audio').kind).toBe('rate');
    expect(correct(-5000, 0, 1, 'audio').kind).toBe('jump');
  });

  it('never bends the rate beyond what is hidden', () => {
    expect(correct(-900, 0, 1, 'audio')).toEqual({ kind: 'rate', rate: 1.1 });
    expect(correct(-900, 0, 1, 'video')).toEqual({ kind: 'rate', rate: 1.25 });
  });

  it.each([['audio', -75], ['video', -390], ['video', 390]] as const)('of %s settles: %d ms are under 80 within two seconds and still after five', (kind, start) => {
    let drift: number = start;
    for (let at = 0; at < 5000; at += 100) {
      if (at === 2000) expect(Math.abs(drift)).toBeLessThan(80);
      const correction = correct(drift, Infinity, 1, kind);
      if (correction.kind !== 'rate') throw new Error('jumped');
      drift += (correction.rate - 1) * 100;
    }
    expect(Math.abs(drift)).toBeLessThanOrEqual(15);
  });

  it.each([
    [[-830, -820, -875], -820],
    [[60, 300], 60],
    [[-830, 10], 0],
    [[-30, -900], 0],
    [[0, -900], 0],
    [[], 0],
  ])('of all together, %j, is the clock’s: it is set by %d', (drifts, shift) => {
    expect(inCommon(drifts)).toBe(shift);
  });

  it('learns how far ahead a jump must aim', () => {
    let lead = 0;
    // The browser takes 120 ms for every jump.
    for (let n = 0; n < 8; n++) lead = leadAfter(lead, 120 - lead);
    expect(lead).toBeGreaterThan(110);
    expect(leadAfter(10, -1000)).toBe(0);
  });
});

describe('who is heard', () => {
  it.each([
    [1, [], [], true],
    [1, [1], [], false],
    [1, [], [2], false],
    [1, [], [1, 2], true],
    [1, [1], [1], false],
  ] as const)('seat %d with %j muted and %j alone: %s', (seat, muted, solo, heard) => {
    expect(audible(seat, muted, solo)).toBe(heard);
  });
});
