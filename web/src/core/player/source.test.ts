//! A track's source against a browser's media source that is made up: what a jump fetches, and when there is a picture.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Segment, TimelineTrack } from '../api';
import { scan } from './ebml';
import { track } from './fixtures';
import { type FetchRange, TrackSource } from './source';
import { clusters, concat } from './webm';

const HOUR_MS = 3_600_000;
const HEADER = concat([
  new Uint8Array([0x1a, 0x45, 0xdf, 0xa3, 0x84, 0x42, 0x86, 0x81, 0x01]),
  new Uint8Array([0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
]);

/** The second `n` of a recording: 25 pictures, a key picture every ten seconds. */
function second(n: number): Uint8Array<ArrayBuffer> {
  return clusters(Array.from({ length: 25 }, (_, i) => ({ ms: n * 1000 + i * 40, key: n % 10 === 0 && i === 0, data: new Uint8Array(400), durationMs: 40 })));
}

/** A file of so many hours, of which only what is asked for is ever made. Seconds with a key picture are shorter. */
function recording(hours: number): { track: TimelineTrack; fetch: FetchRange; asked: number[][] } {
  const [withKey, without] = [second(0).length, second(1).length];
  const start = (n: number): number => HEADER.length + Math.ceil(n / 10) * withKey + (n - Math.ceil(n / 10)) * without;
  const seconds = (hours * HOUR_MS) / 1000;
  const seek = Array.from({ length: seconds }, (_, n) => ({ offset: start(n + 1), ms: (n + 1) * 1000 - 40 }));
  const segment: Segment = { file: 'v', codec: 'vp8', from_ms: 0, to_ms: hours * HOUR_MS, bytes: start(seconds), seek };
  const asked: number[][] = [];
  const fetch: FetchRange = (_file, from, to) => {
    asked.push([from, to]);
    const parts: Uint8Array[] = from === 0 ? [HEADER] : [];
    for (let n = 0; n < seconds; n++) if (start(n) >= Math.max(from, HEADER.length) && start(n + 1) <= to) parts.push(second(n));
    return Promise.resolve(concat(parts));
  };
  return { track: track({ segments: [segment] }), fetch, asked };
}

/** One range, as far as the appended frames go. */
class Buffer extends EventTarget {
  times: number[] = [];
  get buffered() {
    const { times } = this;
    return { length: times.length === 0 ? 0 : 1, start: () => times[0]! / 1000, end: () => (times.at(-1)! + 40) / 1000 };
  }
  abort(): void { /* Nothing is under way. */ }
  changeType(): void { /* Every type will do. */ }
  remove(fromS: number, toS: number): void { this.times = this.times.filter((ms) => ms < fromS * 1000 || ms >= toS * 1000); this.#end(); }
  appendBuffer(bytes: Uint8Array): void { this.times.push(...scan(bytes).frames.map(({ ms }) => ms)); this.#end(); }
  #end(): void { queueMicrotask(() => this.dispatchEvent(new Event('updateend'))); }
}

class Media extends EventTarget {
  static last: Media | undefined;
  static isTypeSupported(): boolean { return true; }
  readyState = 'open';
  duration = 0;
  readonly buffer = new Buffer();
  constructor() {
    super();
    Media.last = this;
    queueMicrotask(() => this.dispatchEvent(new Event('sourceopen')));
  }
  addSourceBuffer(): Buffer { return this.buffer; }
}

function element(): HTMLMediaElement {
  const made = { addEventListener: () => undefined, removeEventListener: () => undefined, get buffered() { return Media.last?.buffer.buffered ?? { length: 0 }; } };
  return made as unknown as HTMLMediaElement;
}

const settle = async (): Promise<void> => { for (let n = 0; n < 200; n++) await Promise.resolve(); };

describe('a jump in four hours of a picture', () => {
  beforeEach(() => {
    vi.stubGlobal('MediaSource', Media);
    vi.stubGlobal('URL', { createObjectURL: () => 'blob:', revokeObjectURL: () => undefined });
  });
  afterEach(() => { vi.unstubAllGlobals(); });

  it('asks for one range before the picture is there, and for none where it is there already', async () => {
    const { track: of, fetch, asked } = recording(4);
    const source = new TrackSource(of, element(), 4 * HOUR_MS, fetch);
    source.want(1000);
    await settle();
    expect(source.status(1000)).toBe('ready');
    for (const ms of [3.7 * HOUR_MS, 0.2 * HOUR_MS, 2 * HOUR_MS + 9999]) {
      asked.length = 0;
      source.want(ms);
      for (let turn = 0; source.status(ms) !== 'ready' && turn < 5000; turn++) await Promise.resolve();
      expect(source.status(ms)).toBe('ready');
      expect(asked.length, `to ${String(ms)}`).toBeLessThanOrEqual(1);
      // A key picture before it, and no more of the four hours.
      expect(asked[0]![1]! - asked[0]![0]!).toBeLessThan(15 * second(1).length);
      await settle();
      asked.length = 0;
      source.want(ms + 5000);
      await settle();
      expect(source.status(ms + 5000)).toBe('ready');
      expect(asked.length).toBeLessThanOrEqual(1);
    }
  });

  it('reads ahead only once it is told that nobody is waited for', async () => {
    const { track: of, fetch, asked } = recording(1);
    const source = new TrackSource(of, element(), HOUR_MS, fetch);
    source.want(1_800_000, 0);
    await settle();
    expect(source.status(1_800_000)).toBe('ready');
    // The piece with the picture, and the file's header.
    expect(asked).toHaveLength(2);
    source.want(1_800_000);
    await settle();
    expect(asked.length).toBeGreaterThan(2);
    expect(source.status(1_815_000)).toBe('ready');
  });

  it('knows the time of every picture that it has: a step goes to the next', async () => {
    const { track: of, fetch } = recording(0.1);
    const source = new TrackSource(of, element(), HOUR_MS / 10, fetch);
    source.want(100_000);
    await settle();
    expect(source.frames.beside(100_001, 1)).toBe(100_041);
    expect(source.frames.beside(100_001, -1)).toBe(99_961);
    expect(Media.last!.buffer.times[0]! % 10_000).toBe(0);
  });
});
