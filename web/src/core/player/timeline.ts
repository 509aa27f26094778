//! A record's times: where in which file a moment is, what a lane shows, what was recorded and what was not.

import type { SessionState } from '../../protocol/generated/signal';
import type { Segment, Timeline, TimelineEvent, TimelineTrack } from '../api';

/** Bytes `from..to` of a segment, which hold its blocks after `fromMs` and up to `toMs`. Starts at a cluster. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Hours of a hearing have a sync point for each second: they are gone through once. */
const cut = new WeakMap<Segment, readonly Chunk[]>();

/** The pieces between a segment's sync points, without hole or overlap from its first byte to the last. */
export function chunksOf(segment: Segment): readonly Chunk[] {
  const known = cut.get(segment);
  if (known !== undefined) return known;
  const chunks = cutUp(segment);
  cut.set(segment, chunks);
  return chunks;
}

function cutUp(segment: Segment): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let from = segment.begins ?? 0;
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
  let [low, high] = [0, Math.max(0, chunks.length - 1)];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunks[middle]?.toMs ?? Infinity) >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
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

interface KeptSpan extends Span {
  readonly kind: 'recorded' | 'by_law';
  /** The state of the session in which the law leaves out. */
  readonly reason: string;
}

/** `partly`: of several gaps stated as one, with recording between them. */
export interface LostSpan extends Span {
  readonly kind: 'lost' | 'partly';
  readonly reason: string;
  /** How many gaps it stands for. */
  readonly count: number;
  /** How much of the span is missing; the whole of it if `lost`. */
  readonly missingMs: number;
}

export type LaneSpan = KeptSpan | LostSpan;

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

export interface Phase extends Span {
  readonly state: SessionState | 'outage';
}

/** Spans in which the server did not run, as it states them when it runs again. */
function outages(timeline: Timeline): readonly Span[] {
  return timeline.events.flatMap(({ kind, ms, data }) => {
    const lasted = typeof data === 'object' && data !== null ? (data as { outage_us?: unknown }).outage_us : undefined;
    return kind === 'taken_up' && typeof lasted === 'number' ? [{ fromMs: Math.max(0, ms - lasted / 1000), toMs: ms }] : [];
  });
}

/** The states of the session in order. While the server did not run nobody was heard: that is no time in session. */
export function phases(timeline: Timeline): readonly Phase[] {
  const out = outages(timeline);
  const spans = timeline.spans.map(({ state, from_ms, to_ms }) => ({ state, fromMs: from_ms, toMs: to_ms })).filter((span) => span.toMs > span.fromMs);
  const [within, others] = [spans.filter(({ state }) => state === 'in_session'), spans.filter(({ state }) => state !== 'in_session')];
  const cut: readonly Phase[] = without<Phase>(within, out);
  // Of an outage, what lay in session; the rest is a hold or a pause all the same.
  const lost = within.flatMap((span) => out
    .map((hole) => ({ state: 'outage' as const, fromMs: Math.max(span.fromMs, hole.fromMs), toMs: Math.min(span.toMs, hole.toMs) }))
    .filter((hole) => hole.toMs > hole.fromMs));
  return [...cut, ...lost, ...others].sort((a, b) => a.fromMs - b.fromMs);
}

/** Bounds of gaps that differ by less than this, in ms, are read as the same. */
const SAME = 100;

interface GapData {
  readonly track: string;
  readonly from_us: number;
  readonly to_us: number;
  readonly reason: string;
  /** Of several gaps stated as one; without it the whole span is missing. */
  readonly pieces?: { readonly count: number; readonly missing_us: number };
  /** Of one seat, lost together. */
  readonly tracks?: readonly string[];
}

/** The bounds and tracks of an event that states a gap. */
export function gapIn(event: TimelineEvent): (GapData & { readonly tracks: readonly string[] }) | undefined {
  const data = event.data as Partial<GapData> | null;
  if (event.kind !== 'gap' || typeof data?.track !== 'string' || typeof data.from_us !== 'number' || typeof data.to_us !== 'number') return undefined;
  return { tracks: [data.track], reason: '', ...data } as GapData & { readonly tracks: readonly string[] };
}

/** Events as they are listed: what one seat lost of sound and picture at the same time, for the same reason and, where
 *  several gaps are stated as one, in as many pieces and for as long, is one. */
