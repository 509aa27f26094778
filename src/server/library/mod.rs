//! The library: record folders found again, shown along the hearing's time, and verified.

mod sitting;
mod timeline;
mod viewings;

pub use sitting::{Sitting, media_path};
pub use timeline::timeline;
pub use viewings::{ACTS, Viewings};

use crate::app::Base;
use crate::store::{RecordRow, StoreError};
use crate::times;
use assize_core::hearing::Event;
use assize_proof::key::{KeyError, PublicKey, Trust};
use assize_proof::verify::{Report, verify};
use std::io;
use std::path::{Path, PathBuf};

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

/// Enters the record in `folder` into the catalogue, or renews its entry.
///
/// # Errors
/// The record cannot be read, or the store does not answer.
pub async fn shelve(base: &Base, folder: &Path) -> Result<(), LibraryError> {
    let row = row_of(base, folder).await?;
    Ok(base.store.put_record(&row).await?)
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
        match row_of(base, &folder).await {
            Ok(row) => {
                base.store.put_record(&row).await?;
                rebuilt.entered += 1;
            }
            Err(error) => rebuilt.unreadable.push((folder, error.to_string())),
        }
    }
    Ok(rebuilt)
}

/// Verifies a record with the keys that this server vouches for.
///
/// # Errors
/// The list of keys cannot be read.
pub async fn check(base: &Base, folder: PathBuf) -> Result<Report, LibraryError> {
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

async fn row_of(base: &Base, folder: &Path) -> Result<RecordRow, LibraryError> {
    let (root, at) = (base.config.storage.recordings.clone(), folder.to_owned());
    let read = blocking(move || Sitting::read(&at).map(|sitting| row(&sitting, &root))).await?;
    let mut row = read.map_err(|source| LibraryError::Disk { folder: folder.to_owned(), source })?;
    let report = check(base, folder.to_owned()).await?;
    row.result = serde_json::to_value(report.result).ok().and_then(|name| Some(name.as_str()?.to_owned()));
    Ok(row)
}

fn row(sitting: &Sitting, root: &Path) -> RecordRow {
    let plan = &sitting.file.plan;
    let began = sitting.began_ms();
    let opened = sitting.lines.iter().find(|line| matches!(line.event, Event::Opened { .. }));
    let from_ms = opened.map_or(began, |line| began + ms(line.t_us));
    let to_ms = sitting.lines.last().map_or(began, |line| began + ms(line.t_us));
    RecordRow {
        id: format!("{}-{}", plan.hearing, sitting.file.sitting),
        hearing: plan.hearing,
        court: plan.court.id,
        sitting: sitting.file.sitting.parse().unwrap_or(0),
        folder: sitting.folder.strip_prefix(root).unwrap_or(&sitting.folder).display().to_string(),
        case: plan.case.clone(),
        title: plan.title.clone(),
        day: times::day(from_ms, &plan.court.zone),
        from_ms,
        to_ms,
        sealed_ms: sitting.sealed_ms,
        result: None,
        people: plan.people.iter().map(|person| person.name.clone()).collect(),
    }
}

/// Milliseconds of hearing time.
fn ms(t_us: u64) -> i64 {
    i64::try_from(t_us / 1000).unwrap_or(i64::MAX / 2)
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
    let read = blocking(move || timeline(&Sitting::read(&at)?)).await?;
    read.map_err(|source| LibraryError::Disk { folder, source })
}
