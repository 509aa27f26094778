//! Plans, codes and links.

use super::court::{is_enrolled, offer};
use super::extract::{Asked, Body, Here, Id, Source, Staff};
use super::invitations::eligible;
use crate::app::Base;
use crate::identity::code::InviteError;
use crate::identity::policy::StaffAct;
use crate::plans::{self, Draft, DraftPerson, DraftScreen};
use crate::problem::Problem;
use crate::store::{Filter, HearingRow};
use crate::times;
use assize_core::hearing::SessionState;
use assize_core::ids::{CourtId, HearingId, PersonId, PointId};
use assize_core::plan::{Person, Role, Screen};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    date: Option<String>,
    q: Option<String>,
    state: Option<SessionState>,
}

pub(super) async fn list(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::SeePlans)?;
    let day = wanted.date.filter(|day| !day.is_empty());
    if day.as_deref().is_some_and(|day| !times::is_day(day)) {
        return Err(Problem::BadField { field: "date".to_owned(), detail: "yyyy-mm-dd".to_owned() });
    }
    let filter = Filter { court: Some(staff.0.court), day, q: wanted.q, state: wanted.state };
    let mut hearings = Vec::new();
    for row in base.store.hearings(&filter).await? {
        hearings.push(describe(&base, &row).await?);
    }
    Ok(Json(json!({ "hearings": hearings })))
}

pub(super) async fn create(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Body(draft): Body<Draft>,
) -> Result<impl IntoResponse, Problem> {
    staff.must(StaffAct::Plan)?;
    let row = plans::create(&base, staff.0.court, draft).await?;
    let location = format!("/api/v1/hearings/{}", row.plan.hearing);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(describe(&base, &row).await?)))
}

pub(super) async fn show(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Id(id): Id<HearingId>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::SeePlans)?;
    let row = own(&base, staff.0.court, id).await?;
    Ok(Json(describe(&base, &row).await?))
}

/// The hearing, if it is this court's. Another court's hearings are not told apart from none.
pub(super) async fn own(base: &Base, court: CourtId, id: HearingId) -> Result<HearingRow, Problem> {
    let row = base.store.hearing(id).await?.filter(|row| row.plan.court.id == court);
    row.ok_or(Problem::NotFound)
}

/// A plan with its state, for screens and scripts. Codes are shown only when they are made.
pub(crate) async fn describe(base: &Base, row: &HearingRow) -> Result<Value, Problem> {
    let plan = &row.plan;
    let codes = base.store.codes(plan.hearing).await?;
    let people: Vec<Value> = plan
        .people
        .iter()
        .map(|person| {
            let code = codes.iter().find(|code| code.person == person.id);
            json!({
                "id": person.id, "name": person.name, "role": person.role, "point": person.point,
                "own_screen": person.own_screen, "account": person.account, "with": person.with,
                "code_given": code.map(|code| times::rfc3339(code.created_ms, &plan.court.zone)),
            })
        })
        .collect();
    let mut points = Vec::new();
    for point in &plan.points {
        let enrolled = is_enrolled(&base.store.devices(point.id).await?);
        points.push(json!({ "id": point.id, "name": point.name, "kind": point.kind, "enrolled": enrolled }));
    }
    Ok(json!({
        "id": plan.hearing, "court": plan.court, "case": plan.case, "title": plan.title,
        "procedure": plan.procedure, "starts": plan.starts, "state": row.state, "rehearsal": plan.rehearsal,
        "people": people, "points": points, "screens": plan.screens, "seal_fault": row.seal_fault, "shelf_fault": row.shelf_fault,
    }))
}

/// Only what is named changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    case: Option<String>,
    title: Option<String>,
    procedure: Option<String>,
    starts: Option<String>,
    points: Option<Vec<String>>,
    people: Option<Vec<DraftPerson>>,
    screens: Option<Vec<DraftScreen>>,
}

