//! *Down* transports as the worker negotiates them: when an offer is made, what comes of its answer, what the router is
//! told of the sections.

use super::control::mint_ssrc;
use super::down::{Down, Tell};
use super::peers::{Kind, Peer};
use super::run::Inner;
use crate::plane::{HearingKey, MediaError, PlaneEvent, TransportKey};
use crate::sdp::{self, SdpError};
use std::sync::atomic::Ordering;

impl Inner {
    pub(super) fn down(&mut self, now: i64, key: HearingKey, t: TransportKey, delay_us: i64) -> Result<(), MediaError> {
        if self.peers.at(t).is_some() {
            return self.find(key, t).map(|_| ());
        }
        self.open(now, key, t, Kind::Down(Down::default()), None)?;
        self.delay(now, key, t, delay_us);
        // Routes may lead here already.
        let at = self.find(key, t)?;
        self.subscribe(now, at);
        if let Some(Peer { kind: Kind::Down(down), .. }) = self.peers.get(at) {
            down.touch(now);
            self.offers_due.get_or_insert(now);
        }
        Ok(())
    }

    pub(super) fn down_answer(
        &mut self,
        now: i64,
        key: HearingKey,
        t: TransportKey,
        offer: u32,
        sdp: &str,
    ) -> Result<(), MediaError> {
        let at = self.find(key, t)?;
        let awaited = matches!(self.peers.peek(at).map(|p| &p.kind), Some(Kind::Down(down)) if down.awaits(offer));
        if !awaited {
            return Err(MediaError::StaleAnswer);
        }
        let answer = sdp::parse(sdp)?;
        let Some(Peer { kind: Kind::Down(down), transport, .. }) = self.peers.get(at) else {
            return Err(MediaError::NoTransport);
        };
        // Everything that can be refused is looked at before anything changes.
        if transport.contradicts(answer.fingerprint) {
            return Err(SdpError::Unusable("another certificate than before").into());
        }
        down.answered(&answer, now)?;
        self.offers_due.get_or_insert(now);
        self.described(now, at, &answer)?;
        self.subscribe(now, at);
        Ok(())
    }

    pub(super) fn restart_down(&mut self, now: i64, key: HearingKey, t: TransportKey) -> Result<(), MediaError> {
        let at = self.find(key, t)?;
        let Some(Peer { kind: Kind::Down(down), .. }) = self.peers.get(at) else { return Err(MediaError::NoTransport) };
        down.restart(now);
        self.offers_due.get_or_insert(now);
        Ok(())
    }

    /// Tells the router a receiving transport's sections. Before it is connected they take no codec, so that no leg
    /// begins.
    pub(super) fn subscribe(&mut self, now: i64, at: usize) {
        let Some(peer) = self.peers.peek(at) else { return };
        let mut sections = match &peer.kind {
            Kind::Up(_) => return,
            Kind::Down(down) => down.sections.clone(),
            Kind::Slots(sections) => sections.clone(),
        };
        if !peer.connected {
            sections.iter_mut().for_each(|section| section.payloads.clear());
        }
        let t = peer.key;
        self.with_router_of(at, |router, out| router.subscribe(now, t, &sections, out));
    }

    /// When the next offer is due.
    pub(super) fn next_offer(&mut self) -> i64 {
        self.offers_due.unwrap_or(i64::MAX)
    }

    /// Makes the offers that are due, and tells changed mappings.
    pub(super) fn offers(&mut self, now: i64) {
        if self.offers_due.is_none_or(|due| due > now) {
            return;
        }
        self.offers_due = None;
        for at in 0..self.peers.places() {
            let Some(Peer { kind: Kind::Down(down), .. }) = self.peers.get(at) else { continue };
            match down.due_us() {
                Some(due) if due <= now => self.offer(now, at),
                Some(due) => self.offers_due = Some(self.offers_due.map_or(due, |earlier| earlier.min(due))),
                None => {}
            }
        }
    }

    fn renew_credentials(&mut self, now: i64, at: usize) {
        // Without randomness the old ones stay: the offer is good all the same.
        let (Some(peer), Some(credentials)) = (self.peers.get(at), Self::credentials()) else { return };
        peer.transport.restart(now, credentials);
        self.peers.map_ufrags(at);
    }

    fn offer(&mut self, now: i64, at: usize) {
        let Some(Peer { key: t, hearing, kind: Kind::Down(down), late, .. }) = self.peers.get(at) else { return };
        let (t, key, late) = (*t, *hearing, *late);
        let Some(wanted) = self.hearings.get(&key).map(|hearing| hearing.wanted(t, late)) else { return };
        let grew = down.grow(wanted, mint_ssrc);
        if grew {
            self.subscribe(now, at);
        }
        let Some(router) = self.hearings.get(&key).map(|hearing| hearing.router_of(late)) else { return };
        let legs = router.legs(t);
        let Some(Peer { kind: Kind::Down(down), .. }) = self.peers.get(at) else { return };
        let restarts = down.takes_restart();
        let mut number = self.estate.offers.load(Ordering::Relaxed);
        let told = down.settle(now, grew || restarts, &legs, &mut number);
        self.estate.offers.store(number, Ordering::Relaxed);
        let Some(tell) = told else { return };
        let sections = down.sections.clone();
        if restarts {
            self.renew_credentials(now, at);
        }
        let (offer, sdp) = match tell {
            Tell::Legs(offer) => (offer, None),
            Tell::Offer(offer) => (offer, self.with_local(at, |local| sdp::down(&sections, local)).ok()),
        };
        let _ = self.estate.events.send(PlaneEvent::Down { hearing: key, transport: t, offer, sdp, legs });
    }
}
