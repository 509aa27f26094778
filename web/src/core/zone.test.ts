import { describe, expect, it } from 'vitest';
import { dayAfter, dayOf, instant, timeOf } from './zone';

const COURT = 'Asia/Ho_Chi_Minh';

describe('the court’s zone', () => {
  it('has its own day: an evening in UTC is the next morning there', () => {
    const at = Date.parse('2026-11-21T18:30:00Z');
    expect(dayOf(at, COURT)).toBe('2026-11-22');
    expect(timeOf(at, COURT)).toBe('01:30');
  });

  it('writes an instant with its offset', () => {
    expect(instant('2026-11-25', '08:00', COURT)).toBe('2026-11-25T08:00:00+07:00');
    expect(instant('2026-07-01', '08:00', 'America/New_York')).toBe('2026-07-01T08:00:00-04:00');
    expect(instant('2026-01-01', '08:30', 'Asia/Kolkata')).toBe('2026-01-01T08:30:00+05:30');
  });

  it('gets the hours around a change of clocks right', () => {
    expect(instant('2026-03-29', '01:59', 'Europe/Berlin')).toBe('2026-03-29T01:59:00+01:00');
    expect(instant('2026-03-29', '03:00', 'Europe/Berlin')).toBe('2026-03-29T03:00:00+02:00');
  });

  it('refuses what is no day or time', () => {
    expect(instant('', '08:00', COURT)).toBeUndefined();
    expect(instant('2026-11-25', '', COURT)).toBeUndefined();
    expect(instant('2026-13-45', '08:00', COURT)).toBeUndefined();
  });

  it('counts days on the calendar', () => {
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
    expect(dayAfter('2026-03-01', -1)).toBe('2026-02-28');
  });
});
