import { expect, test } from 'vitest';
import type { ExhibitView, SeatLine, SignalView } from '../protocol/generated/signal';
import { point, seat, view } from './fixtures';
import { keyOf, since, takenOf, tasks } from './tasks';

const nothing = { sees: null, hears: null, heard: null };
const signal = (id: number, answered = false): SignalView => ({ id, seat: 2, person: null, kind: 'cannot_hear', since_ms: 100, answer: answered ? { answer: 'granted', text: null, at_ms: 200 } : null });
const exhibit = (id: number, standing: ExhibitView['standing']): ExhibitView => ({ id, title: 'T', file: { sha256: 'a', bytes: 1, media_type: 'pdf' }, seat: 2, person: null, name: null, point: null, at_ms: 300, standing, reason: null, shown: [], played: [] });
const weak: SeatLine = { seat: 2, lost_from: 90, lost_to: 0, trip_ms: 10, still: 0 };

test('what waits stands in the order in which it is to be seen to, and goes when it is done', () => {
  const here = point(2, 'detention', ['defendant', 'defendant'], { off: ['camera'], playback_blocked: true });
  const all = view({ me: seat(1, 'clerk'), seats: [here], signals: [signal(1), signal(2, true)], exhibits: { list: [exhibit(1, 'received'), exhibit(2, 'submitted')], presents: true, presenters: [] } });
  const rows = [{ seat: here, verdict: 'silent' as const, readBack: null, pictureAt: null, voice: null, heardAt: null, speaks: false }];
  expect(tasks(all, [weak], rows).map(keyOf)).toEqual(['signal-1', 'record-2', 'playback-2', 'camera-2', 'line-2', 'exhibit-1']);
  expect(tasks(view({ seats: [point(2, 'detention', ['defendant'])] }), [], [])).toEqual([]);
});

test('a point that cannot follow is one task, whatever its line and its devices', () => {
  const continuity = { found: { ...nothing, hears: false }, broken_since_ms: 50 };
  const [first, second] = [point(2, 'detention', ['defendant'], { continuity }), point(3, 'detention', ['defendant'], { continuity, point: 'P2' })];
  const found = tasks(view({ seats: [first, second] }), [weak], []);
  expect(found.map(keyOf)).toEqual(['continuity-2']);
  expect(found.map(since)).toEqual([50]);
});

test('observers and the telephones of officers are nobody to see to', () => {
  const lost = { connected: false, presence: 'lost' as const };
  expect(tasks(view({ seats: [seat(5, 'observer', lost), seat(6, 'point_officer', lost), seat(7, 'counsel', lost)] }), [], []).map(keyOf)).toEqual(['line-7']);
});

test('a task is taken by its own name, whoever has others', () => {
  const here = point(2, 'detention', ['defendant'], { off: ['camera', 'microphone'] });
  const all = view({ me: seat(3, 'clerk'), seats: [here], tasks: [{ task: { what: 'seat', seat: 2, trouble: 'microphone' }, by: 3, at_ms: 1 }, { task: { what: 'signal', signal: 2 }, by: 3, at_ms: 1 }] });
  const found = tasks(all, [], []).map((task) => takenOf(all, task));
  expect(found.map(({ command, by }) => [command, by?.seat])).toEqual([
    [{ what: 'seat', seat: 2, trouble: 'camera' }, undefined],
    [{ what: 'seat', seat: 2, trouble: 'microphone' }, 3],
  ]);
});
