//! The wall of seats. Seats never move.

import type { JSX } from 'preact';
import { wall } from '../../core/layout';
import { t } from '../../i18n';
import type { View } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import type { Acts } from './acts';
import { SeatTile } from './seat';

export function Wall({ session, view, acts }: { session: Session; view: View; acts: Acts }): JSX.Element {
  const seats = [view.me, ...view.seats].sort((a, b) => a.seat - b.seat);
  const plan = wall(seats);
  const find = (id: number | null): (typeof seats)[number] | undefined => seats.find((seat) => seat.seat === id);
  const main = find(plan.main);
  if (!main && plan.rest.length === 0) return <p class="lead ink-2 wall-empty">{t().seat.empty}</p>;
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
