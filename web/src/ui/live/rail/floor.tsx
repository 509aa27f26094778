//! Who speaks now and for how long, and who has the floor.

import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { presentPhase, spoken, type Speaking } from '../../../core/course';
import { seatIn } from '../../../core/view';
import { t } from '../../../i18n';
import { span } from '../../../i18n/format';
import type { SeatView, View } from '../../../protocol/generated/signal';
import { useNow } from '../../../state/hooks';
import type { Session } from '../../../state/session';
import { Button, Icon } from '../../parts';
import type { Acts } from '../acts';
import { words } from '../course/words';
import { seatName, seatRole } from '../words';

interface FloorProps {
  session: Session;
  view: View;
  acts: Acts;
}

function useSpeaking(session: Session, now: number): Speaking | null {
  const before = useRef<Speaking | null>(null);
  before.current = spoken(before.current, session.levels.value[0], now);
  return before.current;
}

/** Who was given the floor, with the act that takes it back. */
function Given({ view, acts, now }: { view: View; acts: Acts; now: number }): JSX.Element | null {
  const { floor, floor_since_ms: since } = view.session;
  const seat = floor === null ? undefined : seatIn(view, floor);
  if (!seat) return null;
  const name = seatName(seat);
  return (
    <div class="given row" data-testid="floor" data-seat={seat.seat}>
      <Icon name="hand" size={16} />
      <p class="who grow"><span class="who-role">{words().floor.has}{since !== null && acts.lost === null && <> · <time>{span(now - since, true)}</time></>}</span><span class="who-name">{name}</span></p>
      {view.acts.includes('take_floor') && <Button key={seat.seat} size="sm" disabled={acts.lost !== null} testid="take-floor" aria-label={words().floor.takeOf(name)} onClick={() => void acts.give({ type: 'take_floor' })}>{words().floor.take}</Button>}
    </div>
  );
}

/** Of several at one camera the one who was named, else the seat. */
function Voice({ seat, since, now }: { seat: SeatView; since: number; now: number }): JSX.Element {
  const speaker = seat.people.length > 1 ? seat.people.find((person) => person.speaking) : undefined;
  return (
    <>
      <p class="name">{speaker ? speaker.name || t().unnamed : seatName(seat)}</p>
      <p class="row between"><span class="body ink-2">{speaker ? `${t().roles[speaker.role]} · ${seatName(seat)}` : seatRole(seat)}</span><time class="body">{span(now - since, true)}</time></p>
    </>
  );
}

export function Floor({ session, view, acts }: FloorProps): JSX.Element {
  const now = useNow(session).value;
  const speaking = useSpeaking(session, now);
  const seat = speaking ? seatIn(view, speaking.seat) : undefined;
  const deliberates = view.session.state === 'in_session' && presentPhase(view)?.deliberation === true && acts.lost === null;
  if (deliberates) return <section class="floor" data-testid="deliberation"><p class="name">{words().floor.deliberation}</p><p class="body">{words().floor.deliberationText}</p></section>;
  return (
    <section class="floor">
      <h2>{t().seat.speaking}</h2>
      {seat && speaking ? <Voice seat={seat} since={speaking.since} now={now} />
        : <p class="body ink-2">{acts.lost === null ? t().acts.nobodySpeaks : t().acts.unknownSpeaks}</p>}
      <Given view={view} acts={acts} now={now} />
    </section>
  );
}
