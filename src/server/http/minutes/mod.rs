//! The minutes: while the hearing runs for the court, afterwards for the court and for who took part.

mod party;

use self::party::{Holder, Of, Party};
use super::extract::{Asked, Body, Id, Source, Staff};
use super::records::{self, unreadable};
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::library::{ACTS, media_path};
use crate::minutes::{self, AfterError, Afterwards, By, Kept, Pen};
use crate::problem::{Language, Problem};
use crate::store::RecordRow;
use assize_core::ids::{CourtId, HearingId, PersonId, TrackId};
use assize_core::minutes::{Reader, Reason, Wish};
use assize_core::refusal::Refusal;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// The paper shows itself and loads nothing.
const STANDS_ALONE: &str =
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-modals";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Since {
    /// Only what is newer than this revision.
    #[serde(default)]
    after: u64,
    sitting: Option<u32>,
    person: Option<PersonId>,
}

/// A record's minutes with its log, for one reader.
struct Opened {
    record: RecordRow,
    folder: PathBuf,
    kept: Arc<Kept>,
    after: Afterwards,
}

/// `GET`: while it runs the lines that are new, for the court; afterwards the minutes of a sitting.
pub(super) async fn of_hearing(
    State(base): State<Arc<Base>>,
    holder: Holder,
    Id(hearing): Id<HearingId>,
    Asked(Since { after, sitting, person }): Asked<Since>,
) -> Result<Json<Value>, Problem> {
    if let Holder::Seat(link) = &holder
        && link.hearing == hearing
        && sitting.is_none()
        && let Some((handle, connection)) = base.live.find(link.id)
    {
        match handle.minutes(connection, after).await {
            Ok(told) => return Ok(Json(told)),
            // It has just ended: its record is asked.
            Err(Refusal::LedgerFault) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let party = holder.party(&base, hearing, Of { sitting, person }).await?;
    let (reader, sittings) = (party.reader, party.sittings.clone());
    let opened = party.open(&base, &holder).await?;
    let mut told = opened.kept.json(reader, &opened.after);
    told["sittings"] = json!(sittings);
    Ok(Json(told))
}

/// `GET`: who may read which sittings now at the device that asks: people who sit at its point.
pub(super) async fn readers(
    State(base): State<Arc<Base>>,
    holder: Holder,
    Id(hearing): Id<HearingId>,
) -> Result<Json<Value>, Problem> {
    holder.readers(&base, hearing).await.map(Json)
}

async fn open(base: &Base, record: RecordRow) -> Result<Opened, Problem> {
    let kept = kept(base, &record).await?;
    open_with(base, record, kept).await
}

async fn kept(base: &Base, record: &RecordRow) -> Result<Arc<Kept>, Problem> {
    Ok(base.readers.read(&base.config.storage.recordings.join(&record.folder)).await?)
}

/// With the log of what happened after the close.
async fn open_with(base: &Base, record: RecordRow, kept: Arc<Kept>) -> Result<Opened, Problem> {
    let folder = base.config.storage.recordings.join(&record.folder);
    // Asked first: whoever writes meanwhile is further than that, and never behind it.
    let known = base.store.after_head(&record.id).await?;
    let (at, keys) = (folder.clone(), base.keyring.trusted().map_err(|error| unreadable(error.into()))?);
    let seal = kept.seal.map(|(seal, _)| seal);
    let read = spawn_blocking(move || Afterwards::read(&at, seal.as_ref(), &keys, known.as_ref()));
    let after = read.await.map_err(|_| Problem::Internal)??;
    Ok(Opened { record, folder, kept, after })
}

/// Another wording, or one of the reasons.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    line: u64,
    text: Option<String>,
    reason: Option<Reason>,
}

impl Change {
    fn wish(self) -> Result<Wish, Problem> {
        match (self.text, self.reason) {
            (Some(text), None) => Ok(Wish::Text(text)),
            (None, Some(reason)) => Ok(Wish::Reason(reason)),
            _ => Err(Problem::BadRequest { detail: "text or reason".to_owned() }),
        }
    }
}

/// Asks for a change of a line.
pub(super) async fn request(
    State(base): State<Arc<Base>>,
    holder: Holder,
    Id(hearing): Id<HearingId>,
    Asked(of): Asked<Of>,
    Body(change): Body<Change>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let party = holder.party(&base, hearing, of).await?;
    let (reader, by) = (party.reader, party.by.clone());
    let (line, wish) = (change.line, change.wish()?);
    reader.may_ask(&wish)?;
    let _turn = base.readers.write(&party.folder).await;
    let mut opened = party.open(&base, &holder).await?;
    if !opened.kept.minutes.has(reader, line) {
        return Err(Problem::NotFound);
    }
    let number = opened.write(&base, move |log, pen| log.request(pen, line, &wish, by)).await?;
    Ok((StatusCode::CREATED, Json(json!({ "number": number }))))
}

/// Has read the minutes and agrees.
pub(super) async fn agree(
    State(base): State<Arc<Base>>,
    holder: Holder,
    Id(hearing): Id<HearingId>,
    Asked(of): Asked<Of>,
) -> Result<StatusCode, Problem> {
    let party = holder.party(&base, hearing, of).await?;
    let by = party.by.clone();
    let _turn = base.readers.write(&party.folder).await;
    let mut opened = party.open(&base, &holder).await?;
    opened.write(&base, move |log, pen| log.agree(pen, by)).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Opened {
    async fn write<T: Send + 'static>(
        &mut self,
        base: &Arc<Base>,
        act: impl FnOnce(&mut Afterwards, &Pen<'_>) -> Result<T, AfterError> + Send + 'static,
    ) -> Result<T, Problem> {
        let (keyring, court): (_, CourtId) = (base.keyring.clone(), self.record.court);
        let (folder, utc_ms) = (self.folder.clone(), base.clock.utc_ms());
        let seal = self.kept.seal.as_ref().map(|(seal, _)| *seal).ok_or(Problem::NotSealedYet)?;
        let mut log = std::mem::take(&mut self.after);
        let done = spawn_blocking(move || {
            let key = keyring.court(court).map_err(std::io::Error::other)?;
            let utc = assize_proof::time::rfc3339(utc_ms);
            let done = act(&mut log, &Pen { folder: &folder, seal: Some(&seal), key: &key, utc: &utc });
            done.map(|done| (log, done))
        });
        let (log, done) = done.await.map_err(|_| Problem::Internal)?.map_err(not_logged)?;
        // What is written stands, whether the database knows of it or not.
        if let Err(error) = base.store.put_after_head(&self.record.id, log.head()).await {
            tracing::error!(%error, "how far the log of a record is written is not noted");
        }
        self.after = log;
        Ok(done)
    }
}

fn not_logged(error: AfterError) -> Problem {
    match error {
        AfterError::NoSuchRequest => Problem::NotFound,
        AfterError::AlreadySo => Refusal::AlreadySo.into(),
        AfterError::ReasonMissing => Refusal::ReasonMissing.into(),
        AfterError::NothingWritten => Refusal::NothingWritten.into(),
        AfterError::TooMuch(limit) => Refusal::TooMuch { limit }.into(),
        error @ (AfterError::Damaged(_) | AfterError::Disk(_)) => {
            tracing::error!(%error, "what happened after the close is not logged");
            Problem::Internal
        }
    }
}

/// What the reader may hear of the sitting, for the player.
pub(super) async fn heard(
    State(base): State<Arc<Base>>,
    holder: Holder,
    Source(source): Source,
    Id(hearing): Id<HearingId>,
    Asked(of): Asked<Of>,
) -> Result<Json<Value>, Problem> {
    let Party { record, folder, kept, reader, by, .. } = holder.party(&base, hearing, of).await?;
    holder.counted(&base)?;
    viewed(&base, &by, ACTS[0], &record.id, source.to_string()).await?;
    let timeline = spawn_blocking(move || minutes::heard(&folder, &kept, reader));
    Ok(Json(timeline.await.map_err(|_| Problem::Internal)??))
}

/// A sound file of the sitting, if the reader may hear it.
pub(super) async fn sound(
    State(base): State<Arc<Base>>,
    holder: Holder,
    Source(source): Source,
    Id((hearing, file)): Id<(HearingId, String)>,
    Asked(of): Asked<Of>,
    request: Request,
) -> Result<Response, Problem> {
    let Party { record, folder, kept, reader, by, .. } = holder.party(&base, hearing, of).await?;
    let track: Option<TrackId> = file.split('/').next().and_then(|track| track.parse().ok());
    let may = track.is_some_and(|track| reader != Reader::Court && minutes::may_hear(&kept, reader, track));
    let path = media_path(&folder, &file).filter(|_| may).ok_or(Problem::NotFound)?;
    viewed(&base, &by, ACTS[1], &record.id, source.to_string()).await?;
    records::file(&path, request).await
}

async fn viewed(base: &Base, by: &By, act: &'static str, id: &str, source: String) -> Result<(), Problem> {
    let now = base.clock.utc_ms();
    Ok(base.viewings.log(base.store.as_ref(), now, &by.told(), act, id, source).await?)
}

/// The minutes of a record, for staff who keep them.
pub(super) async fn of_record(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<String>,
) -> Result<Json<Value>, Problem> {
    let opened = as_staff(&base, &staff, source.to_string(), &id).await?;
    Ok(Json(opened.kept.json(Reader::Court, &opened.after)))
}

async fn as_staff(base: &Arc<Base>, staff: &Staff, source: String, id: &str) -> Result<Opened, Problem> {
    let (record, _) = records::own(base, staff, id).await?;
    records::log(base, staff, ACTS[0], id, source).await?;
    open(base, record).await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    accept: bool,
    reason: Option<String>,
}

/// Accepts a request, or refuses it with a reason.
pub(super) async fn rule(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id((id, number)): Id<(String, u32)>,
    Body(Answer { accept, reason }): Body<Answer>,
) -> Result<StatusCode, Problem> {
    staff.must(StaffAct::KeepMinutes)?;
    let (_, folder) = records::own(&base, &staff, &id).await?;
    let _turn = base.readers.write(&folder).await;
    let mut opened = as_staff(&base, &staff, source.to_string(), &id).await?;
    let by = By::staff(staff.0.display.clone());
    opened.write(&base, move |log, pen| log.rule(pen, number, accept, reason.as_deref(), by)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    lang: Option<String>,
}

impl Form {
    fn language(&self) -> Language {
        Language::asked_for(self.lang.as_deref().unwrap_or_default())
    }
}

pub(super) async fn html(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<String>,
    Asked(form): Asked<Form>,
) -> Result<Response, Problem> {
    let opened = as_staff(&base, &staff, source.to_string(), &id).await?;
    let text = minutes::html(&opened.kept, &opened.after, form.language());
    Ok(paper(text.into_bytes(), "text/html; charset=utf-8", &opened.record, "html"))
}

pub(super) async fn pdf(
    State(base): State<Arc<Base>>,
    staff: Staff,
    Source(source): Source,
    Id(id): Id<String>,
    Asked(form): Asked<Form>,
) -> Result<Response, Problem> {
    let opened = as_staff(&base, &staff, source.to_string(), &id).await?;
    let (now_ms, language, record) = (base.clock.utc_ms(), form.language(), opened.record.clone());
    let made = spawn_blocking(move || minutes::pdf(&opened.kept, &opened.after, language, now_ms));
    let bytes = made.await.map_err(|_| Problem::Internal)?.map_err(|error| {
        tracing::error!(%error, "the minutes cannot be set on paper");
        Problem::Internal
    })?;
    Ok(paper(bytes, "application/pdf", &record, "pdf"))
}

fn paper(bytes: Vec<u8>, kind: &'static str, record: &RecordRow, ending: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(STANDS_ALONE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = format!("attachment; filename=\"minutes-{}.{ending}\"", record.id);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(CONTENT_DISPOSITION, name);
    }
    (headers, bytes).into_response()
}
