import { expect, test } from 'vitest';
import { seat, view } from './fixtures';
import type { View } from '../protocol/generated/signal';
import type { Recorder } from './recording';
import { recordTable, SILENT, type Verdict } from './recordtable';

const NOW = 10_000_000;
const recorder = (more: Partial<Recorder> = {}): Recorder => ({ type: 'recorder', read_back_ms: NOW - 3000, fault: false, disk_seconds_left: null, disk_too_small: false, faulty: [], ...more });
const inSession: View['session'] = { ...view().session, state: 'in_session', recording: true, in_session_since_ms: NOW - 5 * SILENT };

function only(more: Parameters<typeof seat>[2], told: Partial<Recorder> = {}, heardAt: number | null = NOW - 1000, session: View['session'] = inSession, since = 0): { verdict: Verdict; readBack: number | null } {
  const at = new Map(heardAt === null ? [] : [[2, heardAt] as const]);
  const row = recordTable(view({ session, seats: [seat(2, 'defendant', more)] }), recorder(told), { levels: [], heardAt: at, since }, NOW).find((one) => one.seat.seat === 2);
  if (!row) throw new Error('no row');
  return { verdict: row.verdict, readBack: row.readBack };
}

test('each verdict says what is known and no more', () => {
  expect(only({})).toEqual({ verdict: 'heard', readBack: NOW - 3000 });
  expect(only({}, {}, NOW - SILENT - 1).verdict).toBe('silent');
  expect(only({}, {}, null).verdict).toBe('silent');
  expect(only({ microphone_open: false }).verdict).toBe('off');
  expect(only({ muted: true }).verdict).toBe('off');
  expect(only({ may_speak: false }).verdict).toBe('off');
  expect(only({ devices: ['camera1'] })).toEqual({ verdict: 'no_microphone', readBack: null });
  expect(only({ connected: false, presence: 'lost' }).verdict).toBe('away');
  expect(only({}, {}, NOW, { ...inSession, recording: false }).verdict).toBe('unrecorded');
  expect(only({}, {}, NOW, { ...inSession, state: 'paused' }).verdict).toBe('rests');
});

test('what cannot be written is missing, and is not told as read back', () => {
  expect(only({}, { fault: true, faulty: ['02-microphone'] })).toEqual({ verdict: 'missing', readBack: null });
  expect(only({}, { fault: true, faulty: ['03-microphone'] }).verdict).toBe('heard');
  expect(only({}, { fault: true, faulty: ['02-camera1'] }).verdict).toBe('heard');
  expect(only({}, { fault: true }).verdict, 'the recorder as a whole').toBe('missing');
});

test('a session that has just begun calls nobody silent', () => {
  expect(only({}, {}, null, { ...inSession, in_session_since_ms: NOW - 1000 }).verdict).toBe('quiet');
  expect(only({}, {}, null, inSession, NOW - 1000).verdict, 'nor a screen that has just come').toBe('quiet');
});

test('who watches and who only reports has no row', () => {
  const rows = recordTable(view({ seats: [seat(5, 'observer'), seat(6, 'point_officer'), seat(4, 'counsel')] }), null, { levels: [4], heardAt: new Map(), since: 0 }, NOW);
  expect(rows.map((row) => [row.seat.seat, row.speaks])).toEqual([[1, false], [4, true]]);
});
