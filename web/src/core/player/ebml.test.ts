import { describe, expect, it } from 'vitest';
import { type Frame, element, scan } from './ebml';
import { LONGEST_MS, clusters, concat, timed } from './webm';

const bytes = (...all: number[]) => new Uint8Array(all);
const HEADER = concat([
  bytes(0x1a, 0x45, 0xdf, 0xa3, 0x84, 0x42, 0x86, 0x81, 0x01),
  bytes(0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  bytes(0x16, 0x54, 0xae, 0x6b, 0x82, 0xd7, 0x00),
]);
/** Cluster at 1000 ms with simple blocks at +0 (key) and +33, as the recorder's muxer writes it. */
const LIVE = bytes(0x1f, 0x43, 0xb6, 0x75, 0x92, 0xe7, 0x82, 0x03, 0xe8, 0xa3, 0x85, 0x81, 0x00, 0x00, 0x80, 0xaa, 0xa3, 0x85, 0x81, 0x00, 0x21, 0x00, 0xbb);

const frame = (ms: number, key: boolean, ...data: number[]): Frame => ({ ms, key, data: bytes(...data) });
const plain = (frames: readonly Frame[]) => frames.map(({ ms, key, data }) => [ms, key, ...data]);

describe('reading', () => {
  it('finds header and frames of a file', () => {
    const scanned = scan(concat([HEADER, LIVE]));
    expect(scanned.header).toEqual(HEADER);
    expect(plain(scanned.frames)).toEqual([[1000, true, 0xaa], [1033, false, 0xbb]]);
  });

  it('reads a piece that starts at a cluster', () => {
    const scanned = scan(concat([LIVE, LIVE]));
    expect(scanned.header).toBeUndefined();
    expect(scanned.frames).toHaveLength(4);
  });

  it('leaves out a block that was cut off, wherever the cut is', () => {
    const whole = concat([HEADER, LIVE]);
    for (let end = 0; end < whole.length; end++) {
      const { frames } = scan(whole.subarray(0, end));
      expect(frames.length).toBe(end < HEADER.length + 16 ? 0 : 1);
    }
  });

  it('reads times before the cluster’s', () => {
    const back = LIVE.slice();
    back.set([0xff, 0xfe], 19);
    expect(scan(back).frames[1]?.ms).toBe(998);
  });

  it('survives any bytes', () => {
    let seed = 7;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    const whole = concat([HEADER, LIVE, LIVE]);
    for (let round = 0; round < 20_000; round++) {
      const hurt = round % 2 === 0 ? whole.slice() : Uint8Array.from({ length: Math.floor(random() * 64) }, () => random() * 256);
      for (let n = 0; n < 4 && hurt.length > 0; n++) hurt[Math.floor(random() * hurt.length)] = random() * 256;
      expect(() => scan(hurt)).not.toThrow();
    }
  });

  it('tells unknown sizes from known', () => {
    expect(element(bytes(0xa3, 0xff, 1, 2), 0)).toEqual({ id: 0xa3, body: 2, end: 4 });
    expect(element(bytes(0xa3, 0x40, 0x02, 1, 2), 0)).toEqual({ id: 0xa3, body: 3, end: 5 });
    expect(element(bytes(0xa3), 0)).toBeUndefined();
  });
});

describe('wrapping anew', () => {
  it('keeps every frame, its time, its key flag and its bytes', () => {
    const frames = [frame(1000, true, 1), frame(1040, false, 2, 3), frame(7000, true, 4), frame(7040, false, 5)];
    expect(plain(scan(clusters(timed(frames, undefined, 1000, 40))).frames)).toEqual(plain(frames));
  });

  it('gives each frame the time to the next, so that a slow picture is no discontinuity', () => {
    const frames = [frame(0, true), frame(33, false), frame(400, false), frame(433, false)];
    expect(timed(frames, 466, LONGEST_MS.video, 40).map((one) => one.durationMs)).toEqual([33, 367, 33, 33]);
  });

  it('leaves a hole where time is really missing', () => {
    const frames = [frame(0, true), frame(20, false), frame(5000, false)];
    expect(timed(frames, undefined, LONGEST_MS.audio, 20).map((one) => one.durationMs)).toEqual([20, 20, 20]);
  });
});
