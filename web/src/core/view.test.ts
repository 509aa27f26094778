import { describe, expect, test } from 'vitest';
import type { Change } from '../protocol/generated/signal';
import { seat, view } from './fixtures';
import { deviceOf, follow, inSession, isAudio, picturesOf, seatIn, seatOf } from './view';

describe('changes', () => {
  const every: Change[] = [
    { section: 'hearing', value: { ...view().hearing, title: 'Another' } },
    { section: 'session', value: { ...view().session, state: 'in_session' } },
    { section: 'me', value: seat(1, 'presiding_judge', { muted: true }) },
    { section: 'seats', value: [seat(2, 'clerk')] },
    { section: 'tracks', value: ['02-camera1'] },
    { section: 'heard_by', value: [2] },
    { section: 'seen_by', value: [2, 3] },
    { section: 'acts', value: ['close'] },
  ];

  test('each replaces its own section and leaves the others as they are', () => {
    for (const change of every) {
      const before = view();
      const after = follow(before, [change]);
      for (const section of Object.keys(before) as (keyof typeof before)[]) {
        if (section === change.section) expect(after[section]).toEqual(change.value);
        else expect(after[section]).toBe(before[section]);
      }
    }
  });

  test('all together, the last word counts', () => {
    const after = follow(view(), [...every, { section: 'acts', value: [] }]);
    expect(after.acts).toEqual([]);
    expect(after.session.state).toBe('in_session');
    expect(view().acts, 'the view before is untouched').toEqual([]);
  });
});

test('a track tells its seat and device', () => {
  expect([seatOf('03-camera1'), deviceOf('03-camera1'), isAudio('03-camera1')]).toEqual([3, 'camera1', false]);
  expect([seatOf('112-interpretation'), isAudio('112-interpretation'), isAudio('01-microphone')]).toEqual([112, true, true]);
});

test('pictures of a seat come camera first, and never another seat’s', () => {
  const tracks = ['03-screen', '13-camera1', '03-microphone', '03-camera2', '03-camera1'];
  expect(picturesOf(3, tracks)).toEqual(['03-camera1', '03-camera2', '03-screen']);
});

test('seats are found, one’s own among them', () => {
  const v = view({ seats: [seat(2, 'clerk')] });
  expect([seatIn(v, 1)?.seat, seatIn(v, 2)?.seat, seatIn(v, 9)]).toEqual([1, 2, undefined]);
});

test('time in session goes on in session only, and never backwards', () => {
  const rest = view({ session: { ...view().session, in_session_before_ms: 5000 } });
  expect(inSession(rest, 99_999)).toBe(5000);
  const runs = view({ session: { ...view().session, in_session_before_ms: 5000, in_session_since_ms: 10_000 } });
  expect(inSession(runs, 12_000)).toBe(7000);
  expect(inSession(runs, 9_000)).toBe(5000);
});
