//! What waits for somebody, below what has buttons of its own.

import type { JSX } from 'preact';
import { keyOf, since, takenOf, type Task } from '../../../core/tasks';
import { t } from '../../../i18n';
import { clockTime } from '../../../i18n/format';
import type { View } from '../../../protocol/generated/signal';
import { Button, Icon, SectionHead } from '../../parts';
import type { Acts } from '../acts';
import { titled } from '../exhibits/words';
import { words as messages } from '../messages/talk';
import { sender, words as signals } from '../signals/words';
import { seatName } from '../words';
import { causeText, lacks, stepWord, words } from './words';

/** What it is, and what is to be done or is being done. */
function told(view: View, task: Task): { title: string; doing: string } {
  const text = words().tasks;
  switch (task.what) {
    case 'signal': return { title: `${sender(view, task.signal).who}: ${signals().quoted(signals().kinds[task.signal.kind])}`, doing: '' };
    case 'continuity': return { title: text.continuity(seatName(task.seat), lacks(task.continuity.found)), doing: words().continuity.limit(view.procedure.limits.continuity_s) };
    case 'line': return { title: text.line(seatName(task.seat), stepWord(task.line)), doing: task.line.cause ? causeText(task.line.cause).effect : '' };
    case 'playback': return { title: text.playback(seatName(task.seat)), doing: text.playbackDoing };
    case 'off': return { title: text.off(seatName(task.seat), task.off), doing: text.offDoing };
    case 'record': return { title: text.record[task.verdict](seatName(task.seat)), doing: text.recordDoing[task.verdict] };
    case 'exhibit': return { title: text.exhibit(titled(task.exhibit.title)), doing: '' };
  }
}

/** Who sees to it, or the press by which somebody does. */
function Owner({ view, acts, task, title }: { view: View; acts: Acts; task: Task; title: string }): JSX.Element | null {
  const { command, by } = takenOf(view, task);
  const text = messages();
  const mine = by?.seat === view.me.seat;
  if (by && !mine) return <p class="meta">{text.takenBy(seatName(by))}</p>;
  const may = view.acts.includes('take_task');
  return (
    <p class="row between">
      <span class="meta">{by && text.takenBy(seatName(by))}</span>
      {may && <Button size="sm" kind={mine ? 'text' : 'outline'} disabled={acts.lost !== null} testid={`take-${keyOf(task)}`} aria-label={mine ? text.giveBackOf(title) : text.takeOf(title)} onClick={() => void acts.give({ type: 'take_task', task: command, taken: !mine })}>{mine ? text.giveBack : text.take}</Button>}
    </p>
  );
}

function Line({ view, acts, task }: { view: View; acts: Acts; task: Task }): JSX.Element {
  const { title, doing } = told(view, task);
  const at = since(task);
  return (
    <li class="task" data-testid={`task-${keyOf(task)}`}>
      <p class="row top"><Icon name={task.what === 'exhibit' ? 'doc' : 'alert'} size={16} /><span class="strong grow">{title}</span>{at !== null && <time class="meta">{clockTime(at, view.hearing.zone)}</time>}</p>
      {doing && <p class="meta">{doing}</p>}
      <Owner view={view} acts={acts} task={task} title={title} />
    </li>
  );
}

export function Tasks({ view, acts, all }: { view: View; acts: Acts; all: readonly Task[] }): JSX.Element {
  const text = words().tasks;
  const lost = acts.lost !== null;
  return (
    <section class="tasks" data-testid="tasks" data-count={all.length}>
      <SectionHead title={text.title}><span class="num">{lost ? '' : all.length}</span></SectionHead>
      {lost ? <p class="body ink-2">{t().line.stateUnknown}</p>
        : all.length === 0 ? <p class="body ink-2">{text.none}</p>
        : <ul>{all.map((task) => <Line key={keyOf(task)} view={view} acts={acts} task={task} />)}</ul>}
    </section>
  );
}
