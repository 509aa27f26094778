//! What is read in the present phase: the next text above the wall, and all of them in a dialog. Whoever presides ticks each
//! off; others of the court read along.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { presentPhase, prompts, type Told } from '../../../core/course';
import { clockTime } from '../../../i18n/format';
import type { PromptId, View } from '../../../protocol/generated/signal';
import { Dialog } from '../../dialog';
import { Button, Icon } from '../../parts';
import type { Acts } from '../acts';
import { phaseName, words, wording } from './words';

interface PromptProps {
  view: View;
  acts: Acts;
}

/** Ticks a text off, if the viewer may. */
function ReadAct({ view, acts, told, onRead }: PromptProps & { told: Told; onRead?: () => void }): JSX.Element | null {
  if (!view.acts.includes('read_prompt')) return null;
  const read = (): void => {
    void acts.give({ type: 'read_prompt', prompt: told.prompt.id });
    onRead?.();
  };
  return <Button disabled={acts.lost !== null} testid={`prompt-read-${told.prompt.id}`} aria-label={words().prompts.readOf(wording(told.prompt.text))} onClick={read}>{words().prompts.read}</Button>;
}

/** Texts with when each was read, or the act to tick it off. */
export function PromptList({ view, acts, list }: PromptProps & { list: readonly Told[] }): JSX.Element {
  const { prompts: text } = words();
  return (
    <ol class="prompt-list">
      {list.map((told) => (
        <li key={told.prompt.id} data-testid={`prompt-${told.prompt.id}`} data-read={told.read !== null}>
          <div class="grow">
            <p class="meta">{told.prompt.required ? text.must : text.optional}{told.prompt.article && ` · ${wording(told.prompt.article)}`}</p>
            <p class="body">{wording(told.prompt.text)}</p>
          </div>
          {told.read !== null ? <p class="meta nowrap row"><Icon name="check" size={16} />{text.readAt} <time>{clockTime(told.read, view.hearing.zone)}</time></p>
            : view.acts.includes('read_prompt') ? <ReadAct view={view} acts={acts} told={told} /> : <p class="meta nowrap">{text.notRead}</p>}
        </li>
      ))}
    </ol>
  );
}

function AllPrompts({ view, acts, all, onShut }: PromptProps & { all: readonly Told[]; onShut: () => void }): JSX.Element {
  const { prompts: text } = words();
  const phase = presentPhase(view);
  return (
    <Dialog title={text.title(phase ? phaseName(phase) : '')} act={text.shut} onAct={onShut} onBack={onShut} theme="paper" testid="prompts-all" wide>
      {all.some(({ prompt }) => prompt.draft) && <p class="meta prompt-draft">{text.draft}</p>}
      <PromptList view={view} acts={acts} list={all} />
    </Dialog>
  );
}

/** The text that is shown of those not read yet; the focus goes to it when the one before was ticked off. */
function useShown(unread: readonly Told[]): { shown: Told | undefined; text: { current: HTMLParagraphElement | null }; ticked: () => void; another: () => void } {
  const [chosen, choose] = useState<PromptId | null>(null);
  const text = useRef<HTMLParagraphElement>(null);
  const went = useRef(false);
  const at = Math.max(0, unread.findIndex(({ prompt }) => prompt.id === chosen));
  const shown = unread[at];
  useEffect(() => {
    if (went.current) text.current?.focus();
    went.current = false;
  }, [shown?.prompt.id]);
  return { shown, text, ticked: () => { went.current = true; }, another: () => choose(unread[(at + 1) % unread.length]?.prompt.id ?? null) };
}

export function PromptBand({ view, acts }: PromptProps): JSX.Element | null {
  const { prompts: text } = words();
  const [listed, list] = useState(false);
  const all = prompts(view);
  const unread = all.filter(({ read }) => read === null);
  const { shown, text: place, ticked, another } = useShown(unread);
  if (all.length === 0 || view.session.state === 'closed') return null;
  return (
    <section class="prompts" aria-label={text.band} data-testid="prompts" data-unread={unread.length}>
      <p class="body grow" tabIndex={-1} ref={place} data-testid="prompt-now">
        {shown ? <>{!shown.prompt.required && <><span class="prompt-kind">{text.optional}</span> </>}{wording(shown.prompt.text)}</> : <><Icon name="check" size={16} /> {text.done}</>}
      </p>
      {shown && <ReadAct key={shown.prompt.id} view={view} acts={acts} told={shown} onRead={ticked} />}
      {unread.length > 1 && <Button class="prompt-another" disabled={acts.lost !== null} aria-label={text.another} title={text.another} testid="prompt-another" onClick={another}><Icon name="right" /></Button>}
      <Button kind="text" size="sm" disabled={acts.lost !== null} testid="prompts-open" onClick={() => list(true)}>{text.count(all.length - unread.length, all.length)}</Button>
      {listed && <AllPrompts view={view} acts={acts} all={all} onShut={() => list(false)} />}
    </section>
  );
}
