//! Views for tests.

import type { PersonView, PointKind, SeatView, View } from '../protocol/generated/signal';

export function seat(id: number, role: PersonView['role'], more: Partial<SeatView> = {}): SeatView {
  return {
    seat: id, point: null, point_kind: null, people: [{ name: `N${id}`, role }], room: 'courtroom', connected: true, microphone_open: true,
    muted: false, locked: false, devices: ['microphone', 'camera1'], playback_blocked: false, second_use: false, removed: false, ...more,
  };
}

export function point(id: number, kind: PointKind, people: PersonView['role'][], more: Partial<SeatView> = {}): SeatView {
  return seat(id, people[0] ?? 'defendant', { point: `P${id}`, point_kind: kind, people: people.map((role) => ({ name: role, role })), ...more });
}

export function view(more: Partial<View> = {}): View {
  return {
    hearing: { id: 'h', court: 'Court', zone: 'Asia/Ho_Chi_Minh', case: '45/2026/TLST-HS', title: 'A case', starts: '2026-11-21T08:00:00+07:00' },
    session: { state: 'waiting', recording: false, hold: null, in_session_since_ms: null, in_session_before_ms: 0 },
    me: seat(1, 'presiding_judge'), seats: [], tracks: [], heard_by: [], seen_by: [], acts: [], ...more,
  };
}
