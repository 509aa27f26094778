//! The signalling link: one WebSocket at a time, greeted by a ticket or a resume token, watched by a heartbeat and
//! brought back with jitter until the server ends it for good.

import type { ClientMessage, Refusal, ServerMessage } from '../protocol/generated/signal';
import { delay } from './backoff';
import { ServerClock } from './clock';

export const SUBPROTOCOL = 'assize.v1';
/** The client pings this often, in ms; a link silent for longer than `DEAD_AFTER` is given up. */
export const PING_EVERY = 2000;
export const DEAD_AFTER = 6000;
/**
 * Longest wait for a WebSocket to open and be welcomed, in ms. An attempt that nobody answers is followed by the next at once,
 * so that the way is never unwatched. Shorter ones would not bring anybody back sooner: the kernel repeats an unanswered SYN
 * itself, each second in the first five (Linux since 6.5, Darwin), and Chromium makes a page wait for 1 to 5 s before each
 * WebSocket once 16 have failed in three to six minutes (services/network/websocket_throttler.cc). Thirteen of these last
 * longer than an outage of 84 s. Nor may a `fetch` look whether the way is back: Chromium keeps its socket, whose SYNs become rare, for
 * every request to come.
 */
export const OPEN_WITHIN = 6000;
/** When something says that the way is back, an attempt that is this old, in ms, and unanswered is begun anew. */
export const HURRIED_AFTER = 1000;
/** A link that is silent for this long, in ms, two pings and a bit, is not waited for when something says that the way is back. */
export const DOUBTED_AFTER = 4500;
/**
 * While the browser has no network at all it says so when it has one; until then, after the first few tries, the link is tried
 * this often, in ms, and not more, for the same reason. Tried all the same: a server on the same machine needs no network.
 */
export const OFFLINE_EVERY = 15_000;
const OFFLINE_TRIES = 5;

/** What opens the door: a ticket once, then the resume token that came with the last welcome. */
export type Key = { readonly ticket: string } | { readonly token: string };

export type LinkState =
  | { readonly at: 'connecting' }
  | { readonly at: 'open' }
  /** Broken since `since` (client's monotonic ms); the client comes back by itself. */
  /** `why`: what the server said when it was reached last, if it could not do its part. */
  | { readonly at: 'broken'; readonly since: number; readonly attempt: number; readonly why: Refusal | null }
  /** Over: the server said why, or said good-bye. */
  | { readonly at: 'ended'; readonly refusal: Refusal | null };

/** Close code of a link that is taken up anew (src/server/signal/connection.rs). */
export const GIVEN_UP = 4000;

/** What of a WebSocket is used, so that time and network can be simulated. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface Surroundings {
  /** A new WebSocket to the server. */
  connect(): Socket;
  /** Monotonic milliseconds. */
  now(): number;
  /** Uniform over [0, 1). */
  random(): number;
  /** Whether the browser has any network. */
  online(): boolean;
}

export interface LinkEvents {
  state(state: LinkState): void;
  message(message: ServerMessage): void;
  /** A new resume token: keep it, the one before is about to expire. */
  token(token: string): void;
  /** The key was refused. Gives a new one (a staff member or device joins anew), or `null` if there is none. */
  rekey(refusal: Refusal): Promise<Key | null>;
}

/** Refusals that end a link although the seat may come back with another key. */
function isAboutTheKey(refusal: Refusal): boolean {
  return refusal.code === 'bad_ticket' || refusal.code === 'bad_resume';
}

/** Refusals that pass: the server was busy or hurt, and another try may do. */
function mayPass(refusal: Refusal): boolean {
  return refusal.code === 'ledger_fault' || refusal.code === 'media_fault' || refusal.code === 'too_often';
}

