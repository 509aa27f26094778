//! Keeping an element on the master clock: small drift is played away, large drift is jumped over.


/** What nobody hears or sees; also the noise of `currentTime`. */
export const STILL_MS = 15;
/** Beyond this, lips and voices part (ITU-R BT.1359 puts detectability at 45 ms early, 125 ms late). */
export const JUMP_MS = 80;
/** A jump costs the decoder time: after one, wait and see. */
export const JUMP_AGAIN_MS = 1500;
/** Beyond this there is no waiting. */
export const LOST_MS = 1000;

export type Correction = { readonly kind: 'rate'; readonly rate: number } | { readonly kind: 'jump' };

/**
 * `driftMs`: element minus master; positive is ahead. `sinceJumpMs`: since the element was last made to jump.
 * `rate`: the rate wanted.
 */
export function correct(driftMs: number, sinceJumpMs: number, rate: number): Correction {
  const size = Math.abs(driftMs);
  if (size <= STILL_MS) return { kind: 'rate', rate };
  if (size > JUMP_MS && (sinceJumpMs >= JUMP_AGAIN_MS || size > LOST_MS)) return { kind: 'jump' };
  // Within two seconds the drift is gone; never more than a tenth, which a pitch-preserving browser hides.
  const change = Math.max(-0.1, Math.min(0.1, -driftMs / 2000));
  return { kind: 'rate', rate: rate * (1 + change) };
}

/** How far ahead of the clock a jump must aim: what the last jumps took, smoothed. */
export function leadAfter(leadMs: number, lateMs: number): number {
  return Math.max(0, Math.min(500, leadMs + lateMs * 0.5));
}
