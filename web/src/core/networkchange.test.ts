import { expect, test } from 'vitest';
import { NetworkChange, type Around } from './networkchange';

function set() {
  const listeners = new Map<string, () => void>();
  const target = {
    addEventListener: (type: string, listener: () => void) => void listeners.set(type, listener),
    removeEventListener: (type: string) => void listeners.delete(type),
  };
  const connection = { type: 'ethernet', ...target };
  const seen = { changes: 0 };
  const change = new NetworkChange(() => { seen.changes += 1; }, () => ({ ...target, connection }) as Around);
  return { listeners, connection, seen, change };
}

test('a network that came back or became another is a change, a new estimate of its speed is none', () => {
  const { listeners, connection, seen, change } = set();
  change.start();
  listeners.get('online')?.();
  expect(seen.changes).toBe(1);
  listeners.get('change')?.();
  expect(seen.changes).toBe(1);
  connection.type = 'none';
  listeners.get('change')?.();
  expect(seen.changes).toBe(1);
  connection.type = 'wifi';
  listeners.get('change')?.();
  expect(seen.changes).toBe(2);
  change.stop();
  expect(listeners.size).toBe(0);
});
