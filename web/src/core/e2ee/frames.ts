//! Frames, encrypted between the members of a private room. What the server needs of a frame to pass it on stays in the
//! clear and is authenticated; the rest only a member can read. The format is in docs/decisions/0010-private-frames.md.

import { join, readU32, text, u32, type Bytes } from './bytes';

/** Key number and counter, at the end of each frame. */
const TRAILER = 8;
const TAG = 16;
/** A frame this much older than the newest of its key is not taken: about ten seconds of sound and three layers of picture. */
const OLDEST = 3000;
/** Longest block that redundant sound has room for (RFC 2198 section 3). */
const LONGEST_BLOCK = 1023;

/** What a frame is, as far as that is known without looking inside. */
export type Kind = 'vp8' | 'opus' | 'red';

/** Bytes at the begin that stay in the clear: VP8's frame tag and, of a key frame, its size (RFC 6386 section 9.1); the first byte of Opus, and a second where it counts frames (RFC 6716 section 3.1). */
export function clear(kind: 'vp8' | 'opus', frame: Uint8Array): number {
  const first = frame[0] ?? 0;
  const wanted = kind === 'vp8' ? ((first & 1) === 0 ? 10 : 3) : (first & 3) === 3 ? 2 : 1;
  return Math.min(wanted, frame.length);
}

/** One member's key for what they send. */
export interface FrameKey {
  /** Which of the members' keys it is: random, told with the key. */
  readonly id: number;
  readonly key: CryptoKey;
}

function parameters(kind: 'vp8' | 'opus', id: number, counter: number, head: Uint8Array): AesGcmParams {
  return { name: 'AES-GCM', iv: join(u32(id), u32(0), u32(counter)), additionalData: join(text(kind), head), tagLength: 8 * TAG };
}

/** Encrypts with a key of one's own. Each frame has a number of its own under its key, whatever it is of. */
export class Sealer {
  private counter = 0;

  constructor(private readonly key: FrameKey) {}

  /** `null` once the key has no numbers left. */
  async seal(kind: Kind, frame: Bytes): Promise<Bytes | null> {
    return kind === 'red' ? eachBlock(frame, (block) => this.one('opus', block)) : this.one(kind, frame);
  }

  private async one(kind: 'vp8' | 'opus', frame: Bytes): Promise<Bytes | null> {
    const counter = ++this.counter;
    if (counter > 0xffff_ffff) return null;
    const at = clear(kind, frame), head = frame.slice(0, at);
    const hidden = await crypto.subtle.encrypt(parameters(kind, this.key.id, counter, head), this.key.key, frame.slice(at));
    return join(head, new Uint8Array(hidden), u32(this.key.id), u32(counter));
  }
}

/** Decrypts with the keys of the other members. */
export class Opener {
  private keys = new Map<number, { readonly key: CryptoKey; newest: number }>();

  /** These and no others. */
  use(keys: readonly FrameKey[]): void {
    this.keys = new Map(keys.map(({ id, key }) => [id, { key, newest: this.keys.get(id)?.newest ?? 0 }]));
  }

  /** `null` for what is not a member's. */
  async open(kind: Kind, frame: Bytes): Promise<Bytes | null> {
    return kind === 'red' ? eachBlock(frame, (block) => this.one('opus', block)) : this.one(kind, frame);
  }

  private async one(kind: 'vp8' | 'opus', frame: Bytes): Promise<Bytes | null> {
    const at = clear(kind, frame), end = frame.length - TRAILER;
    if (end - at < TAG) return null;
    const id = readU32(frame, end), counter = readU32(frame, end + 4), sender = this.keys.get(id);
    if (!sender || counter + OLDEST < sender.newest) return null;
    const head = frame.slice(0, at);
    try {
      const shown = await crypto.subtle.decrypt(parameters(kind, id, counter, head), sender.key, frame.slice(at, end));
      sender.newest = Math.max(sender.newest, counter);
      return join(head, new Uint8Array(shown));
    } catch {
      return null;
    }
  }
}

interface Block {
  /** Payload type and, but for the last, the distance in time, as they stand in the header. */
  readonly type: number;
  readonly offset: number;
  readonly data: Bytes;
}

/** The blocks of redundant sound, the packet's own last; `null` if it is none. */
function blocks(frame: Bytes): Block[] | null {
  const heads: { type: number; offset: number; length: number }[] = [];
  let at = 0;
  for (;;) {
    const first = frame[at];
    if (first === undefined) return null;
    if ((first & 0x80) === 0) break;
    if (at + 4 > frame.length) return null;
    const rest = readU32(frame, at) & 0xff_ffff;
    heads.push({ type: first & 0x7f, offset: rest >> 10, length: rest & 0x3ff });
    at += 4;
  }
  const last = (frame[at] ?? 0) & 0x7f;
  at += 1;
  const found: Block[] = [];
  for (const { type, offset, length } of heads) {
    if (at + length > frame.length) return null;
    found.push({ type, offset, data: frame.slice(at, at + length) });
    at += length;
  }
  return [...found, { type: last, offset: 0, data: frame.slice(at) }];
}

/** Redundant sound with each of its blocks changed. One that goes before and cannot be changed is left out. */
async function eachBlock(frame: Bytes, change: (block: Bytes) => Promise<Bytes | null>): Promise<Bytes | null> {
  const found = blocks(frame), own = found?.pop();
  if (!found || !own) return null;
  const earlier: Block[] = [];
  for (const block of found) {
    const data = await change(block.data);
    if (data && data.length <= LONGEST_BLOCK) earlier.push({ ...block, data });
  }
  const data = await change(own.data);
  if (!data) return null;
  const heads = earlier.map((block) => u32((((block.type | 0x80) << 24) | (block.offset << 10) | block.data.length) >>> 0));
  return join(...heads, Uint8Array.of(own.type), ...earlier.map((block) => block.data), data);
}
