//! What the server sees of the media plane: a handle a hearing, answered by the worker that the hearing lives on.
//!
//! The plane knows no people, roles or rules: it executes routes between tracks and transports.

use crate::dtls::Identity;
use crate::worker::{Command, Reply, Worker};
use assize_rtp::tap::{TapSender, TrackKey};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

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
    /// One port a worker, from this one on; 0: any free port.
    pub first_port: u16,
    /// Take connections over TCP on the same ports too (RFC 6544), for clients that UDP does not reach.
    pub tcp: bool,
    /// Take AES-CM with an 80-bit tag too, for endpoints that do not have AES-GCM.
    pub srtp_aes_cm: bool,
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

/// What came of the packets on the line of a transport of late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineFigures {
    pub transport: TransportKey,
    /// Packets.
    pub lost: u64,
    pub sent: u64,
    /// There and back, microseconds; of a *down* transport.
    pub trip_us: Option<i64>,
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
    /// The tracks whose picture the line of a *down* transport has no room for now: all there are.
    Narrow { hearing: HearingKey, transport: TransportKey, tracks: Vec<TrackKey> },
    /// The layers of a track, by their names, that are of use to anybody: its publisher may rest the others.
    Layers { hearing: HearingKey, transport: TransportKey, track: TrackKey, rids: Vec<String> },
    /// First media of a track since it was published.
    Flowing { hearing: HearingKey, track: TrackKey },
    /// Audible tracks, loudest first, at most five times a second and only when changed.
    Levels { hearing: HearingKey, tracks: Vec<TrackKey> },
    /// How the lines are, every two seconds: those of which anything is known.
    Lines { hearing: HearingKey, lines: Vec<LineFigures> },
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
    /// Packets lost on the way to subscribers and packets sent to them, in the interval that each leg reported last.
    pub leg_loss: (f64, f64),
    /// Share of the last second spent working, 0 to 1.
    pub busy: f64,
    /// Share of the pictures that pause because the worker is behind, 0 to 1.
    pub paused: f64,
    /// Datagrams refused, by reason.
    pub dropped: Vec<(&'static str, u64)>,
    /// Arrival to send: counts below 50, 100, 200, 500 us, 1, 2, 5, 10, 50 ms, and all.
    pub forward_us: [u64; 10],
    /// Of all together, microseconds.
    pub forward_total_us: u64,
}

/// Which worker each hearing lives on.
type Places = Arc<Mutex<HashMap<HearingKey, Arc<Worker>>>>;

/// The media plane: worker threads, each with its own port. They end when it is dropped.
#[derive(Debug)]
pub struct Plane {
    workers: Vec<Arc<Worker>>,
    places: Places,
}

/// The worker's answer to a command. The command has been given already: dropping this changes nothing.
#[derive(Debug)]
pub struct Answer<T>(oneshot::Receiver<Result<T, MediaError>>);

impl<T> Future for Answer<T> {
    type Output = Result<T, MediaError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| answer.unwrap_or(Err(MediaError::WorkerGone)))
    }
}

/// One hearing's side of the plane. Commands take effect in the order they are given, awaited or not.
#[derive(Debug, Clone)]
pub struct HearingPlane {
    pub key: HearingKey,
    pub(crate) worker: Arc<Worker>,
    places: Places,
}

impl Plane {
    /// Binds the ports and starts the workers.
    ///
    /// # Errors
    /// A port cannot be bound.
    pub fn start(config: &Config, events: UnboundedSender<PlaneEvent>) -> io::Result<Self> {
        let identity = Identity::generate(Instant::now()).map_err(io::Error::other)?;
        let identity = Arc::new(if config.srtp_aes_cm { identity } else { identity.without_aes_cm() });
        let mut announce = config.announce.clone();
        if announce.is_empty() {
            let fallback = if config.bind.is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { config.bind };
            announce.push(fallback);
        }
        let mut workers = Vec::with_capacity(config.workers.max(1));
        for n in 0..config.workers.max(1) {
            let port = match (config.first_port, u16::try_from(n)) {
                (0, _) => 0,
                (first, Ok(n)) => first.checked_add(n).ok_or_else(|| io::Error::other("no such port"))?,
                (_, Err(_)) => return Err(io::Error::other("too many workers")),
            };
            let addr = SocketAddr::new(config.bind, port);
            let worker = Worker::start(addr, config.tcp, &announce, Arc::clone(&identity), events.clone());
            let worker = worker.map_err(|e| io::Error::new(e.kind(), format!("media port {addr}: {e}")))?;
            workers.push(Arc::new(worker));
        }
        Ok(Self { workers, places: Places::default() })
    }

    /// Places a hearing on the least busy worker; one that is placed already stays where it is.
    #[must_use]
    pub fn hearing(&self, key: HearingKey) -> HearingPlane {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let worker = places.entry(key).or_insert_with(|| {
            // There is at least one: `start` makes it.
            let least = (0..self.workers.len()).min_by_key(|n| self.workers[*n].shared.load()).unwrap_or_default();
            self.workers[least].shared.hearings.fetch_add(1, Ordering::Relaxed);
            Arc::clone(&self.workers[least])
        });
        HearingPlane { key, worker: Arc::clone(worker), places: Arc::clone(&self.places) }
    }

