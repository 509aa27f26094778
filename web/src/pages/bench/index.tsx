//! The bench: the judge's screen. What it offers follows from the view's acts alone.

import type { JSX } from 'preact';
import { t } from '../../i18n';
import type { Params } from '../../state/route';
import { Courtroom, Enter } from '../../ui/live/courtroom';
import { Exhibits } from '../../ui/live/exhibits/list';
import { OwnMicrophone } from '../../ui/live/microphone';
import { Rail } from '../../ui/live/rail';
import { CourtCalls, RoomsAct } from '../../ui/live/rooms/bench';
import { PrivateRoom } from '../../ui/live/rooms/inside';
import { AnsweredSignals } from '../../ui/live/signals/list';

export default function Bench({ params }: { params: Params }): JSX.Element {
  const hearing = params['hearing'] ?? '';
  return (
    <Enter name={`bench.${hearing}`} way={() => ({ by: 'hearing', hearing })} sends>
      {(session, view) => view.rooms.mine ? <PrivateRoom session={session} view={view} mine={view.rooms.mine} /> : (
        <Courtroom session={session} view={view} title={t().bench.title} reads judge={view.me.people.some((person) => person.role === 'presiding_judge')}
          rail={(acts) => (
            <Rail session={session} view={view} acts={acts} more={<><CourtCalls view={view} acts={acts} /><Exhibits session={session} view={view} acts={acts} /><AnsweredSignals view={view} limit={1} /></>} rooms={<RoomsAct view={view} acts={acts} />}>
              {view.session.state === 'closed'
                ? <a class="btn btn-block" href="/records">{t().acts.toRecords}</a>
                : <OwnMicrophone view={view} acts={acts} calm />}
            </Rail>
          )} />
      )}
    </Enter>
  );
}
