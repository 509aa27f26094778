//! How a step before the hearing stands, in words; which point would be one too many; a list of tasks as it is written.

import type { Deadline, PreparationPart, ReadinessTest, Task } from '../../../core/api';
import type { Point } from '../../../protocol/generated/signal';
import { pick, preparing } from './words';

/** `2026-11-18` as `18/11/2026`. */
export function plainDay(day: string): string {
  return day.split('-').reverse().join('/');
}

export interface Standing {
  readonly text: string;
  readonly tone: 'ok' | 'look' | 'plain';
}

export function standing({ standing: now, done, due, left }: Deadline): Standing {
  const text = preparing().deadlines;
  switch (now) {
    case 'done': return { text: done === null ? '' : plainDay(done), tone: 'ok' };
    case 'late': return { text: text.late(done === null ? '' : plainDay(done)), tone: 'look' };
    case 'overdue': return { text: text.overdue(-(left ?? 0)), tone: 'look' };
    case 'near': return { text: text.left(left ?? 0), tone: 'look' };
    case 'open': return { text: due === null ? text.open : text.until(plainDay(due)), tone: 'plain' };
    case 'waits': return { text: text.waits, tone: 'plain' };
  }
}

/** Neither the courtroom nor observers. */
export function isComponent(point: Pick<Point, 'kind'>): boolean {
  return point.kind !== 'central' && point.kind !== 'observer';
}

/** Points, observers aside, whose last test is none that was passed. */
export function untested(points: readonly Point[], tests: readonly ReadinessTest[]): readonly Point[] {
  return points.filter((point) => point.kind !== 'observer' && !tests.some((test) => test.point === point.id && test.level === 'good'));
}

/** The tasks to show: what was written, or the usual ones. */
export function tasksOf(part: PreparationPart): readonly Task[] {
  return part.written ? part.tasks : part.usual.map((text) => ({ text: pick(text), owner: '', done: false }));
}

/** As it is sent: without empty lines. */
export function written(tasks: readonly Task[]): readonly Task[] {
  return tasks.map((task) => ({ ...task, text: task.text.trim(), owner: task.owner.trim() })).filter((task) => task.text !== '');
}
