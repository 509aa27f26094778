//! Headers on every answer (ASVS 5.0, 3.4), and the span of a request in the log.

use super::Scheme;
use axum::extract::Request;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Duration;
use tower_http::classify::ServerErrorsFailureClass;

/// Everything from the server itself; the player needs `blob:` for Media Source Extensions and previews.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    font-src 'self'; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
    object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const PERMISSIONS: &str = "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), \
    autoplay=(self), fullscreen=(self), geolocation=(), payment=(), usb=()";

const FIXED: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
];

pub(super) async fn secure(request: Request, next: Next) -> Response {
    let strict = request.extensions().get::<Scheme>().is_some_and(|scheme| scheme.strict);
    let api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    add(response.headers_mut(), strict);
    if api {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    response
}

fn add(headers: &mut HeaderMap, strict: bool) {
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if strict {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}

/// An answer that tells of a fault is one in the log. 503 is none: it is said while starting and stopping, and where the
/// database or a hearing is at fault the line that says so has been written already.
pub(super) fn failed(class: ServerErrorsFailureClass, _: Duration, _: &tracing::Span) {
    match class {
        ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) => {
            tracing::debug!("a request is asked to come back");
        }
        class => tracing::error!(%class, "a request failed"),
    }
}

/// Method and first parts of the path only: ids, names and queries are personal data.
pub(super) fn span(request: &Request) -> tracing::Span {
    let path: String = request.uri().path().split_inclusive('/').take(4).collect();
    tracing::debug_span!("request", method = %request.method(), path)
}
