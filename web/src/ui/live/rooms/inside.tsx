//! Inside a private room: those who are in it, and nobody else.

import type { JSX } from 'preact';
import { company } from '../../../core/rooms';
import { picturesOf } from '../../../core/view';
import { t } from '../../../i18n';
import type { SeatView, View } from '../../../protocol/generated/signal';
import { useNow } from '../../../state/hooks';
import { local } from '../../../state/local';
import type { Session } from '../../../state/session';
import '../../../styles/live.css';
import '../../../styles/rooms.css';
import { usePage } from '../../page';
import { Button, Icon, Level } from '../../parts';
import { useActs, type Acts } from '../acts';
import { LinkNotice } from '../notices';
import { LocalPicture, RemotePicture } from '../picture';
import { Sound, SoundGate } from '../sound';
import { StateLine } from '../stateline';
import { seatName, seatRole } from '../words';
import { Asks, Outgoing } from './calls';
import { whoIs, words } from './words';

interface RoomProps {
  session: Session;
  view: View;
  acts: Acts;
}

type Mine = NonNullable<View['rooms']['mine']>;

function Member({ session, view, seat }: { session: Session; view: View; seat: SeatView }): JSX.Element {
  const [track] = picturesOf(seat.seat, view.tracks);
  const speaking = session.levels.value[0] === seat.seat;
  return (
    <section class={speaking ? 'seat is-speaking' : 'seat'} aria-label={whoIs(seat)} data-testid={`member-${seat.seat}`} data-connected={seat.connected}>
      <div class="seat-pic">
        {track ? <RemotePicture session={session} track={track} /> : <p class="empty-seat body">{seat.connected ? words().noPicture : words().reconnecting}</p>}
      </div>
      <div class="seat-cap"><p class="who"><span class="who-role">{seatRole(seat)}</span><span class="who-name">{seatName(seat)}</span></p></div>
    </section>
  );
}

function Own({ view }: { view: View }): JSX.Element {
  const camera = local.camera.value?.track;
  return (
    <section class="seat" aria-label={words().roomPicture}>
      <div class="seat-pic">{camera ? <LocalPicture media={camera} label={words().roomPicture} /> : <p class="empty-seat body">{words().noPicture}</p>}</div>
      <div class="seat-cap"><p class="who"><span class="who-role">{seatRole(view.me)} · {t().seat.me}</span><span class="who-name">{seatName(view.me)}</span></p></div>
    </section>
  );
}

/** Everybody who hears what is said here. */
export function Hearers({ mine }: { mine: Mine }): JSX.Element {
  return (
    <ul class="hearers" aria-label={words().who} data-testid="hearers">
      {mine.people.map((person, n) => <li key={n}><span class="who-role">{t().roles[person.role]}</span><span class="who-name">{person.name || t().unnamed}</span></li>)}
    </ul>
  );
}

/** Whether this screen is heard in the room. The court's mute is about the courtroom. */
export function ownVoice(view: View): { on: boolean; text: string; has: boolean } {
  const has = Boolean(local.microphone.value?.track);
  const on = has && view.me.microphone_open;
  const { none, isOn, isOff } = words().microphone;
  return { has, on, text: !has ? none : on ? isOn : isOff };
}

function Voice({ view, acts }: { view: View; acts: Acts }): JSX.Element {
  const { has, on, text } = ownVoice(view);
  const { mine, on: turnOn, off: turnOff } = words().microphone;
  return (
    <section class="own-mic" data-testid="own-microphone" data-open={on}>
      <div class="row">
        <Icon name={on ? 'mic' : 'mic-off'} /><span class="body strong">{mine}</span><Level level={on ? local.level.value : 0} />
        {has && <Button class="end" disabled={acts.lost !== null} testid={on ? 'mic-off' : 'mic-on'} aria-label={on ? turnOff : turnOn} onClick={() => void acts.give({ type: 'set_microphone', open: !on })}>{on ? t().acts.off : t().acts.on}</Button>}
      </div>
      <p class="meta">{text}</p>
    </section>
  );
}

