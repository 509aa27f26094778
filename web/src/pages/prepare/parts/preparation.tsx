//! What is written down before a hearing: the checklist as an article, time limits in the margin.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ChecklistItem, Deadline, Preparation, PreparationPatch, ReadinessTest } from '../../../core/api';
import { shortDay } from '../../../i18n/format';
import { Button, Icon, SectionHead } from '../../../ui/parts';
import type { Point } from '../../../protocol/generated/signal';
import { standing, untested } from './limits';
import { pick, preparing } from './words';

export interface Written {
  readonly now: Preparation;
  /** Absent: this member of staff only reads. */
  readonly change?: ((patch: PreparationPatch) => void) | undefined;
  readonly busy: boolean;
  readonly zone: string;
}

export function Checklist({ now, change, busy, zone, points }: Written & { points: readonly Point[] }): JSX.Element {
  const text = preparing().checklist;
  return (
    <>
      <ul class="ck body mt-1">
        {now.checklist.map((item) => <Question key={item.key} item={item} zone={zone} busy={busy} hint={item.key === 'facilities' ? unready(points, now.readiness) : undefined} answer={change && ((yes) => { change({ answers: { [item.key]: yes === undefined ? null : { yes } } }); })} />)}
      </ul>
      <p class="body mt-2" role="status">
        {now.against.length > 0 ? <b class="look">{text.someAgainst}</b> : now.open.length > 0 ? <span class="ink-2">{text.someOpen(now.open.length)}</span> : text.allMet}
      </p>
    </>
  );
}

/** Points that were never tested, or not passed: what the answer is to be read against. */
function unready(points: readonly Point[], tests: readonly ReadinessTest[]): string | undefined {
  const names = untested(points, tests).map((point) => point.name);
  return names.length === 0 ? undefined : preparing().checklist.unready(names.join(', '));
}

interface QuestionProps {
  item: ChecklistItem;
  hint: string | undefined;
  zone: string;
  busy: boolean;
  answer: ((yes: boolean | undefined) => void) | undefined;
}

function Question({ item, hint, zone, busy, answer }: QuestionProps): JSX.Element {
  const text = preparing().checklist;
  const given = item.answer;
  const what = pick(item.text);
  const icon = given === null ? 'clock' : given.yes ? 'check' : 'alert';
  // Pressed once more, an answer is taken back.
  const press = (yes: boolean) => (): void => { answer?.(given?.yes === yes ? undefined : yes); };
  return (
    <li data-testid={`check-${item.key}`} data-answer={given === null ? 'open' : given.yes ? 'yes' : 'no'}>
      <i class={`i i-${icon} ${given === null ? 'ink-3' : given.yes ? '' : 'look'}`} aria-hidden="true" />
      <span>{what}{hint !== undefined && <><br /><b class="look">{hint}</b></>}<br /><span class="meta">{pick(item.source)} · {given === null ? text.open : `${given.yes ? text.yes : text.no}: ${text.answered(given.who, shortDay(Date.parse(given.at), zone))}`}</span></span>
      {answer && (
        <span class="row no-print">
          <Button size="sm" disabled={busy} aria-pressed={given?.yes === true} aria-label={text.yesTo(what)} testid={`check-${item.key}-yes`} onClick={press(true)}>{text.yes}</Button>
          <Button size="sm" disabled={busy} aria-pressed={given?.yes === false} aria-label={text.noTo(what)} testid={`check-${item.key}-no`} onClick={press(false)}>{text.no}</Button>
        </span>
      )}
    </li>
  );
}

export function Deadlines({ now, change, busy }: Omit<Written, 'zone'>): JSX.Element | null {
  const text = preparing().deadlines;
  const [writing, setWriting] = useState(false);
  if (now.deadlines.length === 0) return null;
  return (
    <section class="mt-5">
      <SectionHead title={text.title} />
      <ul class="due body">
        {now.deadlines.map((deadline) => <Step key={deadline.key} deadline={deadline} busy={busy} write={writing && change ? (day) => { change({ dates: { [deadline.key]: day } }); } : undefined} />)}
      </ul>
      {change && (
        <div class="stack mt-2 no-print">
          {writing && (
            <label class="check body">
              <input type="checkbox" checked={now.summary} disabled={busy} onChange={(event) => { change({ summary: event.currentTarget.checked }); }} />{text.summary}
            </label>
          )}
          <Button size="sm" kind="text" testid="write-dates" onClick={() => { setWriting(!writing); }}>{writing ? text.writeDone : text.write}</Button>
        </div>
      )}
    </section>
  );
}

function Step({ deadline, busy, write }: { deadline: Deadline; busy: boolean; write: ((day: string | null) => void) | undefined }): JSX.Element {
  const said = standing(deadline);
  const what = pick(deadline.text);
  return (
    <li data-testid={`due-${deadline.key}`} data-standing={deadline.standing}>
      <span>{what}<br /><span class="meta">{pick(deadline.source)}</span></span>
      {said.tone === 'ok'
        ? <span class="row due-when"><Icon name="check" size={16} /><span class="num">{said.text}</span></span>
        : <span class={`due-when ${said.tone === 'look' ? 'look strong' : 'ink-2'}`}>{said.text}</span>}
      {write && (
        <input class="input input-sm no-print" type="date" disabled={busy} aria-label={preparing().deadlines.dayOf(what)} value={deadline.done ?? ''} data-testid={`day-${deadline.key}`}
          onChange={(event) => { write(event.currentTarget.value === '' ? null : event.currentTarget.value); }} />
      )}
    </li>
  );
}

