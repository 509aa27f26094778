//! The minutes on a point's screen: which hearings it took part in, who may read there, how lines become pages that stand
//! still, and when nobody reads any more.

import type { HearingId, PersonId, Role, View } from '../protocol/generated/signal';
import type { MinutesLine, MinutesRequest } from './minutes';

export interface PointReader {
  readonly person: PersonId;
  /** Null: withheld from somebody in the room. */
  readonly name: string | null;
  readonly role: Role;
}

export interface ReadSitting {
  readonly sitting: number;
  readonly began_utc_ms: number;
  readonly until_utc_ms: number | null;
  readonly people: readonly PointReader[];
}

/** What the server says of one hearing. */
export interface Readers {
  readonly zone: string;
  readonly sealing: boolean;
  readonly sittings: readonly ReadSitting[];
}

/** A sitting that somebody here may read. */
export interface Choice extends ReadSitting {
  readonly hearing: HearingId;
  readonly zone: string;
}

/** All of them, the last first. */
export function choicesOf(all: readonly (readonly [HearingId, Readers])[]): Choice[] {
  const choices = all.flatMap(([hearing, { zone, sittings }]) => sittings.map((sitting) => ({ ...sitting, hearing, zone })));
  return choices.filter(({ people }) => people.length > 0).sort((a, b) => b.began_utc_ms - a.began_utc_ms);
}

const KEPT = 'assize.attended';
/** A point has no more hearings in the time in which their minutes may be read. */
const MOST = 8;
/** Longer than any procedure lets anybody read, after a session of a day. */
const KEPT_MS = 48 * 3_600_000;

type Store = Pick<Storage, 'getItem' | 'setItem'>;
type Attended = Readonly<Record<HearingId, number>>;

function read(store: Store): Attended {
  try {
    const kept: unknown = JSON.parse(store.getItem(KEPT) ?? '{}');
    const entries = typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? Object.entries(kept) : [];
    return Object.fromEntries(entries.filter(([, at]) => typeof at === 'number')) as Attended;
  } catch {
    return {};
  }
}

/** The hearings in whose sessions this device was of late: it keeps them when its browser starts anew. */
export function attended(store: Store, nowMs: number): HearingId[] {
  const recent = Object.entries(read(store)).filter(([, at]) => nowMs - at < KEPT_MS);
  return recent.sort(([, a], [, b]) => b - a).slice(0, MOST).map(([hearing]) => hearing);
}

export function attend(store: Store, hearing: HearingId, nowMs: number): void {
  const all = { ...read(store), [hearing]: nowMs };
  const kept = attended({ getItem: () => JSON.stringify(all), setItem: () => undefined }, nowMs);
  store.setItem(KEPT, JSON.stringify(Object.fromEntries(kept.map((one) => [one, all[one]]))));
}

export function forget(store: Store, hearing: HearingId): void {
  store.setItem(KEPT, JSON.stringify(Object.fromEntries(Object.entries(read(store)).filter(([one]) => one !== hearing))));
}

/** Nothing of this hearing is read here any more. */
export function isPast(code: string): boolean {
  return code === 'no_longer_read' || code === 'not_found';
}

/** Whether the session has begun: its minutes will be read. */
export function hasBegun(view: View): boolean {
  return !['scheduled', 'waiting'].includes(view.session.state);
}

/** Whether the room has nothing else before it: no session that runs, and no private talk. */
export function isCalm(view: View | null): boolean {
  if (view === null) return true;
  return !['in_session', 'held', 'paused'].includes(view.session.state) && view.rooms.mine === null;
}

/** One thing on a page. */
export interface Item {
  readonly key: string;
  /** Of the minutes' line that it belongs to. */
  readonly line: MinutesLine;
  readonly kind: 'line' | 'more' | 'asked';
  readonly text: string;
  /** The day, where it changes. */
  readonly day?: string;
}

/** Longest piece of a line, in characters: a third of a page at most. */
const PIECE = 400;

/** A text in pieces that fit on a page, cut between words. */
export function pieces(text: string, most = PIECE): string[] {
  const all: string[] = [];
  let rest = text;
  while (rest.length > most) {
    const space = rest.lastIndexOf(' ', most);
    const at = space > most / 2 ? space : most;
    all.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...all, rest];
}

interface Said {
  line: (line: MinutesLine) => string;
  asked: (request: MinutesRequest) => string;
  days: ReadonlyMap<number, string>;
}

/** Lines with what was asked and answered below them, in pieces. */
export function itemsOf(lines: readonly MinutesLine[], { line: says, asked, days }: Said): Item[] {
  return lines.flatMap((line) => {
    const own = pieces(says(line)).map((text, n): Item => ({ key: `${String(line.n)}.${String(n)}`, line, kind: n === 0 ? 'line' : 'more', text }));
    const day = days.get(line.n);
    if (day !== undefined && own[0]) own[0] = { ...own[0], day };
    const below = (line.requests ?? []).flatMap((request) =>
      pieces(asked(request)).map((text, n): Item => ({ key: `${String(line.n)}?${String(request.number)}.${String(n)}`, line, kind: 'asked', text })));
    return [...own, ...below];
  });
}

/** Which things stand on which page: first and end of each. What is higher than a page has one of its own. */
export function paged(heights: readonly number[], room: number): (readonly [number, number])[] {
  const pages: [number, number][] = [];
  let [from, used] = [0, 0];
  heights.forEach((height, n) => {
    if (n > from && used + height > room) {
      pages.push([from, n]);
      [from, used] = [n, 0];
    }
    used += height;
  });
  return [...pages, [from, heights.length]];
}

/** The page on which a thing stands. */
export function pageOf(pages: readonly (readonly [number, number])[], item: number): number {
  return Math.max(0, pages.findIndex(([from, to]) => item >= from && item < to));
}

/** How long the minutes stay open untouched, and for how long before that the screen says so. */
export const UNTOUCHED_MS = 180_000;
const WARNED_MS = 30_000;

/** Seconds until the minutes close by themselves, once that is told; 0: they close. Whoever listens reads. */
export function closesIn(touchedMs: number, nowMs: number, listening: boolean): number | null {
  if (listening) return null;
  const left = touchedMs + UNTOUCHED_MS - nowMs;
  return left > WARNED_MS ? null : Math.max(0, Math.ceil(left / 1000));
}
