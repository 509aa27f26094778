//! Somebody with a screen of their own: the waiting room until the court calls in, then the courtroom.

import type { JSX } from 'preact';
import { t } from '../../i18n';
import { wayToMinutes } from '../../ui/minutes/way';
import { Courtroom, Enter } from '../../ui/live/courtroom';
import { OwnTurn } from '../../ui/live/course/own';
import { HandIn } from '../../ui/live/exhibits/handin';
import { Exhibits } from '../../ui/live/exhibits/list';
import { OwnMicrophone } from '../../ui/live/microphone';
import { Ended } from '../../ui/live/notices';
import { ClerkMessages } from '../../ui/live/messages/talk';
import { Floor } from '../../ui/live/rail/floor';
import { Resting } from '../../ui/live/rail/resting';
import { Consultations } from '../../ui/live/rooms/calls';
import { PrivateRoom } from '../../ui/live/rooms/inside';
import { OwnSignals } from '../../ui/live/signals/own';
import { WaitingRoom } from '../../ui/live/waiting';

export default function Party(): JSX.Element {
  const back = <a class="btn btn-act" href="/enter">{t().link.codeAgain}</a>;
  return (
    <Enter name="party" way={() => ({ by: 'answer', answer: null })} sends back={back}>
      {(session, view) => {
        if (view.session.state === 'closed') {
          const read = wayToMinutes(session, view);
          session.forget();
          return <Ended session={session} refusal={{ code: 'over' }} again={read} />;
        }
        if (view.rooms.mine) return <PrivateRoom session={session} view={view} mine={view.rooms.mine} />;
        if (view.me.room !== 'courtroom') return <WaitingRoom session={session} view={view} />;
        return (
          <Courtroom session={session} view={view} title={t().party.title}
            rail={(acts, now) => (
              <aside class="rail" aria-label={t().party.title}>
                <div class="rail-top"><Floor session={session} view={view} acts={acts} /><Resting session={session} view={view} acts={acts} /><Consultations view={view} acts={acts} /><Exhibits session={session} view={view} acts={acts} /><HandIn session={session} view={view} /><ClerkMessages view={view} acts={acts} /></div>
                {acts.trouble.value !== null && <p class="fault body" role="alert">{acts.trouble.value}</p>}
                <OwnSignals view={view} acts={acts} now={now} />
                <OwnTurn view={view} acts={acts} now={now} />
                <OwnMicrophone view={view} acts={acts} />
              </aside>
            )} />
        );
      }}
    </Enter>
  );
}
