//! What some receive later than it happens: another router of the same hearing, fed from a tape of what comes in.
//!
//! Routes, and what is published, go onto the tape as well: whoever receives later receives what was routed to them when it
//! happened, and nothing else. A transport that is closed is closed at once. Nothing is on tape while nobody receives later.

use super::peers::{Out, Peers, Requests};
use super::queue::SHORT;
use crate::negotiated::Published;
use crate::plane::{PlaneRoute, PlaneSink, TransportKey};
use crate::router::{Router, Wanted};
use assize_rtp::tap::TrackKey;
use std::collections::{BTreeMap, VecDeque};

/// Bytes of packets on tape. What does not fit is not received later; eight parties of 2.5 Mb/s fill it in 50 s.
const MOST: usize = 128 << 20;
/// Of them, bytes that pictures leave to sound, whose packets are short.
const KEPT: usize = 8 << 20;
/// Entries that are played before what is live gets its turn.
const TURN: usize = 1_000;

#[derive(Debug)]
enum What {
    Rtp(u16),
    Rtcp(u16),
    Publish(Vec<Published>),
    Unpublish,
    Connect(PlaneRoute),
    Cut(PlaneRoute),
}

#[derive(Debug)]
struct Entry {
    at_us: i64,
    /// Whom it comes from; of routes nobody.
    from: Option<TransportKey>,
    what: What,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Late {
    pub(super) router: Router,
    delay_us: i64,
    entries: VecDeque<Entry>,
    bytes: VecDeque<u8>,
    packet: Vec<u8>,
    /// It was said that the tape is full.
    full: bool,
    /// Tracks that will be led to a transport in their time, each as often as that is on the tape.
    coming: BTreeMap<TransportKey, BTreeMap<TrackKey, u32>>,
    pub(super) requests: Requests,
}

impl Late {
    pub(super) fn new(router: Router, delay_us: i64) -> Self {
        let requests = Requests::every(delay_us);
        let (entries, bytes, packet, coming) = (VecDeque::new(), VecDeque::new(), Vec::new(), BTreeMap::new());
        Self { router, delay_us, entries, bytes, packet, full: false, coming, requests }
    }

    /// A packet in the clear that has just come in.
    pub(super) fn came(&mut self, arrival_us: i64, from: TransportKey, packet: &[u8], rtcp: bool) {
        let most = if packet.len() > SHORT { MOST - KEPT } else { MOST };
        let Some(len) = u16::try_from(packet.len()).ok().filter(|_| self.bytes.len() + packet.len() <= most) else {
            if !std::mem::replace(&mut self.full, true) {
                tracing::warn!("what is to be received later does not fit into memory: some of it will be missing");
            }
            return;
        };
        self.bytes.extend(packet);
        let what = if rtcp { What::Rtcp(len) } else { What::Rtp(len) };
        self.entries.push_back(Entry { at_us: arrival_us, from: Some(from), what });
    }

    pub(super) fn publish(&mut self, now: i64, from: TransportKey, sections: Vec<Published>) {
        self.entries.push_back(Entry { at_us: now, from: Some(from), what: What::Publish(sections) });
    }

    pub(super) fn unpublish(&mut self, now: i64, from: TransportKey) {
        self.entries.push_back(Entry { at_us: now, from: Some(from), what: What::Unpublish });
    }

    pub(super) fn route(&mut self, now: i64, route: PlaneRoute, connect: bool) {
        if let (true, PlaneSink::Transport(t)) = (connect, route.sink) {
            *self.coming.entry(t).or_default().entry(route.source).or_default() += 1;
        }
        let what = if connect { What::Connect(route) } else { What::Cut(route) };
        self.entries.push_back(Entry { at_us: now, from: None, what });
    }

    /// Sections that a transport lacks for what leads to it and for what will in its time: they are agreed on before, so that
    /// nothing of that is lost. `live`: the router that knows now what tracks are.
    pub(super) fn wanted(&self, t: TransportKey, live: &Router) -> Wanted {
        let coming = || self.coming.get(&t).into_iter().flat_map(BTreeMap::keys);
        let is = |track: TrackKey, audio| !self.router.leads(track, t) && live.is_audio(track) == Some(audio);
        let count = |audio| coming().filter(|track| is(**track, audio)).count();
        let (now, spare) = (self.router.wanted(t), self.router.spare(t));
        Wanted {
            audio: now.audio + count(true).saturating_sub(spare.audio),
            video: now.video + count(false).saturating_sub(spare.video),
        }
    }

    /// A transport is gone.
    pub(super) fn forget(&mut self, t: TransportKey) {
        self.coming.remove(&t);
    }

    fn has_come(&mut self, PlaneRoute { source, sink }: PlaneRoute) {
        let PlaneSink::Transport(t) = sink else { return };
        let Some(coming) = self.coming.get_mut(&t) else { return };
        if let Some(times) = coming.get_mut(&source).filter(|times| **times > 1) {
            *times -= 1;
        } else {
            coming.remove(&source);
        }
    }

    /// When there is something to do next, microseconds.
    pub(super) fn deadline(&self) -> i64 {
        let next = self.entries.front().map_or(i64::MAX, |entry| entry.at_us + self.delay_us);
        next.min(self.router.deadline())
    }

    /// What is due from the tape, and the router's own timers.
    pub(super) fn tick(&mut self, now: i64, peers: &mut Peers) {
        for _ in 0..TURN {
            let Some(entry) = self.entries.pop_front_if(|entry| entry.at_us + self.delay_us <= now) else { break };
            self.play(now, entry, peers);
        }
        if self.router.deadline() <= now {
            let mut out = Out { requests: Some(&mut self.requests), ..Out::silent(peers) };
            self.router.tick(now, &mut out);
        }
    }

    fn play(&mut self, now: i64, Entry { at_us, from, what }: Entry, peers: &mut Peers) {
        let is_here = |route: &PlaneRoute| matches!(route.sink, PlaneSink::Transport(t) if peers.at(t).is_some());
        let known = !matches!(&what, What::Connect(route) if !is_here(route));
        let arrival_us = at_us + self.delay_us;
        if let What::Connect(route) = what {
            self.has_come(route);
        }
        if let What::Rtp(len) | What::Rtcp(len) = what {
            self.packet.clear();
            self.packet.extend(self.bytes.drain(..usize::from(len)));
        }
        let Self { router, packet, requests, .. } = self;
        let out = &mut Out { requests: Some(requests), ..Out::silent(peers) };
        match (what, from) {
            (What::Rtp(_), Some(from)) => router.rtp(now, from, packet, arrival_us, out),
            (What::Rtcp(_), Some(from)) => router.rtcp(now, from, packet, arrival_us, out),
            (What::Publish(sections), Some(from)) => router.publish(now, from, &sections, out),
            (What::Unpublish, Some(from)) => router.unpublish(now, from, out),
            // Who has gone meanwhile gets nothing.
            (What::Connect(route), _) if known => router.connect(now, route, out),
            (What::Cut(route), _) => router.cut(now, route, out),
            _ => {}
        }
    }
}
