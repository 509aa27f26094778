//! Messages between the clerk and whoever takes part.

import type { MessageView, SeatId, SeatView, View } from '../protocol/generated/signal';
import { isObserver, isOfficer } from './layout';
import { seatIn } from './view';

/** Longest message, in characters. */
export const MOST_TEXT = 500;

/** With whom the clerk talked in a message. */
export function otherOf(view: View, message: MessageView): SeatId {
  return message.from === view.me.seat ? message.to ?? view.me.seat : message.from;
}

/** To whom the clerk may write: officers first, since they are asked most often. */
export function addressees(view: View): SeatView[] {
  const may = view.seats.filter((seat) => seat.own_screen && !isObserver(seat) && !seat.removed && !seat.people.some((person) => person.role === 'clerk'));
  return [...may.filter(isOfficer), ...may.filter((seat) => !isOfficer(seat))];
}

/** The officer of the point that a seat belongs to. */
export function officerOf(view: View, seat: SeatView): SeatView | undefined {
  return seat.point === null ? undefined : view.seats.find((other) => isOfficer(other) && other.own_screen && other.point === seat.point);
}

/** Messages from others after the one that was seen last. */
export function unread(view: View, seen: number): number {
  return view.messages.filter((message) => message.from !== view.me.seat && message.id > seen).length;
}

export function lastOf(view: View): number {
  return view.messages.at(-1)?.id ?? 0;
}

/** Who wrote it, if the viewer knows of that seat. */
export function writer(view: View, message: MessageView): SeatView | undefined {
  return seatIn(view, message.from);
}
