//! One recorded track in one media element, by Media Source Extensions. Recorded files have no cues and grow no index:
//! the chain's sync points say where in a file a moment is, ranges are fetched from there, and their frames are appended.

import type { MediaCodec, Segment, TimelineTrack } from '../api';
import { type Frame, scan } from './ebml';
import { AHEAD_MS, BEHIND_MS, PREROLL_MS, type Piece, type Run, covers, hasMedia, nextPiece } from './feed';
import { FrameTimes } from './frames';
import { chunksOf } from './timeline';
import { LONGEST_MS, timed } from './webm';
import { TYPES, mediaOf, openingOf } from './wrap';

/** `none`: nothing was recorded then. */
export type Status = 'none' | 'loading' | 'ready' | 'failed' | 'unsupported';

/** The header of a file is far shorter. */
const HEADER_BYTES = 4096;
const TRIES = 5;

/** Bytes `from..to` of a file. */
export type FetchRange = (file: string, from: number, to: number, signal: AbortSignal) => Promise<Uint8Array>;

export function canPlay(track: TimelineTrack): boolean {
  return typeof MediaSource !== 'undefined' && track.segments.every((segment) => MediaSource.isTypeSupported(TYPES[segment.codec]));
}

export class TrackSource {
  readonly #track: TimelineTrack;
  readonly #element: HTMLMediaElement;
  readonly #endMs: number;
  readonly #fetch: FetchRange;
  readonly #preroll: number;
  readonly #loaded: () => void;
  #media: MediaSource | undefined;
  #buffer: SourceBuffer | undefined;
  #run: Run | undefined;
  #wantedMs = 0;
  #ahead = AHEAD_MS;
  #inFlight: { piece: Piece; abort: AbortController } | undefined;
  #pumping = false;
  #headerOf: number | undefined;
  /** The last frame waits for the next piece, which gives it its duration. */
  #held: Frame | undefined;
  /** Grows when a key frame was farther back than expected. */
  #reach: number;
  #failures = 0;
  #disposed = false;
  /** Of the pictures that are in the buffer. */
  readonly frames = new FrameTimes();
  readonly #onError = (): void => {
    // Firefox calls a computer without a sound output an error, and plays on.
    if (this.#element.error?.message.includes('OnMediaSink') !== true) this.#failures = TRIES;
  };

