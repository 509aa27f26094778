//! Who hears and sees whom: every pair asked in turn.

use super::rules::{Place, Rules};
use assize_core::hearing::SessionState;
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::routing::{Channel, Route, Routes, Sink};

fn is_sound(device: DeviceKind) -> bool {
    matches!(device, DeviceKind::Microphone | DeviceKind::Interpretation)
}

impl Rules {
    pub(super) fn here(&self, seat: u16) -> bool {
        self.seats.get(&seat).is_some_and(|place| place.inside && place.online.is_some())
    }

    /// Whether sound for its room comes out at the seat: a device before a screen, a lower number before a higher.
    fn sounds(&self, seat: u16) -> bool {
        let me = &self.seats[&seat];
        let before = |other: u16, place: &Place| {
            place.at == me.at
                && self.here(other)
                && (place.is_device(), std::cmp::Reverse(other)) > (me.is_device(), std::cmp::Reverse(seat))
        };
        me.at == '-' || !self.seats.iter().any(|(other, place)| before(*other, place))
    }

    fn in_session(&self) -> bool {
        self.state == SessionState::InSession
    }

    fn speaks(&self, from: u16) -> bool {
        let place = &self.seats[&from];
        self.in_session() && place.open && !place.muted
    }

    fn reaches(&self, from: u16, device: DeviceKind, to: u16) -> bool {
        let (source, sink) = (&self.seats[&from], &self.seats[&to]);
        let both = self.here(from) && self.here(to) && from != to && !source.observes();
        let together = source.at != '-' && source.at == sink.at;
        let hears = self.speaks(from) && !together && self.sounds(to);
        both && (self.in_session() || !sink.observes()) && (hears || !is_sound(device))
    }

    fn recorded(&self, from: u16, device: DeviceKind) -> bool {
        let source = &self.seats[&from];
        let there = self.here(from) && !source.observes() && self.in_session() && self.recording;
        there && (!is_sound(device) || self.speaks(from))
    }

    pub(super) fn routes(&self) -> Routes {
        let mut routes = Routes::new();
        for (from, source) in &self.seats {
            for device in &source.publishes {
                let channel = match device {
                    DeviceKind::Interpretation => Channel::Interpretation,
                    _ => Channel::Floor,
                };
                let source = TrackId { seat: SeatId(*from), device: *device };
                let to = |sink| Route { source, sink, channel, delay_ms: 0, opaque: false };
                for sink in self.seats.keys().filter(|sink| self.reaches(*from, *device, **sink)) {
                    routes.insert(to(Sink::Seat(SeatId(*sink))));
                }
                if self.recorded(*from, *device) {
                    routes.insert(to(Sink::Recorder));
                }
            }
        }
        routes
    }
}
