//! Who speaks now.

import type { JSX } from 'preact';
import { t } from '../../../i18n';
import type { View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { seatName, seatRole } from '../words';

export function Floor({ session, view }: { session: Session; view: View }): JSX.Element {
  const [loudest] = session.levels.value;
  const seat = [view.me, ...view.seats].find((one) => one.seat === loudest);
  const speaker = seat && seat.people.length > 1 ? seat.people.find((person) => person.speaking) : undefined;
  return (
    <section class="floor">
      <h2>{t().seat.speaking}</h2>
      {seat && speaker ? <><p class="name">{speaker.name || t().unnamed}</p><p class="body ink-2">{t().roles[speaker.role]} · {seatName(seat)}</p></>
        : seat ? <><p class="name">{seatName(seat)}</p><p class="body ink-2">{seatRole(seat)}</p></>
        : <p class="body ink-2">{session.lost() === null ? t().acts.nobodySpeaks : t().acts.unknownSpeaks}</p>}
    </section>
  );
}
