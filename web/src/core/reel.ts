//! A recording that is played out of this browser: decoded here, and sent as tracks that everybody it is shown to receives.
//!
//! The picture goes over a canvas, so that it is there while the recording stands still and is no larger than a line
//! carries; the sound over the browser's audio graph, so that it is sent whether it is heard here or not.

import type { DeviceKind } from '../protocol/generated/signal';

/** The longer side of the picture that is sent, in pixels: what a camera sends. */
const MOST = 1280;
/** Pictures a second while it plays, and the wait between two while it stands still, in ms. */
const RATE = 30;
const STANDING = 500;
/** It is set to the right place when it is further from it than this, in seconds: playing, and standing. */
const APART = 1.5;
const APART_STANDING = 0.05;

export interface Position {
  readonly playing: boolean;
  readonly position_ms: number;
  /** UTC ms of the server's clock. */
  readonly since_ms: number;
}

/** Where a recording is at the server's time `now`, in milliseconds. */
export function positionAt({ playing, position_ms: at, since_ms: since }: Position, length: number | null, now: number): number {
  return Math.min(playing ? at + Math.max(0, now - since) : at, length ?? Infinity);
}

/** `1:05`, `1:02:05`. */
export function time(ms: number): string {
  const all = Math.floor(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n: number): string => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** The size that a picture is sent in: no larger than it is, and even. */
export function sentSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, MOST / Math.max(width, height));
  const even = (n: number): number => Math.max(2, Math.round((n * scale) / 2) * 2);
  return { width: even(width), height: even(height) };
}

export interface ReelEvents {
  /** It is open: what it sends, and how long it is in milliseconds, as far as the file says it. */
  open(tracks: ReadonlyMap<DeviceKind, MediaStreamTrack>, length: number | null): void;
  /** This browser cannot play it. */
  failed(): void;
  /** It ran to its end, at this place in milliseconds. */
  ended(at: number): void;
}

export class Reel {
  readonly element = document.createElement('video');
  private readonly url: string;
  private readonly audio = new AudioContext({ sampleRate: 48_000 });
  private readonly here = this.audio.createGain();
  private tracks: MediaStreamTrack[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted: Position | null = null;

  constructor(file: Blob, private readonly events: ReelEvents) {
    this.url = URL.createObjectURL(file);
    const { element } = this;
    element.playsInline = true;
    element.preload = 'auto';
    element.disablePictureInPicture = true;
    element.addEventListener('loadeddata', () => this.open(), { once: true });
    element.addEventListener('error', () => this.events.failed());
    element.addEventListener('ended', () => this.events.ended(Math.round(element.currentTime * 1000)));
    element.src = this.url;
  }

  /** Whether it has a picture. */
  get pictured(): boolean {
    return this.element.videoWidth > 0;
  }

  private open(): void {
    const tracks = new Map<DeviceKind, MediaStreamTrack>();
    const sound = this.audio.createMediaStreamDestination();
    const source = this.audio.createMediaElementSource(this.element);
    source.connect(sound);
    source.connect(this.here).connect(this.audio.destination);
    void this.audio.resume();
    const [voice] = sound.stream.getAudioTracks();
    if (voice) tracks.set('played_sound', voice);
    const picture = this.pictured ? this.draw() : undefined;
    if (picture) tracks.set('played', picture);
    this.tracks = [...tracks.values()];
    const { duration } = this.element;
    this.events.open(tracks, Number.isFinite(duration) ? Math.round(duration * 1000) : null);
    if (this.wanted) this.set(this.wanted, 0);
  }

  private draw(): MediaStreamTrack | undefined {
    const { element } = this;
    const canvas = document.createElement('canvas');
    Object.assign(canvas, sentSize(element.videoWidth, element.videoHeight));
    const on = canvas.getContext('2d', { alpha: false });
    const [track] = canvas.captureStream(RATE).getVideoTracks();
    const next = (): void => {
      on?.drawImage(element, 0, 0, canvas.width, canvas.height);
      this.timer = setTimeout(next, element.paused ? STANDING : 1000 / RATE);
    };
    next();
    element.addEventListener('play', () => { clearTimeout(this.timer); next(); });
    return track;
  }

  /** Plays or stands as the court has it. `now`: the server's time, UTC ms. */
  follow(position: Position, now: number): void {
    this.wanted = position;
    if (this.tracks.length > 0) this.set(position, now);
  }

  private set(position: Position, now: number): void {
    const { element } = this;
    const at = positionAt(position, null, now || position.since_ms) / 1000;
    const far = Math.abs(element.currentTime - at) > (position.playing ? APART : APART_STANDING);
    if (!position.playing) element.pause();
    if (far) element.currentTime = Number.isFinite(element.duration) ? Math.min(at, element.duration) : at;
    if (!position.playing || element.ended) return;
    void this.audio.resume();
    // A browser that refuses goes on as it is: the court sees that it stands still, and presses again.
    element.play().catch(() => undefined);
  }

  /** Whether its sound comes out of this browser as well. */
  sounds(on: boolean): void {
    this.here.gain.value = on ? 1 : 0;
  }

  close(): void {
    clearTimeout(this.timer);
    this.element.pause();
    for (const track of this.tracks) track.stop();
    this.element.removeAttribute('src');
    this.element.load();
    this.element.remove();
    void this.audio.close();
    URL.revokeObjectURL(this.url);
  }
}
