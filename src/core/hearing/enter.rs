//! Coming in: which seat, which room, with what microphone.

use super::{Entrant, Event, Hearing, HoldCause, LeaveReason, Occupant, Room, Seat, SessionState};
use crate::ids::{ConnectionId, LinkId, SeatId};
use crate::refusal::Refusal;
use crate::time::Now;

/// What an entrant shows for being who they say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// A token bound to the seat.
    pub(super) resume: bool,
    /// The device of who came by a code.
    pub(super) link: Option<LinkId>,
}

impl Hearing {
    pub(super) fn enter(
        &self,
        entrant: &Entrant,
        connection: ConnectionId,
        key: Key,
        now: Now,
    ) -> Result<Vec<Event>, Refusal> {
        match self.state {
            SessionState::Closed => return Err(Refusal::Over),
            SessionState::Suspended | SessionState::Postponed => {
                let until_ms = self.adjourned.as_ref().and_then(|adjourned| adjourned.until_ms);
                return Err(Refusal::Adjourned { until_ms });
            }
            SessionState::Scheduled
            | SessionState::Waiting
            | SessionState::InSession
            | SessionState::Held
            | SessionState::Paused => {}
        }
        if self.seat_of(connection).is_some() {
            return Err(Refusal::AlreadySo);
        }
        let id = self.seat_for(entrant, key.resume)?;
        let unplanned = Seat::new(id, occupant(entrant));
        let seat = self.seats.get(&id).unwrap_or(&unplanned);
        if seat.removed {
            return Err(Refusal::RemovedByCourt);
        }
        let mut events = Vec::new();
        if self.state == SessionState::Scheduled {
            events.push(Event::Awaited);
        }
        if let Some(old) = seat.connection {
            if !self.may_replace(entrant, seat, key) {
                return Err(Refusal::SeatTaken);
            }
            events.push(Event::Left { seat: id, connection: old, reason: LeaveReason::Replaced, heard_us: None });
        }
        let known = seat.knows(key.link);
        events.push(Event::Entered {
            seat: id,
            entrant: entrant.clone(),
            connection,
            room: match (known, seat.admitted) {
                // Who was admitted before is back at once (ruling 13).
                (true, true) => Room::Courtroom,
                (true, false) => self.first_room(seat),
                (false, _) => self.outside(seat),
            },
            microphone_open: known && !self.only_receives(seat) && self.microphone_at_entry(seat, now),
            link: key.link,
        });
        if !known && !self.second_use.contains(&id) {
            events.push(Event::SecondUse { seat: id });
        }
        Ok(events)
    }

    /// Staff and enrolled devices prove who they are each time; a code that is in use may have been overheard, unless
    /// it comes with a device that is known. Who waits to be let in may replace their own link and no other.
    fn may_replace(&self, entrant: &Entrant, seat: &Seat, key: Key) -> bool {
        if key.link.is_some() {
            return seat.knows(key.link) || (key.resume && seat.link == key.link);
        }
        if key.resume {
            return true;
        }
        match entrant {
            Entrant::Device { .. } => true,
            Entrant::Person { person } => self.plan.people.iter().any(|p| p.id == *person && p.account.is_some()),
            Entrant::Observer { .. } => false,
        }
    }

    /// Ruling 13: as it was after a short absence and after a restart; who comes first is heard unless everybody else
    /// would have to open theirs by an act. How long a short absence is, the procedure says (ruling 11).
    fn microphone_at_entry(&self, seat: &Seat, now: Now) -> bool {
        let continuity_us = u64::from(self.procedure.limits.continuity_s) * 1_000_000;
        match (seat.connection, seat.absent_since_us) {
            (Some(_), _) => seat.microphone.open,
            (None, Some(since)) => seat.microphone.open && now.t_us.saturating_sub(since) <= continuity_us,
            (None, None) => match self.state {
                SessionState::Paused => false,
                SessionState::Held => self.hold == Some(HoldCause::Restart),
                SessionState::Scheduled
                | SessionState::Waiting
                | SessionState::InSession
                | SessionState::Suspended
                | SessionState::Postponed
                | SessionState::Closed => true,
            },
        }
    }

    pub(super) fn leave(&self, connection: ConnectionId, reason: LeaveReason) -> Result<Vec<Event>, Refusal> {
        let seat: SeatId = self.seat_of(connection).ok_or(Refusal::AlreadySo)?.id;
        Ok(vec![Event::Left { seat, connection, reason, heard_us: None }])
    }
}

/// The occupant that an entrant makes of a seat.
pub(super) fn occupant(entrant: &Entrant) -> Occupant {
    match entrant {
        Entrant::Person { person } => Occupant::Person { person: *person },
        Entrant::Device { point, device } => Occupant::Point { point: *point, device: Some(*device) },
        Entrant::Observer { name } => Occupant::Observer { name: name.clone() },
    }
}
