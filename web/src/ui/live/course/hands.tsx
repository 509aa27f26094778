//! Who asks to speak, in the order of asking; whoever presides gives the floor, or leaves somebody for later.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { asking } from '../../../core/course';
import { seatIn } from '../../../core/view';
import { t } from '../../../i18n';
import { span } from '../../../i18n/format';
import type { HandView, SeatId, View } from '../../../protocol/generated/signal';
import { Button } from '../../parts';
import type { Acts } from '../acts';
import { seatName, seatRole } from '../words';
import { words } from './words';

interface HandsProps {
  view: View;
  acts: Acts;
  now: number;
  /** Another button of the screen is the filled one. */
  calm: boolean;
  /** A line each: something else must be answered first. */
  folded: boolean;
}

const nameOf = (view: View, seat: SeatId): string => {
  const known = seatIn(view, seat);
  return known ? seatName(known) : t().unnamed;
};

function Give({ view, acts, hand, large, calm }: Pick<HandsProps, 'view' | 'acts' | 'calm'> & { hand: HandView; large?: boolean }): JSX.Element | null {
  if (!view.acts.includes('give_floor')) return null;
  const name = nameOf(view, hand.seat);
  return (
    <Button kind={large && !calm ? 'act' : 'outline'} size={large ? undefined : 'sm'} class={large ? 'grow' : undefined} disabled={acts.lost !== null} testid={`give-floor-${hand.seat}`}
      aria-label={words().hands.giveOf(name)} onClick={() => void acts.give({ type: 'give_floor', seat: hand.seat })}>{words().hands.give}</Button>
  );
}

function First({ view, acts, now, calm, hand, onLater }: Omit<HandsProps, 'folded'> & { hand: HandView; onLater: () => void }): JSX.Element {
  const seat = seatIn(view, hand.seat);
  return (
    <div class="hand-first" key={hand.seat} data-testid={`hand-${hand.seat}`}>
      <p class="who"><span class="who-name">{nameOf(view, hand.seat)}</span>
        <span class="who-role">{seat && `${seatRole(seat)} · `}{words().hands.waits} <time>{span(now - hand.since_ms, true)}</time></span></p>
      {view.acts.includes('give_floor') && (
        <div class="row">
          <Give view={view} acts={acts} hand={hand} large calm={calm} />
          <Button disabled={acts.lost !== null} testid={`hand-later-${hand.seat}`} aria-label={words().hands.laterOf(nameOf(view, hand.seat))} onClick={onLater}>{words().hands.later}</Button>
        </div>
      )}
    </div>
  );
}

export function Hands({ view, acts, now, calm, folded }: HandsProps): JSX.Element | null {
  const { hands } = view.session;
  const [put, putOff] = useState<ReadonlySet<SeatId>>(new Set());
  // Who lowers the hand and raises it again asks anew.
  const later = new Set([...put].filter((seat) => hands.some((hand) => hand.seat === seat)));
  const said = <p class="sr" role="status">{hands.length > 0 && `${words().hands.title}: ${hands.map((hand) => nameOf(view, hand.seat)).join(', ')}`}</p>;
  if (hands.length === 0) return said;
  const { first, rest } = folded ? { first: null, rest: hands } : asking(hands, later);
  return (
    <section class="asks hands" data-testid="hands" data-count={hands.length}>
      <div class="row between">
        <h2>{words().hands.title} · <span class="num">{hands.length}</span></h2>
        {view.acts.includes('lower_hands') && <Button kind="text" size="sm" disabled={acts.lost !== null} testid="lower-hands" aria-label={words().hands.lowerAllOf} onClick={() => void acts.give({ type: 'lower_hands' })}>{words().hands.lowerAll}</Button>}
      </div>
      {first && <First key={first.seat} view={view} acts={acts} now={now} calm={calm} hand={first} onLater={() => putOff(new Set([...later, first.seat]))} />}
      {rest.length > 0 && (
        <ul class="asks-list">
          {rest.map((hand) => (
            <li key={hand.seat} class="row row-3" data-testid={`hand-${hand.seat}`}>
              <span class="who-name grow">{nameOf(view, hand.seat)}</span><time class="meta">{span(now - hand.since_ms, true)}</time>
              <Give view={view} acts={acts} hand={hand} calm />
            </li>
          ))}
        </ul>
      )}
      {said}
    </section>
  );
}
