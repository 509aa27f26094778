//! H.264 frames of a Matroska file as fragmented MP4 (ISO/IEC 14496-12, 14496-15), which is the form browsers take them
//! in. No frame is changed: both keep length-prefixed NAL units beside the same decoder configuration. Recorded H.264
//! has no reordered pictures (constrained baseline), so that decoding and showing times are one.

import { element } from './ebml';
import { type Timed, concat } from './webm';

const TIMESCALE = 1000;
const TRACK = 1;

export interface H264 {
  /** AVCDecoderConfigurationRecord. */
  readonly config: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const ENTERED: ReadonlySet<number> = new Set([0x18538067, 0x1654ae6b, 0xae, 0xe0]);

/** What a Matroska header says of its one track; undefined without a decoder configuration. */
export function h264Of(header: Uint8Array): H264 | undefined {
  let config: Uint8Array | undefined;
  let [width, height] = [0, 0];
  let at = 0;
  for (let next = element(header, at); next !== undefined; next = element(header, at)) {
    const value = header.subarray(next.body, next.end);
    if (next.id === 0x63a2) config = value;
    if (next.id === 0xb0) width = value.reduce((sum, byte) => sum * 256 + byte, 0);
    if (next.id === 0xba) height = value.reduce((sum, byte) => sum * 256 + byte, 0);
    at = ENTERED.has(next.id) ? next.body : next.end;
  }
  return config === undefined || config.length < 7 ? undefined : { config, width, height };
}

/** `avc1.42e01f`: profile, constraints and level as the configuration has them (RFC 6381). */
export function codecOf({ config }: H264): string {
  return `avc1.${[...config.subarray(1, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

type Part = Uint8Array | readonly number[];

function box(type: string, ...parts: Part[]): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(8);
  for (let n = 0; n < 4; n++) head[4 + n] = type.charCodeAt(n);
  const whole = concat([head, ...parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part)))]);
  new DataView(whole.buffer).setUint32(0, whole.length);
  return whole;
}

const u16 = (n: number): number[] => [(n >> 8) & 255, n & 255];
const u32 = (n: number): number[] => [...u16(n >>> 16), ...u16(n)];
const zeros = (n: number): number[] => new Array<number>(n).fill(0);
/** Version and flags. */
const full = (version: number, flags: number): number[] => [version, ...u32(flags).slice(1)];
const MATRIX = [...u32(0x10000), ...zeros(12), ...u32(0x10000), ...zeros(12), ...u32(0x40000000)];

function sampleEntry({ config, width, height }: H264): Uint8Array {
  const fixed = [...zeros(6), ...u16(1), ...zeros(16), ...u16(width), ...u16(height), ...u32(0x480000), ...u32(0x480000), ...zeros(4), ...u16(1), ...zeros(32), ...u16(24), 0xff, 0xff];
  return box('avc1', fixed, box('avcC', config));
}

/** The initialisation segment. */
export function initSegment(track: H264): Uint8Array<ArrayBuffer> {
  const tables = box('stbl',
    box('stsd', full(0, 0), u32(1), sampleEntry(track)),
    box('stts', full(0, 0), u32(0)), box('stsc', full(0, 0), u32(0)), box('stsz', full(0, 0), u32(0), u32(0)), box('stco', full(0, 0), u32(0)));
  const media = box('minf',
    box('vmhd', full(0, 1), zeros(8)),
    box('dinf', box('dref', full(0, 0), u32(1), box('url ', full(0, 1)))),
    tables);
  const trak = box('trak',
    box('tkhd', full(0, 3), zeros(8), u32(TRACK), zeros(4), u32(0), zeros(16), MATRIX, u32(track.width << 16), u32(track.height << 16)),
    box('mdia',
      box('mdhd', full(0, 0), zeros(8), u32(TIMESCALE), u32(0), u16(0x55c4), u16(0)),
      box('hdlr', full(0, 0), u32(0), [...'vide'].map((c) => c.charCodeAt(0)), zeros(13)),
      media));
  return concat([
    box('ftyp', [...'isom'].map((c) => c.charCodeAt(0)), u32(0x200), [...'isomiso5avc1'].map((c) => c.charCodeAt(0))),
    box('moov',
      box('mvhd', full(0, 0), zeros(8), u32(TIMESCALE), u32(0), u32(0x10000), u16(0x100), zeros(10), MATRIX, zeros(24), u32(TRACK + 1)),
      trak,
      box('mvex', box('trex', full(0, 0), u32(TRACK), u32(1), zeros(12)))),
  ]);
}

/** Frames without a hole between them: a fragment adds durations up, so that a hole needs a new one. */
function runs(frames: readonly Timed[]): readonly (readonly Timed[])[] {
  const out: Timed[][] = [];
  for (const frame of frames) {
    const last = out.at(-1)?.at(-1);
    if (last !== undefined && last.ms + last.durationMs === frame.ms) out.at(-1)?.push(frame);
    else out.push([frame]);
  }
  return out;
}

/** sample_depends_on and sample_is_non_sync_sample. */
const KEY = 0x02000000;
const DELTA = 0x01010000;

function fragment(frames: readonly Timed[], sequence: number): Uint8Array {
  const start = frames[0]?.ms ?? 0;
  const samples = frames.flatMap((frame) => [...u32(frame.durationMs), ...u32(frame.data.length), ...u32(frame.key ? KEY : DELTA)]);
  const moof = (offset: number): Uint8Array => box('moof',
    box('mfhd', full(0, 0), u32(sequence)),
    box('traf',
      box('tfhd', full(0, 0x020000), u32(TRACK)),
      box('tfdt', full(1, 0), u32(Math.floor(start / 2 ** 32)), u32(start % 2 ** 32)),
      box('trun', full(0, 0x000701), u32(frames.length), u32(offset), samples)));
  // The data follow the fragment's head and the eight bytes of their own box.
  return concat([moof(moof(0).length + 8), box('mdat', ...frames.map((frame) => frame.data))]);
}

/** Media segments with all the frames. */
export function fragments(frames: readonly Timed[]): Uint8Array<ArrayBuffer> {
  return concat(runs(frames).map((run, n) => fragment(run, n + 1)));
}
