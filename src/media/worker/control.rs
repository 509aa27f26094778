//! Commands of the hearings' owners: descriptions, routes, ends.

use super::Command;
use super::late::Late;
use super::peers::{Kind, Out, Peer};
use super::queue::Queue;
use super::run::{Hearing, Inner};
use crate::dtls::Fingerprint;
use crate::plane::{HearingKey, MediaError, PlaneRoute, PlaneSink, TransportKey};
use crate::router::Router;
use crate::sdp::{self, Description, Fragment, Local, SdpError};
use crate::transport::Transport;
use assize_rtp::tap::TrackKey;

impl From<SdpError> for MediaError {
    fn from(error: SdpError) -> Self {
        Self::Sdp(error.to_string())
    }
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without randomness there are no credentials either, and nothing comes this far.
    let _ = getrandom::fill(&mut bytes);
    u64::from_ne_bytes(bytes)
}

pub(super) fn mint_ssrc() -> u32 {
    loop {
        let [a, b, c, d, ..] = random().to_ne_bytes();
        let ssrc = u32::from_ne_bytes([a, b, c, d]);
        if ssrc != 0 {
            return ssrc;
        }
    }
}

impl Inner {
    pub(super) fn command(&mut self, now: i64, key: HearingKey, command: Command) {
        match command {
            Command::Up { t, offer, tracks, reply } => {
                let _ = reply.send(self.up(now, key, t, &offer, &tracks));
            }
            Command::Down { t, delay_us, reply } => {
                let _ = reply.send(self.down(now, key, t, delay_us));
            }
            Command::DownAnswer { t, offer, sdp, reply } => {
                let _ = reply.send(self.down_answer(now, key, t, offer, &sdp));
            }
            Command::Restart { t, reply } => {
                let _ = reply.send(self.restart_down(now, key, t));
            }
            Command::Slots { t, offer, delay_us, reply } => {
                let _ = reply.send(self.slots(now, key, t, &offer, delay_us));
            }
            Command::Trickle { t, fragment, reply } => {
                let _ = reply.send(self.trickle(now, key, t, &fragment));
            }
            Command::Close { t, reply } => {
                let _ = reply.send(self.find(key, t).map(|at| self.close(now, at)));
            }
            Command::Cut { routes, reply } => {
                self.routes(now, key, &routes, false);
                let _ = reply.send(Ok(()));
            }
            Command::Connect { routes, reply } => {
                self.routes(now, key, &routes, true);
                let _ = reply.send(Ok(()));
            }
            Command::Recorder { tap, reply } => {
                self.estate.notebook.recorded(key, tap.clone());
                self.hearing(now, key).tap = Some(tap);
                let _ = reply.send(Ok(()));
            }
            Command::Keyframe { track } => {
                self.with_router(key, |router, out| router.keyframe(now, track, out));
            }
            Command::Tile { t, track, height } => {
                if let Ok(at) = self.find(key, t) {
                    self.with_router_of(at, |router, out| router.tile(now, t, track, height, out));
                }
            }
            #[cfg(test)]
            Command::Trap { t } => {
                if let Some(peer) = self.find(key, t).ok().and_then(|at| self.peers.get(at)) {
                    peer.trap = true;
                }
            }
            #[cfg(test)]
            Command::Die => self.dies = true,
            Command::End { reply } => {
                for at in self.peers.positions(Some(key)) {
                    self.close(now, at);
                }
                self.hearings.remove(&key);
                self.estate.notebook.ended(key);
                let _ = reply.send(Ok(()));
            }
        }
    }

    pub(super) fn hearing(&mut self, now: i64, key: HearingKey) -> &mut Hearing {
        let carried = self.strain.carried();
        self.hearings.entry(key).or_insert_with(|| {
            let mut router = Router::new(now, random());
            router.carry(now, carried);
            Hearing { router, tap: None, late: None }
        })
    }

