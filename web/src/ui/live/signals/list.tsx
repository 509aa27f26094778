//! The signals that wait for the court, with the court's answers beside each. From the drawn bench.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { answeredSignals, isUrgent, nameable, openSignals, waited } from '../../../core/signals';
import { span } from '../../../i18n/format';
import type { Answer, SignalView, View } from '../../../protocol/generated/signal';
import { useNow } from '../../../state/hooks';
import type { Session } from '../../../state/session';
import '../../../styles/signals.css';
import { t } from '../../../i18n';
import { Dialog } from '../../dialog';
import { Button, Icon, TextField } from '../../parts';
import type { Acts } from '../acts';
import { answerRead, iconOf, offer, reasons, sender, words } from './words';

interface ListProps {
  session: Session;
  view: View;
  acts: Acts;
}

/** Later, with why: one of the reasons at hand, or another. */
function Later({ acts, signal, who, onShut }: { acts: Acts; signal: SignalView; who: string; onShut: () => void }): JSX.Element {
  const [chosen, setChosen] = useState<string | null>(null);
  const [own, setOwn] = useState('');
  const text = (chosen ?? own).trim();
  const answer = (): void => {
    void acts.give({ type: 'answer_signal', signal: signal.id, answer: 'not_now', text });
    onShut();
  };
  return (
    <Dialog title={words().why} act={words().whyAct} back={t().back} onAct={answer} onBack={onShut} disabled={text === '' || acts.lost !== null} theme="paper" testid="later">
      <p>{who}: {words().quoted(words().kinds[signal.kind])}</p>
      <div class="later-reasons" role="group" aria-label={words().why}>
        {reasons().map(({ written, read }, n) => (
          <Button key={written} block aria-pressed={chosen === written} testid={`later-reason-${n}`} onClick={() => setChosen(chosen === written ? null : written)}>{read}</Button>
        ))}
      </div>
      <TextField label={words().ownReason} value={own} onValue={(value) => { setOwn(value); setChosen(null); }} maxLength={500} testid="later-own" />
    </Dialog>
  );
}

function Answers({ view, acts, signal }: Omit<ListProps, 'session'> & { signal: SignalView }): JSX.Element {
  const [later, setLater] = useState(false);
  const { who, defendant } = sender(view, signal);
  const again = words().again[signal.kind];
  const give = (answer: Answer): void => void acts.give({ type: 'answer_signal', signal: signal.id, answer, text: null });
  const button = (answer: Answer, text: string): JSX.Element => (
    <Button class={answer === 'granted' ? 'grow' : undefined} disabled={acts.lost !== null} testid={`answer-${answer}-${signal.id}`} aria-label={words().answerOf(text, who)} onClick={() => give(answer)}>{text}</Button>
  );
  // What of the record is seen in session is the presiding judge's to allow.
  const grants = signal.kind !== 'see_missed' || view.me.people.some(({ role }) => role === 'presiding_judge');
  return (
    <div class="signal-answers">
      {grants && button('granted', offer(signal.kind, defendant))}
      {again && button('works_again', again)}
      <Button disabled={acts.lost !== null} testid={`answer-not_now-${signal.id}`} aria-label={words().answerOf(words().notNow, who)} onClick={() => setLater(true)}>{words().notNow}</Button>
      {later && <Later acts={acts} signal={signal} who={who} onShut={() => setLater(false)} />}
    </div>
  );
}

/** Of several at a camera, whose it is: the court may say so as well, if nobody in the room has. */
function Whose({ view, acts, signal }: Omit<ListProps, 'session'> & { signal: SignalView }): JSX.Element | null {
  const said = words().kinds[signal.kind];
  const people = signal.person === null ? nameable(view, signal).filter(({ role }) => role !== 'point_officer') : [];
  if (people.length < 2) return null;
  return (
    <div class="signal-whose" role="group" aria-label={words().nameIt(said)}>
      <p class="body">{words().whoseIsIt}</p>
      {people.map((person) => (
        <Button key={person.id} size="sm" disabled={acts.lost !== null} testid={`name-${signal.id}-${person.id}`} onClick={() => void acts.give({ type: 'name_signal', signal: signal.id, person: person.id })}>{person.name || t().unnamed}</Button>
      ))}
    </div>
  );
}

/** Those that wait; whoever cannot follow the hearing is drawn to be acted on now. */
export function OpenSignals({ session, view, acts }: ListProps): JSX.Element | null {
  const now = useNow(session).value;
  const open = openSignals(view);
  if (!view.acts.includes('answer_signal')) return null;
  return (
    <>
      <SignalAnnouncer view={view} />
      {open.map((signal) => {
        const { who } = sender(view, signal);
        return (
          <section key={signal.id} class={isUrgent(signal.kind) ? 'signal signal-urgent' : 'signal'} aria-label={words().kinds[signal.kind]} data-testid={`signal-${signal.id}`} data-kind={signal.kind}>
            <p class="row between"><span>{who}</span><time class="strong">{span(waited(signal, now), true)}</time></p>
            <p class="lead strong signal-said"><Icon name={iconOf(signal.kind)} />{words().quoted(words().kinds[signal.kind])}</p>
            <Whose view={view} acts={acts} signal={signal} />
            <Answers view={view} acts={acts} signal={signal} />
          </section>
        );
      })}
    </>
  );
}

/** Said at once for whoever cannot follow, in its turn for the others; once each, without the time that runs on. */
function SignalAnnouncer({ view }: { view: View }): JSX.Element {
  const says = (urgent: boolean): JSX.Element[] => openSignals(view).filter((signal) => isUrgent(signal.kind) === urgent).map((signal) => {
    const { who } = sender(view, signal);
    return <p key={signal.id}>{who}: {words().kinds[signal.kind]}</p>;
  });
  return (
    <div class="sr">
      <div role="alert" aria-atomic="false" data-testid="signals-assertive">{says(true)}</div>
      <div role="status" aria-atomic="false">{says(false)}</div>
    </div>
  );
}

/** What was answered, and after how long. */
export function AnsweredSignals({ view, limit = 5 }: { view: View; limit?: number }): JSX.Element | null {
  const all = answeredSignals(view).slice(0, limit);
  if (all.length === 0) return null;
  return (
    <section class="answered" aria-label={words().answeredList} data-testid="answered">
      <h2>{words().answeredList}</h2>
      <ul>
        {all.map((signal) => {
          const { who } = sender(view, signal);
          const answer = signal.answer && answerRead(signal.kind, signal.answer);
          return (
            <li key={signal.id} data-testid={`answered-${signal.id}`}>
              <p class="body">{who}: {words().quoted(words().kinds[signal.kind])}</p>
              <p class="meta">{answer?.text}{answer?.reason && ` (${answer.reason})`} · {words().answeredAfter} <time>{span(waited(signal, 0), true)}</time></p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
