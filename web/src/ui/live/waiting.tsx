//! The waiting room: paper, quiet, and true about who hears and sees.

import type { JSX } from 'preact';
import { presentPhase } from '../../core/course';
import { t } from '../../i18n';
import { clockTime } from '../../i18n/format';
import type { View } from '../../protocol/generated/signal';
import { useNow } from '../../state/hooks';
import { local } from '../../state/local';
import type { Session } from '../../state/session';
import '../../styles/check.css';
import { Bars, Icon, Level, Notice, SectionHead } from '../parts';
import { Mast, usePage } from '../page';
import { useActs } from './acts';
import { phaseName, words as course } from './course/words';
import { ClerkMessages } from './messages/talk';
import { LinkNotice } from './notices';
import { LocalPicture } from './picture';
import { Consultations } from './rooms/calls';
import { Sound, SoundGate } from './sound';
import { seatName } from './words';

/** Round trips in ms up to which a line is good, and fair. */
const GOOD = 150;
const FAIR = 400;

function Line({ session }: { session: Session }): JSX.Element {
  const words = t().wait;
  const trip = session.roundTrip();
  const steps = trip === null ? 0 : trip <= GOOD ? 4 : trip <= FAIR ? 3 : 2;
  const text = steps === 4 ? words.lineGood : steps === 3 ? words.lineFair : words.lineWeak;
  return <p class="row body"><Bars steps={steps} label={text} />{text}</p>;
}

function WhoCame({ view, lost }: { view: View; lost: boolean }): JSX.Element | null {
  const words = t().wait;
  if (view.seats.length === 0) return null;
  return (
    <section class="mt-6">
      <SectionHead title={words.whoCame} />
      <table>
        <tbody>
          {view.seats.map((seat) => (
            <tr key={seat.seat}>
              <td><b>{seat.people[0] ? t().roles[seat.people[0].role] : ''}</b></td>
              <td>{seatName(seat)}</td>
              <td class={seat.connected && !lost ? 'r nowrap' : 'r nowrap ink-2'}>{lost ? t().heard.unknownEach : seat.connected ? words.came : words.notYet}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The state, and in session the phase. */
function stateOf(view: View): string {
  const phase = view.session.state === 'in_session' ? presentPhase(view) : null;
  const state = t().states[view.session.state];
  return phase ? `${state} · ${course().phase(phaseName(phase))}` : state;
}

export function WaitingRoom({ session, view }: { session: Session; view: View }): JSX.Element {
  const words = t().wait;
  const now = useNow(session).value;
  const acts = useActs(session);
  usePage(words.title, 'paper');
  const starts = Date.parse(view.hearing.starts);
  const microphone = local.microphone.value?.track;
  const lost = session.lost() !== null;
  return (
    <div class="waiting" data-theme="paper" data-testid="waiting-room">
      <Mast name={view.hearing.court} />
      <div class="bands"><LinkNotice session={session} view={view} now={now} /><SoundGate session={session} /></div>
      <main class="wrap">
        <p class="meta">{view.me.room === 'witness_waiting' ? words.witness : words.title} · {view.hearing.title} · <span class="unit">{t().line.case(view.hearing.case)}</span></p>
        <h1 class="display">{seatName(view.me)}</h1>
        <div class="wgrid">
          <div>
            <div class="st">
              <div class="grow" role="status">
                <p class="lead strong">{view.me.removed ? words.removed : `${words.head} · ${lost ? t().line.stateUnknown : stateOf(view)}`}</p>
                <p class="body ink-2">{view.me.removed ? words.removedHelp : words.help}</p>
              </div>
              <div class="st-time"><p class="meta">{words.expected}</p><time class="clock">{clockTime(starts, view.hearing.zone, false)}</time></div>
              <div class="st-time"><p class="meta">{t().line.now}</p><time class="clock">{clockTime(now, view.hearing.zone, false)}</time></div>
            </div>
            {acts.trouble.value !== null && <p class="notice notice-look mt-5" role="alert" data-testid="refused">{acts.trouble.value}</p>}
            <div class="waiting-private"><Consultations view={view} acts={acts} /></div>
            <WhoCame view={view} lost={lost} />
            <div class="mt-5"><Notice>{words.rules} {words.decrypted}</Notice></div>
          </div>
          <aside>
            <div class="pic">{local.camera.value?.track ? <LocalPicture media={local.camera.value.track} label={t().check.ownPicture} /> : <p class="empty-seat meta">{t().seat.noPicture}</p>}</div>
            {lost && <p class="row body mt-3"><Icon name="broken" size={16} />{t().heard.unknown}</p>}
            {!lost && view.heard_by.length + view.seen_by.length === 0 && <p class="row body mt-3"><Icon name="eye-off" size={16} />{words.nobody}</p>}
            <p class="row body">
              <Icon name={microphone ? 'mic' : 'mic-off'} size={16} />
              {!microphone ? words.microphoneNone : local.peak.value > 0.3 ? words.microphoneGood : words.microphoneSilent}
              <Level level={local.level.value} />
            </p>
            {!lost && <Line session={session} />}
            <div class="mt-4"><ClerkMessages view={view} acts={acts} /></div>
            <p class="mt-4"><a class="btn btn-block" href="/check">{words.changeDevices}</a></p>
          </aside>
        </div>
      </main>
      <Sound session={session} />
    </div>
  );
}
