//! Witnesses: kept apart, called in by being admitted, and sent out again.

use super::decide::unless;
use super::{Event, Hearing, LeaveReason, Room};
use crate::ids::SeatId;
use crate::plan::Role;
use crate::refusal::Refusal;

impl Hearing {
    /// Only witnesses are dismissed: a party has a right to be there, and who disturbs is removed with a reason.
    pub(super) fn dismiss(&self, id: SeatId, stays: bool) -> Result<Vec<Event>, Refusal> {
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        if !self.roles(id).contains(&Role::Witness) || self.first_room(seat) != Room::WitnessWaiting {
            return Err(Refusal::NotAWitness);
        }
        let mut events = unless(seat.room != Room::Courtroom, Event::Dismissed { seat: id })?;
        if let Some(connection) = seat.connection.filter(|_| !stays) {
            events.push(Event::Left { seat: id, connection, reason: LeaveReason::Dismissed, heard_us: None });
        }
        Ok(events)
    }

    /// Nobody comes back from there by themself, and the microphone is open again by an act only.
    pub(super) fn dismissed(&mut self, id: SeatId) {
        self.seat(id, |seat| {
            seat.room = Room::WitnessWaiting;
            seat.admitted = false;
            seat.microphone.open = false;
        });
        self.course.gone(id);
        self.exhibits.gone(id);
    }
}
