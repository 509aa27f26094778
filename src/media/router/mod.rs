//! The router of one hearing: packets, time and commands in; packets, deadlines and events out.
//!
//! Sans-IO: no socket, clock or randomness of its own. Time is microseconds of `CLOCK_MONOTONIC`, passed in. The worker
//! hands in authenticated plaintext and seals what comes out. Nothing flows but on a connected route, and a cut holds
//! from the moment [`Router::cut`] returns.

use crate::negotiated::{Published, Subscribed};
use crate::outbox::Outbox;
use crate::plane::{PlaneRoute, TransportKey};
use assize_rtp::tap::TrackKey;

/// What the router has to tell its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// First media of a track since it was published.
    Flowing(TrackKey),
    /// Audible tracks, loudest first; at most five times a second and only when changed.
    Levels(Vec<TrackKey>),
    /// The legs of a *down* transport, or what [`Router::wanted`] says of it, changed.
    Legs(TransportKey),
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

/// See the module.
#[derive(Debug)]
pub struct Router {
    events: Vec<Event>,
}

impl Router {
    /// `seed` gives the start of sequence numbers and timestamps; take it from the system's randomness.
    #[must_use]
    pub fn new(_now_us: i64, _seed: u64) -> Self {
        Self { events: Vec::new() }
    }

    /// What an *up* transport publishes now: the whole of it, so that renegotiating replaces. A track that another
    /// transport published moves here.
    pub fn publish(&mut self, _now_us: i64, _t: TransportKey, _sections: &[Published], _out: &mut impl Outbox) {}

    /// The *up* transport is gone. Its tracks end; routes of them stay and flow again once they are published again.
    pub fn unpublish(&mut self, _now_us: i64, _t: TransportKey, _out: &mut impl Outbox) {}

    /// The sections of a *down* transport: all of them, in order. To be called when they are offered (payloads empty)
    /// and again when they are answered; a section that is gone frees its leg. A section keeps its SSRCs for life.
    pub fn subscribe(&mut self, _now_us: i64, _t: TransportKey, _sections: &[Subscribed]) {}

    /// The *down* transport is gone. Routes to it stay until they are cut.
    pub fn unsubscribe(&mut self, _t: TransportKey) {}

    /// Adds a route. Source and sink may come later.
    pub fn connect(&mut self, _now_us: i64, _route: PlaneRoute, _out: &mut impl Outbox) {}

    /// Takes a route away. Nothing flows on it from now on; the recorder is told in the queue.
    pub fn cut(&mut self, _now_us: i64, _route: PlaneRoute, _out: &mut impl Outbox) {}

    /// How many sections a *down* transport lacks: the control plane then offers more.
    #[must_use]
    pub fn wanted(&self, _t: TransportKey) -> Wanted {
        Wanted::default()
    }

    /// What the sections of a *down* transport carry, in order.
    #[must_use]
    pub fn legs(&self, _t: TransportKey) -> Vec<(String, Option<TrackKey>)> {
        Vec::new()
    }

    /// One authenticated RTP packet in the clear, header first. `arrival_us` is the kernel's receive time.
    pub fn rtp(&mut self, _now_us: i64, _t: TransportKey, _packet: &[u8], _arrival_us: i64, _out: &mut impl Outbox) {}

    /// One authenticated RTCP compound in the clear, from a publisher or a subscriber.
    pub fn rtcp(&mut self, _now_us: i64, _t: TransportKey, _compound: &[u8], _arrival_us: i64, _out: &mut impl Outbox) {
    }

    /// Does what is due and says when to call again at the latest.
    pub fn tick(&mut self, now_us: i64, _out: &mut impl Outbox) -> i64 {
        now_us.saturating_add(1_000_000)
    }

    /// When [`Router::tick`] is due; may come nearer with each packet.
    #[must_use]
    pub fn deadline(&self) -> i64 {
        i64::MAX
    }

    /// Asks the publisher of a track for a key frame: at most one request per 300 ms and layer goes out.
    pub fn keyframe(&mut self, _now_us: i64, _track: TrackKey, _out: &mut impl Outbox) {}

    /// The largest tile height in pixels at which the transport shows the track; 0: hidden, nothing is sent.
    pub fn tile(&mut self, _now_us: i64, _t: TransportKey, _track: TrackKey, _height: u32) {}

    /// What happened since the last call.
    pub fn events(&mut self) -> std::vec::Drain<'_, Event> {
        self.events.drain(..)
    }

    #[must_use]
    pub fn stats(&self) -> Stats {
        Stats::default()
    }
}
