import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClientMessage, Refusal, ServerMessage, View } from '../protocol/generated/signal';
import { DEAD_AFTER, DOUBTED_AFTER, HURRIED_AFTER, Link, OPEN_WITHIN, PING_EVERY, type Key, type LinkState, type Socket } from './link';

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: ClientMessage[] = [];
  closed = false;
  send(text: string): void { this.sent.push(JSON.parse(text) as ClientMessage); }
  close(): void { this.closed = true; }
  says(message: ServerMessage): void { this.onmessage?.({ data: JSON.stringify(message) }); }
  breaks(): void { this.onclose?.(); }
}

const VIEW = { seats: [] } as unknown as View;
const welcome = (n: number, resume: string): ServerMessage => ({ type: 'welcome', connection: 'c', resume, n, server_ms: 0, view: VIEW });

function set(key: Key = { ticket: 'T' }, rekey: (refusal: Refusal) => Promise<Key | null> = () => Promise.resolve(null)) {
  const sockets: FakeSocket[] = [];
  const states: LinkState[] = [];
  const messages: ServerMessage[] = [];
  const tokens: string[] = [];
  const link = new Link(key, {
    connect: () => { const socket = new FakeSocket(); sockets.push(socket); return socket; },
    now: () => Date.now(),
    random: () => 0.5,
    online: () => true,
  }, {
    state: (state) => states.push(state),
    message: (message) => messages.push(message),
    token: (token) => tokens.push(token),
    rekey,
  });
  link.start();
  const socket = (): FakeSocket => sockets.at(-1)!;
  const open = (message: ServerMessage): void => { socket().onopen?.(); socket().says(message); };
  return { link, sockets, socket, open, states, messages, tokens, last: () => states.at(-1)! };
}

