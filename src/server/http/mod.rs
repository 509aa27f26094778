//! HTTP: the interface under `/api/v1`, health, and the client's own files.

mod composite;
mod court;
mod docket;
mod exhibits;
mod extract;
mod guard;
mod headers;
mod health;
mod hearings;
mod invitations;
mod join;
mod minutes;
mod missed;
mod openapi;
mod pages;
mod preparation;
mod readiness;
mod recorded;
mod records;
mod rehearsal;
mod session;
mod statistics;
mod suspension;
#[cfg(test)]
mod tests;

pub(crate) use court::enrolment_link;
pub use extract::Scheme;
pub(crate) use extract::{Asked, Id};
pub(crate) use hearings::{comes_by_account, describe, invite_person};

use crate::app::Base;
use crate::problem::{self, Problem};
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, delete, get, post};
use axum::{Extension, Router, middleware};
use std::sync::Arc;
use tower_http::trace::TraceLayer;

/// Largest body of a request, in bytes. A plan of 200 people is a tenth of it.
const BODY: usize = 256 * 1024;

/// Every path of the interface, so that its description and the tests of rights can be held against it.
fn api() -> Vec<(&'static str, MethodRouter<Arc<Base>>)> {
    vec![
        ("/api/v1/openapi.json", get(openapi::document)),
        ("/api/v1/login", post(session::login)),
        ("/api/v1/logout", post(session::logout)),
        ("/api/v1/me", get(session::me)),
        ("/api/v1/court", get(court::show)),
        ("/api/v1/points", post(court::put_point)),
        ("/api/v1/points/{id}/enrol", post(court::enrol_link)),
        ("/api/v1/devices/{id}", delete(court::revoke)),
        ("/api/v1/enrol", post(join::enrol)),
        ("/api/v1/hearings", get(hearings::list).post(hearings::create)),
        ("/api/v1/hearings/{id}", get(hearings::show).patch(hearings::change)),
        ("/api/v1/hearings/{id}/invite", post(hearings::invite)),
        ("/api/v1/hearings/{id}/revoke", post(hearings::revoke)),
        ("/api/v1/hearings/{id}/rehearsal", post(rehearsal::make)),
        ("/api/v1/hearings/{id}/rehearsal/seat", post(rehearsal::seat)),
        ("/api/v1/hearings/{id}/preparation", get(preparation::show).patch(preparation::change)),
        ("/api/v1/hearings/{id}/invitations", post(invitations::issue)),
        ("/api/v1/hearings/{id}/calendar", get(invitations::calendar)),
        ("/api/v1/deadlines", get(preparation::due)),
        ("/api/v1/hearings/{id}/exhibits", post(exhibits::hand_in).layer(DefaultBodyLimit::disable())),
        ("/api/v1/hearings/{id}/exhibits/{sha256}", get(exhibits::file)),
        ("/api/v1/hearings/{id}/suspension", get(suspension::prepare)),
        ("/api/v1/hearings/{id}/recorded/{track}", get(recorded::show)),
        ("/api/v1/hearings/{id}/missed", get(missed::show)),
        ("/api/v1/hearings/{id}/missed/media/{file}", get(missed::media)),
        ("/api/v1/hearings/{id}/minutes", get(minutes::of_hearing)),
        ("/api/v1/hearings/{id}/minutes/readers", get(minutes::readers)),
        ("/api/v1/hearings/{id}/minutes/requests", post(minutes::request)),
        ("/api/v1/hearings/{id}/minutes/agreement", post(minutes::agree)),
        ("/api/v1/hearings/{id}/minutes/timeline", get(minutes::heard)),
        ("/api/v1/hearings/{id}/minutes/media/{file}", get(minutes::sound)),
        ("/api/v1/points/{id}/readiness", get(readiness::list)),
        ("/api/v1/readiness", post(readiness::put)),
        ("/api/v1/line", get(readiness::down).post(readiness::up).layer(DefaultBodyLimit::max(readiness::MOST))),
        ("/api/v1/docket", get(docket::of_device)),
        ("/api/v1/join", post(join::join)),
        ("/api/v1/records", get(records::list)),
        ("/api/v1/records/nightly", get(records::nightly)),
        ("/api/v1/records/{id}", get(records::show)),
        ("/api/v1/records/{id}/verify", post(records::verify)),
        ("/api/v1/records/{id}/timeline", get(records::timeline)),
        ("/api/v1/records/{id}/media/{file}", get(records::media)),
        ("/api/v1/records/{id}/levels/{track}", get(records::levels)),
        ("/api/v1/records/{id}/composite", get(composite::show).post(composite::ask)),
        ("/api/v1/records/{id}/composite/{file}", get(composite::film)),
        ("/api/v1/records/{id}/minutes", get(minutes::of_record)),
        ("/api/v1/records/{id}/minutes/requests/{number}", post(minutes::rule)),
        ("/api/v1/records/{id}/minutes/html", get(minutes::html)),
        ("/api/v1/records/{id}/minutes/pdf", get(minutes::pdf)),
        ("/api/v1/records/{id}/access-log", get(records::access_log)),
        ("/api/v1/statistics", get(statistics::show)),
    ]
}

/// The whole main listener. `live` has the WebSocket, WHIP and WHEP; `scheme` says which listener this is.
pub fn router(base: &Arc<Base>, live: Router, scheme: Scheme) -> Router {
    let mut router = Router::new();
    for (path, methods) in api() {
        router = router.route(path, methods);
    }
    let mut interface = router
        .route("/api/{*rest}", axum::routing::any(|| async { Problem::NotFound }))
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(health::ready));
    if scheme.authority.is_some() {
        interface = interface.route("/ca.crt", get(health::authority));
    }
    interface
        .layer(middleware::from_fn_with_state(Arc::clone(base), guard::only_our_own_pages_change_anything))
        .layer(DefaultBodyLimit::max(BODY))
        .fallback(pages::serve)
        .with_state(Arc::clone(base))
        .merge(live)
        .layer(middleware::from_fn(problem::in_the_language_asked_for))
        .layer(middleware::from_fn(headers::secure))
        .layer(Extension(scheme))
        .layer(TraceLayer::new_for_http().make_span_with(headers::span).on_failure(headers::failed))
}