export function listed(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const out: TimelineEvent[] = [];
  for (const event of events) {
    const gap = gapIn(event);
    const same = (other: TimelineEvent): boolean => {
      const known = gapIn(other);
      return gap !== undefined && known !== undefined && Number.parseInt(known.track, 10) === Number.parseInt(gap.track, 10) && known.reason === gap.reason
        && Math.abs(known.from_us - gap.from_us) < SAME * 1000 && Math.abs(known.to_us - gap.to_us) < SAME * 1000
        && known.pieces?.count === gap.pieces?.count && known.pieces?.missing_us === gap.pieces?.missing_us;
    };
    const at = gap === undefined ? -1 : out.findIndex(same);
    const first = out[at];
    const known = first && gapIn(first);
    if (first === undefined || known === undefined || gap === undefined) out.push(event);
    else out[at] = { ...first, data: { ...known, tracks: [...known.tracks, gap.track] } };
  }
  return out;
}

/** Time that the law leaves out: pauses, holds, before opening and after closing. */
export function byLaw(timeline: Timeline): readonly KeptSpan[] {
  return timeline.spans
    .filter((span) => span.state !== 'in_session' && span.to_ms > span.from_ms)
    .map((span) => ({ kind: 'by_law', fromMs: span.from_ms, toMs: span.to_ms, reason: span.state }));
}

type Gap = TimelineTrack['gaps'][number];

/** How many gaps these are, of which some may be stated as one. */
export function piecesIn(gaps: readonly { readonly pieces?: { readonly count: number } }[]): number {
  return gaps.reduce((sum, gap) => sum + (gap.pieces?.count ?? 1), 0);
}

function lostSpan(gap: Gap): LostSpan {
  const span = { fromMs: gap.from_ms, toMs: gap.to_ms, reason: gap.reason, count: piecesIn([gap]) };
  const long = gap.to_ms - gap.from_ms;
  const missingMs = gap.pieces?.missing_ms ?? long;
  // The server cuts each of the three times to whole ms, by which a span can seem longer than its pieces.
  return missingMs + 1 < long ? { ...span, kind: 'partly', missingMs } : { ...span, kind: 'lost', missingMs: long };
}

/** What tracks lack of the time in session, as the ledger states it. */
export function lost(tracks: readonly TimelineTrack[]): readonly LostSpan[] {
  return tracks.flatMap((track) => track.gaps.map(lostSpan));
}

/**
 * In how many pieces and for how long, in ms, something of these tracks is missing. What several lack at the same time
 * counts once as time. Where in a span lost in part its pieces lie is not stated: they are added up, so that rather too
 * much is said than too little, but never more than the spans.
 */
export function missing(tracks: readonly TimelineTrack[]): { readonly count: number; readonly ms: number } {
  const gone = lost(tracks);
  const whole = total(gone.filter((span) => span.kind === 'lost'));
  const parts = gone.filter((span) => span.kind === 'partly').reduce((sum, span) => sum + span.missingMs, 0);
  return { count: gone.reduce((sum, span) => sum + span.count, 0), ms: Math.min(total(gone), whole + parts) };
}

/** One lane of the picture: what there is of these tracks, in the order of time. A span lost in part lies over what is
 *  recorded: most of it is there. */
export function laneOf(timeline: Timeline, tracks: readonly TimelineTrack[]): readonly LaneSpan[] {
  const law = byLaw(timeline);
  const gone = lost(tracks);
  const files = merged(tracks.flatMap((track) => track.segments.map((s) => ({ fromMs: s.from_ms, toMs: s.to_ms }))));
  const holes = gone.filter((span) => span.kind === 'lost');
  const recorded = without(files, [...law, ...holes]).map((span) => ({ ...span, kind: 'recorded' as const, reason: '' }));
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

/** Where anything was recorded, by any track: a voice goes on where the picture of the same seat is lost. */
export function recordedSpans(timeline: Timeline): readonly Span[] {
  const known = recordedIn.get(timeline);
  if (known !== undefined) return known;
  const spans = recordedAnew(timeline);
  recordedIn.set(timeline, spans);
  return spans;
}

/** Asked for ten times a second while a record is played, and always the same. */
const recordedIn = new WeakMap<Timeline, readonly Span[]>();

function recordedAnew(timeline: Timeline): readonly Span[] {
  return merged(timeline.tracks.flatMap((track) => laneOf(timeline, [track]).filter((span) => span.kind === 'recorded')));
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
