import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TrackId } from '../protocol/generated/signal';
import { Perceiving } from './perceiving';

type Stats = Record<string, number | string>;

function scene() {
  const told: { tracks: TrackId[]; hidden: boolean }[] = [];
  const state = { hidden: false, stats: [] as Stats[] };
  const media = (id: string): MediaStreamTrack => ({ id }) as MediaStreamTrack;
  const perceiving = new Perceiving({
    stats: () => Promise.resolve(new Map(state.stats.map((stats, n) => [String(n), { type: 'inbound-rtp', ...stats }])) as unknown as RTCStatsReport),
    tracks: () => new Map<TrackId, MediaStreamTrack>([['04-camera1', media('v')], ['04-microphone', media('a')]]),
    tell: (tracks, hidden) => void told.push({ tracks, hidden }),
    hidden: () => state.hidden,
  });
  const picture = (frames: number): Stats => ({ trackIdentifier: 'v', framesDecoded: frames });
  const sound = (samples: number, concealed: number): Stats => ({ trackIdentifier: 'a', totalSamplesReceived: samples, concealedSamples: concealed });
  const after = async (...stats: Stats[]) => {
    state.stats = stats;
    await vi.advanceTimersByTimeAsync(2_000);
    return told.at(-1);
  };
  return { perceiving, state, told, picture, sound, after };
}

describe('what a screen says that it perceives', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('pictures that move and sound that is not concealed', async () => {
    const s = scene();
    s.perceiving.start();
    expect(await s.after(s.picture(30), s.sound(96_000, 0))).toEqual({ tracks: ['04-camera1', '04-microphone'], hidden: false });
    expect(await s.after(s.picture(30), s.sound(192_000, 96_000)), 'a still, and silence made up').toEqual({ tracks: [], hidden: false });
    expect(await s.after(s.picture(31), s.sound(288_000, 140_000))).toEqual({ tracks: ['04-camera1', '04-microphone'], hidden: false });
    expect(await s.after(), 'the transport is gone').toEqual({ tracks: [], hidden: false });
    s.perceiving.stop();
  });

  test('a screen that nobody looks at says so, and nothing after it was stopped', async () => {
    const s = scene();
    s.perceiving.start();
    s.state.hidden = true;
    expect(await s.after(s.picture(30))).toEqual({ tracks: [], hidden: true });
    s.perceiving.stop();
    const before = s.told.length;
    await s.after(s.picture(60));
    expect(s.told.length).toBe(before);
  });
});
