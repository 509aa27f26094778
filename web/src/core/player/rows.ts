//! Rows of the time line beside the lanes: phases of the procedure, who had the floor and who spoke, what was shown.

import type { Timeline, TimelineEvent } from '../api';
import { carried, dataOf, isData, listOf, numberOf, placed, planned, rests, spansOf } from './ledger';
import { type Span, merged } from './timeline';

export interface Wording {
  readonly vi: string;
  readonly en: string;
}

export interface ProcedurePhase extends Span {
  readonly id: string;
  /** As the procedure names it; undefined where it does not know the phase. */
  readonly name: Wording | undefined;
  readonly deliberation: boolean;
}

function wordingOf(value: unknown): Wording | undefined {
  if (!isData(value)) return undefined;
  const { vi, en } = value;
  return typeof vi === 'string' && typeof en === 'string' ? { vi, en } : undefined;
}

/** How a procedure names its phases. */
function named(timeline: Timeline): ReadonlyMap<string, { readonly name: Wording | undefined; readonly deliberation: boolean }> {
  const procedure = planned(timeline)['procedure'];
  const known = listOf(isData(procedure) ? procedure['phases'] : undefined);
  return new Map(known.map((one) => [String(one['id']), { name: wordingOf(one['name']), deliberation: one['deliberation'] === true }]));
}

/** The name of the phase that an event begins. */
export function phaseNamed(timeline: Timeline, event: TimelineEvent): Wording | undefined {
  const { phase } = dataOf(event);
  return typeof phase === 'string' ? named(timeline).get(phase)?.name : undefined;
}

/** Phases of the procedure in the order of time. A pause does not end one. */
export function procedurePhases(timeline: Timeline): readonly ProcedurePhase[] {
  const names = named(timeline);
  const over = (kind: string): boolean => kind === 'closed' || kind === 'suspended' || kind === 'postponed';
  const before = carried(timeline)['phase'];
  return spansOf(timeline.events, timeline.duration_ms, (event) => {
    if (over(event.kind)) return null;
    const id = event.kind === 'phase_began' ? dataOf(event)['phase'] : event.kind === 'continued' ? before : undefined;
    if (typeof id !== 'string') return undefined;
    return { id, name: names.get(id)?.name, deliberation: names.get(id)?.deliberation ?? false };
  });
}

export interface SeatSpan extends Span {
  readonly seat: number;
}

/** Who had the floor. Whoever leaves for good has it no more, and a phase that begins takes it back. */
export function floors(timeline: Timeline): readonly SeatSpan[] {
  let holder: number | undefined;
  return spansOf(timeline.events, timeline.duration_ms, (event) => {
    const seat = numberOf(dataOf(event)['seat']);
    if (event.kind === 'floor_given' && seat !== undefined) {
      holder = seat;
      return { seat };
    }
    const gone = (event.kind === 'removed' || event.kind === 'dismissed') && seat === holder;
    return event.kind === 'floor_taken' || event.kind === 'phase_began' || gone || rests(event) ? null : undefined;
  });
}

/** When a seat was heard by the court, by the ledger. What overlaps is one. */
export function spokenBy(timeline: Timeline, seat: number): readonly Span[] {
  return merged(spoken(timeline).filter((one) => one.seat === seat));
}

/** Who was heard by the court, by the ledger, in the order in which each began. */
export function spoken(timeline: Timeline): readonly SeatSpan[] {
  const spans = timeline.events.flatMap((event) => {
    const { seat, from_us, to_us } = dataOf(event);
    if (event.kind !== 'spoke' || typeof seat !== 'number' || typeof from_us !== 'number' || typeof to_us !== 'number') return [];
    return [{ seat, fromMs: from_us / 1000, toMs: to_us / 1000 }];
  });
  return spans.sort((a, b) => a.fromMs - b.fromMs);
}

export interface Shown extends Span {
  /** The receipt's. */
  readonly number: number;
  readonly title: string;
}

function titles(timeline: Timeline): ReadonlyMap<number, string> {
  const before = listOf(carried(timeline)['exhibits']).map((one) => [numberOf(one['number']), isData(one['exhibit']) ? one['exhibit']['title'] : ''] as const);
  const here = timeline.events.filter((event) => event.kind === 'exhibit_received').map(dataOf).map((data) => [numberOf(data['exhibit']), data['title']] as const);
  return new Map([...before, ...here].flatMap(([number, title]) => (number === undefined ? [] : [[number, typeof title === 'string' ? title : ''] as const])));
}

/** Exhibits while they were shown: until stopped, until another is, or until the session rests or deliberates. */
export function exhibitsShown(timeline: Timeline): readonly Shown[] {
  const called = titles(timeline);
  const phases = named(timeline);
  return spansOf(timeline.events, timeline.duration_ms, (event) => {
    const data = dataOf(event);
    const number = numberOf(data['exhibit']);
    if (event.kind === 'exhibit_shown' && number !== undefined) return { number, title: called.get(number) ?? '' };
    const deliberates = event.kind === 'phase_began' && phases.get(String(data['phase']))?.deliberation === true;
    return event.kind === 'exhibit_stopped' || deliberates || rests(event) ? null : undefined;
  });
}

/** What a list of events shows. */
export type Sort = 'course' | 'phases' | 'speakers' | 'exhibits' | 'incidents' | 'all';

export const SORTS: readonly Sort[] = ['course', 'phases', 'speakers', 'exhibits', 'incidents', 'all'];

/** Kinds that begin what a row of the time line draws, so that each of its items has a line to press. */
const KINDS: Readonly<Record<'phases' | 'speakers' | 'exhibits', ReadonlySet<string>>> = {
  phases: new Set(['opened', 'phase_began', 'continued', 'paused', 'held', 'resumed', 'suspended', 'postponed', 'closed']),
  speakers: new Set(['floor_given', 'floor_taken', 'spoke']),
  exhibits: new Set(['exhibit_received', 'exhibit_submitted', 'exhibit_ruled', 'exhibit_shown', 'exhibit_page', 'exhibit_played', 'exhibit_stopped']),
};

/** The events of one sort at their moments; `isCourse` and `isIncident` say what belongs there. */
export function ofSort(events: readonly TimelineEvent[], sort: Sort, isCourse: (event: TimelineEvent) => boolean, isIncident: (event: TimelineEvent) => boolean): readonly TimelineEvent[] {
  const in_ = {
    all: () => true,
    course: isCourse,
    incidents: isIncident,
    phases: ({ kind }: TimelineEvent) => KINDS.phases.has(kind),
    speakers: ({ kind }: TimelineEvent) => KINDS.speakers.has(kind),
    exhibits: ({ kind }: TimelineEvent) => KINDS.exhibits.has(kind),
  }[sort];
  return placed(events.filter(in_));
}
