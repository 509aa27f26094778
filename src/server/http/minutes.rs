//! The minutes: while the hearing runs for the court, afterwards for the court and for who took part.

use super::extract::{Asked, Body, Id, Source, Staff};
use super::records::{self, unreadable};
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::library::{ACTS, media_path};
use crate::minutes::{self, AfterError, Afterwards, By, Kept, Pen};
use crate::problem::{Language, Problem};
use crate::store::{Link, RecordFilter, RecordRow};
use assize_core::hearing::{Entrant, Occupant, SessionState};
use assize_core::ids::{CourtId, HearingId, LinkId, SeatId, TrackId};
use assize_core::minutes::Reader;
use assize_core::refusal::Refusal;
use axum::Json;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::request::Parts;
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

/// Whose seat this is, by its resume token, whether the hearing still runs or is over.
#[derive(Debug)]
pub(super) struct Holder(Link);

impl FromRequestParts<Arc<Base>> for Holder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, base: &Arc<Base>) -> Result<Self, Problem> {
        let bearer = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let link = match bearer {
            Some(token) => base.identity.tickets.link(token).await?,
            None => None,
        };
        let link = link.ok_or(Refusal::BadResume)?;
        // What it stands on may have been taken back since.
        let standing = base.store.standing_links(&[link.id]).await?;
        if standing.is_empty() { Err(Refusal::BadResume.into()) } else { Ok(Self(link)) }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Since {
    /// Only what is newer than this revision.
    #[serde(default)]
    after: u64,
}

/// A record's minutes with its log, for one reader.
struct Opened {
    record: RecordRow,
    folder: PathBuf,
    kept: Kept,
    after: Afterwards,
}

/// `GET`: while it runs the lines that are new, for the court; afterwards the minutes of the last sitting.
pub(super) async fn of_hearing(
    State(base): State<Arc<Base>>,
    Holder(link): Holder,
    Id(hearing): Id<HearingId>,
    Asked(Since { after }): Asked<Since>,
) -> Result<Json<Value>, Problem> {
    if link.hearing != hearing {
        return Err(Problem::NotFound);
    }
    if let Some((handle, connection)) = base.live.find(link.id) {
        match handle.minutes(connection, after).await {
            Ok(told) => return Ok(Json(told)),
            // It has just ended: its record is asked.
            Err(Refusal::LedgerFault) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let (opened, reader, _) = as_party(&base, &link, hearing).await?;
    Ok(Json(opened.kept.json(reader, &opened.after)))
}

/// The last sitting's minutes for whoever holds a seat's token, while the procedure lets them read.
async fn as_party(base: &Arc<Base>, link: &Link, hearing: HearingId) -> Result<(Opened, Reader, By), Problem> {
    if link.hearing != hearing {
        return Err(Problem::NotFound);
    }
    let row = base.store.hearing(hearing).await?.ok_or(Problem::NotFound)?;
    if row.state != SessionState::Closed {
        return Err(Refusal::NotNow { state: row.state }.into());
    }
    let filter = RecordFilter { court: Some(row.plan.court.id), ..RecordFilter::default() };
    let records = base.store.records(&filter).await?;
    let last = records.into_iter().filter(|record| record.hearing == hearing).max_by_key(|record| record.sitting);
    let opened = open(base, last.ok_or(Problem::NotSealedYet)?).await?;
    if !opened.kept.is_open_to_parties(base.clock.utc_ms()) {
        return Err(Problem::NoLongerRead);
    }
    let (seat, name) = seat_of(&opened.kept, &link.entrant).ok_or(Problem::NotFound)?;
    let reader = opened.kept.minutes.reader(seat)?;
    // Somebody else may have used the code, and was kept waiting: the seat's own devices read.
    let by_code = link.person.is_some().then_some(LinkId(link.id));
    if !opened.kept.minutes.hearing().seats.get(&seat).is_some_and(|seat| seat.knows(by_code)) {
        return Err(Refusal::NotAdmitted.into());
    }
    let role = opened.kept.minutes.hearing().roles(seat).first().copied();
    Ok((opened, reader, By { name, role, seat: Some(seat) }))
}

/// The seat that somebody had, and their name.
fn seat_of(kept: &Kept, entrant: &Entrant) -> Option<(SeatId, String)> {
    let Entrant::Person { person } = entrant else { return None };
    let hearing = kept.minutes.hearing();
    let name = hearing.plan.people.iter().find(|known| known.id == *person)?.name.clone();
    let own = |occupant: &Occupant| matches!(occupant, Occupant::Person { person: id } if id == person);
    hearing.seats.values().find(|seat| own(&seat.occupant)).map(|seat| (seat.id, name))
}

async fn open(base: &Arc<Base>, record: RecordRow) -> Result<Opened, Problem> {
    let folder = base.config.storage.recordings.join(&record.folder);
    // Asked first: whoever writes meanwhile is further than that, and never behind it.
    let known = base.store.after_head(&record.id).await?;
    let (at, keys) = (folder.clone(), base.keyring.trusted().map_err(|error| unreadable(error.into()))?);
    let read = spawn_blocking(move || -> std::io::Result<(Kept, Afterwards)> {
        let kept = minutes::read(&at)?;
        let after = Afterwards::read(&at, kept.seal.as_ref().map(|(seal, _)| seal), &keys, known.as_ref())?;
        Ok((kept, after))
    });
    let (kept, after) = read.await.map_err(|_| Problem::Internal)??;
    Ok(Opened { record, folder, kept, after })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    line: u64,
    text: String,
}

/// Asks for another wording of a line.
pub(super) async fn request(
    State(base): State<Arc<Base>>,
    Holder(link): Holder,
    Id(hearing): Id<HearingId>,
    Body(Wish { line, text }): Body<Wish>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let _turn = base.afterwards.lock().await;
    let (mut opened, reader, by) = as_party(&base, &link, hearing).await?;
    if !opened.kept.minutes.has(reader, line) {
        return Err(Problem::NotFound);
    }
    let number = opened.write(&base, move |log, pen| log.request(pen, line, &text, by)).await?;
    Ok((StatusCode::CREATED, Json(json!({ "number": number }))))
}

/// Has read the minutes and agrees.
pub(super) async fn agree(
    State(base): State<Arc<Base>>,
    Holder(link): Holder,
    Id(hearing): Id<HearingId>,
) -> Result<StatusCode, Problem> {
    let _turn = base.afterwards.lock().await;
    let (mut opened, _, by) = as_party(&base, &link, hearing).await?;
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
    Holder(link): Holder,
    Source(source): Source,
    Id(hearing): Id<HearingId>,
) -> Result<Json<Value>, Problem> {
    let (opened, reader, by) = as_party(&base, &link, hearing).await?;
    viewed(&base, &by, ACTS[0], &opened.record.id, source.to_string()).await?;
    let timeline = spawn_blocking(move || minutes::heard(&opened.folder, &opened.kept, reader));
    Ok(Json(timeline.await.map_err(|_| Problem::Internal)??))
}

/// A sound file of the sitting, if the reader may hear it.
pub(super) async fn sound(
    State(base): State<Arc<Base>>,
    Holder(link): Holder,
    Source(source): Source,
    Id((hearing, file)): Id<(HearingId, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let (opened, reader, by) = as_party(&base, &link, hearing).await?;
    let track: Option<TrackId> = file.split('/').next().and_then(|track| track.parse().ok());
    let may = track.is_some_and(|track| reader != Reader::Court && minutes::may_hear(&opened.kept, reader, track));
    let path = media_path(&opened.folder, &file).filter(|_| may).ok_or(Problem::NotFound)?;
    viewed(&base, &by, ACTS[1], &opened.record.id, source.to_string()).await?;
    records::file(&path, request).await
}

async fn viewed(base: &Base, by: &By, act: &'static str, id: &str, source: String) -> Result<(), Problem> {
    let now = base.clock.utc_ms();
    Ok(base.viewings.log(base.store.as_ref(), now, &by.name, act, id, source).await?)
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
    let _turn = base.afterwards.lock().await;
    let mut opened = as_staff(&base, &staff, source.to_string(), &id).await?;
    let by = By { name: staff.0.display.clone(), role: None, seat: None };
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
