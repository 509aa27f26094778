//! What a jump in a record of four hours costs: how many ranges, and how many bytes, before there is a picture.

import { describe, expect, it } from 'vitest';
import type { Segment, TimelineTrack } from '../api';
import { FIRST_MS, PREROLL_MS, nextPiece } from './feed';
import { track } from './fixtures';
import { chunkAt, chunksOf } from './timeline';

const HOUR_MS = 3_600_000;

/** So many ms with a sync point for each second, at so many bytes a second. */
function long(ms: number, bytes: number, audio: boolean): TimelineTrack {
  const seek = Array.from({ length: ms / 1000 - 1 }, (_, n) => ({ offset: (n + 1) * bytes, ms: (n + 1) * 1000 }));
  const segment: Segment = { file: audio ? 'a' : 'v', codec: audio ? 'opus' : 'vp8', from_ms: 0, to_ms: ms, bytes: (ms / 1000) * bytes, seek };
  return track({ audio, device: audio ? 'microphone' : 'camera1', segments: [segment] });
}

/** Ranges and bytes until the moment is in the buffer. */
function cost(of: TimelineTrack, ms: number): { ranges: number; bytes: number } {
  const piece = nextPiece(of, undefined, ms, of.audio ? PREROLL_MS.audio : PREROLL_MS.video);
  if (piece === undefined) throw new Error('nothing to fetch');
  expect(piece.fromMs).toBeLessThanOrEqual(ms);
  expect(piece.toMs).toBeGreaterThanOrEqual(ms);
  return { ranges: 1, bytes: piece.to - piece.from };
}

describe('a jump in a record of four hours', () => {
  const picture = 150_000, voice = 5000;
  const moments = [0.1, 0.999, 1.7, 2.5, 3.333, 3.99].map((hours) => Math.round(hours * HOUR_MS));

  it.each(moments)('to %d ms needs one range a track, from the key frame before it', (ms) => {
    const seen = cost(long(4 * HOUR_MS, picture, false), ms);
    // Ten seconds of picture from key frame to key frame, and the seconds that the ends lie in.
    expect(seen.bytes).toBeLessThanOrEqual(picture * ((PREROLL_MS.video + FIRST_MS) / 1000 + 2));
    expect(cost(long(4 * HOUR_MS, voice, true), ms).bytes).toBeLessThanOrEqual(voice * ((PREROLL_MS.audio + FIRST_MS) / 1000 + 2));
  });

  it('costs the same as in a record of ten minutes', () => {
    const [short, whole] = [long(HOUR_MS / 6, picture, false), long(4 * HOUR_MS, picture, false)];
    expect(cost(whole, 3 * HOUR_MS + 12_345).bytes).toBe(cost(short, 300_000 + 12_345).bytes);
  });

  it('goes through the sync points once, however often it is asked', () => {
    const [segment] = long(4 * HOUR_MS, picture, false).segments;
    expect(chunksOf(segment!)).toBe(chunksOf(segment!));
    expect(chunksOf(segment!)).toHaveLength(14_400);
  });

  it('finds the same piece as a search from the beginning', () => {
    const chunks = chunksOf(long(4 * HOUR_MS, picture, false).segments[0]!);
    for (const ms of [-5, 0, 1000, 1001, 7_654_321, 14_399_999, 14_400_000, 99_999_999]) {
      const first = chunks.findIndex((chunk) => chunk.toMs >= ms);
      expect(chunkAt(chunks, ms)).toBe(first === -1 ? chunks.length - 1 : first);
    }
  });
});
