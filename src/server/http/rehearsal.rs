//! Rehearsals: made out of a hearing, and the seats of points in them for whoever plays the parties.

use super::extract::{Body, Here, Id, Source, Staff};
use super::hearings::{describe, own};
use super::join::{Guest, let_in};
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::identity::ticket::Authority;
use crate::problem::Problem;
use crate::rehearsal;
use assize_core::hearing::Entrant;
use assize_core::ids::{DeviceId, HearingId, PointId};
use assize_core::plan::Role;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Makes a rehearsal of the hearing, to begin now.
pub(super) async fn make(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<HearingId>,
) -> Result<impl IntoResponse, Problem> {
    staff.must(StaffAct::Rehearse)?;
    let of = own(&base, staff.0.court, id).await?;
    let row = rehearsal::make(&base, &of.plan).await?;
    let made = row.plan.hearing;
    base.audit(&staff.0.name, "rehearsal_made", Some(made.to_string()), Some(source)).await?;
    let location = format!("/api/v1/hearings/{made}");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(describe(&base, &row).await?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    point: PointId,
}

/// Into a rehearsal as a point's device, which in a hearing only an enrolled one is. Its people enter by code as ever.
pub(super) async fn seat(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Here(here): Here,
    Id(id): Id<HearingId>,
    Body(Wanted { point }): Body<Wanted>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::Rehearse)?;
    let row = own(&base, staff.0.court, id).await?;
    if !row.plan.rehearsal || row.plan.points.iter().all(|known| known.id != point) {
        return Err(Problem::NotFound);
    }
    // Made up as its people are, and always the same one: it comes back to its seat.
    let entrant = Entrant::Device { point, device: DeviceId(point.0) };
    let authority = Authority::Account(staff.0.name.clone(), staff.1);
    let guest = Guest { row, entrant, role: Role::PointOfficer, authority, again: None };
    let_in(&base, guest, &here).await.map(Json)
}
