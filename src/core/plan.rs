//! The plan of a hearing as prepared by the clerk: court, case, points and people, from the case file.

use crate::ids::{CourtId, HearingId, PersonId, PointId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Plan {
    pub hearing: HearingId,
    pub court: Court,
    /// Case number as on the file, for example `45/2026/TLST-HS`.
    pub case: String,
    /// What the case is about, for example `Trộm cắp tài sản`.
    pub title: String,
    /// Name of a procedure file without its ending, for example `vn-criminal-first-instance`.
    pub procedure: String,
    /// Planned start, RFC 3339 with offset.
    pub starts: String,
    pub points: Vec<Point>,
    pub people: Vec<Person>,
    /// Who must not see or hear whom, or not learn their name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Screen>>")]
    pub screens: Vec<Screen>,
    /// A rehearsal with made-up parties, for training and acceptance: no hearing of a case, and never counted as one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub rehearsal: bool,
}

/// An order that some people are withheld from others: from people, with everybody else at their point (the sound of a
/// room is heard by all in it), from points, or from all observers. The record has them in full.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// Who is withheld.
    pub of: Vec<PersonId>,
    #[serde(default)]
    pub people: Vec<PersonId>,
    #[serde(default)]
    pub points: Vec<PointId>,
    #[serde(default)]
    pub observers: bool,
    /// What of them is: cameras and shared screens, microphones, the name.
    #[serde(default)]
    pub picture: bool,
    #[serde(default)]
    pub voice: bool,
    #[serde(default)]
    pub name: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Court {
    pub id: CourtId,
    pub name: String,
    /// IANA name; a day is a day in this zone.
    pub zone: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Point {
    pub id: PointId,
    pub name: String,
    pub kind: PointKind,
    /// Where it is, as far as somebody said: hearings across provinces are counted by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub province: Option<String>,
}

/// Resolution 33/2021/QH15 Art. 1: the central point is the courtroom, the others are component points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    Central,
    Detention,
    OtherCourt,
    AcceptedPlace,
    Observer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Person {
    pub id: PersonId,
    pub name: String,
    pub role: Role,
    /// Where the person sits. `None`: a place of their own (an office, a home).
    pub point: Option<PointId>,
    /// True if the person enters with a screen of their own (by code or account) and so has a seat of their own;
    /// false if they are seen and heard through their point's devices.
    pub own_screen: bool,
    /// Staff account that may take this person's seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub account: Option<String>,
    /// With whom this person may speak in private: counsel and defendant, an interpreter and the one interpreted for.
    /// It holds both ways, whoever of the two names the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<PersonId>>")]
    pub with: Vec<PersonId>,
}

/// Roles in court.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    PresidingJudge,
    PanelMember,
    Clerk,
    Prosecutor,
    Counsel,
    Defendant,
    Party,
    Witness,
    Interpreter,
    PointOfficer,
    Observer,
}

impl Role {
    pub const ALL: [Self; 11] = [
        Self::PresidingJudge,
        Self::PanelMember,
        Self::Clerk,
        Self::Prosecutor,
        Self::Counsel,
        Self::Defendant,
        Self::Party,
        Self::Witness,
        Self::Interpreter,
        Self::PointOfficer,
        Self::Observer,
    ];

    /// The court: presiding judge, panel and clerk.
    #[must_use]
    pub fn is_court(self) -> bool {
        matches!(self, Self::PresidingJudge | Self::PanelMember | Self::Clerk)
    }
}
