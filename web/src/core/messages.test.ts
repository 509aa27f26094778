import { expect, test } from 'vitest';
import type { MessageView } from '../protocol/generated/signal';
import { point, seat, view } from './fixtures';
import { addressees, lastOf, officerOf, otherOf, unread } from './messages';

const message = (id: number, from: number, to: number | null): MessageView => ({ id, from, to, text: 'x', at_ms: id });
const officer = seat(5, 'point_officer', { point: 'P2', point_kind: 'detention' });
const court = view({ me: seat(3, 'clerk'), seats: [seat(1, 'presiding_judge'), point(2, 'detention', ['defendant']), officer, seat(6, 'observer'), seat(7, 'counsel', { removed: true })] });

test('the clerk writes to those with a screen of their own, to officers first', () => {
  expect(addressees(court).map((one) => one.seat)).toEqual([5, 1]);
  const [, device] = court.seats;
  expect(device && officerOf(court, device)?.seat).toBe(5);
  expect(officerOf(court, seat(9, 'counsel'))).toBeUndefined();
});

test('what others wrote after what was seen is unread', () => {
  const told = { ...court, messages: [message(1, 5, null), message(2, 3, 5), message(3, 5, null)] };
  expect([unread(told, 0), unread(told, 1), unread(told, 3)]).toEqual([2, 1, 0]);
  expect(lastOf(told)).toBe(3);
  expect(told.messages.map((one) => otherOf(told, one))).toEqual([5, 5, 5]);
});
