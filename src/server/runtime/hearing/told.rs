//! What links are told: each seat its view and what changes in it.

use super::task::Task;
use crate::runtime::metrics;
use assize_core::ids::{ConnectionId, SeatId};
use assize_core::signal::ServerMessage;
use assize_core::time::Now;
use assize_core::view::{View, Views};
use std::collections::BTreeSet;

impl Task {
    /// Tells one link something that must arrive; a link that cannot take it is let go.
    pub(super) fn tell(&mut self, connection: ConnectionId, message: ServerMessage) {
        let Some(link) = self.links.get_mut(&connection) else { return };
        if link.outlet.tell(message).is_err() && !link.headless {
            // Its task sees the queue end, and reports the link lost.
            let (closed, _) = crate::runtime::outlet::outlet();
            link.outlet = closed;
            metrics::slow_client();
        }
    }

    /// Tells every seat what changed for it.
    pub(super) fn tell_views(&mut self, now: Now) {
        self.follow_past();
        let receiving = self.receiving();
        if let Some(past) = self.past.as_mut().filter(|_| receiving != self.told_receiving) {
            past.heed_receiving(now.t_us, &receiving);
        }
        let began_utc_ms = self.clock.began_utc_ms();
        let views = Views::receiving(&self.hearing, began_utc_ms, &receiving);
        let past = self.past.as_ref().map(|past| past.told(&self.hearing));
        let late_views = past.as_ref().map(|(before, took)| Views::receiving(before, began_utc_ms, took));
        let mut told = Vec::new();
        let mut forgotten = BTreeSet::new();
        for (seat, feed) in &mut self.feeds {
            let late = self.hearing.seats.get(seat).is_some_and(|seat| self.hearing.delay_s(seat) > 0);
            let Some(view) = late_views.as_ref().filter(|_| late).unwrap_or(&views).seat(*seat) else {
                forgotten.insert(*seat);
                continue;
            };
            // Whoever the close or a removal has just disconnected is told of it, too.
            let live = self.hearing.seats.get(seat).and_then(|seat| seat.connection);
            let connection = live
                .or_else(|| self.links.iter().find(|(_, link)| link.seat == *seat).map(|(connection, _)| *connection));
            let Some(message) = feed.advance(view, now.utc_ms) else { continue };
            match connection {
                Some(connection) => told.push((*seat, connection, message)),
                // Who has been away for so long gets a snapshot.
                None if feed.len() == crate::runtime::feed::KEPT => {
                    forgotten.insert(*seat);
                }
                None => {}
            }
        }
        self.feeds.retain(|seat, _| !forgotten.contains(seat));
        self.told_receiving = receiving;
        // A link that is only now coming in has its events in the welcome.
        for (seat, connection, message) in told {
            if self.is_told_still(seat, connection) {
                self.tell(connection, message);
            }
        }
    }

    /// What a seat is told now of the whole hearing.
    pub(super) fn view_of(&self, seat: SeatId) -> Option<View> {
        let began_utc_ms = self.clock.began_utc_ms();
        match self.past.as_ref().filter(|_| !self.delay_of(seat).is_zero()) {
            None => Views::receiving(&self.hearing, began_utc_ms, &self.receiving()).seat(seat),
            Some(past) => {
                let (before, took) = past.told(&self.hearing);
                Views::receiving(&before, began_utc_ms, took).seat(seat)
            }
        }
    }

    /// The seats that take sound and picture now.
    pub(super) fn receiving(&self) -> BTreeSet<SeatId> {
        self.links.values().filter(|link| link.down.is_some()).map(|link| link.seat).collect()
    }

    /// Who hears and sees whom changes with the transports as well, which come and go without an event.
    pub(super) fn tell_who_receives(&mut self) {
        if self.receiving() != self.told_receiving {
            self.tell_views(self.clock.now());
        }
    }
}
