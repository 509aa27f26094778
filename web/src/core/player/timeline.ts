//! A record's times: where in which file a moment is, what a lane shows, what was recorded and what was not.

import type { Segment, Timeline, TimelineEvent, TimelineTrack } from '../api';

/** Bytes `from..to` of a segment, which hold its blocks after `fromMs` and up to `toMs`. Starts at a cluster. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The pieces between a segment's sync points, without hole or overlap from the first byte to the last. */
export function chunksOf(segment: Segment): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let from = 0;
  let fromMs = segment.from_ms;
  for (const { offset, ms } of segment.seek) {
    if (offset <= from || offset > segment.bytes) continue;
    const toMs = Math.max(ms, fromMs);
    chunks.push({ from, to: offset, fromMs, toMs });
    from = offset;
    fromMs = toMs;
  }
  // What came after the last sync point is in the file all the same.
  if (from < segment.bytes) chunks.push({ from, to: segment.bytes, fromMs, toMs: Math.max(segment.to_ms, fromMs) });
  return chunks;
}

/** Index of the first chunk that may hold the frame shown at `ms`. */
export function chunkAt(chunks: readonly Chunk[], ms: number): number {
  const at = chunks.findIndex((chunk) => chunk.toMs >= ms);
  return at === -1 ? Math.max(0, chunks.length - 1) : at;
}

/** Index of the segment that covers `ms`, or else of the next one after it. */
export function segmentFrom(track: TimelineTrack, ms: number): number | undefined {
  const at = track.segments.findIndex((segment) => segment.to_ms > ms);
  return at === -1 ? undefined : at;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export type LaneKind = 'recorded' | 'lost' | 'by_law';

export interface LaneSpan extends Span {
  readonly kind: LaneKind;
  /** Why: the gap's reason, or the state of the session. */
  readonly reason: string;
}

/** `spans` without what lies in `holes`. Both in order; holes may overlap. */
export function without<T extends Span>(spans: readonly T[], holes: readonly Span[]): readonly T[] {
  return spans.flatMap((span) => {
    let rest: T[] = [span];
    for (const hole of holes) {
      rest = rest.flatMap((part) =>
        hole.toMs <= part.fromMs || hole.fromMs >= part.toMs
          ? [part]
          : [
              { ...part, toMs: Math.min(part.toMs, hole.fromMs) },
              { ...part, fromMs: Math.max(part.fromMs, hole.toMs) },
            ].filter((piece) => piece.toMs > piece.fromMs),
      );
    }
    return rest;
  });
}

/** Overlapping or touching spans as one. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const out: { fromMs: number; toMs: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = out.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else out.push({ fromMs: span.fromMs, toMs: span.toMs });
  }
  return out;
}

export function total(spans: readonly Span[]): number {
  return merged(spans).reduce((sum, span) => sum + span.toMs - span.fromMs, 0);
}

/** Time that the law leaves out: pauses, holds, before opening and after closing. */
export function byLaw(timeline: Timeline): readonly LaneSpan[] {
  return timeline.spans
    .filter((span) => span.state !== 'in_session' && span.to_ms > span.from_ms)
    .map((span) => ({ kind: 'by_law', fromMs: span.from_ms, toMs: span.to_ms, reason: span.state }));
}

/** Time in session that a track lacks, as the ledger states it. */
export function lost(tracks: readonly TimelineTrack[]): readonly LaneSpan[] {
  return tracks.flatMap((track) =>
    track.gaps.map((gap) => ({ kind: 'lost' as const, fromMs: gap.from_ms, toMs: gap.to_ms, reason: gap.reason })),
  );
}

/** One lane of the picture: what there is of these tracks, in the order of time. */
export function laneOf(timeline: Timeline, tracks: readonly TimelineTrack[]): readonly LaneSpan[] {
  const law = byLaw(timeline);
  const gone = lost(tracks);
  const files = merged(tracks.flatMap((track) => track.segments.map((s) => ({ fromMs: s.from_ms, toMs: s.to_ms }))));
  const recorded = without(files, [...law, ...gone]).map((span) => ({ ...span, kind: 'recorded' as const, reason: '' }));
  return [...recorded, ...gone, ...law].sort((a, b) => a.fromMs - b.fromMs);
}

/** A lane a seat: the people and points in the hearing's order, each with its tracks. */
export interface Lane {
  readonly seat: number;
  readonly label: string;
  readonly people: TimelineTrack['people'];
  readonly tracks: readonly TimelineTrack[];
}

export function lanesOf(timeline: Timeline): readonly Lane[] {
  const seats = [...new Set(timeline.tracks.map((track) => track.seat))].sort((a, b) => a - b);
  return seats.flatMap((seat) => {
    const tracks = timeline.tracks.filter((track) => track.seat === seat);
    const first = tracks[0];
    return first === undefined ? [] : [{ seat, label: first.label, people: first.people, tracks }];
  });
}

/** Whether anything was recorded at `ms`, by any track. */
export function anythingAt(timeline: Timeline, ms: number): boolean {
  return recordedSpans(timeline).some((span) => span.fromMs <= ms && ms < span.toMs);
}

/** Where the record goes on after `ms`; undefined at its end. */
export function nextRecorded(timeline: Timeline, ms: number): number | undefined {
  return recordedSpans(timeline).find((span) => span.fromMs > ms)?.fromMs;
}

/** Where a record begins to be seen: tracks start within moments of each other, and the first alone would show nothing. */
export function beginning(timeline: Timeline): number {
  const first = recordedSpans(timeline)[0]?.fromMs;
  if (first === undefined) return 0;
  const starts = timeline.tracks.flatMap((track) => track.segments.map((segment) => segment.from_ms));
  return Math.max(first, ...starts.filter((start) => start <= first + 1000));
}

/** Where to go on from a hole once it has been shown for `shownMs`; undefined while there is no need. */
export function skipTo(recorded: readonly Span[], ms: number, shownMs: number): number | undefined {
  if (recorded.some((span) => span.fromMs <= ms && ms < span.toMs)) return undefined;
  const next = recorded.find((span) => span.fromMs > ms)?.fromMs;
  const began = recorded.findLast((span) => span.toMs <= ms)?.toMs ?? 0;
  return next === undefined || ms - began < shownMs || next - ms < shownMs ? undefined : next;
}

export function recordedSpans(timeline: Timeline): readonly Span[] {
  return merged(lanesOf(timeline).flatMap((lane) => laneOf(timeline, lane.tracks).filter((span) => span.kind === 'recorded')));
}

/** The event before or after `ms`. Within `slack` of an event, "before" means the one before that. */
export function neighbour(events: readonly TimelineEvent[], ms: number, way: 'before' | 'after', slack = 1000): TimelineEvent | undefined {
  return way === 'after' ? events.find((event) => event.ms > ms + 1) : events.findLast((event) => event.ms < ms - slack);
}

/** Round wall-clock marks for the axis, in hearing time: at most `most` of them. */
export function ticks(beganUtcMs: number, durationMs: number, most: number): readonly number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400].map((s) => s * 1000);
  const step = steps.find((candidate) => durationMs / candidate <= most) ?? 14_400_000;
  const first = Math.ceil(beganUtcMs / step) * step - beganUtcMs;
  const out: number[] = [];
  for (let at = first; at <= durationMs; at += step) out.push(at);
  return out;
}

/** `02:26:28`. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `05:29`, or with hours from one hour on: how long something lacks. */
export function spanText(ms: number): string {
  const text = clockText(Math.round(ms / 1000) * 1000);
  return text.startsWith('00:') ? text.slice(3) : text;
}
