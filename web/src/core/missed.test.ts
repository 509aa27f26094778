import { expect, test } from 'vitest';
import type { MissedView, SignalView } from '../protocol/generated/signal';
import { seat, view } from './fixtures';
import { lost, offered, replayOf, unread } from './missed';

const span = (from_ms: number, to_ms: number, leave = false): MissedView => ({ from_ms, to_ms, leave });
const signal = (answer: SignalView['answer']): SignalView => ({ id: 1, seat: 1, person: null, kind: 'see_missed', since_ms: 5000, answer });
const shown = (missed: MissedView[], signals: SignalView[] = []) => view({ me: seat(1, 'defendant', { missed }), signals });

test('several absences are one sum, and what was read is not told again', () => {
  const missed = [span(1000, 3000), span(7000, 8000)];
  expect(lost(missed)).toBe(3000);
  expect(unread(shown(missed), 3000)).toEqual([missed[1]]);
});

test('one asks, waits, and sees it or learns why not; what is missed later is asked for anew', () => {
  expect(replayOf(shown([span(1000, 3000)])).at).toBe('ask');
  expect(replayOf(shown([span(1000, 3000)], [signal(null)])).at).toBe('asked');
  expect(replayOf(shown([span(1000, 3000, true)], [signal({ answer: 'granted', text: null, at_ms: 6000 })])).at).toBe('allowed');
  const refused = signal({ answer: 'not_now', text: 'sau', at_ms: 6000 });
  expect(replayOf(shown([span(1000, 3000)], [refused])).at).toBe('refused');
  expect(replayOf(shown([span(1000, 3000), span(7000, 8000)], [refused])).at).toBe('ask');
  expect(replayOf(shown([])).at).toBe('ask');
});

test('a room is offered it for a while, and again after the answer', () => {
  const missed = [span(1000, 3000)];
  expect(offered(shown(missed), 500_000)).toBe(true);
  expect(offered(shown(missed), 700_000)).toBe(false);
  expect(offered(shown(missed, [signal({ answer: 'granted', text: null, at_ms: 600_000 })]), 700_000)).toBe(true);
  expect(offered(shown([]), 0)).toBe(false);
});
