import { expect, test } from 'vitest';
import { seat, view } from './fixtures';
import type { HeardTrack, View } from '../protocol/generated/signal';
import type { Recorder } from './recording';
import { isAmber, recordTable, SILENT, type Verdict } from './recordtable';

const NOW = 10_000_000;
const recorder = (more: Partial<Recorder> = {}): Recorder => ({ type: 'recorder', read_back_ms: NOW - 3000, fault: false, disk_seconds_left: null, disk_too_small: false, copies_fail: false, faulty: [], heard: [], ...more });
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

const inFiles = (level: HeardTrack['level'], more: Partial<HeardTrack> = {}): HeardTrack => ({ track: '02-microphone', level, up_to_ms: NOW - 6000, peak_db: -18, picture_ms: null, ...more });

test('what was listened to in the files says more than what came here', () => {
  for (const level of ['good', 'silent', 'clipped', 'missing', 'late', 'unheard'] as const) {
    expect(only({}, { heard: [inFiles(level)] }, level === 'silent' ? NOW : null)).toEqual({ verdict: level, readBack: NOW - 6000 });
  }
  expect(only({}, { heard: [inFiles('awaited', { up_to_ms: null })] })).toEqual({ verdict: 'heard', readBack: null });
  expect(only({}, { heard: [inFiles('good', { track: '03-microphone' })] }, null).verdict, 'of somebody else').toBe('silent');
  expect(only({ muted: true }, { heard: [inFiles('good')] }).verdict, 'of before').toBe('off');
  expect(only({}, { fault: true, faulty: ['02-microphone'], heard: [inFiles('good')] }).verdict).toBe('missing');
});

test('of a seat with two voices the one that is worse off is told', () => {
  const both = [inFiles('good'), inFiles('silent', { track: '02-interpretation' })];
  expect(only({ devices: ['microphone', 'interpretation'] }, { heard: both }).verdict).toBe('silent');
  expect(only({ devices: ['microphone', 'interpretation'] }, { heard: [inFiles('awaited'), inFiles('good', { track: '02-interpretation' })] }).verdict).toBe('good');
});

test('the last picture of any of its cameras', () => {
  const heard = [inFiles('good', { track: '02-camera1', picture_ms: NOW - 9000 }), inFiles('good', { track: '02-camera2', picture_ms: NOW - 4000 }), inFiles('good', { track: '03-camera1', picture_ms: NOW })];
  const rows = recordTable(view({ session: inSession, seats: [seat(2, 'defendant')] }), recorder({ heard }), { levels: [], heardAt: new Map(), since: 0 }, NOW);
  expect(rows.map((row) => [row.seat.seat, row.pictureAt])).toEqual([[1, null], [2, NOW - 4000]]);
});

test('what somebody has to see to', () => {
  expect((['missing', 'silent', 'clipped', 'late', 'unheard'] as const).every(isAmber)).toBe(true);
  expect((['good', 'heard', 'quiet', 'off', 'away', 'rests'] as const).some(isAmber)).toBe(false);
});
