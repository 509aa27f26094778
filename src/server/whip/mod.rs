//! WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): encoders and players on the same transports as browsers.
//!
//! The bearer is a ticket, used up by the POST; afterwards the same bearer names the owner of the resource, which lives
//! as long as the connection.

mod follow;
mod handlers;
mod resources;

pub use follow::Follow;

use crate::live::Live;
use crate::problem::Problem;
use crate::relay::Issuer;
use crate::runtime::Registry;
use crate::runtime::ports::Door;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{patch, post};
use resources::Resources;
use std::sync::Arc;

/// Longest session description or fragment in bytes (R-M7).
const MOST_BYTES: usize = 64 * 1024;

/// What WHIP and WHEP need of the server.
#[derive(Debug, Clone)]
pub struct Whip {
    registry: Registry,
    door: Arc<dyn Door>,
    live: Live,
    resources: Resources,
    issuer: Issuer,
}

impl Whip {
    #[must_use]
    pub fn new(registry: Registry, door: Arc<dyn Door>, live: Live, issuer: Issuer) -> Self {
        Self { registry, door, live, resources: Resources::default(), issuer }
    }
}

pub fn router(whip: Whip) -> Router {
    Router::new()
        .route("/whip/{hearing}", post(handlers::publish).options(handlers::options))
        .route("/whep/{hearing}", post(handlers::play).options(handlers::options))
        .route("/whip/{hearing}/{resource}", patch(handlers::trickle).delete(handlers::end))
        .route("/whep/{hearing}/{resource}", patch(handlers::trickle).delete(handlers::end))
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(whip)
}