export class Link {
  readonly clock = new ServerClock();
  private socket: Socket | null = null;
  private last = 0;
  private heard = 0;
  private attempt = 0;
  private brokenSince: number | null = null;
  private why: Refusal | null = null;
  private welcomed = false;
  /** The socket opened: somebody is there, whatever comes of it. */
  private answered = false;
  private began = 0;
  private over = false;
  private beat: ReturnType<typeof setInterval> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private opening: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private key: Key,
    private readonly surroundings: Surroundings,
    private readonly events: LinkEvents,
  ) {}

  start(): void {
    this.events.state({ at: 'connecting' });
    this.open();
  }

  /** False if there is no welcomed link. */
  send(message: ClientMessage): boolean {
    if (!this.welcomed || !this.socket) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  /** The network is back, media flow again or the page is looked at: do not wait for a timer that counts on a dead way. */
  hurry(): void {
    if (this.over) return;
    const now = this.surroundings.now();
    if (this.welcomed) {
      if (now - this.heard >= DOUBTED_AFTER) this.unanswered();
    } else if (this.socket) {
      if (!this.answered && now - this.began >= HURRIED_AFTER) this.unanswered();
    } else {
      this.attempt = 0;
      clearTimeout(this.retry);
      this.open();
    }
  }

  /** Leaves for good. */
  leave(): void {
    this.send({ type: 'bye' });
    this.end(null);
  }

  private open(): void {
    const socket = this.surroundings.connect();
    this.socket = socket;
    this.welcomed = this.answered = false;
    this.began = this.surroundings.now();
    const mine = (): boolean => this.socket === socket && !this.over;
    this.giveUpAfter(socket, OPEN_WITHIN);
    socket.onopen = () => {
      if (!mine()) return;
      this.answered = true;
      this.giveUpAfter(socket, OPEN_WITHIN);
      const first: ClientMessage = 'ticket' in this.key
        ? { type: 'hello', ticket: this.key.ticket }
        : { type: 'resume', token: this.key.token, last: this.last };
      socket.send(JSON.stringify(first));
    };
    socket.onmessage = ({ data }) => {
      if (mine() && typeof data === 'string') this.take(JSON.parse(data) as ServerMessage);
    };
    socket.onclose = () => { if (mine()) this.broke(); };
    socket.onerror = null;
  }

  private giveUpAfter(socket: Socket, millis: number): void {
    clearTimeout(this.opening);
    this.opening = setTimeout(() => {
      if (this.socket !== socket || this.over) return;
      if (this.answered) this.broke();
      else this.unanswered();
    }, millis);
  }

  private take(message: ServerMessage): void {
    const now = this.surroundings.now();
    this.heard = now;
    if (this.welcomed) this.listen();
    if (message.type === 'welcome' || message.type === 'resumed') this.greet(message, now);
    else if (message.type === 'event') this.last = message.n;
    else if (message.type === 'pong') this.clock.add({ sent: message.client_ms, received: now, server: message.server_ms });
    else if (message.type === 'bye') {
      void this.dismissed(message.refusal);
      return;
    }
    this.events.message(message);
    if (message.type === 'welcome' || message.type === 'resumed') this.events.state({ at: 'open' });
  }

  private greet(message: Extract<ServerMessage, { type: 'welcome' | 'resumed' }>, now: number): void {
    clearTimeout(this.opening);
    this.welcomed = true;
    this.attempt = 0;
    this.brokenSince = null;
    this.why = null;
    if (message.type === 'welcome') this.last = message.n;
    this.key = { token: message.resume };
    this.events.token(message.resume);
    this.clock.forget();
    this.clock.hint(message.server_ms, now);
    clearInterval(this.beat);
    this.beat = setInterval(() => this.ping(), PING_EVERY);
    this.listen();
    this.ping();
  }

  private ping(): void {
    this.send({ type: 'ping', client_ms: this.surroundings.now() });
  }

  /** Something was heard: silence begins now. */
  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.unanswered(), DEAD_AFTER);
  }

  private async dismissed(refusal: Refusal | null): Promise<void> {
    this.drop();
    if (refusal && isAboutTheKey(refusal)) {
      const key = await this.events.rekey(refusal).catch(() => null);
      if (this.over) return;
      if (!key) { this.end(refusal); return; }
      this.key = key;
      this.last = 0;
      this.again();
    } else if (refusal && mayPass(refusal)) {
      this.why = refusal;
      this.again();
    }
    else this.end(refusal);
  }

  /** Lets go of the socket without saying that the link is over. */
  private drop(): void {
    clearInterval(this.beat);
    clearTimeout(this.opening);
    clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    this.welcomed = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // The server may hear of it once the line is back: nobody went, the line was given up.
    if (this.over) socket.close();
    else socket.close(GIVEN_UP);
  }

  /** Somebody was there and it failed, or nobody listens: a server that starts is spared by waits. */
  private broke(): void {
    this.why = null;
    this.drop();
    this.again();
  }

  /** Nobody is there to be spared: the next attempt follows at once, and is the one that the server hears first. */
  private unanswered(): void {
    this.why = null;
    this.drop();
    this.saysBroken();
    this.open();
  }

  private again(): void {
    if (this.over) return;
    this.saysBroken();
    clearTimeout(this.retry);
    const rarely = this.attempt >= OFFLINE_TRIES && !this.surroundings.online();
    this.retry = setTimeout(() => this.open(), rarely ? OFFLINE_EVERY : delay(this.attempt, this.surroundings.random()));
    this.attempt += 1;
  }

  private saysBroken(): void {
    this.brokenSince ??= this.surroundings.now();
    this.events.state({ at: 'broken', since: this.brokenSince, attempt: this.attempt, why: this.why });
  }

  private end(refusal: Refusal | null): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.retry);
    this.drop();
    this.events.state({ at: 'ended', refusal });
  }
}
