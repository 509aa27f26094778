//! Coming in: which seat, which room, with what microphone.

use super::{Entrant, Event, Hearing, HoldCause, LeaveReason, Occupant, Room, Seat, SessionState};
use crate::ids::{ConnectionId, SeatId};
use crate::refusal::Refusal;
use crate::time::Now;

/// Longest absence in microseconds after which a microphone is still as it was (ruling 11).
pub(super) const CONTINUITY_US: u64 = 30_000_000;

impl Hearing {
    pub(super) fn enter(
        &self,
        entrant: &Entrant,
        connection: ConnectionId,
        resume: bool,
        now: Now,
    ) -> Result<Vec<Event>, Refusal> {
        match self.state {
            SessionState::Closed => return Err(Refusal::Over),
            SessionState::Suspended | SessionState::Postponed => return Err(Refusal::NotNow { state: self.state }),
            SessionState::Scheduled
            | SessionState::Waiting
            | SessionState::InSession
            | SessionState::Held
            | SessionState::Paused => {}
        }
        if self.seat_of(connection).is_some() {
            return Err(Refusal::AlreadySo);
        }
        let id = self.seat_for(entrant, resume)?;
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
            if !resume && !self.may_replace(entrant) {
                return Err(Refusal::SeatTaken);
            }
            events.push(Event::Left { seat: id, connection: old, reason: LeaveReason::Replaced });
        }
        events.push(Event::Entered {
            seat: id,
            entrant: entrant.clone(),
            connection,
            // Who was admitted before is back at once (ruling 13).
            room: if seat.room == Room::Courtroom { Room::Courtroom } else { self.first_room(seat) },
            microphone_open: !self.only_receives(seat) && self.microphone_at_entry(seat, now),
        });
        Ok(events)
    }

    /// Staff and enrolled devices prove who they are each time; a code that is in use may have been overheard.
    fn may_replace(&self, entrant: &Entrant) -> bool {
        match entrant {
            Entrant::Device { .. } => true,
            Entrant::Person { person } => self.plan.people.iter().any(|p| p.id == *person && p.account.is_some()),
            Entrant::Observer { .. } => false,
        }
    }

    /// Ruling 13: as it was after a short absence and after a restart; who comes first is heard unless everybody else
    /// would have to open theirs by an act.
    fn microphone_at_entry(&self, seat: &Seat, now: Now) -> bool {
        match (seat.connection, seat.absent_since_us) {
            (Some(_), _) => seat.microphone.open,
            (None, Some(since)) => seat.microphone.open && now.t_us.saturating_sub(since) <= CONTINUITY_US,
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
        Ok(vec![Event::Left { seat, connection, reason }])
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
