//! This screen's own turn to speak: that it has the floor, or asks for it; and why its microphone is not heard.

import type { JSX } from 'preact';
import { presentPhase, silenced } from '../../../core/course';
import { span } from '../../../i18n/format';
import type { View } from '../../../protocol/generated/signal';
import '../../../styles/course.css';
import { Button, Icon } from '../../parts';
import type { Acts } from '../acts';
import { phaseName, words } from './words';

interface OwnProps {
  view: View;
  acts: Acts;
  now: number;
}

/** Why an open microphone here is not heard now, in a sentence; `null` if it is, or rests for another reason. */
export function silenceText(view: View): string | null {
  const why = silenced(view);
  const phase = presentPhase(view);
  if (why === null || !phase) return null;
  return why === 'deliberation' ? words().silent.deliberation : words().silent.phase(phaseName(phase));
}

/** The hand of this screen: raised with the time it has waited, or the act that raises it. */
function Hand({ view, acts, now }: OwnProps): JSX.Element | null {
  const { hands } = words();
  if (!view.acts.includes('raise_hand')) return null;
  const mine = view.session.hands.find((hand) => hand.seat === view.me.seat);
  const raise = (raised: boolean): void => void acts.give({ type: 'raise_hand', raised });
  if (!mine) return <Button block icon="hand" disabled={acts.lost !== null} testid="hand-raise" onClick={() => raise(true)}>{hands.raise}</Button>;
  return (
    <div class="row row-3">
      <p class="row grow"><Icon name="hand" /><span class="who"><span class="body strong">{hands.raised}</span> <span class="meta">{hands.waits} <time>{span(now - mine.since_ms, true)}</time></span></span></p>
      <Button size="sm" disabled={acts.lost !== null} testid="hand-lower" onClick={() => raise(false)}>{hands.lower}</Button>
    </div>
  );
}

export function OwnTurn(props: OwnProps): JSX.Element | null {
  const { view, acts } = props;
  const has = view.session.floor === view.me.seat && acts.lost === null;
  if (!has && !view.acts.includes('raise_hand')) return null;
  return (
    <section class="own-turn" data-testid="own-turn">
      {has && <p class="floor-mine row strong" role="status" data-testid="floor-mine"><Icon name="speaker" />{words().floor.mine}</p>}
      {!has && <Hand {...props} />}
    </section>
  );
}
