//! A worker's loop: receive, forward, send; between batches commands and timers.

use super::late::Late;
use super::life::Estate;
use super::notebook::Told;
use super::peers::{Kind, Out, Peers};
use super::stats::{Busy, Times};
use super::strain::{self, Strain};
use super::sys::{Inbox, Outgoing, now_us};
use super::tcp::{self, Tcp};
use super::{Command, Order};
use crate::ice::{Credentials, local_ufrag};
use crate::plane::{HearingKey, PlaneEvent, PlaneRoute, TransportKey};
use crate::remote::Remote;
use crate::router::{Router, Wanted};
use crate::transport::{Class, Dropped, Received, State, class};
use assize_rtp::tap::TapSender;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// Batches received, and microseconds spent on them, before commands and timers get their turn.
const BATCHES: usize = 8;
const TURN_US: i64 = 2_000;
pub(super) const SECOND_US: i64 = 1_000_000;

/// One hearing on this worker.
#[derive(Debug)]
pub(super) struct Hearing {
    pub(super) router: Router,
    pub(super) tap: Option<TapSender>,
    /// While somebody receives later than it happens.
    pub(super) late: Option<Late>,
}

impl Hearing {
    pub(super) fn routers(&self) -> impl Iterator<Item = &Router> {
        std::iter::once(&self.router).chain(self.late.as_ref().map(|late| &late.router))
    }

    pub(super) fn router_of(&self, late: bool) -> &Router {
        self.late.as_ref().filter(|_| late).map_or(&self.router, |late| &late.router)
    }

    /// Sections that a receiving transport lacks.
    pub(super) fn wanted(&self, t: TransportKey, late: bool) -> Wanted {
        self.late.as_ref().filter(|_| late).map_or_else(|| self.router.wanted(t), |late| late.wanted(t, &self.router))
    }

    /// When there is something to do next, microseconds.
    pub(super) fn deadline(&self) -> i64 {
        self.late.as_ref().map_or(i64::MAX, Late::deadline).min(self.router.deadline())
    }
}

/// What the thread owns.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) estate: Estate,
    /// `None`: UDP only.
    pub(super) tcp: Option<Tcp>,
    pub(super) peers: Peers,
    pub(super) hearings: HashMap<HearingKey, Hearing>,
    pub(super) gso: bool,
    pub(super) packets_in: u64,
    /// RTP packets of hearings that are over.
    pub(super) times: Times,
    pub(super) busy: Busy,
    pub(super) strain: Strain,
    pub(super) transports_at: i64,
    pub(super) stats_at: i64,
    /// Whose lines are told next: see `tell_lines`.
    pub(super) lines_turn: bool,
    /// When to look whether offers are due, if any may be.
    pub(super) offers_due: Option<i64>,
    /// The thread ends by a panic.
    #[cfg(test)]
    pub(super) dies: bool,
}

impl Inner {
    pub(super) fn new(now: i64, estate: Estate) -> Self {
        // Counters go on where a predecessor's were.
        let former = estate.shared.stats();
        let tcp = estate.listener.as_ref().and_then(|listener| match Tcp::new(Arc::clone(listener)) {
            Ok(tcp) => Some(tcp),
            Err(error) => {
                tracing::error!(%error, "media over TCP cannot be served");
                None
            }
        });
        Self {
            estate,
            tcp,
            peers: Peers::after(former.packets_out),
            hearings: HashMap::new(),
            gso: true,
            packets_in: former.packets_in,
            times: Times::default(),
            busy: Busy::new(now),
            strain: Strain::new(),
            transports_at: now,
            // A share of less than a second says nothing.
            stats_at: now + SECOND_US,
            lines_turn: false,
            offers_due: None,
            #[cfg(test)]
            dies: false,
        }
    }

    /// Until told to stop. A panic that no guard further in has caught ends everything that lives here, but not the
    /// worker: clients come back.
    pub(super) fn run(mut self, orders: &Receiver<Order>) {
        let mut inbox = Inbox::new();
        let mut room = tcp::room();
        self.busy = Busy::new(now_us());
        if !self.estate.notebook.hearings().is_empty() {
            self.reset();
        }
        loop {
            #[cfg(test)]
            assert!(!self.dies, "as the test wants it");
            match catch_unwind(AssertUnwindSafe(|| self.turn(orders, &mut inbox, &mut room))) {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => self.reset(),
            }
        }
    }

    /// Commands, timers, and what there is to receive; `false`: stop.
    fn turn(&mut self, orders: &Receiver<Order>, inbox: &mut Inbox, room: &mut [u8]) -> bool {
        if !self.obey(orders) {
            return false;
        }
        self.timers(now_us());
        self.flush();
        let next = self.next_due();
        let tcp = self.tcp.as_ref().map(Tcp::fd);
        let (udp, tcp) = self.estate.socket.wait(&self.estate.wake, tcp, next.saturating_sub(now_us()));
        if udp {
            self.receive(inbox);
        }
        if tcp {
            self.connections(room);
        }
        true
    }

