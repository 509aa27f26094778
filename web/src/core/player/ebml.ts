//! Frames of a WebM or Matroska file, or of a piece of one that starts at a cluster (RFC 9559). Recorded files are
//! written live: one track, a millisecond scale, no cues, clusters in order.


export interface Frame {
  /** Hearing time. */
  readonly ms: number;
  readonly key: boolean;
  readonly data: Uint8Array;
}

export interface Scan {
  /** Bytes before the first cluster, when the piece begins with the file's header. */
  readonly header: Uint8Array | undefined;
  readonly frames: readonly Frame[];
}

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TIMESTAMP = 0xe7;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const BLOCK = 0xa1;
const REFERENCE = 0xfb;

interface Element {
  readonly id: number;
  readonly body: number;
  /** End of the body; the end of the piece where the size is unknown. */
  readonly end: number;
}

/** One element's head at `at`, or undefined where no whole head is left. */
export function element(bytes: Uint8Array, at: number): Element | undefined {
  const first = bytes[at];
  if (first === undefined || first < 0x10) return undefined;
  const idLength = Math.clz32(first) - 23;
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + (bytes[at + i] ?? NaN);
  const sizeAt = at + idLength;
  const lead = bytes[sizeAt];
  if (lead === undefined || lead === 0) return undefined;
  const sizeLength = Math.clz32(lead) - 23;
  let size = lead - (0x80 >> (sizeLength - 1));
  let unknown = size === (0x80 >> (sizeLength - 1)) - 1;
  for (let i = 1; i < sizeLength; i++) {
    const byte = bytes[sizeAt + i] ?? NaN;
    unknown &&= byte === 0xff;
    size = size * 256 + byte;
  }
  if (Number.isNaN(id) || Number.isNaN(size)) return undefined;
  const body = sizeAt + sizeLength;
  return { id, body, end: unknown ? bytes.length : body + size };
}

function unsigned(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** Track number (one byte in our files), relative time, flags, data. */
function block(bytes: Uint8Array, from: number, to: number, clusterMs: number, key: (flags: number) => boolean): Frame | undefined {
  const trackLength = Math.clz32(bytes[from] ?? 0) - 23;
  const at = from + trackLength;
  if (trackLength > 8 || at + 3 > to) return undefined;
  const high = bytes[at] ?? 0;
  const relative = ((high << 8) | (bytes[at + 1] ?? 0)) - (high & 0x80 ? 0x10000 : 0);
  return { ms: clusterMs + relative, key: key(bytes[at + 2] ?? 0), data: bytes.subarray(at + 3, to) };
}

/** Everything whole in the piece; what is cut off at its end is left out. */
export function scan(bytes: Uint8Array): Scan {
  const frames: Frame[] = [];
  let header: Uint8Array | undefined;
  let clusterMs = 0;
  let at = 0;
  const headed = element(bytes, 0)?.id === EBML;
  for (let next = element(bytes, at); next !== undefined; next = element(bytes, at)) {
    const { id, body, end } = next;
    if (id === CLUSTER && headed) header ??= bytes.subarray(0, at);
    if (id === SEGMENT || id === CLUSTER) {
      at = body;
      continue;
    }
    if (end > bytes.length) break;
    if (id === TIMESTAMP) clusterMs = unsigned(bytes, body, end);
    const frame = id === SIMPLE_BLOCK ? block(bytes, body, end, clusterMs, (flags) => (flags & 0x80) !== 0) : undefined;
    const grouped = id === BLOCK_GROUP ? blockOfGroup(bytes, body, end, clusterMs) : undefined;
    if (frame !== undefined) frames.push(frame);
    if (grouped !== undefined) frames.push(grouped);
    at = end;
  }
  if (headed && header === undefined && frames.length === 0) header = bytes.subarray(0, at);
  return { header, frames };
}

/** A block in a group is a key frame if it refers to no other. */
function blockOfGroup(bytes: Uint8Array, from: number, to: number, clusterMs: number): Frame | undefined {
  let found: Frame | undefined;
  let refers = false;
  let at = from;
  for (let next = element(bytes, at); next !== undefined && next.end <= to; next = element(bytes, at)) {
    if (next.id === REFERENCE) refers = true;
    if (next.id === BLOCK) found = block(bytes, next.body, next.end, clusterMs, () => true);
    at = next.end;
    if (at >= to) break;
  }
  return found === undefined ? undefined : { ...found, key: !refers };
}
