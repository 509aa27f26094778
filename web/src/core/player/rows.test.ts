import { describe, expect, it } from 'vitest';
import type { Timeline } from '../api';
import { momentOf, placed } from './ledger';
import { exhibitsShown, floors, ofSort, procedurePhases, phaseNamed, spokenBy } from './rows';

let n = 0;
const event = (ms: number, kind: string, data: unknown = null) => ({ n: n++, ms, kind, data });
const procedure = { phases: [
  { id: 'opening', name: { vi: 'Bắt đầu', en: 'Opening' }, deliberation: false },
  { id: 'questioning', name: { vi: 'Xét hỏi', en: 'Questioning' }, deliberation: false },
  { id: 'deliberation', name: { vi: 'Nghị án', en: 'Deliberation' }, deliberation: true },
] };
const timeline = (...events: Timeline['events'][number][]): Timeline => ({
  hearing: 'h', case: '1', title: '', zone: 'UTC', rehearsal: false, began_utc_ms: 0, duration_ms: 100_000, tracks: [], spans: [],
  events: [event(0, 'planned', { plan: {}, procedure }), ...events],
});

describe('phases of the procedure', () => {
  it('last until the next, through a pause, and end with the sitting', () => {
    const told = timeline(event(1000, 'phase_began', { phase: 'opening' }), event(5000, 'paused'), event(20_000, 'phase_began', { phase: 'questioning' }), event(90_000, 'closed'));
    expect(procedurePhases(told).map(({ name, fromMs, toMs }) => [name?.vi, fromMs, toMs])).toEqual([['Bắt đầu', 1000, 20_000], ['Xét hỏi', 20_000, 90_000]]);
  });

  it('go on from the sitting before, and are there without a name as well', () => {
    const told = timeline(event(1000, 'continued', { carried: { phase: 'questioning' } }), event(30_000, 'phase_began', { phase: 'unknown' }));
    expect(procedurePhases(told).map(({ id, name, toMs }) => [id, name?.en, toMs])).toEqual([['questioning', 'Questioning', 30_000], ['unknown', undefined, 100_000]]);
  });

  it('name the line that begins them', () => {
    expect(phaseNamed(timeline(), event(1, 'phase_began', { phase: 'opening' }))?.vi).toBe('Bắt đầu');
  });
});

describe('the floor', () => {
  it('is one seat’s until it is given on, taken back, or nobody is in session', () => {
    const told = timeline(
      event(1000, 'floor_given', { seat: 3 }), event(2000, 'floor_given', { seat: 4 }), event(3000, 'floor_taken'),
      event(4000, 'floor_given', { seat: 3 }), event(5000, 'held', {}), event(6000, 'floor_given', { seat: 3 }), event(6500, 'removed', { seat: 9 }), event(7000, 'removed', { seat: 3 }),
    );
    expect(floors(told).map(({ seat, fromMs, toMs }) => [seat, fromMs, toMs])).toEqual([[3, 1000, 2000], [4, 2000, 3000], [3, 4000, 5000], [3, 6000, 7000]]);
  });

  it('is not what was said: that is told with its own begin and end', () => {
    const told = timeline(event(9000, 'spoke', { seat: 3, from_us: 5_000_000, to_us: 8_000_000 }), event(9500, 'spoke', { seat: 3, from_us: 7_000_000, to_us: 9_000_000 }), event(9600, 'spoke', { seat: 4, from_us: 1, to_us: 2 }));
    expect(spokenBy(told, 3)).toEqual([{ fromMs: 5000, toMs: 9000 }]);
  });
});

describe('exhibits', () => {
  it('are shown until stopped, until another is, and until the session rests or deliberates', () => {
    const told = timeline(
      event(500, 'exhibit_received', { exhibit: 1, title: 'Giấy bán xe' }), event(1000, 'exhibit_shown', { exhibit: 1 }), event(1500, 'exhibit_page', { exhibit: 1, page: 2 }),
      event(2000, 'exhibit_shown', { exhibit: 2 }), event(3000, 'exhibit_stopped', { exhibit: 2 }), event(4000, 'exhibit_shown', { exhibit: 1 }), event(5000, 'paused'),
      event(6000, 'exhibit_shown', { exhibit: 1 }), event(7000, 'phase_began', { phase: 'questioning' }), event(8000, 'phase_began', { phase: 'deliberation' }),
    );
    expect(exhibitsShown(told).map(({ number, title, fromMs, toMs }) => [number, title, fromMs, toMs])).toEqual([
      [1, 'Giấy bán xe', 1000, 2000], [2, '', 2000, 3000], [1, 'Giấy bán xe', 4000, 5000], [1, 'Giấy bán xe', 6000, 8000],
    ]);
  });

  it('keep their names from the sitting before', () => {
    const told = timeline(event(10, 'continued', { carried: { exhibits: [{ number: 4, exhibit: { title: 'Ảnh' } }] } }), event(1000, 'exhibit_shown', { exhibit: 4 }));
    expect(exhibitsShown(told)[0]?.title).toBe('Ảnh');
  });
});

describe('lines of a list', () => {
  it('stand where it happened, though it was written down later', () => {
    const said = event(9000, 'spoke', { seat: 1, from_us: 2_000_000, to_us: 8_000_000 });
    const note = event(9500, 'note_written', { note: 1, at_us: 3_500_400 });
    const gap = event(9600, 'gap', { track: '01-camera1', from_us: 1_000_000, to_us: 2_000_000 });
    expect([said, note, gap].map(momentOf)).toEqual([2000, 3500, 1000]);
    expect(placed([event(2500, 'opened'), said, note, gap]).map(({ kind }) => kind)).toEqual(['gap', 'spoke', 'opened', 'note_written']);
  });

  it('are of one sort, so that each item of a row has a line to press', () => {
    const events = [event(1, 'opened'), event(2, 'phase_began', {}), event(3, 'spoke', {}), event(4, 'exhibit_shown', {}), event(5, 'gap', {}), event(6, 'messaged', {})];
    const kinds = (sort: Parameters<typeof ofSort>[1]) => ofSort(events, sort, ({ kind }) => kind !== 'messaged', ({ kind }) => kind === 'gap').map(({ kind }) => kind);
    expect(kinds('phases')).toEqual(['opened', 'phase_began']);
    expect(kinds('speakers')).toEqual(['spoke']);
    expect(kinds('exhibits')).toEqual(['exhibit_shown']);
    expect(kinds('incidents')).toEqual(['gap']);
    expect([kinds('course').length, kinds('all').length]).toEqual([5, 6]);
  });
});
