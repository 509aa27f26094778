//! Who is there now. The page takes the staff member's own seat, without picture and sound: from wherever else that person
//! sits, be it the bench of a session. So it never does by itself.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Hearing } from '../../../core/api';
import type { Outcome } from '../../../core/commands';
import { placeOf } from '../../../core/known';
import { t } from '../../../i18n';
import { clockTime } from '../../../i18n/format';
import type { Command, SeatView, View } from '../../../protocol/generated/signal';
import { useNow, useSession } from '../../../state/hooks';
import type { Session } from '../../../state/session';
import { Dialog } from '../../../ui/dialog';
import { Loading } from '../../../ui/page';
import { RecordState } from '../../../ui/live/stateline';
import { awayText, holdText, outcomeText, refusalText } from '../../../ui/live/words';
import { Badge, Button, Icon, Notice } from '../../../ui/parts';
import { problemIn, told } from '../../../ui/problems';
import { words } from '../../login/parts/words';
import { stateBadge } from './people';

/** How often a plan that nobody has entered yet is looked at again. */
const LOOK_AGAIN_MS = 5000;

/** Somebody has entered, and it may be this very person on another screen, whose seat that would cost. */
export function asksFirst(state: Hearing['state']): boolean {
  return state !== 'scheduled';
}

interface LiveProps {
  hearing: Hearing;
  /** The session's state may no longer be the plan's. */
  onState: () => void;
  /** Whether the line is broken: then nobody knows the state. */
  onLost: (lost: boolean) => void;
}

export function Live({ hearing, onState, onLost }: LiveProps): JSX.Element {
  const text = words().live;
  const [here, setHere] = useState<'not' | 'asking' | 'yes' | 'moved'>('not');
  const moved = useRef(false);
  const scheduled = hearing.state === 'scheduled';
  useEffect(() => {
    if (!scheduled) return;
    const timer = setInterval(onState, LOOK_AGAIN_MS);
    return () => { clearInterval(timer); };
  }, [scheduled]);
  const leave = (): void => {
    moved.current = true;
    onLost(false);
    setHere('moved');
  };
  if (here === 'yes') return <Roster id={hearing.id} onState={onState} onLost={onLost} onMoved={leave} />;
  const press = (): void => { setHere(asksFirst(hearing.state) ? 'asking' : 'yes'); };
  return (
    <div class="no-print">
      <div role="status">{moved.current && <Notice kind="look" testid="live-moved">{text.moved}</Notice>}</div>
      {scheduled && <p class="body">{text.notYet}</p>}
      <p class="body ink-2">{scheduled ? text.openFirst : text.openHow}</p>
      {!scheduled && <p class="body">{text.takesPlace}</p>}
      <p class="mt-2"><Button testid="live-open" onClick={press}>{moved.current ? t().link.goOnHere : text.open}</Button></p>
      {here === 'asking' && (
        <Dialog title={text.openTitle} act={t().link.goOnHere} back={text.openNot} testid="live-take" theme="paper"
          onAct={() => { setHere('yes'); }} onBack={() => { setHere('not'); }}>
          <p>{text.takesPlace}</p>
          {hearing.state === 'in_session' && <p class="strong">{text.takesInSession}</p>}
        </Dialog>
      )}
    </div>
  );
}

interface RosterProps extends Pick<LiveProps, 'onState' | 'onLost'> {
  id: string;
  /** The person went on at another screen. */
  onMoved: () => void;
}

function Roster({ id, onState, onLost, onMoved }: RosterProps): JSX.Element {
  const text = words();
  const session = useSession(`hearing.${id}`, () => ({ by: 'hearing', hearing: id }));
  const state = session?.view.value?.session.state;
  const before = useRef(state);
  useEffect(() => {
    if (state !== undefined && state !== before.current) onState();
    before.current = state;
  }, [state]);
  const lost = session?.lost() ?? null;
  useEffect(() => { onLost(lost !== null); }, [lost !== null]);
  const link = session?.link.value;
  const moved = link?.at === 'ended' && link.refusal?.code === 'seat_moved';
  useEffect(() => { if (moved) onMoved(); }, [moved]);
  const error = session?.joinError.value;
  if (error !== null && error !== undefined) {
    const { title, detail } = told(problemIn(error));
    return <Notice kind="look"><b>{title}</b> {detail}</Notice>;
  }
  const view = session?.view.value;
  if (link?.at === 'ended') {
    return <Notice kind="look">{link.refusal === null ? text.live.ended : text.live.refused(refusalText(link.refusal, true))}</Notice>;
  }
  if (!session || !view) return <Loading>{text.live.connecting}</Loading>;
  return (
    <div data-testid="roster">
      <div role="status">{lost !== null && <Notice kind="look">{text.live.lost(clockTime(lost, view.hearing.zone))}</Notice>}</div>
      <Recording session={session} view={view} lost={lost} />
      <Seats session={session} view={view} lost={lost !== null} />
    </div>
  );
}

