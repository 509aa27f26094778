import { describe, expect, test } from 'vitest';
import type { HoldCause, SessionState } from '../../protocol/generated/signal';
import { clockTime } from '../../i18n/format';
import { live as en } from '../../i18n/en/live';
import { live as vi } from '../../i18n/vi/live';
import { view } from '../../core/fixtures';
import { LATE, recordNow, type Recorder, type RecordNow, type RecordSay } from '../../core/recording';

const NOW = Date.parse('2026-11-21T10:30:00+07:00');
const READ = NOW - 2000, CLOSED = NOW - 60_000;
const recorder = (read_back_ms: number | null, fault = false): Recorder => ({ type: 'recorder', read_back_ms, fault, disk_seconds_left: null, disk_too_small: false, copies_fail: false, faulty: [], heard: [] });
const RECORDERS = { none: null, 'nothing read': recorder(null), 'read back': recorder(READ) };
const HOLDS: (HoldCause | null)[] = [
  null, { type: 'pressed', reason: '' }, { type: 'restart' }, { type: 'recorder_fault', detail: '' }, { type: 'ledger_fault' }, { type: 'media_fault' },
  { type: 'continuity', point: '0', name: 'Trại tạm giam', continuity: { sees: false, hears: true, heard: null } },
];

/** What is to be said, by state, by whether recording is on, by what is told of the recorder. Written by hand. */
type Row = readonly [none: RecordSay, nothingRead: RecordSay, readBack: RecordSay];
const TABLE: Record<SessionState, { readonly off: Row; readonly on: Row }> = {
  scheduled: { off: ['notYet', 'notYet', 'notYet'], on: ['notYet', 'notYet', 'notYet'] },
  waiting: { off: ['notYet', 'notYet', 'notYet'], on: ['notYet', 'notYet', 'notYet'] },
  in_session: { off: ['unrecorded', 'unrecorded', 'unrecorded'], on: ['recording', 'late', 'readBack'] },
  held: { off: ['resting', 'resting', 'stopped'], on: ['resting', 'resting', 'stopped'] },
  paused: { off: ['resting', 'resting', 'stopped'], on: ['resting', 'resting', 'stopped'] },
  suspended: { off: ['resting', 'resting', 'stopped'], on: ['resting', 'resting', 'stopped'] },
  postponed: { off: ['notYet', 'notYet', 'notYet'], on: ['notYet', 'notYet', 'notYet'] },
  closed: { off: ['closed', 'closed', 'stopped'], on: ['closed', 'closed', 'stopped'] },
};
const NEVER_BEGUN: readonly SessionState[] = ['scheduled', 'waiting', 'postponed'];

const SENTENCES: Record<RecordSay, readonly [vi: string, en: string]> = {
  unknown: ['Ghi hình: không rõ từ', 'Recording: not known since'],
  fault: ['Ghi hình có sự cố', 'Recording has a fault'],
  faultSince: ['Ghi hình có sự cố · Chưa đọc lại được từ', 'Recording has a fault · Not read back since'],
  notYet: ['Chưa ghi âm, ghi hình', 'Not recorded yet'],
  unrecorded: ['Không ghi âm, ghi hình', 'Not recorded'],
  recording: ['Đang ghi âm, ghi hình', 'Being recorded'],
  starting: ['Ghi hình: đang bắt đầu', 'Recording: starting'],
  readBack: ['Ghi hình: đã đọc lại đến 10:29:58', 'Recorded and read back to 10:29:58'],
  late: ['Chưa đọc lại được từ 09:30:00', 'Not read back since 09:30:00'],
  stopped: ['Ghi hình đã dừng, đã đọc lại đến 10:29:58', 'Recording stopped, read back to 10:29:58'],
  resting: ['Đang dừng ghi âm, ghi hình', 'Not being recorded now'],
  closed: ['Đã kết thúc lúc 10:29:00', 'Closed at 10:29:00'],
};

const at = (state: SessionState, recording: boolean, hold: HoldCause | null): ReturnType<typeof view> => view({
  session: {
    ...view().session, state, recording, hold, in_session_since_ms: state === 'in_session' ? NOW - 3_600_000 : null,
    in_session_before_ms: NEVER_BEGUN.includes(state) || state === 'in_session' ? 0 : 3_600_000, closed_ms: state === 'closed' ? CLOSED : null,
  },
});
const sentences = ({ say, at: time }: RecordNow): string[] =>
  [vi, en].map(({ line }) => [line.record[say], ...(time === null ? [] : [clockTime(time, 'Asia/Ho_Chi_Minh')])].join(' '));

const states = Object.keys(TABLE) as SessionState[];

describe.each(states)('%s', (state) => {
  describe.each([true, false])('recording %s', (recording) => {
    test.each(HOLDS.map((hold) => [hold?.type ?? 'no hold', hold] as const))('%s', (_, hold) => {
      const now = Object.values(RECORDERS).map((told) => recordNow(at(state, recording, hold), told, NOW, null));
      const row = TABLE[state][recording ? 'on' : 'off'];
      expect(now.map(({ say }) => say)).toEqual(row);
      now.forEach((one, n) => expect(sentences(one)).toEqual(SENTENCES[row[n] as RecordSay]));
    });
  });

  test('a fault is said before all else, and that nothing is known before a fault', () => {
    const shown = at(state, true, null);
    expect(recordNow(shown, recorder(null, true), NOW, null)).toEqual({ say: 'fault', at: null });
    expect(recordNow(shown, recorder(READ, true), NOW, null)).toEqual({ say: 'faultSince', at: READ });
    expect(recordNow(shown, recorder(READ, true), NOW, CLOSED)).toEqual({ say: 'unknown', at: CLOSED });
  });
});

test('a hearing that is closed without having been opened is closed, not awaited', () => {
  const shown = at('closed', false, null);
  for (const told of Object.values(RECORDERS)) {
    expect(recordNow({ ...shown, session: { ...shown.session, in_session_before_ms: 0 } }, told, NOW, null)).toEqual({ say: 'closed', at: CLOSED });
  }
});

test('recording that only begins is starting, and late when nothing is read back for long', () => {
  const shown = at('in_session', true, null);
  const opened = (since: number): ReturnType<typeof view> => ({ ...shown, session: { ...shown.session, in_session_since_ms: since } });
  expect(recordNow(opened(NOW - LATE), recorder(null), NOW, null)).toEqual({ say: 'starting', at: null });
  expect(sentences({ say: 'starting', at: null })).toEqual(SENTENCES.starting);
  expect(recordNow(opened(NOW - LATE - 1), recorder(null), NOW, null)).toEqual({ say: 'late', at: NOW - LATE - 1 });
});

test('read-back is late by what has run in session since, not by the pause before', () => {
  const shown = at('in_session', true, null);
  const old = NOW - 600_000;
  expect(recordNow(shown, recorder(NOW - LATE), NOW, null).say).toBe('readBack');
  expect(recordNow(shown, recorder(NOW - LATE - 1), NOW, null)).toEqual({ say: 'late', at: NOW - LATE - 1 });
  const resumed = (since: number): ReturnType<typeof view> => ({ ...shown, session: { ...shown.session, in_session_since_ms: since } });
  expect(recordNow(resumed(NOW - 1000), recorder(old), NOW, null)).toEqual({ say: 'readBack', at: old });
  expect(recordNow(resumed(NOW - LATE - 1), recorder(old), NOW, null)).toEqual({ say: 'late', at: old });
});
