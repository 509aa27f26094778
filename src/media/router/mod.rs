//! The router of one hearing: packets, time and commands in; packets, deadlines and events out.
//!
//! Sans-IO: no socket, clock or randomness of its own. Time is microseconds of `CLOCK_MONOTONIC`, passed in. The worker
//! hands in authenticated plaintext and seals what comes out. Nothing flows but on a connected route, and a cut holds
//! from the moment [`Router::cut`] returns.

mod allocate;
mod clock;
mod cursor;
mod demand;
mod down;
pub(crate) mod feedback;
mod fewer;
mod figures;
mod flow;
mod forward;
mod gaps;
mod ingress;
mod later;
mod layer;
mod leg;
mod levels;
mod line;
mod meter;
mod outgoing;
mod pace;
mod periodic;
mod reception;
mod recorder;
mod redundancy;
mod ring;
mod routes;
mod select;
mod share;
mod sound;
mod speakers;
mod strain;
mod stretch;
#[cfg(test)]
mod tests;
mod track;
mod up;

pub use later::Known;

use crate::plane::TransportKey;
use assize_rtp::tap::TrackKey;
use std::collections::{BTreeMap, HashMap};

/// What the router has to tell its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// First media of a track since it was published.
    Flowing(TrackKey),
    /// Audible tracks, loudest first; at most five times a second and only when changed.
    Levels(Vec<TrackKey>),
    /// The legs of a *down* transport, or what [`Router::wanted`] says of it, changed.
    Legs(TransportKey),
    /// What [`Router::without_picture`] says of a *down* transport changed.
    Narrow(TransportKey),
    /// What [`Router::useful_layers`] says of a track changed.
    Layers(TrackKey),
}

/// Sections a *down* transport lacks for the routes that lead to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    pub audio: usize,
    pub video: usize,
}

/// Counters since the router was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// RTP packets handed in.
    pub packets_in: u64,
    /// RTP packets forwarded, retransmissions included; the recorder's are not counted.
    pub packets_out: u64,
    /// Packets to the recorder.
    pub recorded: u64,
    /// Video packets the recorder was too slow for.
    pub shed: u64,
    /// Retransmissions sent to subscribers.
    pub resent: u64,
    /// Packets recovered from publishers by retransmission.
    pub recovered: u64,
    /// Packets of sound that came along with later ones (RFC 2198).
    pub repaired: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Packets that were not RTP, or RTCP that was not RTCP.
    pub malformed: u64,
    /// Packets of no declared section, codec or layer.
    pub unknown: u64,
    /// Duplicates, late packets and retransmissions that answer no open gap.
    pub stray: u64,
    /// Published tracks and legs bound now.
    pub tracks: usize,
    pub legs: usize,
}

/// What tracks share: buffers, counters and things to be told.
#[derive(Debug, Default)]
struct Shared {
    pool: ring::Pool,
    copier: recorder::Copier,
    stats: Stats,
    events: Vec<Event>,
    /// Transports a leg of which has just begun: they want a sender report soon.
    fresh: Vec<TransportKey>,
    scratch: Vec<u8>,
    /// A packet of sound with those before it.
    redundant: Vec<u8>,
    numbers: Vec<u64>,
    random: u64,
    /// When the packet or the tick at hand came, microseconds.
    now_us: i64,
    /// Something has begun to wait for its line.
    pacing: bool,
    lines: line::Lines,
    asked: Vec<allocate::Asked>,
    asks: Vec<share::Ask>,
    trains: Vec<allocate::Probe>,
}

/// The finalizer of splitmix64: equal for equal, and spread evenly.
fn spread(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Shared {
    /// splitmix64.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        spread(self.random)
    }

    fn legs_changed(&mut self, t: TransportKey) {
        self.tell_once(Event::Legs(t));
    }

    fn tell_once(&mut self, event: Event) {
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }
}

/// See the module.
///
/// Legs lie flat in the track they come from: forwarding a packet is one walk over them, without a look-up a leg.
#[derive(Debug)]
pub struct Router {
    /// Places are stable; freed ones are used again.
    tracks: Vec<Option<track::Track>>,
    places: BTreeMap<TrackKey, usize>,
    ups: HashMap<TransportKey, up::Up>,
    downs: HashMap<TransportKey, down::Down>,
    due: periodic::Due,
    levels: Vec<TrackKey>,
    speakers: speakers::Speakers,
    /// Of the present window, kept for its room.
    audible: Vec<(u32, TrackKey)>,
    heard: Vec<speakers::Heard>,
    /// Pictures of a thousand that the machine can carry, and whether any pauses for that.
    carried: u16,
    strained: bool,
    weights: Vec<strain::Weight>,
    shared: Shared,
}

impl Router {
    /// `seed` gives the start of sequence numbers and timestamps; take it from the system's randomness.
    #[must_use]
    pub fn new(now_us: i64, seed: u64) -> Self {
        Self {
            tracks: Vec::new(),
            places: BTreeMap::new(),
            ups: HashMap::new(),
            downs: HashMap::new(),
            due: periodic::Due::new(now_us),
            levels: Vec::new(),
            speakers: speakers::Speakers::default(),
            audible: Vec::new(),
            heard: Vec::new(),
            carried: strain::ALL,
            strained: false,
            weights: Vec::new(),
            shared: Shared { random: seed, ..Shared::default() },
        }
    }

    /// What happened since the last call.
    pub fn events(&mut self) -> std::vec::Drain<'_, Event> {
        self.shared.events.drain(..)
    }

    /// Tracks of sound, the loudest first.
    #[cfg(test)]
    pub(crate) fn loudest(&self, n: usize) -> impl Iterator<Item = TrackKey> + '_ {
        self.speakers.loudest().take(n)
    }

    /// Whether a track is published or a route names one.
    #[cfg(test)]
    pub(crate) fn knows_tracks(&self) -> bool {
        !self.places.is_empty()
    }

    /// Packets lost on the way to subscribers and packets sent to them, by the last reports of all legs that reported
    /// within 12 s.
    #[must_use]
    pub fn loss(&self, now_us: i64) -> (f64, f64) {
        let legs = self.tracks.iter().flatten().flat_map(|track| &track.legs);
        legs.filter_map(|leg| leg.out.loss(now_us)).fold((0.0, 0.0), |sum, leg| (sum.0 + leg.0, sum.1 + leg.1))
    }

    /// The recorder has heard from a router before this one, which has not taken leave of it.
    pub fn goes_on_recording(&mut self) {
        self.tracks.iter_mut().flatten().for_each(|track| track.recorder.inherit());
    }

    #[must_use]
    pub fn stats(&self) -> Stats {
        let tracks = self.tracks.iter().flatten();
        let open_lost = tracks.clone().filter_map(|track| track.source.as_ref());
        let lost: u64 = open_lost.clone().flat_map(|source| &source.layers).map(|layer| layer.gaps.lost).sum();
        Stats {
            lost: self.shared.stats.lost + lost,
            tracks: open_lost.count(),
            legs: tracks.map(|track| track.legs.len()).sum(),
            ..self.shared.stats
        }
    }
}
