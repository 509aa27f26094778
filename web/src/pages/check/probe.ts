//! Measures what this device's line, microphone and camera give. Each answer is `null` where it could not be measured.

import type { LineMeasured, PictureMeasured, SoundMeasured } from '../../core/api';
import { clippedShare, decibels, light, percentile, rate, worthwhile } from './measure';

const LINE = '/api/v1/line';
const TRIPS = 9;
const FIRST_BYTES = 131_072;
const MOST_BYTES = 2_097_152;
const QUIET_MS = 5000;
const SPEECH_MS = 6000;

type Headers = Readonly<Record<string, string>>;

async function timed(what: () => Promise<Response>): Promise<number> {
  const begun = performance.now();
  const answer = await what();
  if (!answer.ok) throw new Error(String(answer.status));
  await answer.arrayBuffer();
  return performance.now() - begun;
}

/** Round trips and rates by HTTPS, one way at a time: the second piece is as long as the first says that three seconds take. */
export async function probeLine(headers: Headers): Promise<LineMeasured | null> {
  const get = (bytes: number): Promise<number> => timed(() => fetch(`${LINE}?bytes=${String(bytes)}`, { headers, cache: 'no-store', credentials: 'same-origin' }));
  const put = (bytes: number): Promise<number> => {
    const body = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(body.subarray(at, Math.min(bytes, at + 65_536)));
    return timed(() => fetch(LINE, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/octet-stream' }, body, credentials: 'same-origin' }));
  };
  try {
    // The first opens the connection.
    await get(0);
    const trips: number[] = [];
    for (let n = 0; n < TRIPS; n++) trips.push(await get(0));
    const trip = percentile(trips, 0.5) ?? 0;
    // A transfer's time has one round trip in it that no byte needs.
    const full = async (way: (bytes: number) => Promise<number>): Promise<number> => {
      const first = rate(FIRST_BYTES, (await way(FIRST_BYTES)) - trip);
      const bytes = worthwhile(first, MOST_BYTES);
      return rate(bytes, (await way(bytes)) - trip);
    };
    return { way: 'https', trip_ms: trip, down_kbps: await full(get), up_kbps: await full(put), loss: null };
  } catch {
    return null;
  }
}

/** Levels of every tenth of a second, and how much was clipped. */
async function listen(analyser: AnalyserNode, ms: number, onLevel: (db: number) => void): Promise<{ levels: number[]; clipped: number }> {
  const samples = new Float32Array(analyser.fftSize), levels: number[] = [];
  let clipped = 0;
  const end = performance.now() + ms;
  while (performance.now() < end) {
    await new Promise((done) => setTimeout(done, 100));
    analyser.getFloatTimeDomainData(samples);
    const level = decibels(samples);
    levels.push(level);
    clipped += clippedShare(samples);
    onLevel(level);
  }
  return { levels, clipped: clipped / Math.max(1, levels.length) };
}

/** The room's noise, then a voice. The track must come without the browser's filters: see `SOUND`. */
export async function probeSound(track: MediaStreamTrack, onStep: (step: 'quiet' | 'speech') => void, onLevel: (db: number) => void): Promise<SoundMeasured | null> {
  const context = new AudioContext();
  try {
    await context.resume();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    onStep('quiet');
    // What the microphone gives while it opens is not the room's.
    await new Promise((done) => setTimeout(done, 500));
    const quiet = await listen(analyser, QUIET_MS, onLevel);
    onStep('speech');
    const speech = await listen(analyser, SPEECH_MS, onLevel);
    return soundOf(quiet.levels, speech);
  } finally {
    void context.close();
  }
}

function soundOf(quiet: readonly number[], speech: { levels: readonly number[]; clipped: number }): SoundMeasured | null {
  const noise = percentile(quiet, 0.1);
  if (noise === undefined) return null;
  return { noise_db: noise, speech_db: percentile(speech.levels, 0.9) ?? null, clipped: speech.clipped };
}

/** Sound as the microphone gives it. */
export const SOUND: MediaTrackConstraints = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** One picture, small: its light, and the camera's own size. */
export function probePicture(video: HTMLVideoElement): PictureMeasured | null {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0 || height === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = 160;
  canvas.height = Math.max(1, Math.round((160 * height) / width));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return { width, height, ...light(context.getImageData(0, 0, canvas.width, canvas.height).data, canvas.width) };
}
