//! What one screen does for end-to-end encryption: it tells its public key, agrees keys with the members of its private
//! room, and attaches the worker to what it sends and receives there.

import type { MemberKey, SeatId, View } from '../../protocol/generated/signal';
import { join, readU32, u32, type Bytes } from './bytes';
import type { FrameKey } from './frames';
import { codeOf, makePair, openFrom, sealFor, type Pair } from './keys';
import type { Direction, Order } from './worker';

/** Attaches encryption to a sender or a receiver. */
export type Attach = (direction: Direction, part: RTCRtpSender | RTCRtpReceiver) => void;

/** What of the worker is used. */
export interface Port {
  post(order: Order, transfer?: Transferable[]): void;
  attach: Attach;
}

export interface VaultEvents {
  /** Tells the server this connection's public key. */
  announce(key: string): void;
  /** Passes something to another member. */
  pass(to: SeatId, data: string): void;
  /** The code of the room's members has changed; `null`: there is none. */
  code(code: string | null): void;
}

const KEY = 32;

async function frameKey(id: number, raw: Bytes): Promise<FrameKey> {
  return { id, key: await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']) };
}

/** What the members were when keys were agreed last. */
function name(keys: readonly MemberKey[]): string {
  return keys.map(({ seat, key }) => `${seat}:${key}`).sort().join(' ');
}

export class Vault {
  private pair: Promise<Pair> | null = null;
  private own: FrameKey | null = null;
  /** By the public key of whose it is. */
  private others = new Map<string, FrameKey>();
  /** What came before the view that says from whom. The last of each. */
  private early = new Map<SeatId, string>();
  private members: readonly MemberKey[] = [];
  private hearing = '';
  private agreed = '';
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly port: Port, private readonly events: VaultEvents) {}

  /** A new connection: everything of the one before is forgotten. */
  connected(): void {
    const pair = makePair();
    this.pair = pair;
    this.early.clear();
    this.forget();
    void pair.then(({ shown }) => { if (this.pair === pair) this.events.announce(shown); });
  }

  /** Follows who is in the room. */
  look(view: View): void {
    const mine = view.rooms.mine;
    const members = mine?.encrypted ? mine.keys : [];
    if (name(members) === name(this.members)) return;
    this.members = members;
    this.hearing = view.hearing.id;
    if (members.length === 0) this.forget();
    else this.after(() => this.agree());
  }

  /** Something that another member has sealed for this one. */
  take(from: SeatId, data: string): void {
    this.early.set(from, data);
    this.after(() => this.open());
  }

  attach(direction: Direction, part: RTCRtpSender | RTCRtpReceiver): void {
    this.port.attach(direction, part);
  }

  /** For tests: until all that was begun is done. */
  settled(): Promise<void> {
    return this.work;
  }

  private after(step: () => Promise<void>): void {
    this.work = this.work.then(step, step);
  }

  private forget(): void {
    this.members = [];
    this.agreed = '';
    this.own = null;
    this.others.clear();
    this.tell();
    this.events.code(null);
  }

  /** Another set of members, another key: who has left can read nothing that is sent from here on. */
  private async agree(): Promise<void> {
    const pair = await this.pair, members = this.members, now = name(members);
    // The view may be of before this connection's key was told.
    if (!pair || now === this.agreed || !members.some(({ key }) => key === pair.shown)) return;
    const others = members.filter(({ key }) => key !== pair.shown);
    const raw = crypto.getRandomValues(new Uint8Array(KEY)), [id] = crypto.getRandomValues(new Uint32Array(1));
    const own = await frameKey(id ?? 0, raw);
    // A key that is none keeps the others from nothing.
    const sealed = await Promise.all(others.map(async ({ seat, key }) => ({ seat, data: await sealFor(pair, key, this.hearing, join(u32(own.id), raw)).catch(() => null) })));
    if (name(this.members) !== now) return;
    this.agreed = now;
    raw.fill(0);
    for (const { seat, data } of sealed) if (data !== null) this.events.pass(seat, data);
    const known = new Set(others.map(({ key }) => key));
    for (const key of [...this.others.keys()]) if (!known.has(key)) this.others.delete(key);
    this.own = own;
    this.tell();
    await this.open();
    const code = await codeOf(members.map(({ key }) => key));
    if (this.agreed === now) this.events.code(code);
  }

  private async open(): Promise<void> {
    const pair = await this.pair;
    if (!pair) return;
    for (const { seat, key } of this.members) {
      const data = this.early.get(seat);
      if (data === undefined || key === pair.shown) continue;
      const opened = await openFrom(pair, key, this.hearing, data);
      if (opened?.length !== 4 + KEY) continue;
      this.early.delete(seat);
      this.others.set(key, await frameKey(readU32(opened, 0), opened.slice(4)));
      opened.fill(0);
    }
    this.tell();
  }

  private tell(): void {
    this.port.post({ say: 'keys', own: this.own, others: [...this.others.values()] });
  }
}