    /// UDP addresses of all workers, as answers name them.
    #[must_use]
    pub fn candidates(&self) -> Vec<SocketAddr> {
        self.workers.iter().flat_map(|worker| worker.candidates.iter().copied()).collect()
    }

    /// Figures of each worker, at most a second old.
    #[must_use]
    pub fn stats(&self) -> Vec<WorkerStats> {
        self.workers.iter().map(|worker| worker.shared.stats()).collect()
    }
}

impl Drop for Plane {
    fn drop(&mut self) {
        for worker in &self.workers {
            worker.stop();
        }
    }
}

fn microseconds(delay: Duration) -> i64 {
    i64::try_from(delay.as_micros()).unwrap_or(i64::MAX / 2)
}

impl HearingPlane {
    fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Answer<T> {
        let (reply, answer) = oneshot::channel();
        self.worker.send(self.key, command(reply));
        Answer(answer)
    }

    /// Answers an offer of an *up* transport (WHIP's exchange); offering again on the same transport renegotiates,
    /// new credentials restart ICE. `tracks` names the track of each media section by its mid.
    ///
    /// # Errors
    /// The offer is unusable, or the worker is gone.
    pub fn up(&self, t: TransportKey, offer: String, tracks: Vec<(String, TrackKey)>) -> Answer<String> {
        self.ask(|reply| Command::Up { t, offer, tracks, reply })
    }

    /// Makes a *down* transport; its offers come as [`PlaneEvent::Down`] once routes lead to it. What it receives it receives
    /// later by `delay`, to the microsecond; routes lead to it, and are cut, later by as much. The first delay of a hearing
    /// that is not zero is that of all of them, as long as there is one such transport.
    ///
    /// # Errors
    /// The worker is gone.
    pub fn down(&self, t: TransportKey, delay: Duration) -> Answer<()> {
        self.ask(|reply| Command::Down { t, delay_us: microseconds(delay), reply })
    }

    /// The client's answer to offer number `offer`.
    ///
    /// # Errors
    /// The answer is unusable or for another offer, there is no such transport, or the worker is gone.
    pub fn down_answer(&self, t: TransportKey, offer: u32, sdp: String) -> Answer<()> {
        self.ask(|reply| Command::DownAnswer { t, offer, sdp, reply })
    }

    /// Restarts ICE on a *down* transport: the next [`PlaneEvent::Down`] has new credentials, and what flows goes on where
    /// it did until the client nominates with them. Nothing happens before the first offer.
    ///
    /// # Errors
    /// There is no such *down* transport, or the worker is gone.
    pub fn restart(&self, t: TransportKey) -> Answer<()> {
        self.ask(|reply| Command::Restart { t, reply })
    }

    /// Answers a receiving client's own offer (WHEP): a fixed set of legs, filled by the routes that lead to it; `delay` as
    /// of [`HearingPlane::down`].
    ///
    /// # Errors
    /// The offer is unusable, or the worker is gone.
    pub fn slots(&self, t: TransportKey, offer: String, delay: Duration) -> Answer<String> {
        self.ask(|reply| Command::Slots { t, offer, delay_us: microseconds(delay), reply })
    }

    /// Trickled candidates or new credentials (an SDP fragment, RFC 8840); answers with our fragment on a restart.
    ///
    /// # Errors
    /// The fragment is unusable, there is no such transport, or the worker is gone.
    pub fn trickle(&self, t: TransportKey, fragment: String) -> Answer<Option<String>> {
        self.ask(|reply| Command::Trickle { t, fragment, reply })
    }

    /// Ends a transport. No [`PlaneEvent::Gone`] follows.
    ///
    /// # Errors
    /// There is no such transport, or the worker is gone.
    pub fn close(&self, t: TransportKey) -> Answer<()> {
        self.ask(|reply| Command::Close { t, reply })
    }

    /// Takes routes away; returns when nothing flows on them any more.
    ///
    /// # Errors
    /// The worker is gone.
    pub fn cut(&self, routes: Vec<PlaneRoute>) -> Answer<()> {
        self.ask(|reply| Command::Cut { routes, reply })
    }

    /// Adds routes. A route may name a track that is not published yet.
    ///
    /// # Errors
    /// The worker is gone.
    pub fn connect(&self, routes: Vec<PlaneRoute>) -> Answer<()> {
        self.ask(|reply| Command::Connect { routes, reply })
    }

    /// Where routes to [`PlaneSink::Recorder`] lead.
    ///
    /// # Errors
    /// The worker is gone.
    pub fn recorder(&self, tap: TapSender) -> Answer<()> {
        self.ask(|reply| Command::Recorder { tap, reply })
    }

    /// Asks the publisher of a track for a key frame (coalesced).
    pub fn keyframe(&self, track: TrackKey) {
        self.worker.send(self.key, Command::Keyframe { track });
    }

    /// The largest tile height in pixels at which the transport shows the track; 0: hidden.
    pub fn tile(&self, t: TransportKey, track: TrackKey, height: u32) {
        self.worker.send(self.key, Command::Tile { t, track, height });
    }

    /// Ends the hearing: all its transports close.
    ///
    /// # Errors
    /// The worker is gone.
    pub fn end(&self) -> Answer<()> {
        let place = self.places.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
        if place.is_some() {
            self.worker.shared.hearings.fetch_sub(1, Ordering::Relaxed);
        }
        self.ask(|reply| Command::End { reply })
    }
}
