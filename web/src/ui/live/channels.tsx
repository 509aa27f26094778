//! The floor and the interpretation: what this screen hears, and where an interpreter's microphone is heard.

import type { JSX } from 'preact';
import { catalogue } from '../../i18n';
import { channels as en } from '../../i18n/en/channels';
import { channels as vi } from '../../i18n/vi/channels';
import type { Channel, Command, SeatView, View } from '../../protocol/generated/signal';
import '../../styles/channels.css';
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
  kiosk: boolean;
  command: (channel: Channel) => Command;
}

/** Two buttons, of which one is pressed. */
function Choice({ label, of, now, acts, testid, kiosk, command }: ChoiceProps): JSX.Element {
  return (
    <div class={kiosk ? 'channels kiosk' : 'channels'} role="group" aria-label={label} data-testid={testid} data-channel={now}>
      <span class="meta">{label}</span>
      {BOTH.map((channel) => (
        <button key={channel} type="button" class={kiosk ? 'k-btn k-small' : 'btn btn-sm'} aria-pressed={channel === now} disabled={acts.lost !== null}
          data-testid={`${testid}-${channel}`} onClick={() => { if (channel !== now) void acts.give(command(channel)); }}>
          {of[channel]}
        </button>
      ))}
    </div>
  );
}

/** What this screen may choose: what it hears, where somebody interprets; an interpreter, where they are heard. */
export function Channels({ view, acts, kiosk = false }: { view: View; acts: Acts; kiosk?: boolean }): JSX.Element | null {
  const { me } = view;
  const text = words();
  const speaks = view.acts.includes('speak_on');
  if (!speaks && !view.acts.includes('listen')) return null;
  return (
    <>
      {speaks && <Choice label={text.speak} of={text.spoken} now={me.speaks_on} acts={acts} testid="speak-on" kiosk={kiosk} command={(channel) => ({ type: 'speak_on', channel })} />}
      {speaks ? <p class="meta">{text.speakHelp[me.speaks_on]}</p>
        : <Choice label={text.listen} of={text.heard} now={me.listens} acts={acts} testid="listen" kiosk={kiosk} command={(channel) => ({ type: 'listen', seat: null, channel })} />}
    </>
  );
}

/** The court gives somebody else the interpretation, or the original back. */
export function GiveChannel({ view, seat, acts }: { view: View; seat: SeatView; acts: Acts }): JSX.Element | null {
  const { listens, seat: id } = seat;
  const interpreter = seat.people.length > 0 && seat.people.every((person) => person.role === 'interpreter');
  if (!view.acts.includes('listen') || !view.acts.includes('mute') || interpreter) return null;
  const [text, name] = [words(), seatName(seat)];
  const given = listens === 'interpretation';
  const label = given ? text.takeBackOf(name) : text.giveTo(name);
  return (
    <button type="button" class="btn btn-sm" aria-label={label} title={label} data-testid={`give-channel-${String(id)}`} data-channel={listens} disabled={acts.lost !== null}
      onClick={() => void acts.give({ type: 'listen', seat: id, channel: given ? 'floor' : 'interpretation' })}>
      {given ? text.takeBack : text.give}
    </button>
  );
}