    fn receive(&mut self, inbox: &mut Inbox) {
        let begun = now_us();
        for _ in 0..BATCHES {
            let received = inbox.receive(&self.estate.socket);
            let now = now_us();
            for n in 0..received {
                self.message(now, inbox, n);
            }
            self.flush();
            self.keep_up(now, inbox.last_of_full().map(|last| last.arrival_us));
            if received == 0 || now - begun > TURN_US {
                break;
            }
        }
    }

    /// The last datagram of a batch came then, and more may wait behind it; `None`: nothing does, however late the batch was
    /// read. While it is behind, the worker carries fewer pictures.
    fn keep_up(&mut self, now: i64, arrival: Option<i64>) {
        let before = self.strain.carried();
        let Some(carried) = self.strain.look(now, arrival.map_or(0, |arrival| now - arrival)) else { return };
        if before == strain::ALL {
            tracing::warn!("a media worker is behind: pictures pause until it is not");
        } else if carried == strain::ALL {
            tracing::info!("a media worker carries all pictures again");
        }
        for hearing in self.hearings.values_mut() {
            hearing.router.carry(now, carried);
            if let Some(late) = &mut hearing.late {
                late.router.carry(now, carried);
            }
        }
    }

    /// Everything that lives here, or lived with a predecessor, begins anew.
    fn reset(&mut self) {
        tracing::error!("a media worker panicked and begins anew");
        self.peers.drops.count(Dropped::Panic);
        for key in self.estate.notebook.hearings() {
            self.fail_hearing(key);
        }
        self.peers.dirty.clear();
    }

    /// Does what the hearings' owners want; `false`: stop.
    fn obey(&mut self, orders: &Receiver<Order>) -> bool {
        while let Ok(order) = orders.try_recv() {
            let Order::Hearing(key, command) = order else {
                self.farewell();
                return false;
            };
            self.guarded(key, command);
            self.flush();
        }
        true
    }

    /// A command whose handling panics is dropped, and its reply with it: the server hears that the media plane failed.
    fn guarded(&mut self, key: HearingKey, command: Command) {
        if catch_unwind(AssertUnwindSafe(|| self.command(now_us(), key, command))).is_err() {
            self.peers.drops.count(Dropped::Panic);
            tracing::error!(hearing = key.0, "a media command panicked");
        }
    }

    fn farewell(&mut self) {
        for at in self.peers.positions(None) {
            if let Some(peer) = self.peers.get(at) {
                peer.transport.close(now_us());
            }
            self.transmit(at);
        }
    }

    fn message(&mut self, now: i64, inbox: &mut Inbox, n: usize) {
        let Some(message) = inbox.message(n) else { return };
        let (from, arrival) = (Remote::Udp(message.from), message.arrival_us);
        for datagram in message.bytes.chunks_mut(message.segment) {
            let to = match class(datagram) {
                Class::Stun => local_ufrag(datagram).and_then(|ufrag| self.peers.by_ufrag(ufrag)),
                _ => self.peers.by_addr(from.addr()),
            };
            let Some(at) = to else {
                self.peers.drops.count(Dropped::Unknown);
                continue;
            };
            self.for_peer(now, at, |inner| inner.datagram(now, at, from, arrival, datagram));
        }
    }

    /// The peer's boundary: a panic costs the peer that it was caused by, and nobody else.
    pub(super) fn for_peer(&mut self, now: i64, at: usize, work: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_err() {
            if let Some(peer) = self.peers.get(at) {
                peer.transport.count(Dropped::Panic);
                tracing::error!(transport = peer.key.0, "handling a peer panicked");
            }
            self.lose(now, at, "its handling failed");
        }
    }

    pub(super) fn datagram(&mut self, now: i64, at: usize, from: Remote, arrival: i64, datagram: &mut [u8]) {
        let Some(peer) = self.peers.get(at) else { return };
        #[cfg(test)]
        assert!(!peer.trap, "as the test wants it");
        let kind = class(datagram);
        let received = peer.transport.datagram(now, from, datagram);
        let (key, hearing) = (peer.key, peer.hearing);
        let (is_late, publishes) = (peer.late, matches!(peer.kind, Kind::Up(_)));
        if let Some(mapped) = peer.transport.take_mapped() {
            self.peers.map_addr(at, mapped);
            self.map_connection(at, mapped);
        }
        match received {
            Received::Nothing if matches!(kind, Class::Stun | Class::Dtls) => self.after_control(now, at),
            Received::Nothing => {}
            Received::Rtp(len) => {
                self.packets_in += 1;
                let Some(Hearing { router, tap, late }) = self.hearings.get_mut(&hearing) else { return };
                let mut out = Out { tap: tap.as_ref(), arrival_us: Some(arrival), ..Out::silent(&mut self.peers) };
                router.rtp(now, key, &datagram[..len], arrival, &mut out);
                if let Some(late) = late.as_mut().filter(|_| publishes) {
                    late.came(arrival, key, &datagram[..len], false);
                }
            }
            Received::Rtcp(len) => {
                let packet = &datagram[..len];
                if is_late {
                    return self.with_router_of(at, |router, out| router.rtcp(now, key, packet, arrival, out));
                }
                let Some(Hearing { router, tap, late }) = self.hearings.get_mut(&hearing) else { return };
                let mut out = Out { tap: tap.as_ref(), ..Out::silent(&mut self.peers) };
                router.rtcp(now, key, packet, arrival, &mut out);
                if let Some(late) = late.as_mut().filter(|_| publishes) {
                    late.came(arrival, key, packet, true);
                }
            }
        }
    }