pub(super) async fn change(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<HearingId>,
    Body(changes): Body<Changes>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::Plan)?;
    let old = own(&base, staff.0.court, id).await?;
    let plan = old.plan.clone();
    let draft = Draft {
        case: changes.case.unwrap_or(plan.case),
        title: changes.title.unwrap_or(plan.title),
        procedure: changes.procedure.or(Some(plan.procedure)),
        starts: changes.starts.unwrap_or(plan.starts),
        points: changes.points.unwrap_or_else(|| plan.points.iter().map(|point| point.id.to_string()).collect()),
        people: changes.people.unwrap_or_else(|| plan.people.into_iter().map(drafted).collect()),
        screens: changes.screens.unwrap_or_else(|| plan.screens.into_iter().map(screen).collect()),
    };
    let (plan, voided) = plans::replace(&base, &old.plan, draft).await?;
    let mut shown = describe(&base, &HearingRow { plan, ..old }).await?;
    for code in &voided.codes {
        base.audit(&staff.0.name, "code_revoked", Some(code.id.to_string()), Some(source)).await?;
    }
    shown["voided"] = json!(voided);
    Ok(Json(shown))
}

fn screen(screen: Screen) -> DraftScreen {
    let Screen { of, people, points, observers, picture, voice, name } = screen;
    let names = |ids: Vec<PersonId>| ids.iter().map(ToString::to_string).collect();
    let points = points.iter().map(ToString::to_string).collect();
    DraftScreen { of: names(of), people: names(people), points, observers, picture, voice, name }
}

fn drafted(person: Person) -> DraftPerson {
    DraftPerson {
        id: Some(person.id),
        name: person.name,
        role: person.role,
        point: person.point.map(|point| point.to_string()),
        own_screen: Some(person.own_screen),
        account: person.account,
        with: person.with.iter().map(ToString::to_string).collect(),
    }
}

/// One of the two.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guest {
    person: Option<PersonId>,
    point: Option<PointId>,
}

/// A code for a person, shown this once, or an enrolment link for a device of a point.
pub(super) async fn invite(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Here(here): Here,
    Source(source): Source,
    Id(id): Id<HearingId>,
    Body(guest): Body<Guest>,
) -> Result<Json<Value>, Problem> {
    let row = own(&base, staff.0.court, id).await?;
    match (guest.person, guest.point) {
        (Some(person), None) => {
            staff.must(StaffAct::Plan)?;
            // Once somebody has come, a lost code must not wait for a question that was left open.
            if row.state == SessionState::Scheduled {
                eligible(&base, &row).await?;
            }
            let code = invite_person(&base, &row, person).await?;
            // The former code may have been in use.
            base.live.look();
            base.audit(&staff.0.name, "code_made", Some(person.to_string()), Some(source)).await?;
            Ok(Json(json!({ "person": person, "code": code, "link": format!("{here}/enter") })))
        }
        (None, Some(point)) => {
            staff.must(StaffAct::Equip)?;
            let point = row.plan.points.iter().find(|known| known.id == point).ok_or(Problem::NotFound)?;
            Ok(Json(offer(&base, &here, point, staff.0.court).await?))
        }
        _ => Err(Problem::BadRequest { detail: "{\"person\": id} or {\"point\": id}".to_owned() }),
    }
}

/// Gives somebody with a screen of their own a code for a hearing that is not over.
pub(crate) async fn invite_person(base: &Base, row: &HearingRow, person: PersonId) -> Result<String, Problem> {
    use assize_core::refusal::Refusal;
    let known = row.plan.people.iter().find(|known| known.id == person).ok_or(Problem::NotFound)?;
    if comes_by_account(known) {
        return Err(Problem::ComesByAccount);
    }
    if !known.own_screen {
        return Err(Refusal::SitsAtPoint.into());
    }
    if row.state == SessionState::Closed {
        return Err(Refusal::Over.into());
    }
    base.identity.codes.invite(row.plan.hearing, person).await.map_err(|error| match error {
        InviteError::Store(error) => error.into(),
        InviteError::Random(error) => error.into(),
    })
}

/// Whoever presides, keeps the desk or has an account is known by logging in: a code would let whoever holds it act in
/// their name.
pub(crate) fn comes_by_account(person: &Person) -> bool {
    person.account.is_some() || matches!(person.role, Role::PresidingJudge | Role::Clerk)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoked {
    person: PersonId,
}

/// Takes a person's code away: what was opened with it ends at once and cannot be resumed.
pub(super) async fn revoke(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<HearingId>,
    Body(revoked): Body<Revoked>,
) -> Result<StatusCode, Problem> {
    staff.must(StaffAct::Plan)?;
    own(&base, staff.0.court, id).await?;
    base.store.delete_codes(id, Some(revoked.person)).await?;
    base.live.look();
    base.audit(&staff.0.name, "code_revoked", Some(revoked.person.to_string()), Some(source)).await?;
    Ok(StatusCode::NO_CONTENT)
}
