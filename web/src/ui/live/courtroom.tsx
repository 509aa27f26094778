//! The courtroom as everybody with a screen of their own sees it: state line, wall, rail, who hears and sees.

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { View } from '../../protocol/generated/signal';
import { t } from '../../i18n';
import { useNow, useSession } from '../../state/hooks';
import { local } from '../../state/local';
import type { Session, Way } from '../../state/session';
import '../../styles/live.css';
import { usePage } from '../page';
import { useRehearsal } from '../rehearsal';
import { Button } from '../parts';
import { useActs, type Acts } from './acts';
import { Announcer } from './announce';
import { PhaseBar } from './course/phases';
import { PromptBand } from './course/prompts';
import { HeardStrip } from './heard';
import { Mark } from './mark';
import { Stage } from './exhibits/stage';
import { AbsenceNotice } from './missed/notice';
import { Connecting, Ended, JoinFailed, LinkNotice, unsupported } from './notices';
import { Sound, SoundGate } from './sound';
import { StateLine } from './stateline';
import { Adjourned } from './suspension/adjourned';
import { isAdjourned } from './suspension/words';
import { Wall } from './wall';

interface RoomProps {
  session: Session;
  view: View;
  title: string;
  /** The rail for this screen, at the server's time in whole seconds. */
  rail: (acts: Acts, now: number) => ComponentChildren;
  /** In place of the wall: what stands beside the rail, on paper. */
  desk?: (acts: Acts, now: number) => ComponentChildren;
  judge?: boolean;
  /** The court's own screens show what is read in the present phase. */
  reads?: boolean;
}

export function Courtroom({ session, view, title, rail, desk, judge = false, reads = false }: RoomProps): JSX.Element {
  usePage(title, 'courtroom');
  const acts = useActs(session);
  const now = useNow(session).value;
  return (
    <div class="courtroom" data-theme="courtroom">
      <StateLine session={session} view={view} now={now} />
      <PhaseBar view={view} now={now} lost={acts.lost !== null} />
      <div class="bands">
        <LinkNotice session={session} view={view} now={now} />
        <AbsenceNotice session={session} view={view} acts={acts} now={now} />
        <SoundGate session={session} />
      </div>
      {desk ? <main class="desk" data-theme="paper">{desk(acts, now)}{rail(acts, now)}</main> : (
        <main class="court">
          {view.shown && <Stage key={view.shown.id} session={session} view={view} acts={acts} shown={view.shown} />}
          <div class="wall">
            {reads && <PromptBand view={view} acts={acts} />}
            <Wall session={session} view={view} acts={acts} />
          </div>
          {rail(acts, now)}
        </main>
      )}
      <HeardStrip view={view} acts={acts} judge={judge} wall={!desk} />
      <Announcer view={view} recorder={session.recorder.value} acts={acts} now={now} />
      <Sound session={session} />
      <Mark view={view} now={now} />
    </div>
  );
}

interface EnterProps {
  /** Names the way in. */
  name: string;
  way: () => Way;
  /** Take and send this screen's camera and microphone. */
  sends: boolean;
  /** Show and play what is sent here: all screens but those for reports alone. */
  receives?: boolean;
  /** How somebody whose seat ended comes back, if they may. */
  back?: JSX.Element;
  children: (session: Session, view: View) => ComponentChildren;
}

/** Enters a hearing and shows what is on the way there; then what the page makes of session and view. */
export function Enter({ name, way, sends, receives = true, back, children }: EnterProps): JSX.Element {
  const [attempt, setAttempt] = useState(0);
  const session = useSession(`${name}.${attempt}`, way);
  const lacks = unsupported();
  useRehearsal(session?.view.value?.hearing.rehearsal ?? false);
  useEffect(() => {
    if (!session || lacks) return undefined;
    if (receives) session.receive();
    if (!sends) return undefined;
    session.publish();
    return local.use();
  }, [session, sends]);
  const again = (): void => setAttempt(attempt + 1);
  if (lacks) return lacks;
  if (!session) return <Connecting />;
  if (session.joinError.value !== null) return <JoinFailed session={session} error={session.joinError.value} again={again} />;
  const link = session.link.value;
  const view = session.view.value;
  if (view && isAdjourned(view) && (link.at !== 'ended' || link.refusal?.code === 'adjourned')) return <Adjourned session={session} view={view} reads={name === 'party'} />;
  if (link.at === 'ended' && view?.session.state !== 'closed') {
    const moved = link.refusal?.code === 'seat_moved';
    const button = <Button kind="act" testid={moved ? 'go-on-here' : 'enter-again'} onClick={again}>{moved ? t().link.goOnHere : t().link.enterAgain}</Button>;
    return <Ended session={session} refusal={link.refusal} again={back ?? button} />;
  }
  if (!view) return <Connecting session={session} />;
  return <>{children(session, view)}</>;
}
