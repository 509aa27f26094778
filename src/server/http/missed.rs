//! What somebody missed of a session that goes on: in words, and from the record as far as the presiding judge allows it.

use super::exhibits::Inside;
use super::extract::Id;
use super::records::{self, unreadable};
use crate::library::LibraryError;
use crate::problem::Problem;
use crate::runtime::hearing::Absences;
use assize_core::ids::HearingId;
use axum::Json;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, RANGE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde_json::{Value, json};
use std::ops::Range;
use tokio::task::spawn_blocking;

/// `GET`: the spans, each with its phases and speakers; a timeline for the player if some of them may be seen.
pub(super) async fn show(inside: Inside, Id(hearing): Id<HearingId>) -> Result<Json<Value>, Problem> {
    let Absences { spans, excerpt, folder } = inside.absences(hearing).await?;
    let folder = folder.filter(|_| !excerpt.spans.is_empty());
    let Some(folder) = folder else { return Ok(Json(json!({ "spans": spans, "timeline": null }))) };
    let read = spawn_blocking(move || {
        let timeline = excerpt.timeline(&folder);
        timeline.map_err(|source| LibraryError::Disk { folder, source })
    });
    let timeline = read.await.map_err(|_| Problem::Internal)?.map_err(unreadable)?;
    Ok(Json(json!({ "spans": spans, "timeline": timeline })))
}

/// `GET` of a range of a media file. Whatever lies outside of what may be seen is not found.
pub(super) async fn media(
    inside: Inside,
    Id((hearing, name)): Id<(HearingId, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let Absences { excerpt, folder, .. } = inside.absences(hearing).await?;
    let (folder, range) = folder.zip(range(request.headers())).ok_or(Problem::NotFound)?;
    let found = spawn_blocking(move || excerpt.media(&folder, &name, &range));
    let path = found.await.map_err(|_| Problem::Internal)?.ok_or(Problem::NotFound)?;
    let mut response = records::file(&path, request).await?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The one range that is asked for (RFC 9110 section 14.2), with its first byte and the one after its last.
fn range(headers: &HeaderMap) -> Option<Range<u64>> {
    let mut all = headers.get_all(RANGE).iter();
    let asked = all.next().filter(|_| all.next().is_none())?.to_str().ok()?;
    let (from, to) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = (from.parse::<u64>().ok()?, to.parse::<u64>().ok()?);
    (from <= to).then(|| from..to.saturating_add(1))
}
