//! Problems as responses. A handler answers with the [`Problem`] itself; the outermost layer, which knows the request's
//! language, writes it out.

use super::catalogue::{detail, title};
use super::{Language, Problem};
use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response =
            StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The problem document itself.
#[must_use]
pub fn respond(problem: &Problem, language: Language) -> Response {
    let document = json!({
        "type": format!("urn:assize:problem:{}", problem.code()),
        "title": title(problem, language),
        "status": problem.status(),
        "detail": detail(problem, language),
        "code": problem.code(),
        "params": problem.params(),
    });
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, document.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    if let Problem::TooOften { seconds } = problem {
        headers.insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// Layer: writes out the problem a handler answered with.
pub async fn in_the_language_asked_for(request: Request, next: Next) -> Response {
    let header = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = header.map(Language::asked_for).unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    metrics::counter!("assize_refusals_total", "reason" => problem.code()).increment(1);
    let mut written = respond(&problem, language);
    // What the handler set besides (an ended session's cookie, say) stays.
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != axum::http::header::CONTENT_LENGTH {
            written.headers_mut().append(name.clone(), value.clone());
        }
    }
    written
}
