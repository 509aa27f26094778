//! What the room has said by its buttons: the officer says whose it is, or takes it back.

import type { JSX } from 'preact';
import { nameable, openSignals, waited } from '../../core/signals';
import { t } from '../../i18n';
import { span } from '../../i18n/format';
import type { SignalView } from '../../protocol/generated/signal';
import { Conversation, words as messages, Write } from '../../ui/live/messages/talk';
import { AnsweredSignals } from '../../ui/live/signals/list';
import { iconOf, sender, words } from '../../ui/live/signals/words';
import { Button, Icon } from '../../ui/parts';
import type { TabProps } from '.';

function One({ view, acts, now, signal }: TabProps & { signal: SignalView }): JSX.Element {
  const { who } = sender(view, signal);
  const said = words().kinds[signal.kind];
  return (
    <li class="p-signal" data-testid={`signal-${signal.id}`}>
      <p class="row between"><span>{who}</span><time class="strong">{span(waited(signal, now), true)}</time></p>
      <p class="lead strong signal-said"><Icon name={iconOf(signal.kind)} />{words().quoted(said)}</p>
      {signal.person === null && (
        <div class="p-names" role="group" aria-label={words().nameIt(said)}>
          <p class="body">{words().nameIt(said)}</p>
          {nameable(view, signal).filter((person) => person.role !== 'point_officer').map((person) => (
            <Button key={person.id} block disabled={acts.lost !== null} testid={`name-${signal.id}-${person.id}`} onClick={() => void acts.give({ type: 'name_signal', signal: signal.id, person: person.id })}>
              <span class="ink-2">{t().roles[person.role]}</span> {person.name}
            </Button>
          ))}
        </div>
      )}
      <Button block disabled={acts.lost !== null} testid={`withdraw-${signal.id}`} onClick={() => void acts.give({ type: 'withdraw_signal', signal: signal.id })}>{words().withdraw}</Button>
    </li>
  );
}

export function RoomSignals(props: TabProps): JSX.Element {
  const { officer } = words();
  const open = openSignals(props.view);
  return (
    <>
      <div><h2 class="title">{officer.whatWaits}</h2>{open.length === 0 && <p class="body ink-2" role="status">{officer.nothing}</p>}</div>
      <ul class="p-signals">{open.map((signal) => <One key={signal.id} {...props} signal={signal} />)}</ul>
      <AnsweredSignals view={props.view} />
      {props.view.acts.includes('message') && (
        <section class="p-messages" aria-label={messages().withClerk} data-testid="messages">
          <h2 class="title">{messages().withClerk}</h2>
          <Conversation view={props.view} />
          <Write acts={props.acts} to={null} />
          <p class="meta">{messages().kept}</p>
        </section>
      )}
    </>
  );
}
