//! Why the session rests, what is amiss with the record, and what was refused; with the decision to do without a record.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { beforeOpening } from '../../../core/known';
import { t } from '../../../i18n';
import type { View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { Dialog } from '../../dialog';
import { Button, TextField } from '../../parts';
import type { Acts } from '../acts';
import { Sealed } from '../sealing';
import { Suspend } from '../suspension/act';
import { holdText } from '../words';

/** Why the session rests; while the line is broken, that it is not known. */
export function Resting({ session, view, acts }: { session: Session; view: View; acts: Acts }): JSX.Element | null {
  const words = t().acts;
  if (acts.lost !== null) return <section class="fault" data-testid="offline"><p class="body strong">{words.offline}</p></section>;
  const { state, hold } = view.session;
  if (state === 'held') {
    return (
      <section class="fault" data-testid="held">
        <p class="body strong">{words.held}</p>
        {hold && <p class="body">{holdText(hold)}</p>}
        {hold?.type === 'recorder_fault' && <NoRecordOffer view={view} acts={acts} />}
        {view.acts.includes('suspend') && <Suspend session={session} view={view} acts={acts} offer />}
      </section>
    );
  }
  if (state === 'paused') return <section class="rest"><p class="body strong">{words.paused}</p><p class="body">{words.sinceMicrophones}</p></section>;
  if (state === 'closed') return <Closed view={view} />;
  return null;
}

/** Whoever keeps the record is told what becomes of it; the others, that the hearing is over. */
function Closed({ view }: { view: View }): JSX.Element {
  const keeps = view.me.people.some((person) => person.role === 'presiding_judge' || person.role === 'panel_member' || person.role === 'clerk');
  if (keeps) return <Sealed view={view} />;
  return <section class="rest" role="status"><p class="body strong">{t().acts.closed}</p></section>;
}

export function RecorderFault({ session }: { session: Session }): JSX.Element | null {
  if (!session.recorder.value?.fault || session.lost() !== null) return null;
  return (
    <section class="fault" role="alert" data-testid="recorder-fault">
      <p class="body strong">{t().acts.recorderFault}</p>
      <p class="body">{t().acts.recorderFaultHelp}</p>
    </section>
  );
}

/** What may be done without recording now, with a reason: to open, or to go on. */
function unrecordedAct(view: View): 'open' | 'resume' | undefined {
  return (['open', 'resume'] as const).find((act) => view.acts.includes(act));
}

function NoRecord({ act, acts, onShut }: { act: 'open' | 'resume'; acts: Acts; onShut: () => void }): JSX.Element {
  const words = t().acts;
  const texts = words.noRecord[act];
  const [given, setGiven] = useState('');
  const reason = given.trim();
  const go = (): void => {
    void acts.give(act === 'open' ? { type: 'open', record: false, reason } : { type: 'resume', reason });
    onShut();
  };
  return (
    <Dialog title={texts.title} act={texts.confirm} back={t().back} onAct={go} onBack={onShut} disabled={reason === '' || acts.lost !== null} theme="paper" testid="no-record">
      <p>{texts.text}</p>
      <TextField label={words.reason} value={given} onValue={setGiven} maxLength={500} />
    </Dialog>
  );
}

/** Leads to the decision to open or go on without recording. */
function NoRecordOffer({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const [asking, setAsking] = useState(false);
  const act = unrecordedAct(view);
  if (act === undefined) return null;
  return (
    <>
      <Button size="sm" disabled={acts.lost !== null} testid="no-record-offer" onClick={() => setAsking(true)}>{t().acts.noRecord[act].offer}</Button>
      {asking && <NoRecord act={act} acts={acts} onShut={() => setAsking(false)} />}
    </>
  );
}

/** What was refused last. */
export function Trouble({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const words = t().acts;
  const text = acts.trouble.value;
  if (text === null) return null;
  const faulty = acts.refusal.value?.code === 'cannot_record' || acts.refusal.value?.code === 'ledger_fault';
  const refusal = acts.refusal.value;
  // Without a ledger there is no session, recorded or not.
  const unrecorded = refusal?.code === 'cannot_record' && !refusal.ledger;
  return (
    <section class="fault" role="alert" data-testid="refused">
      <p class="body strong">{faulty && beforeOpening(view) ? words.cannotOpen : words.refused}</p>
      <p class="body">{text}</p>
      {unrecorded && <NoRecordOffer view={view} acts={acts} />}
    </section>
  );
}
