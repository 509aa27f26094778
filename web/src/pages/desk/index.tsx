//! The clerk's desk during the hearing: sees and hears, calls in, mutes, holds. Sends nothing unless switched on.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../../i18n';
import type { Params } from '../../state/route';
import { GiveChannels } from '../../ui/live/channels';
import { Courtroom, Enter } from '../../ui/live/courtroom';
import { HandIn } from '../../ui/live/exhibits/handin';
import { Exhibits } from '../../ui/live/exhibits/list';
import { OwnMicrophone } from '../../ui/live/microphone';
import { Rail } from '../../ui/live/rail';
import { RollCall } from '../../ui/live/rollcall';
import { TechnicalLine } from '../../ui/live/rooms/desk';
import { PrivateRoom } from '../../ui/live/rooms/inside';
import { AnsweredSignals } from '../../ui/live/signals/list';
import { Button } from '../../ui/parts';

export default function Desk({ params }: { params: Params }): JSX.Element {
  const hearing = params['hearing'] ?? '';
  const [sends, setSends] = useState(false);
  return (
    <Enter name={`desk.${hearing}`} way={() => ({ by: 'hearing', hearing })} sends={sends}>
      {(session, view) => view.rooms.mine ? <PrivateRoom session={session} view={view} mine={view.rooms.mine} /> : (
        <Courtroom session={session} view={view} title={t().desk.title} reads
          rail={(acts) => (
            <Rail session={session} view={view} acts={acts} more={<><Exhibits session={session} view={view} acts={acts} /><HandIn session={session} view={view} /><AnsweredSignals view={view} /></>}>
              <RollCall view={view} acts={acts} />
              <TechnicalLine view={view} acts={acts} />
              <GiveChannels view={view} acts={acts} />
              {view.session.state === 'closed' ? <a class="btn btn-block" href="/records">{t().acts.toRecords}</a>
                : sends ? <OwnMicrophone view={view} acts={acts} calm />
                : <Button block icon="camera" testid="use-devices" onClick={() => setSends(true)}>{t().acts.useDevices}</Button>}
            </Rail>
          )} />
      )}
    </Enter>
  );
}
