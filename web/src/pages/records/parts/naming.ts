//! Who a track, a seat or an event is about, and what an event says.

import type { Timeline, TimelineEvent } from '../../../core/api';
import { type Lane, lanesOf } from '../../../core/player/timeline';
import { t } from '../../../i18n';
import { words } from '../../login/parts/words';

/** `Trại tạm giam số 2` or `Người bào chữa Đặng Ngọc Diệp`. */
export function laneName(lane: Pick<Lane, 'seat' | 'label' | 'people'>): string {
  const person = lane.people[0];
  if (person !== undefined && lane.people.length === 1 && lane.label === person.name) return `${t().roles[person.role]} ${person.name}`;
  return lane.label === '' ? words().seat(lane.seat) : lane.label;
}

/** The event's data where it is an object; the ledger's shapes are the core's. */
function dataOf(event: TimelineEvent): Readonly<Record<string, unknown>> {
  return typeof event.data === 'object' && event.data !== null ? (event.data as Record<string, unknown>) : {};
}

function seatOf(event: TimelineEvent): number | undefined {
  const { seat, track } = dataOf(event);
  if (typeof seat === 'number') return seat;
  const named = typeof track === 'string' ? Number.parseInt(track, 10) : NaN;
  return Number.isNaN(named) ? undefined : named;
}

/** The name of a seat in this record; seats that sent nothing have only their number. */
export function seatName(timeline: Timeline, seat: number): string {
  const lane = lanesOf(timeline).find((one) => one.seat === seat);
  return lane === undefined ? words().seat(seat) : laneName(lane);
}

export function eventText(timeline: Timeline, event: TimelineEvent): string {
  const text = words();
  const known = (text.events as Readonly<Record<string, ((who: string) => string) | undefined>>)[event.kind];
  const seat = seatOf(event);
  return known === undefined ? text.unknownEvent(event.kind) : known(seat === undefined ? '' : seatName(timeline, seat));
}

/** A reason or cause that somebody gave or the server knows, where the event has one. */
export function eventNote(event: TimelineEvent): string {
  const { reason, cause, detail } = dataOf(event);
  if (typeof cause === 'object' && cause !== null) {
    const told = t().holds as Readonly<Record<string, ((cause: never) => string) | undefined>>;
    const type = (cause as { type?: unknown }).type;
    return typeof type === 'string' ? (told[type]?.(cause as never) ?? '') : '';
  }
  if (event.kind === 'gap') return typeof reason === 'string' ? (words().player.gapReasons[reason] ?? reason) : '';
  if (event.kind === 'left') return '';
  return typeof reason === 'string' ? reason : typeof detail === 'string' ? detail : '';
}

/** What belongs to the course of the hearing; the rest is technical. */
const TECHNICAL: ReadonlySet<string> = new Set(['planned', 'awaited', 'published', 'unpublished', 'microphone_set']);

export function isCourse(event: TimelineEvent): boolean {
  return !TECHNICAL.has(event.kind);
}

export function isIncident(event: TimelineEvent): boolean {
  return ['gap', 'held', 'taken_up', 'recorder_fault', 'playback_blocked', 'second_use', 'removed'].includes(event.kind);
}
