//! Where seats sit on the wall. Seats never move: the place follows from the hearing's fixed order alone.

import type { SeatId, SeatView } from '../protocol/generated/signal';

export interface Wall {
  /** The seat drawn over 2 x 2 cells, if there is one. */
  readonly main: SeatId | null;
  /** The others, in the hearing's order. */
  readonly rest: readonly SeatId[];
  readonly columns: number;
  readonly rows: number;
}

/** A detention point has the large place, with its people's plates; without one nobody has. Observers have no place. */
export function wall(seats: readonly SeatView[]): Wall {
  const placed = seats.filter((seat) => !isObserver(seat));
  const main = placed.find((seat) => seat.point_kind === 'detention' && seat.people.every((person) => person.role !== 'counsel'))?.seat ?? null;
  const rest = paired(placed.filter((seat) => seat.seat !== main), main);
  const cells = rest.length + (main === null ? 0 : 4);
  const columns = main === null ? Math.max(1, Math.ceil(Math.sqrt(rest.length))) : Math.max(3, Math.ceil(Math.sqrt(cells)));
  const rows = Math.max(main === null ? 1 : rest.length > 2 * (columns - 2) ? 3 : 2, Math.ceil(cells / columns));
  return { main, rest, columns, rows };
}

/** An interpreter sits beside whom they interpret for: after their seat, or first after the large one. By the plan, so that nobody moves. */
function paired(seats: readonly SeatView[], main: SeatId | null): SeatId[] {
  const there = new Set([main, ...seats.map((seat) => seat.seat)]);
  const beside = (seat: SeatView): SeatId | null => (seat.beside !== null && there.has(seat.beside) ? seat.beside : null);
  const of = (id: SeatId | null): SeatId[] => (id === null ? [] : seats.filter((seat) => beside(seat) === id).map((seat) => seat.seat));
  return [...of(main), ...seats.filter((seat) => beside(seat) === null).flatMap((seat) => [seat.seat, ...of(seat.seat)])];
}

export function isObserver(seat: SeatView): boolean {
  return seat.people.length > 0 && seat.people.every((person) => person.role === 'observer');
}

/** A point's officer with a screen of their own: it is for reports, and takes no camera and no microphone. */
export function isOfficer(seat: SeatView): boolean {
  return seat.people.length > 0 && seat.people.every((person) => person.role === 'point_officer');
}

/** At most four tiles of a kiosk: the court's first seats, then who speaks for a side, then others (screens README). */
export function kioskTiles(seats: readonly SeatView[], withPicture: ReadonlySet<SeatId>): SeatId[] {
  return seats.filter((seat) => !isObserver(seat) && withPicture.has(seat.seat)).slice(0, 3).map((seat) => seat.seat);
}
