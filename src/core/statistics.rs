//! What one sitting was, in figures, from its ledger alone: how long it was in session, what interrupted it and for how
//! long, and which points could not follow.

use crate::hearing::{Event, HoldCause};
use crate::ids::{HearingId, PointId};
use crate::plan::{Plan, PointKind, Role};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Figures of one sitting. Times are in microseconds of hearing time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    pub hearing: HearingId,
    /// Name of the procedure: the type of case.
    pub case_type: String,
    /// Names as in the plan; more than one where several preside in turn.
    pub judges: Vec<String>,
    /// With a component point (Resolution 33/2021/QH15 Art. 1).
    pub online: bool,
    /// Points of it are in different provinces; none: nobody said where all of them are.
    #[serde(default)]
    pub cross_province: Option<bool>,
    /// The session was opened at all.
    pub opened: bool,
    pub in_session_us: u64,
    pub interruptions: Vec<Interruption>,
    pub points: Vec<PointFigures>,
}

/// The session was held, or the server was down while it was in session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interruption {
    pub cause: Cause,
    /// Until the session went on, or the last event.
    pub lost_us: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The court held it by hand.
    Pressed,
    Restart,
    Record,
    Media,
    Continuity,
}

impl Cause {
    pub const ALL: [Self; 5] = [Self::Pressed, Self::Restart, Self::Record, Self::Media, Self::Continuity];

    fn of(cause: &HoldCause) -> Self {
        match cause {
            HoldCause::Pressed { .. } => Self::Pressed,
            HoldCause::Restart => Self::Restart,
            HoldCause::RecorderFault { .. } | HoldCause::LedgerFault => Self::Record,
            HoldCause::MediaFault => Self::Media,
            HoldCause::Continuity { .. } => Self::Continuity,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointFigures {
    pub id: PointId,
    pub name: String,
    pub kind: PointKind,
    /// Times that it did not see, did not hear or was not heard, in session.
    pub interruptions: u32,
    /// How long that lasted, with the holds that followed from it.
    pub lost_us: u64,
}

/// An interruption that has begun.
struct Open {
    cause: Cause,
    point: Option<PointId>,
    since_us: u64,
}

/// Reads events in their order.
struct Reading {
    sitting: Sitting,
    /// Since when it is in session.
    in_session_us: Option<u64>,
    held: Option<Open>,
    /// Points that cannot follow, and since when.
    broken: BTreeMap<PointId, u64>,
    /// The server came back after so long, and the hold that says so follows.
    outage_us: u64,
    last_us: u64,
}

/// The figures of a sitting, from its events with their hearing times; `None` if the first is no plan, or that of a
/// rehearsal: nothing was tried there.
#[must_use]
pub fn sitting<'a>(events: impl IntoIterator<Item = (u64, &'a Event)>) -> Option<Sitting> {
    let mut events = events.into_iter();
    let (_, Event::Planned { plan, .. }) = events.next()? else { return None };
    if plan.rehearsal {
        return None;
    }
    let mut reading = Reading {
        sitting: planned(plan),
        in_session_us: None,
        held: None,
        broken: BTreeMap::new(),
        outage_us: 0,
        last_us: 0,
    };
    for (t_us, event) in events {
        reading.take(t_us, event);
    }
    // A record that was cut off ends with its last event.
    let last_us = reading.last_us;
    reading.rests(last_us);
    reading.goes_on(last_us);
    Some(reading.sitting)
}

fn planned(plan: &Plan) -> Sitting {
    let component = |kind: PointKind| !matches!(kind, PointKind::Central | PointKind::Observer);
    let judges = plan.people.iter().filter(|person| person.role == Role::PresidingJudge);
    let points = plan.points.iter().filter(|point| point.kind != PointKind::Observer);
    Sitting {
        hearing: plan.hearing,
        case_type: plan.procedure.clone(),
        judges: judges.map(|person| person.name.clone()).collect(),
        online: plan.points.iter().any(|point| component(point.kind)),
        cross_province: cross_province(plan),
        opened: false,
        in_session_us: 0,
        interruptions: Vec::new(),
        points: points
            .map(|point| PointFigures {
                id: point.id,
                name: point.name.clone(),
                kind: point.kind,
                interruptions: 0,
                lost_us: 0,
            })
            .collect(),
    }
}

/// Observers take no part.
fn cross_province(plan: &Plan) -> Option<bool> {
    let points = || plan.points.iter().filter(|point| point.kind != PointKind::Observer);
    let known: BTreeSet<&str> = points().filter_map(|point| point.province.as_deref()).collect();
    let all = points().all(|point| point.province.is_some());
    if known.len() > 1 { Some(true) } else { (all && known.len() == 1).then_some(false) }
}

impl Reading {
    fn take(&mut self, t_us: u64, event: &Event) {
        self.last_us = self.last_us.max(t_us);
        match event {
            Event::Opened { .. } | Event::Resumed { .. } => {
                self.goes_on(t_us);
                self.sitting.opened = true;
                self.in_session_us = Some(t_us);
            }
            Event::Held { cause } => {
                let outage_us = std::mem::take(&mut self.outage_us);
                self.rests(t_us);
                let point = if let HoldCause::Continuity { point, .. } = cause { Some(*point) } else { None };
                let since_us = t_us.saturating_sub(outage_us);
                self.held = Some(Open { cause: Cause::of(cause), point, since_us });
            }
            // After a hold, to rest is to go on by the judge's will: what was lost is known.
            Event::Paused { .. } | Event::Suspended { .. } | Event::Postponed { .. } | Event::Closed => {
                self.rests(t_us);
                self.goes_on(t_us);
            }
            Event::TakenUp { outage_us, .. } if self.in_session_us.is_some() => {
                // What passed while the server was down was no session.
                self.rests(t_us.saturating_sub(*outage_us));
                self.outage_us = *outage_us;
            }
            Event::Continuity { point, continuity, since_us } => {
                if continuity.is_broken() {
                    self.broken.entry(*point).or_insert(*since_us);
                } else if let Some(since_us) = self.broken.remove(point) {
                    self.missed(*point, since_us, t_us);
                }
            }
            _ => {}
        }
    }

    /// No longer in session: what points lack is counted up to here.
    fn rests(&mut self, t_us: u64) {
        if let Some(since_us) = self.in_session_us.take() {
            self.sitting.in_session_us += t_us.saturating_sub(since_us);
        }
        for (point, since_us) in std::mem::take(&mut self.broken) {
            self.missed(point, since_us, t_us);
        }
    }

    /// A hold is over.
    fn goes_on(&mut self, t_us: u64) {
        let Some(Open { cause, point, since_us }) = self.held.take() else { return };
        let lost_us = t_us.saturating_sub(since_us);
        self.sitting.interruptions.push(Interruption { cause, lost_us });
        if let Some(point) = self.sitting.points.iter_mut().find(|figures| Some(figures.id) == point) {
            point.lost_us += lost_us;
        }
    }

    fn missed(&mut self, point: PointId, since_us: u64, t_us: u64) {
        if let Some(figures) = self.sitting.points.iter_mut().find(|figures| figures.id == point) {
            figures.interruptions += 1;
            figures.lost_us += t_us.saturating_sub(since_us);
        }
    }
}
