import { describe, expect, it } from 'vitest';
import { codecOf, fragments, h264Of, initSegment } from './mp4';
import { type Timed, concat } from './webm';

const bytes = (...all: number[]) => new Uint8Array(all);
const CONFIG = bytes(1, 0x42, 0xe0, 0x1f, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0xe0, 0x1f, 1, 0, 2, 0x68, 0xce);
const HEADER = concat([
  bytes(0x1a, 0x45, 0xdf, 0xa3, 0x80),
  bytes(0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  bytes(0x16, 0x54, 0xae, 0x6b, 0x80 + 33, 0xae, 0x80 + 31, 0x63, 0xa2, 0x80 + CONFIG.length),
  CONFIG,
  bytes(0xe0, 0x89, 0xb0, 0x82, 0x05, 0x00, 0xba, 0x82, 0x02, 0xd0, 0xec, 0x80),
]);

/** Boxes at one level, with their bodies. */
function boxes(data: Uint8Array): { type: string; body: Uint8Array; at: number }[] {
  const out = [];
  for (let at = 0; at < data.length; ) {
    const size = new DataView(data.buffer, data.byteOffset + at).getUint32(0);
    expect(size).toBeGreaterThanOrEqual(8);
    expect(at + size).toBeLessThanOrEqual(data.length);
    out.push({ type: String.fromCharCode(...data.subarray(at + 4, at + 8)), body: data.subarray(at + 8, at + size), at });
    at += size;
  }
  return out;
}

const inside = (data: Uint8Array, ...path: string[]): Uint8Array =>
  path.reduce((level, type) => boxes(level).find((one) => one.type === type)!.body, data);

const frame = (ms: number, durationMs: number, key: boolean, ...data: number[]): Timed => ({ ms, durationMs, key, data: bytes(...data) });

describe('H.264 for browsers', () => {
  it('reads configuration and size from the recorded header', () => {
    const track = h264Of(HEADER);
    expect(track).toEqual({ config: CONFIG, width: 1280, height: 720 });
    expect(codecOf(track!)).toBe('avc1.42e01f');
    expect(h264Of(bytes(0x1a, 0x45, 0xdf, 0xa3, 0x80))).toBeUndefined();
  });

  it('keeps the decoder configuration as it was', () => {
    const init = initSegment(h264Of(HEADER)!);
    expect(boxes(init).map((one) => one.type)).toEqual(['ftyp', 'moov']);
    const described = inside(init, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd').subarray(8);
    expect(boxes(described)[0]?.type).toBe('avc1');
    expect(boxes(boxes(described)[0]!.body.subarray(78))[0]?.body).toEqual(CONFIG);
  });

  it('puts frames without a hole in one fragment, and begins another after a hole', () => {
    const all = fragments([frame(1000, 33, true, 1, 2), frame(1033, 40, false, 3), frame(9000, 40, true, 4)]);
    const top = boxes(all);
    expect(top.map((one) => one.type)).toEqual(['moof', 'mdat', 'moof', 'mdat']);
    const times = top.filter((one) => one.type === 'moof').map((one) => new DataView(inside(one.body, 'traf', 'tfdt').slice().buffer).getUint32(8));
    expect(times).toEqual([1000, 9000]);
    const run = new DataView(inside(top[0]!.body, 'traf', 'trun').slice().buffer);
    expect(run.getUint32(4)).toBe(2);
    expect(run.getUint32(8)).toBe(top[1]!.at + 8);
    expect([run.getUint32(12), run.getUint32(16), run.getUint32(20), run.getUint32(24)]).toEqual([33, 2, 0x02000000, 40]);
    expect([...top[1]!.body]).toEqual([1, 2, 3]);
  });

  it('writes times beyond 49 days of milliseconds', () => {
    const late = 2 ** 32 + 5;
    const tfdt = inside(boxes(fragments([frame(late, 40, true, 1)]))[0]!.body, 'traf', 'tfdt');
    expect(Number(new DataView(tfdt.slice().buffer).getBigUint64(4))).toBe(late);
  });
});
