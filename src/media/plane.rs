//! What the server sees of the media plane: a handle a hearing, answered by the worker that the hearing lives on.
//!
//! The plane knows no people, roles or rules: it executes routes between tracks and transports.

use assize_rtp::tap::{TapSender, TrackKey};
use std::net::IpAddr;
use tokio::sync::mpsc::UnboundedSender;

/// A transport of one client: *up* (client publishes) or *down* (client receives). Minted by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransportKey(pub u64);

/// A hearing as the plane knows it. Minted by the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HearingKey(pub u64);

#[derive(Debug, Clone)]
pub struct Config {
    /// Address to bind, usually unspecified.
    pub bind: IpAddr,
    /// One UDP port a worker, from this one on; 0: any free port.
    pub first_port: u16,
    pub workers: usize,
    /// Addresses named in candidates, in order of preference.
    pub announce: Vec<IpAddr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaneSink {
    Transport(TransportKey),
    Recorder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaneRoute {
    pub source: TrackKey,
    pub sink: PlaneSink,
}

/// What the plane tells its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaneEvent {
    /// ICE and DTLS are done.
    Connected { hearing: HearingKey, transport: TransportKey },
    /// The transport is gone: closed by the peer, silent for 30 s, or its handling panicked.
    Gone { hearing: HearingKey, transport: TransportKey, reason: &'static str },
    /// The legs of a *down* transport changed; with `sdp`, an answer of the same number is awaited.
    Down {
        hearing: HearingKey,
        transport: TransportKey,
        offer: u32,
        sdp: Option<String>,
        legs: Vec<(String, Option<TrackKey>)>,
    },
    /// First media of a track since it was published.
    Flowing { hearing: HearingKey, track: TrackKey },
    /// Audible tracks, loudest first, at most five times a second and only when changed.
    Levels { hearing: HearingKey, tracks: Vec<TrackKey> },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("session description: {0}")]
    Sdp(String),
    #[error("no such transport")]
    NoTransport,
    #[error("the answer is for another offer")]
    StaleAnswer,
    #[error("the media worker does not answer")]
    WorkerGone,
}

/// Figures of one worker, for metrics.
#[derive(Debug, Clone, Default)]
pub struct WorkerStats {
    pub packets_in: u64,
    pub packets_out: u64,
    pub transports: u64,
    pub tracks: u64,
    pub legs: u64,
    /// Share of the last second spent working, 0 to 1.
    pub busy: f64,
    /// Datagrams refused, by reason.
    pub dropped: Vec<(&'static str, u64)>,
    /// Arrival to send: counts below 50, 100, 200, 500 us, 1, 2, 5, 10, 50 ms, and all.
    pub forward_us: [u64; 10],
}

/// The media plane: worker threads, each with its own port.
#[derive(Debug)]
pub struct Plane {}

/// One hearing's side of the plane.
#[derive(Debug, Clone)]
pub struct HearingPlane {
    pub key: HearingKey,
}

impl Plane {
    /// Binds the ports and starts the workers.
    ///
    /// # Errors
    /// A port cannot be bound.
    pub fn start(_config: &Config, _events: UnboundedSender<PlaneEvent>) -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// Places a hearing on the least busy worker.
    #[must_use]
    pub fn hearing(&self, key: HearingKey) -> HearingPlane {
        HearingPlane { key }
    }

    #[must_use]
    pub fn stats(&self) -> Vec<WorkerStats> {
        Vec::new()
    }
}

impl HearingPlane {
    /// Answers an offer of an *up* transport (WHIP's exchange); offering again on the same transport renegotiates,
    /// new credentials restart ICE. `tracks` names the track of each media section by its mid.
    pub async fn up(
        &self,
        _t: TransportKey,
        _offer: String,
        _tracks: Vec<(String, TrackKey)>,
    ) -> Result<String, MediaError> {
        Err(MediaError::WorkerGone)
    }

    /// Makes a *down* transport; its offers come as [`PlaneEvent::Down`] once routes lead to it.
    pub async fn down(&self, _t: TransportKey) -> Result<(), MediaError> {
        Err(MediaError::WorkerGone)
    }

    /// The client's answer to offer number `offer`.
    pub async fn down_answer(&self, _t: TransportKey, _offer: u32, _sdp: String) -> Result<(), MediaError> {
        Err(MediaError::WorkerGone)
    }

    /// Answers a receiving client's own offer (WHEP): a fixed set of legs, filled by the routes that lead to it.
    pub async fn slots(&self, _t: TransportKey, _offer: String) -> Result<String, MediaError> {
        Err(MediaError::WorkerGone)
    }

    /// Trickled candidates or new credentials (an SDP fragment, RFC 8840); answers with our fragment on a restart.
    pub async fn trickle(&self, _t: TransportKey, _fragment: String) -> Result<Option<String>, MediaError> {
        Err(MediaError::WorkerGone)
    }

    pub async fn close(&self, _t: TransportKey) -> Result<(), MediaError> {
        Err(MediaError::WorkerGone)
    }

    /// Takes routes away; returns when nothing flows on them any more.
    pub async fn cut(&self, _routes: Vec<PlaneRoute>) -> Result<(), MediaError> {
        Err(MediaError::WorkerGone)
    }

    /// Adds routes. A route may name a track that is not published yet.
    pub async fn connect(&self, _routes: Vec<PlaneRoute>) -> Result<(), MediaError> {
        Err(MediaError::WorkerGone)
    }

    /// Where routes to [`PlaneSink::Recorder`] lead.
    pub async fn recorder(&self, _tap: TapSender) -> Result<(), MediaError> {
        Err(MediaError::WorkerGone)
    }

    /// Asks the publisher of a track for a key frame (coalesced).
    pub fn keyframe(&self, _track: TrackKey) {}

    /// The largest tile height in pixels at which the transport shows the track; 0: hidden.
    pub fn tile(&self, _t: TransportKey, _track: TrackKey, _height: u32) {}

    /// Ends the hearing: all its transports close.
    pub async fn end(&self) -> Result<(), MediaError> {
        Err(MediaError::WorkerGone)
    }
}
