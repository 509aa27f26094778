import { expect, test } from 'vitest';
import { measured, PATIENCE, verdict, type Measured } from './network';

const fine: Measured = { signal: true, trip: 20, media: 'connected', since: 8000, mediaTrip: 10, available: 2e6, lost: 0 };

test('a verdict needs what it speaks of', () => {
  expect(verdict(fine)).toBe('good');
  expect(verdict({ ...fine, trip: null, mediaTrip: null })).toBe('testing');
  expect(verdict({ ...fine, media: 'connecting', since: 2000 })).toBe('testing');
  expect(verdict({ ...fine, signal: false, since: 2000 })).toBe('testing');
});

test('signalling alone is not called a good line', () => {
  expect(verdict({ ...fine, media: null })).toBe('untried');
  expect(verdict({ ...fine, media: 'failed' })).toBe('signal_only');
  expect(verdict({ ...fine, media: 'connecting', since: PATIENCE + 1 })).toBe('signal_only');
  expect(verdict({ ...fine, signal: false, since: PATIENCE + 1 })).toBe('none');
});

test('delay, loss and width each make a line worse; a young estimate does not', () => {
  expect(verdict({ ...fine, mediaTrip: 200 })).toBe('fair');
  expect(verdict({ ...fine, mediaTrip: 500 })).toBe('weak');
  expect(verdict({ ...fine, lost: 0.02 })).toBe('fair');
  expect(verdict({ ...fine, lost: 0.2 })).toBe('weak');
  expect(verdict({ ...fine, available: 200_000 })).toBe('weak');
  expect(verdict({ ...fine, available: 200_000, since: 2000 })).toBe('good');
});

test('of a report the nominated pair and the worst loss are read', () => {
  expect(measured([
    { type: 'candidate-pair', nominated: false, state: 'succeeded', currentRoundTripTime: 9 },
    { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.04, availableOutgoingBitrate: 1.5e6 },
    { type: 'remote-inbound-rtp', fractionLost: 0.01 },
    { type: 'remote-inbound-rtp', fractionLost: 0.2 },
    { type: 'codec' },
  ])).toEqual({ mediaTrip: 40, available: 1.5e6, lost: 0.2 });
  expect(measured([])).toEqual({ mediaTrip: null, available: null, lost: null });
});
