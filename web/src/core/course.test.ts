import { expect, test } from 'vitest';
import type { Phase, View } from '../protocol/generated/signal';
import { asking, called, cutInPhase, dismissable, following, mutable, owed, prompts, silenced, spoken, steps } from './course';
import { person, point, seat, view } from './fixtures';

function phase(id: string, more: Partial<Phase> = {}): Phase {
  return { id, name: { vi: id, en: id }, speak: [], prompts: [], deliberation: false, also: [], ends: false, article: null, ...more };
}

const text = (id: string, required: boolean): Phase['prompts'][number] => ({ id, text: { vi: id, en: id }, required, draft: true, article: null });
const PHASES = [
  phase('opening', { prompts: [text('rights', true), text('oath', false)] }), phase('questioning'), phase('debate', { also: ['questioning'] }),
  phase('deliberation', { deliberation: true, also: ['questioning', 'debate'] }), phase('verdict', { ends: true }), phase('agreement'),
];

function shown(present: string, session: Partial<View['session']> = {}, more: Partial<View> = {}): View {
  const plain = view(more);
  return { ...plain, procedure: { ...plain.procedure, phases: PHASES }, session: { ...plain.session, state: 'in_session', phase: present, ...session } };
}

test('a phase that comes again is not past, and one that was passed over never is', () => {
  expect(steps(shown('questioning', { past_phases: ['opening', 'questioning', 'debate'] })).map((step) => step.at)).toEqual(['past', 'present', 'to_come', 'to_come', 'to_come', 'to_come']);
  expect(steps(shown('agreement', { past_phases: ['opening', 'questioning', 'debate'] })).map((step) => step.at)).toEqual(['past', 'past', 'past', 'to_come', 'to_come', 'present']);
  expect(steps({ ...shown('opening'), session: view().session }).every((step) => step.at === 'to_come')).toBe(true);
});

test('the next in order follows first, after it what else may, and nothing after an end', () => {
  const after = (id: string): string[] => following(shown(id).procedure, id).map((one) => one.id);
  expect(after('opening')).toEqual(['questioning']);
  expect(after('debate')).toEqual(['deliberation', 'questioning']);
  expect(after('deliberation')).toEqual(['verdict', 'questioning', 'debate']);
  expect([after('verdict'), after('agreement'), after('nothing')]).toEqual([[], [], []]);
});

test('what must be read is owed until it was; what may be is not', () => {
  expect(owed(shown('opening')).map(({ id }) => id)).toEqual(['rights']);
  const read = shown('opening', { prompts_read: [{ prompt: 'rights', at_ms: 5 }] });
  expect([owed(read), prompts(read).map((one) => one.read)]).toEqual([[], [5, null]]);
  expect(prompts(shown('debate'))).toEqual([]);
});

test('whoever may not speak in this phase is told why, and nobody else', () => {
  const me = (more: Partial<View['me']>, session: Partial<View['session']> = {}, present = 'debate'): string | null => silenced(shown(present, session, { me: seat(4, 'witness', more) }));
  expect(me({ may_speak: false })).toBe('phase');
  expect(me({ may_speak: true })).toBeNull();
  expect(me({ may_speak: false }, {}, 'deliberation')).toBe('deliberation');
  expect([me({ may_speak: false }, { state: 'paused' }), me({ may_speak: false, room: 'waiting' }), me({ may_speak: false }, { phase: null })]).toEqual([null, null, null]);
  expect(silenced(shown('debate', {}, { me: seat(9, 'observer', { may_speak: false }) }))).toBeNull();
});

test('of whom something is withheld it is not told whether they may speak', () => {
  const one = seat(7, 'witness', { may_speak: false });
  expect(cutInPhase(shown('debate'), one)).toBe(true);
  expect([cutInPhase(shown('debate'), { ...one, withheld: true }), cutInPhase(shown('debate', { state: 'held' }), one)]).toEqual([false, false]);
});

test('who is put off for later comes after those who are not, and keeps the place in the order', () => {
  const hands = [3, 4, 5].map((id) => ({ seat: id, since_ms: id }));
  const order = (...later: number[]): (number | undefined)[] => {
    const { first, rest } = asking(hands, new Set(later));
    return [first?.seat, ...rest.map((hand) => hand.seat)];
  };
  expect([order(), order(3), order(3, 4, 5)]).toEqual([[3, 4, 5], [4, 3, 5], [undefined, 3, 4, 5]]);
});

test('somebody speaks on over a breath, and is another after a silence or another’s word', () => {
  let now = spoken(null, 3, 1000);
  now = spoken(now, 3, 5000);
  now = spoken(now, undefined, 8000);
  expect(now).toEqual({ seat: 3, since: 1000, heard: 5000 });
  expect(spoken(now, undefined, 9001)).toBeNull();
  expect(spoken(now, 3, 8500)?.since).toBe(1000);
  expect(spoken(now, 3, 9500)?.since).toBe(9500);
  expect(spoken(now, 4, 8500)).toEqual({ seat: 4, since: 8500, heard: 8500 });
});

test('everyone is muted but the court, the courtroom’s own devices and those who only watch', () => {
  const room = point(8, 'central', []), unit = point(9, 'observer', []);
  const all = [seat(2, 'panel_member'), seat(3, 'clerk'), seat(4, 'counsel'), point(5, 'detention', ['defendant']), seat(6, 'observer'), room, unit, seat(10, 'party', { room: 'waiting' })];
  expect(mutable(view({ seats: all })).map((one) => one.seat)).toEqual([4, 5, 10]);
});

test('witnesses who wait apart and whom the court removed wait; others are to be answered now', () => {
  const all = [
    seat(2, 'witness', { room: 'witness_waiting' }), seat(3, 'observer', { room: 'waiting' }), seat(4, 'counsel', { room: 'waiting' }), seat(5, 'party', { removed: true, room: 'waiting', connected: false }),
    seat(6, 'witness', { room: 'witness_waiting', connected: false }), seat(7, 'witness'), seat(8, 'prosecutor', { second_use: true }), point(9, 'detention', [], { people: [person('A', 'witness'), person('B', 'defendant')] }),
  ];
  const { now, waits } = called(view({ seats: all }));
  expect([now.map((one) => one.seat), waits.map((one) => one.seat)]).toEqual([[4, 8, 3], [2, 5]]);
  expect(dismissable(view({ seats: all })).map((one) => one.seat)).toEqual([7]);
});