    pub(super) fn with_router(&mut self, key: HearingKey, work: impl FnOnce(&mut Router, &mut Out<'_>)) {
        if let Some(Hearing { router, tap, .. }) = self.hearings.get_mut(&key) {
            work(router, &mut Out { tap: tap.as_ref(), ..Out::silent(&mut self.peers) });
        }
    }

    /// The router that a receiving transport receives from.
    pub(super) fn with_router_of(&mut self, at: usize, work: impl FnOnce(&mut Router, &mut Out<'_>)) {
        let Some((key, late)) = self.peers.peek(at).map(|peer| (peer.hearing, peer.late)) else { return };
        if !late {
            return self.with_router(key, work);
        }
        if let Some(Late { router, requests, .. }) = self.hearings.get_mut(&key).and_then(|of| of.late.as_mut()) {
            work(router, &mut Out { requests: Some(requests), ..Out::silent(&mut self.peers) });
        }
    }

    /// Has a transport that was just made receive later by so much; 0: at once. One delay a hearing, the first that is said.
    pub(super) fn delay(&mut self, now: i64, key: HearingKey, t: TransportKey, delay_us: i64) {
        let Some(at) = self.peers.at(t).filter(|_| delay_us > 0) else { return };
        if let Some(peer) = self.peers.get(at) {
            peer.late = true;
        }
        let carried = self.strain.carried();
        let of_hearing = self.peers.positions(Some(key));
        let Some(hearing) = self.hearings.get_mut(&key).filter(|hearing| hearing.late.is_none()) else { return };
        let mut late = Late::new(Router::new(now, random()), delay_us);
        late.router.carry(now, carried);
        let peers = of_hearing.into_iter().filter_map(|at| self.peers.peek(at));
        let published = peers.filter_map(|peer| match &peer.kind {
            Kind::Up(sections) => Some((peer.key, sections.clone())),
            _ => None,
        });
        let published: Vec<_> = published.collect();
        for (from, sections) in published {
            late.router.publish(now, from, &sections, &mut Out::silent(&mut self.peers));
            late.router.learn(from, &hearing.router.known(from));
        }
        hearing.late = Some(late);
    }

    pub(super) fn routes(&mut self, now: i64, key: HearingKey, routes: &[PlaneRoute], connect: bool) {
        self.hearing(now, key);
        self.estate.notebook.routed(key, routes, connect);
        for route in routes {
            let at = if let PlaneSink::Transport(t) = route.sink { self.peers.at(t) } else { None };
            if at.and_then(|at| self.peers.peek(at)).is_some_and(|peer| peer.late) {
                self.route_late(now, key, *route, connect);
                if let Some(Kind::Down(down)) = at.and_then(|at| self.peers.get(at)).map(|peer| &mut peer.kind) {
                    down.touch(now);
                    self.offers_due.get_or_insert(now);
                }
                continue;
            }
            self.with_router(key, |router, out| {
                if connect { router.connect(now, *route, out) } else { router.cut(now, *route, out) }
            });
        }
    }

    fn route_late(&mut self, now: i64, key: HearingKey, route: PlaneRoute, connect: bool) {
        if let Some(late) = self.hearings.get_mut(&key).and_then(|hearing| hearing.late.as_mut()) {
            late.route(now, route, connect);
        }
        if connect {
            // So that the picture is on the tape from its beginning.
            self.with_router(key, |router, out| router.keyframe(now, route.source, out));
        }
    }

    pub(super) fn find(&self, key: HearingKey, t: TransportKey) -> Result<usize, MediaError> {
        let at = self.peers.at(t).ok_or(MediaError::NoTransport)?;
        if self.peers.peek(at).is_some_and(|peer| peer.hearing == key) { Ok(at) } else { Err(MediaError::NoTransport) }
    }

    fn close(&mut self, now: i64, at: usize) {
        if let Some(peer) = self.peers.get(at) {
            peer.transport.close(now);
        }
        self.transmit(at);
        self.remove(now, at);
    }

    /// Makes a transport; `offer` is the client's description, if it is the first to speak.
    pub(super) fn open(
        &mut self,
        now: i64,
        key: HearingKey,
        t: TransportKey,
        kind: Kind,
        offer: Option<&Description>,
    ) -> Result<usize, MediaError> {
        let credentials = Self::credentials().ok_or(MediaError::WorkerGone)?;
        let expected: Option<Fingerprint> = offer.map(|offer| offer.fingerprint);
        self.hearing(now, key);
        let peer = Peer {
            key: t,
            hearing: key,
            kind,
            transport: Transport::new(&self.estate.identity, credentials, expected, now),
            queue: Queue::default(),
            session: random() >> 2,
            version: 0,
            remote_ufrag: offer.map(|offer| offer.credentials.ufrag.clone()).unwrap_or_default(),
            connected: false,
            late: false,
            #[cfg(test)]
            trap: false,
        };
        self.estate.notebook.opened(key, t);
        Ok(self.peers.insert(peer))
    }

    /// The client describes itself again: new credentials restart ICE, another certificate is refused.
    pub(super) fn described(&mut self, now: i64, at: usize, description: &Description) -> Result<(), MediaError> {
        let restarts = self.restart_if_new(now, at, &description.credentials.ufrag)?;
        if let Some(peer) = self.peers.get(at) {
            peer.transport.expect(now, description.fingerprint);
        }
        if restarts {
            self.peers.map_ufrags(at);
        }
        self.after_control(now, at);
        if self.peers.peek(at).is_some() { Ok(()) } else { Err(MediaError::NoTransport) }
    }

    fn restart_if_new(&mut self, now: i64, at: usize, ufrag: &str) -> Result<bool, MediaError> {
        let Some(peer) = self.peers.get(at) else { return Err(MediaError::NoTransport) };
        let restarts = !peer.remote_ufrag.is_empty() && peer.remote_ufrag != ufrag;
        ufrag.clone_into(&mut peer.remote_ufrag);
        // On *down* the client only follows our credentials; an answer of its own restarts nothing.
        if restarts && !matches!(peer.kind, Kind::Down(_)) {
            peer.transport.restart(now, Self::credentials().ok_or(MediaError::WorkerGone)?);
            self.peers.map_ufrags(at);
            return Ok(true);
        }
        Ok(false)
    }

    /// Runs `work` with what descriptions say of our side.
    pub(super) fn with_local<T>(&mut self, at: usize, work: impl FnOnce(&Local<'_>) -> T) -> Result<T, MediaError> {
        let (fingerprint, candidates) = (self.estate.identity.fingerprint(), &self.estate.candidates);
        let peer = self.peers.get(at).ok_or(MediaError::NoTransport)?;
        peer.version += 1;
        let local = Local {
            credentials: peer.transport.agent().credentials(),
            fingerprint,
            candidates,
            tcp: self.tcp.is_some(),
            session: peer.session,
            version: peer.version,
        };
        Ok(work(&local))
    }

    /// A first description makes a transport, a later one renegotiates. A refused first one leaves none behind.
    fn offered<T>(
        &mut self,
        now: i64,
        (key, t): (HearingKey, TransportKey),
        kind: Kind,
        offer: &Description,
        answer: impl FnOnce(&Local<'_>) -> Result<T, SdpError>,
    ) -> Result<T, MediaError> {
        let fresh = self.peers.at(t).is_none();
        let wanted = std::mem::discriminant(&kind);
        let at = if fresh { self.open(now, key, t, kind, Some(offer))? } else { self.find(key, t)? };
        if self.peers.peek(at).is_none_or(|peer| std::mem::discriminant(&peer.kind) != wanted) {
            return Err(MediaError::NoTransport);
        }
        if !fresh {
            self.described(now, at, offer)?;
        }
        let answered = self.with_local(at, answer)?;
        if answered.is_err() && fresh {
            self.remove(now, at);
        }
        Ok(answered?)
    }

    fn up(
        &mut self,
        now: i64,
        key: HearingKey,
        t: TransportKey,
        offer: &str,
        tracks: &[(String, TrackKey)],
    ) -> Result<String, MediaError> {
        let offer = sdp::parse(offer)?;
        let answer =
            self.offered(now, (key, t), Kind::Up(Vec::new()), &offer, |local| sdp::up(&offer, tracks, local))?;
        if let Some(peer) = self.peers.at(t).and_then(|at| self.peers.get(at)) {
            peer.transport.published(&answer.published);
            peer.kind = Kind::Up(answer.published.clone());
        }
        self.with_router(key, |router, out| router.publish(now, t, &answer.published, out));
        if let Some(late) = self.hearings.get_mut(&key).and_then(|hearing| hearing.late.as_mut()) {
            late.publish(now, t, answer.published);
        }
        Ok(answer.sdp)
    }

    fn slots(
        &mut self,
        now: i64,
        key: HearingKey,
        t: TransportKey,
        offer: &str,
        delay_us: i64,
    ) -> Result<String, MediaError> {
        let fresh = self.peers.at(t).is_none();
        let offer = sdp::parse(offer)?;
        // A section keeps its SSRCs when the client offers again.
        let known = match self.peers.at(t).and_then(|at| self.peers.peek(at)).map(|peer| &peer.kind) {
            Some(Kind::Slots(sections)) => sections.clone(),
            _ => Vec::new(),
        };
        let mint = |mid: &str| {
            let known = known.iter().find(|section| section.mid == mid);
            known.map_or_else(|| (mint_ssrc(), mint_ssrc()), |section| (section.ssrc, section.rtx_ssrc))
        };
        let (sdp, sections) =
            self.offered(now, (key, t), Kind::Slots(Vec::new()), &offer, |local| sdp::slots(&offer, local, mint))?;
        let at = self.find(key, t)?;
        if fresh {
            self.delay(now, key, t, delay_us);
        }
        if let Some(peer) = self.peers.get(at) {
            peer.kind = Kind::Slots(sections);
        }
        self.subscribe(now, at);
        Ok(sdp)
    }

    fn trickle(
        &mut self,
        now: i64,
        key: HearingKey,
        t: TransportKey,
        text: &str,
    ) -> Result<Option<String>, MediaError> {
        let at = self.find(key, t)?;
        let fragment = Fragment::parse(text)?;
        let Some(credentials) = fragment.credentials else { return Ok(None) };
        if !self.restart_if_new(now, at, &credentials.ufrag)? {
            return Ok(None);
        }
        let mid = fragment.mid.unwrap_or_else(|| "0".to_owned());
        self.with_local(at, |local| Some(sdp::write_fragment(local, &mid)))
    }
}
