//! Listening to a voice in the record while it is written: the server sends what has become durable, and this plays it.

import type { HearingId, TrackId } from '../protocol/generated/signal';
import { call } from './exhibits';

const TYPE = 'audio/webm; codecs="opus"';
/** Further behind the newest than this, in seconds, it is left out; and so much is kept for a disk that stutters. */
const BEHIND_S = 3;
const KEPT_S = 1;
/** What was played is let go of after so many seconds. */
const PAST_S = 30;

/** Without anything new for so long, in ms, nothing is being heard. */
const QUIET_MS = 4000;
const LOOK_MS = 500;

/** `waiting`: nothing new comes for now; `ended`: the session rests, the line is gone, or it cannot be played. */
export type Listening = 'starting' | 'playing' | 'waiting' | 'ended' | 'unsupported';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where to go on from `at`, in seconds, with these spans in the buffer: over what is missing, and not ever further behind. */
export function goOn(at: number, spans: readonly Span[]): number {
  const last = spans.at(-1);
  if (!last) return at;
  if (at < last.start || last.end - at > BEHIND_S) return Math.max(last.start, last.end - KEPT_S);
  return at;
}

function spansOf(ranges: TimeRanges): Span[] {
  return Array.from({ length: ranges.length }, (_, i) => ({ start: ranges.start(i), end: ranges.end(i) }));
}

/** Plays what is recorded of `track` in `audio` until `stop`. */
export class RecordedVoice {
  private readonly abort = new AbortController();
  private readonly waiting: Uint8Array<ArrayBuffer>[] = [];
  private buffer: SourceBuffer | undefined;
  private readonly url: string | undefined;
  private look: ReturnType<typeof setInterval> | undefined;
  /** Where it plays, and when it moved last. */
  private at = 0;
  private moved = performance.now();
  private now: Listening | null = null;

  constructor(hearing: HearingId, token: string, track: TrackId, private readonly audio: HTMLAudioElement, private readonly told: (now: Listening) => void) {
    if (typeof MediaSource === 'undefined' || !MediaSource.isTypeSupported(TYPE)) {
      this.say('unsupported');
      return;
    }
    const media = new MediaSource();
    media.addEventListener('sourceopen', () => {
      this.buffer = media.addSourceBuffer(TYPE);
      this.buffer.addEventListener('updateend', () => { this.tried(() => { this.went(); }); });
      this.tried(() => { this.feed(); });
    }, { once: true });
    this.url = URL.createObjectURL(media);
    audio.src = this.url;
    audio.addEventListener('error', this.broken);
    this.look = setInterval(() => { this.watch(); }, LOOK_MS);
    this.say('starting');
    void this.fetch(`${encodeURIComponent(hearing)}/recorded/${encodeURIComponent(track)}`, token);
  }

  stop(): void {
    this.abort.abort();
    clearInterval(this.look);
    this.audio.removeEventListener('error', this.broken);
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.audio.load();
    if (this.url !== undefined) URL.revokeObjectURL(this.url);
  }

  private async fetch(path: string, token: string): Promise<void> {
    try {
      const answer = await call(path, token, { signal: this.abort.signal });
      const reader = answer.body?.getReader();
      for (;;) {
        const piece = await reader?.read();
        if (!piece || piece.done) break;
        this.waiting.push(piece.value);
        this.tried(() => { this.feed(); });
      }
    } catch {
      // Whatever it was, nothing more comes; if it was this that stopped it, nobody is told.
    }
    this.end();
  }

  /** Nothing more is heard, whatever the reason; what still comes is not taken. */
  private end(): void {
    if (this.abort.signal.aborted) return;
    this.say('ended');
    this.abort.abort();
    clearInterval(this.look);
  }

  private readonly broken = (): void => { this.end(); };

  /** A buffer that its element has given up throws at every touch. */
  private tried(act: () => void): void {
    try {
      act();
    } catch {
      this.end();
    }
  }

  private say(now: Listening): void {
    if (now === this.now || this.abort.signal.aborted) return;
    this.now = now;
    this.told(now);
  }

  /** Whether anything is being heard: only what moves is. */
  private watch(): void {
    const { currentTime } = this.audio;
    if (currentTime !== this.at && !this.audio.paused) {
      this.at = currentTime;
      this.moved = performance.now();
      this.say('playing');
    } else if (performance.now() - this.moved > QUIET_MS) {
      this.say('waiting');
    }
  }

  private feed(): void {
    const { buffer } = this;
    if (!buffer || buffer.updating) return;
    const [piece] = this.waiting.splice(0, 1);
    if (piece) {
      buffer.appendBuffer(piece);
    } else if (buffer.buffered.length > 0 && this.audio.currentTime - buffer.buffered.start(0) > 2 * PAST_S) {
      buffer.remove(0, this.audio.currentTime - PAST_S);
    }
  }

  private went(): void {
    const { audio, buffer } = this;
    if (!buffer || this.abort.signal.aborted) return;
    const at = goOn(audio.currentTime, spansOf(buffer.buffered));
    if (at !== audio.currentTime) audio.currentTime = at;
    if (audio.paused && buffer.buffered.length > 0) {
      // Stopped in between it is refused as well.
      audio.play().catch((error: unknown) => { if (!(error instanceof Error) || error.name !== 'AbortError') this.end(); });
    }
    this.feed();
  }
}
