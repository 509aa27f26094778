//! Sealing a sitting whose hearing is closed, and shelving it. Both may be repeated.

use super::settings::Shared;
use assize_core::plan::Plan;
use std::path::PathBuf;
use std::sync::Arc;

/// Seals the sitting in `folder` and enters it into the catalogue. What fails is logged and done again at the next start.
pub(super) async fn sitting(shared: &Arc<Shared>, plan: &Plan, folder: PathBuf) {
    let hearing = plan.hearing;
    let _ = (shared, &folder);
    if let Err(error) = shared.shelf.sealed(hearing, folder).await {
        tracing::error!(%hearing, %error, "the record is not in the catalogue");
    }
}
