//! The rows of the store.

use assize_core::hearing::{Entrant, SessionState};
use assize_core::ids::{CourtId, DeviceId, HearingId, PersonId, PointId};
use assize_core::plan::Plan;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a member of staff is employed as: decides which pages they get. What they may do in a hearing is decided by
/// their role in court.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    Administrator,
    Judge,
    Clerk,
    Technician,
}

impl StaffRole {
    pub const ALL: [Self; 4] = [Self::Administrator, Self::Judge, Self::Clerk, Self::Technician];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Judge => "judge",
            Self::Clerk => "clerk",
            Self::Technician => "technician",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// What is typed at login.
    pub name: String,
    pub display: String,
    pub court: CourtId,
    pub role: StaffRole,
    /// Argon2id in PHC form.
    pub password: String,
    pub disabled: bool,
    pub created_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    pub point: PointId,
    pub enrolled_ms: i64,
    pub seen_ms: Option<i64>,
    pub revoked_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HearingRow {
    pub plan: Plan,
    pub state: SessionState,
    pub created_ms: i64,
    /// Why the record of a hearing that is over is not sealed.
    pub seal_fault: Option<String>,
    /// Why the record, though it is sealed, is not in the catalogue.
    pub shelf_fault: Option<String>,
}

/// Which hearings to list. Empty fields do not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub court: Option<CourtId>,
    /// `yyyy-mm-dd` in the court's zone.
    pub day: Option<String>,
    /// Words that must all occur in case, title or names; diacritics do not matter.
    pub q: Option<String>,
    pub state: Option<SessionState>,
}

/// A person's code, without the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub hearing: HearingId,
    pub person: PersonId,
    pub created_ms: i64,
}

/// One entrance to one seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub id: Uuid,
    pub hearing: HearingId,
    pub entrant: Entrant,
    /// The account, enrolled device or person by code that it was made for.
    pub account: Option<String>,
    pub device: Option<DeviceId>,
    pub person: Option<PersonId>,
    /// Token of the staff session it was made in, as SHA-256.
    pub session: Option<[u8; 32]>,
    /// Resume token that was used last, or given with the ticket.
    pub current: [u8; 32],
    /// Resume token given since, not used yet.
    pub pending: Option<[u8; 32]>,
    pub created_ms: i64,
}

/// Which links end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEnd {
    Link(Uuid),
    Hearing(HearingId),
    Account(String),
    Session([u8; 32]),
    Device(DeviceId),
    /// Whatever leads to this person's seat, on whoever's authority.
    Person(HearingId, PersonId),
    /// Whatever leads to a seat of this point in this hearing.
    Point(HearingId, PointId),
}

/// One sitting in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// `<hearing>-<sitting>`, for example `0192...-01`.
    pub id: String,
    pub hearing: HearingId,
    pub court: CourtId,
    pub sitting: u32,
    /// Relative to the recordings folder.
    pub folder: String,
    pub case: String,
    pub title: String,
    /// `yyyy-mm-dd` in the court's zone.
    pub day: String,
    pub from_ms: i64,
    pub to_ms: i64,
    pub sealed_ms: Option<i64>,
    /// Result of the last verification: `intact`, `altered`, `gaps`, `unverifiable`.
    pub result: Option<String>,
    /// Names of the people, for search and the list.
    pub people: Vec<String>,
    /// Of a rehearsal, and of no hearing.
    pub rehearsal: bool,
}

/// What of a record is searched beside its row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordText {
    /// Names of those who presided.
    pub judges: Vec<String>,
    /// Of the procedure, as far as it came, in both languages.
    pub phases: Vec<String>,
    pub minutes: String,
}

/// Of a sealed record, when it was last verified and with what result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRow {
    pub id: String,
    /// Relative to the recordings folder.
    pub folder: String,
    pub case: String,
    pub day: String,
    pub result: Option<String>,
    pub checked_ms: Option<i64>,
}

/// What the last verification of a record found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictRow {
    /// The record's id.
    pub record: String,
    /// Of the files as they were.
    pub fingerprint: [u8; 32],
    pub checked_ms: i64,
    /// JSON of contract section 6.
    pub report: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordFilter {
    pub court: Option<CourtId>,
    pub q: Option<String>,
    pub person: Option<String>,
    pub judge: Option<String>,
    pub phase: Option<String>,
    /// First and last day, `yyyy-mm-dd`.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// Who did what. `who` is an account or `system`; nothing here is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    pub at_ms: i64,
    pub who: String,
    pub act: String,
    pub subject: Option<String>,
    pub source: Option<String>,
    pub detail: Option<String>,
}
