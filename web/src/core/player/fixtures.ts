//! Records made up for tests.

import type { Segment, TimelineTrack } from '../api';

export function segment(from_ms: number, to_ms: number, over: Partial<Segment> = {}): Segment {
  return { file: '01-camera1/1-0001.webm', codec: 'vp8', from_ms, to_ms, bytes: 3500, seek: [{ offset: 1000, ms: from_ms + 1000 }, { offset: 2000, ms: from_ms + 2000 }, { offset: 3000, ms: from_ms + 3000 }], ...over };
}

export function track(over: Partial<TimelineTrack> = {}): TimelineTrack {
  return { id: '01-camera1', seat: 1, device: 'camera1', label: 'A', people: [], audio: false, segments: [], gaps: [], ...over };
}
