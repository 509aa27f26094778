//! The requests of RFC 9725 and draft-ietf-wish-whep.

use super::Whip;
use super::resources::Resource;
use crate::http::{Asked, Id};
use crate::live::Held;
use crate::problem::Problem;
use crate::relay::relay_name;
use crate::runtime::hearing::{Arrival, Entry, Handle, UpOffer};
use crate::runtime::outlet::outlet;
use assize_core::ids::{DeviceKind, HearingId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::signal::{IceServer, MidDevice, Transport};
use assize_media::sdp::sections;
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HOST, IF_MATCH, LINK, LOCATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use serde::Deserialize;

const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";
const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// What a player may ask for.
#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    /// One track instead of the speaker.
    track: Option<String>,
}

/// Why a request did not succeed.
#[derive(Debug)]
pub(super) enum Fault {
    /// RFC 6750 section 3: a refused bearer is told which scheme is wanted.
    Unauthorized(Refusal),
    /// Another content type is wanted.
    ContentType(&'static str),
    Problem(Problem),
}

impl<T: Into<Problem>> From<T> for Fault {
    fn from(problem: T) -> Self {
        Self::Problem(problem.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::Unauthorized(refusal) => {
                let mut response = Problem::from(refusal).into_response();
                response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                response
            }
            Self::ContentType(wanted) => {
                let mut response = Problem::WrongType { wanted }.into_response();
                response.headers_mut().insert(ACCEPT, HeaderValue::from_static(wanted));
                response
            }
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

/// A session description or fragment.
#[derive(Debug)]
pub(super) struct Text(String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let text = String::from_request(request, state).await;
        text.map(Self).map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge { limit: super::MOST_BYTES as u64 },
            _ => Problem::BadRequest { detail: rejection.body_text() },
        })
    }
}

pub(super) async fn options() -> Response {
    (StatusCode::NO_CONTENT, [(ACCEPT_POST, SDP)]).into_response()
}

/// `POST /whip/{hearing}`: an encoder publishes. Without names, the first audio is the microphone and the first video
/// camera 1.
pub(super) async fn publish(
    State(whip): State<Whip>,
    Id(hearing): Id<HearingId>,
    headers: HeaderMap,
    Text(offer): Text,
) -> Result<Response, Fault> {
    let bearer = bearer(&headers)?;
    content_type(&headers, SDP)?;
    let tracks = devices(&offer)?;
    let (handle, entry, held) = enter(&whip, hearing, bearer).await?;
    let answered = handle.up(entry.connection, UpOffer { sdp: offer, tracks, sealed: false }).await;
    let resource = Resource::new(handle, entry.connection, Transport::Up, bearer);
    let links = links(&whip, hearing, entry, &headers);
    created(&whip, "whip", hearing, resource, answered, held).await.map(|created| (links, created).into_response())
}

/// `POST /whep/{hearing}`: a player receives the speaker, or one track.
pub(super) async fn play(
    State(whip): State<Whip>,
    Id(hearing): Id<HearingId>,
    Asked(wish): Asked<Wish>,
    headers: HeaderMap,
    Text(offer): Text,
) -> Result<Response, Fault> {
    let bearer = bearer(&headers)?;
    content_type(&headers, SDP)?;
    let only = wish.track.map(|track| track.parse::<TrackId>()).transpose();
    let only = only.map_err(|error| Problem::BadRequest { detail: error.to_string() })?;
    sections(&offer).map_err(|error| Refusal::BadSdp { detail: error.to_string() })?;
    let (handle, entry, held) = enter(&whip, hearing, bearer).await?;
    let answered = handle.slots(entry.connection, offer, only).await;
    let resource = Resource::new(handle, entry.connection, Transport::Down, bearer);
    let links = links(&whip, hearing, entry, &headers);
    created(&whip, "whep", hearing, resource, answered, held).await.map(|created| (links, created).into_response())
}

/// `PATCH`: candidates, or a restart of ICE with `If-Match: *` (RFC 9725 section 4.3).
pub(super) async fn trickle(
    State(whip): State<Whip>,
    Id((_, name)): Id<(HearingId, String)>,
    headers: HeaderMap,
    Text(fragment): Text,
) -> Result<Response, Fault> {
    let resource = owned(&whip, &name, &headers)?;
    content_type(&headers, FRAGMENT)?;
    let Some(generation) = headers.get(IF_MATCH).and_then(|value| value.to_str().ok()) else {
        return Err(Problem::GenerationMissing.into());
    };
    if generation != "*" && generation != resource.etag {
        return Err(Problem::GenerationPast.into());
    }
    let ours = resource.hearing.trickle(resource.connection, resource.side, fragment).await?;
    Ok(match ours {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(fragment) => {
            let etag = whip.resources.restarted(&name);
            (StatusCode::OK, [(CONTENT_TYPE, FRAGMENT.to_owned()), (ETAG, etag)], fragment).into_response()
        }
    })
}

/// `DELETE`: the encoder or player ends.
pub(super) async fn end(
    State(whip): State<Whip>,
    Id((_, name)): Id<(HearingId, String)>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let resource = owned(&whip, &name, &headers)?;
    whip.resources.remove(&name);
    // Gone already: what was asked for is so.
    let _ = resource.hearing.close_side(resource.connection, resource.side).await;
    Ok(StatusCode::OK.into_response())
}

/// Redeems the ticket and comes in without signalling.
async fn enter(whip: &Whip, hearing: HearingId, bearer: &str) -> Result<(Handle, Entry, Held), Fault> {
    let admission = whip.door.redeem(bearer).await.map_err(Fault::Unauthorized)?;
    if admission.hearing != hearing {
        return Err(Fault::Unauthorized(Refusal::BadTicket));
    }
    let link = admission.device();
    let arrival = Arrival { entrant: admission.entrant, resume: false, link, greeting: None };
    let (outlet, mut outbox) = outlet();
    let (handle, entry) = whip.registry.enter(hearing, arrival, outlet).await?;
    let held = whip.live.hold(admission.link, &handle, entry.connection);
    // Nobody listens to events here; the queue ends with the link.
    tokio::spawn(async move { while outbox.recv().await.is_some() {} });
    Ok((handle, entry, held))
}

/// The answer of a POST: 201 with the resource's place, or the refusal with nothing left behind.
async fn created(
    whip: &Whip,
    kind: &str,
    hearing: HearingId,
    resource: Resource,
    answered: Result<String, Refusal>,
    held: Held,
) -> Result<Response, Fault> {
    let (handle, connection, side) = (resource.hearing.clone(), resource.connection, resource.side);
    let etag = resource.etag.clone();
    let answer = match answered {
        Ok(answer) => answer,
        Err(refusal) => {
            let _ = handle.close_side(connection, side).await;
            return Err(refusal.into());
        }
    };
    let name = whip.resources.add(resource).map_err(|_| Problem::Internal)?;
    let resources = whip.resources.clone();
    let location = format!("/{kind}/{hearing}/{name}");
    tokio::spawn(async move {
        handle.ended(connection, side).await;
        resources.remove(&name);
        drop(held);
    });
    let headers =
        [(CONTENT_TYPE, SDP.to_owned()), (LOCATION, location), (ETAG, etag), (ACCEPT_PATCH, FRAGMENT.to_owned())];
    Ok((StatusCode::CREATED, headers, answer).into_response())
}

/// Relays, one header each URL (RFC 9725 section 4.6).
fn links(
    whip: &Whip,
    hearing: HearingId,
    entry: Entry,
    headers: &HeaderMap,
) -> AppendHeaders<Vec<(HeaderName, String)>> {
    let asked = headers.get(HOST).and_then(|value| value.to_str().ok());
    let utc_s = u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default();
    let servers = whip.issuer.servers(&relay_name(hearing, entry.seat), asked, utc_s);
    let link = |server: &IceServer, url: &str| {
        let IceServer { username, credential, .. } = server;
        let parameters = format!("username=\"{username}\"; credential=\"{credential}\"; credential-type=\"password\"");
        (LINK, format!("<{url}>; rel=\"ice-server\"; {parameters}"))
    };
    AppendHeaders(servers.iter().flat_map(|server| server.urls.iter().map(|url| link(server, url))).collect())
}

fn owned(whip: &Whip, name: &str, headers: &HeaderMap) -> Result<Resource, Fault> {
    let bearer = bearer(headers)?;
    let resource = whip.resources.find(name).ok_or(Problem::NotFound)?;
    if resource.is_owned_by(bearer) { Ok(resource) } else { Err(Fault::Unauthorized(Refusal::BadTicket)) }
}

fn bearer(headers: &HeaderMap) -> Result<&str, Fault> {
    let value = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = value.and_then(|value| value.split_once(' ')).filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    bearer.map(|(_, token)| token.trim()).ok_or(Fault::Unauthorized(Refusal::BadTicket))
}

fn content_type(headers: &HeaderMap, wanted: &'static str) -> Result<(), Fault> {
    let given = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Fault::ContentType(wanted))
}

