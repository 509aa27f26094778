//! Who reads at a point's device, which has no login and stands where everybody in the room reaches it: somebody who sits
//! there and takes part in the case, by a tap on their name. What they read is their own, not what the room was told.

use super::{Minutes, Name, Reader};
use crate::access;
use crate::hearing::{Identity, Occupant, Seat};
use crate::ids::{DeviceId, PersonId};
use crate::plan::Person;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// What is asked for where nothing is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// That is not what I said.
    NotSaid,
    /// Something I said is missing.
    Missing,
    /// A name, a number or a date is wrong.
    WrongFact,
    /// Something else: I want to speak with the clerk.
    SeeClerk,
}

/// A change of a line that is asked for: another wording, or why there should be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    Text(String),
    Reason(Reason),
}

impl Reader {
    /// Whether the reader may ask for a change in this way.
    ///
    /// # Errors
    /// A point's device has no keyboard: a wording that comes from there is not from the person who was chosen on it.
    pub fn may_ask(self, wish: &Wish) -> Result<(), Refusal> {
        match (self, wish) {
            (Self::Person { .. }, Wish::Text(_)) => Err(Refusal::NotTypedHere),
            (Self::Person { .. }, Wish::Reason(_)) | (Self::Court | Self::Seat(_), _) => Ok(()),
        }
    }
}

impl Minutes {
    /// As whom a person reads the minutes at this device.
    ///
    /// # Errors
    /// Only at a device that was in the courtroom and was not removed; only whoever sits there, has no screen of their own,
    /// takes part in a role that reads there, and was not found to be absent or somebody else.
    pub fn reader_at(&self, device: DeviceId, person: PersonId) -> Result<Reader, Refusal> {
        let seat = self.seat_at(device)?;
        let person = self.hearing.people(seat).find(|own| own.id == person).ok_or(Refusal::NotAtThisPoint)?;
        self.may_read_at(person).map(|()| Reader::Person { seat: seat.id, person: person.id })
    }

    /// Who may read at this device, in the plan's order. All in the room see this list, so that a name stands in it only if
    /// it is withheld from nobody at the point.
    #[must_use]
    pub fn readers_at(&self, device: DeviceId) -> Vec<(PersonId, Name)> {
        let Ok(seat) = self.seat_at(device) else { return Vec::new() };
        let may = |person: &&Person| self.may_read_at(person).is_ok();
        let named = |person: &Person| {
            let name = Some(person.name.clone()).filter(|_| !self.is_nameless_in_room(seat, person));
            (person.id, Name { name, role: Some(person.role), point: None })
        };
        self.hearing.people(seat).filter(may).map(named).collect()
    }

    /// The seat that the device had, if it was let into the courtroom.
    fn seat_at(&self, device: DeviceId) -> Result<&Seat, Refusal> {
        let own = |seat: &&Seat| matches!(seat.occupant, Occupant::Point { device: Some(id), .. } if id == device);
        let seat = self.hearing.seats.values().find(own).ok_or(Refusal::NotAdmitted)?;
        if seat.removed {
            return Err(Refusal::RemovedByCourt);
        }
        if self.hearing.only_receives(seat) {
            return Err(Refusal::NotReadHere);
        }
        let inside = self.inside.get(&seat.id).is_some_and(|spans| !spans.is_empty());
        if inside && self.hearing.is_trusted(seat) { Ok(seat) } else { Err(Refusal::NotAdmitted) }
    }

    fn may_read_at(&self, person: &Person) -> Result<(), Refusal> {
        if !access::reads_minutes_at_point(person.role) {
            return Err(Refusal::NotReadHere);
        }
        let known = self.hearing.attendance.get(&person.id);
        let another = known.and_then(|known| known.identity).is_some_and(|found| found.found.0 == Identity::Wrong);
        if another || self.was_there(person.id) == Some(false) { Err(Refusal::NotPresent) } else { Ok(()) }
    }

    fn is_nameless_in_room(&self, seat: &Seat, person: &Person) -> bool {
        let point = self.hearing.point_of(seat);
        let mut others = self.hearing.plan.people.iter().filter(|other| other.point == point && other.id != person.id);
        others.any(|other| self.hearing.is_nameless_to(person, &alone(seat, other.id)))
    }
}

/// The seat as if nobody but this person sat there.
pub(super) fn alone(seat: &Seat, person: PersonId) -> Seat {
    Seat { occupant: Occupant::Person { person }, ..seat.clone() }
}
