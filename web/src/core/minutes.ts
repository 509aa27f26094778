//! The minutes: lines from the server in both languages, and what is asked and answered after the close.

import type { HearingId, PersonId } from '../protocol/generated/signal';
import { ApiError, problemOf, type Timeline, UNREACHABLE, UNREADABLE } from './api';
import { type FetchRange, rangesFrom } from './player/source';
import type { Readers } from './readers';

export interface By {
  readonly name: string;
  readonly role?: string;
  readonly seat?: number;
  /** Of somebody who asked on the screen of their point: its name. */
  readonly point?: string;
}

/** What is asked for where nothing is typed. */
export const REASONS = ['not_said', 'missing', 'wrong_fact', 'see_clerk'] as const;
export type Reason = (typeof REASONS)[number];

export interface MinutesRequest {
  readonly number: number;
  readonly text: string;
  /** That was chosen; the text says it in the court's language. */
  readonly reason?: Reason | null;
  readonly by: By;
  /** RFC 3339. */
  readonly at: string;
  readonly ruling: { readonly accepted: boolean; readonly reason: string | null; readonly by: By; readonly at: string } | null;
}

export interface MinutesLine {
  /** Number of the ledger's line. */
  readonly n: number;
  readonly kind: string;
  readonly revision: number;
  readonly ms: number;
  readonly utc_ms: number;
  readonly to_utc_ms: number | null;
  readonly vi: string;
  readonly en: string;
  readonly phase_vi: string | null;
  readonly phase_en: string | null;
  /** Of a note: its number, and for the court what stood there first. */
  readonly note?: number;
  readonly text?: string;
  readonly first?: string | null;
  readonly requests?: readonly MinutesRequest[];
}

/** Of a sitting that is over. */
export interface Minutes {
  readonly case: string;
  readonly title: string;
  readonly zone: string;
  readonly rehearsal: boolean;
  readonly sitting: string;
  /** For who took part: the sittings that they may read now, the last first. */
  readonly sittings?: readonly number[];
  readonly began_utc_ms: number;
  readonly closed_utc_ms: number | null;
  readonly lines: readonly MinutesLine[];
  readonly seal: { readonly seal: string; readonly root: string } | null;
  readonly agreed: readonly { readonly by: By; readonly at: string }[];
  readonly log: { readonly lines: number; readonly fault: string | null };
}

/** While it runs: what changed since a revision. */
export interface News {
  readonly revision: number;
  readonly lines: readonly MinutesLine[];
}

/** The lines with those that are new or changed, in the order of their times. */
export function merged(known: readonly MinutesLine[], news: readonly MinutesLine[]): MinutesLine[] {
  const changed = new Set(news.map((line) => line.n));
  return [...known.filter((line) => !changed.has(line.n)), ...news].sort((a, b) => a.ms - b.ms || a.n - b.n);
}

/** The day of each line before which it changes, by the line's number; the first is that of the beginning. */
export function newDays(lines: readonly MinutesLine[], dayOf: (utcMs: number) => string, beganMs: number): Map<number, string> {
  const days = new Map<number, string>();
  let day = dayOf(beganMs);
  for (const line of lines) {
    const today = dayOf(line.utc_ms);
    if (today !== day) days.set(line.n, today);
    day = today;
  }
  return days;
}

async function call(path: string, token: string, init: RequestInit = {}): Promise<unknown> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}`, 'Accept-Language': document.documentElement.lang };
  if (init.body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(`/api/v1/hearings/${path}`, { ...init, headers, credentials: 'same-origin', cache: 'no-store' }).catch(() => {
    throw new ApiError({ code: UNREACHABLE, status: 0, title: '', detail: '', params: {} });
  });
  if (answer.status === 204) return undefined;
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new ApiError(problemOf(answer.status, body));
  if (body === undefined) throw new ApiError({ code: UNREADABLE, status: answer.status, title: '', detail: '', params: {} });
  return body;
}

const of = (hearing: HearingId, rest = ''): string => `${encodeURIComponent(hearing)}/minutes${rest}`;

export async function news(hearing: HearingId, token: string, after: number): Promise<News> {
  return (await call(of(hearing, `?after=${String(after)}`), token)) as News;
}

/** Whose minutes: by a seat's token, or by the credential of a point's device for one of those who sit there. */
export interface ReadingKey {
  readonly hearing: HearingId;
  readonly token: string;
  readonly person?: PersonId;
}

function which({ person }: ReadingKey, sitting: number | null): string {
  const asked = new URLSearchParams();
  if (sitting !== null) asked.set('sitting', String(sitting));
  if (person !== undefined) asked.set('person', person);
  const text = asked.toString();
  return text === '' ? '' : `?${text}`;
}

/** Of a sitting; null: of the last one. */
export async function minutesOf(key: ReadingKey, sitting: number | null): Promise<Minutes> {
  return (await call(of(key.hearing, which(key, sitting)), key.token)) as Minutes;
}

export async function heardBy(key: ReadingKey, sitting: number): Promise<Timeline> {
  return (await call(of(key.hearing, `/timeline${which(key, sitting)}`), key.token)) as Timeline;
}

/** Another wording, or why there should be one. */
export type Wish = { readonly text: string } | { readonly reason: Reason };

export async function ask(key: ReadingKey, sitting: number, line: number, wish: Wish): Promise<void> {
  await call(of(key.hearing, `/requests${which(key, sitting)}`), key.token, { method: 'POST', body: JSON.stringify({ line, ...wish }) });
}

export async function agree(key: ReadingKey, sitting: number): Promise<void> {
  await call(of(key.hearing, `/agreement${which(key, sitting)}`), key.token, { method: 'POST', body: '{}' });
}

/** Who may read which sittings at the device whose credential this is. */
export async function readersOf(hearing: HearingId, device: string): Promise<Readers> {
  return (await call(of(hearing, '/readers'), device)) as Readers;
}

/** Ranges of the sound that the reader may hear. */
export function soundOf(key: ReadingKey, sitting: number): FetchRange {
  const url = (file: string): string => `/api/v1/hearings/${of(key.hearing, `/media/${encodeURIComponent(file)}${which(key, sitting)}`)}`;
  return rangesFrom(url, (input, init) => globalThis.fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string> | undefined), Authorization: `Bearer ${key.token}` } }));
}

export function paperUrl(record: string, form: 'html' | 'pdf', language: string): string {
  return `/api/v1/records/${encodeURIComponent(record)}/minutes/${form}?lang=${language}`;
}

const KEPT = 'assize.minutes';

/** The seat's token, for this tab alone: the address of the page names nobody. */
export function keepReading(key: ReadingKey): void {
  sessionStorage.setItem(KEPT, JSON.stringify(key));
}

export function readingKey(): ReadingKey | null {
  try {
    const key = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as Partial<ReadingKey> | null;
    return typeof key?.hearing === 'string' && typeof key.token === 'string' ? { hearing: key.hearing, token: key.token } : null;
  } catch {
    return null;
  }
}
