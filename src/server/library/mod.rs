//! The library: record folders found again, shown along the hearing's time, and verified.

mod checks;
mod excerpt;
mod fingerprint;
mod media;
pub mod nightly;
mod tail;
mod timeline;
mod viewings;

pub use checks::{CheckError, Checks, Standing};
pub use excerpt::Excerpt;
pub use media::media_path;
pub use tail::Tail;
pub use timeline::timeline;
pub use viewings::{ACTS, Viewings};

use crate::app::Base;
use crate::minutes;
use crate::store::{HearingRow, RecordRow, StoreError, VerdictRow};
use crate::times;
use assize_core::hearing::SessionState;
use assize_core::ids::{HearingId, TrackId};
use assize_core::statistics;
use assize_proof::hearing_file::HearingFile;
use assize_proof::key::KeyError;
use assize_proof::verify::{Progress, Report, Verdict, verify_watched};
use assize_record::catalogue::{self, Summary};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Why a record could not be read or entered into the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{folder}: {source}")]
    Disk { folder: PathBuf, source: io::Error },
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error("a task of the server failed")]
    Task,
}

/// What a rebuild found.
#[derive(Debug, Default)]
pub struct Rebuilt {
    pub entered: usize,
    pub unreadable: Vec<(PathBuf, String)>,
}

/// Verifies the record in `folder` and enters it into the catalogue, or renews its entry.
///
/// # Errors
/// The record cannot be read, or the store does not answer.
pub async fn shelve(base: &Base, folder: &Path) -> Result<Report, LibraryError> {
    shelve_watched(base, folder, &Arc::default()).await
}

/// As [`shelve`], telling how far it is.
async fn shelve_watched(base: &Base, folder: &Path, progress: &Arc<Progress>) -> Result<Report, LibraryError> {
    let (root, at) = (base.config.storage.recordings.clone(), folder.to_owned());
    let read = blocking(move || catalogue::read(&at).map(|summary| row(&summary, &at, &root))).await?;
    let mut row = read.map_err(|source| LibraryError::Disk { folder: folder.to_owned(), source })?;
    count(base, folder, &row).await?;
    // Found at once, whatever a long record's verification takes.
    if base.store.record(&row.id).await?.is_none() {
        base.store.put_record(&row).await?;
    }
    index(base, &row.id, folder).await?;
    // Taken first: what changes meanwhile makes the verdict one of other files.
    let fingerprint = fingerprint_of(base, folder).await?;
    let report = check(base, folder.to_owned(), Arc::clone(progress)).await?;
    row.result = Some(name(report.result).to_owned());
    base.store.put_record(&row).await?;
    let verdict = VerdictRow {
        record: row.id,
        fingerprint,
        checked_ms: base.clock.utc_ms(),
        report: serde_json::to_string(&report).map_err(|error| disk(folder, error.into()))?,
    };
    base.store.put_verdict(&verdict).await?;
    Ok(report)
}

/// Lets the record be found by what is in it. One that has no minutes is found by its row.
async fn index(base: &Base, id: &str, folder: &Path) -> Result<(), LibraryError> {
    let at = folder.to_owned();
    let text = blocking(move || minutes::searched(&at)).await?;
    let text = text.inspect_err(|error| tracing::warn!(record = id, %error, "its minutes cannot be searched"));
    Ok(base.store.put_record_text(id, &text.unwrap_or_default()).await?)
}

/// Keeps the record's figures for the statistics.
async fn count(base: &Base, folder: &Path, row: &RecordRow) -> Result<(), LibraryError> {
    let at = folder.to_owned();
    let read = blocking(move || catalogue::events(&at)).await?;
    let lines = read.map_err(|source| disk(folder, source))?;
    if let Some(figures) = statistics::sitting(lines.iter().map(|line| (line.t_us, &line.event))) {
        base.store.put_statistics(row, &figures).await?;
    }
    Ok(())
}

/// Enters sealed records that are not in the catalogue: the server may have been killed between sealing and shelving.
///
/// # Errors
/// The folder of records cannot be read, or the store does not answer.
pub async fn catch_up(base: &Base) -> Result<(), LibraryError> {
    // Entered by a version that did not search them.
    let unsearched: BTreeSet<String> = base.store.records_without_text().await?.into_iter().collect();
    for folder in folders(base).await? {
        let Some((hearing, id)) = named(&folder).filter(|_| assize_record::seal::is_sealed(&folder)) else { continue };
        if base.store.record(&id).await?.is_some() {
            if unsearched.contains(&id) {
                index(base, &id, &folder).await?;
            }
            continue;
        }
        conclude(base, hearing, &folder).await?;
        base.store.set_seal_fault(hearing, None).await?;
        match shelve(base, &folder).await {
            Ok(_) => {
                base.store.set_shelf_fault(hearing, None).await?;
                tracing::info!(record = id, "a sealed record is entered into the catalogue");
            }
            Err(LibraryError::Store(error)) => return Err(error.into()),
            Err(error) => tracing::error!(record = id, %error, "a sealed record is not in the catalogue"),
        }
    }
    Ok(())
}