describe('the link', () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  test('greets with its ticket once, and then with the token of the last welcome and the last number seen', () => {
    const s = set();
    s.open(welcome(40, 'R1'));
    expect(s.sockets[0]!.sent[0]).toEqual({ type: 'hello', ticket: 'T' });
    s.socket().says({ type: 'event', n: 41, utc_ms: 0, changes: [] });
    s.socket().breaks();
    vi.advanceTimersByTime(300);
    s.open({ type: 'resumed', connection: 'd', resume: 'R2', server_ms: 0 });
    expect(s.sockets[1]!.sent[0]).toEqual({ type: 'resume', token: 'R1', last: 41 });
    s.socket().breaks();
    vi.advanceTimersByTime(300);
    s.socket().onopen?.();
    expect(s.sockets[2]!.sent[0]).toEqual({ type: 'resume', token: 'R2', last: 41 });
    expect(s.tokens).toEqual(['R1', 'R2']);
  });

  test('keeps trying until the server is there, and says since when it is broken', () => {
    const s = set();
    s.open(welcome(1, 'R'));
    vi.advanceTimersByTime(1000);
    s.socket().breaks();
    for (let n = 0; n < 30; n++) {
      vi.advanceTimersByTime(3000);
      s.socket().breaks();
    }
    expect(s.sockets.length).toBeGreaterThan(25);
    expect(s.last()).toMatchObject({ at: 'broken', since: 1000 });
    vi.advanceTimersByTime(3000);
    s.open(welcome(1, 'R2'));
    expect(s.last()).toEqual({ at: 'open' });
  });

  test('gives a silent link up after six seconds, and a talking one never', () => {
    const s = set();
    s.open(welcome(1, 'R'));
    for (let n = 0; n < 20; n++) {
      vi.advanceTimersByTime(PING_EVERY);
      s.socket().says({ type: 'pong', client_ms: Date.now(), server_ms: Date.now() });
    }
    expect(s.sockets.length).toBe(1);
    vi.advanceTimersByTime(DEAD_AFTER - 1);
    expect(s.sockets[0]!.closed).toBe(false);
    vi.advanceTimersByTime(1);
    expect([s.sockets[0]!.closed, s.sockets.length]).toEqual([true, 2]);
  });

  test('does not wait for ever for a server that accepts and says nothing', () => {
    const s = set();
    s.socket().onopen?.();
    vi.advanceTimersByTime(OPEN_WITHIN + 500);
    expect(s.sockets.length).toBe(2);
  });

  test('does not wait before the next try when nobody answered, and does when somebody did', () => {
    const s = set();
    vi.advanceTimersByTime(OPEN_WITHIN);
    expect([s.sockets.length, s.sockets[0]!.closed]).toEqual([2, true]);
    s.socket().onopen?.();
    s.link.hurry();
    vi.advanceTimersByTime(OPEN_WITHIN);
    expect([s.sockets.length, s.sockets[1]!.closed], 'a server that accepts and cannot go on').toEqual([2, true]);
    vi.advanceTimersByTime(300);
    expect(s.sockets.length).toBe(3);
  });

  test('begins anew what nobody answered, or speaks no more, when something says that the way is back', () => {
    const s = set();
    vi.advanceTimersByTime(HURRIED_AFTER - 1);
    s.link.hurry();
    expect(s.sockets.length, 'it has hardly begun').toBe(1);
    vi.advanceTimersByTime(1);
    s.link.hurry();
    expect([s.sockets.length, s.sockets[0]!.closed]).toEqual([2, true]);
    vi.advanceTimersByTime(OPEN_WITHIN - 1);
    expect(s.sockets.length, 'the next one has its time').toBe(2);
    s.open(welcome(1, 'R'));
    vi.advanceTimersByTime(DOUBTED_AFTER - 1);
    s.link.hurry();
    expect(s.sockets.length, 'it may still speak').toBe(2);
    vi.advanceTimersByTime(1);
    s.link.hurry();
    expect([s.sockets.length, s.sockets[1]!.closed, s.last().at]).toEqual([3, true, 'broken']);
  });

  test('hurries when the network is back', () => {
    const s = set();
    s.open(welcome(1, 'R'));
    s.socket().breaks();
    s.link.hurry();
    expect(s.sockets.length).toBe(2);
    s.link.hurry();
    expect(s.sockets.length, 'one try at a time').toBe(2);
    vi.advanceTimersByTime(400);
    expect(s.sockets.length, 'the timer is gone').toBe(2);
  });

  test('ends for good when the court ended it, and does not come back', () => {
    const s = set();
    s.open(welcome(1, 'R'));
    s.socket().says({ type: 'bye', refusal: { code: 'seat_moved' } });
    expect(s.last()).toEqual({ at: 'ended', refusal: { code: 'seat_moved' } });
    vi.advanceTimersByTime(60_000);
    s.link.hurry();
    expect(s.sockets.length).toBe(1);
    expect(s.link.send({ type: 'receive', sealed: false })).toBe(false);
  });

  test('asks for another key when its own was refused, and ends when there is none', async () => {
    const s = set({ token: 'old' }, () => Promise.resolve({ ticket: 'new' }));
    s.socket().onopen?.();
    s.socket().says({ type: 'bye', refusal: { code: 'bad_resume' } });
    await vi.advanceTimersByTimeAsync(400);
    s.socket().onopen?.();
    expect(s.socket().sent[0]).toEqual({ type: 'hello', ticket: 'new' });

    const none = set({ token: 'old' });
    none.socket().onopen?.();
    none.socket().says({ type: 'bye', refusal: { code: 'bad_resume' } });
    await vi.advanceTimersByTimeAsync(400);
    expect(none.last()).toEqual({ at: 'ended', refusal: { code: 'bad_resume' } });
  });

  test('comes back after a refusal that passes', async () => {
    const s = set();
    s.open(welcome(1, 'R'));
    s.socket().says({ type: 'bye', refusal: { code: 'media_fault' } });
    await vi.advanceTimersByTimeAsync(400);
    expect(s.sockets.length).toBe(2);
    expect(s.last()).toMatchObject({ at: 'broken', why: { code: 'media_fault' } });
    s.socket().breaks();
    expect(s.last()).toMatchObject({ at: 'broken', why: null });
  });

  test('a socket that was given up says nothing any more', () => {
    const s = set();
    s.open(welcome(1, 'R'));
    const old = s.socket();
    const late = old.onmessage;
    old.breaks();
    vi.advanceTimersByTime(300);
    late?.({ data: JSON.stringify({ type: 'bye', refusal: { code: 'over' } }) });
    expect(s.last().at).toBe('broken');
  });

  test('measures the clock by its pings', () => {
    const s = set();
    vi.advanceTimersByTime(100);
    s.open({ type: 'welcome', connection: 'c', resume: 'R', n: 1, server_ms: 9_000, view: VIEW });
    const ping = s.socket().sent.find((message) => message.type === 'ping');
    expect(ping).toEqual({ type: 'ping', client_ms: 100 });
    vi.advanceTimersByTime(20);
    s.socket().says({ type: 'pong', client_ms: 100, server_ms: 9_010 });
    expect(s.link.clock.now(120)).toBe(9_020);
  });
});
