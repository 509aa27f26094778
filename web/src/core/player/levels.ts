//! How loud somebody was, over the whole of a hearing: one byte for each tenth of a second, as the record's packets tell it.

import type { Span } from './timeline';

/** Hearing time of one byte, in ms. */
export const LEVEL_MS = 100;
/** Nothing was recorded there. Else -dBov: 0 is the loudest, 127 silence (RFC 6464). */
export const NOTHING = 255;

/** This and quieter is drawn as silence, in -dBov. */
const FLOOR = 60;
/** This and louder fills a lane: speech at a good microphone peaks about here. */
const CEILING = 10;

/** Of a column: nothing recorded, or from 0 (silence) to 1. */
export const UNRECORDED = -1;

/** Of several microphones at one place, the louder. */
export function louder(levels: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(levels.reduce((most, one) => Math.max(most, one.length), 0)).fill(NOTHING);
  for (const one of levels) one.forEach((level, n) => { out[n] = Math.min(out[n] ?? NOTHING, level); });
  return out;
}

/** The height of a level in a lane, from 0 to 1. */
export function heightOf(level: number): number {
  if (level === NOTHING) return UNRECORDED;
  return Math.min(1, Math.max(0, (FLOOR - level) / (FLOOR - CEILING)));
}

/** The loudest moment of each of `count` columns that share the time from one moment to the other. */
export function peaks(levels: Uint8Array, fromMs: number, toMs: number, count: number): Float32Array {
  const out = new Float32Array(count).fill(UNRECORDED);
  const each = (toMs - fromMs) / LEVEL_MS / count;
  for (let column = 0; column < count; column++) {
    const first = Math.max(0, Math.floor(fromMs / LEVEL_MS + column * each));
    // A column narrower than a tenth of a second shows the one that it lies in.
    const after = Math.max(first + 1, Math.floor(fromMs / LEVEL_MS + (column + 1) * each));
    let least = NOTHING;
    for (let n = first; n < after && n < levels.length; n++) least = Math.min(least, levels[n] ?? NOTHING);
    out[column] = heightOf(least);
  }
  return out;
}

/** Louder than this somebody speaks, in -dBov. */
export const SPEECH = 45;
/** Shorter silences belong to what is said. */
export const HANGOVER_MS = 800;
/** Shorter sounds are no speech: a cough, a chair. */
export const LEAST_MS = 300;

/** When somebody spoke, by the levels alone. */
export function speech(levels: Uint8Array): readonly Span[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  levels.forEach((level, n) => {
    if (level > SPEECH) return;
    const [fromMs, toMs] = [n * LEVEL_MS, (n + 1) * LEVEL_MS];
    const last = spans.at(-1);
    if (last !== undefined && fromMs - last.toMs <= HANGOVER_MS) last.toMs = toMs;
    else spans.push({ fromMs, toMs });
  });
  return spans.filter((span) => span.toMs - span.fromMs >= LEAST_MS);
}
