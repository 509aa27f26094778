//! Verifications that run: they read whole records, which takes minutes for a long hearing, so nobody waits for one with
//! an open request. What was found is kept with the time and with a fingerprint of the files.

use super::{LibraryError, disk, fingerprint_of, shelve_watched};
use crate::app::Base;
use assize_proof::verify::Progress;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// The verifications of this server, one at a time: a disk that records hearings has other things to do.
#[derive(Debug)]
pub struct Checks {
    running: Mutex<BTreeMap<String, Check>>,
    turn: Semaphore,
}

#[derive(Debug, Clone)]
enum Check {
    Running(Arc<Progress>),
    /// The record could not be read. Stays until somebody asks again.
    Failed,
}

/// What is known of a record's worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Report of contract section 6 and when it was made (UTC milliseconds), if it is of the files as they are.
    pub verdict: Option<(Value, i64)>,
    /// Bytes read, and all bytes, of the verification that runs.
    pub checking: Option<(u64, u64)>,
}

/// Why there is no standing.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error("the last verification failed; the log says why")]
    Failed,
}

impl Default for Checks {
    fn default() -> Self {
        Self { running: Mutex::default(), turn: Semaphore::new(1) }
    }
}

impl Checks {
    /// What the record `id` in `folder` is worth, as far as it is known now. A verification begins if there is no verdict
    /// of the files as they are, or if it is asked for `again`.
    ///
    /// # Errors
    /// The folder or the store cannot be read, or the last verification failed and it is not asked for again.
    pub async fn standing(base: &Arc<Base>, id: &str, folder: &Path, again: bool) -> Result<Standing, CheckError> {
        // One that ends while the former verdict is read has not said yet what it found: who asks must ask again.
        let ran = base.checks.running(id);
        let kept = base.store.verdict(id).await.map_err(LibraryError::from)?;
        let kept = match kept {
            Some(kept) if kept.fingerprint == fingerprint_of(base, folder).await? => Some(kept),
            _ => None,
        };
        let verdict = kept.map(|kept| Ok((serde_json::from_str(&kept.report)?, kept.checked_ms))).transpose();
        let verdict = verdict.map_err(|error: serde_json::Error| disk(folder, error.into()))?;
        let wanted = again || verdict.is_none();
        let runs = base.checks.begin(base, id, folder, wanted, again)?;
        let checking = runs.or(ran).map(|progress| progress.bytes());
        Ok(Standing { verdict, checking })
    }

    fn running(&self, id: &str) -> Option<Arc<Progress>> {
        match self.lock().get(id) {
            Some(Check::Running(progress)) => Some(Arc::clone(progress)),
            Some(Check::Failed) | None => None,
        }
    }

    /// The progress of the verification that runs, or of one that begins here if one is `wanted`.
    fn begin(
        &self,
        base: &Arc<Base>,
        id: &str,
        folder: &Path,
        wanted: bool,
        again: bool,
    ) -> Result<Option<Arc<Progress>>, CheckError> {
        let mut running = self.lock();
        match running.get(id) {
            Some(Check::Running(progress)) => return Ok(Some(Arc::clone(progress))),
            Some(Check::Failed) if !again => return Err(CheckError::Failed),
            Some(Check::Failed) | None => {}
        }
        if !wanted {
            return Ok(None);
        }
        let progress = Arc::<Progress>::default();
        running.insert(id.to_owned(), Check::Running(Arc::clone(&progress)));
        tokio::spawn(run(Arc::clone(base), id.to_owned(), folder.to_owned(), Arc::clone(&progress)));
        Ok(Some(progress))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Check>> {
        // Nothing is left half done under this lock.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn run(base: Arc<Base>, id: String, folder: PathBuf, progress: Arc<Progress>) {
    // The semaphore is never closed.
    let _turn = base.checks.turn.acquire().await;
    let done = shelve_watched(&base, &folder, &progress).await;
    let mut running = base.checks.lock();
    match done {
        Ok(_) => _ = running.remove(&id),
        Err(error) => {
            tracing::error!(%error, "a record cannot be verified");
            running.insert(id, Check::Failed);
        }
    }
}
