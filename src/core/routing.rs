//! Who hears and sees whom: the one place. Media and recorder execute the difference between two route sets.
//!
//! Nothing reaches an ear, an eye or the disk unless [`routes`] says so.

use crate::hearing::{Hearing, Occupant, Seat, SessionState};
use crate::ids::{DeviceKind, PointId, RoomId, SeatId, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sink {
    Seat(SeatId),
    /// A sink like any other.
    Recorder,
}

/// What a voice is on, and what a seat listens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Floor,
    Interpretation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    pub source: TrackId,
    pub sink: Sink,
    pub channel: Channel,
    /// Added delay in milliseconds: what is captured now arrives so much later, and what is captured after a cut never.
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
    let interpreted = interpreted(hearing, &present, in_session);
    let mut routes = Routes::new();
    for source in present.iter().filter(|place| place.sends && !place.sealed) {
        for &device in &source.seat.devices {
            if device.is_played() {
                played(hearing, source, device, &present, &mut routes);
                continue;
            }
            // Sound leaves a microphone in session only, and only of who may speak in the phase: a pause, and the next
            // phase, cut it here, whatever a screen says.
            if device.is_audio() && !(in_session && source.seat.microphone.is_live() && source.may_speak) {
                continue;
            }
            let channel = hearing.channel_of(source.seat, device);
            let listens = |sink: &Place<'_>| !device.is_audio() || channel == heard(sink, &interpreted);
            let reached = present.iter().filter(|sink| {
                listens(sink) && reaches(source, sink, device, in_session) && !withheld(hearing, source, sink, device)
            });
            routes.extend(reached.map(|sink| Route { channel, ..lead(source, device, sink) }));
            if in_session && hearing.recording {
                routes.insert(Route { channel, ..route(source, device, Sink::Recorder) });
            }
        }
    }
    for room in hearing.rooms.open.keys() {
        private(hearing, *room, &mut routes);
    }
    routes
}

/// A recording that is shown: to whom it is shown and to the record, whoever's microphone is closed and whatever channel
/// they listen to. Its sound comes out of one loudspeaker of a room, that of who shows it as well.
fn played(hearing: &Hearing, source: &Place<'_>, device: DeviceKind, present: &[Place<'_>], routes: &mut Routes) {
    // What is shown is shown in session only.
    if hearing.player().is_none_or(|player| player.id != source.seat.id) {
        return;
    }
    let reached = present.iter().filter(|sink| {
        let comes_out = sink.loudspeaker || !device.is_audio();
        let other = sink.seat.id != source.seat.id;
        other && comes_out && hearing.is_shown_to(sink.seat) && !withheld(hearing, source, sink, device)
    });
    routes.extend(reached.map(|sink| lead(source, device, sink)));
    if hearing.recording {
        routes.insert(route(source, device, Sink::Recorder));
    }
}

/// The seats that listen to the interpretation and are reached by some: the others hear the floor.
fn interpreted(hearing: &Hearing, present: &[Place<'_>], in_session: bool) -> BTreeSet<SeatId> {
    let mut interpreted = BTreeSet::new();
    let speaks = |place: &&Place<'_>| {
        place.sends && !place.sealed && in_session && place.seat.microphone.is_live() && place.may_speak
    };
    for source in present.iter().filter(speaks) {
        let mut devices = source.seat.devices.iter().copied();
        let on_channel = |device: &DeviceKind| {
            device.is_voice() && hearing.channel_of(source.seat, *device) == Channel::Interpretation
        };
        let Some(device) = devices.find(on_channel) else { continue };
        let listens = |sink: &&Place<'_>| {
            sink.seat.listens == Channel::Interpretation
                && reaches(source, sink, device, in_session)
                && !withheld(hearing, source, sink, device)
        };
        interpreted.extend(present.iter().filter(listens).map(|sink| sink.seat.id));
    }
    interpreted
}

/// The channel that a seat hears now.
fn heard(sink: &Place<'_>, interpreted: &BTreeSet<SeatId>) -> Channel {
    if interpreted.contains(&sink.seat.id) { Channel::Interpretation } else { Channel::Floor }
}

