//! A point's kiosk: an enrolled device enters its hearing by itself, stays, and comes back by itself. Nothing is typed.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api, ApiError } from '../../core/api';
import { isCalm } from '../../core/readers';
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
import { words as minutesWords } from '../../ui/minutes/words';
import { usePage } from '../../ui/page';
import { useRehearsal } from '../../ui/rehearsal';
import { Icon } from '../../ui/parts';
import { problemIn, told } from '../../ui/problems';
import { CREDENTIAL } from './day';
import { Sentence } from './frame';
import { KioskMinutes } from './minutes';
import { useAttending, useChoices } from './minutes/kept';
import { ReadButton } from './minutes/parts';
import { KioskCalls, KioskRoom } from './private';
import { InSession, Reconnecting, Returned, Waiting } from './states';
import { useStill } from './still';

/** How often a device without a hearing asks again, in ms. */
const ASK_AGAIN = 5000;
/** How long the end of a hearing stays on the screen, in ms. */
const AFTER_CLOSE = 20_000;

/** How long the screen says that the minutes were shut, in ms. */
const STOPPED_MS = 20_000;

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

/** The minutes of a session that is over, as far as this room is concerned with them now. */
interface OfMinutes {
  /** The way to them, where somebody here may read. */
  offer: JSX.Element | null;
  /** They are open, in place of everything else. */
  open: JSX.Element | null;
  /** They were shut because a session began. */
  stopped: boolean;
}

function Live({ session, minutes }: { session: Session; minutes: OfMinutes }): JSX.Element | null {
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
  if (!view) return <Sentence head={words.title} title={t().link.connecting} foot={footOf(minutes)} />;
  const props = { session, view, now, acts };
  const asked = <KioskCalls view={view} acts={acts} />;
  if (view.session.state === 'closed') return <Sentence head={view.me.point ?? ''} title={words.closed} text={words.closedHelp} foot={footOf(minutes)} />;
  if (isAdjourned(view)) {
    const until = view.session.adjourned?.until_ms ?? null;
    const text = suspension();
    const note = view.acts.includes('take_note') && link.at === 'open';
    return (
      <Sentence head={view.me.point ?? ''} title={view.session.state === 'postponed' ? text.postponed : text.suspended}
        text={until === null ? text.appointed : `${text.until} ${untilText(until, view.hearing.zone)}.`}
        foot={note ? <>{minutes.offer ?? <span />}<button type="button" class="k-btn k-act" data-testid="take-note" onClick={() => void acts.give({ type: 'take_note' })}><Icon name="check" />{text.takeNote}</button></> : footOf(minutes)} />
    );
  }
  if (link.at === 'broken') return <Reconnecting view={view} now={now} since={link.since} still={still.current} />;
  if (view.rooms.mine) return <KioskRoom {...props} mine={view.rooms.mine} />;
  const waits = view.me.room !== 'courtroom' || view.session.state === 'waiting' || view.session.state === 'scheduled';
  if (waits) return <><Waiting {...props} offer={minutes.offer} />{asked}</>;
  return <>{absent && needsAct ? <Returned {...props} /> : <InSession {...props} />}{asked}{minutes.stopped && <p class="k-stopped" role="alert" data-testid="reading-stopped">{minutesWords().point.stopped}</p>}</>;
}

/** Beside the place of another act, so that the button stands where it stands on every screen. */
function footOf({ offer }: OfMinutes): JSX.Element | undefined {
  return offer === null ? undefined : <><span />{offer}</>;
}

/** Opens the minutes while the room has nothing else before it, and shuts them for a session that begins. */
function useMinutes(device: string, session: Session | null): OfMinutes {
  const view = session?.view.value ?? null;
  const calm = isCalm(view);
  const runs = !calm && view?.rooms.mine === null;
  useAttending(view);
  const choices = useChoices(device, calm);
  const [reads, setReads] = useState(false);
  const [stopped, setStopped] = useState(false);
  useEffect(() => {
    if (calm || !reads) return;
    setReads(false);
    setStopped(runs);
  }, [calm]);
  useEffect(() => {
    if (!stopped) return;
    const timer = setTimeout(() => { setStopped(false); }, STOPPED_MS);
    return () => clearTimeout(timer);
  }, [stopped]);
  const offer = calm && choices.length > 0 ? <ReadButton open={() => { setReads(true); }} /> : null;
  return { offer, open: reads && calm ? <KioskMinutes device={device} choices={choices} shut={() => { setReads(false); }} /> : null, stopped };
}

/** Who asks for a private talk is told over the minutes too. */
function CallsOver({ session }: { session: Session }): JSX.Element | null {
  const acts = useActs(session);
  const view = session.view.value;
  return view && <KioskCalls view={view} acts={acts} />;
}

interface SeatedProps {
  session: Session | null;
  minutes: OfMinutes;
  again: () => void;
}

function Shown({ session, minutes, again }: SeatedProps): JSX.Element {
  const words = t().point;
  const failed = session?.joinError.value;
  const link = session?.link.value;
  if (failed) {
    const none = failed instanceof ApiError && failed.problem.code === 'no_hearing_now';
    return <Sentence head={words.title} title={none ? words.noHearing : t().link.connecting} text={none ? words.noHearingHelp : told(problemIn(failed), false).title} foot={footOf(minutes)} />;
  }
  if (link?.at === 'ended' && link.refusal && ELSEWHERE.has(link.refusal.code)) {
    return (
      <Sentence head={words.title} title={words.elsewhere}
        foot={<><span /><button type="button" class="k-btn k-act" onClick={again}><Icon name="screen" />{words.useHere}</button></>} />
    );
  }
  if (!session) return <Sentence head={words.title} title={t().link.connecting} foot={footOf(minutes)} />;
  return <Live session={session} minutes={minutes} />;
}

function Seated({ device }: { device: string }): JSX.Element {
  const words = t().point;
  const [attempt, setAttempt] = useState(0);
  const again = (): void => setAttempt((n) => n + 1);
  const session = useSession(`point.${attempt}`, () => ({ by: 'device', device }));
  useAgain(session, again);
  const minutes = useMinutes(device, session);
  useEffect(() => {
    if (!session) return;
    session.receive();
    session.publish();
  }, [session]);
  useEffect(() => local.use(), []);
  useEffect(keepAwake, []);
  const failed = session?.joinError.value;
  if (failed instanceof ApiError && failed.problem.code === 'unknown_device') return <Sentence head={words.title} title={words.revoked} text={words.notEnrolledHelp} />;
  // The minutes keep their place, whatever becomes of the seat behind them.
  return (
    <>
      {minutes.open}
      {minutes.open ? session && <CallsOver session={session} /> : <Shown session={session} minutes={minutes} again={again} />}
      {session && <Sound session={session} />}
    </>
  );
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
