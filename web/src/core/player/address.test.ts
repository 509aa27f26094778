import { describe, expect, it } from 'vitest';
import type { RecordSummary } from '../api';
import { around as nearby, caseLink, meant } from './caselink';
import { USUAL, choiceIn, clockIn, flipped, queryOf } from './choice';
import { atClock, secondsIn } from './walltime';
import { around, followed, paged } from './window';

describe('the query of an address', () => {
  it('keeps the moment and what is chosen, and nothing that is usual', () => {
    expect(queryOf(USUAL, '14:03:22')).toBe('?t=14:03:22');
    const choice = { hidden: ['04-screen', '01-camera2'], large: '03-camera1', muted: [2, 10], solo: [3], voice: 'both' as const };
    const query = queryOf(choice, '14:03:22');
    expect(query).toBe('?t=14:03:22&hide=04-screen,01-camera2&large=03-camera1&mute=2,10&solo=3&voice=both');
    expect([choiceIn(query), clockIn(query)]).toEqual([choice, '14:03:22']);
    expect(choiceIn('?t=1')).toEqual(USUAL);
  });

  it('leaves out what it cannot read', () => {
    expect(choiceIn('?hide=<b>,03-camera1,,x&large=no&mute=a,-1,3&voice=loud')).toEqual({ ...USUAL, hidden: ['03-camera1'], muted: [3] });
    expect([clockIn(''), clockIn('?t=99'), clockIn('?t=%31%34:03:22')]).toEqual([undefined, undefined, '14:03:22']);
  });

  it('turns one choice over at a time', () => {
    expect([flipped([1, 2], 2), flipped([1], 2)]).toEqual([[1], [1, 2]]);
  });
});

describe('a time on the wall', () => {
  const sitting = { began_utc_ms: Date.parse('2026-11-24T06:40:10.250Z'), duration_ms: 4 * 3_600_000, zone: 'Asia/Ho_Chi_Minh' };
  it('is hearing time, to the second that the clock shows', () => {
    expect(atClock(sitting, '14:00:00')).toEqual({ ms: 19 * 60_000 + 49_750, inside: true });
    expect(atClock(sitting, '13:40:10')).toEqual({ ms: 0, inside: true });
    expect(atClock(sitting, '9:5:00')).toBeUndefined();
    expect([secondsIn('24:00:00'), secondsIn('x')]).toEqual([undefined, undefined]);
  });

  it('that the sitting did not reach is its nearer end', () => {
    expect(atClock(sitting, '13:39:00')).toEqual({ ms: 0, inside: false });
    expect(atClock(sitting, '18:30:00')).toEqual({ ms: sitting.duration_ms, inside: false });
  });

  it('goes on past midnight, and over a change of clocks', () => {
    const night = { ...sitting, began_utc_ms: Date.parse('2026-11-24T16:30:00Z') };
    expect(atClock(night, '00:15:00')).toEqual({ ms: 45 * 60_000, inside: true });
    const autumn = { began_utc_ms: Date.parse('2026-10-24T23:30:00Z'), duration_ms: 6 * 3_600_000, zone: 'Europe/Berlin' };
    expect(atClock(autumn, '04:00:00')).toEqual({ ms: 3.5 * 3_600_000, inside: true });
  });
});

