//! The judge goes on to another phase: to the next in order by one press, to any that may follow by a choice, and with a
//! reason while something that must be read was not.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { following, owed, presentPhase, prompts } from '../../../core/course';
import { t } from '../../../i18n';
import type { Phase, View } from '../../../protocol/generated/signal';
import { Dialog } from '../../dialog';
import { Button, Icon, TextField } from '../../parts';
import type { Acts } from '../acts';
import { PromptList } from './prompts';
import { phaseName, words } from './words';

interface NextProps {
  view: View;
  acts: Acts;
}

function Choice({ targets, to, onTo }: { targets: readonly Phase[]; to: Phase | undefined; onTo: (phase: Phase) => void }): JSX.Element {
  return (
    <fieldset class="phase-choice">
      <legend class="sr">{words().whichPhase}</legend>
      {targets.map((phase) => (
        <label key={phase.id}>
          <input type="radio" name="phase" checked={phase.id === to?.id} data-testid={`phase-to-${phase.id}`} onChange={() => onTo(phase)} />{phaseName(phase)}
        </label>
      ))}
    </fieldset>
  );
}

function Move({ view, acts, targets, onShut }: NextProps & { targets: readonly Phase[]; onShut: () => void }): JSX.Element {
  const [to, setTo] = useState(targets[0]);
  const [given, setGiven] = useState('');
  const ids = new Set(owed(view).map(({ id }) => id));
  const unread = prompts(view).filter(({ prompt }) => ids.has(prompt.id));
  const reason = given.trim();
  const go = (): void => {
    if (to) void acts.give({ type: 'advance', phase: to.id, reason: unread.length > 0 ? reason : null });
    onShut();
  };
  const title = targets.length > 1 || !to ? words().whichPhase : words().toPhaseAsk(phaseName(to));
  return (
    <Dialog title={title} act={to ? words().toPhase(phaseName(to)) : ''} back={t().back} onAct={go} onBack={onShut} disabled={(unread.length > 0 && reason === '') || acts.lost !== null} theme="paper" testid="move" wide={unread.length > 0}>
      {targets.length > 1 && <Choice targets={targets} to={to} onTo={setTo} />}
      {unread.length > 0 && (
        <>
          <p class="strong" data-testid="move-unread">{words().unread}</p>
          <PromptList view={view} acts={acts} list={unread} />
          <TextField label={words().unreadWhy} value={given} onValue={setGiven} maxLength={500} testid="move-reason" />
        </>
      )}
    </Dialog>
  );
}

/** In session, where the procedure has a phase to go to; `null` elsewhere. */
export function NextPhase({ view, acts }: NextProps): JSX.Element | null {
  const [targets, ask] = useState<readonly Phase[]>([]);
  const phase = presentPhase(view);
  const next = phase && view.acts.includes('advance') ? following(view.procedure, phase.id) : [];
  const [first] = next;
  if (!phase || !first) return null;
  const press = (): void => {
    if (owed(view).length > 0) ask([first]);
    else void acts.give({ type: 'advance', phase: first.id, reason: null });
  };
  // Another phase, other buttons: what is pressed twice by mistake does not go on twice.
  return (
    <div class="next-row" key={phase.id}>
      <Button class="next" disabled={acts.lost !== null} testid="act-advance" onClick={press}><span>{words().toPhase(phaseName(first))}</span><Icon name="right" /></Button>
      {next.length > 1 && <Button class="next-other" disabled={acts.lost !== null} aria-label={words().otherPhase} title={words().otherPhase} testid="act-advance-other" onClick={() => ask(next)}><Icon name="down" /></Button>}
      {targets.length > 0 && <Move view={view} acts={acts} targets={targets} onShut={() => ask([])} />}
    </div>
  );
}