  /** `loaded`: called whenever more of the track is in the buffer. */
  constructor(track: TimelineTrack, element: HTMLMediaElement, endMs: number, fetch: FetchRange, loaded: () => void = () => undefined) {
    this.#track = track;
    this.#element = element;
    this.#endMs = endMs;
    this.#fetch = fetch;
    this.#loaded = loaded;
    this.#preroll = track.audio ? PREROLL_MS.audio : PREROLL_MS.video;
    this.#reach = this.#preroll;
    element.addEventListener('error', this.#onError);
  }

  /** What is shown or heard at `ms`. */
  status(ms: number): Status {
    if (!hasMedia(this.#track, ms)) return 'none';
    if (!canPlay(this.#track)) return 'unsupported';
    if (covers(this.#run, ms)) return this.#buffered(ms) ? 'ready' : 'none';
    return this.#failures >= TRIES ? 'failed' : 'loading';
  }

  /** Fetches what is needed for showing `ms` and the `ahead` ms that follow. */
  want(ms: number, ahead = AHEAD_MS): void {
    this.#wantedMs = ms;
    this.#ahead = ahead;
    const flying = this.#inFlight;
    const useful = flying !== undefined && ((ms >= flying.piece.fromMs && ms <= flying.piece.toMs) || covers(this.#run, ms));
    if (flying !== undefined && !useful && Math.abs(ms - flying.piece.fromMs) > PREROLL_MS.video) flying.abort.abort();
    if (!this.#pumping && this.#failures < TRIES && canPlay(this.#track)) void this.#pump();
  }

  /** After a failure: everything anew. */
  retry(): void {
    if (this.#failures < TRIES) return;
    this.#failures = 0;
    this.#forget();
  }

  dispose(): void {
    this.#disposed = true;
    this.#element.removeEventListener('error', this.#onError);
    this.#inFlight?.abort.abort();
    this.#forget();
    this.#element.removeAttribute('src');
    this.#element.load();
  }

  #forget(): void {
    this.#media = undefined;
    this.#buffer = undefined;
    this.#run = undefined;
    this.#headerOf = undefined;
    this.#held = undefined;
    this.frames.clear();
  }

  #buffered(ms: number): boolean {
    const ranges = this.#element.buffered;
    for (let i = 0; i < ranges.length; i++) {
      if (ranges.start(i) * 1000 <= ms + 1 && ms < ranges.end(i) * 1000) return true;
    }
    return false;
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      while (!this.#disposed && this.#failures < TRIES) {
        const piece = nextPiece(this.#track, this.#run, this.#wantedMs, this.#reach, this.#ahead);
        if (piece === undefined) break;
        try {
          await this.#load(piece);
          this.#failures = 0;
          if (!this.#disposed) this.#loaded();
        } catch (error) {
          if (error instanceof DOMException && error.name === 'AbortError') continue;
          this.#failures++;
          // How far it got is not known: the next try begins anew.
          this.#run = undefined;
          await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** this.#failures));
        }
      }
    } finally {
      this.#inFlight = undefined;
      this.#pumping = false;
    }
  }

  async #load(piece: Piece): Promise<void> {
    const segment = this.#track.segments[piece.segment];
    if (segment === undefined) return;
    const abort = new AbortController();
    this.#inFlight = { piece, abort };
    const scanned = scan(await this.#fetch(segment.file, piece.from, piece.to, abort.signal));
    const usable = piece.fresh ? this.#fromKey(piece, scanned.frames) : { frames: scanned.frames, startMs: this.#run?.startMs ?? piece.fromMs };
    if (usable === undefined) return;
    const buffer = await this.#opened(segment.codec);
    if (piece.fresh) await this.#emptied(buffer);
    if (this.#headerOf !== piece.segment) await this.#header(buffer, piece.segment, segment, scanned.header, abort.signal);
    const last = piece.after >= chunksOf(segment).length;
    await this.#append(buffer, segment.codec, usable.frames, last);
    const endMs = last ? Math.max(piece.toMs, segment.to_ms) : (this.#held?.ms ?? piece.toMs);
    this.#run = { startMs: usable.startMs, endMs, segment: piece.segment, next: piece.after };
    this.#reach = this.#preroll;
    await this.#evict(buffer);
  }

  /** The frames from the first that can be decoded; undefined if the key frame for the moment lies before the piece. */
  #fromKey(piece: Piece, frames: readonly Frame[]): { frames: readonly Frame[]; startMs: number } | undefined {
    const whole = Math.min(piece.fromMs, this.#wantedMs);
    if (this.#track.audio) return { frames, startMs: whole };
    const first = frames.findIndex((frame) => frame.key);
    const dropped = first === -1 ? frames : frames.slice(0, first);
    const keyMs = frames[first]?.ms ?? Infinity;
    const needed = dropped.some((frame) => frame.ms <= this.#wantedMs) && keyMs > this.#wantedMs;
    if (needed && piece.first > 0) {
      this.#reach *= 3;
      return undefined;
    }
    const startMs = dropped.length === 0 || needed ? whole : Math.min(keyMs, this.#wantedMs);
    return { frames: first === -1 ? [] : frames.slice(first), startMs };
  }

  async #opened(codec: MediaCodec): Promise<SourceBuffer> {
    if (this.#buffer !== undefined && this.#media?.readyState === 'open') return this.#buffer;
    this.#forget();
    const media = new MediaSource();
    const url = URL.createObjectURL(media);
    await new Promise<void>((resolve) => {
      media.addEventListener('sourceopen', () => resolve(), { once: true });
      this.#element.src = url;
    });
    URL.revokeObjectURL(url);
    media.duration = this.#endMs / 1000;
    this.#media = media;
    this.#buffer = media.addSourceBuffer(TYPES[codec]);
    return this.#buffer;
  }

  async #header(buffer: SourceBuffer, index: number, segment: Segment, at: Uint8Array | undefined, signal: AbortSignal): Promise<void> {
    const header = at ?? scan(await this.#fetch(segment.file, 0, Math.min(HEADER_BYTES, segment.bytes), signal)).header;
    const opening = header && openingOf(segment.codec, header);
    if (opening === undefined) throw new Error(`${segment.file} has no header`);
    buffer.changeType(opening.type);
    await this.#done(buffer, () => { buffer.appendBuffer(opening.init); });
    this.#headerOf = index;
  }

  async #append(buffer: SourceBuffer, codec: MediaCodec, frames: readonly Frame[], last: boolean): Promise<void> {
    const kind = this.#track.audio ? 'audio' : 'video';
    const all = this.#held === undefined ? frames : [this.#held, ...frames];
    this.#held = last ? undefined : all.at(-1);
    const ready = timed(last ? all : all.slice(0, -1), this.#held?.ms, LONGEST_MS[kind], kind === 'audio' ? 20 : 40);
    if (ready.length === 0) return;
    await this.#done(buffer, () => { buffer.appendBuffer(mediaOf(codec, ready)); });
    if (kind === 'video') this.frames.add(ready.map((frame) => frame.ms));
  }

  /** Nothing from before: the run starts anew. */
  async #emptied(buffer: SourceBuffer): Promise<void> {
    this.#run = undefined;
    this.#held = undefined;
    this.frames.clear();
    buffer.abort();
    await this.#done(buffer, () => { buffer.remove(0, Infinity); });
  }

  /** What lies far behind goes, so that an afternoon fits in the buffer of an old computer. */
  async #evict(buffer: SourceBuffer): Promise<void> {
    const run = this.#run;
    const before = this.#wantedMs - BEHIND_MS;
    if (run === undefined || run.startMs > before - BEHIND_MS || before <= 0) return;
    await this.#done(buffer, () => { buffer.remove(0, before / 1000); });
    // Removal goes on to the next key frame.
    const start = buffer.buffered.length > 0 ? buffer.buffered.start(0) * 1000 : Infinity;
    this.#run = { ...run, startMs: Math.min(this.#wantedMs, Math.max(before, start)) };
    this.frames.forget(start);
  }

  #done(buffer: SourceBuffer, act: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        buffer.removeEventListener('updateend', ended);
        buffer.removeEventListener('error', failed);
      };
      const ended = (): void => { over(); resolve(); };
      const failed = (): void => { over(); reject(new Error('the browser refused the media')); };
      buffer.addEventListener('updateend', ended);
      buffer.addEventListener('error', failed);
      try {
        act();
      } catch (error) {
        over();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }
}

/** Ranges over HTTP. A server that answers with the whole file is understood too. */
export function rangesFrom(url: (file: string) => string, fetch: typeof globalThis.fetch): FetchRange {
  return async (file, from, to, signal) => {
    const answer = await fetch(url(file), { headers: { Range: `bytes=${String(from)}-${String(to - 1)}` }, credentials: 'same-origin', signal });
    if (!answer.ok) throw new Error(`${String(answer.status)} for ${file}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    return answer.status === 206 ? bytes : bytes.slice(from, to);
  };
}
