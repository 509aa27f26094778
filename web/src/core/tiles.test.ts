import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Tile } from '../protocol/generated/signal';
import { SETTLE, Tiles } from './tiles';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function set(up = true) {
  const said: Tile[][] = [];
  const state = { up };
  const tiles = new Tiles((list) => { if (state.up) said.push(list); return state.up; });
  return { tiles, said, state };
}

test('a wall that is laid out in steps is told once, when it has settled', () => {
  const { tiles, said } = set();
  tiles.set('01-camera1', 100);
  vi.advanceTimersByTime(SETTLE - 1);
  tiles.set('01-camera1', 360.4);
  tiles.set('02-camera1', 180);
  vi.advanceTimersByTime(SETTLE);
  expect(said).toEqual([[{ track: '01-camera1', height: 360 }, { track: '02-camera1', height: 180 }]]);
  tiles.set('02-camera1', 180);
  vi.advanceTimersByTime(SETTLE);
  expect(said.length, 'nothing new').toBe(1);
});

test('a picture that goes away is told as hidden, once', () => {
  const { tiles, said } = set();
  tiles.set('01-camera1', 100);
  vi.advanceTimersByTime(SETTLE);
  tiles.remove('01-camera1');
  vi.advanceTimersByTime(SETTLE);
  expect(said[1]).toEqual([{ track: '01-camera1', height: 0 }]);
});

test('a new connection is told everything', () => {
  const { tiles, said, state } = set(false);
  tiles.set('01-camera1', 100);
  vi.advanceTimersByTime(SETTLE);
  expect(said).toEqual([]);
  state.up = true;
  tiles.again();
  vi.advanceTimersByTime(SETTLE);
  tiles.again();
  vi.advanceTimersByTime(SETTLE);
  expect(said.length).toBe(2);
});
