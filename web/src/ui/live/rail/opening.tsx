//! The judge's next act: to open, with a reason while somebody who must be present is not, to go on, or to close.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { presentPhase } from '../../../core/course';
import { t } from '../../../i18n';
import type { Act, View } from '../../../protocol/generated/signal';
import { Dialog } from '../../dialog';
import { Button, Icon, TextField } from '../../parts';
import type { Acts } from '../acts';
import { NextPhase } from '../course/next';
import { words as course } from '../course/words';
import { Close } from './close';

/** Opens with recording; while somebody who must be present is not, only with a reason. */
function Open({ view, acts }: { view: View; acts: Acts }): JSX.Element {
  const words = t().acts;
  const [asking, setAsking] = useState(false);
  const open = (): void => {
    if (view.session.missing.length > 0) setAsking(true);
    else void acts.give({ type: 'open', record: true, reason: null });
  };
  return (
    <>
      <Button kind="act" class="next" disabled={acts.lost !== null} testid="act-open" onClick={open}><span>{words.openWithRecord}</span><Icon name="right" /></Button>
      {asking && <Without view={view} acts={acts} onShut={() => setAsking(false)} />}
    </>
  );
}

function Without({ view, acts, onShut }: { view: View; acts: Acts; onShut: () => void }): JSX.Element {
  const words = t().acts;
  const [given, setGiven] = useState('');
  const reason = given.trim();
  const go = (): void => {
    void acts.give({ type: 'open', record: true, reason });
    onShut();
  };
  return (
    <Dialog title={words.without.title} act={words.without.confirm} back={t().back} onAct={go} onBack={onShut} disabled={reason === '' || acts.lost !== null} theme="paper" testid="without">
      <p>{words.without.text(view.session.missing.map((role) => t().roles[role]).join(', '))}</p>
      <TextField label={words.reason} value={given} onValue={setGiven} maxLength={500} testid="without-reason" />
    </Dialog>
  );
}

/** The last act of a hearing: nothing follows the phase. */
function Finish({ acts }: { acts: Acts }): JSX.Element {
  const [closing, setClosing] = useState(false);
  return (
    <>
      <Button class="next" disabled={acts.lost !== null} testid="act-finish" onClick={() => setClosing(true)}><span>{course().lastPhase}</span><Icon name="right" /></Button>
      {closing && <Close acts={acts} onShut={() => setClosing(false)} />}
    </>
  );
}

/** At the foot of the rail: to open, to go on, to move to the next phase, and after the last one to close. */
export function Next({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const words = t().acts;
  const may = (act: Act): boolean => view.acts.includes(act);
  if (may('open')) return <Open view={view} acts={acts} />;
  if (may('resume')) {
    return <Button kind="act" class="next" disabled={acts.lost !== null} testid="act-resume" onClick={() => void acts.give({ type: 'resume', reason: null })}><span>{words.resume}</span><Icon name="right" /></Button>;
  }
  if (may('advance')) return <NextPhase view={view} acts={acts} />;
  if (may('close') && presentPhase(view)) return <Finish acts={acts} />;
  return may('pause') ? <Button class="next is-off" disabled><span>{words.resumeLater}</span></Button> : null;
}
