//! Who hears and sees whom: every pair asked in turn.

use super::place::Place;
use super::rules::Rules;
use assize_core::hearing::SessionState;
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::routing::{Channel, Route, Routes, Sink};

fn is_sound(device: DeviceKind) -> bool {
    matches!(device, DeviceKind::Microphone | DeviceKind::Interpretation)
}

pub(super) fn is_played(device: DeviceKind) -> bool {
    matches!(device, DeviceKind::Played | DeviceKind::PlayedSound)
}

impl Rules {
    pub(super) fn here(&self, seat: u16) -> bool {
        self.seats.get(&seat).is_some_and(|place| place.inside && place.online.is_some() && place.talk.is_none())
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

    /// Whether the orders keep picture and voice of `from` away from `to`: the witness at p from everybody at d, the victim's
    /// picture from o and from observers, the interpreter's voice from everybody at d.
    pub(super) fn kept_from(&self, from: u16, to: u16) -> (bool, bool) {
        let (source, sink) = (&self.seats[&from], &self.seats[&to]);
        if !self.screened || from == to {
            return (false, false);
        }
        let witness = source.at == 'p' && sink.at == 'd';
        let victim = from == 11 && (sink.at == 'o' || sink.observes());
        let interpreter = from == 13 && sink.at == 'd';
        (witness || victim, witness || interpreter)
    }

    fn in_session(&self) -> bool {
        self.state == SessionState::InSession
    }

    fn speaks(&self, from: u16) -> bool {
        let place = &self.seats[&from];
        self.in_session() && place.open && !place.muted
    }

    /// Of two channels in the courtroom one reaches an ear: the interpretation if the seat wants it and there is some.
    /// A recording that is shown, before whom it is: out of one loudspeaker of a room, whoever is muted.
    fn is_played_to(&self, from: u16, device: DeviceKind, to: u16) -> bool {
        let (picture, voice) = self.kept_from(from, to);
        let sound = device == DeviceKind::PlayedSound;
        let comes = if sound { !voice && self.sounds(to) && !self.withdrew(to) } else { !picture };
        comes && from != to && self.plays(from) && self.has_before_them(to)
    }

    fn reaches(&self, from: u16, device: DeviceKind, to: u16) -> bool {
        if is_played(device) {
            return self.is_played_to(from, device, to);
        }
        let in_private = self.seats[&from].talk.is_some();
        let one = !is_sound(device) || in_private || self.is_interpretation(from, device) == self.is_interpreted(to);
        one && self.is_sent(from, device, to)
    }

    fn is_interpretation(&self, from: u16, device: DeviceKind) -> bool {
        let interprets = self.seats[&from].interprets && self.seats[&from].talk.is_none();
        device == DeviceKind::Interpretation || (is_sound(device) && interprets)
    }

    fn is_interpreted(&self, to: u16) -> bool {
        let speaks = |(from, place): (&u16, &Place)| {
            let sent = |device: &DeviceKind| is_sound(*device) && self.is_sent(*from, *device, to);
            place.publishes.iter().any(|device| sent(device) && self.is_interpretation(*from, *device))
        };
        self.seats[&to].wants_interpretation && self.seats.iter().any(speaks)
    }

    fn is_sent(&self, from: u16, device: DeviceKind, to: u16) -> bool {
        let (picture, voice) = self.kept_from(from, to);
        let kept = if is_sound(device) { voice } else { picture };
        !kept && self.would_reach(from, device, to)
    }

    fn would_reach(&self, from: u16, device: DeviceKind, to: u16) -> bool {
        let (source, sink) = (&self.seats[&from], &self.seats[&to]);
        if source.talk.is_some() || sink.talk.is_some() {
            return self.reaches_in_private(from, device, to);
        }
        let both = self.here(from) && self.here(to) && from != to && self.gives(from);
        let together = (source.at != '-' && source.at == sink.at) || self.withdrew(to);
        let hears = self.speaks(from) && !together && self.sounds(to);
        both && (self.in_session() || !sink.observes()) && (hears || !is_sound(device))
    }

    /// Somebody of the same point speaks in private there: at a device, or, outside the courtroom, on their own screen.
    fn withdrew(&self, seat: u16) -> bool {
        let at = self.seats[&seat].at;
        let private = |place: &Place| match place.talk {
            Some(talk) => place.is_device() || (at != 'c' && self.talks.open[&talk].0 == 'c'),
            None => false,
        };
        at != '-' && self.seats.values().any(|place| place.at == at && private(place))
    }

    /// Sends something that the courtroom is to have.
    pub(super) fn gives(&self, seat: u16) -> bool {
        !self.seats[&seat].observes() && !self.withdrew(seat) && !self.talks.veiled.contains(&seat)
    }

    /// Inside one room, whatever the court does meanwhile.
    fn reaches_in_private(&self, from: u16, device: DeviceKind, to: u16) -> bool {
        let (source, sink) = (&self.seats[&from], &self.seats[&to]);
        let both = source.online.is_some() && sink.online.is_some() && source.talk == sink.talk && from != to;
        let first = |(other, place): (&u16, &Place)| {
            let before = (place.is_device(), std::cmp::Reverse(*other)) > (sink.is_device(), std::cmp::Reverse(to));
            place.talk == sink.talk && place.online.is_some() && place.at == sink.at && before
        };
        let alone = sink.at == '-' || !self.seats.iter().any(first);
        let apart = source.at == '-' || source.at != sink.at;
        let meant = self.talks.veiled.contains(&from) == self.is_sealed(from);
        both && meant && (!is_sound(device) || (source.open && apart && alone))
    }

    /// Everybody in the room can encrypt, or could when they were there last.
    fn is_sealed(&self, seat: u16) -> bool {
        let able = |seat: &u16| self.talks.able.contains_key(seat) || self.talks.could.contains(seat);
        self.seats[&seat].talk.is_some() && self.with(seat).iter().all(able)
    }

    fn recorded(&self, from: u16, device: DeviceKind) -> bool {
        if is_played(device) {
            return self.plays(from) && self.recording;
        }
        let there = self.here(from) && self.gives(from) && self.in_session() && self.recording;
        there && (!is_sound(device) || self.speaks(from))
    }

    pub(super) fn routes(&self) -> Routes {
        let mut routes = Routes::new();
        if matches!(self.state, SessionState::Suspended | SessionState::Postponed) {
            return routes;
        }
        for (from, source) in &self.seats {
            for device in &source.publishes {
                let interpretation = self.is_interpretation(*from, *device);
                let channel = if interpretation { Channel::Interpretation } else { Channel::Floor };
                let source = TrackId { seat: SeatId(*from), device: *device };
                let to = |sink| Route { source, sink, channel, delay_ms: 0, opaque: self.is_sealed(*from) };
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
