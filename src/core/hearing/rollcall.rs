//! Who has come and who they are: reported by the officer at each point from a screen of their own, or by the clerk; and
//! who of several people at one camera is speaking.
//!
//! Joint circular 05/2021 Art. 13: the officer at a component point checks the presence of those summoned and notifies the
//! clerk; identity is checked by comparing papers online or by the national population database.

use super::decide::{given, unless};
use super::{Event, Hearing, Occupant, Seat};
use crate::ids::{PersonId, SeatId};
use crate::plan::{Person, Role};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the check of a person's papers gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    Right,
    NotSure,
    Wrong,
}

/// What the person was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IdentityMethod {
    /// Identity card, passport or another paper with a picture.
    Papers,
    /// The national population database, by the card's code or VNeID.
    PopulationDatabase,
    /// A power of attorney or a card of office.
    Authority,
    /// The officer or the court knows the person.
    Known,
}

/// What is known of one person on the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendance {
    pub presence: Option<Reported<bool>>,
    pub identity: Option<Reported<(Identity, IdentityMethod)>>,
}

/// A finding, and which seat reported it when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported<T> {
    pub found: T,
    pub by: Option<SeatId>,
    /// Hearing time.
    pub at_us: u64,
}

impl Hearing {
    pub(super) fn report_presence(
        &self,
        actor: &Seat,
        person: PersonId,
        present: bool,
        note: Option<&str>,
    ) -> Result<Vec<Event>, Refusal> {
        self.may_report(actor, person)?;
        let before = self.attendance.get(&person).and_then(|known| known.presence);
        let note = given(note)?;
        let same = note.is_none() && before.is_some_and(|before| before.found == present);
        unless(same, Event::PresenceReported { person, present, note })
    }

    pub(super) fn check_identity(
        &self,
        actor: &Seat,
        person: PersonId,
        identity: Identity,
        method: IdentityMethod,
        note: Option<&str>,
    ) -> Result<Vec<Event>, Refusal> {
        self.may_report(actor, person)?;
        let before = self.attendance.get(&person).and_then(|known| known.identity);
        let note = given(note)?;
        let same = note.is_none() && before.is_some_and(|before| before.found == (identity, method));
        unless(same, Event::IdentityChecked { person, identity, method, note })
    }

    /// The clerk and the presiding judge report on everybody; an officer on those at the own point, from a screen of their
    /// own: a point's device is within everybody's reach.
    fn may_report(&self, actor: &Seat, person: PersonId) -> Result<(), Refusal> {
        let person = self.plan.people.iter().find(|other| other.id == person).ok_or(Refusal::NoSuchPerson)?;
        let roles = self.acting_roles(actor);
        let court = roles.iter().any(|role| matches!(role, Role::PresidingJudge | Role::Clerk));
        let officer = roles.contains(&Role::PointOfficer) && matches!(actor.occupant, Occupant::Person { .. });
        if court || (officer && self.is_at_point_of(actor, person)) { Ok(()) } else { Err(Refusal::NotYourAct) }
    }

    /// Whether a person sits at the point that a seat belongs to.
    pub(crate) fn is_at_point_of(&self, seat: &Seat, person: &Person) -> bool {
        person.point.is_some() && person.point == self.point_of(seat)
    }

    pub(super) fn name_speaker(
        &self,
        actor: &Seat,
        id: SeatId,
        person: Option<PersonId>,
    ) -> Result<Vec<Event>, Refusal> {
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        let roles = self.acting_roles(actor);
        let court = roles.iter().any(|role| matches!(role, Role::PresidingJudge | Role::Clerk));
        let same_point = self.point_of(seat).is_some() && self.point_of(seat) == self.point_of(actor);
        if !(court || roles.contains(&Role::PointOfficer) && same_point) {
            return Err(Refusal::NotYourAct);
        }
        let person = person.map(|person| self.at(seat, person)).transpose()?;
        unless(seat.speaking == person, Event::SpeakerNamed { seat: id, person })
    }
}
