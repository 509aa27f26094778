//! The end of a sitting that is not the end of the hearing (Joint circular 05/2021 Art. 14): suspended when it cannot go
//! on, postponed when it cannot begin. Either says when it continues, as far as that is known.
//!
//! The sitting stays for a little while after it: the officers of the points take note, and the ledger has that too.

use super::decide::{given, unless};
use super::exhibits::FileHash;
use super::{Command, Event, Hearing, HoldCause, Seat, SessionState};
use crate::ids::{PointId, SeatId};
use crate::plan::{PointKind, Role};
use crate::refusal::Refusal;
use crate::time::Now;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Microseconds that the officers have to take note of the decision before the sitting ends without it.
const NOTICE_US: u64 = 30_000_000;
/// A moment that was fixed counts for as long: what was measured before it is kept.
const FROZEN_MS: i64 = 600_000;

/// Which point failed, and since when, in hearing time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub point: PointId,
    pub since_us: u64,
}

/// The decision to suspend or to postpone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjournment {
    pub reason: String,
    /// UTC milliseconds at which the judge fixed the moment.
    pub frozen_ms: i64,
    /// UTC milliseconds of the continuation; none: it will be appointed.
    pub until_ms: Option<i64>,
    /// The point whose line failed, if that is why the session was held.
    pub fault: Option<Fault>,
    /// SHA-256 of the file of the record that has what was measured.
    pub pack: Option<FileHash>,
    /// Hearing time of the decision.
    pub at_us: u64,
}

impl SessionState {
    /// Whether a sitting ends with this state.
    #[must_use]
    pub fn ends_sitting(self) -> bool {
        matches!(self, Self::Suspended | Self::Postponed | Self::Closed)
    }

    /// Whether another sitting follows.
    #[must_use]
    pub fn is_adjourned(self) -> bool {
        matches!(self, Self::Suspended | Self::Postponed)
    }
}

