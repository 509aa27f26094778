//! Files that are handed in during a hearing, and shown. Who asks is a live link, known by its resume token; what it may is
//! core's to say.

use super::extract::{Asked, Id};
use crate::app::Base;
use crate::config::Evidence;
use crate::evidence::look::{self, Found, Source};
use crate::problem::Problem;
use crate::runtime::hearing::{Absences, Handle, Paper};
use crate::suspension::Facts;
use assize_core::hearing::{ExhibitFile, FileHash, MediaType};
use assize_core::ids::{ConnectionId, HearingId, PersonId, TrackId};
use assize_core::refusal::Refusal;
use assize_record::exhibits::{Incoming, Received};
use assize_record::folder;
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt as _;
use serde::Deserialize;
use serde_json::json;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};
use tower::ServiceExt as _;
use tower_http::services::ServeFile;
use uuid::Uuid;

/// In each stretch of this length at least so much of a file must come, or it is given up.
const STRETCH: Duration = Duration::from_secs(30);
const LEAST: u64 = 64 * 1024;
/// Pieces that may wait for the disk.
const WAITING: usize = 8;
/// Whatever opens the file by itself runs nothing and loads nothing.
const SANDBOX: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";

/// Somebody in a hearing, by a link that lives.
#[derive(Debug)]
pub(super) struct Inside {
    link: Uuid,
    hearing: HearingId,
    handle: Handle,
    connection: ConnectionId,
}

impl FromRequestParts<Arc<Base>> for Inside {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, base: &Arc<Base>) -> Result<Self, Problem> {
        let bearer = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let holder = match bearer {
            Some(token) => base.identity.tickets.holder(token).await?,
            None => None,
        };
        let (link, hearing) = holder.ok_or(Refusal::BadResume)?;
        let (handle, connection) = base.live.find(link).ok_or(Refusal::BadResume)?;
        Ok(Self { link, hearing, handle, connection })
    }
}

impl Inside {
    /// What a suspension would be decided on.
    pub(super) async fn suspension(&self, frozen_ms: Option<i64>) -> Result<Facts, Problem> {
        Ok(self.handle.suspension(self.connection, frozen_ms).await?)
    }

    /// What the link's seat missed of the hearing.
    pub(super) async fn absences(&self, hearing: HearingId) -> Result<Absences, Problem> {
        self.must_be_in(hearing)?;
        Ok(self.handle.absences(self.connection).await?)
    }

    /// Where what is being recorded may be listened to.
    pub(super) async fn recorded(&self, hearing: HearingId, track: TrackId) -> Result<PathBuf, Problem> {
        self.must_be_in(hearing)?;
        Ok(self.handle.recorded(self.connection, track).await?)
    }

