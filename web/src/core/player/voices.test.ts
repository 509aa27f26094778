import { describe, expect, it } from 'vitest';
import type { Timeline } from '../api';
import { segment, track } from './fixtures';
import { SOFTLY, type Voice, interpretation, interpreters, volumeOf } from './voices';

const event = (ms: number, kind: string, data: unknown = null) => ({ n: ms, ms, kind, data });
const sound = (id: string, seat: number, device = 'microphone') => track({ id, seat, device, audio: true, segments: [segment(10_000, 90_000)] });
const [judge, lan] = [sound('01-microphone', 1), sound('04-microphone', 4)];

const timeline: Timeline = {
  hearing: 'h', case: '1', title: '', zone: 'UTC', rehearsal: false, began_utc_ms: 0, duration_ms: 100_000, spans: [],
  tracks: [judge, lan, sound('01-played_sound', 1, 'played_sound')],
  events: [
    event(1000, 'entered', { seat: 4, microphone_open: false }),
    event(20_000, 'microphone_set', { seat: 4, open: true }),
    event(30_000, 'speaks_on', { seat: 4, channel: 'interpretation' }),
    event(50_000, 'muted', { seat: 4 }),
    event(55_000, 'unmuted', { seat: 4 }),
    event(60_000, 'speaks_on', { seat: 4, channel: 'floor' }),
  ],
};
const interpreted = interpretation(timeline);
const heard = (voice: Voice | undefined, ms: number) => timeline.tracks.map((one) => volumeOf(one, ms, { muted: [], solo: [], voice }, interpreted));

describe('the interpreters’ channel', () => {
  it('is a microphone while it was on it, open and recorded', () => {
    expect([...interpreted]).toEqual([['04-microphone', [{ fromMs: 30_000, toMs: 50_000 }, { fromMs: 55_000, toMs: 60_000 }]]]);
    expect(interpreters(timeline, interpreted)).toEqual([4]);
  });

  it('is always that of a device for it, and ends where it was lost', () => {
    const booth = { ...sound('05-interpretation', 5, 'interpretation'), gaps: [{ from_ms: 40_000, to_ms: 50_000, reason: 'network' }] };
    const told = { ...timeline, tracks: [booth], events: [event(0, 'entered', { seat: 5, microphone_open: true }), event(80_000, 'paused')] };
    expect([...interpretation(told)]).toEqual([['05-interpretation', [{ fromMs: 10_000, toMs: 40_000 }, { fromMs: 50_000, toMs: 80_000 }]]]);
  });

  it('is brought along from the sitting before', () => {
    const carried = { carried: { seats: [{ seat: 4, speaks_on: 'interpretation' }] } };
    const told = { ...timeline, events: [event(0, 'continued', carried), event(1000, 'entered', { seat: 4, microphone_open: true })] };
    expect([...interpretation(told)]).toEqual([['04-microphone', [{ fromMs: 10_000, toMs: 90_000 }]]]);
  });
});

describe('what is heard', () => {
  it('is the original by itself: the channel is silent, and the interpreter on the floor is not', () => {
    expect(heard('original', 25_000)).toEqual([1, 1, 1]);
    expect(heard('original', 35_000)).toEqual([1, 0, 1]);
    expect(heard('original', 65_000)).toEqual([1, 1, 1]);
  });

  it('is the interpretation alone while there is one, and else the original: nobody is left in silence', () => {
    expect(heard('interpretation', 35_000)).toEqual([0, 1, 1]);
    expect(heard('interpretation', 52_000)).toEqual([1, 1, 1]);
  });

  it('is both, the original softly beneath', () => {
    expect(heard('both', 35_000)).toEqual([SOFTLY, 1, 1]);
    expect(heard('both', 25_000)).toEqual([1, 1, 1]);
  });

  it('is everything where nothing is chosen', () => {
    expect(heard(undefined, 35_000)).toEqual([1, 1, 1]);
  });

  it('is never who is silenced, and always who is heard alone', () => {
    const of = (muted: readonly number[], solo: readonly number[]) => [judge, lan].map((one) => volumeOf(one, 35_000, { muted, solo, voice: 'original' }, interpreted));
    expect(of([1], [])).toEqual([0, 0]);
    expect(of([], [4])).toEqual([0, 1]);
    expect(volumeOf(track(), 35_000, { muted: [], solo: [], voice: 'original' }, interpreted)).toBe(0);
  });
});
