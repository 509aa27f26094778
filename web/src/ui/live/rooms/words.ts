//! Words for private rooms, and whom they name.

import { catalogue, t } from '../../../i18n';
import { rooms as en } from '../../../i18n/en/rooms';
import { rooms as vi } from '../../../i18n/vi/rooms';
import type { SeatView } from '../../../protocol/generated/signal';
import { seatName } from '../words';

export const words = catalogue(vi, en);

/** Role before name; of several at a point the point, which is the place that is asked. Who guards it is not meant. */
export function whoIs(seat: SeatView): string {
  const [only, ...more] = seat.people.length > 1 ? seat.people.filter((person) => person.role !== 'point_officer') : seat.people;
  return only && more.length === 0 ? words().whose(t().roles[only.role], only.name || t().unnamed) : seatName(seat);
}