    pub(super) fn must_be_in(&self, hearing: HearingId) -> Result<(), Problem> {
        if self.hearing == hearing { Ok(()) } else { Err(Problem::NotFound) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    #[serde(default)]
    title: String,
    /// Whose it is, of several at one camera.
    person: Option<PersonId>,
}

/// `POST`: the body is the file.
pub(super) async fn hand_in(
    State(base): State<Arc<Base>>,
    inside: Inside,
    Id(hearing): Id<HearingId>,
    Asked(Said { title, person }): Asked<Said>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    inside.must_be_in(hearing)?;
    // What it is shows only when it is here: then pages are held to their own limit.
    let limit = base.config.evidence.most_bytes();
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > limit) {
        return Err(Problem::TooLarge { limit });
    }
    let permit = base.intake.admit(inside.link, base.clock.utc_ms());
    let _permit = permit.map_err(|seconds| Problem::TooOften { seconds })?;
    let folder = inside.handle.intake(inside.connection).await?;
    must_have_room(folder.clone(), announced.unwrap_or(limit)).await?;
    let lives = || base.live.find(inside.link).is_some();
    let received = take(folder, body, limit, &lives).await?;
    let _look = base.intake.look().await;
    let (received, file) = looked_at(received, &base.config.evidence).await?;
    let answer = json!({
        "sha256": file.sha256, "bytes": file.bytes, "media_type": file.media_type, "pages": file.pages,
        "length_ms": file.length_ms,
    });
    let paper = Paper { title, person, file, received };
    // The link may have broken and come back while the file was on its way.
    let (handle, connection) = base.live.find(inside.link).ok_or(Refusal::BadResume)?;
    let number = handle.hand_in(connection, paper).await?;
    let mut answer = answer;
    answer["number"] = json!(number);
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// The record needs its room more than any exhibit.
async fn must_have_room(folder: PathBuf, bytes: u64) -> Result<(), Problem> {
    let free = spawn_blocking(move || folder::free_bytes(&folder)).await.map_err(|_| Problem::Internal)?;
    let free = free.map_err(|error| cannot_record(&error))?;
    if free < folder::LEAST_FREE.saturating_add(bytes) {
        let detail = format!("only {} MiB are free", free >> 20);
        return Err(Refusal::CannotRecord { detail, ledger: false }.into());
    }
    Ok(())
}

fn cannot_record(error: &io::Error) -> Problem {
    Refusal::CannotRecord { detail: error.to_string(), ledger: false }.into()
}

/// Writes what comes; whatever ends it early leaves nothing.
async fn take(folder: PathBuf, body: Body, limit: u64, lives: &(dyn Fn() -> bool + Sync)) -> Result<Received, Problem> {
    let (pieces, mut written) = mpsc::channel::<Bytes>(WAITING);
    let writer = spawn_blocking(move || {
        let mut incoming = Incoming::begin(&folder)?;
        while let Some(piece) = written.blocking_recv() {
            incoming.write(&piece)?;
        }
        incoming.finish()
    });
    let came = feed(body, &pieces, limit, lives).await;
    drop(pieces);
    let received = writer.await.map_err(|_| Problem::Internal)?.map_err(|error| cannot_record(&error))?;
    came.map(|()| received)
}

async fn feed(
    body: Body,
    to: &mpsc::Sender<Bytes>,
    limit: u64,
    lives: &(dyn Fn() -> bool + Sync),
) -> Result<(), Problem> {
    let broken = |detail: &str| Problem::BadRequest { detail: detail.to_owned() };
    let mut body = body.into_data_stream();
    let (mut total, mut before, mut until) = (0_u64, 0_u64, Instant::now() + STRETCH);
    loop {
        let Ok(piece) = timeout_at(until, body.next()).await else {
            if total < before + LEAST {
                return Err(broken("the file comes too slowly"));
            }
            if !lives() {
                return Err(Refusal::BadResume.into());
            }
            (before, until) = (total, Instant::now() + STRETCH);
            continue;
        };
        let Some(piece) = piece else { return Ok(()) };
        let piece = piece.map_err(|_| broken("the file broke off"))?;
        total += piece.len() as u64;
        if total > limit {
            return Err(Problem::TooLarge { limit });
        }
        // The writer has ended: its error says why.
        if to.send(piece).await.is_err() {
            return Ok(());
        }
    }
}

async fn looked_at(received: Received, limits: &Evidence) -> Result<(Received, ExhibitFile), Problem> {
    let limits = limits.clone();
    let looked = spawn_blocking(move || -> io::Result<_> {
        let found = look_at(&received, &limits)?;
        Ok((received, found))
    });
    let (received, found) = looked.await.map_err(|_| Problem::Internal)?.map_err(|error| cannot_record(&error))?;
    let Found { media_type, pages, length_ms } = found?;
    let file = ExhibitFile { sha256: received.sha256().clone(), bytes: received.bytes(), media_type, pages, length_ms };
    Ok((received, file))
}

/// Each kind has its own limit: pages are looked at in memory, a recording where it lies.
fn look_at(received: &Received, limits: &Evidence) -> io::Result<Result<Found, Problem>> {
    let bytes = received.bytes();
    let mut file = File::open(received.path())?;
    let mut source = Source::new(&mut file, bytes);
    let recording = look::is_recording(&mut source);
    let limit = if recording { limits.recording_bytes() } else { limits.file_bytes() };
    if bytes > limit {
        return Ok(Err(Problem::TooLarge { limit }));
    }
    let found = if recording {
        let found = look::look_at_recording(&mut source);
        source.finish()?;
        found
    } else {
        look::look_at_pages(&fs::read(received.path())?)
    };
    Ok(found.map_err(|why| Problem::UnfitFile { why }))
}

/// `GET`: the file, to whom it is shown now, who handed it in, and the court.
pub(super) async fn file(
    inside: Inside,
    Id((hearing, sha256)): Id<(HearingId, FileHash)>,
    request: Request,
) -> Result<Response, Problem> {
    inside.must_be_in(hearing)?;
    let (path, media_type) = inside.handle.readable(inside.connection, sha256.clone()).await?;
    let served = ServeFile::new(path).oneshot(request).await;
    let response = served.unwrap_or_else(|never| match never {});
    if response.status() == StatusCode::NOT_FOUND {
        return Err(Problem::NotFound);
    }
    let mut response = response.into_response();
    protect(response.headers_mut(), &sha256, media_type);
    Ok(response)
}

/// The file is for our own pages to draw: nothing else may open it, run it, or keep it.
fn protect(headers: &mut HeaderMap, sha256: &FileHash, media_type: MediaType) {
    let name = format!("attachment; filename=\"{}.{}\"", &sha256.to_string()[..16], media_type.extension());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type.mime()));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
}
