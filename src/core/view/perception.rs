//! The routes of a hearing, as those concerned are told of them.

use crate::hearing::Hearing;
use crate::ids::{PointId, SeatId, TrackId};
use crate::routing::{self, Sink};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(super) struct Perception {
    /// By sink, what is routed to it.
    tracks: BTreeMap<SeatId, Vec<TrackId>>,
    /// By source, who hears and who sees it.
    heard_by: BTreeMap<SeatId, BTreeSet<SeatId>>,
    seen_by: BTreeMap<SeatId, BTreeSet<SeatId>>,
}

impl Perception {
    /// `receives`: the seats that media reaches at all; whatever is routed to the others, they perceive nothing.
    pub(super) fn of(hearing: &Hearing, receives: impl Fn(SeatId) -> bool) -> Self {
        let rooms = rooms(hearing);
        let mut perception = Self::default();
        for route in routing::routes(hearing) {
            let Sink::Seat(sink) = route.sink else { continue };
            let source = route.source.seat;
            perception.tracks.entry(sink).or_default().push(route.source);
            // A recording that is played is nobody's voice or face.
            if !receives(sink) || route.source.device.is_played() {
                continue;
            }
            if route.source.device.is_audio() {
                // A sink's sound fills its room: everybody at its point hears.
                let heard_by = perception.heard_by.entry(source).or_default();
                heard_by.insert(sink);
                heard_by.extend(rooms.get(&sink).into_iter().flatten());
            } else {
                perception.seen_by.entry(source).or_default().insert(sink);
            }
        }
        perception
    }

    pub(super) fn tracks(&self, sink: SeatId) -> Vec<TrackId> {
        self.tracks.get(&sink).cloned().unwrap_or_default()
    }

    pub(super) fn is_led_to(&self, sink: SeatId, track: TrackId) -> bool {
        self.tracks.get(&sink).is_some_and(|tracks| tracks.contains(&track))
    }

    pub(super) fn heard_by(&self, source: SeatId) -> Vec<SeatId> {
        self.heard_by.get(&source).into_iter().flatten().copied().collect()
    }

    pub(super) fn seen_by(&self, source: SeatId) -> Vec<SeatId> {
        self.seen_by.get(&source).into_iter().flatten().copied().collect()
    }
}

/// For each seat at a point, everybody present there.
fn rooms(hearing: &Hearing) -> BTreeMap<SeatId, Vec<SeatId>> {
    let mut points: BTreeMap<PointId, Vec<SeatId>> = BTreeMap::new();
    for seat in hearing.seats.values().filter(|seat| seat.is_present()) {
        if let Some(point) = hearing.point_of(seat) {
            points.entry(point).or_default().push(seat.id);
        }
    }
    points.into_values().flat_map(|seats| seats.clone().into_iter().map(move |seat| (seat, seats.clone()))).collect()
}
