//! Whoever is back is told what they missed, asks to see it, and sees it with the judge's leave.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Absence, lost, replayOf, unread } from '../../../core/missed';
import { t } from '../../../i18n';
import { clockTime, lasted, span } from '../../../i18n/format';
import type { View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { Button, Notice } from '../../parts';
import type { Acts } from '../acts';
import { answerRead } from '../signals/words';
import { Replay } from './replay';
import { happened, words } from './words';

/** What happened meanwhile; who spoke last is known a moment later than what was missed. */
export function useHappened(session: Session, view: View): readonly Absence[] {
  const [spans, setSpans] = useState<readonly Absence[]>([]);
  const key = view.me.missed.map((one) => one.to_ms).join();
  useEffect(() => {
    if (key === '') return undefined;
    let over = false;
    const ask = (): void => void session.missed().then((found) => { if (!over) setSpans(found.spans); }, () => undefined);
    ask();
    const later = setTimeout(ask, 6_000);
    return () => {
      over = true;
      clearTimeout(later);
    };
  }, [key]);
  return spans;
}

/** Asks, says that it was asked, or opens it. */
export function ReplayButton({ session, view, acts, now }: { session: Session; view: View; acts: Acts; now: number }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  const { at, signal } = replayOf(view);
  if (view.me.missed.length === 0 || !view.acts.includes('signal')) return null;
  const off = acts.lost !== null;
  if (at === 'allowed') {
    return <>
      <Button kind="act" icon="play" testid="replay-open" onClick={() => setOpen(true)}>{words().see}</Button>
      {open && <Replay session={session} onShut={() => setOpen(false)} />}
    </>;
  }
  if (at === 'asked' && signal) {
    return <>
      <span class="body" data-testid="replay-asked">{words().asked} <time>{span(now - signal.since_ms, true)}</time></span>
      <Button size="sm" disabled={off} onClick={() => void acts.give({ type: 'withdraw_signal', signal: signal.id })}>{words().takeBack}</Button>
    </>;
  }
  const reason = signal?.answer && answerRead('see_missed', signal.answer).reason;
  return <>
    {at === 'refused' && <span class="body" data-testid="replay-refused">{words().refused}{reason && `: ${reason}`}</span>}
    <Button disabled={off} testid="replay-ask" onClick={() => void acts.give({ type: 'signal', kind: 'see_missed', person: null })}>{words().ask}</Button>
  </>;
}

/** A band until somebody has read it. What was not in session is told by the page alone, without anything to ask for. */
export function AbsenceNotice({ session, view, acts, now }: { session: Session; view: View; acts: Acts; now: number }): JSX.Element | null {
  const { link } = t();
  const [read, setRead] = useState(0);
  const spans = useHappened(session, view);
  const missed = unread(view, read);
  const absence = session.absence.value;
  const first = missed[0]?.from_ms ?? absence?.from;
  const last = missed.at(-1)?.to_ms ?? absence?.to;
  if (first === undefined || last === undefined) return null;
  const sum = missed.length > 0 ? lost(missed) : last - first;
  const told = happened(view.procedure, spans.filter((one) => one.to_ms > read));
  const understood = (): void => {
    setRead(last);
    session.absence.value = null;
  };
  return (
    <div class="absence" data-testid="absence">
      <Notice kind="look" live="polite" icon="clock">
        <b>{link.returned}.</b> {link.missed(lasted(sum))}{' '}
        <time>{clockTime(first, view.hearing.zone)}</time> – <time>{clockTime(last, view.hearing.zone)}</time>{told && <>. <span data-testid="happened">{told}</span></>}
      </Notice>
      <ReplayButton session={session} view={view} acts={acts} now={now} />
      <Button size="sm" onClick={understood}>{link.understood}</Button>
    </div>
  );
}
