//! Who hears and sees this screen now: a strip that is always there, and a list of everybody.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isObserver } from '../../core/layout';
import { t } from '../../i18n';
import type { SeatView, View } from '../../protocol/generated/signal';
import { Button, Icon, TextField } from '../parts';
import { Dialog } from '../dialog';
import type { Acts } from './acts';
import { seatName, seatRole } from './words';

function Each({ view, onRemove, onShut }: { view: View; onRemove: (seat: SeatView) => void; onShut: () => void }): JSX.Element {
  const { heard, acts } = t();
  const says = (seat: SeatView): string => {
    const both = [view.heard_by.includes(seat.seat) && heard.hears, view.seen_by.includes(seat.seat) && heard.sees].filter(Boolean);
    if (!seat.connected) return acts.notCome;
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
                {view.acts.includes('remove') && seat.connected && !seat.people.some((person) => person.role === 'presiding_judge') && (
                  <Button size="sm" testid={`act-remove-${seat.seat}`} aria-label={acts.removeOf(seatName(seat))} onClick={() => onRemove(seat)}>{acts.remove}</Button>
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
    <Dialog title={words.removeTitle} act={words.removeConfirm} back={t().back} onAct={remove} onBack={onDone} disabled={reason.trim() === ''} theme="paper" testid="remove">
      <p>{seatRole(seat)}: <b>{seatName(seat)}</b></p>
      <TextField label={words.reason} value={reason} onValue={setReason} maxLength={500} testid="remove-reason" />
    </Dialog>
  );
}

export function HeardStrip({ view, acts, judge }: { view: View; acts: Acts; judge: boolean }): JSX.Element {
  const { heard } = t();
  const [shown, setShown] = useState(false);
  const [removing, setRemoving] = useState<SeatView | null>(null);
  const people = (ids: readonly number[]): SeatView[] => view.seats.filter((seat) => ids.includes(seat.seat) && !isObserver(seat));
  const hearing = people(view.heard_by);
  const seeing = people(view.seen_by.filter((id) => !view.heard_by.includes(id)));
  const observers = view.seats.filter((seat) => isObserver(seat) && view.seen_by.includes(seat.seat)).length;
  const not = view.seats.filter((seat) => seat.connected && !view.heard_by.includes(seat.seat) && !view.seen_by.includes(seat.seat) && !isObserver(seat));
  const over = view.session.state === 'closed';
  const silent = view.me.devices.length === 0;
  const cut = view.session.state === 'held' || view.session.state === 'paused';
  const count = hearing.reduce((sum, seat) => sum + Math.max(1, seat.people.length), 0);
  return (
    <section class="heard">
      <h2 class="row">
        {cut ? <Icon name="mic-off" /> : <><Icon name="ear" /><Icon name="eye" /></>}
        {judge ? heard.judge : heard.other}
      </h2>
      <div class="heard-now" role="status"><ul class="body">
        <li>{over ? t().acts.closed : silent ? heard.sendsNothing : cut ? heard.cutByHold : hearing.length > 0 ? heard.hearAndSee(hearing.length, count) : heard.nobodyHears}</li>
        {cut && view.session.hold?.type !== 'restart' && !silent && <li class="ink-2">{heard.cutHelp}</li>}
        {!cut && seeing.length > 0 && <li class="ink-2">{heard.seeOnly(seeing.length)}</li>}
        {observers > 0 && <li>{heard.observers(observers)} <span class="ink-2">({heard.watchOnly})</span></li>}
        {!over && !silent && !cut && not.length > 0 && <li class="ink-2 heard-not"><Icon name="ear-off" size={16} />{heard.not} {not.map(seatName).join(', ')}</li>}
      </ul></div>
      <Button kind="text" size="sm" class="end" testid="each-person" onClick={() => setShown(true)}>{heard.each}</Button>
      {shown && <Each view={view} onShut={() => setShown(false)} onRemove={(seat) => { setShown(false); setRemoving(seat); }} />}
      {removing && <Remove seat={removing} acts={acts} onDone={() => setRemoving(null)} />}
    </section>
  );
}
