//! The description of the interface, kept by hand beside it; a test holds the two together.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

pub(super) const DOCUMENT: &str = include_str!("openapi.json");

pub(super) async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT)
}
