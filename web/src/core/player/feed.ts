//! What a track must fetch next. Pure: the shell in `source.ts` fetches and appends.

import type { TimelineTrack } from '../api';
import { type Chunk, chunkAt, chunksOf, segmentFrom } from './timeline';

/** Key frames come every ten seconds (recorder), so that this much before a moment holds one. */
export const PREROLL_MS = { audio: 500, video: 10_500 } as const;
export const AHEAD_MS = 20_000;
export const BEHIND_MS = 20_000;
/** Most bytes asked for at once, so that the picture comes soon and a jump wastes little. */
export const PIECE_BYTES = 1 << 20;
/** The first piece after a jump goes so far beyond the moment: what comes later can come later, a voice's minutes too. */
export const FIRST_MS = 2000;

/** What is in the buffer without a hole: all there is of the track in this time. */
export interface Run {
  readonly startMs: number;
  readonly endMs: number;
  readonly segment: number;
  /** Next chunk of the segment. */
  readonly next: number;
}

export interface Piece {
  readonly segment: number;
  readonly from: number;
  readonly to: number;
  /** First chunk, and the chunk after the last. */
  readonly first: number;
  readonly after: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Begins a run: the buffer is emptied first. */
  readonly fresh: boolean;
}

/** From one chunk up to `untilMs`, or to the chunk after which there are bytes enough; the chunk `least` belongs to it. */
function piece(track: TimelineTrack, segment: number, first: number, fresh: boolean, least: number, untilMs: number): Piece | undefined {
  const found = track.segments[segment];
  if (found === undefined) return undefined;
  const chunks: readonly Chunk[] = chunksOf(found);
  const head = chunks[first];
  if (head === undefined) return undefined;
  let after = first + 1;
  let end = head;
  for (let next = chunks[after]; next !== undefined; next = chunks[after]) {
    if ((next.to - head.from > PIECE_BYTES || next.fromMs >= untilMs) && after > least) break;
    end = next;
    after++;
  }
  return { segment, from: head.from, to: end.to, first, after, fromMs: head.fromMs, toMs: end.toMs, fresh };
}

/** Begins a run so that `ms` can be shown, `preroll` before it. */
export function begin(track: TimelineTrack, ms: number, preroll: number): Piece | undefined {
  const segment = segmentFrom(track, ms);
  const found = segment === undefined ? undefined : track.segments[segment];
  if (segment === undefined || found === undefined) return undefined;
  const chunks = chunksOf(found);
  // The moment itself belongs to the first piece, so that it says whether there was a key frame before it.
  return piece(track, segment, chunkAt(chunks, ms - preroll), true, chunkAt(chunks, ms), ms + FIRST_MS);
}

/** The next piece to fetch for showing `ms` and the `ahead` ms that follow, or undefined while there is enough. */
export function nextPiece(track: TimelineTrack, run: Run | undefined, ms: number, preroll: number, ahead = AHEAD_MS): Piece | undefined {
  const segment = segmentFrom(track, ms);
  const covering = segment === undefined ? undefined : track.segments[segment];
  if (covering === undefined || covering.from_ms > ms + ahead) return undefined;
  if (run === undefined || ms < run.startMs || ms > run.endMs + PREROLL_MS.video) return begin(track, ms, preroll);
  if (run.endMs >= ms + ahead) return undefined;
  const more = piece(track, run.segment, run.next, false, 0, ms + ahead);
  if (more !== undefined) return more;
  const following = track.segments[run.segment + 1];
  return following === undefined || following.from_ms > ms + ahead ? undefined : piece(track, run.segment + 1, 0, false, 0, ms + ahead);
}

/** Whether everything there is of the track at `ms` is in the buffer. */
export function covers(run: Run | undefined, ms: number): boolean {
  return run !== undefined && run.startMs <= ms && ms <= run.endMs;
}

/** Whether a file of the track covers `ms`. */
export function hasMedia(track: TimelineTrack, ms: number): boolean {
  return track.segments.some((segment) => segment.from_ms <= ms && ms < segment.to_ms);
}
