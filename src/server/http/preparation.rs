//! What is written down before a hearing: checklist, time limits, tasks during and after it.

use super::extract::{Body, Id, Source, Staff};
use super::hearings::own;
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::plans::is_component;
use crate::prepare::deadlines::{self, Deadline};
use crate::prepare::rules::{self, Item, Rules};
use crate::prepare::{self, Patch, Preparation, Task};
use crate::problem::Problem;
use crate::times;
use assize_core::ids::HearingId;
use assize_core::plan::Plan;
use assize_core::procedure::Wording;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn show(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Id(id): Id<HearingId>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::SeePlans)?;
    let row = own(&base, staff.0.court, id).await?;
    let preparation = prepare::of(&base, id).await?;
    Ok(Json(describe(&base, &row.plan, &preparation).await?))
}

pub(super) async fn change(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<HearingId>,
    Body(patch): Body<Patch>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::Plan)?;
    let row = own(&base, staff.0.court, id).await?;
    let preparation = prepare::change(&base, &row.plan, &staff.0.display, &patch).await?;
    base.audit(&staff.0.name, "preparation_changed", Some(id.to_string()), Some(source)).await?;
    Ok(Json(describe(&base, &row.plan, &preparation).await?))
}

/// So many of a point's tests are looked through for one of the room.
const LOOKED_AT: u32 = 20;
/// A limit that ends within so many days is told.
const AHEAD: i32 = 14;

/// Steps of the court's hearings that are not taken and whose limit is near or past, the earliest first.
pub(super) async fn due(State(base): State<Arc<Base>>, staff: Staff) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::SeePlans)?;
    let now = base.clock.utc_ms();
    let mut found = Vec::new();
    for (row, preparation) in base.store.prepared(staff.0.court).await? {
        let plan = &row.plan;
        let today = times::date(now, &plan.court.zone);
        let all = deadlines::of(plan, &preparation, &rules::of_plan(&base, plan), today);
        for one in all.iter().filter(|one| one.done.is_none() && one.left.is_some_and(|left| left <= AHEAD)) {
            let mut shown = deadline(one);
            shown["hearing"] = json!(plan.hearing);
            shown["case"] = json!(plan.case);
            found.push((one.left, shown));
        }
    }
    found.sort_by_key(|(left, _)| *left);
    let found: Vec<Value> = found.into_iter().map(|(_, shown)| shown).collect();
    Ok(Json(json!({ "deadlines": found })))
}

async fn describe(base: &Base, plan: &Plan, preparation: &Preparation) -> Result<Value, Problem> {
    let rules = &rules::of_plan(base, plan);
    let zone = &plan.court.zone;
    let (open, against) = preparation.open(rules);
    let deadlines = deadlines::of(plan, preparation, rules, times::date(base.clock.utc_ms(), zone));
    let mut readiness = Vec::new();
    for point in &plan.points {
        let tests = base.store.tests(point.id, LOOKED_AT).await?;
        // A line that was measured while the point waited says nothing of the room: the last test of the room stands.
        let latest = tests.iter().find(|test| test.measured.is_of_room()).or_else(|| tests.first());
        readiness.extend(latest.map(|test| super::readiness::describe(test, &plan.court)));
    }
    Ok(json!({
        "hearing": plan.hearing,
        "summary": preparation.summary,
        "checklist": rules.checklist.iter().map(|item| question(item, preparation, zone)).collect::<Vec<_>>(),
        "open": open,
        "against": against,
        "deadlines": deadlines.iter().map(deadline).collect::<Vec<_>>(),
        "component_points": { "planned": plan.points.iter().filter(|point| is_component(point.kind)).count(), "most": base.config.court.component_points.unwrap_or(rules.component_points) },
        "during": tasks(&preparation.during, rules, |rules| &rules.during),
        "after": tasks(&preparation.after, rules, |rules| &rules.after),
        "readiness": readiness,
    }))
}

fn question(item: &Item, preparation: &Preparation, zone: &str) -> Value {
    let answer = preparation.answers.get(&item.key).map(|answer| {
        json!({
            "yes": answer.yes, "note": answer.note, "who": answer.who, "at": times::rfc3339(answer.at_ms, zone),
        })
    });
    json!({ "key": item.key, "text": item.text, "source": item.source, "answer": answer })
}

/// A step with its limit; days are days of the court's zone.
fn deadline(deadline: &Deadline) -> Value {
    json!({
        "key": deadline.step.key, "text": deadline.step.text, "source": deadline.step.source,
        "due": deadline.due.map(|due| due.to_string()), "done": deadline.done.map(|done| done.to_string()),
        "standing": deadline.standing, "left": deadline.left,
    })
}

/// What the clerk wrote, or what the rules have: then with its text in both languages.
fn tasks(written: &Option<Vec<Task>>, rules: &Rules, usual: impl Fn(&Rules) -> &Vec<Wording>) -> Value {
    match written {
        Some(tasks) => json!({ "written": true, "tasks": tasks }),
        None => json!({ "written": false, "usual": usual(rules) }),
    }
}
