//! Only our own pages change anything (ASVS 5.0, 3.5.1 to 3.5.3).

use crate::app::Base;
use crate::identity::csrf::{Provenance, is_ours};
use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;

pub(super) async fn only_our_own_pages_change_anything(
    State(base): State<Arc<Base>>,
    request: Request,
    next: Next,
) -> Response {
    if ours(&request, &base.config.server.origins) {
        return next.run(request).await;
    }
    Problem::CrossSite.into_response()
}

fn ours(request: &Request, allowed: &[String]) -> bool {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let authority = request.uri().authority().map(Authority::as_str);
    let from = Provenance {
        sec_fetch_site: header(HeaderName::from_static("sec-fetch-site")),
        origin: header(ORIGIN),
        host: header(HOST).or(authority),
    };
    request.method().is_safe() || is_ours(from, allowed)
}
