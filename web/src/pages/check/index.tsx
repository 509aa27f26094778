//! Device check: left what is tested, right the verdicts. The line is tested with this screen's own picture and sound on
//! the real way; in the waiting room the server gives them to nobody.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Kind } from '../../core/devices';
import { isObserver, isOfficer } from '../../core/layout';
import { t } from '../../i18n';
import type { View } from '../../protocol/generated/signal';
import { takeJoinAnswer, useNow, useSession } from '../../state/hooks';
import { local } from '../../state/local';
import { navigate, type Params } from '../../state/route';
import type { Session } from '../../state/session';
import '../../styles/check.css';
import { LinkNotice, Connecting, Ended, JoinFailed, unsupported } from '../../ui/live/notices';
import { LocalPicture } from '../../ui/live/picture';
import { seatName, seatRole } from '../../ui/live/words';
import { Button, Icon, Level, SelectField } from '../../ui/parts';
import { Mast, usePage } from '../../ui/page';
import { useRehearsal } from '../../ui/rehearsal';
import { Verdicts } from './verdicts';

const CELLS = 56;

function Choose({ kind }: { kind: Kind }): JSX.Element {
  const words = t().check;
  const all = kind === 'camera' ? local.found.value.cameras : local.found.value.microphones;
  const track = local[kind].value?.track;
  const present = track?.getSettings().deviceId ?? '';
  const options = all.map((device, n) => ({ value: device.deviceId, label: device.label || words.unknownDevice(n + 1) }));
  const none = { value: '', label: kind === 'camera' ? words.noCamera : words.noMicrophone };
  return (
    <SelectField label={kind === 'camera' ? words.camera : words.microphone} value={track ? present : ''} options={track ? options : [none, ...options]}
      onValue={(id) => { if (id) void local.choose(kind, id); }} testid={`choose-${kind}`} disabled={options.length === 0} />
  );
}

function Own({ session, view }: { session: Session; view: View }): JSX.Element {
  const words = t().check;
  const level = local.level.value;
  const seen = view.seen_by.length > 0;
  return (
    <div>
      <div class="pic">{local.camera.value?.track
        ? <LocalPicture media={local.camera.value.track} label={words.ownPicture} />
        : <p class="empty-seat meta">{t().seat.noPicture}</p>}</div>
      <p class="row mt-3"><span class="body">{seatName(view.me)} <span class="ink-2">· {seatRole(view.me)}</span></span><span class="end meta" role="status">{session.lost() !== null ? t().heard.unknown : seen ? words.courtSees : words.nobodySees}</span></p>
      <div class="row row-4 top mt-4"><Choose kind="camera" /><Choose kind="microphone" /></div>
      <div class="mt-4">
        <p class="row between"><span class="body strong">{words.readAloud}</span><span class="meta">{words.incoming}</span></p>
        <div class="mt-2"><Level level={level} cells={CELLS} wide label={words.level(Math.round(level * 100))} /></div>
      </div>
      <label class="echo mt-4">
        <input type="checkbox" checked={local.choice.value.echo} onChange={(event) => void local.chooseEcho(event.currentTarget.checked)} />
        <span class="body">{words.echo}<br /><span class="meta">{words.echoHint}</span></span>
      </label>
      {session.view.value?.me.room === 'waiting' && <p class="meta mt-4">{words.selfMoves}</p>}
    </div>
  );
}

function Steps(): JSX.Element {
  const words = t().check;
  return (
    <ol class="steps-h" aria-label={words.steps}>
      <li><Icon name="check" size={16} />{words.stepPerson}</li>
      <li aria-current="step"><span class="num">2</span>{words.stepDevices}</li>
      <li><span class="num">3</span>{words.stepWaiting}</li>
    </ol>
  );
}

function Ready({ session, view, next }: { session: Session; view: View; next: string }): JSX.Element {
  const words = t().check;
  const now = useNow(session).value;
  const [waited] = useState(view.me.room !== 'courtroom');
  const called = view.me.room === 'courtroom';
  usePage(words.title, 'paper');
  useEffect(() => {
    // Who is in the courtroom already is not shown there before they enter; who waits tests the real way.
    if (!called) session.publish();
    else if (waited) navigate(next);
  }, [called]);
  const silent = !local.camera.value?.track && !local.microphone.value?.track && local.camera.value !== null;
  return (
    <>
      <Mast name={view.hearing.court} />
      <LinkNotice session={session} view={view} now={now} />
      <main class="wrap">
        <Steps />
        <h1 class="display mt-2">{words.title}</h1>
        <p class="body ink-2">{view.hearing.title} · <span class="unit">{t().line.case(view.hearing.case)}</span></p>
        <div class="cgrid">
          <Own session={session} view={view} />
          <div>
            <Verdicts session={session} />
            <div class="row row-3 mt-5 wrap-row">
              <Button kind="act" size="lg" testid="enter" onClick={() => navigate(next)}>{silent ? words.listenOnly : called ? words.enterCourtroom : words.enterWaiting}</Button>
              <Button size="lg" onClick={() => void local.again()}>{words.again}</Button>
            </div>
          </div>
        </div>
      </main>
    </>
  );
}

/** Who only hears and sees, or only reports, has nothing to check here. */
function Onward({ to }: { to: string }): JSX.Element {
  useEffect(() => navigate(to, true), []);
  return <Connecting />;
}

export default function Check({ params }: { params: Params }): JSX.Element {
  const { hearing } = params;
  const [attempt, setAttempt] = useState(0);
  const session = useSession(`check.${hearing ?? ''}.${attempt}`, () => (hearing ? { by: 'hearing', hearing } : { by: 'answer', answer: takeJoinAnswer() }));
  const lacks = unsupported();
  const view = session?.view.value ?? null;
  useRehearsal(view?.hearing.rehearsal ?? false);
  const checks = view !== null && !isObserver(view.me) && (!isOfficer(view.me) || hearing !== undefined);
  useEffect(() => (checks && !lacks ? local.use() : undefined), [checks]);
  const again = (): void => setAttempt(attempt + 1);
  if (lacks) return lacks;
  if (!session) return <Connecting />;
  if (session.joinError.value !== null) return <JoinFailed session={session} error={session.joinError.value} again={again} />;
  const link = session.link.value;
  if (link.at === 'ended') {
    const back = hearing ? <Button kind="act" onClick={again}>{t().link.enterAgain}</Button> : <a class="btn btn-act" href="/enter">{t().link.codeAgain}</a>;
    return <Ended session={session} refusal={link.refusal} again={back} />;
  }
  if (!view) return <Connecting session={session} />;
  if (isObserver(view.me)) return <Onward to={hearing ? `/observe/${hearing}` : '/observe'} />;
  if (isOfficer(view.me) && !hearing) return <Onward to="/officer" />;
  return <Ready session={session} view={view} next={hearing ? `/bench/${hearing}` : '/party'} />;
}
