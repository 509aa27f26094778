//! Who reported each person's presence and identity, and when: told to the court, which answers for both.

use super::told::Audience;
use crate::hearing::{Hearing, IdentityMethod, Reported};
use crate::ids::{PersonId, SeatId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the findings on one person come from; the findings themselves stand with the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReportView {
    pub person: PersonId,
    pub presence: Option<FindingView>,
    pub identity: Option<FindingView>,
    /// How the identity was checked.
    pub method: Option<IdentityMethod>,
}

/// Whose finding something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FindingView {
    pub by: Option<SeatId>,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

pub(super) fn reports(hearing: &Hearing, audience: Audience, utc_ms: impl Fn(u64) -> i64) -> Vec<ReportView> {
    if audience != Audience::Court {
        return Vec::new();
    }
    let all = hearing.attendance.iter().map(|(person, known)| ReportView {
        person: *person,
        presence: known.presence.map(|presence| finding(presence, &utc_ms)),
        identity: known.identity.map(|identity| finding(identity, &utc_ms)),
        method: known.identity.map(|identity| identity.found.1),
    });
    all.collect()
}

fn finding<T>(reported: Reported<T>, utc_ms: impl Fn(u64) -> i64) -> FindingView {
    FindingView { by: reported.by, at_ms: utc_ms(reported.at_us) }
}