/** As at the desk: how far the record is good, that it has a fault, and why the session rests. */
function Recording({ session, view, lost }: { session: Session; view: View; lost: number | null }): JSX.Element {
  const { acts } = t();
  const now = useNow(session).value;
  const recorder = session.recorder.value;
  const { state, hold } = view.session;
  return (
    <>
      <RecordState view={view} recorder={recorder} now={now} lost={lost} />
      <div role="alert" data-testid="recorder-fault">
        {recorder?.fault && lost === null && <Notice kind="look"><b>{acts.recorderFault}.</b> {acts.recorderFaultHelp}</Notice>}
      </div>
      <div role="status">
        {state === 'held' && hold && lost === null && <Notice kind="look" icon="pause" testid="held"><b>{acts.held}.</b> {holdText(hold)}</Notice>}
      </div>
    </>
  );
}

function Seats({ session, view, lost }: { session: Session; view: View; lost: boolean }): JSX.Element {
  const text = words();
  const [outcome, setOutcome] = useState<Outcome | undefined>();
  const refused = outcome && outcomeText(outcome, true);
  const act = (command: Command): void => {
    setOutcome(undefined);
    void session.command(command).then(setOutcome);
  };
  return (
    <>
      <p class="body mt-1">{lost ? <Badge kind="look" icon="broken">{t().line.stateUnknown}</Badge> : <Badge kind={stateBadge(view.session.state)}>{t().states[view.session.state]}</Badge>}</p>
      <div role="alert">{refused && <Notice kind="look">{text.live.refused(refused)}</Notice>}</div>
      {view.seats.length === 0 ? <p class="body ink-2 mt-2">{text.live.notYet}</p> : (
        <table class="pt mt-1">
          <thead><tr><th scope="col">{text.live.seat}</th><th scope="col">{text.live.state}</th><th class="no-print"><span class="sr">{text.live.admit}</span></th></tr></thead>
          <tbody>{view.seats.map((seat) => <SeatRow key={seat.seat} seat={seat} session={view.session} acts={view.acts} lost={lost} onAct={act} />)}</tbody>
        </table>
      )}
    </>
  );
}

export function whoAt(seat: SeatView): string {
  return seat.point ?? seat.people.map((one) => one.name).join(', ');
}

function SeatRow({ seat, session, acts, lost, onAct }: { seat: SeatView; session: View['session']; acts: View['acts']; lost: boolean; onAct: (command: Command) => void }): JSX.Element {
  const text = words();
  const waiting = seat.connected && seat.room !== 'courtroom';
  // Nobody mutes the presiding judge.
  const judge = seat.people.some((one) => one.role === 'presiding_judge');
  return (
    <tr data-testid={`seat-${String(seat.seat)}`} data-connected={String(seat.connected)} data-room={seat.room}>
      <td>
        {seat.point !== null && <b>{seat.point}</b>}
        {seat.people.map((one) => <span key={one.name} class="seat-people"><span class="meta">{t().roles[one.role]}</span> {seat.point === null ? <b>{one.name}</b> : one.name}</span>)}
      </td>
      <td>
        {!seat.connected ? <span class="ink-2">{awayText(placeOf(seat, session))}</span> : (
          <>
            {waiting ? <Badge kind="look">{text.live.waiting}</Badge> : <Badge>{text.live.courtroom}</Badge>}
            <br /><span class="meta">{seat.locked ? text.live.locked : seat.muted ? text.live.muted : seat.microphone_open ? text.live.micOpen : text.live.micClosed}</span>
          </>
        )}
        {seat.playback_blocked && <p class="meta look strong flag" role="status"><Icon name="alert" />{text.live.playbackBlocked}</p>}
        {seat.second_use && <p class="meta look strong flag" role="status"><Icon name="alert" />{waiting ? text.live.secondUseWaits : text.live.secondUse}</p>}
      </td>
      <td class="r acts no-print">
        {!waiting && seat.second_use && acts.includes('admit') && (
          <Button size="sm" testid={`act-known-${String(seat.seat)}`} onClick={() => { onAct({ type: 'admit', seat: seat.seat }); }}>{text.live.secondUseKnown}</Button>
        )}
        {waiting && acts.includes('admit') && (
          <Button size="sm" kind="act" disabled={lost} aria-label={text.live.admitWho(whoAt(seat))} testid={`act-admit-${String(seat.seat)}`} onClick={() => { onAct({ type: 'admit', seat: seat.seat }); }}>{text.live.admit}</Button>
        )}
        {!waiting && !judge && seat.connected && !seat.muted && !seat.locked && acts.includes('mute') && (
          <Button size="sm" disabled={lost} aria-label={text.live.muteWho(whoAt(seat))} testid={`act-mute-${String(seat.seat)}`} onClick={() => { onAct({ type: 'mute', seat: seat.seat }); }}>{text.live.mute}</Button>
        )}
      </td>
    </tr>
  );
}
