//! The wall of seats. Seats never move: whoever stands large leaves their place, and it waits for them.

import type { JSX } from 'preact';
import { isObserver, isOfficer, wall } from '../../core/layout';
import { arrangement } from '../../core/spotlight';
import { t } from '../../i18n';
import type { SeatId, View } from '../../protocol/generated/signal';
import { useNow } from '../../state/hooks';
import type { Session } from '../../state/session';
import type { Acts } from './acts';
import { own, useLead, words } from './layout';
import { SeatTile } from './seat';
import { seatName } from './words';

interface WallProps {
  session: Session;
  view: View;
  acts: Acts;
}

/** Everybody in one size, in the hearing's order, with the place of whoever stands large kept. */
function Alike({ session, view, acts, large }: WallProps & { large: SeatId | null }): JSX.Element {
  const seats = [view.me, ...view.seats].filter((seat) => !isObserver(seat) && !isOfficer(seat)).sort((a, b) => a.seat - b.seat);
  const columns = Math.max(1, Math.ceil(Math.sqrt(seats.length)));
  return (
    <div class="seats" data-columns={Math.min(large === null ? columns : 2, 6)} data-rows={Math.min(Math.ceil(seats.length / (large === null ? columns : 2)), 6)} data-testid="seats-alike">
      {seats.map((seat) => seat.seat === large
        ? <div key={seat.seat} class="seat seat-away" data-testid={`place-${seat.seat}`}><p class="meta"><b>{seatName(seat)}</b><br />{words().isLarge}</p></div>
        : <SeatTile key={seat.seat} session={session} view={view} seat={seat} acts={acts} />)}
    </div>
  );
}

export function Wall({ session, view, acts }: WallProps): JSX.Element {
  const speaker = useLead(session, useNow(session).value);
  const seats = [view.me, ...view.seats].sort((a, b) => a.seat - b.seat);
  const find = (id: number | null): (typeof seats)[number] | undefined => seats.find((seat) => seat.seat === id);
  const how = arrangement(view, own.value, speaker);
  const shown = how.as === 'large' ? find(how.seat) : undefined;
  if (shown) {
    return (
      <div class="seats-large" data-testid="seats-large" data-seat={shown.seat}>
        <SeatTile key="large" session={session} view={view} seat={shown} acts={acts} large />
        <Alike session={session} view={view} acts={acts} large={shown.seat} />
      </div>
    );
  }
  const plan = wall(seats);
  const main = find(plan.main);
  if (!main && plan.rest.length === 0) return <p class="lead ink-2 wall-empty">{t().seat.empty}</p>;
  if (how.as === 'grid') return <Alike session={session} view={view} acts={acts} large={null} />;
  return (
    <div class="seats" data-columns={Math.min(plan.columns, 6)} data-rows={Math.min(plan.rows, 6)}>
      {main && <SeatTile key={main.seat} session={session} view={view} seat={main} acts={acts} large />}
      {plan.rest.map((id) => {
        const seat = find(id);
        return seat && <SeatTile key={id} session={session} view={view} seat={seat} acts={acts} />;
      })}
    </div>
  );
}
