//! The clerk's technical line: a private room with one place, to mend a fault.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { mayBeMended } from '../../../core/rooms';
import type { SeatView, View } from '../../../protocol/generated/signal';
import '../../../styles/rooms.css';
import { Dialog } from '../../dialog';
import { Button } from '../../parts';
import type { Acts } from '../acts';
import { Away } from './bench';
import { Incoming, Outgoing } from './calls';
import { whoIs, words } from './words';

interface DeskProps {
  view: View;
  acts: Acts;
}

export function TechnicalLine({ view, acts }: DeskProps): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const shut = (): void => setOpen(false);
  if (!view.acts.includes('technical_line')) return null;
  const call = async (seat: SeatView): Promise<void> => { if (await acts.give({ type: 'technical_line', seat: seat.seat })) shut(); };
  const seats = mayBeMended(view);
  return (
    <section class="consult" data-testid="technical">
      <Incoming view={view} acts={acts} />
      <Outgoing view={view} acts={acts} />
      <Button block icon="lock" disabled={acts.lost !== null} testid="technical-line" onClick={() => setOpen(true)}>{words().desk.title}</Button>
      {open && (
        <Dialog title={words().desk.title} act={words().bench.shut} onAct={shut} onBack={shut} theme="paper" testid="technical-dialog">
          <div class="rooms-dialog">
            <p class="body">{words().desk.help}</p>
            {seats.length === 0 && <p class="body ink-2">{words().desk.nobody}</p>}
            <ul class="leaves">
              {seats.map((seat) => (
                <li key={seat.seat} class="row row-3"><span class="grow">{whoIs(seat)}</span>
                  <Button size="sm" disabled={acts.lost !== null} testid={`mend-${seat.seat}`} aria-label={words().desk.callOf(whoIs(seat))} onClick={() => void call(seat)}>{words().desk.call}</Button></li>
              ))}
            </ul>
            <section><h3 class="body strong">{words().bench.now}</h3><Away view={view} /></section>
            {acts.trouble.value !== null && <p class="fault body" role="alert">{acts.trouble.value}</p>}
          </div>
        </Dialog>
      )}
    </section>
  );
}
