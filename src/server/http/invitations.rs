//! Invitations: codes with what a printed sheet needs, and calendar files.

use super::court::qr_svg;
use super::extract::{Asked, Body, Here, Id, Source, Staff};
use super::hearings::{comes_by_account, invite_person, own};
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::prepare::calendar::Invitation;
use crate::prepare::{self, rules};
use crate::problem::Problem;
use crate::store::HearingRow;
use assize_core::ids::{HearingId, PersonId, PointId};
use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invited {
    /// Everybody whose sheet is wanted. Whoever enters by code gets a new one; an earlier one ends.
    people: Vec<PersonId>,
}

/// Makes invitations. Codes are shown this once.
pub(super) async fn issue(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Here(here): Here,
    Source(source): Source,
    Id(id): Id<HearingId>,
    Body(invited): Body<Invited>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::Plan)?;
    let row = own(&base, staff.0.court, id).await?;
    eligible(&base, &row).await?;
    let known = |person: &PersonId| row.plan.people.iter().any(|known| known.id == *person);
    if !invited.people.iter().all(known) {
        return Err(Problem::NotFound);
    }
    let mut invitations = Vec::new();
    // Named twice, the first code would be dead on its sheet.
    let mut made = BTreeSet::new();
    for person in invited.people.into_iter().filter(|person| made.insert(*person)) {
        invitations.push(one(&base, &row, person, &here, (&staff.0.name, source)).await?);
    }
    // A former code may have been in use.
    base.live.look();
    let conduct = rules::of_plan(&base, &row.plan).conduct;
    Ok(Json(json!({ "invitations": invitations, "conduct": conduct })))
}

/// Nobody is invited to an online hearing before it is known that there may be one (Resolution 33 Art. 1(1)).
pub(super) async fn eligible(base: &Base, row: &HearingRow) -> Result<(), Problem> {
    let preparation = prepare::of(base, row.plan.hearing).await?;
    let rules = rules::of_plan(base, &row.plan);
    let (open, against) = preparation.open(&rules);
    if open.is_empty() && against.is_empty() {
        return Ok(());
    }
    let owned = |keys: Vec<&str>| keys.into_iter().map(str::to_owned).collect();
    Err(Problem::NotEligible { open: owned(open), against: owned(against) })
}

async fn one(
    base: &Base,
    row: &HearingRow,
    person: PersonId,
    here: &str,
    (who, source): (&str, IpAddr),
) -> Result<Value, Problem> {
    let known = row.plan.people.iter().find(|known| known.id == person).ok_or(Problem::NotFound)?;
    if !known.own_screen {
        return Ok(json!({ "person": person, "code": null, "link": null, "qr": null }));
    }
    let (code, link) = if comes_by_account(known) {
        (None, format!("{here}/login"))
    } else {
        let code = invite_person(base, row, person).await?;
        base.audit(who, "code_made", Some(person.to_string()), Some(source)).await?;
        (Some(code), format!("{here}/enter"))
    };
    let qr = qr_svg(&link);
    Ok(json!({ "person": person, "code": code, "link": link, "qr": qr }))
}

/// One of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    person: Option<PersonId>,
    point: Option<PointId>,
}

/// The calendar file of a person or a point.
pub(super) async fn calendar(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Here(here): Here,
    Id(id): Id<HearingId>,
    Asked(whose): Asked<Whose>,
) -> Result<impl IntoResponse, Problem> {
    staff.must(StaffAct::Plan)?;
    let plan = own(&base, staff.0.court, id).await?.plan;
    let invitation = match (whose.person, whose.point) {
        (Some(person), None) => {
            let person = plan.people.iter().find(|known| known.id == person).ok_or(Problem::NotFound)?;
            Invitation::of_person(&plan, person, &here)
        }
        (None, Some(point)) => {
            let point = plan.points.iter().find(|known| known.id == point).ok_or(Problem::NotFound)?;
            Invitation::of_point(&plan, point)
        }
        _ => return Err(Problem::BadRequest { detail: "person or point".to_owned() }),
    };
    let invitation = invitation.ok_or(Problem::Internal)?;
    let now = base.clock.utc_ms();
    let version = base.store.publish(id, invitation.subject(), invitation.digest(), now).await?;
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"phien-toa.ics\""),
    ];
    Ok((headers, invitation.file(version)))
}
