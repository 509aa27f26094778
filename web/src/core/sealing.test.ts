import { expect, test } from 'vitest';
import { SLOW_MINUTES, sealing } from './sealing';

const record = (hearing: string, sitting: number, sealed: string | null): { hearing: string; sitting: number; sealed: string | null } => ({ hearing, sitting, sealed });
const none = { seal_fault: null, shelf_fault: null };
const at = '2026-11-21T10:00:00+07:00';

test('a record is said to be sealed only once the records say so', () => {
  expect(sealing([], 'h', none, 0)).toEqual({ at: 'running' });
  expect(sealing([record('h', 1, null)], 'h', none, 0)).toEqual({ at: 'running' });
  expect(sealing([record('other', 1, at)], 'h', none, 0)).toEqual({ at: 'running' });
  expect(sealing([record('h', 1, at)], 'h', none, 0)).toEqual({ at: 'sealed', utcMs: Date.parse(at) });
});

test('of several sittings the last counts', () => {
  expect(sealing([record('h', 1, at), record('h', 2, null)], 'h', none, 0)).toEqual({ at: 'running' });
});

test('what takes too long is said not to be sealed, and is once it is', () => {
  const long = SLOW_MINUTES * 60_000 + 1;
  expect(sealing([record('h', 1, null)], 'h', none, long)).toEqual({ at: 'slow' });
  expect(sealing([record('h', 1, at)], 'h', none, long)).toEqual({ at: 'sealed', utcMs: Date.parse(at) });
});

test('a failure is said at once and with its reason, until a later try has sealed the record', () => {
  expect(sealing([record('h', 1, null)], 'h', { ...none, seal_fault: 'no room' }, 0)).toEqual({ at: 'failed', why: 'no room' });
  expect(sealing([record('h', 1, at)], 'h', { ...none, seal_fault: 'no room' }, 0)).toEqual({ at: 'sealed', utcMs: Date.parse(at) });
});

test('what is sealed and not yet among the records is not said to lack its seal', () => {
  const fault = { seal_fault: null, shelf_fault: 'no answer' };
  expect(sealing([], 'h', fault, 0)).toEqual({ at: 'unlisted', why: 'no answer' });
  expect(sealing([], 'h', { ...fault, seal_fault: 'no room' }, 0)).toEqual({ at: 'failed', why: 'no room' });
  expect(sealing([record('h', 1, at)], 'h', fault, 0)).toEqual({ at: 'sealed', utcMs: Date.parse(at) });
});