/// The routes of a private room: among its members, whatever the state of the session, and never to the recorder.
fn private(hearing: &Hearing, room: RoomId, routes: &mut Routes) {
    let inside = hearing.seats.values().filter(|seat| seat.private == Some(room) && seat.connection.is_some());
    let members: Vec<Place<'_>> = places(hearing, inside.collect());
    let opaque = hearing.is_encrypted(room);
    // What is sent for other ears than these would be noise here, or in the clear where nothing is to be.
    for source in members.iter().filter(|place| place.sealed == opaque) {
        for &device in source.seat.devices.iter().filter(|device| !device.is_played()) {
            // The court's mute is about the courtroom.
            if device.is_audio() && !source.seat.microphone.open {
                continue;
            }
            let reached = members
                .iter()
                .filter(|sink| reaches(source, sink, device, true) && !withheld(hearing, source, sink, device));
            routes.extend(reached.map(|sink| Route { opaque, ..lead(source, device, sink) }));
        }
    }
}

/// A seat in the courtroom with a live link, and what matters of it here.
struct Place<'a> {
    seat: &'a Seat,
    point: Option<PointId>,
    only_receives: bool,
    may_speak: bool,
    sends: bool,
    /// What it sends only the members of its private room can decrypt.
    sealed: bool,
    /// Whether sound for its room comes out here.
    loudspeaker: bool,
    delay_ms: u32,
}

fn present(hearing: &Hearing) -> Vec<Place<'_>> {
    let withdrawn = hearing.points_in_private();
    let mut present = places(hearing, hearing.seats.values().filter(|seat| seat.is_present()).collect());
    // Nothing of a place where somebody speaks in private is heard or seen in the courtroom, and no sound of the courtroom
    // disturbs there.
    for place in present.iter_mut().filter(|place| place.point.is_some_and(|point| withdrawn.contains(&point))) {
        place.sends = false;
        place.loudspeaker = false;
    }
    present
}

fn places<'a>(hearing: &'a Hearing, seats: Vec<&'a Seat>) -> Vec<Place<'a>> {
    let loudspeakers = loudspeakers(hearing, &seats);
    let place = |seat| {
        let point = hearing.point_of(seat);
        let loudspeaker = point.is_none_or(|point| loudspeakers.get(&point) == Some(&seat.id));
        let sealed = hearing.rooms.sealed.contains(&seat.id);
        let (only_receives, may_speak) = (hearing.only_receives(seat), hearing.may_speak(seat));
        let delay_ms = hearing.delay_s(seat).saturating_mul(1000);
        Place { seat, point, only_receives, may_speak, sends: !only_receives, sealed, loudspeaker, delay_ms }
    };
    seats.into_iter().map(place).collect()
}

/// The one seat of each point whose sound is on: its first device, or without one its first screen. A courtroom must
/// not howl.
fn loudspeakers(hearing: &Hearing, seats: &[&Seat]) -> BTreeMap<PointId, SeatId> {
    let mut first = BTreeMap::new();
    for seat in seats {
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

/// By an order of the plan. The record has everything.
fn withheld(hearing: &Hearing, source: &Place<'_>, sink: &Place<'_>, device: DeviceKind) -> bool {
    let withheld = hearing.withheld(source.seat, sink.seat);
    if device.is_audio() { withheld.voice } else { withheld.picture }
}

fn lead(source: &Place<'_>, device: DeviceKind, sink: &Place<'_>) -> Route {
    Route { delay_ms: sink.delay_ms, ..route(source, device, Sink::Seat(sink.seat.id)) }
}

fn route(source: &Place<'_>, device: DeviceKind, sink: Sink) -> Route {
    let channel = if device == DeviceKind::Interpretation { Channel::Interpretation } else { Channel::Floor };
    Route { source: TrackId { seat: source.seat.id, device }, sink, channel, delay_ms: 0, opaque: false }
}
