//! The part of a record that the axis shows: all of it, or an hour or ten minutes in which the cursor is.

/** Lengths to choose from, in ms; the whole is 0. */
export const ZOOMS = [0, 3_600_000, 600_000] as const;

export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

function within(fromMs: number, longMs: number, durationMs: number): Window {
  const from = Math.max(0, Math.min(fromMs, durationMs - longMs));
  return { fromMs: from, toMs: from + longMs };
}

/** A window of this length with `atMs` in its middle, or the whole if that is not longer. */
export function around(atMs: number, zoomMs: number, durationMs: number): Window {
  if (zoomMs === 0 || zoomMs >= durationMs) return { fromMs: 0, toMs: Math.max(1, durationMs) };
  return within(atMs - zoomMs / 2, zoomMs, durationMs);
}

/** A jump by hand: what plays goes on by less between two looks. */
const JUMP_MS = 2000;

/**
 * The window once the cursor has gone from one moment to another. It stands while the cursor is in it, turns like a page
 * when the cursor plays out of it, and comes along with a jump; elsewhere, where somebody looks around, it stays.
 */
export function followed(window: Window, beforeMs: number, nowMs: number, durationMs: number): Window {
  const inside = (ms: number): boolean => window.fromMs <= ms && ms <= window.toMs;
  const long = window.toMs - window.fromMs;
  if (inside(nowMs)) return window;
  if (Math.abs(nowMs - beforeMs) > JUMP_MS) return within(nowMs - long / 2, long, durationMs);
  return inside(beforeMs) ? within(nowMs - long / 20, long, durationMs) : window;
}

/** The next page, or the one before, with a little of this one. */
export function paged(window: Window, way: 1 | -1, durationMs: number): Window {
  const long = window.toMs - window.fromMs;
  return within(window.fromMs + way * long * 0.8, long, durationMs);
}
