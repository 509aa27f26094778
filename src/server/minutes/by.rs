//! Whose a line of the log is.

use assize_core::hearing::Hearing;
use assize_core::ids::{PersonId, SeatId};
use assize_core::minutes::Reader;
use assize_core::plan::Role;
use serde::{Deserialize, Serialize};

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Of who took part; none: staff, by account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatId>,
    /// Of somebody who sits at a point, by its device: who of them, and the point's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<String>,
}

impl By {
    #[must_use]
    pub fn staff(name: String) -> Self {
        Self { name, role: None, seat: None, person: None, point: None }
    }

    /// Somebody who was chosen on the screen of their point.
    #[must_use]
    pub fn at_point(hearing: &Hearing, reader: Reader) -> Option<Self> {
        let Reader::Person { seat, person } = reader else { return None };
        let known = hearing.plan.people.iter().find(|known| known.id == person)?;
        let point = known.point.and_then(|point| hearing.point(point))?.name.clone();
        let (name, role) = (known.name.clone(), Some(known.role));
        Some(Self { name, role, seat: Some(seat), person: Some(person), point: Some(point) })
    }

    /// The name, and the point whose device it came by.
    #[must_use]
    pub fn told(&self) -> String {
        match &self.point {
            Some(point) => format!("{} ({point})", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether this is whoever reads; the court looks after everybody's.
    pub(super) fn is(&self, reader: Reader) -> bool {
        match reader {
            Reader::Court => true,
            Reader::Seat(seat) => self.seat == Some(seat) && self.person.is_none(),
            Reader::Person { seat, person } => self.seat == Some(seat) && self.person == Some(person),
        }
    }
}
