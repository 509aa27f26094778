//! What waits for somebody at the desk, from what the hearing and the lines say.

import type { ContinuityView, ExhibitView, Off, SeatLine, SeatView, SignalView, Task as Named, Trouble, View } from '../protocol/generated/signal';
import { isObserver, isOfficer } from './layout';
import { lineOf, type LineState } from './lines';
import { isAmber, type Amber, type RecordRow } from './recordtable';
import { openSignals } from './signals';
import { seatIn } from './view';

export type Task =
  | { readonly what: 'signal'; readonly signal: SignalView }
  | { readonly what: 'continuity'; readonly seat: SeatView; readonly continuity: ContinuityView }
  | { readonly what: 'line'; readonly seat: SeatView; readonly line: LineState }
  | { readonly what: 'playback'; readonly seat: SeatView }
  | { readonly what: 'off'; readonly seat: SeatView; readonly off: Off }
  | { readonly what: 'record'; readonly seat: SeatView; readonly verdict: Amber }
  | { readonly what: 'exhibit'; readonly exhibit: ExhibitView };

/** Names a task among the others. */
export function keyOf(task: Task): string {
  switch (task.what) {
    case 'signal': return `signal-${String(task.signal.id)}`;
    case 'exhibit': return `exhibit-${String(task.exhibit.id)}`;
    case 'off': return `${task.off}-${String(task.seat.seat)}`;
    default: return `${task.what}-${String(task.seat.seat)}`;
  }
}

/** Since when it waits, UTC ms, as far as anybody says. */
export function since(task: Task): number | null {
  switch (task.what) {
    case 'signal': return task.signal.since_ms;
    case 'exhibit': return task.exhibit.at_ms;
    case 'continuity': return task.continuity.broken_since_ms;
    default: return null;
  }
}

/** As a command names it. */
function named(task: Task): Named {
  const trouble = (which: Trouble): Named => ({ what: 'seat', seat: 'seat' in task ? task.seat.seat : 0, trouble: which });
  switch (task.what) {
    case 'signal': return { what: 'signal', signal: task.signal.id };
    case 'exhibit': return { what: 'exhibit', exhibit: task.exhibit.id };
    case 'off': return trouble(task.off);
    case 'line': case 'record': case 'continuity': case 'playback': return trouble(task.what);
  }
}

/** How a task is taken, and by whom it is. */
export function takenOf(view: View, task: Task): { command: Named; by: SeatView | null } {
  const command = named(task);
  const same = (other: Named): boolean => {
    if (other.what !== command.what) return false;
    if (other.what === 'seat' && command.what === 'seat') return other.seat === command.seat && other.trouble === command.trouble;
    if (other.what === 'signal' && command.what === 'signal') return other.signal === command.signal;
    return other.what === 'exhibit' && command.what === 'exhibit' && other.exhibit === command.exhibit;
  };
  const taken = view.tasks.find((one) => same(one.task));
  return { command, by: taken ? seatIn(view, taken.by) ?? null : null };
}

/** Who cannot follow comes first, then what is missing from the record, then lines, then papers. */
export function tasks(view: View, lines: readonly SeatLine[], rows: readonly RecordRow[]): Task[] {
  const places = view.seats.filter((seat) => !isObserver(seat) && !isOfficer(seat));
  const told = new Set<string>();
  const broken = places.flatMap((seat): Task[] => {
    const { continuity } = seat;
    // Of several devices of a point the first says it.
    if (!continuity || continuity.broken_since_ms === null || told.has(seat.point ?? '')) return [];
    told.add(seat.point ?? '');
    return [{ what: 'continuity', seat, continuity }];
  });
  const without = new Set(broken.map((task) => (task.what === 'continuity' ? task.seat.seat : 0)));
  const weak = places.flatMap((seat): Task[] => {
    const line = lineOf(view, seat, lines.find((one) => one.seat === seat.seat));
    return line.steps !== null && line.steps <= 2 && !without.has(seat.seat) ? [{ what: 'line', seat, line }] : [];
  });
  return [
    ...openSignals(view).map((signal): Task => ({ what: 'signal', signal })),
    ...broken,
    ...rows.flatMap(({ seat, verdict }): Task[] => (isAmber(verdict) ? [{ what: 'record', seat, verdict }] : [])),
    ...places.filter((seat) => seat.playback_blocked).map((seat): Task => ({ what: 'playback', seat })),
    ...places.flatMap((seat) => seat.off.map((off): Task => ({ what: 'off', seat, off }))),
    ...weak,
    ...view.exhibits.list.filter((exhibit) => exhibit.standing === 'received').map((exhibit): Task => ({ what: 'exhibit', exhibit })),
  ];
}
