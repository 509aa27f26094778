//! Words for what the server says in codes, and names for seats.

import type { HoldCause, Refusal, SeatView } from '../../protocol/generated/signal';
import type { Outcome } from '../../core/commands';
import type { Place } from '../../core/known';
import { t } from '../../i18n';

export function refusalText(refusal: Refusal): string {
  const render = t().refusals[refusal.code] as (refusal: Refusal) => string;
  return render(refusal);
}

export function holdText(cause: HoldCause): string {
  const render = t().holds[cause.type] as (cause: HoldCause) => string;
  return render(cause);
}

/** Why a command was not done, or `null` if it was. */
export function outcomeText(outcome: Outcome): string | null {
  if (outcome.ok) return null;
  return outcome.refusal ? refusalText(outcome.refusal) : t().noAnswer;
}

/** The person's name; a point's name where several sit. */
export function seatName(seat: SeatView): string {
  const [only, ...more] = seat.people;
  if (only && more.length === 0) return only.name || t().unnamed;
  if (seat.point) return seat.point;
  return seat.people.map((person) => person.name || t().unnamed).join(', ') || t().unnamed;
}

/** What stands above the name. */
export function seatRole(seat: SeatView): string {
  const [only, ...more] = seat.people;
  if (only && more.length === 0) return t().roles[only.role];
  if (seat.point_kind) return t().points[seat.point_kind];
  return only ? t().roles[only.role] : '';
}

/** Why nobody is at a place. */
export function awayText(place: Place): string {
  const { seat } = t();
  if (place === 'lost') return seat.reconnecting;
  if (place === 'left') return seat.left;
  if (place === 'removed') return seat.removed;
  return place === 'absent' ? seat.absent : seat.notCome;
}
