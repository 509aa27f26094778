import { expect, test } from 'vitest';
import { live as viLive } from './vi/live';
import { live as enLive } from './en/live';
import { course as viCourse } from './vi/course';
import { course as enCourse } from './en/course';
import { problems as viProblems } from './vi/problems';
import { problems as enProblems } from './en/problems';
import { prepare as viPrepare } from './vi/prepare';
import { prepare as enPrepare } from './en/prepare';
import { readiness as viReadiness } from './vi/readiness';
import { readiness as enReadiness } from './en/readiness';
import { signals as viSignals } from './vi/signals';
import { signals as enSignals } from './en/signals';
import { rooms as viRooms } from './vi/rooms';
import { rooms as enRooms } from './en/rooms';
import { suspension as viSuspension } from './vi/suspension';
import { suspension as enSuspension } from './en/suspension';
import { rehearsal as viRehearsal } from './vi/rehearsal';
import { rehearsal as enRehearsal } from './en/rehearsal';
import { minutes as viMinutes } from './vi/minutes';
import { minutes as enMinutes } from './en/minutes';
import { composite as viComposite } from './vi/composite';
import { composite as enComposite } from './en/composite';
import { staff as viStaff } from './vi/staff';
import { staff as enStaff } from './en/staff';

/** Paths of every leaf of a catalogue. */
function leaves(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([name, below]) => [...leaves(below, `${path}.${name}`)]));
}

const pairs: [string, unknown, unknown][] = [['live', viLive, enLive], ['staff', viStaff, enStaff], ['problems', viProblems, enProblems], ['prepare', viPrepare, enPrepare], ['readiness', viReadiness, enReadiness], ['signals', viSignals, enSignals], ['course', viCourse, enCourse], ['rooms', viRooms, enRooms], ['suspension', viSuspension, enSuspension], ['rehearsal', viRehearsal, enRehearsal], ['minutes', viMinutes, enMinutes], ['composite', viComposite, enComposite]];

test.each(pairs)('%s: both languages have the same strings, none empty', (_name, vietnamese, english) => {
  const [vi, en] = [leaves(vietnamese), leaves(english)];
  expect([...en.keys()].sort()).toEqual([...vi.keys()].sort());
  for (const [path, text] of [...vi, ...en]) {
    expect(['string', 'function'], path).toContain(typeof text);
    if (typeof text === 'string') expect(text.trim(), path).not.toBe('');
  }
});

test.each(pairs)('%s: functions take the same parameters in both', (_name, vietnamese, english) => {
  const en = leaves(english);
  for (const [path, text] of leaves(vietnamese)) {
    if (typeof text === 'function') expect((en.get(path) as { length: number }).length, path).toBe(text.length);
  }
});

test('figures are written as each language writes them', () => {
  expect(viLive.check.networkFigures(1200, 0.34, 2.5)).toBe('Lên 0,3 Mbit/s · trễ 1.200 ms · mất 2,5 %');
  expect(enLive.check.networkFigures(1200, 0.34, 2.5)).toBe('Up 0.3 Mbit/s · delay 1,200 ms · loss 2.5 %');
  expect([1, 2].map((hours) => enLive.line.diskLeft(hours))).toEqual(['Disk space for 1 more hour', 'Disk space for 2 more hours']);
});

test('the screen addresses nobody as "bạn"', () => {
  for (const [path, text] of leaves(viLive)) expect(String(text).toLowerCase(), path).not.toMatch(/\bbạn\b/u);
});
