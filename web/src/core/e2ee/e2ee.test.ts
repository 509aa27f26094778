import { expect, test } from 'vitest';
import { seat, view } from '../fixtures';
import type { SeatId, View } from '../../protocol/generated/signal';
import { fromText, join, toText, type Bytes } from './bytes';
import { clear, Opener, Sealer, type FrameKey } from './frames';
import { codeOf, makePair, openFrom, sealFor } from './keys';
import { Vault } from './vault';
import type { Order } from './worker';

async function frameKey(id: number): Promise<FrameKey> {
  return { id, key: await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']) };
}

const bytes = (...values: number[]): Bytes => Uint8Array.from(values);
const picture = (key: boolean): Bytes => Uint8Array.from({ length: 200 }, (_, n) => (n === 0 ? (key ? 0x50 : 0x31) : n));
const sound = (first: number): Bytes => Uint8Array.from({ length: 40 }, (_, n) => (n === 0 ? first : n * 3));

/** Redundant sound: one block before, 960 ticks away. */
function redundant(earlier: Bytes, own: Bytes): Bytes {
  const head = (0x80 | 111) * 2 ** 24 + (960 << 10) + earlier.length;
  return join(bytes(head / 2 ** 24 & 255, head >> 16 & 255, head >> 8 & 255, head & 255, 111), earlier, own);
}

test('what the server needs stays in the clear, and nothing else', async () => {
  expect([clear('vp8', picture(true)), clear('vp8', picture(false)), clear('opus', sound(0x78)), clear('opus', sound(0x7b)), clear('opus', bytes())]).toEqual([10, 3, 1, 2, 0]);
  const sealer = new Sealer(await frameKey(7)), frame = picture(false), sealed = await sealer.seal('vp8', frame);
  expect(sealed?.slice(0, 3)).toEqual(frame.slice(0, 3));
  expect(toText(sealed?.slice(3) ?? bytes())).not.toContain(toText(frame.slice(6, 60)));
  expect(sealed?.length).toBe(frame.length + 24);
});

test('a member opens it, and nobody else; what was changed on the way does not open', async () => {
  const key = await frameKey(7), sealer = new Sealer(key), opener = new Opener(), stranger = new Opener();
  opener.use([key]);
  stranger.use([await frameKey(7)]);
  const pieces: [Parameters<Sealer['seal']>[0], Bytes][] = [['vp8', picture(true)], ['vp8', picture(false)], ['opus', sound(0x78)], ['red', redundant(sound(0x78), sound(0x7c))]];
  for (const [kind, frame] of pieces) {
    const sealed = await sealer.seal(kind, frame);
    if (!sealed) throw new Error(kind);
    expect(await opener.open(kind, sealed)).toEqual(frame);
    expect(await stranger.open(kind, sealed)).toBeNull();
    for (const at of [kind === 'red' ? 50 + 5 + 24 : 0, sealed.length >> 1, sealed.length - 1]) {
      const broken = sealed.slice();
      broken[at] = (broken[at] ?? 0) ^ 0x10;
      expect(await opener.open(kind, broken)).not.toEqual(frame);
    }
  }
  expect(await opener.open('vp8', picture(true))).toBeNull();
  expect(await opener.open('opus', bytes())).toBeNull();
});

test('the server takes redundant sound apart and makes it anew: each block opens by itself', async () => {
  const key = await frameKey(7), sealer = new Sealer(key), opener = new Opener();
  opener.use([key]);
  const [one, two] = [sound(0x78), sound(0x7c)];
  const [first, second] = [await sealer.seal('opus', one), await sealer.seal('opus', two)];
  if (!first || !second) throw new Error('not sealed');
  expect(await opener.open('red', redundant(first, second))).toEqual(redundant(one, two));
  // A block before it that does not open is left out, as one that was lost.
  expect(await opener.open('red', redundant(sound(0x78), second))).toEqual(join(bytes(111), two));
  expect(await opener.open('red', bytes(0xef, 1))).toBeNull();
});

test('no two frames have one number, and what is far behind is not taken', async () => {
  const key = await frameKey(7), sealer = new Sealer(key), opener = new Opener();
  opener.use([key]);
  const first = await sealer.seal('opus', sound(0x78));
  if (!first) throw new Error('not sealed');
  expect(await opener.open('opus', first)).not.toBeNull();
  let last = first;
  for (let n = 0; n < 3001; n++) last = await sealer.seal('opus', sound(0x78)) ?? last;
  expect(toText(last.slice(-4))).not.toBe(toText(first.slice(-4)));
  expect(await opener.open('opus', last)).not.toBeNull();
  expect(await opener.open('opus', first)).toBeNull();
});

test('what one seals for another opens for them alone, one way, in one hearing', async () => {
  const [a, b, c] = await Promise.all([makePair(), makePair(), makePair()]);
  expect(fromText(a.shown).length).toBe(65);
  const data = bytes(1, 2, 3), sealed = await sealFor(a, b.shown, 'h', data);
  expect(await openFrom(b, a.shown, 'h', sealed)).toEqual(data);
  expect(await openFrom(c, a.shown, 'h', sealed)).toBeNull();
  expect(await openFrom(b, a.shown, 'another', sealed)).toBeNull();
  expect(await openFrom(a, b.shown, 'h', sealed)).toBeNull();
  expect(await openFrom(b, a.shown, 'h', '*')).toBeNull();
  expect(await sealFor(a, b.shown, 'h', data)).not.toBe(sealed);
});

test('the code is the same for all, whatever their order, and another with another key', async () => {
  const code = await codeOf(['Ka', 'Kb', 'Kc']);
  expect(code).toMatch(/^\d{5}( \d{5}){3}$/);
  expect(await codeOf(['Kc', 'Ka', 'Kb'])).toBe(code);
  expect(await codeOf(['Ka', 'Kb', 'Kd'])).not.toBe(code);
});

/** Members of one room, joined by a server that passes on what they seal. */
class Room {
  readonly vaults = new Map<SeatId, Vault>();
  readonly orders = new Map<SeatId, Extract<Order, { say: 'keys' }>>();
  readonly codes = new Map<SeatId, string | null>();
  readonly keys = new Map<SeatId, string>();
  readonly passed: string[] = [];

  async enter(id: SeatId): Promise<void> {
    const vault = new Vault({ post: (order) => { if (order.say === 'keys') this.orders.set(id, order); }, attach: () => undefined }, {
      announce: (key) => { this.keys.set(id, key); },
      pass: (to, data) => { this.passed.push(data); this.vaults.get(to)?.take(id, data); },
      code: (code) => { this.codes.set(id, code); },
    });
    this.vaults.set(id, vault);
    vault.connected();
    while (!this.keys.has(id)) await new Promise((done) => setTimeout(done));
  }

  seen(members: readonly SeatId[]): View {
    const keys = members.map((id) => ({ seat: id, key: this.keys.get(id) ?? '' }));
    const mine = { kind: 'consultation' as const, seats: [...members], people: [], locked: false, encrypted: true, keys, recalled: false, overheard: false };
    return view({ seats: members.map((id) => seat(id, 'counsel')), rooms: { ...view().rooms, mine } });
  }

  async are(...members: SeatId[]): Promise<void> {
    for (const id of members) this.vaults.get(id)?.look(this.seen(members));
    for (let turn = 0; turn < 3; turn++) for (const vault of this.vaults.values()) await vault.settled();
  }

  sendsTo(from: SeatId, to: SeatId): boolean {
    const own = this.orders.get(from)?.own;
    return own !== null && own !== undefined && (this.orders.get(to)?.others.some(({ id }) => id === own.id) ?? false);
  }
}

test('members come to each other\'s keys and to one code', async () => {
  const room = new Room();
  await Promise.all([1, 2, 3].map((id) => room.enter(id)));
  await room.are(1, 2, 3);
  for (const from of [1, 2, 3]) for (const to of [1, 2, 3]) expect(room.sendsTo(from, to)).toBe(from !== to);
  expect(new Set(room.codes.values()).size).toBe(1);
  expect(room.passed.every((data) => data.length <= 1024)).toBe(true);
});

test('whoever has left reads nothing further, and whoever comes back has another key', async () => {
  const room = new Room();
  await Promise.all([1, 2, 3].map((id) => room.enter(id)));
  await room.are(1, 2, 3);
  const before = room.orders.get(1)?.own?.id, code = room.codes.get(1);
  await room.are(1, 2);
  expect(room.orders.get(1)?.own?.id).not.toBe(before);
  expect([room.sendsTo(1, 2), room.sendsTo(1, 3)]).toEqual([true, false]);
  expect(room.orders.get(1)?.others).toHaveLength(1);
  expect(room.codes.get(1)).not.toBe(code);
  room.keys.delete(2);
  await room.enter(2);
  await room.are(1, 2);
  expect([room.sendsTo(1, 2), room.sendsTo(2, 1)]).toEqual([true, true]);
});

test('outside of a room nothing is kept', async () => {
  const room = new Room();
  await Promise.all([1, 2].map((id) => room.enter(id)));
  await room.are(1, 2);
  room.vaults.get(1)?.look(view());
  await room.vaults.get(1)?.settled();
  expect(room.orders.get(1)).toEqual({ say: 'keys', own: null, others: [] });
  expect(room.codes.get(1)).toBeNull();
});
