//! What some receive later than it happens: another router of the same hearing, fed from a tape of what comes in.
//!
//! Routes, and what is published, go onto the tape as well: whoever receives later receives what was routed to them when it
//! happened, and nothing else. A transport that is closed is closed at once. Nothing is on tape while nobody receives later.

use super::peers::{Out, Peers, Requests};
use crate::negotiated::Published;
use crate::plane::{PlaneRoute, PlaneSink, TransportKey};
use crate::router::{Router, Wanted};
use assize_rtp::tap::TrackKey;
use std::collections::{BTreeSet, VecDeque};

/// Bytes of packets on tape. What does not fit is not received later; eight parties of 2.5 Mb/s fill it in 100 s.
const MOST: usize = 256 << 20;

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
    pub(super) requests: Requests,
}

impl Late {
    pub(super) fn new(router: Router, delay_us: i64) -> Self {
        let requests = Requests::every(delay_us);
        Self { router, delay_us, entries: VecDeque::new(), bytes: VecDeque::new(), packet: Vec::new(), requests }
    }

    /// A packet in the clear that has just come in.
    pub(super) fn came(&mut self, arrival_us: i64, from: TransportKey, packet: &[u8], rtcp: bool) {
        let Some(len) = u16::try_from(packet.len()).ok().filter(|_| self.bytes.len() + packet.len() <= MOST) else {
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
        let what = if connect { What::Connect(route) } else { What::Cut(route) };
        self.entries.push_back(Entry { at_us: now, from: None, what });
    }

    /// Sections that a transport lacks for what leads to it and for what will in its time: they are agreed on before, so that
    /// nothing of that is lost. `live`: the router that knows now what tracks are.
    pub(super) fn wanted(&self, t: TransportKey, live: &Router) -> Wanted {
        let coming = self.entries.iter().filter_map(|entry| match entry.what {
            What::Connect(PlaneRoute { source, sink: PlaneSink::Transport(to) }) if to == t => Some(source),
            _ => None,
        });
        let coming: BTreeSet<TrackKey> = coming.filter(|track| !self.router.leads(*track, t)).collect();
        let count = |audio| coming.iter().filter(|track| live.is_audio(**track) == Some(audio)).count();
        let (now, spare) = (self.router.wanted(t), self.router.spare(t));
        Wanted {
            audio: (now.audio + count(true)).saturating_sub(spare.audio),
            video: (now.video + count(false)).saturating_sub(spare.video),
        }
    }

    /// When there is something to do next, microseconds.
    pub(super) fn deadline(&self) -> i64 {
        let next = self.entries.front().map_or(i64::MAX, |entry| entry.at_us + self.delay_us);
        next.min(self.router.deadline())
    }

    /// What is due from the tape, and the router's own timers.
    pub(super) fn tick(&mut self, now: i64, peers: &mut Peers) {
        while let Some(entry) = self.entries.pop_front_if(|entry| entry.at_us + self.delay_us <= now) {
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
