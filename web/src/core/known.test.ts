import { describe, expect, test } from 'vitest';
import { point, seat, view } from './fixtures';
import { heardNow, lostSince, placeOf } from './known';

const session = (state: ReturnType<typeof view>['session']['state']): ReturnType<typeof view>['session'] => ({ ...view().session, state });
const heard = view({ session: session('in_session'), seats: [point(2, 'detention', ['defendant', 'point_officer']), seat(3, 'counsel'), seat(4, 'observer')], heard_by: [2, 3, 4] });

describe('a broken line', () => {
  test('is lost since it broke, and not before', () => {
    expect(lostSince({ at: 'broken', since: 7, attempt: 0, why: null }, heard)).toBe(7);
    expect(lostSince({ at: 'open' }, heard)).toBeNull();
    expect(lostSince({ at: 'connecting' }, null)).toBeNull();
  });

  test('changes nothing about a hearing that is closed', () => {
    expect(lostSince({ at: 'broken', since: 7, attempt: 0, why: null }, view({ session: session('closed') }))).toBeNull();
  });

  test.each(['in_session', 'waiting', 'held', 'paused'] as const)('%s: nobody is said to hear, and nobody not to', (state) => {
    expect(heardNow({ ...heard, session: session(state) }, true)).toEqual({ say: 'unknown' });
  });

  test('a screen that sends nothing is not heard all the same', () => {
    expect(heardNow({ ...heard, me: seat(1, 'observer', { devices: [] }) }, true)).toEqual({ say: 'silent' });
  });
});

test('who hears: places and people, without observers', () => {
  expect(heardNow(heard, false)).toEqual({ say: 'heard', seats: 2, people: 3 });
  expect(heardNow({ ...heard, heard_by: [4] }, false)).toEqual({ say: 'nobody' });
  expect(heardNow({ ...heard, session: session('held') }, false)).toEqual({ say: 'cut' });
  expect(heardNow({ ...heard, session: session('closed') }, false)).toEqual({ say: 'closed' });
});

describe('a place', () => {
  const at = (state: Parameters<typeof session>[0], more: Parameters<typeof seat>[2]): string => placeOf(seat(2, 'clerk', more), session(state));

  test('of somebody who left is not said to reconnect; of somebody lost it is', () => {
    expect(at('in_session', { connected: false, presence: 'left' })).toBe('left');
    expect(at('in_session', { connected: false, presence: 'lost' })).toBe('lost');
    expect(at('waiting', { connected: false, presence: 'lost' })).toBe('lost');
  });

  test('of somebody who never came stays that, and after the close they were absent', () => {
    const never = { connected: false, presence: 'not_come', room: 'waiting' } as const;
    expect(at('in_session', never)).toBe('not_come');
    expect(at('closed', never)).toBe('absent');
    expect(at('closed', { connected: false, presence: 'lost' })).toBe('left');
    expect(at('closed', { connected: false, presence: 'left' })).toBe('left');
  });

  test('of somebody in a waiting room is that room, of somebody removed that', () => {
    expect(at('in_session', { room: 'waiting' })).toBe('waiting');
    expect(at('in_session', { room: 'witness_waiting' })).toBe('witness_waiting');
    expect(at('in_session', { room: 'waiting', removed: true })).toBe('removed');
    expect(at('in_session', {})).toBe('here');
  });
});
