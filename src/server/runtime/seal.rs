//! Sealing a sitting whose hearing is closed, and shelving it. Both may be repeated.

use super::clock::Reading;
use super::settings::Shared;
use assize_core::plan::Plan;
use assize_record::seal::{self, Meta, Sealed};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// Seals the sitting in `folder` and enters it into the catalogue. What fails is logged and done again at the next start.
pub(super) async fn sitting(shared: &Arc<Shared>, plan: &Plan, folder: PathBuf) {
    let hearing = plan.hearing;
    let (keys, court, place) = (Arc::clone(shared), plan.court.id, folder.clone());
    let sealed = spawn_blocking(move || {
        let key = keys.court_key(court)?;
        bag(&place, &key)
    });
    match sealed.await.map_err(io::Error::other).flatten() {
        Ok(sealed) => tracing::info!(%hearing, seal = %sealed.fingerprint, "the record is sealed"),
        Err(error) => {
            tracing::error!(%hearing, %error, "the record is not sealed; it is tried again at the next start");
            return;
        }
    }
    if let Err(error) = shared.shelf.sealed(hearing, folder).await {
        tracing::error!(%hearing, %error, "the record is not in the catalogue");
    }
}

fn bag(folder: &Path, key: &assize_proof::key::CourtKey) -> io::Result<Sealed> {
    let software = format!("assize {}", env!("CARGO_PKG_VERSION"));
    seal::sitting(folder, key, &Meta { utc_ms: Reading::take().utc_ms, software })
}
