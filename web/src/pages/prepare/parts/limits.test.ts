import { describe, expect, it } from 'vitest';
import type { Deadline } from '../../../core/api';
import { isComponent, standing, tasksOf, untested, written } from './limits';

const text = { vi: 'x', en: 'x' };
const deadline = (now: Partial<Deadline>): Deadline => ({ key: 'k', text, source: text, due: null, done: null, standing: 'open', left: null, ...now });

describe('a step before the hearing', () => {
  it.each([
    [{ standing: 'done', done: '2026-11-12' }, '12/11/2026', 'ok'],
    [{ standing: 'late', done: '2026-11-17', due: '2026-11-16' }, '17/11/2026, quá hạn', 'look'],
    [{ standing: 'overdue', due: '2026-11-16', left: -2 }, 'quá 2 ngày', 'look'],
    [{ standing: 'near', due: '2026-11-16', left: 1 }, 'còn 1 ngày', 'look'],
    [{ standing: 'near', due: '2026-11-16', left: 0 }, 'hôm nay là ngày cuối', 'look'],
    [{ standing: 'open', due: '2026-11-26', left: 9 }, 'đến 26/11/2026', 'plain'],
    [{ standing: 'open' }, 'chưa có ngày', 'plain'],
    [{ standing: 'waits' }, 'chờ ngày bắt đầu tính', 'plain'],
  ] as const)('%o is told as %s', (now, said, tone) => {
    expect(standing(deadline(now))).toEqual({ text: said, tone });
  });
});

describe('a plan', () => {
  it('counts neither courtroom nor observers as component points', () => {
    expect((['central', 'detention', 'other_court', 'accepted_place', 'observer'] as const).map((kind) => isComponent({ kind }))).toEqual([false, true, true, true, false]);
  });

  it('names the points whose last test was not passed, or that have none', () => {
    const point = (id: string, kind: 'detention' | 'observer') => ({ id, name: id, kind });
    const test = (point: string, level: 'good' | 'look') => ({ id: 't', point, at: '', device: null, account: null, level, verdicts: [], measured: { line: null, sound: null, picture: null, device: '' } });
    const points = [point('passed', 'detention'), point('noisy', 'detention'), point('never', 'detention'), point('watching', 'observer')];
    expect(untested(points, [test('passed', 'good'), test('noisy', 'look')]).map((one) => one.id)).toEqual(['noisy', 'never']);
  });

  it('shows the usual tasks until others are written, and keeps no empty line', () => {
    expect(tasksOf({ written: false, usual: [{ vi: 'Đọc', en: 'Read' }] })).toEqual([{ text: 'Đọc', owner: '', done: false }]);
    expect(tasksOf({ written: true, tasks: [] })).toEqual([]);
    expect(written([{ text: '  ', owner: 'A', done: true }, { text: ' B ', owner: ' ', done: false }])).toEqual([{ text: 'B', owner: '', done: false }]);
  });
});
