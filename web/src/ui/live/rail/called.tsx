//! Who has come and is not in the courtroom.

import type { JSX } from 'preact';
import { isObserver } from '../../../core/layout';
import { t } from '../../../i18n';
import type { SeatView, View } from '../../../protocol/generated/signal';
import { Button } from '../../parts';
import type { Acts } from '../acts';
import { seatName, seatRole } from '../words';

/** One who waits, or whose code was used on another device, with the court's answer. */
function WaitingSeat({ seat, first, acts }: { seat: SeatView; first: boolean; acts: Acts }): JSX.Element {
  const words = t().acts;
  const admit = (): void => void acts.give({ type: 'admit', seat: seat.seat });
  const inside = seat.room === 'courtroom';
  return (
    <li class="row row-3">
      <p class="who grow"><span class="who-name">{seatName(seat)}</span><span class="who-role">{seatRole(seat)}</span>
        {seat.second_use && <span class="who-role" role="status">{inside ? t().seat.secondUse : t().seat.secondUseWaits}</span>}</p>
      {inside
        ? <Button disabled={acts.lost !== null} kind="outline" size="sm" testid={`act-known-${seat.seat}`} onClick={admit}>{words.secondUseKnown}</Button>
        : <Button disabled={acts.lost !== null} kind={first ? 'act' : 'outline'} size="sm" testid={`act-admit-${seat.seat}`} aria-label={words.admitOf(seatName(seat))} onClick={admit}>{words.admit}</Button>}
    </li>
  );
}

/** Who has come and is not in the courtroom, with the act that calls in. */
export function Waiting({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const words = t().acts;
  if (!view.acts.includes('admit')) return null;
  const waits = (seat: SeatView): boolean => (seat.room !== 'courtroom' && seat.connected) || seat.removed || seat.second_use;
  const waiting = view.seats.filter((seat) => waits(seat) && !isObserver(seat)).concat(view.seats.filter((seat) => waits(seat) && isObserver(seat)));
  return (
    <section class="asks">
      <h2>{words.waitingList} · <span class="num">{waiting.length}</span></h2>
      <ul class="asks-list">
        {waiting.map((seat, n) => (
          <WaitingSeat key={seat.seat} seat={seat} first={n === 0 && view.session.state !== 'waiting'} acts={acts} />
        ))}
      </ul>
    </section>
  );
}
