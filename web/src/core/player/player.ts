//! The player: one master clock over many elements. It knows no view framework; a page subscribes and reads.

import type { Timeline, TimelineTrack } from '../api';
import { MasterClock } from './clock';
import { LOST_MS, correct, inCommon, leadAfter } from './drift';
import { type FetchRange, type Status, TrackSource } from './source';
import { type Span, beginning, recordedSpans, skipTo } from './timeline';

export interface TrackState {
  readonly status: Status;
  /** Element minus master, in milliseconds, while it plays. */
  readonly driftMs: number;
}

export interface PlayerState {
  readonly positionMs: number;
  readonly playing: boolean;
  /** Playing, but standing still until everything that was recorded at this moment is here. */
  readonly waiting: boolean;
  readonly rate: number;
  /** The browser refused to play sound until somebody presses something. */
  readonly blocked: boolean;
  readonly tracks: Readonly<Record<string, TrackState>>;
  readonly muted: readonly number[];
  readonly solo: readonly number[];
  /** Holes are shown for a moment and then left out. */
  readonly skipping: boolean;
}

/** Whether a seat is heard: muted seats never, and with any solo only those. */
export function audible(seat: number, muted: readonly number[], solo: readonly number[]): boolean {
  return !muted.includes(seat) && (solo.length === 0 || solo.includes(seat));
}

interface Slot {
  readonly track: TimelineTrack;
  readonly element: HTMLMediaElement;
  readonly source: TrackSource;
  jumpedAt: number;
  leadMs: number;
  /** A jump whose result has not been looked at. */
  aimed: boolean;
  driftMs: number;
  status: Status;
}

const TICK_MS = 100;
/** An element that stands is put in place when it is farther off than this. */
const PLACED_MS = 40;
/** How long the clock waits for elements to come to a place after a jump by hand. */
const SETTLE_MS = 1500;
/** How long a hole is shown before the player goes on behind it. */
const HOLE_MS = 2000;

/** Whether the element really plays now. */
function runs(element: HTMLMediaElement): boolean {
  return !element.paused && !element.seeking && element.readyState > 2;
}

export class Player {
  readonly #timeline: Timeline;
  readonly #fetch: FetchRange;
  readonly #now: () => number;
  readonly #clock: MasterClock;
  readonly #slots = new Map<string, Slot>();
  readonly #tell: (state: PlayerState) => void;
  readonly #recorded: readonly Span[];
  readonly #timer: ReturnType<typeof setInterval>;
  #skipping = true;
  #playing = false;
  #waiting = false;
  #blocked = false;
  #settleUntil = 0;
  #muted: readonly number[] = [];
  #solo: readonly number[] = [];

  constructor(timeline: Timeline, fetch: FetchRange, tell: (state: PlayerState) => void, now: () => number = () => performance.now()) {
    this.#timeline = timeline;
    this.#fetch = fetch;
    this.#now = now;
    this.#tell = tell;
    this.#clock = new MasterClock(now, timeline.duration_ms);
    this.#recorded = recordedSpans(timeline);
    // Before the opening there is nothing to see.
    this.#clock.seek(beginning(timeline));
    this.#timer = setInterval(() => { this.#tick(); }, TICK_MS);
  }

