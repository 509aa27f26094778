//! What a player reads out of the ledger's events: when it happened, and spans from one event to another.

import type { Timeline, TimelineEvent } from '../api';
import type { Span } from './timeline';

export type Data = Readonly<Record<string, unknown>>;

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The event's data where it is an object; the ledger's shapes are the core's. */
export function dataOf(event: TimelineEvent): Data {
  return isData(event.data) ? event.data : {};
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Things in a list with names, such as phases or people. */
export function listOf(value: unknown): readonly Data[] {
  return Array.isArray(value) ? value.filter(isData) : [];
}

/** Hearing time of what an event tells: some are written down after it, when it is known how it ended. */
export function momentOf(event: TimelineEvent): number {
  const { from_us, at_us } = dataOf(event);
  const told = event.kind === 'spoke' || event.kind === 'gap' ? numberOf(from_us) : event.kind === 'note_written' ? numberOf(at_us) : undefined;
  return told === undefined ? event.ms : Math.floor(told / 1000);
}

/** The events at their moments, in that order. */
export function placed(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  return events.map((event) => ({ ...event, ms: momentOf(event) })).sort((a, b) => a.ms - b.ms || a.n - b.n);
}

const RESTS: ReadonlySet<string> = new Set(['paused', 'held', 'closed', 'suspended', 'postponed']);

/** After this nobody has the floor and nothing is shown, until somebody says so again. */
export function rests(event: TimelineEvent): boolean {
  return RESTS.has(event.kind);
}

/** The plan and the procedure that the hearing was held under: the ledger's first event. */
export function planned(timeline: Timeline): Data {
  return timeline.events.map((event) => (event.kind === 'planned' ? dataOf(event) : undefined)).find((data) => data !== undefined) ?? {};
}

/** What a sitting brought with it from the one before. */
export function carried(timeline: Timeline): Data {
  const data = timeline.events.filter((event) => event.kind === 'continued').map(dataOf)[0]?.['carried'];
  return isData(data) ? data : {};
}

/** Spans of something that one event begins and another ends: `read` gives what begins, `null` for an end, nothing for all else. */
export function spansOf<T extends object>(events: readonly TimelineEvent[], endMs: number, read: (event: TimelineEvent) => T | null | undefined): readonly (T & Span)[] {
  const spans: (T & Span)[] = [];
  let open: { what: T; fromMs: number } | undefined;
  const shut = (toMs: number): void => {
    if (open !== undefined && toMs > open.fromMs) spans.push({ ...open.what, fromMs: open.fromMs, toMs });
    open = undefined;
  };
  for (const event of events) {
    const what = read(event);
    if (what === undefined) continue;
    shut(event.ms);
    if (what !== null) open = { what, fromMs: event.ms };
  }
  shut(endMs);
  return spans;
}
