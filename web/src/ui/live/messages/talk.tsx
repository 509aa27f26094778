//! A conversation with its field: on the desk with everybody, elsewhere with the clerk.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { lastOf, MOST_TEXT, unread, writer } from '../../../core/messages';
import { seatIn } from '../../../core/view';
import { catalogue } from '../../../i18n';
import { messages as en } from '../../../i18n/en/messages';
import { messages as vi } from '../../../i18n/vi/messages';
import { clockTime } from '../../../i18n/format';
import type { MessageView, SeatId, View } from '../../../protocol/generated/signal';
import '../../../styles/messages.css';
import { Dialog } from '../../dialog';
import { Button, TextField } from '../../parts';
import type { Acts } from '../acts';
import { seatName } from '../words';

export const words = catalogue(vi, en);

function whoWrote(view: View, message: MessageView): string {
  if (message.from === view.me.seat) return words().me;
  const seat = writer(view, message);
  return seat ? seatName(seat) : words().clerk;
}

function One({ view, message }: { view: View; message: MessageView }): JSX.Element {
  const to = message.to === null ? undefined : seatIn(view, message.to);
  return (
    <li data-testid={`message-${message.id}`}>
      <p><span class="strong">{whoWrote(view, message)}</span> {to && to.seat !== view.me.seat && <span class="meta">{words().toWhom(seatName(to))} </span>}<time class="meta">{clockTime(message.at_ms, view.hearing.zone)}</time></p>
      <p class="message-text">{message.text}</p>
    </li>
  );
}

/** The newest is at the foot and in sight; what comes from others is said once to those who listen. */
export function Conversation({ view }: { view: View }): JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  const last = view.messages.at(-1);
  useEffect(() => { if (list.current) list.current.scrollTop = list.current.scrollHeight; }, [last?.id]);
  return (
    <>
      {view.messages.length === 0 ? <p class="body ink-2">{words().none}</p>
        : <ol class="messages" ref={list} tabIndex={0} aria-label={words().title}>{view.messages.map((message) => <One key={message.id} view={view} message={message} />)}</ol>}
      <p class="sr" role="status">{last && last.from !== view.me.seat && words().arrived(whoWrote(view, last), last.text)}</p>
    </>
  );
}

/** One line and its button; what was not sent stays in the field. */
export function Write({ acts, to, testid = 'message' }: { acts: Acts; to: SeatId | null; testid?: string }): JSX.Element {
  const [text, setText] = useState('');
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() !== '' && await acts.give({ type: 'message', to, text: text.trim() })) setText('');
  };
  return (
    <form class="message-write" onSubmit={(event) => void send(event)}>
      <TextField label={words().text} value={text} onValue={setText} maxLength={MOST_TEXT} testid={`${testid}-text`} />
      <Button type="submit" disabled={acts.lost !== null || text.trim() === ''} testid={`${testid}-send`}>{words().send}</Button>
    </form>
  );
}

/** How many have come since they were last in sight. */
export function useUnread(view: View, shown: boolean): number {
  const [seen, setSeen] = useState(0);
  const last = lastOf(view);
  useEffect(() => { if (shown) setSeen(last); }, [shown, last]);
  return shown ? 0 : unread(view, seen);
}

/** For a party: a button that says what is new, and the conversation behind it. */
export function ClerkMessages({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const fresh = useUnread(view, open);
  const shut = (): void => setOpen(false);
  if (!view.acts.includes('message')) return null;
  return (
    <>
      <Button block icon="copy" testid="message-clerk" data-unread={fresh} onClick={() => setOpen(true)}>{fresh > 0 ? words().withUnread(fresh) : words().toClerk}</Button>
      {open && (
        <Dialog title={words().withClerk} act={words().shut} onAct={shut} onBack={shut} theme="paper" testid="messages-dialog">
          <Conversation view={view} />
          <Write acts={acts} to={null} />
          <p class="meta">{words().kept}</p>
          {acts.trouble.value !== null && <p class="notice notice-look" role="alert">{acts.trouble.value}</p>}
        </Dialog>
      )}
      {!open && <p class="sr" role="status">{fresh > 0 && words().withUnread(fresh)}</p>}
    </>
  );
}
