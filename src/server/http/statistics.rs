//! Figures of the court's sittings.

use super::extract::{Asked, Staff};
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::problem::{Language, Problem};
use crate::statistics::{By, csv, groups, total};
use crate::times;
use assize_core::statistics::Sitting;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    from: Option<String>,
    to: Option<String>,
    by: Option<By>,
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Json,
    Csv,
}

/// Of sittings that began from one day to another, both included; without them of this year.
pub(super) async fn show(
    State(base): State<Arc<Base>>,
    staff: Staff,
    headers: HeaderMap,
    Asked(wanted): Asked<Wanted>,
) -> Result<Response, Problem> {
    staff.must(StaffAct::SeeStatistics)?;
    let court = base.store.court(staff.0.court).await?.ok_or(Problem::Internal)?;
    let today = times::day(base.clock.utc_ms(), &court.zone);
    let from = day("from", wanted.from)?.unwrap_or_else(|| format!("{}-01-01", &today[..4]));
    let to = day("to", wanted.to)?.unwrap_or(today);
    if to < from {
        return Err(Problem::BadField { field: "to".to_owned(), detail: "before `from`".to_owned() });
    }
    let by = wanted.by.unwrap_or(By::Judge);
    let sittings: Vec<Sitting> = base.store.statistics(court.id, &from, &to).await?;
    let (mut groups, total) = (groups(&sittings, by), total(&sittings));
    if by == By::Court {
        groups.iter_mut().for_each(|figures| figures.name.clone_from(&court.name));
    }
    if wanted.format == Format::Csv {
        let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let language = asked.map(Language::asked_for).unwrap_or_default();
        let name = format!("attachment; filename=\"thong-ke-{from}-{to}.csv\"");
        let kind = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
        return Ok((kind, csv(&groups, &total, by, language)).into_response());
    }
    let quota = base.config.court.online_quota;
    let told = json!({ "from": from, "to": to, "by": by, "quota": quota, "total": total, "groups": groups });
    Ok(Json(told).into_response())
}

fn day(field: &str, given: Option<String>) -> Result<Option<String>, Problem> {
    let given = given.filter(|day| !day.is_empty());
    if given.as_deref().is_some_and(|day| !times::is_day(day)) {
        return Err(Problem::BadField { field: field.to_owned(), detail: "yyyy-mm-dd".to_owned() });
    }
    Ok(given)
}
