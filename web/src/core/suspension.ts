//! What the presiding judge sees before suspending: the moment that is fixed, the lines, the draft, and who is taken.

import type { HearingId, PointId } from '../protocol/generated/signal';
import { call } from './exhibits';

export type Line = 'good' | 'broken' | 'none';
/** UTC ms, what the line was, and its round trip in ms if it is known. */
export type Sample = readonly [at: number, line: Line, roundTrip: number | null];

export interface PointLine {
  readonly point: PointId;
  readonly name: string;
  /** Since when, UTC ms, the line has been bad; `null`: it is good. */
  readonly bad_since: number | null;
  readonly samples: readonly Sample[];
}

export interface Piece {
  readonly text: string;
  /** It was filled in, and for what. */
  readonly place?: string;
}

/** The text of a decision, by its lines. */
export type Draft = readonly (readonly Piece[])[];
export interface Drafts { readonly vi: Draft; readonly en: Draft }

export interface Pack {
  /** UTC ms. */
  readonly frozen: number;
  readonly fault: { readonly point: PointId; readonly since: number | null } | null;
  readonly lines: readonly PointLine[];
  readonly cause: { readonly vi: string; readonly en: string };
  readonly suspension: Drafts;
  readonly postponement: Drafts;
  /** Other hearings of the points on the day that was asked for. */
  readonly taken: readonly { readonly point: string; readonly at: number }[];
  /** Days that the law allows, and whether the day that was asked for is later. */
  readonly days: number;
  readonly late: boolean;
}

export async function pack(hearing: HearingId, token: string, frozen: number | null, until: number | null): Promise<Pack> {
  const query = new URLSearchParams();
  if (frozen !== null) query.set('frozen', String(frozen));
  if (until !== null) query.set('until', String(until));
  return (await (await call(`${encodeURIComponent(hearing)}/suspension?${query.toString()}`, token, {})).json()) as Pack;
}

/** The figure of a line: its round trip in good spans, and the spans in which it was bad. Coordinates of `width` by 32. */
export function figure(samples: readonly Sample[], from: number, to: number, width: number): { path: string; bad: { x: number; width: number }[] } {
  const x = (at: number): number => (Math.min(Math.max(at, from), to) - from) * width / Math.max(1, to - from);
  const y = (trip: number | null): number => 28 - 24 * Math.min(trip ?? 0, 1000) / 1000;
  const bad: { x: number; width: number }[] = [];
  let path = '', drawn = false;
  samples.forEach(([at, line, trip], n) => {
    const end = x(samples[n + 1]?.[0] ?? to), begin = x(at);
    if (line !== 'good') {
      const last = bad.at(-1);
      if (last && Math.abs(last.x + last.width - begin) < 0.01) last.width = end - last.x;
      else bad.push({ x: begin, width: end - begin });
      drawn = false;
      return;
    }
    path += `${drawn ? 'L' : 'M'}${begin.toFixed(1)} ${y(trip).toFixed(1)}L${end.toFixed(1)} ${y(trip).toFixed(1)}`;
    drawn = true;
  });
  return { path, bad };
}
