//! Who is called in and who is sent out: everybody who waits outside the courtroom, and the witnesses inside.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { called, dismissable } from '../../../core/course';
import { t } from '../../../i18n';
import type { SeatView, View } from '../../../protocol/generated/signal';
import { Dialog } from '../../dialog';
import { Button } from '../../parts';
import type { Acts } from '../acts';
import { seatName, seatRole } from '../words';
import { words } from './words';

interface CallProps {
  view: View;
  acts: Acts;
}

/** What the act says below its name: whoever waits, witnesses by that word. */
export function callSub(view: View): string {
  const { call } = words();
  const { now, waits } = called(view);
  const ready = [...now, ...waits].filter((seat) => seat.connected && seat.room !== 'courtroom');
  const witnesses = ready.filter((seat) => seat.room === 'witness_waiting').length;
  if (ready.length === 0) return dismissable(view).length > 0 ? call.out : call.nobody;
  return witnesses === ready.length ? call.witnesses(witnesses) : call.people(ready.length);
}

function where(seat: SeatView): string {
  const { call } = words();
  if (seat.removed) return call.removed;
  return seat.room === 'witness_waiting' ? call.witnessRoom : call.room;
}

function Line({ seat, note, children }: { seat: SeatView; note?: string; children: JSX.Element | JSX.Element[] }): JSX.Element {
  return (
    <li class="row row-3 call-line" data-testid={`call-${seat.seat}`}>
      <p class="who grow"><span class="who-name">{seatName(seat)}</span><span class="who-role">{seatRole(seat)}{note && ` · ${note}`}</span></p>
      <span class="row">{children}</span>
    </li>
  );
}

function Inside({ view, acts }: CallProps): JSX.Element | null {
  const { call } = words();
  const inside = view.acts.includes('dismiss') ? dismissable(view) : [];
  if (inside.length === 0) return null;
  const out = (seat: SeatView, stays: boolean, text: string, label: string): JSX.Element => (
    <Button key={text} size="sm" disabled={acts.lost !== null} testid={`dismiss-${stays ? 'stays' : 'goes'}-${seat.seat}`} aria-label={label} onClick={() => void acts.give({ type: 'dismiss', seat: seat.seat, stays })}>{text}</Button>
  );
  return (
    <section class="call-part">
      <h3>{call.inside}</h3>
      <ul>
        {inside.map((seat) => (
          <Line key={seat.seat} seat={seat}>
            {[out(seat, true, call.stays, call.staysOf(seatName(seat))), out(seat, false, call.goes, call.goesOf(seatName(seat)))]}
          </Line>
        ))}
      </ul>
    </section>
  );
}

export function CallIn({ view, acts, onShut }: CallProps & { onShut: () => void }): JSX.Element {
  const { call } = words();
  const { now, waits } = called(view);
  const outside = [...now, ...waits].filter((seat) => seat.room !== 'courtroom' || seat.removed);
  const place = useRef<HTMLDivElement>(null);
  // A line that was answered is gone, and the focus with it: it stays in the dialog, on the safe act.
  useEffect(() => {
    if (document.activeElement === document.body) place.current?.closest('dialog')?.querySelector<HTMLElement>('[data-safe]')?.focus();
  });
  return (
    <Dialog title={call.title} act={call.shut} onAct={onShut} onBack={onShut} theme="paper" testid="call">
      <div ref={place}>
        {acts.trouble.value !== null && <p class="notice notice-look" role="alert">{acts.trouble.value}</p>}
        <section class="call-part">
          <h3>{call.waiting}</h3>
          {outside.length === 0 && <p class="body ink-2">{call.none}</p>}
          <ul>
            {outside.map((seat) => (
              <Line key={seat.seat} seat={seat} note={where(seat)}>
                <Button size="sm" disabled={acts.lost !== null} testid={`call-in-${seat.seat}`} aria-label={t().acts.admitOf(seatName(seat))} onClick={() => void acts.give({ type: 'admit', seat: seat.seat })}>{call.act}</Button>
              </Line>
            ))}
          </ul>
        </section>
        <Inside view={view} acts={acts} />
      </div>
    </Dialog>
  );
}
