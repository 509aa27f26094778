//! That a sitting ended and when the next one is; who took note of it; and what the sitting before found.

use super::told::Audience;
use crate::hearing::{Hearing, Identity, Seat};
use crate::ids::{PersonId, SeatId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Told to everybody; the reason, to those in the courtroom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AdjournedView {
    pub reason: String,
    /// UTC milliseconds of the decision.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// UTC milliseconds of the continuation; none: it will be appointed.
    #[ts(type = "number | null")]
    pub until_ms: Option<i64>,
}

/// An officer has taken note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotedView {
    pub seat: SeatId,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub at_ms: i64,
}

/// For the court while the session is held: the point whose line failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FaultView {
    pub name: String,
    /// UTC milliseconds.
    #[ts(type = "number")]
    pub since_ms: i64,
}

/// What the sitting before found of a person: to be found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonBefore {
    pub present: Option<bool>,
    pub identity: Option<Identity>,
}

pub(super) fn adjourned(hearing: &Hearing, audience: Audience, utc_ms: impl Fn(u64) -> i64) -> Option<AdjournedView> {
    let adjourned = hearing.adjourned.as_ref()?;
    let reason = if audience == Audience::Outside { String::new() } else { adjourned.reason.clone() };
    Some(AdjournedView { reason, at_ms: utc_ms(adjourned.at_us), until_ms: adjourned.until_ms })
}

/// For the court all, for others their own.
pub(super) fn noted(hearing: &Hearing, me: &Seat, audience: Audience, utc_ms: impl Fn(u64) -> i64) -> Vec<NotedView> {
    let shown = hearing.noted.iter().filter(|(seat, _)| audience == Audience::Court || **seat == me.id);
    shown.map(|(seat, at_us)| NotedView { seat: *seat, at_ms: utc_ms(*at_us) }).collect()
}

pub(super) fn fault(hearing: &Hearing, audience: Audience, utc_ms: impl Fn(u64) -> i64) -> Option<FaultView> {
    let fault = hearing.fault().filter(|_| audience == Audience::Court)?;
    let name = hearing.point(fault.point)?.name.clone();
    Some(FaultView { name, since_ms: utc_ms(fault.since_us) })
}

pub(super) fn before(hearing: &Hearing, person: PersonId) -> Option<PersonBefore> {
    let known = hearing.attendance_before.get(&person)?;
    let identity = known.identity.map(|identity| identity.found.0);
    Some(PersonBefore { present: known.presence.map(|presence| presence.found), identity })
}
