//! Sealing a sitting whose hearing is closed, and shelving it. Nobody waits for it, it may be repeated, and it is tried
//! again until it is done: a disk that is full now may have room later.

use super::clock::Reading;
use super::metrics;
use super::settings::{Settings, Shared};
use super::stamp;
use assize_core::ids::HearingId;
use assize_core::plan::Plan;
use assize_proof::key::CourtKey;
use assize_record::ballast;
use assize_record::seal::{self, Meta, Sealed};
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::task::spawn_blocking;

/// Waits between tries; the last is repeated.
const AGAIN: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(30), Duration::from_secs(120), Duration::from_secs(600)];

/// Hearings whose sealing is under way or waits for its next try: no sitting is sealed twice at once.
#[derive(Debug, Default)]
pub(super) struct Sealing(Mutex<BTreeSet<HearingId>>);

impl Sealing {
    /// Whether a hearing's record is being sealed, and its folder is nobody else's to read.
    pub(super) fn is_under_way(&self, hearing: HearingId) -> bool {
        self.lock().contains(&hearing)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<HearingId>> {
        // Nothing is left half done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins to seal the sitting in `folder` and to enter it into the catalogue, unless that is being done.
pub(super) fn begin(shared: &Arc<Shared>, plan: &Plan, folder: PathBuf) {
    let (hearing, shared, plan) = (plan.hearing, Arc::clone(shared), plan.clone());
    if !shared.sealing.lock().insert(hearing) {
        return;
    }
    tokio::spawn(async move {
        for tried in 0.. {
            let Err(error) = sitting(&shared, &plan, &folder).await else { break };
            not_sealed(&shared, hearing, error.to_string()).await;
            tokio::time::sleep(again(tried)).await;
        }
        if let Some(authority) = shared.settings.time_authority.clone() {
            stamp::begin(authority, folder.clone());
        }
        // It may go on: that waits for no catalogue.
        shared.sealing.lock().remove(&hearing);
        // Tried for itself: what is sealed is not said to lack its seal because a database does not answer.
        for tried in 0.. {
            let Err(error) = shared.shelf.sealed(hearing, folder.clone()).await else { break };
            not_shelved(&shared, hearing, error.to_string()).await;
            tokio::time::sleep(again(tried)).await;
        }
    });
}

/// How long to wait after so many tries.
pub(super) fn again(tried: usize) -> Duration {
    AGAIN[tried.min(AGAIN.len() - 1)]
}

async fn not_shelved(shared: &Arc<Shared>, hearing: HearingId, why: String) {
    metrics::shelf_fault();
    tracing::error!(%hearing, why, "the record is sealed, and not in the catalogue");
    if let Err(error) = shared.shelf.not_shelved(hearing, why).await {
        tracing::error!(%hearing, %error, "nor can that be told");
    }
}

/// Tells people why a record is not sealed.
pub(super) async fn not_sealed(shared: &Arc<Shared>, hearing: HearingId, why: String) {
    metrics::seal_fault();
    tracing::error!(%hearing, why, "the record is not sealed");
    if let Err(error) = shared.shelf.not_sealed(hearing, why).await {
        tracing::error!(%hearing, %error, "nor can that be told");
    }
}

async fn sitting(shared: &Arc<Shared>, plan: &Plan, folder: &Path) -> io::Result<()> {
    let (hearing, court) = (plan.hearing, plan.court.id);
    let (settings, place) = (shared.settings.clone(), folder.to_owned());
    let sealed = spawn_blocking(move || {
        let key = settings.keys.court(court).map_err(io::Error::other)?;
        let sealed = bag(&place, &key).or_else(|error| {
            // Space was kept for this.
            let full = matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
            if full && ballast::spend(&settings.recordings) {
                tracing::error!(folder = %place.display(), "the disk is full: the space kept for sealing is given away");
                return bag(&place, &key);
            }
            Err(error)
        });
        keep_ballast(&settings);
        sealed
    });
    let sealed = sealed.await.map_err(io::Error::other).flatten()?;
    tracing::info!(%hearing, seal = %sealed.fingerprint, "the record is sealed");
    Ok(())
}

/// Takes the space back as soon as there is room.
pub(super) fn keep_ballast(settings: &Settings) {
    if let Err(error) = ballast::keep(&settings.recordings, settings.ballast_bytes) {
        tracing::warn!(%error, "no space could be kept for sealing on a full disk");
    }
}

fn bag(folder: &Path, key: &CourtKey) -> io::Result<Sealed> {
    // A record that cannot be read is sealed as it is; what cannot be made of it is missing, and nothing else.
    if let Err(error) = crate::suspension::paper::write(folder) {
        tracing::error!(folder = %folder.display(), %error, "the draft of the decision cannot be written");
    }
    let software = format!("assize {}", env!("CARGO_PKG_VERSION"));
    let typeset = Some(crate::certificate::typeset as seal::Typeset);
    seal::sitting(folder, key, &Meta { utc_ms: Reading::take().utc_ms, software, typeset })
}
