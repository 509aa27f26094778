//! The library: record folders found again, shown along the hearing's time, and verified.

mod media;
mod timeline;
mod viewings;

pub use media::media_path;
pub use timeline::timeline;
pub use viewings::{ACTS, Viewings};

use crate::app::Base;
use crate::store::{RecordRow, StoreError};
use crate::times;
use assize_proof::key::{KeyError, PublicKey, Trust};
use assize_proof::verify::{Report, Verdict, verify};
use assize_record::catalogue::{self, Summary};
use std::io;
use std::path::{Path, PathBuf};
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
    let (root, at) = (base.config.storage.recordings.clone(), folder.to_owned());
    let read = blocking(move || catalogue::read(&at).map(|summary| row(&summary, &at, &root))).await?;
    let mut row = read.map_err(|source| LibraryError::Disk { folder: folder.to_owned(), source })?;
    let report = check(base, folder.to_owned()).await?;
    row.result = Some(name(report.result).to_owned());
    base.store.put_record(&row).await?;
    Ok(report)
}

/// Makes all entries again from the folders. What cannot be read is named and left out.
///
/// # Errors
/// The folder of records cannot be read, or the store does not answer.
pub async fn rebuild(base: &Base) -> Result<Rebuilt, LibraryError> {
    let root = base.config.storage.recordings.clone();
    let at = root.clone();
    let folders = blocking(move || assize_record::folder::all(&at)).await?;
    let folders = folders.map_err(|source| LibraryError::Disk { folder: root, source })?;
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
async fn check(base: &Base, folder: PathBuf) -> Result<Report, LibraryError> {
    let keys = trusted(&base.config.storage.data)?;
    blocking(move || verify(&folder, &keys)).await
}

/// Public keys in `keys/trust.json` of a data directory.
///
/// # Errors
/// The list cannot be read.
pub fn trusted(data: &Path) -> Result<Vec<PublicKey>, LibraryError> {
    Ok(Trust::load(&data.join("keys/trust.json"))?.public_keys())
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
        id: format!("{}-{}", plan.hearing, file.sitting),
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
