//! Keeping an element on the master clock: small drift is played away, large drift is jumped over.
//!
//! Bounds are in ms of whoever watches. At three times the speed a voice that is 90 ms of the record beside its lips is 30 ms
//! beside them, and a clock that is read 10 ms too late is off by 30 ms of the record. At less than the usual speed they are
//! in ms of the record, so that it is nowhere less in step than there.

/** What nobody hears or sees; also the noise of `currentTime`. */
export const STILL_MS = 15;
/**
 * Beyond this an element must jump. Lips and voices part at 45 ms early and 125 ms late (ITU-R BT.1359): sound jumps at
 * 80, which costs nothing. A picture that jumps is decoded again from its last key frame and comes late once more: up to
 * here it hurries instead, which nobody sees, and is within 80 ms in less than two seconds.
 */
export const JUMP_MS = { audio: 80, video: 400 } as const;
/** How far the rate may bend: sound as little as a pitch-preserving browser hides. */
export const BEND = { audio: 0.1, video: 0.25 } as const;
/** A jump costs the decoder time: after one, wait and see. */
export const JUMP_AGAIN_MS = 1500;
/** Beyond this there is no waiting. */
export const LOST_MS = 1000;

/** So much of the record passes in a ms of whoever watches, where that is more than one. */
export function pace(rate: number): number {
  return Math.max(1, rate);
}

export type Correction = { readonly kind: 'rate'; readonly rate: number } | { readonly kind: 'jump' };

/**
 * `driftMs`: element minus master; positive is ahead. `sinceJumpMs`: since the element was last made to jump.
 * `rate`: the rate wanted.
 */
export function correct(driftMs: number, sinceJumpMs: number, rate: number, kind: 'audio' | 'video'): Correction {
  const off = driftMs / pace(rate);
  const size = Math.abs(off);
  if (size <= STILL_MS) return { kind: 'rate', rate };
  if (size > JUMP_MS[kind] && (sinceJumpMs >= JUMP_AGAIN_MS || size > LOST_MS)) return { kind: 'jump' };
  // At this rate the drift would be gone within a second.
  const bend = Math.max(-BEND[kind], Math.min(BEND[kind], -off / 1000));
  return { kind: 'rate', rate: rate * (1 + bend) };
}

/** Together they may be off by this much before the clock is set by them. */
export const TOGETHER_MS = 40;

/**
 * What all elements are off by in common: the least of it, if all are off to the same side. A computer that stood still
 * for a moment, or sound that began late, leaves them in step with each other; then it is the clock that is wrong, and
 * jumping would only cost more.
 */
export function inCommon(driftsMs: readonly number[], rate = 1): number {
  const least = driftsMs.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a), driftsMs[0] ?? 0);
  const together = driftsMs.every((drift) => Math.sign(drift) === Math.sign(least));
  return together && Math.abs(least) > TOGETHER_MS * pace(rate) ? least : 0;
}

/** How far ahead of the clock a jump must aim, in ms of whoever watches: what the last jumps took, smoothed. */
export function leadAfter(leadMs: number, lateMs: number): number {
  return Math.max(0, Math.min(300, leadMs + lateMs * 0.5));
}
