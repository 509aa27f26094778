import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { over } from './fixtures';
import { APART, LOOK_EVERY, PATIENCE, Way, roadOf, type Road } from './way';

function set() {
  const seen = { restarts: 0, anew: 0, road: 'udp' as Road };
  const way = new Way({
    restart: () => { seen.restarts += 1; },
    anew: () => { seen.anew += 1; },
    stats: () => Promise.resolve(over(seen.road)),
  });
  const later = (millis: number): Promise<unknown> => vi.advanceTimersByTimeAsync(millis);
  return { way, seen, later };
}

describe('the way of media', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('is read from what the browser selected, as Chromium and as Firefox tell it', () => {
    for (const road of ['udp', 'tcp', 'relay'] as const) expect(roadOf(over(road))).toBe(road);
    expect(roadOf(new Map())).toBe(null);
    const firefox = new Map<string, object>([
      ['a', { type: 'candidate-pair', localCandidateId: 'x' }],
      ['b', { type: 'candidate-pair', selected: true, localCandidateId: 'y' }],
      ['x', { type: 'local-candidate', candidateType: 'host', protocol: 'udp' }],
      ['y', { type: 'local-candidate', candidateType: 'host', protocol: 'tcp' }],
    ]) as unknown as RTCStatsReport;
    expect(roadOf(firefox)).toBe('tcp');
  });

  test('is looked for anew when the transport falters, and kept when it comes back', async () => {
    const { way, seen, later } = set();
    way.moved('connected');
    way.moved('disconnected');
    expect(seen.restarts).toBe(1);
    await later(1000);
    way.moved('connected');
    await later(PATIENCE * 5);
    expect([seen.restarts, seen.anew]).toEqual([1, 0]);
  });

  test('that is not found within patience leads to another transport, once', async () => {
    const { way, seen, later } = set();
    way.moved('connected');
    way.moved('disconnected');
    await later(1000);
    way.moved('failed');
    await later(PATIENCE - 1001);
    expect(seen.anew).toBe(0);
    await later(1);
    expect(seen.anew).toBe(1);
    await later(10 * PATIENCE);
    expect([seen.restarts, seen.anew]).toEqual([2, 1]);
  });

  test('of a transport that never stood is not looked for: another is made', () => {
    const { way, seen } = set();
    way.moved('connecting');
    way.changed();
    way.moved('failed');
    expect([seen.restarts, seen.anew]).toEqual([0, 1]);
  });

  test('changes with the network; signs that come in a bunch are two restarts at most', async () => {
    const { way, seen, later } = set();
    way.moved('connected');
    for (let n = 0; n < 20; n++) {
      way.changed();
      await later(100);
    }
    expect(seen.restarts).toBe(1);
    await later(APART);
    expect(seen.restarts).toBe(2);
    await later(10 * APART);
    expect(seen.restarts).toBe(2);
  });

  test('over TCP or a relay is left for UDP when there is one: each minute it is asked', async () => {
    const { way, seen, later } = set();
    way.moved('connected');
    await later(3 * LOOK_EVERY);
    expect(seen.restarts, 'over UDP nothing is looked for').toBe(0);
    seen.road = 'tcp';
    await later(2 * LOOK_EVERY);
    expect(seen.restarts).toBe(2);
    seen.road = 'relay';
    await later(LOOK_EVERY);
    expect(seen.restarts).toBe(3);
    seen.road = 'udp';
    await later(5 * LOOK_EVERY);
    expect(seen.restarts).toBe(3);
  });

  test('is left alone while there is no link: it may come back by itself, and nobody could be asked for another', async () => {
    const { way, seen, later } = set();
    way.moved('connected');
    way.moved('disconnected');
    way.hold();
    way.moved('failed');
    way.changed();
    await later(3 * PATIENCE);
    expect([seen.restarts, seen.anew]).toEqual([1, 0]);
    way.stop();
    way.moved('connected');
    way.moved('disconnected');
    await later(PATIENCE);
    expect([seen.restarts, seen.anew], 'the next one is looked after').toEqual([2, 1]);
  });

  test('of a transport that is over is nobody\'s', async () => {
    const { way, seen, later } = set();
    way.moved('connected');
    seen.road = 'tcp';
    way.moved('disconnected');
    way.stop();
    way.changed();
    await later(10 * LOOK_EVERY);
    expect([seen.restarts, seen.anew]).toEqual([1, 0]);
  });
});
