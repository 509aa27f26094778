//! Who speaks: told to those who may know of it, and followed by fixed sets of legs.

use super::links::{Down, Legs, Link};
use super::task::Task;
use assize_core::hearing::Room;
use assize_core::ids::{RoomId, SeatId};
use assize_core::routing::{Channel, Route, Sink, routes};
use assize_core::signal::ServerMessage;

impl Task {
    /// Who is heard now: told to those in the courtroom who may know of that seat.
    pub(super) async fn levels(&mut self, tracks: &[assize_rtp::tap::TrackKey]) {
        let routes = routes(&self.hearing);
        let mut seats: Vec<SeatId> = Vec::new();
        // An interpreter speaks for somebody else, at the same time and maybe louder.
        let mut floor: Vec<SeatId> = Vec::new();
        // A recording that is played is nobody who speaks.
        let voices = tracks.iter().filter_map(|key| self.slot.name(*key)).filter(|track| track.device.is_voice());
        for track in voices {
            let on_the_floor = routes.iter().any(|route| route.source == track && route.sink != Sink::Recorder);
            if on_the_floor && !seats.contains(&track.seat) {
                seats.push(track.seat);
            }
            let spoken = |route: &Route| route.source == track && route.channel == Channel::Floor;
            if on_the_floor && routes.iter().any(spoken) {
                floor.push(track.seat);
            }
        }
        let mut later = Vec::new();
        for (connection, link) in &self.links {
            let Some(feed) = self.feeds.get(&link.seat) else { continue };
            let view = feed.view();
            let room = self.private_room(link.seat);
            if room.is_none() && view.me.room != Room::Courtroom {
                continue;
            }
            // A private room is heard in that room, and nowhere else is it told that anybody speaks.
            let known = |seat: &SeatId| {
                let known = *seat == link.seat || view.seats.iter().any(|other| other.seat == *seat);
                known && self.private_room(*seat) == room && !self.is_withheld(*seat, link.seat)
            };
            let levels = ServerMessage::Levels { seats: seats.iter().copied().filter(known).collect() };
            let delay = self.delay_of(link.seat);
            if delay.is_zero() {
                link.outlet.tell_if_keeping_up(levels);
            } else {
                later.push((*connection, delay, levels));
            }
        }
        for (connection, delay, levels) in later {
            self.tell_levels_later(connection, delay, levels);
        }
        seats.retain(|seat| self.private_room(*seat).is_none());
        floor.retain(|seat| self.private_room(*seat).is_none());
        let now_us = self.clock.now().t_us;
        self.hear_speech(&floor, now_us);
        for link in self.links.values_mut() {
            if let Some(Down { legs: Legs::Speaker(follow), .. }) = &mut link.down {
                follow.heard(&seats, now_us);
            }
        }
        self.follow_speakers().await;
    }

    /// Whose voice is withheld is not said to speak either.
    fn is_withheld(&self, source: SeatId, viewer: SeatId) -> bool {
        let seats = &self.hearing.seats;
        let pair = seats.get(&source).zip(seats.get(&viewer));
        pair.is_some_and(|(source, viewer)| self.hearing.withheld(source, viewer).voice)
    }

    fn private_room(&self, seat: SeatId) -> Option<RoomId> {
        self.hearing.seats.get(&seat)?.private
    }

    /// Leads fixed legs to who speaks now.
    pub(super) async fn follow_speakers(&mut self) {
        let follows = |link: &Link| matches!(link.down, Some(Down { legs: Legs::Speaker(_), .. }));
        if self.links.values().any(follows) {
            self.rewire().await;
        }
    }
}