/// Names the sections of an offer without names: the first audio that is sent is the microphone, the first video
/// camera 1. Others are not taken.
fn devices(offer: &str) -> Result<Vec<MidDevice>, Refusal> {
    let sections = sections(offer).map_err(|error| Refusal::BadSdp { detail: error.to_string() })?;
    let first = |audio: bool, device| {
        let found = sections.iter().find(|(_, is_audio, sends)| *sends && *is_audio == audio);
        found.map(|(mid, ..)| MidDevice { mid: mid.clone(), device })
    };
    let named: Vec<MidDevice> =
        first(true, DeviceKind::Microphone).into_iter().chain(first(false, DeviceKind::Camera1)).collect();
    if named.is_empty() {
        return Err(Refusal::BadSdp { detail: "nothing is sent".into() });
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_of_the_bearer_is_asked_for() {
        let mut headers = HeaderMap::new();
        let refused = bearer(&headers).unwrap_err().into_response();
        assert_eq!(refused.headers()[WWW_AUTHENTICATE], "Bearer");
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert!(bearer(&headers).is_err());
        headers.insert(AUTHORIZATION, HeaderValue::from_static("bearer abc"));
        assert_eq!(bearer(&headers).ok(), Some("abc"));
    }

    #[test]
    fn an_offer_is_application_sdp() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/SDP; charset=utf-8"));
        assert!(content_type(&headers, SDP).is_ok());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        let refused = content_type(&headers, SDP).unwrap_err().into_response();
        assert_eq!(refused.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}
