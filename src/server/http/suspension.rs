//! What the presiding judge sees before suspending: the moment that is fixed, what was measured, the draft, and whether the
//! points are free when it is to go on. Who asks is a live link, and what it may is core's to say.

use super::exhibits::Inside;
use super::extract::{Asked, Id};
use crate::app::Base;
use crate::problem::{Language, Problem};
use crate::suspension::Facts;
use crate::suspension::draft::{Decided, cause, fill};
use crate::times;
use assize_core::ids::HearingId;
use assize_core::plan::{Plan, PointKind};
use assize_core::procedure::Template;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Moment {
    /// UTC milliseconds at which it was fixed; none: now.
    frozen: Option<i64>,
    /// UTC milliseconds of the continuation.
    until: Option<i64>,
}

pub(super) async fn prepare(
    State(base): State<Arc<Base>>,
    inside: Inside,
    Id(hearing): Id<HearingId>,
    Asked(Moment { frozen, until }): Asked<Moment>,
) -> Result<Json<Value>, Problem> {
    inside.must_be_in(hearing)?;
    let facts = inside.suspension(frozen).await?;
    let taken = match until {
        Some(until) => taken(&base, &facts.plan, until).await?,
        None => Vec::new(),
    };
    let days = facts.procedure.limits.suspension_days;
    let zone = &facts.plan.court.zone;
    let late = until.is_some_and(|until| {
        let passed = times::date(facts.frozen_ms, zone).until(times::date(until, zone));
        passed.is_ok_and(|span| i64::from(span.get_days()) > i64::from(days) || span.get_months() > 0)
    });
    let lines = facts.lines.iter().map(|line| {
        // What the continuity meter knows is finer than what is kept of the line.
        let failed = facts.fault.filter(|fault| fault.point == line.point).and(facts.fault_ms);
        json!({
            "point": line.point, "name": line.name, "bad_since": failed.or_else(|| line.bad_since_ms()),
            "samples": line.samples.iter().map(|one| json!([one.at_ms, one.line, one.round_trip_ms])).collect::<Vec<_>>(),
        })
    });
    Ok(Json(json!({
        "frozen": facts.frozen_ms,
        "fault": facts.fault.map(|fault| json!({ "point": fault.point, "since": facts.fault_ms })),
        "lines": lines.collect::<Vec<_>>(),
        "cause": { "vi": cause(&facts, Language::Vi), "en": cause(&facts, Language::En) },
        "suspension": draft(&facts.procedure.texts.suspension, &facts, until),
        "postponement": draft(&facts.procedure.texts.postponement, &facts, until),
        "taken": taken,
        "days": days,
        "late": late,
    })))
}

/// Without the reason, which its reader writes.
fn draft(template: &Template, facts: &Facts, until_ms: Option<i64>) -> Value {
    let decided = Decided { reason: "", until_ms };
    json!({
        "vi": fill(template, facts, decided, Language::Vi),
        "en": fill(template, facts, decided, Language::En),
    })
}

/// Other hearings of the same points on the same day, by point and time: whose they are is another court's business.
async fn taken(base: &Base, plan: &Plan, until_ms: i64) -> Result<Vec<Value>, Problem> {
    let zone = &plan.court.zone;
    let day = times::day(until_ms, zone);
    let mut taken = Vec::new();
    for point in plan.points.iter().filter(|point| point.kind != PointKind::Observer) {
        for other in base.store.hearings_of_point(point.id).await? {
            let starts = times::parse(&other.plan.starts).filter(|starts| times::day(*starts, zone) == day);
            if let Some(starts) = starts.filter(|_| other.plan.hearing != plan.hearing) {
                taken.push(json!({ "point": point.name, "at": starts }));
            }
        }
    }
    Ok(taken)
}
