import { describe, expect, it } from 'vitest';
import type { Timeline } from '../../../core/api';
import { track } from '../../../core/player/fixtures';
import { eventNote, eventText, isCourse, isIncident, laneName, lostText } from './naming';

const timeline: Timeline = {
  hearing: 'h', case: '1', title: '', zone: 'UTC', rehearsal: false, began_utc_ms: 0, duration_ms: 0, spans: [], events: [],
  tracks: [
    track({ seat: 2, label: 'Đặng Ngọc Diệp', people: [{ name: 'Đặng Ngọc Diệp', role: 'counsel' }] }),
    track({ id: '03-camera1', seat: 3, label: 'Trại tạm giam số 2', people: [{ name: 'A', role: 'defendant' }, { name: 'B', role: 'point_officer' }] }),
  ],
};
const event = (kind: string, data: unknown) => ({ n: 1, ms: 0, kind, data });

describe('naming', () => {
  it('puts the role before a person and leaves a point its name', () => {
    expect(timeline.tracks.map((one) => laneName(one))).toEqual(['Người bào chữa Đặng Ngọc Diệp', 'Trại tạm giam số 2']);
  });

  it('names the seat of an event, by its number where it sent nothing', () => {
    expect(eventText(timeline, event('mute_locked', { seat: 2 }))).toContain('Đặng Ngọc Diệp');
    expect(eventText(timeline, event('entered', { seat: 9 }))).toContain('9');
  });

  it('says of a gap whose it is, of what, why and how long', () => {
    const gap = event('gap', { track: '03-camera1', from_us: 1_000_000, to_us: 1_200_000, reason: 'network' });
    expect([eventText(timeline, gap), eventNote(gap)]).toEqual(['Thiếu hình: Trại tạm giam số 2', 'đường truyền · 0,2 giây']);
    const many = event('gap', { track: '03-camera1', from_us: 1_000_000, to_us: 6_000_000, reason: 'network', pieces: { count: 37, missing_us: 200_000 } });
    expect(eventNote(many)).toBe('đường truyền · 37 khoảng thiếu · 0,2 giây');
    const both = event('gap', { track: '02-camera1', tracks: ['02-camera1', '02-microphone'], from_us: 0, to_us: 12_000_000, reason: 'outage' });
    expect([eventText(timeline, both), eventNote(both)]).toEqual(['Thiếu tiếng và hình: Người bào chữa Đặng Ngọc Diệp', 'máy chủ không chạy · 00:12']);
  });

  it('says of a stretch that is lost in part in how many pieces and how much of it', () => {
    const span = { fromMs: 1000, toMs: 6000, reason: 'network', count: 37, missingMs: 200 };
    expect(lostText({ ...span, kind: 'partly' })).toBe('mất một phần do sự cố, 37 khoảng thiếu, 0,2 giây trong 5 giây: đường truyền');
    expect(lostText({ ...span, kind: 'lost' })).toBe('mất do sự cố, 5 giây: đường truyền');
  });

  it('finds who took a seat that sent nothing in the ledger itself', () => {
    const plan = { people: [{ id: 'p2', name: 'Khuê', role: 'clerk' }], points: [{ id: 'q1', name: 'Trại tạm giam số 2', kind: 'detention' }] };
    const told: Timeline = {
      ...timeline,
      tracks: [],
      events: [
        event('planned', { plan }),
        event('entered', { seat: 2, entrant: { type: 'person', person: 'p2' } }),
        event('entered', { seat: 5, entrant: { type: 'device', point: 'q1', device: 'd' } }),
        event('entered', { seat: 6, entrant: { type: 'observer', name: 'Đoàn' } }),
      ],
    };
    expect([2, 5, 6].map((seat) => eventText(told, event('admitted', { seat })))).toEqual([
      'Gọi Thư ký phiên tòa Khuê vào phòng xử án',
      'Gọi Trại tạm giam số 2 vào phòng xử án',
      'Gọi Đoàn vào phòng xử án',
    ]);
  });

  it('marks and names a session that opens or goes on without being recorded', () => {
    for (const kind of ['opened', 'resumed']) {
      const [on, off, before] = [{ recording: true, reason: null }, { recording: false, reason: 'đĩa đầy' }, {}].map((data) => event(kind, data));
      expect([on!, off!, before!].map(isIncident)).toEqual([false, true, false]);
      expect(eventText(timeline, off!)).toContain('không ghi âm, ghi hình');
      expect(eventNote(off!)).toBe('đĩa đầy');
      expect(eventText(timeline, on!)).toBe(eventText(timeline, before!));
    }
  });

  it('tells the answer to a second use from calling in', () => {
    const seen = event('second_use_seen', { seat: 2 });
    expect(isIncident(seen)).toBe(true);
    expect(eventText(timeline, seen)).toContain('Đặng Ngọc Diệp');
    expect(eventText(timeline, seen)).not.toBe(eventText(timeline, event('admitted', { seat: 2 })));
  });

  it('says who wrote a message and what, beside the course of the hearing', () => {
    const message = event('messaged', { message: 1, from: 2, to: null, text: 'Đang dời micrô' });
    expect(eventText(timeline, message)).toContain('Đặng Ngọc Diệp');
    expect(eventNote(message)).toBe('Đang dời micrô');
    const desk = [message, event('task_taken', { task: { what: 'signal', signal: 1 }, by: 3 }), event('layout_set', { layout: null })];
    expect(desk.map(isCourse)).toEqual([false, false, false]);
    for (const one of desk) expect(eventText(timeline, one)).not.toBe(one.kind);
  });

  it('shows an event it does not know by its kind', () => {
    expect(eventText(timeline, event('oath_taken', null))).toBe('oath_taken');
  });

  it('gives reasons where there are any', () => {
    expect(eventNote(event('paused', { reason: 'nghỉ' }))).toBe('nghỉ');
    expect(eventNote(event('held', { cause: { type: 'pressed', reason: 'mất tiếng' } }))).toBe('mất tiếng');
    expect(eventNote(event('left', { reason: 'lost' }))).toBe('');
    expect(eventNote(event('closed', null))).toBe('');
    expect(eventNote(event('held', { cause: { type: 'new_cause' } }))).toBe('');
  });
});
