//! Liveness, readiness, and the demonstration's authority.

use super::Scheme;
use crate::app::Base;
use crate::problem::Problem;
use axum::Extension;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use std::sync::Arc;

/// New people may be sent here: started, not draining, and the database answers.
pub(super) async fn ready(State(base): State<Arc<Base>>) -> Result<&'static str, Problem> {
    if !base.is_ready() {
        return Err(Problem::NotReady);
    }
    base.store.ping().await?;
    Ok("ok\n")
}

/// The certificate of the locally made authority, to be trusted by other machines that try the demonstration.
pub(super) async fn authority(Extension(scheme): Extension<Scheme>) -> Result<impl IntoResponse, Problem> {
    let path = scheme.authority.ok_or(Problem::NotFound)?;
    let pem = tokio::fs::read(path).await?;
    let headers =
        [(CONTENT_TYPE, "application/x-x509-ca-cert"), (CONTENT_DISPOSITION, "attachment; filename=\"assize-ca.crt\"")];
    Ok((headers, pem))
}
