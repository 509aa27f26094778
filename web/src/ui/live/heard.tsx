//! Who hears and sees this screen now: a strip that is always there, and a list of everybody.

import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { heardNow, placeOf } from '../../core/known';
import { isObserver } from '../../core/layout';
import { t } from '../../i18n';
import type { SeatView, View } from '../../protocol/generated/signal';
import { Button, Icon, TextField } from '../parts';
import { Dialog } from '../dialog';
import type { Acts } from './acts';
import { LayoutChoice } from './layout';
import { awayText, seatName, seatRole } from './words';

function Each({ view, lost, onRemove, onShut }: { view: View; lost: boolean; onRemove: (seat: SeatView) => void; onShut: () => void }): JSX.Element {
  const { heard, acts } = t();
  const says = (seat: SeatView): string => {
    if (lost) return heard.unknownEach;
    const both = [view.heard_by.includes(seat.seat) && heard.hears, view.seen_by.includes(seat.seat) && heard.sees].filter(Boolean);
    if (!seat.connected) return awayText(placeOf(seat, view.session));
    return both.join(', ') || heard.neither;
  };
  return (
    <Dialog title={heard.eachTitle} act={heard.shut} onAct={onShut} onBack={onShut} theme="paper" testid="each">
      <table class="tight">
        <tbody>
          {view.seats.map((seat) => (
            <tr key={seat.seat}>
              <td><span class="who-role">{seatRole(seat)}</span><b>{seatName(seat)}</b></td>
              <td class="ink-2">{says(seat)}</td>
              <td class="r">
                {view.acts.includes('remove') && (seat.connected || seat.presence === 'lost') && !seat.people.some((person) => person.role === 'presiding_judge') && (
                  <Button size="sm" disabled={lost} testid={`act-remove-${seat.seat}`} aria-label={acts.removeOf(seatName(seat))} onClick={() => onRemove(seat)}>{acts.remove}</Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}

function Remove({ seat, acts, onDone }: { seat: SeatView; acts: Acts; onDone: () => void }): JSX.Element {
  const words = t().acts;
  const [reason, setReason] = useState('');
  const remove = (): void => {
    void acts.give({ type: 'remove', seat: seat.seat, reason: reason.trim() });
    onDone();
  };
  return (
    <Dialog title={words.removeTitle} act={words.removeConfirm} back={t().back} onAct={remove} onBack={onDone} disabled={reason.trim() === '' || acts.lost !== null} theme="paper" testid="remove">
      <p>{seatRole(seat)}: <b>{seatName(seat)}</b></p>
      <TextField label={words.reason} value={reason} onValue={setReason} maxLength={500} testid="remove-reason" />
    </Dialog>
  );
}

/** `wall`: the screen shows one, whose layout may be chosen. */
export function HeardStrip({ view, acts, judge, wall = true }: { view: View; acts: Acts; judge: boolean; wall?: boolean }): JSX.Element {
  const { heard } = t();
  const title = useId();
  const [shown, setShown] = useState(false);
  const [removing, setRemoving] = useState<SeatView | null>(null);
  const now = heardNow(view, acts.lost !== null);
  const seeing = view.seats.filter((seat) => view.seen_by.includes(seat.seat) && !view.heard_by.includes(seat.seat) && !isObserver(seat));
  // The court is told of every unit that watches; others only count those that see them.
  const observers = Math.max(view.rooms.observers, view.seats.filter((seat) => isObserver(seat) && view.seen_by.includes(seat.seat)).length);
  const not = view.seats.filter((seat) => seat.connected && !view.heard_by.includes(seat.seat) && !view.seen_by.includes(seat.seat) && !isObserver(seat));
  const says = {
    closed: t().acts.closed, silent: heard.sendsNothing, unknown: heard.unknown, cut: heard.cutByHold, nobody: heard.nobodyHears,
    heard: now.say === 'heard' ? heard.hearAndSee(now.seats, now.people) : '',
  }[now.say];
  const told = now.say === 'heard' || now.say === 'nobody';
  return (
    <section class="heard" aria-labelledby={title}>
      <h2 class="row" id={title}>
        {now.say === 'unknown' ? <Icon name="broken" /> : now.say === 'cut' ? <Icon name="mic-off" /> : <><Icon name="ear" /><Icon name="eye" /></>}
        {judge ? heard.judge : heard.other}
      </h2>
      <div class="heard-now"><ul class="body">
        <li data-testid="heard-now" data-say={now.say}>{says}</li>
        {now.say === 'cut' && view.session.hold?.type !== 'restart' && <li class="ink-2">{heard.cutHelp}</li>}
        {told && seeing.length > 0 && <li class="ink-2">{heard.seeOnly(seeing.length)}</li>}
        {acts.lost === null && observers > 0 && <li data-testid="observers">{heard.observers(observers)} <span class="ink-2">({heard.watchOnly(view.procedure.limits.observer_delay_s)})</span></li>}
        {told && not.length > 0 && <li class="ink-2 heard-not"><Icon name="ear-off" size={16} />{heard.not} {not.map(seatName).join(', ')}</li>}
      </ul></div>
      <span class="row end heard-acts">{wall && <LayoutChoice view={view} acts={acts} />}<Button kind="text" size="sm" testid="each-person" onClick={() => setShown(true)}>{heard.each}</Button></span>
      {shown && <Each view={view} lost={acts.lost !== null} onShut={() => setShown(false)} onRemove={(seat) => { setShown(false); setRemoving(seat); }} />}
      {removing && <Remove seat={removing} acts={acts} onDone={() => setRemoving(null)} />}
    </section>
  );
}
