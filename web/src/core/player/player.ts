//! The player: one master clock over many elements. It knows no view framework; a page subscribes and reads.

import type { Timeline, TimelineTrack } from '../api';
import { MasterClock } from './clock';
import { LOST_MS, correct, inCommon, leadAfter, pace } from './drift';
import { AHEAD_MS } from './feed';
import { USUAL_FRAME_MS } from './frames';
import { keepPitch } from './rates';
import { type FetchRange, type Status, TrackSource } from './source';
import { type Span, beginning, recordedSpans, skipTo } from './timeline';
import { EVERYTHING, type Interpreted, type Sound, type Voice, interpretation, volumeOf } from './voices';

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
  readonly sound: Sound;
  /** Holes are shown for a moment and then left out. */
  readonly skipping: boolean;
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
/** How long a hole is shown to whoever watches before the player goes on behind it. */
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
  readonly #interpreted: Interpreted;
  readonly #timer: ReturnType<typeof setInterval>;
  #skipping = true;
  #playing = false;
  #waiting = false;
  #blocked = false;
  #settleUntil = 0;
  #sound: Sound = EVERYTHING;

  constructor(timeline: Timeline, fetch: FetchRange, tell: (state: PlayerState) => void, now: () => number = () => performance.now()) {
    this.#timeline = timeline;
    this.#fetch = fetch;
    this.#now = now;
    this.#tell = tell;
    this.#clock = new MasterClock(now, timeline.duration_ms);
    this.#recorded = recordedSpans(timeline);
    this.#interpreted = interpretation(timeline);
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
    keepPitch(element);
    const source = new TrackSource(track, element, this.#timeline.duration_ms, this.#fetch, () => { this.#tick(); });
    this.#slots.set(id, { track, element, source, jumpedAt: -Infinity, leadMs: 0, aimed: false, driftMs: 0, status: 'loading' });
    this.#settleUntil = this.#now() + SETTLE_MS;
    this.#applySound();
  }

  /** Takes a track's element away: it is fetched no more, and nobody waits for it. */
  detach(id: string): void {
    this.#slots.get(id)?.source.dispose();
    this.#slots.delete(id);
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

  /** While it stands: to the next picture, or the one before, of this track or else of the largest. */
  step(way: 1 | -1, id?: string): void {
    if (this.#playing) return;
    const slot = this.#pictured(id);
    const at = slot === undefined ? this.#clock.position() : slot.element.currentTime * 1000;
    this.#place(slot?.source.frames.beside(at, way) ?? at + way * USUAL_FRAME_MS);
    const to = this.#clock.position();
    for (const one of this.#slots.values()) if (one.source.status(to) === 'ready') this.#jump(one, to, 0);
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

  /** Without `voice` every voice is heard, the interpreters' as well. */
  setSound(muted: readonly number[], solo: readonly number[], voice?: Voice): void {
    this.#sound = { muted, solo, voice };
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

  /** The picture that steps are taken by: that of the track if it is shown now, or else the largest. */
  #pictured(id: string | undefined): Slot | undefined {
    const shown = [...this.#slots.values()].filter(({ track, status, element }) => !track.audio && status === 'ready' && element instanceof HTMLVideoElement);
    const size = ({ element }: Slot): number => (element instanceof HTMLVideoElement ? element.videoWidth * element.videoHeight : 0);
    return shown.find(({ track }) => track.id === id) ?? shown.reduce<Slot | undefined>((most, one) => (most === undefined || size(one) > size(most) ? one : most), undefined);
  }

  #applySound(): void {
    const at = this.#clock.position();
    for (const { track, element } of this.#slots.values()) {
      const volume = volumeOf(track, at, this.#sound, this.#interpreted);
      if (element.muted !== (volume === 0)) element.muted = volume === 0;
      if (volume > 0 && element.volume !== volume) element.volume = volume;
    }
  }

  #tick(): void {
    const to = this.#playing && this.#skipping ? skipTo(this.#recorded, this.#clock.position(), HOLE_MS * pace(this.#clock.rate)) : undefined;
    if (to !== undefined) this.#place(to);
    const at = this.#clock.position();
    if (this.#playing && at >= this.#timeline.duration_ms) {
      this.#playing = false;
      this.#clock.stop();
    }
    // What comes later waits until everybody is here: it would take the line and the computer from those who are not.
    const ahead = this.#isComing(at) ? 0 : AHEAD_MS;
    for (const slot of this.#slots.values()) {
      slot.source.want(at, ahead);
      slot.status = slot.source.status(at);
    }
    this.#waiting = this.#playing && this.#mustWait();
    if (this.#playing && !this.#waiting) this.#clock.start();
    else this.#clock.stop();
    this.#agree();
    this.#applySound();
    for (const slot of this.#slots.values()) this.#follow(slot, this.#clock.position());
    this.#tell(this.state());
  }

  /** Sets the clock by the elements where all of them are off together. */
  #agree(): void {
    if (!this.#clock.running) return;
    const at = this.#clock.position();
    const running = [...this.#slots.values()].filter(({ status, element }) => status === 'ready' && runs(element));
    const shift = inCommon(running.map(({ element }) => element.currentTime * 1000 - at), this.#clock.rate);
    if (shift !== 0) this.#clock.seek(at + shift);
  }

  /** Whether anything of the moment is still to come, or is being decoded. */
  #isComing(at: number): boolean {
    return [...this.#slots.values()].some(({ source, element }) => {
      const status = source.status(at);
      return status === 'loading' || (status === 'ready' && element.seeking);
    });
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
      slot.leadMs = leadAfter(slot.leadMs, -slot.driftMs / this.#clock.rate);
      slot.aimed = false;
    }
    const correction = correct(slot.driftMs, since, this.#clock.rate, slot.track.audio ? 'audio' : 'video');
    if (correction.kind === 'jump') {
      // A computer that cannot keep up: all wait for the one that is lost, or it would never be found again.
      if (Math.abs(slot.driftMs) > LOST_MS * pace(this.#clock.rate)) this.#settleUntil = this.#now() + SETTLE_MS;
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
      sound: this.#sound,
      skipping: this.#skipping,
    };
  }
}
