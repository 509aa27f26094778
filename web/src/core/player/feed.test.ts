import { describe, expect, it } from 'vitest';
import type { Segment } from '../api';
import { AHEAD_MS, PIECE_BYTES, PREROLL_MS, type Run, covers, hasMedia, nextPiece } from './feed';
import { track } from './fixtures';

/** A minute of video at 1.5 Mb/s, synced each second. */
function minute(from: number, file: string): Segment {
  const seek = Array.from({ length: 60 }, (_, n) => ({ offset: (n + 1) * 190_000, ms: from + (n + 1) * 1000 }));
  return { file, codec: 'vp8', from_ms: from, to_ms: from + 60_000, bytes: 60 * 190_000, seek };
}

const two = track({ segments: [minute(5000, 'a'), minute(100_000, 'b')] });

/** Feeds as the source does until there is enough at `ms`. */
function feed(ms: number, run: Run | undefined, most = 400): { run: Run | undefined; bytes: number; pieces: number } {
  let bytes = 0;
  for (let pieces = 0; pieces < most; pieces++) {
    const piece = nextPiece(two, run, ms, PREROLL_MS.video);
    if (piece === undefined) return { run, bytes, pieces };
    bytes += piece.to - piece.from;
    run = { startMs: piece.fresh ? Math.min(piece.fromMs, ms) : (run?.startMs ?? 0), endMs: piece.toMs, segment: piece.segment, next: piece.after };
  }
  throw new Error('never enough');
}

describe('feeding', () => {
  it('begins far enough before the moment for a key frame, and with the moment in the first piece', () => {
    const piece = nextPiece(two, undefined, 40_000, PREROLL_MS.video);
    expect(piece?.fresh).toBe(true);
    expect(piece?.fromMs).toBeLessThanOrEqual(40_000 - PREROLL_MS.video);
    expect(piece?.fromMs).toBeGreaterThan(40_000 - PREROLL_MS.video - 1001);
    expect(piece?.toMs).toBeGreaterThanOrEqual(40_000);
  });

  it('reads ahead in small pieces and then rests', () => {
    const { run, pieces } = feed(40_000, undefined);
    expect(run?.endMs).toBeGreaterThanOrEqual(40_000 + AHEAD_MS);
    expect(pieces).toBeGreaterThan(3);
    const next = nextPiece(two, { startMs: 5000, endMs: 20_000, segment: 0, next: 15 }, 10_000, PREROLL_MS.video);
    expect((next?.to ?? 0) - (next?.from ?? 0)).toBeLessThanOrEqual(PIECE_BYTES);
    expect(next?.first).toBe(15);
  });

  it('fetches every byte of a play-through once', () => {
    let run: Run | undefined;
    let bytes = 0;
    for (let at = 5000; at < 65_000; at += 500) {
      const fed = feed(at, run);
      run = fed.run;
      bytes += fed.bytes;
    }
    expect(bytes).toBe(60 * 190_000);
  });

  it('begins anew after a jump back or far ahead, but not at the edge of what it has', () => {
    const run: Run = { startMs: 30_000, endMs: 50_000, segment: 0, next: 45 };
    expect(nextPiece(two, run, 10_000, PREROLL_MS.video)?.fresh).toBe(true);
    expect(nextPiece(two, run, 64_000, PREROLL_MS.video)?.fresh).toBe(true);
    expect(nextPiece(two, run, 50_100, PREROLL_MS.video)?.fresh).toBe(false);
  });

  it('fetches the next segment before the hole is over, and nothing long before', () => {
    const done: Run = { startMs: 5000, endMs: 65_000, segment: 0, next: 60 };
    expect(nextPiece(two, done, 66_000, PREROLL_MS.video)).toBeUndefined();
    const piece = nextPiece(two, done, 85_000, PREROLL_MS.video);
    expect(piece?.segment).toBe(1);
    expect(piece?.first).toBe(0);
  });

  it('has nothing to do after the end', () => {
    expect(nextPiece(two, undefined, 160_001, PREROLL_MS.video)).toBeUndefined();
  });

  it('knows what it has and what there is', () => {
    expect(covers({ startMs: 1, endMs: 3, segment: 0, next: 0 }, 3)).toBe(true);
    expect(covers(undefined, 3)).toBe(false);
    expect([4999, 5000, 64_999, 65_000].map((ms) => hasMedia(two, ms))).toEqual([false, true, true, false]);
  });
});
