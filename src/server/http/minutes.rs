//! The minutes: while the hearing runs for the court, afterwards for the court and for who took part.

use super::extract::{Asked, Body, Id, Source, Staff};
use super::records::{self, unreadable};
use crate::app::Base;
use crate::identity::policy::StaffAct;
use crate::library::{ACTS, media_path};
use crate::minutes::{self, AfterError, Afterwards, By, Kept, Pen};
use crate::problem::{Language, Problem};
use crate::store::{Link, RecordRow};
use assize_core::hearing::{Entrant, Occupant};
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

/// No procedure lets those who took part read for longer, in milliseconds.
const LONGEST_MS: i64 = 24 * 3_600_000;

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
    sitting: Option<u32>,
}

/// Which sitting; none: the last one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    sitting: Option<u32>,
}

/// A record's minutes with its log, for one reader.
struct Opened {
    record: RecordRow,
    folder: PathBuf,
    kept: Arc<Kept>,
    after: Afterwards,
}

/// Somebody who took part, with a sitting that they may read.
struct Party {
    record: RecordRow,
    folder: PathBuf,
    kept: Arc<Kept>,
    reader: Reader,
    by: By,
    /// All that they may read now, the last first.
    sittings: Vec<u32>,
}

/// `GET`: while it runs the lines that are new, for the court; afterwards the minutes of a sitting.
pub(super) async fn of_hearing(
    State(base): State<Arc<Base>>,
    Holder(link): Holder,
    Id(hearing): Id<HearingId>,
    Asked(Since { after, sitting }): Asked<Since>,
) -> Result<Json<Value>, Problem> {
    if link.hearing != hearing {
        return Err(Problem::NotFound);
    }
    if sitting.is_none()
        && let Some((handle, connection)) = base.live.find(link.id)
    {
        match handle.minutes(connection, after).await {
            Ok(told) => return Ok(Json(told)),
            // It has just ended: its record is asked.
            Err(Refusal::LedgerFault) => {}
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let party = as_party(&base, &link, hearing, sitting).await?;
    let (reader, sittings) = (party.reader, party.sittings.clone());
    let opened = party.open(&base, &link).await?;
    let mut told = opened.kept.json(reader, &opened.after);
    told["sittings"] = json!(sittings);
    Ok(Json(told))
}

/// The minutes of a sitting for whoever holds a seat's token, while the procedure lets them read: of every sitting that ended
/// for good or was adjourned, whatever has become of the hearing since.
async fn as_party(base: &Arc<Base>, link: &Link, hearing: HearingId, wanted: Option<u32>) -> Result<Party, Problem> {
    if link.hearing != hearing {
        return Err(Problem::NotFound);
    }
    let (state, now_ms) = (base.store.hearing(hearing).await?.ok_or(Problem::NotFound)?.state, base.clock.utc_ms());
    let records = base.store.records_of(hearing).await?;
    let last = records.last().map_or(0, |record| record.sitting);
    if wanted.is_none() && state.ends_sitting() && newest(base, hearing).await? > last {
        return Err(Problem::NotSealedYet);
    }
    let (mut open, mut refused) = (Vec::new(), None);
    for record in records.into_iter().rev().filter(|record| now_ms < record.to_ms.saturating_add(LONGEST_MS)) {
        let kept = kept(base, &record).await?;
        if !kept.is_open_to_parties(now_ms) {
            continue;
        }
        match party_of(&kept, link) {
            Ok((reader, by)) => open.push((record, kept, reader, by)),
            Err(problem) => refused = refused.or(Some(problem)),
        }
    }
    let sittings: Vec<u32> = open.iter().map(|(record, ..)| record.sitting).collect();
    let chosen = open.into_iter().find(|(record, ..)| wanted.is_none_or(|wanted| wanted == record.sitting));
    let over = || if state.ends_sitting() { Problem::NoLongerRead } else { Refusal::NotNow { state }.into() };
    let (record, kept, reader, by) = chosen.ok_or_else(|| refused.unwrap_or_else(over))?;
    let folder = base.config.storage.recordings.join(&record.folder);
    Ok(Party { record, folder, kept, reader, by, sittings })
}

/// Number of the newest sitting that is on the disk: it may not be sealed yet.
async fn newest(base: &Base, hearing: HearingId) -> Result<u32, Problem> {
    let root = base.config.storage.recordings.clone();
    let read = spawn_blocking(move || assize_record::folder::sittings(&root, hearing));
    let newest = read.await.map_err(|_| Problem::Internal)??.pop();
    let number = newest.as_ref().and_then(|folder| folder.file_name()?.to_str()?.parse().ok());
    Ok(number.unwrap_or_default())
}

/// As whom the holder of a link reads a sitting.
fn party_of(kept: &Kept, link: &Link) -> Result<(Reader, By), Problem> {
    let (seat, name) = seat_of(kept, &link.entrant).ok_or(Problem::NotFound)?;
    let reader = kept.minutes.reader(seat)?;
    // Somebody else may have used the code, and was kept waiting: the seat's own devices read.
    let by_code = link.person.is_some().then_some(LinkId(link.id));
    if !kept.minutes.hearing().seats.get(&seat).is_some_and(|seat| seat.knows(by_code)) {
        return Err(Refusal::NotAdmitted.into());
    }
    let role = kept.minutes.hearing().roles(seat).first().copied();
    Ok((reader, By { name, role, seat: Some(seat) }))
}

/// The seat that somebody had, and their name.
fn seat_of(kept: &Kept, entrant: &Entrant) -> Option<(SeatId, String)> {
    let Entrant::Person { person } = entrant else { return None };
    let hearing = kept.minutes.hearing();
    let name = hearing.plan.people.iter().find(|known| known.id == *person)?.name.clone();
    let own = |occupant: &Occupant| matches!(occupant, Occupant::Person { person: id } if id == person);
    hearing.seats.values().find(|seat| own(&seat.occupant)).map(|seat| (seat.id, name))
}

async fn open(base: &Base, record: RecordRow) -> Result<Opened, Problem> {
    let kept = kept(base, &record).await?;
    open_with(base, record, kept).await
}

async fn kept(base: &Base, record: &RecordRow) -> Result<Arc<Kept>, Problem> {
    Ok(base.readers.read(&base.config.storage.recordings.join(&record.folder)).await?)
}

impl Party {
    /// With the log. What is asked for costs the server work, and nobody asks without end.
    async fn open(self, base: &Base, link: &Link) -> Result<Opened, Problem> {
        counted(base, link)?;
        open_with(base, self.record, self.kept).await
    }
}

fn counted(base: &Base, link: &Link) -> Result<(), Problem> {
    base.readers.ask(link.id, base.clock.utc_ms()).map_err(|seconds| Problem::TooOften { seconds })
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
    Asked(Of { sitting }): Asked<Of>,
    Body(Wish { line, text }): Body<Wish>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let party = as_party(&base, &link, hearing, sitting).await?;
    let (reader, by) = (party.reader, party.by.clone());
    let _turn = base.readers.write(&party.folder).await;
    let mut opened = party.open(&base, &link).await?;
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
    Asked(Of { sitting }): Asked<Of>,
) -> Result<StatusCode, Problem> {
    let party = as_party(&base, &link, hearing, sitting).await?;
    let by = party.by.clone();
    let _turn = base.readers.write(&party.folder).await;
    let mut opened = party.open(&base, &link).await?;
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
    Asked(Of { sitting }): Asked<Of>,
) -> Result<Json<Value>, Problem> {
    let Party { record, folder, kept, reader, by, .. } = as_party(&base, &link, hearing, sitting).await?;
    counted(&base, &link)?;
    viewed(&base, &by, ACTS[0], &record.id, source.to_string()).await?;
    let timeline = spawn_blocking(move || minutes::heard(&folder, &kept, reader));
    Ok(Json(timeline.await.map_err(|_| Problem::Internal)??))
}

/// A sound file of the sitting, if the reader may hear it.
pub(super) async fn sound(
    State(base): State<Arc<Base>>,
    Holder(link): Holder,
    Source(source): Source,
    Id((hearing, file)): Id<(HearingId, String)>,
    Asked(Of { sitting }): Asked<Of>,
    request: Request,
) -> Result<Response, Problem> {
    let Party { record, folder, kept, reader, by, .. } = as_party(&base, &link, hearing, sitting).await?;
    let track: Option<TrackId> = file.split('/').next().and_then(|track| track.parse().ok());
    let may = track.is_some_and(|track| reader != Reader::Court && minutes::may_hear(&kept, reader, track));
    let path = media_path(&folder, &file).filter(|_| may).ok_or(Problem::NotFound)?;
    viewed(&base, &by, ACTS[1], &record.id, source.to_string()).await?;
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
    let (_, folder) = records::own(&base, &staff, &id).await?;
    let _turn = base.readers.write(&folder).await;
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
