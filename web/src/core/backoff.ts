//! How long to wait before the next try of a broken link.

/** Shortest and longest wait, in milliseconds. */
export const SHORTEST = 200;
export const LONGEST = 3000;

/** Each wait is this much longer: after an outage of two seconds, a server's restart, the next try is a second away. */
const GROWTH = 1.5;

/**
 * Milliseconds before try number `attempt` (from 0): from 0.2 s up to 3 s, with jitter over the upper half so that a
 * court does not return all at once. `random` is uniform over [0, 1).
 */
export function delay(attempt: number, random: number): number {
  const ceiling = Math.min(LONGEST, SHORTEST * GROWTH ** Math.min(attempt, 20));
  return Math.max(SHORTEST, ceiling * (0.5 + random / 2));
}
