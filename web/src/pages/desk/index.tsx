//! The clerk's desk during the hearing, in three columns: the points; the record and the minutes; what waits for the clerk.
//! Sends nothing unless switched on.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { recordTable, type Hearing } from '../../core/recordtable';
import { tasks } from '../../core/tasks';
import { t } from '../../i18n';
import type { SeatId, View } from '../../protocol/generated/signal';
import type { Params } from '../../state/route';
import type { Session } from '../../state/session';
import '../../styles/desk.css';
import type { Acts } from '../../ui/live/acts';
import { GiveChannels } from '../../ui/live/channels';
import { Courtroom, Enter } from '../../ui/live/courtroom';
import { PromptBand } from '../../ui/live/course/prompts';
import { Points } from '../../ui/live/desk/points';
import { RecordTable } from '../../ui/live/desk/record';
import { Tasks } from '../../ui/live/desk/tasks';
import { words } from '../../ui/live/desk/words';
import { HandIn } from '../../ui/live/exhibits/handin';
import { Exhibits } from '../../ui/live/exhibits/list';
import { Stage } from '../../ui/live/exhibits/stage';
import { DeskMessages } from '../../ui/live/messages/desk';
import { OwnMicrophone } from '../../ui/live/microphone';
import { MinutesPanel } from '../../ui/live/minutes/panel';
import { Rail } from '../../ui/live/rail';
import { RollCall } from '../../ui/live/rollcall';
import { TechnicalLine } from '../../ui/live/rooms/desk';
import { PrivateRoom } from '../../ui/live/rooms/inside';
import { AnsweredSignals } from '../../ui/live/signals/list';
import { Button } from '../../ui/parts';

interface DeskProps {
  session: Session;
  view: View;
  acts: Acts;
}

interface OwnDevices {
  sends: boolean;
  onSend: () => void;
}

interface Writing {
  to: SeatId | null;
  onTo: (to: SeatId) => void;
}

/** Chooses to whom to write, and goes where it is written. */
function writeTo(onTo: (to: SeatId) => void, to: SeatId): void {
  onTo(to);
  document.querySelector<HTMLElement>('[data-testid="message-text"]')?.focus();
}

function Tools({ view, acts, sends, onSend }: DeskProps & OwnDevices): JSX.Element {
  return (
    <section class="desk-tools" aria-label={words().tools}>
      <RollCall view={view} acts={acts} />
      <TechnicalLine view={view} acts={acts} />
      <GiveChannels view={view} acts={acts} />
      {view.session.state === 'closed' ? <a class="btn btn-block" href="/records">{t().acts.toRecords}</a>
        : !sends && <Button block icon="camera" testid="use-devices" onClick={onSend}>{t().acts.useDevices}</Button>}
    </section>
  );
}

const heardBy = ({ levels, heardAt, toldSince }: Session): Hearing => ({ levels: levels.value, heardAt: heardAt.value, since: toldSince.value });

/** The points and the tools; the record, with the page that is shown above it, and the minutes. */
function Columns({ now, onTo, ...props }: DeskProps & OwnDevices & Pick<Writing, 'onTo'> & { now: number }): JSX.Element {
  const { session, view, acts } = props;
  const rows = recordTable(view, session.recorder.value, heardBy(session), now);
  return (
    <>
      <div class="desk-points"><Points session={session} view={view} acts={acts} onWrite={(to) => writeTo(onTo, to)} /><Tools {...props} /></div>
      <div class="desk-middle">
        <PromptBand view={view} acts={acts} />
        {view.shown && <Stage key={view.shown.id} session={session} view={view} acts={acts} shown={view.shown} />}
        <RecordTable session={session} rows={rows} zone={view.hearing.zone} lost={acts.lost !== null} />
        <MinutesPanel session={session} view={view} acts={acts} />
      </div>
    </>
  );
}

/** What waits for the clerk, below what is to be answered. */
function Waits({ session, view, acts, now, to, onTo }: DeskProps & Writing & { now: number }): JSX.Element {
  const rows = recordTable(view, session.recorder.value, heardBy(session), now);
  return (
    <>
      <Exhibits session={session} view={view} acts={acts} />
      <HandIn session={session} view={view} />
      <Tasks view={view} acts={acts} all={tasks(view, session.lines.value, rows)} />
      <DeskMessages view={view} acts={acts} to={to} onTo={onTo} />
      <AnsweredSignals view={view} />
    </>
  );
}

export default function Desk({ params }: { params: Params }): JSX.Element {
  const hearing = params['hearing'] ?? '';
  const [sends, setSends] = useState(false);
  const [to, setTo] = useState<SeatId | null>(null);
  return (
    <Enter name={`desk.${hearing}`} way={() => ({ by: 'hearing', hearing })} sends={sends}>
      {(session, view) => view.rooms.mine ? <PrivateRoom session={session} view={view} mine={view.rooms.mine} /> : (
        <Courtroom session={session} view={view} title={t().desk.title}
          desk={(acts, now) => <Columns session={session} view={view} acts={acts} now={now} sends={sends} onSend={() => setSends(true)} onTo={setTo} />}
          rail={(acts, now) => (
            <Rail session={session} view={view} acts={acts} more={<Waits session={session} view={view} acts={acts} now={now} to={to} onTo={setTo} />}>
              {sends && view.session.state !== 'closed' && <OwnMicrophone view={view} acts={acts} calm />}
            </Rail>
          )} />
      )}
    </Enter>
  );
}
