//! What a screen knows. While its line is broken it is told of nothing: its view is that of the moment the line broke,
//! and whoever heard then may no longer hear, or others may.

import type { SeatView, View } from '../protocol/generated/signal';
import { isObserver } from './layout';
import type { LinkState } from './link';

/** Since when, on the client's monotonic clock, nothing is told; `null` while the view is true. A close is final. */
export function lostSince(link: LinkState, view: View | null): number | null {
  return link.at === 'broken' && view?.session.state !== 'closed' ? link.since : null;
}

/** The hearing has not been opened: what stands in its way is not a pause of it. */
export function beforeOpening(view: View): boolean {
  return view.session.state === 'scheduled' || view.session.state === 'waiting';
}

export type Heard =
  | { readonly say: 'closed' | 'silent' | 'unknown' | 'cut' | 'nobody' }
  | { readonly say: 'heard'; readonly seats: number; readonly people: number };

/** Who hears this screen, as far as may be said. */
export function heardNow(view: View, lost: boolean): Heard {
  const { state } = view.session;
  if (state === 'closed') return { say: 'closed' };
  // What sends nothing is not heard, whatever the line does.
  if (view.me.devices.length === 0) return { say: 'silent' };
  if (lost) return { say: 'unknown' };
  if (state === 'held' || state === 'paused') return { say: 'cut' };
  const hearing = view.seats.filter((seat) => view.heard_by.includes(seat.seat) && !isObserver(seat));
  if (hearing.length === 0) return { say: 'nobody' };
  return { say: 'heard', seats: hearing.length, people: hearing.reduce((sum, seat) => sum + Math.max(1, seat.people.length), 0) };
}

/** What a seat's place shows: somebody, or why nobody is seen. */
export type Place = 'here' | 'removed' | 'waiting' | 'witness_waiting' | 'lost' | 'left' | 'not_come' | 'absent';

/** `lost` is awaited back, `left` is not; who never came is `absent` once the hearing is over. */
export function placeOf(seat: SeatView, session: View['session']): Place {
  const over = session.state === 'closed';
  if (seat.presence === 'not_come') return over ? 'absent' : 'not_come';
  if (over) return 'left';
  if (seat.removed) return 'removed';
  if (seat.presence === 'here') return seat.room === 'courtroom' ? 'here' : seat.room;
  return seat.presence;
}
