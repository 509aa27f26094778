//! The clerk's messages: with whom, what was written, and the field.

import type { JSX } from 'preact';
import { addressees } from '../../../core/messages';
import type { SeatId, View } from '../../../protocol/generated/signal';
import { SectionHead, SelectField } from '../../parts';
import type { Acts } from '../acts';
import { seatName, seatRole } from '../words';
import { Conversation, words, Write } from './talk';

interface DeskMessagesProps {
  view: View;
  acts: Acts;
  /** To whom, as chosen here or by a button beside a point; `null`: nobody yet. */
  to: SeatId | null;
  onTo: (to: SeatId) => void;
}

export function DeskMessages({ view, acts, to, onTo }: DeskMessagesProps): JSX.Element | null {
  if (!view.acts.includes('message')) return null;
  const known = addressees(view);
  // Whoever has gone meanwhile is nobody to write to.
  const chosen = known.find((seat) => seat.seat === to) ?? known[0];
  return (
    <section class="desk-messages" data-testid="messages" id="messages">
      <SectionHead title={words().title} />
      <Conversation view={view} />
      {chosen && (
        <>
          <SelectField label={words().to} value={String(chosen.seat)} options={known.map((seat) => ({ value: String(seat.seat), label: `${seatName(seat)} · ${seatRole(seat)}` }))} onValue={(value) => onTo(Number(value))} testid="message-to" />
          <Write acts={acts} to={chosen.seat} />
        </>
      )}
    </section>
  );
}
