//! What handlers are handed: the staff member, the source, the body, the listener.

use crate::app::Base;
use crate::identity::policy::{StaffAct, may};
use crate::identity::session::token_of;
use crate::problem::Problem;
use crate::store::{Account, Device, Digest};
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::{AUTHORIZATION, COOKIE, HOST};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// Which listener a request came by.
#[derive(Debug, Clone, Default)]
pub struct Scheme {
    pub tls: bool,
    /// Tell browsers to keep to TLS. Not with a locally made authority.
    pub strict: bool,
    /// Certificate of the locally made authority, for download.
    pub authority: Option<PathBuf>,
}

/// A logged-in member of staff, and the digest of their session's token.
#[derive(Debug)]
pub(super) struct Staff(pub(super) Account, pub(super) Digest);

impl Staff {
    /// # Errors
    /// [`Problem::NotAllowed`] unless staff of this role may do this.
    pub(super) fn must(&self, act: StaffAct) -> Result<(), Problem> {
        if may(self.0.role, act) { Ok(()) } else { Err(Problem::NotAllowed) }
    }
}

impl FromRequestParts<Arc<Base>> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, base: &Arc<Base>) -> Result<Self, Problem> {
        let token = session_token(parts).ok_or(Problem::SignIn)?;
        let account = base.identity.sessions.find(&token).await?;
        account.map(|(account, session)| Self(account, session)).ok_or(Problem::SignIn)
    }
}

/// Who tests a point: its own device, by its credential, or staff.
#[derive(Debug)]
pub(super) struct Tester(pub(super) TesterKind);

#[derive(Debug)]
pub(super) enum TesterKind {
    Device(Device),
    Staff(Staff),
}

impl FromRequestParts<Arc<Base>> for Tester {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, base: &Arc<Base>) -> Result<Self, Problem> {
        let bearer = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        let Some(credential) = bearer else {
            return Staff::from_request_parts(parts, base).await.map(|staff| Self(TesterKind::Staff(staff)));
        };
        let device = base.identity.devices.find(credential).await?.ok_or(Problem::UnknownDevice)?;
        Ok(Self(TesterKind::Device(device)))
    }
}

/// The session's token, if the request brings one.
pub(super) fn session_token(parts: &Parts) -> Option<String> {
    let cookies = parts.headers.get_all(COOKIE);
    cookies.iter().filter_map(|value| value.to_str().ok()).find_map(token_of).map(str::to_owned)
}

/// Address the request came from: the connection's, or what a trusted proxy says of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source(pub(super) IpAddr);

impl FromRequestParts<Arc<Base>> for Source {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, base: &Arc<Base>) -> Result<Self, Problem> {
        let from = parts.extensions.get::<ConnectInfo<SocketAddr>>().ok_or(Problem::Internal)?;
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let forwarded: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        Ok(Self(origin(from.0.ip(), &forwarded, &base.config.server.proxies)))
    }
}

/// From the nearest hop outwards: the first address that is no trusted proxy. What stands before it in the header is
/// the client's own word.
fn origin(peer: IpAddr, forwarded: &[&str], proxies: &[IpAddr]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|proxy| proxy.to_canonical() == address);
    let mut known = peer.to_canonical();
    for hop in forwarded.iter().rev() {
        if !trusted(known) {
            break;
        }
        let hop = hop.trim();
        let with_port = || hop.parse::<SocketAddr>().map(|address| address.ip());
        let Ok(address) = hop.parse::<IpAddr>().or_else(|_| with_port()) else { break };
        known = address.to_canonical();
    }
    known
}

/// Where clients find this server: what they asked for, unless configuration names another address.
#[derive(Debug, Clone)]
pub(super) struct Here(pub(super) String);

impl FromRequestParts<Arc<Base>> for Here {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, base: &Arc<Base>) -> Result<Self, Problem> {
        if let Some(url) = &base.config.server.public_url {
            return Ok(Self(url.trim_end_matches('/').to_owned()));
        }
        let tls = parts.extensions.get::<Scheme>().is_some_and(|scheme| scheme.tls);
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        // HTTP/2 names the host in the request line.
        let host = host.or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str));
        let host = host.ok_or_else(|| Problem::BadRequest { detail: "Host".to_owned() })?;
        Ok(Self(format!("{}://{host}", if tls { "https" } else { "http" })))
    }
}

/// The id in a path. One that cannot be read names nothing.
#[derive(Debug)]
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| Problem::NotFound)
    }
}

/// The query of a list.
#[derive(Debug)]
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(asked)| Self(asked)).map_err(|error| Problem::BadRequest { detail: error.body_text() })
    }
}

/// A JSON body. `application/json` is asked for: it is a type that no page of another site can send unasked.
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Base>> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, base: &Arc<Base>) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, base).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::BytesRejection(rejection)) if rejection.status() == 413 => {
                Err(Problem::TooLarge { limit: super::BODY as u64 })
            }
            Err(rejection) => Err(Problem::BadRequest { detail: rejection.body_text() }),
        }
    }
}
