//! What every screen shows of a hearing that is suspended or postponed: until when, and the act of those who take note.

import type { JSX } from 'preact';
import { clockTime } from '../../../i18n/format';
import type { View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { seatIn } from '../../../core/view';
import { wayToMinutes } from '../../minutes/way';
import { Button } from '../../parts';
import { Mast, usePage } from '../../page';
import { useActs, type Acts } from '../acts';
import { seatName } from '../words';
import { untilText, words } from './words';

/** The act of an officer, while there is something to note. */
export function TakeNote({ view, acts, text }: { view: View; acts: Acts; text: string }): JSX.Element | null {
  if (!view.acts.includes('take_note')) return null;
  return (
    <div class="notice notice-look" role="status" data-testid="take-note-notice">
      <span>{text}</span>
      <Button kind="act" disabled={acts.lost !== null} testid="take-note" onClick={() => void acts.give({ type: 'take_note' })}>{words().takeNote}</Button>
    </div>
  );
}

/** Who took note, for the court; for an officer, that they did. */
function Noted({ view }: { view: View }): JSX.Element | null {
  const { zone } = view.hearing;
  if (view.session.noted.length === 0) return null;
  return (
    <ul class="body" data-testid="noted">
      {view.session.noted.map(({ seat, at_ms: at }) => {
        const known = seatIn(view, seat);
        return <li key={seat}>{known ? seatName(known) : ''} · {words().noted} <time>{clockTime(at, zone)}</time></li>;
      })}
    </ul>
  );
}

/** `reads`: whoever is at this screen reads the minutes once the sitting is over. */
export function Adjourned({ session, view, reads }: { session: Session; view: View; reads: boolean }): JSX.Element {
  const text = words();
  const acts = useActs(session);
  const title = view.session.state === 'postponed' ? text.postponed : text.suspended;
  const told = view.session.adjourned;
  const until = told?.until_ms ?? null;
  usePage(title, 'paper');
  return (
    <>
      <Mast name="Assize" />
      <main class="wrap">
        <div class="state-empty state" data-testid="state-line" data-state={view.session.state}>
          <h1 class="title">{title}</h1>
          <p class="lead" role="status" data-testid="until">{until === null ? text.appointed : <>{text.until} <time class="strong">{untilText(until, view.hearing.zone)}</time>.</>}</p>
          {told?.reason && <p class="body">{told.reason}</p>}
          <TakeNote view={view} acts={acts} text={text.adjournedNotice} />
          <Noted view={view} />
          {acts.trouble.value !== null && <p class="notice notice-look" role="alert">{acts.trouble.value}</p>}
          {reads && session.link.value.at === 'ended' && wayToMinutes(session, view)}
          <p class="body ink-2">{session.staff ? text.sealing : text.codes}</p>
        </div>
      </main>
    </>
  );
}
