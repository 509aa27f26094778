//! Who a track, a seat or an event is about, and what an event says.

import type { Timeline, TimelineEvent } from '../../../core/api';
import { dataOf, isData } from '../../../core/player/ledger';
import { phaseNamed } from '../../../core/player/rows';
import { type Lane, type LostSpan, type Phase, gapIn, lanesOf } from '../../../core/player/timeline';
import { time } from '../../../core/reel';
import { deviceOf } from '../../../core/view';
import { t } from '../../../i18n';
import { lasted } from '../../../i18n/format';
import type { HoldCause } from '../../../protocol/generated/signal';
import { holdText, reasonText } from '../../../ui/live/words';
import { words } from '../../login/parts/words';
import { texts, wording } from './words';

/** `Trại tạm giam số 2` or `Người bào chữa Đặng Ngọc Diệp`. */
export function laneName(lane: Pick<Lane, 'seat' | 'label' | 'people'>): string {
  const person = lane.people[0];
  if (person !== undefined && lane.people.length === 1 && lane.label === person.name) return `${t().roles[person.role]} ${person.name}`;
  return lane.label === '' ? words().seat(lane.seat) : lane.label;
}

function seatOf(event: TimelineEvent): number | undefined {
  const { seat, track, from } = dataOf(event);
  if (typeof seat === 'number') return seat;
  if (event.kind === 'messaged' && typeof from === 'number') return from;
  const of = typeof track === 'string' ? Number.parseInt(track, 10) : NaN;
  return Number.isNaN(of) ? undefined : of;
}

function named(from: unknown, id: unknown): Readonly<Record<string, unknown>> | undefined {
  return Array.isArray(from) ? from.filter(isData).find((one) => one['id'] === id) : undefined;
}

/** Who took a seat, by the plan in the ledger's first line and the line of entering: for seats that sent nothing. */
function entrantName(timeline: Timeline, seat: number): string | undefined {
  const plan = timeline.events.map(dataOf).find((data) => isData(data['plan']))?.['plan'];
  const entrant = timeline.events.filter((event) => event.kind === 'entered').map(dataOf).find((data) => data['seat'] === seat)?.['entrant'];
  if (!isData(entrant)) return undefined;
  if (typeof entrant['name'] === 'string') return entrant['name'];
  if (!isData(plan)) return undefined;
  const found = named(plan['people'], entrant['person']) ?? named(plan['points'], entrant['point']);
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

/** `sound and picture`: what tracks hold. */
export function missing(tracks: readonly string[]): string {
  const text = words();
  return text.and([...tracks].sort((a, b) => Number(b.endsWith('microphone')) - Number(a.endsWith('microphone'))).map((track) => text.player.missing[deviceOf(track)] ?? track));
}

export function eventText(timeline: Timeline, event: TimelineEvent): string {
  const text = words();
  // A session that opens or goes on without being recorded is an event of its own to whoever reads.
  const data = dataOf(event);
  const key = data['recording'] === false ? `${event.kind}_unrecorded` : data['allowed'] === false || data['admitted'] === false || data['playing'] === false ? `${event.kind}_not` : event.kind;
  const known = (text.events as Readonly<Record<string, ((who: string, exhibit: string, page: string) => string) | undefined>>)[key];
  const seat = seatOf(event);
  const phase = phaseNamed(timeline, event);
  if (phase !== undefined) return texts().toPhase(wording(phase));
  const gap = gapIn(event);
  if (gap && seat !== undefined) return text.gap(missing(gap.tracks), seatName(timeline, seat));
  return known === undefined ? text.unknownEvent(event.kind) : known(seat === undefined ? '' : seatName(timeline, seat), numberIn(data['exhibit']), typeof data['at_ms'] === 'number' ? time(data['at_ms']) : numberIn(data['page']));
}

function numberIn(value: unknown): string {
  return typeof value === 'number' ? String(value) : '';
}

/** A reason or cause that somebody gave or the server knows, where the event has one. */
export function eventNote(event: TimelineEvent): string {
  const { reason, cause, detail, title, text } = dataOf(event);
  if (event.kind === 'messaged') return typeof text === 'string' ? text : '';
  if (event.kind === 'exhibit_received') return typeof title === 'string' ? title : '';
  if (typeof cause === 'object' && cause !== null) {
    const type = (cause as { type?: unknown }).type;
    return typeof type === 'string' && Object.hasOwn(t().holds, type) ? holdText(cause as HoldCause) : '';
  }
  const gap = gapIn(event);
  if (gap) {
    const missing = lasted((gap.pieces?.missing_us ?? gap.to_us - gap.from_us) / 1000);
    const pieces = gap.pieces === undefined ? '' : words().verify.trackGaps(gap.pieces.count);
    return [words().player.gapReasons[gap.reason] ?? gap.reason, pieces, missing].filter(Boolean).join(' · ');
  }
  if (event.kind === 'left') return '';
  return typeof reason === 'string' ? reasonText(reason) : typeof detail === 'string' && detail !== '' ? t().technical(detail) : '';
}

/** A stretch of a lane that was lost: how long, why and, where only in part, in how many pieces and how much. */
export function lostText(span: LostSpan): string {
  const { player, verify } = words();
  const long = lasted(span.toMs - span.fromMs);
  const what = span.kind === 'lost' ? `${player.lost}, ${long}` : `${player.partly}, ${verify.trackGaps(span.count)}, ${player.partlyOf(lasted(span.missingMs), long)}`;
  return `${what}: ${player.gapReasons[span.reason] ?? span.reason}`;
}

/** The state of the session in a phase, or that nothing ran. */
export function phaseName({ state }: Phase): string {
  return state === 'outage' ? words().player.gapReasons['outage'] ?? state : t().states[state];
}

/** What belongs to the course of the hearing; the rest is technical. */
const TECHNICAL: ReadonlySet<string> = new Set(['planned', 'awaited', 'published', 'unpublished', 'microphone_set', 'exhibit_pointed', 'messaged', 'task_taken', 'layout_set']);

export function isCourse(event: TimelineEvent): boolean {
  return !TECHNICAL.has(event.kind);
}

export function isIncident(event: TimelineEvent): boolean {
  return dataOf(event)['recording'] === false || ['gap', 'held', 'taken_up', 'recorder_fault', 'playback_blocked', 'second_use', 'second_use_seen', 'removed'].includes(event.kind);
}
