//! Seats that see, hear and are told everything later, because the procedure says so of observers.

use super::task::Task;
use assize_core::ids::{ConnectionId, SeatId};
use assize_core::signal::ServerMessage;
use std::collections::VecDeque;
use std::time::Duration;

/// What is told later: hearing time in microseconds, to whom, and what.
pub(super) type Later = VecDeque<(u64, ConnectionId, ServerMessage)>;

impl Task {
    /// How much later what happens reaches a seat.
    pub(super) fn delay_of(&self, seat: SeatId) -> Duration {
        let delay_s = self.hearing.seats.get(&seat).map_or(0, |seat| self.hearing.delay_s(seat));
        Duration::from_secs(delay_s.into())
    }

    /// Tells what changed for the seat of a link, when it is time. Whose link ends is told at once, after all that waits.
    pub(super) fn tell_change(&mut self, connection: ConnectionId, message: ServerMessage) {
        let Some(seat) = self.links.get(&connection).map(|link| link.seat) else { return };
        let stays = self.hearing.seats.get(&seat).is_some_and(|seat| seat.connection == Some(connection));
        let delay = self.delay_of(seat);
        if stays && !delay.is_zero() {
            return self.tell_later(connection, delay, message);
        }
        if !delay.is_zero() {
            self.tell_waiting(|_, to| to == connection);
        }
        self.tell(connection, message);
    }

    /// Tells a link something so much later, if it still stands then.
    pub(super) fn tell_later(&mut self, connection: ConnectionId, delay: Duration, message: ServerMessage) {
        let due_us = self.clock.now().t_us.saturating_add(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX));
        self.later.push_back((due_us, connection, message));
    }

    /// Tells what it is time for.
    pub(super) fn tell_due(&mut self) {
        let now_us = self.clock.now().t_us;
        self.tell_waiting(|due_us, _| due_us <= now_us);
    }

    fn tell_waiting(&mut self, which: impl Fn(u64, ConnectionId) -> bool) {
        let all = std::mem::take(&mut self.later);
        let (due, rest) = all.into_iter().partition(|(due_us, to, _)| which(*due_us, *to));
        self.later = rest;
        for (_, connection, message) in Later::from(due) {
            self.tell(connection, message);
        }
    }
}
