//! Signalling: JSON messages over one WebSocket at `/api/v1/signal`, subprotocol `assize.v1`. The messages are
//! `assize_core::signal`'s; what they do is the hearing's.

mod connection;
mod limit;

use crate::identity::csrf::{Provenance, is_ours};
use crate::live::Live;
use crate::problem::Problem;
use crate::relay::Issuer;
use crate::runtime::Registry;
use crate::runtime::ports::Door;
use assize_core::signal::MAX_CLIENT_MESSAGE;
use axum::Router;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use std::sync::Arc;

pub const PATH: &str = "/api/v1/signal";
pub const SUBPROTOCOL: &str = "assize.v1";

/// What signalling needs of the server.
#[derive(Debug, Clone)]
pub struct Signal {
    pub registry: Registry,
    pub door: Arc<dyn Door>,
    pub live: Live,
    /// Origins, besides the server's own, whose pages may connect.
    pub origins: Arc<[String]>,
    pub issuer: Issuer,
}

pub fn router(signal: Signal) -> Router {
    Router::new().route(PATH, any(upgrade)).with_state(signal)
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

/// The credential is the first message and never in the URL, which ends up in logs.
async fn upgrade(State(signal): State<Signal>, headers: HeaderMap, upgrade: Upgrade) -> Response {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let from = Provenance {
        sec_fetch_site: text(header::HeaderName::from_static("sec-fetch-site")),
        origin: text(header::ORIGIN),
        host: text(header::HOST),
    };
    if !is_ours(from, &signal.origins) {
        return Problem::CrossSite.into_response();
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return Problem::BadRequest { detail: rejection.body_text() }.into_response(),
    };
    let upgrade = upgrade.max_message_size(MAX_CLIENT_MESSAGE).max_frame_size(MAX_CLIENT_MESSAGE);
    let upgrade = upgrade.protocols([SUBPROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        return Problem::BadRequest { detail: "the subprotocol assize.v1 is required".to_owned() }.into_response();
    }
    let host = text(header::HOST).map(str::to_owned);
    upgrade.on_upgrade(move |socket| connection::serve(socket, signal, host))
}