/// Tells the list of hearings how a sealed sitting ended. Its codes end with it; one that is adjourned to a day is planned
/// for that day. A sitting that another has followed says nothing of how the hearing stands.
///
/// # Errors
/// The record cannot be read, or the store does not answer.
pub async fn conclude(base: &Base, hearing: HearingId, folder: &Path) -> Result<(), LibraryError> {
    let place = folder.to_owned();
    let root = base.config.storage.recordings.clone();
    let read = move || -> io::Result<_> {
        let newest = assize_record::folder::sittings(&root, hearing)?.into_iter().next_back();
        let ending = catalogue::ending(&place)?;
        let held: HearingFile = serde_json::from_slice(&std::fs::read(catalogue::root(&place).join("hearing.json"))?)?;
        Ok((newest.is_none_or(|newest| newest.file_name() == place.file_name()), ending, held.plan.starts))
    };
    let (newest, ending, held) = blocking(read).await?.map_err(|error| disk(folder, error))?;
    if !newest {
        return Ok(());
    }
    let state = ending.as_ref().map_or(SessionState::Closed, |ending| ending.state);
    base.store.set_state(hearing, state, base.clock.utc_ms()).await?;
    // This may be tried again after the clerk has made codes for the next sitting, or appointed another day.
    let ended_ms = ending.as_ref().map_or(i64::MAX, |ending| ending.at_ms);
    base.store.close_codes(hearing, ended_ms).await?;
    let (until, row) = (ending.and_then(|ending| ending.until_ms), base.store.hearing(hearing).await?);
    if let (Some(until), Some(HearingRow { mut plan, .. })) = (until, row)
        && plan.starts == held
    {
        plan.starts = times::rfc3339(until, &plan.court.zone);
        base.store.replace_plan(&plan).await?;
    }
    Ok(())
}

/// Hearing and id of the record in a folder `<hearing>/<sitting>`.
fn named(folder: &Path) -> Option<(HearingId, String)> {
    let sitting = folder.file_name()?.to_str()?;
    let hearing: HearingId = folder.parent()?.file_name()?.to_str()?.parse().ok()?;
    Some((hearing, id(hearing, sitting)))
}

fn id(hearing: HearingId, sitting: &str) -> String {
    format!("{hearing}-{sitting}")
}

async fn folders(base: &Base) -> Result<Vec<PathBuf>, LibraryError> {
    let root = base.config.storage.recordings.clone();
    let at = root.clone();
    let folders = blocking(move || assize_record::folder::all(&at)).await?;
    folders.map_err(|source| LibraryError::Disk { folder: root, source })
}

/// Makes all entries again from the folders. What cannot be read is named and left out.
///
/// # Errors
/// The folder of records cannot be read, or the store does not answer.
pub async fn rebuild(base: &Base) -> Result<Rebuilt, LibraryError> {
    let folders = folders(base).await?;
    base.store.clear_records().await?;
    let mut rebuilt = Rebuilt::default();
    for folder in folders {
        match shelve(base, &folder).await {
            Ok(_) => rebuilt.entered += 1,
            Err(LibraryError::Store(error)) => return Err(error.into()),
            Err(error) => rebuilt.unreadable.push((folder, error.to_string())),
        }
    }
    Ok(rebuilt)
}

/// Verifies a record with the keys that this server vouches for.
async fn check(base: &Base, folder: PathBuf, progress: Arc<Progress>) -> Result<Report, LibraryError> {
    let keys = base.keyring.trusted()?;
    blocking(move || verify_watched(&folder, &keys, &progress)).await
}

/// Of a record's files as they are now, and of the keys that are vouched for.
async fn fingerprint_of(base: &Base, folder: &Path) -> Result<[u8; 32], LibraryError> {
    let (at, trust) = (folder.to_owned(), base.keyring.list());
    let taken = blocking(move || fingerprint::take(&at, &trust)).await?;
    taken.map_err(|source| disk(folder, source))
}

fn disk(folder: &Path, source: io::Error) -> LibraryError {
    LibraryError::Disk { folder: folder.to_owned(), source }
}

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Intact => "intact",
        Verdict::Altered => "altered",
        Verdict::Gaps => "gaps",
        Verdict::Unverifiable => "unverifiable",
    }
}

fn row(summary: &Summary, folder: &Path, root: &Path) -> RecordRow {
    let (file, plan) = (&summary.hearing, &summary.hearing.plan);
    let moment = |text: &Option<String>| text.as_deref().and_then(times::parse);
    let from_ms = moment(&summary.from).or_else(|| times::parse(&file.clock.zero_utc)).unwrap_or_default();
    RecordRow {
        id: id(plan.hearing, &file.sitting),
        hearing: plan.hearing,
        court: plan.court.id,
        sitting: file.sitting.parse().unwrap_or(0),
        folder: folder.strip_prefix(root).unwrap_or(folder).display().to_string(),
        case: plan.case.clone(),
        title: plan.title.clone(),
        day: times::day(from_ms, &plan.court.zone),
        from_ms,
        to_ms: moment(&summary.to).unwrap_or(from_ms),
        sealed_ms: summary.sealed.then(|| modified_ms(&folder.join("data/seal/head.json"))).flatten(),
        result: None,
        people: plan.people.iter().map(|person| person.name.clone()).collect(),
        rehearsal: plan.rehearsal,
    }
}

fn modified_ms(path: &Path) -> Option<i64> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    i64::try_from(modified.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok()
}

/// Reading records is work for the disk, not for the threads that serve.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LibraryError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| LibraryError::Task)
}

/// What [`timeline`] makes of the record in `folder`.
///
/// # Errors
/// The record cannot be read.
pub async fn timeline_of(folder: PathBuf) -> Result<serde_json::Value, LibraryError> {
    let at = folder.clone();
    let read = blocking(move || timeline(&at)).await?;
    read.map_err(|source| LibraryError::Disk { folder, source })
}

/// What [`assize_record::levels::of`] finds in the record in `folder`.
///
/// # Errors
/// The record cannot be read.
pub async fn levels_of(folder: PathBuf, track: TrackId) -> Result<Vec<u8>, LibraryError> {
    let at = folder.clone();
    let read = blocking(move || assize_record::levels::of(&at, track)).await?;
    read.map_err(|source| LibraryError::Disk { folder, source })
}
