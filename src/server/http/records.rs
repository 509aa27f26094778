//! The library: records of the court's hearings.

use super::extract::{Asked, Id, Source, Staff};
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::library::{self, ACTS, CheckError, Checks, LibraryError, media_path};
use crate::problem::Problem;
use crate::store::{RecordFilter, RecordRow};
use crate::times;
use assize_core::ids::TrackId;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    q: Option<String>,
    from: Option<String>,
    to: Option<String>,
    person: Option<String>,
    judge: Option<String>,
    phase: Option<String>,
}

pub(super) async fn list(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::SeeRecords)?;
    let filter = RecordFilter {
        court: Some(staff.0.court),
        q: wanted.q,
        person: wanted.person,
        judge: wanted.judge,
        phase: wanted.phase,
        from: day("from", wanted.from)?,
        to: day("to", wanted.to)?,
    };
    let zone = zone(&base, &staff).await?;
    let records = base.store.records(&filter).await?;
    let records: Vec<Value> = records.iter().map(|record| summary(record, &zone)).collect();
    Ok(Json(json!({ "records": records })))
}

fn day(field: &str, given: Option<String>) -> Result<Option<String>, Problem> {
    let given = given.filter(|day| !day.is_empty());
    if given.as_deref().is_some_and(|day| !times::is_day(day)) {
        return Err(Problem::BadField { field: field.to_owned(), detail: "yyyy-mm-dd".to_owned() });
    }
    Ok(given)
}

async fn zone(base: &Base, staff: &Staff) -> Result<String, Problem> {
    Ok(base.store.court(staff.0.court).await?.ok_or(Problem::Internal)?.zone)
}

fn summary(record: &RecordRow, zone: &str) -> Value {
    json!({
        "id": record.id, "hearing": record.hearing, "sitting": record.sitting,
        "case": record.case, "title": record.title, "day": record.day,
        "from": times::rfc3339(record.from_ms, zone), "to": times::rfc3339(record.to_ms, zone),
        "sealed": record.sealed_ms.map(|ms| times::rfc3339(ms, zone)),
        "result": record.result, "people": record.people, "rehearsal": record.rehearsal,
    })
}

/// The record, if it is this court's. Another court's records are not told apart from none.
pub(super) async fn own(base: &Base, staff: &Staff, id: &str) -> Result<(RecordRow, PathBuf), Problem> {
    staff.must(StaffAct::SeeRecords)?;
    let record = base.store.record(id).await?.filter(|record| record.court == staff.0.court);
    let record = record.ok_or(Problem::NotFound)?;
    let folder = base.config.storage.recordings.join(&record.folder);
    Ok((record, folder))
}

pub(super) fn unreadable(error: LibraryError) -> Problem {
    match error {
        LibraryError::Store(error) => error.into(),
        error => {
            tracing::error!(%error, "a record cannot be read");
            Problem::Internal
        }
    }
}

/// The catalogue's entry, and what the last verification found, if the files are still those; else one begins.
pub(super) async fn show(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<String>,
) -> Result<Json<Value>, Problem> {
    detail(&base, &staff, source, &id, false).await.map(Json)
}

/// Verifies again, in the background; answered as [`show`].
pub(super) async fn verify(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<String>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(detail(&base, &staff, source, &id, true).await?)))
}

async fn detail(base: &Arc<Base>, staff: &Staff, source: IpAddr, id: &str, again: bool) -> Result<Value, Problem> {
    let (_, folder) = own(base, staff, id).await?;
    log(base, staff, ACTS[0], id, source.to_string()).await?;
    let standing = Checks::standing(base, id, &folder, again).await.map_err(|error| match error {
        CheckError::Library(error) => unreadable(error),
        CheckError::Failed => Problem::Internal,
    })?;
    // Read after the verdict, which it carries as well.
    let (record, _) = own(base, staff, id).await?;
    let zone = zone(base, staff).await?;
    let (report, checked_ms) = standing.verdict.unzip();
    Ok(json!({
        "record": summary(&record, &zone),
        "verify": report,
        "checked": checked_ms.map(|ms| times::rfc3339(ms, &zone)),
        "checking": standing.checking.map(|(read, total)| json!({ "read": read, "total": total })),
        "court_key": court_key(base, staff),
    }))
}

