//! The floor and the interpretation: what this screen hears, and where an interpreter's microphone is heard.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isObserver } from '../../core/layout';
import { catalogue } from '../../i18n';
import { channels as en } from '../../i18n/en/channels';
import { channels as vi } from '../../i18n/vi/channels';
import type { Channel, Command, SeatView, View } from '../../protocol/generated/signal';
import '../../styles/channels.css';
import '../../styles/rooms.css';
import { Dialog } from '../dialog';
import { Button } from '../parts';
import type { Acts } from './acts';
import { seatName } from './words';

export const words = catalogue(vi, en);

const BOTH: readonly Channel[] = ['floor', 'interpretation'];

interface ChoiceProps {
  label: string;
  of: Readonly<Record<Channel, string>>;
  now: Channel;
  acts: Acts;
  testid: string;
  command: (channel: Channel) => Command;
}

/** Two buttons, of which one is pressed. */
function Choice({ label, of, now, acts, testid, command }: ChoiceProps): JSX.Element {
  return (
    <div class="channels" role="group" aria-label={label} data-testid={testid} data-channel={now}>
      <span class="meta">{label}</span>
      {BOTH.map((channel) => (
        <button key={channel} type="button" class="btn btn-sm" aria-pressed={channel === now} disabled={acts.lost !== null}
          data-testid={`${testid}-${channel}`} onClick={() => { if (channel !== now) void acts.give(command(channel)); }}>
          {of[channel]}
        </button>
      ))}
    </div>
  );
}

/** What this screen may choose: what it hears, where somebody interprets; an interpreter, where they are heard. */
export function Channels({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const { me } = view;
  const text = words();
  const speaks = view.acts.includes('speak_on');
  if (!speaks && !view.acts.includes('listen')) return null;
  return (
    <>
      {speaks && <Choice label={text.speak} of={text.spoken} now={me.speaks_on} acts={acts} testid="speak-on" command={(channel) => ({ type: 'speak_on', channel })} />}
      {speaks ? <p class="meta">{text.speakHelp[me.speaks_on]}</p>
        : <Choice label={text.listen} of={text.heard} now={me.listens} acts={acts} testid="listen" command={(channel) => ({ type: 'listen', seat: null, channel })} />}
    </>
  );
}

function isInterpreter(seat: SeatView): boolean {
  return seat.people.length > 0 && seat.people.every((person) => person.role === 'interpreter');
}

function Given({ seat, acts }: { seat: SeatView; acts: Acts }): JSX.Element {
  const { listens, seat: id } = seat;
  const [text, name] = [words(), seatName(seat)];
  const given = listens === 'interpretation';
  return (
    <li class="row row-3">
      <span class="grow">{name}: {text.heard[listens]}</span>
      <Button size="sm" disabled={acts.lost !== null} testid={`give-channel-${String(id)}`} data-channel={listens} aria-label={given ? text.takeBackOf(name) : text.giveTo(name)}
        onClick={() => void acts.give({ type: 'listen', seat: id, channel: given ? 'floor' : 'interpretation' })}>
        {given ? text.takeBack : text.give}
      </Button>
    </li>
  );
}

/** The clerk gives a place the interpretation, or the original back: a point's room, whose screen nobody reaches. */
export function GiveChannels({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const shut = (): void => setOpen(false);
  const text = words();
  if (!view.acts.includes('listen') || !view.acts.includes('mute')) return null;
  const seats = view.seats.filter((seat) => seat.room === 'courtroom' && !isObserver(seat) && !isInterpreter(seat));
  return (
    <section>
      <Button block icon="ear" disabled={acts.lost !== null} testid="give-channels" onClick={() => setOpen(true)}>{text.whoHears}</Button>
      {open && (
        <Dialog title={text.whoHears} act={text.shut} onAct={shut} onBack={shut} theme="paper" testid="channels-dialog">
          <ul class="leaves">{seats.map((seat) => <Given key={seat.seat} seat={seat} acts={acts} />)}</ul>
          {acts.trouble.value !== null && <p class="fault body" role="alert">{acts.trouble.value}</p>}
        </Dialog>
      )}
    </section>
  );
}
