import { expect, test } from 'vitest';
import type { SignalView } from '../protocol/generated/signal';
import { person, point, seat, view } from './fixtures';
import { ANSWER_SHOWN, answeredSignals, nameable, openSignals, others, pressOf, raisedBy, senderOf, waited } from './signals';

const signal = (id: number, more: Partial<SignalView> = {}): SignalView => ({ id, seat: 5, person: null, kind: 'cannot_hear', since_ms: 1000 * id, answer: null, ...more });
const answer = (at_ms: number): SignalView['answer'] => ({ answer: 'works_again', text: null, at_ms });
const two = [person('A', 'defendant', { id: 'a' }), person('B', 'defendant', { id: 'b' })];
const room = point(5, 'detention', [], { people: two });

test('who cannot follow comes first, then in the order of pressing', () => {
  const shown = view({ signals: [signal(1, { kind: 'call_officer' }), signal(2, { kind: 'want_lawyer' }), signal(3), signal(4, { person: 'a' }), signal(5, { answer: answer(9000) })] });
  expect(openSignals(shown).map(({ id }) => id)).toEqual([3, 4, 2, 1]);
  expect(answeredSignals(shown).map(({ id }) => id)).toEqual([5]);
});

test('a plate is raised by its own person; what nobody is named for raises the place', () => {
  const shown = view({ seats: [room], signals: [signal(1, { person: 'b' }), signal(2)] });
  expect(two.map((one) => raisedBy(shown, room, one).map(({ id }) => id))).toEqual([[], [1]]);
  expect(raisedBy(shown, room, null).map(({ id }) => id)).toEqual([2]);
  // Whoever is not told who is who matches nobody by a missing name.
  expect(raisedBy(shown, room, person('C', 'defendant'))).toEqual([]);
  expect(senderOf(shown, signal(1, { person: 'b' })).person?.name).toBe('B');
  expect(senderOf(shown, signal(2)).person).toBeNull();
});

test('an officer outside, who does not see the seat, names of those at the point', () => {
  const shown = view({ me: seat(9, 'point_officer'), charges: two, signals: [signal(1, { person: 'a' })] });
  expect(nameable(shown, signal(1)).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(senderOf(shown, signal(1, { person: 'a' })).person?.name).toBe('A');
});

test('a pressed button says so until it is answered, then the answer for a while', () => {
  const at = (signals: SignalView[], now: number): string => pressOf(view({ me: room, signals }), 'cannot_hear', now).at;
  expect(at([], 0)).toBe('idle');
  expect(at([signal(1)], 900_000)).toBe('sent');
  expect(at([signal(1, { answer: answer(5000) })], 5000 + ANSWER_SHOWN - 1)).toBe('answered');
  expect(at([signal(1, { answer: answer(5000) })], 5000 + ANSWER_SHOWN)).toBe('idle');
  // A second person's waits while the first's was answered.
  expect(at([signal(1, { person: 'a', answer: answer(5000) }), signal(2, { person: 'b' })], 5001)).toBe('sent');
  // Another room's button is its own.
  expect(at([signal(1, { seat: 6 })], 0)).toBe('idle');
});

test('who has said it already is not asked for again', () => {
  const shown = view({ me: room, signals: [signal(1, { person: 'a' }), signal(2, { person: 'b', kind: 'cannot_see' })] });
  expect(others(shown, 'cannot_hear').map(({ id }) => id)).toEqual(['b']);
});

test('a wait ends with its answer', () => {
  expect(waited(signal(1), 15_000)).toBe(14_000);
  expect(waited(signal(1, { answer: answer(4000) }), 15_000)).toBe(3000);
});
