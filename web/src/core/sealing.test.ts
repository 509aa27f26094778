import { expect, test } from 'vitest';
import { SLOW_MINUTES, sealing } from './sealing';

const record = (hearing: string, sitting: number, sealed: string | null): { hearing: string; sitting: number; sealed: string | null } => ({ hearing, sitting, sealed });
const at = '2026-11-21T10:00:00+07:00';

test('a record is said to be sealed only once the records say so', () => {
  expect(sealing([], 'h', null, 0)).toEqual({ at: 'running' });
  expect(sealing([record('h', 1, null)], 'h', null, 0)).toEqual({ at: 'running' });
  expect(sealing([record('other', 1, at)], 'h', null, 0)).toEqual({ at: 'running' });
  expect(sealing([record('h', 1, at)], 'h', null, 0)).toEqual({ at: 'sealed', utcMs: Date.parse(at) });
});

test('of several sittings the last counts', () => {
  expect(sealing([record('h', 1, at), record('h', 2, null)], 'h', null, 0)).toEqual({ at: 'running' });
});

test('what takes too long is said not to be sealed, and is once it is', () => {
  const long = SLOW_MINUTES * 60_000 + 1;
  expect(sealing([record('h', 1, null)], 'h', null, long)).toEqual({ at: 'slow' });
  expect(sealing([record('h', 1, at)], 'h', null, long)).toEqual({ at: 'sealed', utcMs: Date.parse(at) });
});

test('a failure is said at once and with its reason, until a later try has sealed the record', () => {
  expect(sealing([record('h', 1, null)], 'h', 'no room', 0)).toEqual({ at: 'failed', why: 'no room' });
  expect(sealing([record('h', 1, at)], 'h', 'no room', 0)).toEqual({ at: 'sealed', utcMs: Date.parse(at) });
});