impl Hearing {
    /// The point for which the session is held, or that would have it held before long, and since when its line is broken.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let broken = |point: &PointId| self.continuity.get(point)?.broken_since_us;
        let point = match (&self.hold, self.state) {
            (Some(HoldCause::Continuity { point, .. }), _) => *point,
            (None, SessionState::InSession) => *self.continuity.keys().find(|point| broken(point).is_some())?,
            _ => return None,
        };
        Some(Fault { point, since_us: broken(&point)? })
    }

    /// Whether nothing more can happen in this sitting: it is closed, or adjourned and everybody who has to has taken note or
    /// had time for it.
    #[must_use]
    pub fn is_sitting_over(&self, now_us: u64) -> bool {
        match (&self.adjourned, self.state) {
            (_, SessionState::Closed) => true,
            (Some(adjourned), SessionState::Suspended | SessionState::Postponed) => {
                now_us >= adjourned.at_us + NOTICE_US || self.points_to_note().is_empty()
            }
            _ => false,
        }
    }

    /// Component points with a live link of which nobody has taken note yet.
    fn points_to_note(&self) -> BTreeSet<PointId> {
        let noted: BTreeSet<PointId> =
            self.noted.keys().filter_map(|seat| self.point_of(self.seats.get(seat)?)).collect();
        let here = self.seats.values().filter(|seat| seat.connection.is_some() && self.takes_note(seat));
        here.filter_map(|seat| self.point_of(seat)).filter(|point| !noted.contains(point)).collect()
    }

    /// Whether a seat is one at which an officer takes note: their own screen, or a device of a component point.
    #[must_use]
    pub fn takes_note(&self, seat: &Seat) -> bool {
        let point = self.point_of(seat).and_then(|point| self.point(point));
        let component = point.is_some_and(|point| !matches!(point.kind, PointKind::Central | PointKind::Observer));
        component && self.acting_roles(seat).contains(&Role::PointOfficer)
    }

    pub(super) fn decide_adjournment(&self, command: &Command, actor: &Seat, now: Now) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Suspend { reason, frozen_ms, until_ms, pack } => {
                self.suspend(reason, *frozen_ms, *until_ms, pack.as_ref(), now)
            }
            Command::Postpone { reason, until_ms } => {
                let (reason, until_ms) = decided(reason, *until_ms, now)?;
                Ok(vec![Event::Postponed { reason, until_ms }])
            }
            Command::TakeNote {} => self.take_note(actor),
            _ => Err(Refusal::NotYourAct),
        }
    }

    fn suspend(
        &self,
        reason: &str,
        frozen_ms: i64,
        until_ms: Option<i64>,
        pack: Option<&FileHash>,
        now: Now,
    ) -> Result<Vec<Event>, Refusal> {
        let (reason, until_ms) = decided(reason, until_ms, now)?;
        // Whatever a screen's clock says: not after the act, and not before what is kept of the measurements.
        let frozen_ms = frozen_ms.clamp(now.utc_ms.saturating_sub(FROZEN_MS), now.utc_ms);
        Ok(vec![Event::Suspended { reason, frozen_ms, until_ms, fault: self.fault(), pack: pack.cloned() }])
    }

    fn take_note(&self, actor: &Seat) -> Result<Vec<Event>, Refusal> {
        if !self.takes_note(actor) {
            return Err(Refusal::NotYourAct);
        }
        unless(self.noted.contains_key(&actor.id), Event::NoticeTaken { seat: actor.id })
    }

    pub(super) fn apply_adjournment(&mut self, event: &Event, now: Now) {
        let at_us = now.t_us;
        match event {
            Event::Suspended { reason, frozen_ms, until_ms, fault, pack } => {
                let (frozen_ms, until_ms, fault, pack) = (*frozen_ms, *until_ms, *fault, pack.clone());
                let adjourned = Adjournment { reason: reason.clone(), frozen_ms, until_ms, fault, pack, at_us };
                self.adjourn(SessionState::Suspended, adjourned);
            }
            Event::Postponed { reason, until_ms } => {
                let (reason, frozen_ms, until_ms) = (reason.clone(), now.utc_ms, *until_ms);
                let adjourned = Adjournment { reason, frozen_ms, until_ms, fault: None, pack: None, at_us };
                self.adjourn(SessionState::Postponed, adjourned);
            }
            Event::NoticeTaken { seat } => _ = self.noted.entry(*seat).or_insert(at_us),
            _ => {}
        }
    }

    fn adjourn(&mut self, state: SessionState, adjourned: Adjournment) {
        self.go_out_of_session(state, adjourned.at_us);
        self.close_microphones();
        self.rooms.calls.clear();
        self.course.rest();
        self.adjourned = Some(adjourned);
        // What is to be noted now is the decision.
        self.noted = BTreeMap::new();
    }
}

/// When each seat took note.
pub(super) type Noted = BTreeMap<SeatId, u64>;

/// A reason that says something, and a day that is to come.
fn decided(reason: &str, until_ms: Option<i64>, now: Now) -> Result<(String, Option<i64>), Refusal> {
    let reason = given(Some(reason))?.ok_or(Refusal::ReasonMissing)?;
    if until_ms.is_some_and(|until| until <= now.utc_ms) {
        return Err(Refusal::ContinuationPast);
    }
    Ok((reason, until_ms))
}

/// Whether anybody may come in again to what was adjourned: from two hours before the time that was appointed.
///
/// # Errors
/// [`Refusal::Adjourned`]: until when.
pub fn may_continue(appointed_ms: Option<i64>, now_ms: i64) -> Result<(), Refusal> {
    const AHEAD_MS: i64 = 2 * 60 * 60 * 1000;
    let open = appointed_ms.is_some_and(|appointed| now_ms >= appointed.saturating_sub(AHEAD_MS));
    if open { Ok(()) } else { Err(Refusal::Adjourned { until_ms: appointed_ms }) }
}
