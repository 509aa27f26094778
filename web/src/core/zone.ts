//! Days and wall-clock times in the court's zone, to and from instants.

const parts = (utcMs: number, zone: string): Record<string, string> => {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  });
  return Object.fromEntries(format.formatToParts(utcMs).map((part) => [part.type, part.value]));
};

/** `yyyy-mm-dd` of an instant. */
export function dayOf(utcMs: number, zone: string): string {
  const { year = '', month = '', day = '' } = parts(utcMs, zone);
  return `${year}-${month}-${day}`;
}

/** `hh:mm` of an instant. */
export function timeOf(utcMs: number, zone: string): string {
  const { hour = '', minute = '' } = parts(utcMs, zone);
  return `${hour}:${minute}`;
}

/** The day `by` days later. Days are counted on the calendar, not in hours. */
export function dayAfter(day: string, by: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + by * 86_400_000).toISOString().slice(0, 10);
}

/** The zone's offset from UTC at an instant, in milliseconds. */
function offsetAt(utcMs: number, zone: string): number {
  const { year, month, day, hour, minute, second } = parts(utcMs, zone);
  return Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}Z`) - Math.floor(utcMs / 1000) * 1000;
}

/**
 * RFC 3339 with offset of a wall-clock time in the zone, or undefined if day or time cannot be read. A time that a
 * change of clocks skips is taken with the offset before the change.
 */
export function instant(day: string, time: string, zone: string): string | undefined {
  const wall = Date.parse(`${day}T${time}:00Z`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d$/.test(time) || Number.isNaN(wall)) return undefined;
  const guess = offsetAt(wall, zone);
  const offset = offsetAt(wall - guess, zone);
  const minutes = Math.abs(offset) / 60_000;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return `${day}T${time}:00${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
