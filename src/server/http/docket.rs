//! What a point's own device may know of the day: when its next hearings are, and nothing of who they are about.

use super::extract::{Tester, TesterKind};
use crate::app::Base;
use crate::problem::Problem;
use crate::times;
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

/// Today's hearings of the device's point that are not over. Times and states only: other cases' people are nobody's
/// business in this room.
pub(super) async fn of_device(State(base): State<Arc<Base>>, tester: Tester) -> Result<Json<Value>, Problem> {
    let TesterKind::Device(device) = tester.0 else { return Err(Problem::UnknownDevice) };
    let (court, _) = base.store.point(device.point).await?.ok_or(Problem::Internal)?;
    let court = base.store.court(court).await?.ok_or(Problem::Internal)?;
    let today = times::day(base.clock.utc_ms(), &court.zone);
    let of_today = |starts: &str| times::parse(starts).is_some_and(|ms| times::day(ms, &court.zone) == today);
    let hearings: Vec<Value> = base
        .store
        .hearings_of_point(device.point)
        .await?
        .iter()
        .filter(|row| of_today(&row.plan.starts))
        .map(|row| json!({ "id": row.plan.hearing, "starts": row.plan.starts, "state": row.state }))
        .collect();
    Ok(Json(json!({ "zone": court.zone, "hearings": hearings })))
}
