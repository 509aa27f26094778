//! Who is heard, and how loud: seats that are silenced or heard alone, and the original or its interpretation.

import type { Timeline, TimelineTrack } from '../api';
import { carried, dataOf, isData, listOf, planned, spansOf } from './ledger';
import { type Span, merged, without } from './timeline';

/** `both`: the interpretation, and the original softly beneath it. Without interpretation they are all the same. */
export type Voice = 'original' | 'interpretation' | 'both';

export const VOICES: readonly Voice[] = ['original', 'interpretation', 'both'];

export interface Sound {
  readonly muted: readonly number[];
  readonly solo: readonly number[];
  /** Undefined: every voice, whatever channel it was on. */
  readonly voice: Voice | undefined;
}

export const EVERYTHING: Sound = { muted: [], solo: [], voice: undefined };

/** How loud the original is beneath its interpretation. */
export const SOFTLY = 0.25;

/** Whether a seat is heard: muted seats never, and with any solo only those. */
export function audible(seat: number, muted: readonly number[], solo: readonly number[]): boolean {
  return !muted.includes(seat) && (solo.length === 0 || solo.includes(seat));
}

/** Spans in which tracks were the interpreters' channel, by track; only those that have any. */
export type Interpreted = ReadonlyMap<string, readonly Span[]>;

function overlaps(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  return spans.flatMap((span) => others.flatMap((other) => {
    const [fromMs, toMs] = [Math.max(span.fromMs, other.fromMs), Math.min(span.toMs, other.toMs)];
    return toMs > fromMs ? [{ fromMs, toMs }] : [];
  }));
}

/** Spans in which a seat's microphone spoke on the interpreters' channel. */
function onChannel(timeline: Timeline, seat: number): readonly Span[] {
  const before = listOf(carried(timeline)['seats']).find((one) => one['seat'] === seat)?.['speaks_on'];
  return spansOf(timeline.events, timeline.duration_ms, (event) => {
    const data = dataOf(event);
    if (event.kind === 'continued' && before === 'interpretation') return {};
    if (event.kind !== 'speaks_on' || data['seat'] !== seat) return undefined;
    return data['channel'] === 'interpretation' ? {} : null;
  });
}

/** Spans in which a seat's microphone was open and not silenced by the court. */
function open(timeline: Timeline, seat: number): readonly Span[] {
  const procedure = planned(timeline)['procedure'];
  const secret = listOf(isData(procedure) ? procedure['phases'] : undefined).filter((one) => one['deliberation'] === true).map((one) => one['id']);
  let [isOpen, muted, was] = [false, false, false];
  return spansOf(timeline.events, timeline.duration_ms, (event) => {
    const data = dataOf(event);
    const own = data['seat'] === seat;
    if (own && event.kind === 'entered') isOpen = data['microphone_open'] === true;
    else if (own && event.kind === 'microphone_set') isOpen = data['open'] === true;
    else if (own && (event.kind === 'muted' || event.kind === 'mute_locked')) muted = true;
    else if (own && event.kind === 'unmuted') muted = false;
    else if (own && event.kind === 'left') isOpen = false;
    else if (event.kind === 'resumed' && data['by'] === seat) isOpen = true;
    else if (event.kind === 'paused' || (event.kind === 'phase_began' && secret.includes(data['phase']))) isOpen = false;
    const is = isOpen && !muted;
    if (is === was) return undefined;
    was = is;
    return is ? {} : null;
  });
}

/** When each track was the interpreters' channel: open, and in the record. */
export function interpretation(timeline: Timeline): Interpreted {
  const found = timeline.tracks.flatMap((track): readonly (readonly [string, readonly Span[]])[] => {
    if (track.device !== 'microphone' && track.device !== 'interpretation') return [];
    const channel = track.device === 'interpretation' ? [{ fromMs: 0, toMs: timeline.duration_ms }] : onChannel(timeline, track.seat);
    const files = merged(track.segments.map((segment) => ({ fromMs: segment.from_ms, toMs: segment.to_ms })));
    const kept = without(files, track.gaps.filter((gap) => gap.pieces === undefined).map((gap) => ({ fromMs: gap.from_ms, toMs: gap.to_ms })));
    const spans = overlaps(overlaps(channel, open(timeline, track.seat)), kept);
    return spans.length === 0 ? [] : [[track.id, spans]];
  });
  return new Map(found);
}

function covers(spans: readonly Span[] | undefined, ms: number): boolean {
  return spans?.some((span) => span.fromMs <= ms && ms < span.toMs) ?? false;
}

/** From 0 to 1: how loud a track is at `ms`. Nobody is left in silence where nobody interprets. */
export function volumeOf(track: TimelineTrack, ms: number, sound: Sound, interpreted: Interpreted): number {
  if (!track.audio || !audible(track.seat, sound.muted, sound.solo)) return 0;
  // A recording that was shown is on no channel, and who is heard alone is wanted whatever the channel.
  if (sound.voice === undefined || track.device === 'played_sound' || sound.solo.includes(track.seat)) return 1;
  const own = covers(interpreted.get(track.id), ms);
  if (sound.voice === 'original') return own ? 0 : 1;
  const interpreting = [...interpreted.values()].some((spans) => covers(spans, ms));
  if (own || !interpreting) return 1;
  return sound.voice === 'both' ? SOFTLY : 0;
}

/** The seats that interpreted, in their order. */
export function interpreters(timeline: Timeline, interpreted: Interpreted): readonly number[] {
  const seats = timeline.tracks.filter((track) => interpreted.has(track.id)).map((track) => track.seat);
  return [...new Set(seats)].sort((a, b) => a - b);
}