    /// After STUN, DTLS, or a timer of theirs.
    pub(super) fn after_control(&mut self, now: i64, at: usize) {
        self.transmit(at);
        let Some(peer) = self.peers.get(at) else { return };
        match peer.transport.state() {
            State::Connecting => {}
            State::Connected if peer.connected => {}
            State::Connected => {
                peer.connected = true;
                let _ = self.estate.events.send(PlaneEvent::Connected { hearing: peer.hearing, transport: peer.key });
                // Only now can a leg begin: a key frame that came before the keys would be lost.
                self.subscribe(now, at);
            }
            State::Gone(reason) => self.lose(now, at, reason),
        }
    }

    /// Sends what ICE and DTLS have to say.
    pub(super) fn transmit(&mut self, at: usize) {
        let Some(peer) = self.peers.get(at) else { return };
        while let Some((to, bytes)) = peer.transport.poll_transmit() {
            let sent = match to {
                Remote::Udp(to) => self.estate.socket.send(&[Outgoing { to, bytes: &bytes, segment: 0 }]).is_ok(),
                Remote::Tcp(_, id) => self.tcp.as_mut().is_some_and(|tcp| tcp.send(now_us(), id, &bytes)),
            };
            if !sent {
                peer.transport.count(Dropped::Send);
            }
        }
    }

    /// A transport that ended by itself.
    pub(super) fn lose(&mut self, now: i64, at: usize, reason: &'static str) {
        if let Some(peer) = self.remove(now, at) {
            let _ = self.estate.events.send(PlaneEvent::Gone { hearing: peer.hearing, transport: peer.key, reason });
        }
    }

    pub(super) fn remove(&mut self, now: i64, at: usize) -> Option<super::peers::Peer> {
        let peer = self.peers.remove(at)?;
        if let Some(tcp) = &mut self.tcp {
            tcp.close_all(at);
        }
        let routes = self.estate.notebook.gone(peer.hearing, peer.key);
        if let Some(hearing) = self.hearings.get_mut(&peer.hearing) {
            let of_late = hearing.late.as_mut().filter(|_| peer.late);
            let (router, requests) = match of_late {
                Some(late) => {
                    late.forget(peer.key);
                    (&mut late.router, Some(&mut late.requests))
                }
                None => (&mut hearing.router, None),
            };
            let mut out = Out { tap: hearing.tap.as_ref(), requests, ..Out::silent(&mut self.peers) };
            match peer.kind {
                Kind::Up(_) => {
                    router.unpublish(now, peer.key, &mut out);
                    if let Some(late) = &mut hearing.late {
                        late.unpublish(now, peer.key);
                    }
                }
                Kind::Down(_) | Kind::Slots(_) => {
                    router.unsubscribe(peer.key);
                    routes.into_iter().for_each(|route| router.cut(now, route, &mut out));
                }
            }
            self.forget_late(peer.hearing);
        }
        Some(peer)
    }

    /// Without anybody who receives later there is nothing to keep.
    fn forget_late(&mut self, key: HearingKey) {
        if self.hearings.get(&key).is_none_or(|hearing| hearing.late.is_none()) {
            return;
        }
        let others = self.peers.positions(Some(key));
        if !others.into_iter().filter_map(|at| self.peers.peek(at)).any(|peer| peer.late)
            && let Some(hearing) = self.hearings.get_mut(&key)
        {
            hearing.late = None;
        }
    }

    /// A hearing whose router cannot be trusted any more: it gets a new one with the same routes, and its clients have
    /// to come back.
    pub(super) fn fail_hearing(&mut self, key: HearingKey) {
        const REASON: &str = "the hearing's media failed";
        let now = now_us();
        self.hearings.remove(&key);
        for at in self.peers.positions(Some(key)) {
            self.lose(now, at, REASON);
        }
        // Those of a predecessor.
        for transport in self.estate.notebook.told(key).transports {
            self.estate.notebook.gone(key, transport);
            let _ = self.estate.events.send(PlaneEvent::Gone { hearing: key, transport, reason: REASON });
        }
        let Told { routes, tap, .. } = self.estate.notebook.told(key);
        self.hearing(now, key).tap = tap;
        let routes: Vec<PlaneRoute> = routes.into_iter().collect();
        self.routes(now, key, &routes, true);
        self.with_router(key, |router, _| router.goes_on_recording());
    }

    /// New ICE credentials.
    pub(super) fn credentials() -> Option<Credentials> {
        let mut random = [0; 24];
        getrandom::fill(&mut random).ok()?;
        Some(Credentials::from_random(&random))
    }
}
