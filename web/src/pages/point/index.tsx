//! A point's kiosk: an enrolled device enters its hearing by itself, stays, and comes back by itself. Nothing is typed.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, ApiError } from '../../core/api';
import { keepAwake } from '../../core/wakelock';
import { t } from '../../i18n';
import { useNow, useSession } from '../../state/hooks';
import { local } from '../../state/local';
import type { Session } from '../../state/session';
import '../../styles/kiosk.css';
import { useActs } from '../../ui/live/acts';
import { unsupported } from '../../ui/live/notices';
import { Sound } from '../../ui/live/sound';
import { isAdjourned, untilText, words as suspension } from '../../ui/live/suspension/words';
import { usePage } from '../../ui/page';
import { useRehearsal } from '../../ui/rehearsal';
import { Icon } from '../../ui/parts';
import { problemIn, told } from '../../ui/problems';
import { CREDENTIAL } from './day';
import { Sentence } from './frame';
import { KioskCalls, KioskRoom } from './private';
import { InSession, Reconnecting, Returned, Waiting } from './states';
import { useStill } from './still';

/** How often a device without a hearing asks again, in ms. */
const ASK_AGAIN = 5000;
/** How long the end of a hearing stays on the screen, in ms. */
const AFTER_CLOSE = 20_000;

/** Uses an enrolment link up: `#enrol=` holds the token, which no server log ever sees. */
function useEnrolment(): { device: string | null; enrolling: boolean; failed: boolean } {
  const [device, setDevice] = useState(() => localStorage.getItem(CREDENTIAL));
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get('enrol'));
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>(token ? 'busy' : 'idle');
  useEffect(() => {
    if (!token) return;
    history.replaceState(null, '', location.pathname);
    api.enrol(token).then(
      (enrolled) => {
        localStorage.setItem(CREDENTIAL, enrolled.device);
        setDevice(enrolled.device);
        setState('idle');
      },
      // A link that was used already does not matter to a device that has its credential.
      () => setState('failed'),
    );
  }, [token]);
  return { device: state === 'busy' ? null : device, enrolling: state === 'busy', failed: state === 'failed' && device === null };
}

/** The seat is in use, here or elsewhere, in another window: only somebody at the device may take it back. */
const ELSEWHERE: ReadonlySet<string> = new Set(['seat_taken', 'seat_moved']);

/** What the kiosk does when there is no seat: asks again, in time. */
function useAgain(session: Session | null, again: () => void): void {
  const failed = session?.joinError.value ?? null;
  const link = session?.link.value;
  const ended = link?.at === 'ended' ? link.refusal?.code ?? 'left' : null;
  useEffect(() => {
    if (failed === null && (ended === null || ELSEWHERE.has(ended))) return;
    const over = ended === 'over' || ended === 'adjourned';
    if (over) session?.forget();
    const timer = setTimeout(again, over ? AFTER_CLOSE : ASK_AGAIN);
    return () => clearTimeout(timer);
  }, [failed, ended]);
}

function Live({ session }: { session: Session }): JSX.Element | null {
  const words = t().point;
  const now = useNow(session).value;
  const acts = useActs(session);
  const view = session.view.value;
  const link = session.link.value;
  useRehearsal(view?.hearing.rehearsal ?? false);
  const still = useStill(link.at === 'open', () => session.now());
  // An absence that left the microphone open needs no act: it is told, and fades.
  const needsAct = view !== null && view.session.state === 'in_session' && !view.me.microphone_open && !view.me.locked && !view.me.muted;
  const absent = session.absence.value !== null;
  useEffect(() => {
    if (!absent || needsAct) return;
    const timer = setTimeout(() => { session.absence.value = null; }, 15_000);
    return () => clearTimeout(timer);
  }, [absent, needsAct]);
  if (!view) return <Sentence head={words.title} title={t().link.connecting} />;
  if (view.session.state === 'closed') return <Sentence head={view.me.point ?? ''} title={words.closed} text={words.closedHelp} />;
  const props = { session, view, now, acts };
  if (isAdjourned(view)) {
    const until = view.session.adjourned?.until_ms ?? null;
    const text = suspension();
    const note = view.acts.includes('take_note') && link.at === 'open';
    return (
      <Sentence head={view.me.point ?? ''} title={view.session.state === 'postponed' ? text.postponed : text.suspended}
        text={until === null ? text.appointed : `${text.until} ${untilText(until, view.hearing.zone)}.`}
        foot={note ? <><span /><button type="button" class="k-btn k-act" data-testid="take-note" onClick={() => void acts.give({ type: 'take_note' })}><Icon name="check" />{text.takeNote}</button></> : undefined} />
    );
  }
  if (link.at === 'broken') return <Reconnecting view={view} now={now} since={link.since} still={still.current} />;
  if (view.rooms.mine) return <KioskRoom {...props} mine={view.rooms.mine} />;
  const waits = view.me.room !== 'courtroom' || view.session.state === 'waiting' || view.session.state === 'scheduled';
  const asked = <KioskCalls view={view} acts={acts} />;
  if (waits) return <><Waiting {...props} />{asked}</>;
  return <>{absent && needsAct ? <Returned {...props} /> : <InSession {...props} />}{asked}</>;
}

function Seated({ device }: { device: string }): JSX.Element {
  const words = t().point;
  const [attempt, setAttempt] = useState(0);
  const again = (): void => setAttempt((n) => n + 1);
  const session = useSession(`point.${attempt}`, () => ({ by: 'device', device }));
  useAgain(session, again);
  useEffect(() => {
    if (!session) return;
    session.receive();
    session.publish();
  }, [session]);
  useEffect(() => local.use(), []);
  useEffect(keepAwake, []);
  const failed = session?.joinError.value;
  const link = session?.link.value;
  if (failed instanceof ApiError && failed.problem.code === 'unknown_device') return <Sentence head={words.title} title={words.revoked} text={words.notEnrolledHelp} />;
  if (failed instanceof ApiError && failed.problem.code === 'no_hearing_now') return <Sentence head={words.title} title={words.noHearing} text={words.noHearingHelp} />;
  if (failed) return <Sentence head={words.title} title={t().link.connecting} text={told(problemIn(failed), false).title} />;
  if (link?.at === 'ended' && link.refusal && ELSEWHERE.has(link.refusal.code)) {
    return (
      <Sentence head={words.title} title={words.elsewhere}
        foot={<><span /><button type="button" class="k-btn k-act" onClick={again}><Icon name="screen" />{words.useHere}</button></>} />
    );
  }
  if (!session) return <Sentence head={words.title} title={t().link.connecting} />;
  return <><Live session={session} /><Sound session={session} /></>;
}

export default function Point(): JSX.Element {
  const words = t().point;
  const { device, enrolling, failed } = useEnrolment();
  usePage(words.title, 'courtroom');
  const lacks = unsupported();
  if (lacks) return lacks;
  if (enrolling) return <Sentence head={words.title} title={words.enrolling} />;
  if (failed) return <Sentence head={words.title} title={words.enrolFailed} text={words.enrolFailedHelp} />;
  if (!device) return <Sentence head={words.title} title={words.notEnrolled} text={words.notEnrolledHelp} />;
  return <Seated device={device} />;
}
