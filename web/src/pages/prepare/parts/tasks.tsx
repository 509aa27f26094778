//! What is to be done during and after a hearing: a numbered list with an owner, ticked off as it is done.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PreparationPart, Task } from '../../../core/api';
import { Button, TextField } from '../../../ui/parts';
import { tasksOf, written } from './limits';
import { preparing } from './words';

interface TasksProps {
  part: PreparationPart;
  busy: boolean;
  /** Absent: this member of staff only reads. */
  onTasks?: ((tasks: readonly Task[]) => void) | undefined;
}

export function Tasks({ part, busy, onTasks }: TasksProps): JSX.Element {
  const text = preparing().tasks;
  const [draft, setDraft] = useState<readonly Task[] | undefined>();
  const tasks = tasksOf(part);
  if (draft && onTasks) {
    return <Editor draft={draft} busy={busy} onDraft={setDraft} onSave={() => { onTasks(written(draft)); setDraft(undefined); }} onCancel={() => { setDraft(undefined); }} />;
  }
  return (
    <>
      {tasks.length === 0 && <p class="body ink-2 mt-1">{text.empty}</p>}
      <ol class="tasks body mt-1">
        {tasks.map((task, n) => (
          <li key={n} data-testid={`task-${String(n)}`}>
            <input type="checkbox" checked={task.done} disabled={busy || !onTasks} aria-label={text.done(task.text)}
              onChange={(event) => { onTasks?.(tasks.map((one, at) => (at === n ? { ...one, done: event.currentTarget.checked } : one))); }} />
            <span class={task.done ? 'ink-2' : undefined}><span class="num">{n + 1}.</span> {task.text}{task.owner !== '' && <><br /><span class="meta">{task.owner}</span></>}</span>
          </li>
        ))}
      </ol>
      {!part.written && tasks.length > 0 && <p class="meta mt-2 no-print">{text.usual}</p>}
      {onTasks && <p class="mt-3 no-print"><Button testid="edit-tasks" onClick={() => { setDraft(tasks); }}>{text.edit}</Button></p>}
    </>
  );
}

interface EditorProps {
  draft: readonly Task[];
  busy: boolean;
  onDraft: (tasks: readonly Task[]) => void;
  onSave: () => void;
  onCancel: () => void;
}

function Editor({ draft, busy, onDraft, onSave, onCancel }: EditorProps): JSX.Element {
  const text = preparing().tasks;
  const put = (n: number, to: Partial<Task>): void => { onDraft(draft.map((task, at) => (at === n ? { ...task, ...to } : task))); };
  return (
    <form onSubmit={(event) => { event.preventDefault(); onSave(); }}>
      {draft.map((task, n) => (
        <div key={n} class="task-row" role="group" aria-label={text.nth(n + 1)}>
          <TextField label={text.text} value={task.text} maxLength={500} testid={`task-text-${String(n)}`} onValue={(value) => { put(n, { text: value }); }} />
          <TextField label={text.owner} value={task.owner} maxLength={200} onValue={(owner) => { put(n, { owner }); }} />
          <Button size="sm" kind="text" aria-label={text.remove(task.text === '' ? text.nth(n + 1) : task.text)} onClick={() => { onDraft(draft.filter((_, at) => at !== n)); }}>{text.removeShort}</Button>
        </div>
      ))}
      <p class="mt-3"><Button onClick={() => { onDraft([...draft, { text: '', owner: '', done: false }]); }}>{text.add}</Button></p>
      <div class="row row-3 mt-4">
        <Button kind="act" type="submit" disabled={busy} testid="save-tasks">{text.save}</Button>
        <Button onClick={onCancel}>{text.cancel}</Button>
      </div>
    </form>
  );
}
