//! Seats that see, hear and are told everything later, because the procedure says so of observers.
//!
//! They are told of a hearing that lies so far back. What they are told of it is made as for anybody else, at whatever time
//! they come in.

use super::task::Task;
use assize_core::hearing::{Hearing, SessionState, Stamped};
use assize_core::ids::{ConnectionId, SeatId};
use assize_core::signal::ServerMessage;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// Who was heard, of which a link is told later: each with the hearing time in microseconds at which it is.
pub(super) type LaterLevels = BTreeMap<ConnectionId, VecDeque<(u64, ServerMessage)>>;

/// The hearing as it was a procedure's delay ago.
#[derive(Debug)]
pub(super) struct Past {
    delay_us: u64,
    hearing: Hearing,
    /// The seats that took sound and picture then.
    receiving: BTreeSet<SeatId>,
    /// What has happened since, each with the hearing time in microseconds at which it happened here.
    coming: VecDeque<(u64, Happened)>,
}

#[derive(Debug)]
enum Happened {
    Event(Box<Stamped>),
    Receiving(BTreeSet<SeatId>),
}

impl Past {
    /// None if the procedure delays nobody.
    pub(super) fn of(hearing: &Hearing) -> Option<Self> {
        let delay_us = u64::from(hearing.procedure.limits.observer_delay_s) * 1_000_000;
        (delay_us > 0).then(|| Self {
            delay_us,
            hearing: hearing.clone(),
            receiving: BTreeSet::new(),
            coming: VecDeque::new(),
        })
    }

    pub(super) fn heed(&mut self, batch: &[Stamped]) {
        let events = batch.iter().map(|stamped| (stamped.now.t_us, Happened::Event(Box::new(stamped.clone()))));
        self.coming.extend(events);
    }

    pub(super) fn heed_receiving(&mut self, now_us: u64, receiving: &BTreeSet<SeatId>) {
        self.coming.push_back((now_us, Happened::Receiving(receiving.clone())));
    }

    /// Goes on to what is as old as the delay now. False if nothing happened then.
    fn follow(&mut self, now_us: u64) -> bool {
        let mut moved = false;
        while let Some((_, happened)) = self.coming.pop_front_if(|(at_us, _)| *at_us + self.delay_us <= now_us) {
            moved = true;
            match happened {
                Happened::Event(stamped) => self.hearing.apply(&stamped),
                Happened::Receiving(receiving) => self.receiving = receiving,
            }
        }
        moved
    }

    /// The hearing as those are told of it who are told later: as it was, but for themselves, who may not have been there.
    pub(super) fn told(&self, present: &Hearing) -> (Hearing, &BTreeSet<SeatId>) {
        let mut told = self.hearing.clone();
        let late = present.seats.iter().filter(|(_, seat)| present.delay_s(seat) > 0);
        told.seats.extend(late.map(|(id, seat)| (*id, seat.clone())));
        (told, &self.receiving)
    }
}

impl Task {
    /// How much later what happens reaches a seat.
    pub(super) fn delay_of(&self, seat: SeatId) -> Duration {
        let delay_s = self.hearing.seats.get(&seat).map_or(0, |seat| self.hearing.delay_s(seat));
        Duration::from_secs(delay_s.into())
    }

    /// Whether a seat that is told later is still told: whoever is removed, or leaves, nothing more; whose link ends with the
    /// hearing, all at once.
    pub(super) fn is_told_still(&self, seat: SeatId, connection: ConnectionId) -> bool {
        self.delay_of(seat).is_zero()
            || self.hearing.state == SessionState::Closed
            || self.hearing.seats.get(&seat).is_some_and(|seat| seat.connection == Some(connection))
    }

    /// The past as far as it is told now: nobody waits for the rest of a hearing that is over.
    pub(super) fn follow_past(&mut self) -> bool {
        let over = self.hearing.state == SessionState::Closed || self.hearing.adjourned.is_some();
        let now_us = if over { u64::MAX } else { self.clock.now().t_us };
        self.past.as_mut().is_some_and(|past| past.follow(now_us))
    }

    /// Tells a link later who is heard, if it still stands then.
    pub(super) fn tell_levels_later(&mut self, connection: ConnectionId, delay: Duration, levels: ServerMessage) {
        let due_us = self.clock.now().t_us.saturating_add(u64::try_from(delay.as_micros()).unwrap_or(u64::MAX));
        self.later.entry(connection).or_default().push_back((due_us, levels));
    }

    /// Tells those who are told later what it is time for.
    pub(super) fn tell_due(&mut self) {
        let now = self.clock.now();
        let mut due = Vec::new();
        for (to, waiting) in &mut self.later {
            while let Some((_, levels)) = waiting.pop_front_if(|(due_us, _)| *due_us <= now.t_us) {
                due.push((*to, levels));
            }
        }
        self.later.retain(|_, waiting| !waiting.is_empty());
        for (connection, levels) in due {
            if let Some(link) = self.links.get(&connection) {
                link.outlet.tell_if_keeping_up(levels);
            }
        }
        if self.follow_past() {
            self.tell_views(now);
        }
    }
}
