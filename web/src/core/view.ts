//! Snapshot and changes to the one view the client holds.

import type { Change, SeatId, SeatView, TrackId, View } from '../protocol/generated/signal';

/** The view with one section replaced. */
export function applied(view: View, change: Change): View {
  switch (change.section) {
    case 'hearing': return { ...view, hearing: change.value };
    case 'session': return { ...view, session: change.value };
    case 'me': return { ...view, me: change.value };
    case 'seats': return { ...view, seats: change.value };
    case 'tracks': return { ...view, tracks: change.value };
    case 'heard_by': return { ...view, heard_by: change.value };
    case 'seen_by': return { ...view, seen_by: change.value };
    case 'signals': return { ...view, signals: change.value };
    case 'charges': return { ...view, charges: change.value };
    case 'reports': return { ...view, reports: change.value };
    case 'acts': return { ...view, acts: change.value };
    case 'procedure': return { ...view, procedure: change.value };
    case 'rooms': return { ...view, rooms: change.value };
    case 'exhibits': return { ...view, exhibits: change.value };
    case 'shown': return { ...view, shown: change.value };
    case 'messages': return { ...view, messages: change.value };
    case 'tasks': return { ...view, tasks: change.value };
    case 'minutes': return { ...view, minutes: change.value };
  }
}

export function follow(view: View, changes: readonly Change[]): View {
  return changes.reduce(applied, view);
}

/** `03-camera1` is seat 3. */
export function seatOf(track: TrackId): SeatId {
  return Number.parseInt(track, 10);
}

/** `03-camera1` is camera1. */
export function deviceOf(track: TrackId): string {
  return track.slice(track.indexOf('-') + 1);
}

export function isAudio(track: TrackId): boolean {
  const device = deviceOf(track);
  return device === 'microphone' || device === 'interpretation' || device === 'played_sound';
}

/** Pictures of a seat, and none of what it plays, among the tracks routed here: the first camera first, screens and documents last. */
export function picturesOf(seat: SeatId, tracks: readonly TrackId[]): TrackId[] {
  return tracks.filter((track) => seatOf(track) === seat && !isAudio(track) && deviceOf(track) !== 'played').sort();
}

/** The picture of the recording that is played to this screen, if it has one. */
export function playedPicture(tracks: readonly TrackId[]): TrackId | undefined {
  return tracks.find((track) => deviceOf(track) === 'played');
}

export function seatIn(view: View, id: SeatId): SeatView | undefined {
  return view.me.seat === id ? view.me : view.seats.find((seat) => seat.seat === id);
}

/** Milliseconds in session at the server's time `now`. */
export function inSession(view: View, now: number): number {
  const { in_session_before_ms: before, in_session_since_ms: since } = view.session;
  return before + (since === null ? 0 : Math.max(0, now - since));
}
