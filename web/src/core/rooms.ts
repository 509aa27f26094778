//! Private rooms, as the view tells of them.

import type { RoomView, SeatId, SeatView, View } from '../protocol/generated/signal';
import { isObserver, isOfficer } from './layout';
import { seatIn } from './view';

/** The other seats of the viewer's private room, in the hearing's order. */
export function company(view: View): SeatView[] {
  const inside = view.rooms.mine?.seats ?? [];
  return view.seats.filter((seat) => inside.includes(seat.seat));
}

/** The private room that a seat is in, as far as the court is told; `null` if in none. */
export function roomOf(view: View, seat: SeatId): RoomView | null {
  return view.rooms.others.find((room) => room.seats.includes(seat)) ?? null;
}

/** A seat in no private room that sends nothing, since somebody beside it speaks in one. */
export function isSilenced(view: View, seat: SeatId): boolean {
  return view.rooms.others.some((room) => room.silenced.includes(seat));
}

export interface Call {
  readonly seat: SeatView;
  readonly kind: View['rooms']['incoming'][number]['kind'];
}

/** Who asks the viewer to a private room, as far as they are known here. */
export function calls(view: View): Call[] {
  return view.rooms.incoming.flatMap(({ seat: id, kind }) => {
    const seat = seatIn(view, id);
    return seat ? [{ seat, kind }] : [];
  });
}

export function seatsOf(view: View, ids: readonly SeatId[]): SeatView[] {
  return ids.flatMap((id) => seatIn(view, id) ?? []);
}

const COURT: ReadonlySet<string> = new Set(['presiding_judge', 'panel_member', 'clerk']);

/** Those for whom the presiding judge's leave means something: who is in the courtroom and is neither court nor public. */
export function mayBeAllowed(view: View): SeatView[] {
  const party = (seat: SeatView): boolean => seat.people.some((person) => !COURT.has(person.role)) && !isObserver(seat) && !isOfficer(seat);
  return view.seats.filter((seat) => seat.room === 'courtroom' && seat.connected && party(seat));
}

/** Those whom the clerk may ask to a technical line: who is here, and has sound. */
export function mayBeMended(view: View): SeatView[] {
  const busy = (seat: SeatId): boolean => roomOf(view, seat) !== null || (view.rooms.mine?.seats.includes(seat) ?? false) || view.rooms.outgoing.includes(seat);
  return view.seats.filter((seat) => seat.connected && !seat.second_use && !isObserver(seat) && !isOfficer(seat) && !busy(seat.seat));
}
