//! The court's wall clock and hearing time. A link names a moment as the clock on the wall showed it.

const DAY_S = 86_400;

/** Seconds since midnight on the wall, at an instant. */
function onTheWall(utcMs: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  const part = Object.fromEntries(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
  return (part['hour'] ?? 0) * 3600 + (part['minute'] ?? 0) * 60 + (part['second'] ?? 0);
}

/** `14:03:22` in seconds since midnight; undefined if it is no time of day. */
export function secondsIn(clock: string): number | undefined {
  const read = /^(\d{1,2}):(\d{2}):(\d{2})$/.exec(clock);
  const [h, m, s] = [Number(read?.[1]), Number(read?.[2]), Number(read?.[3])];
  return read !== null && h < 24 && m < 60 && s < 60 ? h * 3600 + m * 60 + s : undefined;
}

interface Sitting {
  readonly began_utc_ms: number;
  readonly duration_ms: number;
  readonly zone: string;
}

/**
 * Hearing time at which the wall clock showed this for the first time in the sitting. A time that it did not reach is the
 * nearer end, with `inside` false; undefined if it is no time of day.
 */
export function atClock(sitting: Sitting, clock: string): { readonly ms: number; readonly inside: boolean } | undefined {
  const wanted = secondsIn(clock);
  if (wanted === undefined) return undefined;
  const { began_utc_ms: began, duration_ms: long, zone } = sitting;
  // Whole seconds of the wall: the one in which the sitting began lies before its zero.
  const part = ((began % 1000) + 1000) % 1000;
  const ahead = (wanted - onTheWall(began, zone) + DAY_S) % DAY_S;
  let ms = ahead * 1000 - part;
  // Where clocks were changed on the way, it is an hour off.
  const off = wanted - onTheWall(began + ms, zone);
  if (off !== 0 && Math.abs(off) < DAY_S / 2) ms += off * 1000;
  if (ms > long) {
    const beforeMs = (DAY_S - ahead) * 1000;
    return { ms: beforeMs < ms - long ? 0 : long, inside: false };
  }
  return { ms: Math.max(0, ms), inside: true };
}
