import { expect, test } from 'vitest';
import type { View } from '../protocol/generated/signal';
import { seat, view } from './fixtures';
import { arrangement, keepLayout, keptLayout, kioskLead, lead, type Lead } from './spotlight';

const set = (layout: View['session']['layout']): View => view({ session: { ...view().session, layout }, seats: [seat(2, 'counsel'), seat(3, 'observer'), seat(4, 'witness', { room: 'waiting' })] });

test('what the judge sets goes before what one chose, and what one chose counts when nothing is set', () => {
  expect(arrangement(set(null), 'speaker', 2)).toEqual({ as: 'large', seat: 2 });
  expect(arrangement(set(null), 'plan', 2)).toEqual({ as: 'plan' });
  expect(arrangement(set({ layout: 'grid' }), 'speaker', 2)).toEqual({ as: 'grid' });
  expect(arrangement(set({ layout: 'speaker' }), 'grid', 1)).toEqual({ as: 'large', seat: 1 });
  expect(arrangement(set({ layout: 'spotlight', seat: 2 }), 'grid', 1)).toEqual({ as: 'large', seat: 2 });
});

test('nobody stands large who is not known here, waits outside or only watches', () => {
  for (const wanted of [3, 4, 99]) expect(arrangement(set({ layout: 'spotlight', seat: wanted }), 'grid', null)).toEqual({ as: 'plan' });
  expect(arrangement(set({ layout: 'speaker' }), 'grid', null)).toEqual({ as: 'plan' });
});

test('a kiosk obeys the judge alone', () => {
  expect(kioskLead(set(null), 2)).toBeNull();
  expect(kioskLead(set({ layout: 'grid' }), 2)).toBeNull();
  expect(kioskLead(set({ layout: 'speaker' }), 2)).toBe(2);
  expect(kioskLead(set({ layout: 'spotlight', seat: 2 }), null)).toBe(2);
  expect(kioskLead(set({ layout: 'spotlight', seat: 1 }), null), 'its own room').toBeNull();
});

test('whoever speaks takes over after a while and stays through a pause; a cough changes nothing', () => {
  const after = (steps: [number | undefined, number][]): number | undefined => steps.reduce<Lead | null>((before, [loudest, now]) => lead(before, loudest, now), null)?.seat;
  expect(after([[1, 0], [undefined, 60_000]])).toBe(1);
  expect(after([[1, 0], [2, 100], [1, 600], [2, 1700]])).toBe(1);
  expect(after([[1, 0], [2, 100], [2, 1500]])).toBe(1);
  expect(after([[1, 0], [2, 100], [2, 1600]])).toBe(2);
  expect(after([[1, 0], [2, 100], [undefined, 900], [2, 1700]]), 'not in one go').toBe(1);
});

test('what one chose is kept, and nonsense is not', () => {
  const kept = new Map<string, string>();
  const store = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  expect(keptLayout(store)).toBe('plan');
  keepLayout(store, 'speaker');
  expect(keptLayout(store)).toBe('speaker');
  kept.set('assize.layout', 'upside-down');
  expect(keptLayout(store)).toBe('plan');
});
