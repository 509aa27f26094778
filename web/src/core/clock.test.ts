import { describe, expect, test } from 'vitest';
import { ServerClock } from './clock';

describe('the server clock', () => {
  test('is unknown until something was heard', () => {
    const clock = new ServerClock();
    expect(clock.now(5)).toBeNull();
    expect(clock.roundTrip()).toBeNull();
  });

  test('is off by at most half of the shortest round trip, however uneven the way', () => {
    const clock = new ServerClock();
    const truth = 1_000_000;
    // [way there, way back] in ms: the last is quick, the others are late on one side only.
    for (const [n, [there, back]] of ([[300, 10], [5, 400], [12, 8]] as const).entries()) {
      const sent = n * 2000;
      clock.add({ sent, received: sent + there + back, server: truth + sent + there });
    }
    expect(clock.roundTrip()).toBe(20);
    expect(Math.abs((clock.now(6000) ?? 0) - (truth + 6000))).toBeLessThanOrEqual(10);
  });

  test('gives old samples up, so that a clock that was set is followed', () => {
    const clock = new ServerClock();
    clock.add({ sent: 0, received: 2, server: 1001 });
    for (let n = 1; n <= 8; n++) clock.add({ sent: n * 2000, received: n * 2000 + 40, server: 61_020 + n * 2000 });
    expect(clock.offset()).toBe(61_000);
  });

  test('prefers any measurement to the hint of a welcome, and a hint to nothing', () => {
    const clock = new ServerClock();
    clock.hint(50_000, 100);
    expect(clock.now(100)).toBe(50_000);
    clock.add({ sent: 200, received: 300, server: 50_160 });
    expect(clock.offset()).toBe(49_910);
  });

  test('does not believe a pong from before its ping', () => {
    const clock = new ServerClock();
    clock.add({ sent: 10, received: 5, server: 1 });
    clock.add({ sent: Number.NaN, received: 5, server: 1 });
    expect(clock.offset()).toBeNull();
  });
});
