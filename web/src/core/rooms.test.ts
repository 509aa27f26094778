import { expect, test } from 'vitest';
import { point, seat, view } from './fixtures';
import { calls, company, isSilenced, mayBeAllowed, mayBeMended, roomOf } from './rooms';

const counsel = seat(5, 'counsel');
const detention = point(7, 'detention', ['defendant', 'point_officer']);
const officer = seat(14, 'point_officer');
const watcher = seat(15, 'observer');
const clerk = seat(3, 'clerk');
const seats = [clerk, counsel, detention, officer, watcher];

test('the company is who is in the room beside oneself', () => {
  const mine = { kind: 'consultation' as const, seats: [1, 7], people: [], locked: false, encrypted: false, keys: [], recalled: false, overheard: false };
  const { rooms } = view();
  expect(company(view({ seats, rooms: { ...rooms, mine } })).map((one) => one.seat)).toEqual([7]);
  expect(company(view({ seats }))).toEqual([]);
});

test('the court finds who is away, and who is silent because of them', () => {
  const others = [{ kind: 'consultation' as const, seats: [5, 20], silenced: [7] }];
  const told = view({ seats, rooms: { ...view().rooms, others } });
  expect(roomOf(told, 5)?.kind).toBe('consultation');
  expect(roomOf(told, 7)).toBeNull();
  expect([isSilenced(told, 7), isSilenced(told, 5)]).toEqual([true, false]);
});

test('who asks is shown as far as they are known', () => {
  const incoming = [{ seat: 5, kind: 'consultation' as const }, { seat: 99, kind: 'technical' as const }];
  expect(calls(view({ seats, rooms: { ...view().rooms, incoming } })).map((call) => call.seat.seat)).toEqual([5]);
});

test('leave is for those who are heard in the courtroom and are not the court', () => {
  const waits = seat(6, 'counsel', { room: 'waiting' });
  const lost = seat(8, 'party', { connected: false });
  expect(mayBeAllowed(view({ seats: [...seats, waits, lost] })).map((one) => one.seat)).toEqual([5, 7]);
});

test('a line is mended with who is here, has sound and is in no room', () => {
  const others = [{ kind: 'consultation' as const, seats: [5], silenced: [] }];
  const asked = seat(9, 'witness');
  const rooms = { ...view().rooms, others, outgoing: [9] };
  expect(mayBeMended(view({ seats: [counsel, detention, officer, watcher, asked], rooms })).map((one) => one.seat)).toEqual([7]);
});
