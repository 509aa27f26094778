//! The description of the interface, kept by hand beside it; a test holds the two together.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use std::future::{Ready, ready};

pub(super) const DOCUMENT: &str = include_str!("openapi.json");

pub(super) fn document() -> Ready<impl IntoResponse> {
    ready(([(CONTENT_TYPE, "application/json")], DOCUMENT))
}