/** Whether frames are encrypted between the members, and the code by which they can be sure of it. */
export function Sealing({ session, mine }: { session: Session; mine: Mine }): JSX.Element {
  const code = session.code.value;
  return (
    <section class="sealing" data-testid="sealing" data-sealed={mine.encrypted}>
      <p class="row body" role="status"><Icon name={mine.encrypted ? 'lock' : 'info'} /><span>{mine.encrypted ? words().sealed : words().unsealed}</span></p>
      {mine.encrypted && (code === null
        ? <p class="body ink-2">{words().sealing}</p>
        : <><p class="meta">{words().code}</p><p class="code num" data-testid="room-code">{code.split(' ').map((group, n) => <span key={n}>{group} </span>)}</p><p class="meta code-help">{words().codeHelp}</p></>)}
    </section>
  );
}

/** What must be known here at once: that the court waits, and that it hears. */
export function Warnings({ mine }: { mine: Mine }): JSX.Element {
  return (
    <div class="room-warnings" role="alert">
      {mine.recalled && <p class="link-band" data-testid="recalled"><Icon name="alert" /><span><b>{words().recalled}</b> {words().recalledHelp}</span></p>}
      {mine.overheard && <p class="link-band" data-testid="overheard"><Icon name="ear" /><b>{words().overheard}</b></p>}
    </div>
  );
}

function Leaving({ view, acts, mine }: { view: View; acts: Acts; mine: Mine }): JSX.Element {
  const lost = acts.lost !== null;
  const lock = mine.kind !== 'deliberation' && mine.kind !== 'technical';
  const ends = mine.kind === 'deliberation' && view.acts.includes('deliberate');
  return (
    <div class="room-acts">
      {lock && <Button block icon="lock" disabled={lost} aria-pressed={mine.locked} testid="lock-room" onClick={() => void acts.give({ type: 'lock_room', locked: !mine.locked })}>{mine.locked ? words().unlock : words().lock}</Button>}
      {lock && <p class="meta" role="status">{mine.locked ? words().locked : words().unlocked}</p>}
      {ends && <Button block disabled={lost} testid="fetch-panel" onClick={() => void acts.give({ type: 'deliberate' })}>{words().bench.fetch}</Button>}
      {ends
        ? <Button kind="act" block size="lg" disabled={lost} testid="end-deliberation" onClick={() => void acts.give({ type: 'end_deliberation' })}>{words().bench.end}</Button>
        : <Button kind="act" block size="lg" icon="leave" disabled={lost} testid="leave-room" onClick={() => void acts.give({ type: 'leave_room' })}>{words().leave}</Button>}
    </div>
  );
}

function Rail({ session, view, acts, mine }: RoomProps & { mine: Mine }): JSX.Element {
  return (
    <aside class="rail" aria-label={words().title}>
      <div class="rail-top" tabIndex={0} role="group" aria-label={words().who}>
        <section class="floor"><h2>{words().kinds[mine.kind]}</h2><p class="name">{words().title}</p></section>
        <Sealing session={session} mine={mine} />
        <section class="consult"><h2>{words().who}</h2><Hearers mine={mine} /></section>
        {view.rooms.may_ask.length + view.rooms.outgoing.length > 0 && <section class="consult"><h2>{words().invite}</h2><Outgoing view={view} acts={acts} /><Asks view={view} acts={acts} /></section>}
      </div>
      {acts.trouble.value !== null && <p class="fault body" role="alert" data-testid="refused">{acts.trouble.value}</p>}
      <Voice view={view} acts={acts} />
      <Leaving view={view} acts={acts} mine={mine} />
    </aside>
  );
}

/** The page of somebody with a screen of their own while they are in a private room. */
export function PrivateRoom({ session, view, mine }: { session: Session; view: View; mine: Mine }): JSX.Element {
  usePage(words().title, 'courtroom');
  const acts = useActs(session);
  const now = useNow(session).value;
  const members = company(view);
  return (
    <div class="courtroom private-room" data-theme="courtroom" data-testid="private-room" data-kind={mine.kind}>
      <StateLine session={session} view={view} now={now} />
      <div class="bands">
        <LinkNotice session={session} view={view} now={now} />
        <Warnings mine={mine} />
        <SoundGate session={session} />
      </div>
      <main class="court">
        <div class="seats" data-columns={2} data-rows={Math.ceil((members.length + 1) / 2)}>
          {members.map((seat) => <Member key={seat.seat} session={session} view={view} seat={seat} />)}
          <Own view={view} />
        </div>
        <Rail session={session} view={view} acts={acts} mine={mine} />
      </main>
      <footer class="heard"><Icon name="lock" /><p class="body strong">{words().only}</p></footer>
      <Sound session={session} />
    </div>
  );
}
