//! Frames wrapped anew as WebM clusters for a SourceBuffer, each with its exact duration. Browsers estimate durations
//! where a file gives none, take a slower frame after an estimate for a discontinuity, and then drop everything up to
//! the next key frame, up to ten seconds of it (Media Source Extensions, coded frame processing, step 1.6).

import type { Frame } from './ebml';

/** Most that a frame is shown for when the next is later: beyond it, time is really missing. */
export const LONGEST_MS: Readonly<Record<'audio' | 'video', number>> = { audio: 120, video: 1000 };

export interface Timed extends Frame {
  readonly durationMs: number;
}

/**
 * Gives every frame its duration, the last one by `next`, the time of the frame that follows, where that is known.
 * Without it the last frame lasts as long as the one before.
 */
export function timed(frames: readonly Frame[], next: number | undefined, longest: number, usual: number): readonly Timed[] {
  let last = usual;
  return frames.map((frame, i) => {
    const following = frames[i + 1]?.ms ?? next;
    const until = following === undefined ? undefined : following - frame.ms;
    if (until !== undefined && until > 0 && until <= longest) last = until;
    return { ...frame, durationMs: until !== undefined && until > 0 && until <= longest ? until : Math.min(last, usual) };
  });
}

function sized(id: readonly number[], body: readonly Uint8Array[]): Uint8Array[] {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  // Eight bytes of size always: no search for the shortest form.
  const head = new Uint8Array(id.length + 8);
  head.set(id);
  new DataView(head.buffer).setBigUint64(id.length, 0x0100000000000000n | BigInt(length));
  return [head, ...body];
}

function unsigned(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

function group(frame: Timed, clusterMs: number): Uint8Array[] {
  const head = new Uint8Array([0x81, 0, 0, 0]);
  new DataView(head.buffer).setInt16(1, frame.ms - clusterMs);
  const parts = [...sized([0xa1], [head, frame.data]), ...sized([0x9b], [unsigned(frame.durationMs)])];
  // A reference one millisecond back: its presence says that this is no key frame.
  if (!frame.key) parts.push(...sized([0xfb], [new Uint8Array([0xff])]));
  return sized([0xa0], parts);
}

/** Relative block times have 16 bits: a cluster spans less than this. */
const CLUSTER_SPAN_MS = 5000;

/** Whole clusters with all the frames. */
export function clusters(frames: readonly Timed[]): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < frames.length) {
    const start = frames[at]?.ms ?? 0;
    let end = at;
    while (end < frames.length && (frames[end]?.ms ?? Infinity) - start < CLUSTER_SPAN_MS) end++;
    const groups = frames.slice(at, end).flatMap((frame) => group(frame, start));
    parts.push(...sized([0x1f, 0x43, 0xb6, 0x75], [...sized([0xe7], [unsigned(start)]), ...groups]));
    at = end;
  }
  return concat(parts);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