  /** Gives a track its element. Twice with the same is once. */
  attach(id: string, element: HTMLMediaElement): void {
    const track = this.#timeline.tracks.find((one) => one.id === id);
    const old = this.#slots.get(id);
    if (track === undefined || old?.element === element) return;
    old?.source.dispose();
    const source = new TrackSource(track, element, this.#timeline.duration_ms, this.#fetch);
    this.#slots.set(id, { track, element, source, jumpedAt: -Infinity, leadMs: 0, aimed: false, driftMs: 0, status: 'loading' });
    this.#settleUntil = this.#now() + SETTLE_MS;
    this.#applySound();
  }

  play(): void {
    if (this.#clock.position() >= this.#timeline.duration_ms) this.#clock.seek(0);
    this.#playing = true;
    this.#blocked = false;
    this.#settleUntil = this.#now() + SETTLE_MS;
    this.#tick();
  }

  pause(): void {
    this.#playing = false;
    this.#clock.stop();
    this.#tick();
  }

  seek(ms: number): void {
    this.#place(ms);
    for (const slot of this.#slots.values()) slot.source.retry();
    this.#tick();
  }

  setRate(rate: number): void {
    this.#clock.setRate(rate);
    this.#tick();
  }

  setSkipping(skipping: boolean): void {
    this.#skipping = skipping;
    this.#tick();
  }

  setSound(muted: readonly number[], solo: readonly number[]): void {
    this.#muted = muted;
    this.#solo = solo;
    this.#applySound();
    this.#tick();
  }

  dispose(): void {
    clearInterval(this.#timer);
    for (const slot of this.#slots.values()) slot.source.dispose();
    this.#slots.clear();
  }

  /** Puts the clock somewhere else; it goes on when everybody is there. */
  #place(ms: number): void {
    this.#clock.seek(ms);
    this.#settleUntil = this.#now() + SETTLE_MS;
    for (const slot of this.#slots.values()) slot.jumpedAt = -Infinity;
  }

  #applySound(): void {
    for (const { track, element } of this.#slots.values()) {
      element.muted = !track.audio || !audible(track.seat, this.#muted, this.#solo);
    }
  }

  #tick(): void {
    const to = this.#playing && this.#skipping ? skipTo(this.#recorded, this.#clock.position(), HOLE_MS) : undefined;
    if (to !== undefined) this.#place(to);
    const at = this.#clock.position();
    if (this.#playing && at >= this.#timeline.duration_ms) {
      this.#playing = false;
      this.#clock.stop();
    }
    for (const slot of this.#slots.values()) {
      slot.source.want(at);
      slot.status = slot.source.status(at);
    }
    this.#waiting = this.#playing && this.#mustWait();
    if (this.#playing && !this.#waiting) this.#clock.start();
    else this.#clock.stop();
    this.#agree();
    for (const slot of this.#slots.values()) this.#follow(slot, this.#clock.position());
    this.#tell(this.state());
  }

  /** Sets the clock by the elements where all of them are off together. */
  #agree(): void {
    if (!this.#clock.running) return;
    const at = this.#clock.position();
    const running = [...this.#slots.values()].filter(({ status, element }) => status === 'ready' && runs(element));
    const shift = inCommon(running.map(({ element }) => element.currentTime * 1000 - at));
    if (shift !== 0) this.#clock.seek(at + shift);
  }

  /** While anything recorded at this moment is still to come, the clock stands: parties stay in step. */
  #mustWait(): boolean {
    const settling = this.#now() < this.#settleUntil;
    return [...this.#slots.values()].some(
      (slot) => slot.status === 'loading' || (settling && slot.status === 'ready' && (slot.element.seeking || slot.element.readyState < 2)),
    );
  }

  #follow(slot: Slot, at: number): void {
    const { element } = slot;
    if (slot.status !== 'ready') {
      if (!element.paused) element.pause();
      slot.driftMs = 0;
      return;
    }
    if (element.seeking || (!element.paused && element.readyState < 2)) return;
    slot.driftMs = element.currentTime * 1000 - at;
    if (!this.#clock.running) {
      if (!element.paused) element.pause();
      if (Math.abs(slot.driftMs) > PLACED_MS) this.#jump(slot, at, 0);
      return;
    }
    if (element.paused) {
      if (Math.abs(slot.driftMs) > PLACED_MS) this.#jump(slot, at, slot.leadMs);
      element.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') this.#refused();
      });
      return;
    }
    this.#correct(slot, at);
  }

  #correct(slot: Slot, at: number): void {
    const since = this.#now() - slot.jumpedAt;
    if (slot.aimed && since > TICK_MS * 3) {
      slot.leadMs = leadAfter(slot.leadMs, -slot.driftMs);
      slot.aimed = false;
    }
    const correction = correct(slot.driftMs, since, this.#clock.rate, slot.track.audio ? 'audio' : 'video');
    if (correction.kind === 'jump') {
      // A computer that cannot keep up: all wait for the one that is lost, or it would never be found again.
      if (Math.abs(slot.driftMs) > LOST_MS) this.#settleUntil = this.#now() + SETTLE_MS;
      this.#jump(slot, at, slot.leadMs);
    } else if (Math.abs(slot.element.playbackRate - correction.rate) > 0.002) slot.element.playbackRate = correction.rate;
  }

  #jump(slot: Slot, at: number, lead: number): void {
    slot.jumpedAt = this.#now();
    slot.aimed = this.#clock.running;
    slot.element.playbackRate = this.#clock.rate;
    slot.element.currentTime = (at + lead * this.#clock.rate) / 1000;
  }

  #refused(): void {
    this.#blocked = true;
    this.pause();
  }

  state(): PlayerState {
    const tracks: Record<string, TrackState> = {};
    for (const [id, slot] of this.#slots) tracks[id] = { status: slot.status, driftMs: slot.driftMs };
    return {
      positionMs: this.#clock.position(),
      playing: this.#playing,
      waiting: this.#waiting,
      rate: this.#clock.rate,
      blocked: this.#blocked,
      tracks,
      muted: this.#muted,
      solo: this.#solo,
      skipping: this.#skipping,
    };
  }
}
