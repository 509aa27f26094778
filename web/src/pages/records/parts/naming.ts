//! Who a track, a seat or an event is about, and what an event says.

import type { Timeline, TimelineEvent } from '../../../core/api';
import { type Lane, lanesOf } from '../../../core/player/timeline';
import { t } from '../../../i18n';
import type { HoldCause } from '../../../protocol/generated/signal';
import { holdText, reasonText } from '../../../ui/live/words';
import { words } from '../../login/parts/words';

/** `Trại tạm giam số 2` or `Người bào chữa Đặng Ngọc Diệp`. */
export function laneName(lane: Pick<Lane, 'seat' | 'label' | 'people'>): string {
  const person = lane.people[0];
  if (person !== undefined && lane.people.length === 1 && lane.label === person.name) return `${t().roles[person.role]} ${person.name}`;
  return lane.label === '' ? words().seat(lane.seat) : lane.label;
}

/** The event's data where it is an object; the ledger's shapes are the core's. */
function dataOf(event: TimelineEvent): Readonly<Record<string, unknown>> {
  return isRecord(event.data) ? event.data : {};
}

function seatOf(event: TimelineEvent): number | undefined {
  const { seat, track } = dataOf(event);
  if (typeof seat === 'number') return seat;
  const named = typeof track === 'string' ? Number.parseInt(track, 10) : NaN;
  return Number.isNaN(named) ? undefined : named;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function listed(from: unknown, id: unknown): Readonly<Record<string, unknown>> | undefined {
  return Array.isArray(from) ? from.filter(isRecord).find((one) => one['id'] === id) : undefined;
}

/** Who took a seat, by the plan in the ledger's first line and the line of entering: for seats that sent nothing. */
function entrantName(timeline: Timeline, seat: number): string | undefined {
  const plan = timeline.events.map(dataOf).find((data) => isRecord(data['plan']))?.['plan'];
  const entrant = timeline.events.filter((event) => event.kind === 'entered').map(dataOf).find((data) => data['seat'] === seat)?.['entrant'];
  if (!isRecord(entrant)) return undefined;
  if (typeof entrant['name'] === 'string') return entrant['name'];
  if (!isRecord(plan)) return undefined;
  const found = listed(plan['people'], entrant['person']) ?? listed(plan['points'], entrant['point']);
  const [name, role] = [found?.['name'], found?.['role']];
  if (typeof name !== 'string') return undefined;
  const roles: Readonly<Record<string, string | undefined>> = t().roles;
  return typeof role === 'string' ? `${roles[role] ?? ''} ${name}`.trim() : name;
}

/** The name of a seat in this record; its number if nothing tells. */
export function seatName(timeline: Timeline, seat: number): string {
  const lane = lanesOf(timeline).find((one) => one.seat === seat);
  return lane === undefined ? (entrantName(timeline, seat) ?? words().seat(seat)) : laneName(lane);
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
    const type = (cause as { type?: unknown }).type;
    return typeof type === 'string' && Object.hasOwn(t().holds, type) ? holdText(cause as HoldCause) : '';
  }
  if (event.kind === 'gap') return typeof reason === 'string' ? (words().player.gapReasons[reason] ?? reason) : '';
  if (event.kind === 'left') return '';
  return typeof reason === 'string' ? reasonText(reason) : typeof detail === 'string' && detail !== '' ? t().technical(detail) : '';
}

/** What belongs to the course of the hearing; the rest is technical. */
const TECHNICAL: ReadonlySet<string> = new Set(['planned', 'awaited', 'published', 'unpublished', 'microphone_set']);

export function isCourse(event: TimelineEvent): boolean {
  return !TECHNICAL.has(event.kind);
}

export function isIncident(event: TimelineEvent): boolean {
  return ['gap', 'held', 'taken_up', 'recorder_fault', 'playback_blocked', 'second_use', 'removed'].includes(event.kind);
}
