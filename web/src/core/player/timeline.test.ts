import { describe, expect, it } from 'vitest';
import type { Timeline } from '../api';
import { segment, track } from './fixtures';
import { anythingAt, beginning, chunkAt, chunksOf, laneOf, lanesOf, listed, lost, merged, missing, neighbour, nextRecorded, phases, piecesIn, recordedSpans, segmentFrom, skipTo, ticks, total, without } from './timeline';

function timeline(over: Partial<Timeline>): Timeline {
  return { hearing: 'h', case: '1', title: '', zone: 'UTC', rehearsal: false, began_utc_ms: 0, duration_ms: 100_000, tracks: [], spans: [], events: [], ...over };
}

const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });

describe('the chain as an index', () => {
  it('gives every byte exactly once, the unchained tail included', () => {
    const chunks = chunksOf(segment(10_000, 13_400));
    expect(chunks.map(({ from, to }) => [from, to])).toEqual([[0, 1000], [1000, 2000], [2000, 3000], [3000, 3500]]);
    expect(chunks.map((chunk) => chunk.toMs)).toEqual([11_000, 12_000, 13_000, 13_400]);
  });

  it('is one piece without sync points: a file that a crash cut off before the first', () => {
    expect(chunksOf(segment(0, 700, { bytes: 90, seek: [] }))).toEqual([{ from: 0, to: 90, fromMs: 0, toMs: 700 }]);
  });

  it('begins where a cut begins: nothing before it may be had', () => {
    const cut = chunksOf(segment(10_000, 13_400, { begins: 1000, from_ms: 11_000 }));
    expect(cut.map(({ from, to }) => [from, to])).toEqual([[1000, 2000], [2000, 3000], [3000, 3500]]);
    expect(cut.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([[11_000, 12_000], [12_000, 13_000], [13_000, 13_400]]);
    expect([10_500, 11_500].map((ms) => chunkAt(cut, ms))).toEqual([0, 0]);
  });

  it('does not believe sync points beyond the file or out of order', () => {
    const chunks = chunksOf(segment(0, 3000, { bytes: 2000, seek: [{ offset: 1500, ms: 900 }, { offset: 700, ms: 400 }, { offset: 9000, ms: 5000 }] }));
    expect(chunks.map(({ from, to }) => [from, to])).toEqual([[0, 1500], [1500, 2000]]);
  });

  it('finds the piece that holds a moment', () => {
    const chunks = chunksOf(segment(10_000, 13_400));
    expect([9_000, 10_500, 11_000, 11_001, 13_300, 99_000].map((ms) => chunkAt(chunks, ms))).toEqual([0, 0, 0, 1, 3, 3]);
  });

  it('finds the segment at a moment or the next', () => {
    const two = track({ segments: [segment(1000, 4000), segment(9000, 12_000)] });
    expect([0, 1000, 3999, 4000, 9000, 12_000].map((ms) => segmentFrom(two, ms))).toEqual([0, 0, 0, 1, 1, undefined]);
  });
});

describe('spans', () => {
  it('are cut by holes, and holes at the edges leave nothing empty', () => {
    expect(without([span(0, 10)], [span(2, 4), span(3, 5), span(9, 12)])).toEqual([span(0, 2), span(5, 9)]);
    expect(without([span(0, 10)], [span(0, 10)])).toEqual([]);
    expect(without([span(0, 10)], [span(10, 12)])).toEqual([span(0, 10)]);
  });

  it('are merged and added up once', () => {
    expect(merged([span(5, 9), span(0, 3), span(3, 4), span(6, 7)])).toEqual([span(0, 4), span(5, 9)]);
    expect(total([span(0, 4), span(2, 6)])).toBe(6);
  });
});

describe('a lane', () => {
  const told = timeline({
    tracks: [
      track({ segments: [segment(10_000, 60_000)], gaps: [{ from_ms: 20_000, to_ms: 22_000, reason: 'network' }] }),
      track({ id: '02-microphone', seat: 2, device: 'microphone', audio: true, segments: [segment(50_000, 60_000)] }),
    ],
    spans: [
      { state: 'waiting', from_ms: 0, to_ms: 10_000 },
      { state: 'in_session', from_ms: 10_000, to_ms: 30_000 },
      { state: 'paused', from_ms: 30_000, to_ms: 40_000 },
      { state: 'in_session', from_ms: 40_000, to_ms: 60_000 },
    ],
  });

  it('tells recorded, lost and not recorded by law apart', () => {
    const lane = laneOf(told, told.tracks.slice(0, 1));
    expect(lane.map(({ kind, fromMs, toMs, reason }) => [kind, fromMs, toMs, reason])).toEqual([
      ['by_law', 0, 10_000, 'waiting'],
      ['recorded', 10_000, 20_000, ''],
      ['lost', 20_000, 22_000, 'network'],
      ['recorded', 22_000, 30_000, ''],
      ['by_law', 30_000, 40_000, 'paused'],
      ['recorded', 40_000, 60_000, ''],
    ]);
  });

  it('is one a seat, in the hearing’s order', () => {
    expect(lanesOf(told).map((lane) => [lane.seat, lane.tracks.length])).toEqual([[1, 1], [2, 1]]);
  });

  it('is shown with what is lost of the picture, but played where the voice of the same seat goes on', () => {
    const voice = track({ id: '01-microphone', device: 'microphone', audio: true, segments: [segment(10_000, 60_000)] });
    const alone = timeline({ tracks: [track({ segments: [segment(10_000, 60_000)], gaps: [{ from_ms: 20_000, to_ms: 50_000, reason: 'network' }] }), voice] });
    expect(laneOf(alone, alone.tracks).map(({ kind, fromMs, toMs }) => [kind, fromMs, toMs])).toContainEqual(['lost', 20_000, 50_000]);
    expect(anythingAt(alone, 35_000)).toBe(true);
    expect(skipTo(recordedSpans(alone), 35_000, 2000)).toBeUndefined();
  });

  it('says where anything goes on', () => {
    expect(anythingAt(told, 35_000)).toBe(false);
    expect(nextRecorded(told, 35_000)).toBe(40_000);
    expect(nextRecorded(told, 59_000)).toBeUndefined();
  });
});

describe('gaps that are stated together', () => {
  const joined = { from_ms: 20_000, to_ms: 50_000, reason: 'network', pieces: { count: 37, missing_ms: 400 } };
  const sound = track({ id: '01-microphone', device: 'microphone', audio: true, segments: [segment(10_000, 60_000)], gaps: [joined] });
  const told = timeline({ tracks: [sound], spans: [{ state: 'in_session', from_ms: 0, to_ms: 60_000 }] });

  it('leave what lies between them recorded, and the player there', () => {
    expect(recordedSpans(told)).toEqual([span(10_000, 60_000)]);
    expect(anythingAt(told, 35_000)).toBe(true);
    expect(skipTo(recordedSpans(told), 35_000, 2000)).toBeUndefined();
  });

  it('are a stretch of their own kind in the lane, with their number and what is missing', () => {
    expect(laneOf(told, told.tracks)).toEqual([
      { kind: 'recorded', fromMs: 10_000, toMs: 60_000, reason: '' },
      { kind: 'partly', fromMs: 20_000, toMs: 50_000, reason: 'network', count: 37, missingMs: 400 },
    ]);
  });

  it('are a hole all the same where nothing lies between them', () => {
    const whole = track({ gaps: [{ ...joined, pieces: { count: 3, missing_ms: 29_999 } }, { ...joined, pieces: { count: 3, missing_ms: 31_000 } }] });
    expect(lost([whole]).map(({ kind, count, missingMs }) => [kind, count, missingMs])).toEqual([['lost', 3, 30_000], ['lost', 3, 30_000]]);
  });

  it('count each, with what is missing and not with the span', () => {
    const picture = track({ gaps: [{ from_ms: 5000, to_ms: 7000, reason: 'network' }] });
    expect(missing([sound])).toEqual({ count: 37, ms: 400 });
    expect(missing([sound, picture])).toEqual({ count: 38, ms: 2400 });
    expect(missing([picture, { ...picture, id: '01-microphone' }])).toEqual({ count: 2, ms: 2000 });
    expect(missing([])).toEqual({ count: 0, ms: 0 });
    expect(piecesIn([{ pieces: { count: 37 } }, {}])).toBe(38);
  });

  it('do not count what a whole gap of another track covers twice', () => {
    expect(missing([sound, track({ gaps: [{ from_ms: 20_000, to_ms: 50_000, reason: 'network' }] })])).toEqual({ count: 38, ms: 30_000 });
  });
});

describe('phases', () => {
  const spans = [
    { state: 'waiting' as const, from_ms: 0, to_ms: 1000 },
    { state: 'in_session' as const, from_ms: 1000, to_ms: 20_000 },
    { state: 'held' as const, from_ms: 20_000, to_ms: 30_000 },
    { state: 'in_session' as const, from_ms: 30_000, to_ms: 40_000 },
  ];
  it('count no time in session while the server did not run', () => {
    const event = { n: 9, ms: 20_000, kind: 'taken_up', data: { epoch: 2, outage_us: 12_000_000 } };
    const told = phases(timeline({ spans, events: [event] }));
    expect(told.map(({ state, fromMs, toMs }) => [state, fromMs, toMs])).toEqual([
      ['waiting', 0, 1000], ['in_session', 1000, 8000], ['outage', 8000, 20_000], ['held', 20_000, 30_000], ['in_session', 30_000, 40_000],
    ]);
    expect(total(told.filter(({ state }) => state === 'in_session'))).toBe(17_000);
  });

  it('leave a hold in which the server did not run a hold', () => {
    const event = { n: 9, ms: 29_000, kind: 'taken_up', data: { epoch: 2, outage_us: 5_000_000 } };
    expect(phases(timeline({ spans, events: [event] })).map(({ state }) => state)).toEqual(['waiting', 'in_session', 'held', 'in_session']);
  });
});

describe('gaps in the list', () => {
  const gap = (n: number, track: string, from_us: number, to_us: number, reason = 'crash') => ({ n, ms: 9, kind: 'gap', data: { track, from_us, to_us, reason } });
  it('are one where sound and picture of one seat are lost together', () => {
    const events = [gap(1, '01-camera1', 5_000_000, 5_300_000), { n: 2, ms: 9, kind: 'held', data: null }, gap(3, '01-microphone', 5_020_000, 5_310_000), gap(4, '03-microphone', 5_000_000, 5_300_000)];
    const told = listed(events);
    expect(told.map(({ n }) => n)).toEqual([1, 2, 4]);
    expect(told[0]?.data).toMatchObject({ tracks: ['01-camera1', '01-microphone'] });
  });

  it('stay apart where bounds or reasons differ', () => {
    const first = gap(1, '01-camera1', 5_000_000, 5_300_000);
    expect(listed([first, gap(2, '01-microphone', 5_000_000, 5_100_000)])).toHaveLength(2);
    expect(listed([first, gap(2, '01-microphone', 5_000_000, 5_300_000, 'network')])).toHaveLength(2);
  });

  it('stay apart where not as much is missing of both', () => {
    const many = (n: number, of: string, count: number, missing_us: number) => {
      const { data, ...line } = gap(n, of, 5_000_000, 9_000_000);
      return { ...line, data: { ...data, pieces: { count, missing_us } } };
    };
    const first = many(1, '01-camera1', 37, 400_000);
    expect(listed([first, many(2, '01-microphone', 37, 400_000)]).map(({ data }) => data)).toMatchObject([{ tracks: ['01-camera1', '01-microphone'], pieces: { count: 37 } }]);
    expect(listed([first, many(2, '01-microphone', 12, 400_000)])).toHaveLength(2);
    expect(listed([first, many(2, '01-microphone', 37, 90_000)])).toHaveLength(2);
    expect(listed([first, gap(2, '01-microphone', 5_000_000, 9_000_000)])).toHaveLength(2);
    expect(listed([gap(2, '01-microphone', 5_000_000, 9_000_000), first])).toHaveLength(2);
  });
});

describe('the beginning', () => {
  it('is where everything that starts at the opening is there', () => {
    const tracks = [
      track({ audio: true, segments: [segment(16_449, 40_000)] }),
      track({ id: '01-camera1', segments: [segment(16_485, 40_000)] }),
      track({ id: '02-camera1', seat: 2, segments: [segment(30_000, 40_000)] }),
    ];
    const spans = [{ state: 'in_session' as const, from_ms: 16_441, to_ms: 40_000 }];
    expect(beginning(timeline({ tracks, spans }))).toBe(16_485);
    expect(beginning(timeline({}))).toBe(0);
  });
});

describe('leaving out holes', () => {
  const recorded = [span(10_000, 20_000), span(60_000, 70_000)];
  it('shows a hole for a moment, then goes on behind it', () => {
    expect(skipTo(recorded, 15_000, 2000)).toBeUndefined();
    expect(skipTo(recorded, 21_000, 2000)).toBeUndefined();
    expect(skipTo(recorded, 22_500, 2000)).toBe(60_000);
    expect(skipTo(recorded, 59_000, 2000)).toBeUndefined();
    expect(skipTo(recorded, 75_000, 2000)).toBeUndefined();
  });
});

describe('events', () => {
  const events = [1000, 5000, 9000].map((ms, n) => ({ n, ms, kind: 'opened', data: null }));
  it('are neighbours of the present; pressing "before" twice goes back twice', () => {
    expect(neighbour(events, 6000, 'after')?.ms).toBe(9000);
    expect(neighbour(events, 9000, 'after')).toBeUndefined();
    expect(neighbour(events, 6500, 'before')?.ms).toBe(5000);
    expect(neighbour(events, 5000, 'before')?.ms).toBe(1000);
    expect(neighbour(events, 500, 'before')).toBeUndefined();
  });
});

describe('the axis', () => {
  it('is marked at round wall-clock times', () => {
    const began = Date.parse('2026-11-21T06:58:20Z');
    const marks = ticks(began, 3_600_000, 6).map((ms) => new Date(began + ms).toISOString().slice(11, 19));
    expect(marks).toEqual(['07:00:00', '07:10:00', '07:20:00', '07:30:00', '07:40:00', '07:50:00']);
  });
});
