//! Asking to a private room and being asked: what stands in the rail, and in the waiting room.

import type { JSX } from 'preact';
import { calls, seatsOf } from '../../../core/rooms';
import type { SeatView, View } from '../../../protocol/generated/signal';
import '../../../styles/rooms.css';
import { Button } from '../../parts';
import type { Acts } from '../acts';
import { whoIs, words } from './words';

interface CallsProps {
  view: View;
  acts: Acts;
}

/** Who asks, and the two answers. To accept opens one's microphone there. */
export function Incoming({ view, acts }: CallsProps): JSX.Element {
  const lost = acts.lost !== null;
  return (
    <div role="alert" class="calls" data-testid="calls">
      {calls(view).map(({ seat, kind }) => (
        <section key={seat.seat} class="call" data-testid={`call-${seat.seat}`} data-kind={kind}>
          <p class="lead strong">{words().asks[kind](whoIs(seat))}</p>
          <p class="body">{words().asksHelp}</p>
          <div class="call-acts">
            <Button kind="act" disabled={lost} testid={`accept-${seat.seat}`} aria-label={words().acceptOf(whoIs(seat))} onClick={() => void acts.give({ type: 'accept_consultation', from: seat.seat })}>{words().accept}</Button>
            <Button disabled={lost} testid={`decline-${seat.seat}`} aria-label={words().declineOf(whoIs(seat))} onClick={() => void acts.give({ type: 'decline_consultation', from: seat.seat })}>{words().decline}</Button>
          </div>
        </section>
      ))}
    </div>
  );
}

/** Whom one has asked, with the way back. */
export function Outgoing({ view, acts }: CallsProps): JSX.Element | null {
  const asked = seatsOf(view, view.rooms.outgoing);
  if (asked.length === 0) return null;
  return (
    <div class="asked" role="status" data-testid="asked">
      {asked.map((seat) => <p key={seat.seat} class="body">{words().asked(whoIs(seat))}</p>)}
      {!view.rooms.mine && <Button size="sm" disabled={acts.lost !== null} testid="take-back" onClick={() => void acts.give({ type: 'leave_room' })}>{words().takeBack}</Button>}
    </div>
  );
}

/** One button for each whom one may ask now. */
export function Asks({ view, acts }: CallsProps): JSX.Element {
  const ask = (seat: SeatView): void => void acts.give({ type: 'consult', with: [seat.seat] });
  return (
    <>
      {seatsOf(view, view.rooms.may_ask).map((seat) => (
        <Button key={seat.seat} block class="ask-private" icon="lock" disabled={acts.lost !== null} testid={`consult-${seat.seat}`} onClick={() => ask(seat)}>{words().ask(whoIs(seat))}</Button>
      ))}
    </>
  );
}

/** The private talks of somebody with a screen of their own: asked, asking, and whom one may ask. */
export function Consultations(props: CallsProps): JSX.Element {
  const { view } = props;
  const some = view.rooms.may_ask.length > 0 || view.rooms.outgoing.length > 0;
  return (
    <>
      <Incoming {...props} />
      {some && (
        <section class="consult" aria-label={words().offer} data-testid="consult">
          <h2>{words().title}</h2>
          {view.rooms.allowed && <p class="body" role="status">{words().allowed}</p>}
          <Outgoing {...props} />
          <Asks {...props} />
        </section>
      )}
    </>
  );
}