/// Fingerprint of the key with which the court signs, to be compared with what was written down when it was made.
fn court_key(base: &Base, staff: &Staff) -> Option<String> {
    let fingerprint = base.keyring.fingerprint(staff.0.court);
    // What was recorded can be seen all the same.
    let fingerprint = fingerprint.inspect_err(|error| tracing::error!(%error, "the court's key cannot be read"));
    fingerprint.ok().flatten().map(|fingerprint| fingerprint.to_string())
}

pub(super) async fn timeline(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<String>,
) -> Result<Json<Value>, Problem> {
    let (_, folder) = own(&base, &staff, &id).await?;
    log(&base, &staff, ACTS[0], &id, source.to_string()).await?;
    Ok(Json(library::timeline_of(folder).await.map_err(unreadable)?))
}

/// A media file, whole or in ranges.
pub(super) async fn media(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id((id, name)): Id<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (_, folder) = own(&base, &staff, &id).await?;
    let path = media_path(&folder, &name).ok_or(Problem::NotFound)?;
    // Nobody has seen what is not there.
    tokio::fs::metadata(&path).await.map_err(|_| Problem::NotFound)?;
    log(&base, &staff, ACTS[1], &id, source.to_string()).await?;
    file(&path, request).await
}

/// What the last night's verification found of all records, those of other courts counted and not named.
pub(super) async fn nightly(State(base): State<Arc<Base>>, staff: Staff) -> Result<Json<Value>, Problem> {
    staff.must(StaffAct::SeeRecords)?;
    let Some(mut night) = library::nightly::last(&base).await else { return Ok(Json(Value::Null)) };
    let mut own = Vec::new();
    for named in night.named {
        if base.store.record(&named.id).await?.is_some_and(|record| record.court == staff.0.court) {
            own.push(named);
        }
    }
    night.named = own;
    let zone = zone(&base, &staff).await?;
    let at = |ms: i64| times::rfc3339(ms, &zone);
    let mut told = json!(night);
    for (name, ms) in [("began", Some(night.began_ms)), ("ended", Some(night.ended_ms)), ("oldest", night.oldest_ms)] {
        told[name] = json!(ms.map(at));
    }
    Ok(Json(told))
}

/// How loud a track is along the hearing's time: a byte for each tenth of a second ([`assize_record::levels::of`]).
pub(super) async fn levels(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id((id, track)): Id<(String, TrackId)>,
) -> Result<Response, Problem> {
    let (_, folder) = own(&base, &staff, &id).await?;
    let levels = library::levels_of(folder, track).await.map_err(unreadable)?;
    if levels.is_empty() {
        return Err(Problem::NotFound);
    }
    log(&base, &staff, ACTS[0], &id, source.to_string()).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], levels).into_response())
}

/// A file of a record, whole or in ranges.
pub(super) async fn file(path: &Path, request: Request) -> Result<Response, Problem> {
    let size = tokio::fs::metadata(path).await.map_err(|_| Problem::NotFound)?.len();
    let served = ServeFile::new(path).oneshot(request).await;
    let response = served.unwrap_or_else(|never| match never {});
    match response.status() {
        StatusCode::RANGE_NOT_SATISFIABLE => Err(Problem::BadRange { size }),
        StatusCode::NOT_FOUND => Err(Problem::NotFound),
        _ => Ok(response.into_response()),
    }
}

/// Who has seen the record.
pub(super) async fn access_log(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Id(id): Id<String>,
) -> Result<Json<Value>, Problem> {
    own(&base, &staff, &id).await?;
    let zone = zone(&base, &staff).await?;
    let viewings = base.store.audit(&id, &ACTS, 1000).await?;
    let viewings: Vec<Value> = viewings
        .iter()
        .map(|entry| json!({ "at": times::rfc3339(entry.at_ms, &zone), "who": entry.who, "act": entry.act }))
        .collect();
    Ok(Json(json!({ "viewings": viewings })))
}

pub(super) async fn log(
    base: &Base,
    staff: &Staff,
    act: &'static str,
    id: &str,
    source: String,
) -> Result<(), Problem> {
    let now = base.clock.utc_ms();
    Ok(base.viewings.log(base.store.as_ref(), now, &staff.0.name, act, id, source).await?)
}
