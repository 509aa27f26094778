//! Who speaks: told to those who may know of it, and followed by fixed sets of legs.

use super::links::{Down, Legs, Link};
use super::task::Task;
use assize_core::hearing::Room;
use assize_core::ids::SeatId;
use assize_core::routing::{Sink, routes};
use assize_core::signal::ServerMessage;

impl Task {
    /// Who is heard now: told to those in the courtroom who may know of that seat.
    pub(super) async fn levels(&mut self, tracks: &[assize_rtp::tap::TrackKey]) {
        let routes = routes(&self.hearing);
        let mut seats: Vec<SeatId> = Vec::new();
        for track in tracks.iter().filter_map(|key| self.slot.name(*key)) {
            let on_the_floor = routes.iter().any(|route| route.source == track && route.sink != Sink::Recorder);
            if on_the_floor && !seats.contains(&track.seat) {
                seats.push(track.seat);
            }
        }
        for link in self.links.values() {
            let Some(feed) = self.feeds.get(&link.seat) else { continue };
            let view = feed.view();
            if view.me.room != Room::Courtroom {
                continue;
            }
            let known = |seat: &SeatId| *seat == link.seat || view.seats.iter().any(|other| other.seat == *seat);
            let seats = seats.iter().copied().filter(known).collect();
            link.outlet.tell_if_keeping_up(ServerMessage::Levels { seats });
        }
        let now_us = self.clock.now().t_us;
        for link in self.links.values_mut() {
            if let Some(Down { legs: Legs::Speaker(follow), .. }) = &mut link.down {
                follow.heard(&seats, now_us);
            }
        }
        self.follow_speakers().await;
    }

    /// Leads fixed legs to who speaks now.
    pub(super) async fn follow_speakers(&mut self) {
        let follows = |link: &Link| matches!(link.down, Some(Down { legs: Legs::Speaker(_), .. }));
        if self.links.values().any(follows) {
            self.rewire().await;
        }
    }
}
