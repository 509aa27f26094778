import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ClientMessage, ServerMessage, View } from '../protocol/generated/signal';
import { Link, type Socket } from './link';

/** When an unanswered SYN is repeated, ms after the first: Linux since 6.5 and Darwin, and older kernels and others. */
const EACH_SECOND = [0, 1000, 2000, 3000, 4000, 5000, 7000, 11_000, 19_000];
const RARER_AND_RARER = [0, 1000, 3000, 7000, 15_000];
/** The most that Chromium waits before a WebSocket, ms, after so many have failed and none opened for minutes. */
const chromiumWaits = (failed: number): number => (5000 * 2 ** Math.min(failed, 16)) / 65_536;

/** A line that is cut from `cut` until `back`, ms, and a server behind it. What was open when it was cut never speaks again. */
class Line {
  cut = Infinity;
  back = Infinity;
  /** When the client heard anything last. */
  heard = -1;
  made = 0;
  private failed = 0;

  constructor(private readonly syns: readonly number[]) {}

  up(): boolean {
    return Date.now() < this.cut || Date.now() >= this.back;
  }

  connect(): Socket {
    this.made += 1;
    const late = chromiumWaits(this.failed), before = Date.now() < this.cut;
    let opened = false, closed = false;
    const speaks = (): boolean => !closed && this.up() && before === Date.now() < this.cut;
    const socket: Socket = {
      onopen: null, onmessage: null, onclose: null, onerror: null,
      send: (text) => {
        const { type } = JSON.parse(text) as ClientMessage;
        const said: ServerMessage | null = type === 'hello' ? { type: 'welcome', connection: 'c', resume: 'R', n: 1, server_ms: 0, view: {} as View }
          : type === 'resume' ? { type: 'resumed', connection: 'c', resume: 'R', server_ms: 0 }
          : type === 'ping' ? { type: 'pong', client_ms: 0, server_ms: 0 } : null;
        if (said) setTimeout(() => {
          if (!speaks()) return;
          this.heard = Date.now();
          socket.onmessage?.({ data: JSON.stringify(said) });
        }, 40);
      },
      close: () => {
        closed = true;
        if (!opened) this.failed += 1;
      },
    };
    for (const syn of this.syns) setTimeout(() => {
      if (opened || closed || !this.up()) return;
      opened = true;
      socket.onopen?.();
    }, late + syn);
    return socket;
  }
}

/** How long after the line's return the client hears the server, ms. `hint`: the browser says something this long after it. */
function backAfter(seconds: number, syns: readonly number[], hint: number | null = null): number {
  vi.setSystemTime(0);
  const line = new Line(syns);
  const link = new Link({ ticket: 'T' }, { connect: () => line.connect(), now: () => Date.now(), random: () => 0.99, online: () => true }, {
    state: () => undefined, message: () => undefined, token: () => undefined, rekey: () => Promise.resolve(null),
  });
  link.start();
  vi.advanceTimersByTime(10_700);
  line.cut = Date.now();
  line.back = line.cut + seconds * 1000;
  vi.advanceTimersByTime(seconds * 1000);
  if (hint !== null) setTimeout(() => link.hurry(), hint);
  for (let waited = 0; waited < 20_000; waited += 20) {
    vi.advanceTimersByTime(20);
    if (line.heard > line.back) break;
  }
  link.leave();
  vi.clearAllTimers();
  return line.heard > line.back ? line.heard - line.back : Infinity;
}

/** The outage's length in steps of 100 ms, so that it ends at every point of what the client does meanwhile. */
const around = (seconds: number): number[] => Array.from({ length: 65 }, (_, n) => seconds + n / 10);
const tooLate = (lengths: number[], most: number, ...how: [readonly number[], (number | null)?]): string[] =>
  lengths.map((length) => [length, backAfter(length, ...how)] as const).filter(([, ms]) => ms > most).map(([length, ms]) => `${length} s: ${ms} ms`);

describe('after an outage', () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  test.each([5, 25, 84])('of %i s the link is back within two seconds, whenever it ends', (seconds) => {
    expect(tooLate(around(seconds), 2000, EACH_SECOND)).toEqual([]);
  });

  test.each([5, 25, 84])('of %i s it is back within four where the kernel tries more rarely, and nobody says that it is over', (seconds) => {
    expect(tooLate(around(seconds), 4000, RARER_AND_RARER)).toEqual([]);
  });

  test.each([5, 25])('of %i s it is back within two there as well since media, which remember each other for 30 s, say so', (seconds) => {
    expect(tooLate(around(seconds), 2000, RARER_AND_RARER, 500)).toEqual([]);
  });

  test('of ten minutes it is back as soon as Chromium lets it, and not later', () => {
    expect(tooLate(around(600), 7000, EACH_SECOND)).toEqual([]);
  });
});

describe('without any network', () => {
  beforeEach(() => vi.useFakeTimers({ now: 0 }));
  afterEach(() => vi.useRealTimers());

  test('tries are rare, so that the browser does not hold back the one that counts', () => {
    let made = 0, online = true;
    const socket = (): Socket => {
      made += 1;
      const refused: Socket = { onopen: null, onmessage: null, onclose: null, onerror: null, send: () => undefined, close: () => undefined };
      setTimeout(() => refused.onclose?.(), 1);
      return refused;
    };
    const link = new Link({ ticket: 'T' }, { connect: socket, now: () => Date.now(), random: () => 0.5, online: () => online }, {
      state: () => undefined, message: () => undefined, token: () => undefined, rekey: () => Promise.resolve(null),
    });
    link.start();
    online = false;
    vi.advanceTimersByTime(84_000);
    expect(chromiumWaits(made)).toBeLessThan(500);
    expect(made, 'a server on the same machine is found all the same').toBeGreaterThan(8);
    const before = made;
    online = true;
    link.hurry();
    expect(made).toBe(before + 1);
    vi.advanceTimersByTime(4000);
    expect(made, 'and again, while the network is not quite there').toBeGreaterThan(before + 4);
  });
});
