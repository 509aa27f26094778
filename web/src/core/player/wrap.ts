//! How recorded frames go into a SourceBuffer: as WebM, or H.264 as fragmented MP4.

import type { MediaCodec } from '../api';
import { codecOf, fragments, h264Of, initSegment } from './mp4';
import { type Timed, clusters } from './webm';

/** By codec, for a SourceBuffer before a file's header is known. */
export const TYPES: Readonly<Record<MediaCodec, string>> = {
  opus: 'audio/webm; codecs="opus"',
  vp8: 'video/webm; codecs="vp8"',
  vp9: 'video/webm; codecs="vp09.00.10.08"',
  av1: 'video/webm; codecs="av01.0.08M.08"',
  h264: 'video/mp4; codecs="avc1.42e01f"',
};

export interface Opening {
  readonly type: string;
  readonly init: Uint8Array<ArrayBuffer>;
}

/** The initialisation segment for a file, by its header; undefined if the header lacks what is needed. */
export function openingOf(codec: MediaCodec, header: Uint8Array): Opening | undefined {
  if (codec !== 'h264') return { type: TYPES[codec], init: header.slice() };
  const track = h264Of(header);
  return track && { type: `video/mp4; codecs="${codecOf(track)}"`, init: initSegment(track) };
}

export function mediaOf(codec: MediaCodec, frames: readonly Timed[]): Uint8Array<ArrayBuffer> {
  return codec === 'h264' ? fragments(frames) : clusters(frames);
}
