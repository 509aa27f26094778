//! The court's points, devices and colleagues.

use super::extract::{Body, Here, Id, Source, Staff};
use crate::app::Base;
use crate::identity::device::EnrolError;
use crate::identity::policy::StaffAct;
use crate::problem::Problem;
use crate::store::Device;
use crate::times;
use assize_core::ids::{CourtId, DeviceId, PointId};
use assize_core::plan::{Point, PointKind};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// What a form for a hearing needs: the court, its points with their devices, its staff and the procedures.
pub(super) async fn show(State(base): State<Arc<Base>>, staff: Staff) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::SeePlans)?;
    let court = base.store.court(staff.0.court).await?.ok_or(Problem::Internal)?;
    let mut points = Vec::new();
    for point in base.store.points(court.id).await? {
        let devices = base.store.devices(point.id).await?;
        points.push(json!({
            "id": point.id, "name": point.name, "kind": point.kind, "province": point.province,
            "enrolled": is_enrolled(&devices),
            "devices": devices.iter().map(|device| device_json(device, &court.zone)).collect::<Vec<_>>(),
        }));
    }
    let accounts: Vec<Value> = base
        .store
        .accounts()
        .await?
        .into_iter()
        .filter(|account| account.court == court.id && !account.disabled)
        .map(|account| json!({ "name": account.name, "display": account.display, "role": account.role }))
        .collect();
    let procedures: Vec<&str> = base.procedures.names().collect();
    Ok(Json(json!({ "court": court, "points": points, "accounts": accounts, "procedures": procedures })))
}

fn device_json(device: &Device, zone: &str) -> Value {
    let time = |ms: Option<i64>| ms.map(|ms| times::rfc3339(ms, zone));
    json!({
        "id": device.id,
        "enrolled": times::rfc3339(device.enrolled_ms, zone),
        "seen": time(device.seen_ms),
        "revoked": time(device.revoked_ms),
    })
}

/// Whether a point has a device that may enter.
pub(super) fn is_enrolled(devices: &[Device]) -> bool {
    devices.iter().any(|device| device.revoked_ms.is_none())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPoint {
    name: String,
    kind: PointKind,
    #[serde(default)]
    province: Option<String>,
}

pub(super) async fn put_point(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Body(new): Body<NewPoint>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    staff.must(StaffAct::Equip)?;
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(Problem::BadField { field: "name".to_owned(), detail: "1 to 200 characters".to_owned() });
    }
    let province = new.province.map(|province| province.trim().to_owned()).filter(|province| !province.is_empty());
    if province.as_ref().is_some_and(|province| province.chars().count() > 100) {
        return Err(Problem::BadField { field: "province".to_owned(), detail: "at most 100 characters".to_owned() });
    }
    let point = Point { id: PointId(Uuid::now_v7()), name, kind: new.kind, province };
    base.store.put_point(staff.0.court, &point).await?;
    let shown = json!({
        "id": point.id, "name": point.name, "kind": point.kind, "province": point.province, "enrolled": false, "devices": [],
    });
    Ok((StatusCode::CREATED, Json(shown)))
}

pub(super) async fn enrol_link(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Here(here): Here,
    Id(id): Id<PointId>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::Equip)?;
    let point = own_point(&base, staff.0.court, id).await?;
    Ok(Json(offer(&base, &here, &point, staff.0.court).await?))
}

/// The point, if it is this court's. Another court's points are not told apart from none.
pub(super) async fn own_point(base: &Base, court: CourtId, id: PointId) -> Result<Point, Problem> {
    let found = base.store.point(id).await?.filter(|(owner, _)| *owner == court);
    found.map(|(_, point)| point).ok_or(Problem::NotFound)
}

/// A one-time enrolment link for a point.
pub(super) async fn offer(base: &Base, here: &str, point: &Point, court: CourtId) -> Result<Value, Problem> {
    let court = base.store.court(court).await?.ok_or(Problem::Internal)?;
    let (token, expires_ms) = base.identity.devices.offer(point.id).await.map_err(enrol_problem)?;
    let link = enrolment_link(here, &token.reveal());
    let qr = qr_svg(&link);
    Ok(json!({ "point": point.id, "link": link, "expires": times::rfc3339(expires_ms, &court.zone), "qr": qr }))
}

/// The token is in the fragment, which browsers do not send: it reaches no log.
#[must_use]
pub(crate) fn enrolment_link(here: &str, token: &str) -> String {
    format!("{here}/point#enrol={token}")
}

pub(super) fn qr_svg(text: &str) -> Option<String> {
    let code = qrcode::QrCode::new(text.as_bytes()).ok()?;
    let width = code.width();
    let dark = code.to_colors();
    let mut path = String::new();
    for (index, color) in dark.iter().enumerate() {
        if *color == qrcode::Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", index % width + 4, index / width + 4));
        }
    }
    let side = width + 8;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

pub(super) fn enrol_problem(error: EnrolError) -> Problem {
    match error {
        EnrolError::UsedUp => Problem::EnrolmentUsedUp,
        EnrolError::Store(error) => error.into(),
        EnrolError::Random(error) => error.into(),
    }
}

/// Takes a device's credential away: where it is in a hearing, it is out at once.
pub(super) async fn revoke(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<DeviceId>,
) -> Result<StatusCode, Problem> {
    staff.must(StaffAct::Equip)?;
    for point in base.store.points(staff.0.court).await? {
        if base.store.devices(point.id).await?.iter().any(|device| device.id == id) {
            base.identity.devices.revoke(id).await?;
            base.live.look();
            base.audit(&staff.0.name, "device_revoked", Some(id.to_string()), Some(source)).await?;
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(Problem::NotFound)
}
