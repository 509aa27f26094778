//! Private rooms at a point: somebody asks, somebody there presses, and the whole place is in the room. Nothing is typed.

import type { JSX } from 'preact';
import { calls, company, seatsOf } from '../../core/rooms';
import { picturesOf } from '../../core/view';
import { t } from '../../i18n';
import type { SeatView, View } from '../../protocol/generated/signal';
import { local } from '../../state/local';
import type { Session } from '../../state/session';
import '../../styles/kiosk-signals.css';
import '../../styles/rooms.css';
import type { Acts } from '../../ui/live/acts';
import { LocalPicture, RemotePicture } from '../../ui/live/picture';
import { Hearers, ownVoice, Sealing } from '../../ui/live/rooms/inside';
import { whoIs, words } from '../../ui/live/rooms/words';
import { seatName, seatRole } from '../../ui/live/words';
import { Icon } from '../../ui/parts';
import { Frame, minute } from './frame';

interface PrivateProps {
  session: Session;
  view: View;
  now: number;
  acts: Acts;
}

/** Who asks, over the pictures, so that nothing moves. */
export function KioskCalls({ view, acts }: Pick<PrivateProps, 'view' | 'acts'>): JSX.Element {
  const lost = acts.lost !== null;
  return (
    <div role="alert" data-testid="calls">
      {calls(view).slice(0, 1).map(({ seat, kind }) => (
        <section key={seat.seat} class="k-call" data-testid={`call-${seat.seat}`} data-kind={kind}>
          <div class="k-call-ask"><h2 class="k40">{words().asks[kind](whoIs(seat))}</h2><p class="r28 ink-2">{words().asksHelp}</p></div>
          <button type="button" class="k-btn k-act" disabled={lost} data-testid={`accept-${seat.seat}`} onClick={() => void acts.give({ type: 'accept_consultation', from: seat.seat })}><Icon name="enter" />{words().accept}</button>
          <button type="button" class="k-btn" disabled={lost} data-testid={`decline-${seat.seat}`} onClick={() => void acts.give({ type: 'decline_consultation', from: seat.seat })}><Icon name="x" />{words().decline}</button>
        </section>
      ))}
    </div>
  );
}

/** A large button for whoever the room may ask now; pressed again it takes the call back. */
export function KioskAsk({ view, acts }: Pick<PrivateProps, 'view' | 'acts'>): JSX.Element | null {
  const lost = acts.lost !== null;
  const [asked] = seatsOf(view, view.rooms.outgoing);
  if (asked) {
    return (
      <button type="button" class="k-btn k-sent" disabled={lost} data-testid="take-back" onClick={() => void acts.give({ type: 'leave_room' })}>
        <span>{words().asked(whoIs(asked))}</span><small>{words().takeBack}</small>
      </button>
    );
  }
  const [first] = seatsOf(view, view.rooms.may_ask);
  if (!first) return null;
  return <button type="button" class="k-btn" disabled={lost} data-testid={`consult-${first.seat}`} onClick={() => void acts.give({ type: 'consult', with: [first.seat] })}><Icon name="lock" />{words().kiosk.ask(whoIs(first))}</button>;
}

function Tile({ session, view, seat }: { session: Session; view: View; seat: SeatView }): JSX.Element {
  const [track] = picturesOf(seat.seat, view.tracks);
  return (
    <section class="k-seat k-lead" data-testid={`member-${seat.seat}`} data-connected={seat.connected}>
      <div class="k-pic">{track ? <RemotePicture session={session} track={track} /> : <p class="empty-seat">{seat.connected ? words().noPicture : words().reconnecting}</p>}</div>
      <p class="k-cap"><span class="k-role">{seatRole(seat)}</span><span class="k-name">{seatName(seat)}</span></p>
    </section>
  );
}

function Foot({ view, acts, mine }: Pick<PrivateProps, 'view' | 'acts'> & { mine: NonNullable<View['rooms']['mine']> }): JSX.Element {
  const lost = acts.lost !== null;
  const { has, on, text } = ownVoice(view);
  const { microphone } = words();
  return (
    <div class="k-foot">
      <div class="k-strip">
        {acts.trouble.value === null ? <p class="r28 k-row"><Icon name={on ? 'mic' : 'mic-off'} size={32} /><span>{text}</span></p> : <p class="r28" role="alert">{acts.trouble.value}</p>}
        {mine.kind === 'consultation' && <button type="button" class="k-btn k-small" disabled={lost} aria-pressed={mine.locked} data-testid="lock-room" onClick={() => void acts.give({ type: 'lock_room', locked: !mine.locked })}><Icon name="lock" />{mine.locked ? words().unlock : words().lock}</button>}
      </div>
      <div class="k-says">
        <button type="button" class="k-btn" disabled={lost || !has} data-testid={on ? 'mic-off' : 'mic-on'} onClick={() => void acts.give({ type: 'set_microphone', open: !on })}><Icon name={on ? 'mic-off' : 'mic'} />{on ? microphone.off : microphone.on}</button>
        <button type="button" class="k-btn k-act" disabled={lost} data-testid="leave-room" onClick={() => void acts.give({ type: 'leave_room' })}><Icon name="leave" />{words().leave}</button>
      </div>
    </div>
  );
}

/** The screen of a point while its device is in a private room. */
export function KioskRoom({ session, view, now, acts, mine }: PrivateProps & { mine: NonNullable<View['rooms']['mine']> }): JSX.Element {
  const [lead, ...more] = company(view);
  const camera = local.camera.value?.track;
  return (
    <Frame head={words().title} sub={`${view.me.point ?? ''} · ${minute(now, view)}`} state={view.session.state} session={session}
      perceived={<p class="k-perceived" role="status"><Icon name="ear-off" size={48} /><Icon name="eye-off" size={48} /><span>{words().kiosk.unheard}</span></p>}
      foot={<Foot view={view} acts={acts} mine={mine} />}>
      {lead ? <Tile key={lead.seat} session={session} view={view} seat={lead} /> : <section class="k-seat k-lead" />}
      <div class="k-side k-private" data-testid="private-room" data-kind={mine.kind} tabIndex={0} role="group" aria-label={words().who}>
        <section class="k-seat"><div class="k-pic">{camera ? <LocalPicture media={camera} label={words().roomPicture} /> : <p class="empty-seat">{words().noPicture}</p>}</div><p class="k-cap"><span class="k-role">{t().point.thisRoom}</span><span class="k-name">{view.me.point}</span></p></section>
        {more.slice(0, 2).map((seat) => <Tile key={seat.seat} session={session} view={view} seat={seat} />)}
        <div class="k-private-facts">
          {mine.recalled && <p class="r28 k-recalled" role="alert" data-testid="recalled"><b>{words().recalled}</b> {words().recalledHelp}</p>}
          <Sealing session={session} mine={mine} />
          <div><p class="r28 ink-2">{words().who}</p><Hearers mine={mine} /></div>
        </div>
      </div>
    </Frame>
  );
}
