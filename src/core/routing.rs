//! Who hears and sees whom: the one place. Media and recorder execute the difference between two route sets.
//!
//! Nothing reaches an ear, an eye or the disk unless [`routes`] says so.

use crate::hearing::{Hearing, Occupant, Seat, SessionState};
use crate::ids::{DeviceKind, PointId, SeatId, TrackId};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sink {
    Seat(SeatId),
    /// A sink like any other.
    Recorder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    Floor,
    Interpretation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    pub source: TrackId,
    pub sink: Sink,
    pub channel: Channel,
    /// Added delay in milliseconds.
    pub delay_ms: u32,
    /// End-to-end encrypted: forwarded without looking inside, never to the recorder.
    pub opaque: bool,
}

/// The full set of (source, sink) pairs of a hearing.
pub type Routes = BTreeSet<Route>;

/// Computes the routes of a hearing from its state alone.
#[must_use]
pub fn routes(hearing: &Hearing) -> Routes {
    let in_session = match hearing.state {
        SessionState::InSession => true,
        SessionState::Waiting | SessionState::Held | SessionState::Paused => false,
        SessionState::Scheduled | SessionState::Suspended | SessionState::Postponed | SessionState::Closed => {
            return Routes::new();
        }
    };
    let present = present(hearing);
    let mut routes = Routes::new();
    for source in present.iter().filter(|place| !place.only_receives) {
        for &device in &source.seat.devices {
            // Sound leaves a microphone in session only, and only of who may speak in the phase: a pause, and the next
            // phase, cut it here, whatever a screen says.
            if device.is_audio() && !(in_session && source.seat.microphone.is_live() && source.may_speak) {
                continue;
            }
            let reached = present.iter().filter(|sink| reaches(source, sink, device, in_session));
            routes.extend(reached.map(|sink| route(source, device, Sink::Seat(sink.seat.id))));
            if in_session && hearing.recording {
                routes.insert(route(source, device, Sink::Recorder));
            }
        }
    }
    routes
}

/// A seat in the courtroom with a live link, and what matters of it here.
struct Place<'a> {
    seat: &'a Seat,
    point: Option<PointId>,
    only_receives: bool,
    may_speak: bool,
    /// Whether sound for its room comes out here.
    loudspeaker: bool,
}

fn present(hearing: &Hearing) -> Vec<Place<'_>> {
    let loudspeakers = loudspeakers(hearing);
    let place = |seat| {
        let point = hearing.point_of(seat);
        let loudspeaker = point.is_none_or(|point| loudspeakers.get(&point) == Some(&seat.id));
        let (only_receives, may_speak) = (hearing.only_receives(seat), hearing.may_speak(seat));
        Place { seat, point, only_receives, may_speak, loudspeaker }
    };
    hearing.seats.values().filter(|seat| seat.is_present()).map(place).collect()
}

/// The one seat of each point whose sound is on: its first device, or without one its first screen. A courtroom must
/// not howl.
fn loudspeakers(hearing: &Hearing) -> BTreeMap<PointId, SeatId> {
    let mut first = BTreeMap::new();
    for seat in hearing.seats.values().filter(|seat| seat.is_present()) {
        let Some(point) = hearing.point_of(seat) else { continue };
        let rank = (!matches!(seat.occupant, Occupant::Point { .. }), seat.id);
        let best = first.entry(point).or_insert(rank);
        *best = rank.min(*best);
    }
    first.into_iter().map(|(point, (_, seat))| (point, seat)).collect()
}

fn reaches(source: &Place<'_>, sink: &Place<'_>, device: DeviceKind, in_session: bool) -> bool {
    if source.seat.id == sink.seat.id || (sink.only_receives && !in_session) {
        return false;
    }
    if device.is_audio() {
        let same_room = source.point.is_some() && source.point == sink.point;
        !same_room && sink.loudspeaker
    } else {
        true
    }
}

fn route(source: &Place<'_>, device: DeviceKind, sink: Sink) -> Route {
    let channel = if device == DeviceKind::Interpretation { Channel::Interpretation } else { Channel::Floor };
    Route { source: TrackId { seat: source.seat.id, device }, sink, channel, delay_ms: 0, opaque: false }
}
