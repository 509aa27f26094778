//! Listening to a voice in the record while it is written: the server sends what has become durable, and this plays it.

import type { HearingId, TrackId } from '../protocol/generated/signal';
import { call } from './exhibits';

const TYPE = 'audio/webm; codecs="opus"';
/** Further behind the newest than this, in seconds, it is left out; and so much is kept for a disk that stutters. */
const BEHIND_S = 3;
const KEPT_S = 1;
/** What was played is let go of after so many seconds. */
const PAST_S = 30;

/** `ended`: the session rests, or the line is gone. */
export type Listening = 'starting' | 'playing' | 'ended' | 'unsupported';

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

  constructor(hearing: HearingId, token: string, track: TrackId, private readonly audio: HTMLAudioElement, private readonly said: (now: Listening) => void) {
    if (typeof MediaSource === 'undefined' || !MediaSource.isTypeSupported(TYPE)) {
      said('unsupported');
      return;
    }
    const media = new MediaSource();
    media.addEventListener('sourceopen', () => {
      this.buffer = media.addSourceBuffer(TYPE);
      this.buffer.addEventListener('updateend', () => { this.went(); });
      this.feed();
    }, { once: true });
    this.url = URL.createObjectURL(media);
    audio.src = this.url;
    said('starting');
    void this.fetch(`${encodeURIComponent(hearing)}/recorded/${encodeURIComponent(track)}`, token);
  }

  stop(): void {
    this.abort.abort();
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
        this.feed();
      }
    } catch {
      // Whatever it was, nothing more comes; if it was this that stopped it, nobody is told.
    }
    if (!this.abort.signal.aborted) this.said('ended');
  }

  private feed(): void {
    const { buffer } = this;
    if (!buffer || buffer.updating || this.audio.error) return;
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
      void audio.play().then(() => { this.said('playing'); }, () => { /* It was stopped. */ });
    }
    this.feed();
  }
}
