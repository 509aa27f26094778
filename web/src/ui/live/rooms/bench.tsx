//! The bench's act for private rooms: withdraw to deliberate, give leave for a private talk, and see who is away.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mayBeAllowed, seatsOf } from '../../../core/rooms';
import type { SeatView, View } from '../../../protocol/generated/signal';
import '../../../styles/rooms.css';
import { Dialog } from '../../dialog';
import { Button, Icon } from '../../parts';
import type { Acts } from '../acts';
import { Incoming } from './calls';
import { whoIs, words } from './words';

interface ActProps {
  view: View;
  acts: Acts;
}

/** Who is in which private room; what is said there is nobody's business. */
export function Away({ view }: { view: View }): JSX.Element {
  const { others } = view.rooms;
  if (others.length === 0) return <p class="body ink-2">{words().bench.nobody}</p>;
  return (
    <ul class="away" data-testid="away">
      {others.map((room, n) => (
        <li key={n}><span class="who-role">{words().kinds[room.kind]}</span>{seatsOf(view, room.seats).map((seat) => <span key={seat.seat} class="who-name">{whoIs(seat)}</span>)}</li>
      ))}
    </ul>
  );
}

function Deliberation({ view, acts, onDone }: ActProps & { onDone: () => void }): JSX.Element {
  const may = view.acts.includes('deliberate');
  const go = async (): Promise<void> => { if (await acts.give({ type: 'deliberate' })) onDone(); };
  return (
    <section>
      <h3 class="body strong">{words().bench.deliberation}</h3>
      <p class="body">{may ? words().bench.deliberateHelp : words().bench.deliberateLater}</p>
      <Button disabled={!may || acts.lost !== null} testid="deliberate" onClick={() => void go()}>{words().bench.deliberate}</Button>
    </section>
  );
}

function Leave({ view, acts, seat }: ActProps & { seat: SeatView }): JSX.Element {
  const allowed = view.rooms.may_withdraw.includes(seat.seat);
  const who = whoIs(seat);
  const press = (): void => void acts.give({ type: 'allow_consultation', seat: seat.seat, allowed: !allowed });
  return (
    <li class="row row-3">
      <span class="grow">{who}</span>
      <Button size="sm" aria-pressed={allowed} disabled={acts.lost !== null} testid={`allow-${seat.seat}`} aria-label={allowed ? words().bench.disallowOf(who) : words().bench.allowOf(who)} onClick={press}>{allowed ? words().bench.disallow : words().bench.allow}</Button>
    </li>
  );
}

function Leaves({ view, acts }: ActProps): JSX.Element {
  const may = view.acts.includes('allow_consultation');
  return (
    <section>
      <h3 class="body strong">{words().bench.leaves}</h3>
      {may ? <ul class="leaves">{mayBeAllowed(view).map((seat) => <Leave key={seat.seat} view={view} acts={acts} seat={seat} />)}</ul> : <p class="body">{words().bench.leavesHelp}</p>}
    </section>
  );
}

/** One act of the rail, with a dialog behind it. Its place and height are those of the other acts. */
export function RoomsAct({ view, acts }: ActProps): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const shut = (): void => setOpen(false);
  const judge = view.me.people.some((person) => person.role === 'presiding_judge');
  if (view.session.state === 'closed') return null;
  const inside = view.rooms.others.reduce((sum, room) => sum + room.seats.length, 0);
  return (
    <>
      <button type="button" class="act" disabled={acts.lost !== null} data-testid="act-rooms" onClick={() => setOpen(true)}>
        <Icon name="lock" size={24} /><span>{words().bench.act}<br /><small>{inside > 0 ? words().bench.inside(String(inside)) : words().bench.sub}</small></span>
      </button>
      {open && (
        <Dialog title={words().title} act={words().bench.shut} onAct={shut} onBack={shut} theme="paper" testid="rooms">
          <div class="rooms-dialog">
            <section><h3 class="body strong">{words().bench.now}</h3><Away view={view} /></section>
            {judge && <Deliberation view={view} acts={acts} onDone={shut} />}
            {judge && <Leaves view={view} acts={acts} />}
            {acts.trouble.value !== null && <p class="fault body" role="alert">{acts.trouble.value}</p>}
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Who asks somebody of the court to speak alone, above the acts. */
export function CourtCalls({ view, acts }: ActProps): JSX.Element | null {
  return view.rooms.incoming.length > 0 ? <Incoming view={view} acts={acts} /> : null;
}
