//! Seats that see, hear and are told everything later, because the procedure says so of observers.

use super::task::Task;
use assize_core::hearing::SessionState;
use assize_core::ids::{ConnectionId, SeatId};
use assize_core::signal::ServerMessage;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// What a link is told later, each with its hearing time in microseconds.
pub(super) type Later = BTreeMap<ConnectionId, VecDeque<(u64, ServerMessage)>>;

impl Task {
    /// How much later what happens reaches a seat.
    pub(super) fn delay_of(&self, seat: SeatId) -> Duration {
        let delay_s = self.hearing.seats.get(&seat).map_or(0, |seat| self.hearing.delay_s(seat));
        Duration::from_secs(delay_s.into())
    }

    /// Tells what changed for the seat of a link, when it is time. Whose link ends with the hearing is told all at once; who
    /// is removed, or leaves, nothing more.
    pub(super) fn tell_change(&mut self, connection: ConnectionId, message: ServerMessage) {
        let Some(seat) = self.links.get(&connection).map(|link| link.seat) else { return };
        let delay = self.delay_of(seat);
        if delay.is_zero() {
            return self.tell(connection, message);
        }
        if self.hearing.seats.get(&seat).is_some_and(|seat| seat.connection == Some(connection)) {
            return self.tell_later(connection, delay, message);
        }
        if self.hearing.state == SessionState::Closed {
            self.tell_waiting(connection);
            self.tell(connection, message);
        }
        self.later.remove(&connection);
    }

    /// Tells a link something so much later, if it still stands then.
    pub(super) fn tell_later(&mut self, connection: ConnectionId, delay: Duration, message: ServerMessage) {
        let due_us = self.clock.now().t_us.saturating_add(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX));
        self.later.entry(connection).or_default().push_back((due_us, message));
    }

    /// Tells what it is time for.
    pub(super) fn tell_due(&mut self) {
        let now_us = self.clock.now().t_us;
        let mut due = Vec::new();
        for (to, waiting) in &mut self.later {
            while let Some((_, message)) = waiting.pop_front_if(|(due_us, _)| *due_us <= now_us) {
                due.push((*to, message));
            }
        }
        self.later.retain(|_, waiting| !waiting.is_empty());
        for (connection, message) in due {
            self.tell_now(connection, message);
        }
    }

    /// Tells a link all that waits, but who was heard: that was long ago for whoever hears nothing more.
    pub(super) fn tell_waiting(&mut self, connection: ConnectionId) {
        let waiting = self.later.remove(&connection).unwrap_or_default();
        for (_, message) in waiting.into_iter().filter(|(_, message)| !matches!(message, ServerMessage::Levels { .. }))
        {
            self.tell(connection, message);
        }
    }

    fn tell_now(&mut self, connection: ConnectionId, message: ServerMessage) {
        if !matches!(message, ServerMessage::Levels { .. }) {
            return self.tell(connection, message);
        }
        if let Some(link) = self.links.get(&connection) {
            link.outlet.tell_if_keeping_up(message);
        }
    }
}
