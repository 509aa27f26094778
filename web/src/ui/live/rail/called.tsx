//! Who has come and is not in the courtroom.

import type { JSX } from 'preact';
import { called } from '../../../core/course';
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

/**
 * Who has come and is to be answered now. In session, those who wait as long as it takes (witnesses kept apart, whom the
 * court removed) are left to the act that calls in.
 */
export function Waiting({ view, acts, folded, calm }: { view: View; acts: Acts; folded: boolean; calm: boolean }): JSX.Element | null {
  const words = t().acts;
  if (!view.acts.includes('admit')) return null;
  const { now, waits } = called(view);
  const waiting = folded ? now : [...now, ...waits];
  if (folded && waiting.length === 0) return null;
  return (
    <section class="asks">
      <h2>{words.waitingList} · <span class="num">{waiting.length}</span></h2>
      <ul class="asks-list">
        {waiting.map((seat, n) => (
          <WaitingSeat key={seat.seat} seat={seat} first={n === 0 && !calm} acts={acts} />
        ))}
      </ul>
    </section>
  );
}
