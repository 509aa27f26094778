//! Readiness tests of points: measuring the line, keeping what was measured, telling what was found.

use super::court::own_point;
use super::extract::{Asked, Body, Id, Staff};
use super::extract::{Tester, TesterKind};
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::prepare::readiness::{Measured, Test};
use crate::problem::Problem;
use crate::times;
use assize_core::ids::PointId;
use assize_core::plan::Court;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Most bytes sent or taken at once to measure a line.
pub(super) const MOST: usize = 2 * 1024 * 1024;
/// Most tests of a point in one answer.
const LISTED: u32 = 60;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(default)]
    bytes: usize,
}

/// So many bytes that do not compress, to measure how fast they come.
pub(super) async fn down(_tester: Tester, Asked(wanted): Asked<Wanted>) -> Result<impl IntoResponse, Problem> {
    let mut bytes = vec![0u8; wanted.bytes.min(MOST)];
    getrandom::fill(&mut bytes).map_err(|_| Problem::Internal)?;
    Ok(([(CONTENT_TYPE, "application/octet-stream")], bytes))
}

/// Takes bytes and forgets them, to measure how fast they go.
pub(super) async fn up(_tester: Tester, bytes: Bytes) -> Json<Value> {
    Json(json!({ "bytes": bytes.len() }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    /// For staff; a device measures its own point.
    point: Option<PointId>,
    measured: Measured,
}

pub(super) async fn put(
    State(base): State<Arc<Base>>,
    tester: Tester,
    Body(report): Body<Report>,
) -> Result<impl IntoResponse, Problem> {
    if !report.measured.is_sound() {
        return Err(Problem::BadField { field: "measured".to_owned(), detail: "figures out of range".to_owned() });
    }
    let (point, device, account) = match tester.0 {
        TesterKind::Device(device) if report.point.is_none_or(|point| point == device.point) => {
            (device.point, Some(device.id), None)
        }
        TesterKind::Device(_) => return Err(Problem::NotFound),
        TesterKind::Staff(staff) => {
            staff.must(StaffAct::Equip)?;
            let point = report.point.ok_or_else(|| Problem::BadRequest { detail: "point".to_owned() })?;
            (own_point(&base, staff.0.court, point).await?.id, None, Some(staff.0.name))
        }
    };
    let test =
        Test { id: Uuid::now_v7(), point, at_ms: base.clock.utc_ms(), device, account, measured: report.measured };
    base.store.put_test(&test).await?;
    let (court, _) = base.store.point(point).await?.ok_or(Problem::Internal)?;
    let court = base.store.court(court).await?.ok_or(Problem::Internal)?;
    Ok((StatusCode::CREATED, Json(describe(&test, &court))))
}

/// Past tests of a point, latest first.
pub(super) async fn list(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Id(id): Id<PointId>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::SeePlans)?;
    let point = own_point(&base, staff.0.court, id).await?;
    let court = base.store.court(staff.0.court).await?.ok_or(Problem::Internal)?;
    let tests = base.store.tests(point.id, LISTED).await?;
    let tests: Vec<Value> = tests.iter().map(|test| describe(test, &court)).collect();
    Ok(Json(
        json!({ "court": court, "point": { "id": point.id, "name": point.name, "kind": point.kind }, "tests": tests }),
    ))
}

/// A test with its verdicts.
pub(super) fn describe(test: &Test, court: &Court) -> Value {
    json!({
        "id": test.id, "point": test.point, "at": times::rfc3339(test.at_ms, &court.zone),
        "device": test.device, "account": test.account, "measured": test.measured,
        "level": test.measured.level(), "verdicts": test.measured.verdicts(),
    })
}