describe('a link to a moment of a case', () => {
  const record = (id: string, over: Partial<RecordSummary> = {}): RecordSummary => ({
    id, hearing: id.slice(0, 36), sitting: Number(id.slice(37)), case: '45/2026/TLST-HS', title: '', day: '2026-11-24', rehearsal: false,
    from: '2026-11-24T13:40:00+07:00', to: '2026-11-24T16:00:00+07:00', sealed: null, result: null, people: [], ...over,
  });
  const [a, b] = ['0192f1aa-0000-7000-8000-000000000001', '0192f1bb-0000-7000-8000-000000000002'];
  const later = { from: '2026-12-01T08:00:00+07:00', to: '2026-12-01T10:00:00+07:00' };
  const all = [record(`${a}-01`), record(`${a}-02`, later), record(`${b}-01`, { case: '46/2026/TLST-HS' })];
  const ids = (found: readonly RecordSummary[]) => found.map(({ id }) => id);

  it('names the case, the record and the clock', () => {
    expect(caseLink('45/2026/TLST-HS', `${a}-01`, '14:03:22')).toBe(`/case/45%2F2026%2FTLST-HS/${a}-01/14:03:22`);
  });

  it('finds the record by its id, whatever its case is called by now', () => {
    expect(ids(meant(all, 'renamed', `${a}-02`.toUpperCase()))).toEqual([`${a}-02`]);
    expect(ids(meant(all, 'renamed', b))).toEqual([`${b}-01`]);
  });

  it('finds it by the case and the sitting, or the beginning of the hearing’s id', () => {
    expect(ids(meant(all, ' 45/2026/tlst-hs', '2'))).toEqual([`${a}-02`]);
    expect(ids(meant(all, '45/2026/TLST-HS', '0192f1aa'))).toEqual([`${a}-02`, `${a}-01`]);
    expect(ids(meant(all, '45/2026/TLST-HS', '0192'))).toEqual([]);
    expect(ids(meant(all, '46/2026/TLST-HS', '0192f1aa'))).toEqual([]);
  });

  it('takes the sitting in which the clock showed it', () => {
    const sittings = meant(all, '45/2026/TLST-HS', a);
    expect(ids(nearby(sittings, '14:03:22'))).toEqual([`${a}-01`]);
    expect(ids(nearby(sittings, '09:30:00'))).toEqual([`${a}-02`]);
    expect(nearby(sittings, '23:00:00')).toHaveLength(2);
    const night = record(`${a}-03`, { from: '2026-12-02T22:00:00+07:00', to: '2026-12-03T01:00:00+07:00' });
    expect(ids(nearby([...sittings, night], '00:30:00'))).toEqual([`${a}-03`]);
  });
});

describe('the part of the axis that is shown', () => {
  const long = 4 * 3_600_000, hour = 3_600_000;
  it('lies around the cursor and within the record', () => {
    expect(around(2 * hour, hour, long)).toEqual({ fromMs: 1.5 * hour, toMs: 2.5 * hour });
    expect(around(0, hour, long)).toEqual({ fromMs: 0, toMs: hour });
    expect(around(long, hour, long)).toEqual({ fromMs: 3 * hour, toMs: long });
    expect([around(5, 0, long), around(5, hour, 1000)]).toEqual([{ fromMs: 0, toMs: long }, { fromMs: 0, toMs: 1000 }]);
  });

  it('stands while the cursor plays in it, and turns when it plays out of it', () => {
    const window = around(2 * hour, hour, long);
    expect(followed(window, window.toMs - 500, window.toMs - 200, long)).toBe(window);
    const next = followed(window, window.toMs - 100, window.toMs + 200, long);
    expect(next.fromMs).toBeGreaterThan(window.fromMs);
    expect(next.fromMs).toBeLessThan(window.toMs);
  });

  it('comes along with a jump, and stays where somebody looks around', () => {
    const window = around(2 * hour, hour, long);
    expect(followed(window, 2 * hour, 3 * hour, long)).toEqual({ fromMs: 2.5 * hour, toMs: 3.5 * hour });
    expect(followed(window, 3 * hour, 0.75 * hour, long)).toEqual({ fromMs: 0.25 * hour, toMs: 1.25 * hour });
    const away = paged(window, 1, long);
    expect(away.fromMs).toBe(1.5 * hour + 0.8 * hour);
    expect(followed(away, 2 * hour, 2 * hour + 300, long)).toBe(away);
    expect(paged(around(0, hour, long), -1, long)).toEqual({ fromMs: 0, toMs: hour });
  });
});
