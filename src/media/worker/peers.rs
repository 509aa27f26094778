//! The transports of a worker and the ways to find them, and the router's outbox over them.

use super::down::Down;
use super::queue::Queue;
use super::sys::now_us;
use crate::negotiated::{Published, Subscribed};
use crate::outbox::Outbox;
use crate::plane::{HearingKey, TransportKey};
use crate::remote::Remote;
use crate::srtp::{RTCP_OVERHEAD, RTP_OVERHEAD};
use crate::transport::{Class, Dropped, Drops, Mapped, Transport, class};
use assize_rtp::rtcp::{Compound, Rtcp};
use assize_rtp::tap::{TapItem, TapSender};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::net::SocketAddr;

/// What a transport is for.
#[derive(Debug)]
pub(super) enum Kind {
    /// The client publishes on its own offer, in these sections.
    Up(Vec<Published>),
    /// The client receives on our offers.
    Down(Down),
    /// The client receives on its own offer, in these sections.
    Slots(Vec<Subscribed>),
}

/// A client's transport on this worker.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) key: TransportKey,
    pub(super) hearing: HearingKey,
    pub(super) kind: Kind,
    pub(super) transport: Transport,
    pub(super) queue: Queue,
    /// For the `o=` line.
    pub(super) session: u64,
    pub(super) version: u32,
    /// User fragment of the client's last description: another one means that it restarts ICE.
    pub(super) remote_ufrag: String,
    pub(super) connected: bool,
    /// It receives from the hearing's later router.
    pub(super) late: bool,
    /// The next datagram panics.
    #[cfg(test)]
    pub(super) trap: bool,
}

impl Peer {
    /// What tells pictures among the sealed datagrams to this peer.
    pub(super) fn picture(&self) -> impl Fn(&[u8]) -> bool + use<> {
        pictures(match &self.kind {
            Kind::Up(_) => &[],
            Kind::Down(down) => &down.sections,
            Kind::Slots(sections) => sections,
        })
    }
}

/// Everything that is neither RTCP nor of a payload type of sound: a sealed packet's header is in the clear.
fn pictures(sections: &[Subscribed]) -> impl Fn(&[u8]) -> bool + use<> {
    let mut sound = 0_u128;
    for payload in sections.iter().filter(|section| section.audio).flat_map(|section| &section.payloads) {
        for pt in [Some(payload.pt), payload.rtx, payload.red].into_iter().flatten() {
            sound |= 1 << (pt & 0x7f);
        }
    }
    move |datagram| matches!((class(datagram), datagram), (Class::Rtp, [_, b, ..]) if sound >> (b & 0x7f) & 1 == 0)
}

/// Transport keys are minted by the server, so that nobody chooses them for their hash.
#[derive(Debug, Default)]
pub(super) struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

type ByKey = HashMap<TransportKey, usize, BuildHasherDefault<KeyHasher>>;

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Peers {
    slots: Vec<Option<Peer>>,
    free: Vec<usize>,
    by_key: ByKey,
    by_addr: HashMap<SocketAddr, usize>,
    by_ufrag: HashMap<String, usize>,
    /// Those with something to send.
    pub(super) dirty: Vec<usize>,
    /// Drops of transports that are gone and of datagrams that were nobody's.
    pub(super) drops: Drops,
    pub(super) sent: u64,
    /// Headers of RTP packets, and RTCP compounds, as they came from the router.
    #[cfg(test)]
    pub(super) log: Vec<(TransportKey, Vec<u8>)>,
}

impl Peers {
    /// None yet; so many datagrams were sent before.
    pub(super) fn after(sent: u64) -> Self {
        Self { sent, ..Self::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn insert(&mut self, peer: Peer) -> usize {
        let at = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.by_key.insert(peer.key, at);
        self.slots[at] = Some(peer);
        self.map_ufrags(at);
        at
    }

    /// After new credentials.
    pub(super) fn map_ufrags(&mut self, at: usize) {
        self.by_ufrag.retain(|_, peer| *peer != at);
        if let Some(peer) = &self.slots[at] {
            for ufrag in peer.transport.agent().ufrags() {
                self.by_ufrag.insert(ufrag.to_owned(), at);
            }
        }
    }

    /// TCP connections know their transport themselves.
    pub(super) fn map_addr(&mut self, at: usize, mapped: Mapped) {
        if let Remote::Udp(added) = mapped.added {
            self.by_addr.insert(added, at);
        }
        if let Some(Remote::Udp(evicted)) = mapped.evicted
            && self.by_addr.get(&evicted) == Some(&at)
        {
            self.by_addr.remove(&evicted);
        }
    }

    pub(super) fn remove(&mut self, at: usize) -> Option<Peer> {
        let peer = self.slots.get_mut(at)?.take()?;
        self.by_key.remove(&peer.key);
        self.by_addr.retain(|_, other| *other != at);
        self.by_ufrag.retain(|_, other| *other != at);
        self.dirty.retain(|other| *other != at);
        self.drops.merge(peer.transport.drops());
        self.free.push(at);
        Some(peer)
    }

    pub(super) fn at(&self, key: TransportKey) -> Option<usize> {
        self.by_key.get(&key).copied()
    }

    pub(super) fn by_addr(&self, from: SocketAddr) -> Option<usize> {
        self.by_addr.get(&from).copied()
    }

    pub(super) fn by_ufrag(&self, ufrag: &str) -> Option<usize> {
        self.by_ufrag.get(ufrag).copied()
    }

    pub(super) fn get(&mut self, at: usize) -> Option<&mut Peer> {
        self.slots.get_mut(at)?.as_mut()
    }

    pub(super) fn peek(&self, at: usize) -> Option<&Peer> {
        self.slots.get(at)?.as_ref()
    }

    /// One more than the last position at which a transport may be.
    pub(super) fn places(&self) -> usize {
        self.slots.len()
    }

    /// Positions of all transports, or of a hearing's.
    pub(super) fn positions(&self, hearing: Option<HearingKey>) -> Vec<usize> {
        let is = |peer: &Peer| hearing.is_none_or(|hearing| peer.hearing == hearing);
        (0..self.slots.len()).filter(|at| self.slots[*at].as_ref().is_some_and(is)).collect()
    }

    /// Drops by reason, of all times.
    pub(super) fn all_drops(&self) -> Drops {
        let mut all = self.drops;
        for peer in self.slots.iter().flatten() {
            all.merge(peer.transport.drops());
        }
        all
    }

    /// Puts a datagram to a peer into its queue, sealed by `seal`.
    fn push(&mut self, to: TransportKey, forwarded_us: Option<i64>, header: &[u8], payload: &[u8], what: &Sealing) {
        let Some(at) = self.by_key.get(&to).copied() else { return };
        let Some(peer) = self.slots[at].as_mut() else { return };
        #[cfg(test)]
        self.log.push((to, header.to_vec()));
        let Some((outbound, _)) = peer.transport.outbound() else { return };
        let first = peer.queue.is_empty();
        let pushed = match what {
            Sealing::Rtp(seq) => {
                peer.queue.push(header, payload, RTP_OVERHEAD, |bytes, len| outbound.seal_rtp(*seq, bytes, len))
            }
            Sealing::Rtcp => peer.queue.push(header, &[], RTCP_OVERHEAD, |bytes, len| outbound.seal_rtcp(bytes, len)),
        };
        if !pushed {
            peer.transport.count(Dropped::Queue);
            return;
        }
        if first {
            self.dirty.push(at);
        }
        if let Some(arrival_us) = forwarded_us {
            peer.queue.oldest_us.get_or_insert(arrival_us);
        }
    }
}

enum Sealing {
    Rtp(u64),
    Rtcp,
}

/// What the router of one hearing writes to.
#[derive(Debug)]
pub(super) struct Out<'a> {
    pub(super) peers: &'a mut Peers,
    pub(super) tap: Option<&'a TapSender>,
    /// When the packet that is being forwarded arrived, if one is.
    pub(super) arrival_us: Option<i64>,
    /// Publishers are told nothing but to send key frames, and as rarely as this says: another router speaks to them.
    pub(super) requests: Option<&'a mut Requests>,
}

impl<'a> Out<'a> {
    /// Without a recorder.
    pub(super) fn silent(peers: &'a mut Peers) -> Self {
        Self { peers, tap: None, arrival_us: None, requests: None }
    }
}

/// Key frames that were asked for on behalf of those who receive later, by the publisher and its stream.
#[derive(Debug)]
pub(super) struct Requests {
    every_us: i64,
    asked: HashMap<(TransportKey, u32), i64>,
}

impl Requests {
    /// What is asked for comes after the delay, and until then it is of no use to ask again.
    pub(super) fn every(delay_us: i64) -> Self {
        Self { every_us: delay_us + 1_000_000, asked: HashMap::new() }
    }

    fn passes(&mut self, to: TransportKey, compound: &[u8]) -> bool {
        let Some(Ok(Rtcp::Pli { media })) = Compound::new(compound).next() else { return false };
        let now = now_us();
        let due = self.asked.get(&(to, media)).is_none_or(|asked| now - asked >= self.every_us);
        if due {
            self.asked.insert((to, media), now);
        }
        due
    }
}

impl Outbox for Out<'_> {
    fn rtp(&mut self, to: TransportKey, seq: u64, header: &[u8], payload: &[u8]) {
        self.peers.push(to, self.arrival_us, header, payload, &Sealing::Rtp(seq));
    }

    fn rtcp(&mut self, to: TransportKey, compound: &[u8]) {
        if let Some(requests) = &mut self.requests
            && self.peers.at(to).and_then(|at| self.peers.peek(at)).is_some_and(|peer| matches!(peer.kind, Kind::Up(_)))
            && !requests.passes(to, compound)
        {
            return;
        }
        self.peers.push(to, None, compound, &[], &Sealing::Rtcp);
    }

    fn tap(&mut self, item: TapItem) {
        if let Some(tap) = self.tap {
            tap.push(item);
        }
    }

    fn tap_full(&self) -> bool {
        self.tap.is_some_and(TapSender::is_full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::negotiated::{ExtensionIds, PayloadType};
    use assize_rtp::tap::Codec;

    #[test]
    fn sound_with_and_without_redundancy_and_control_are_no_pictures() {
        let section = |audio, payload| Subscribed {
            mid: String::new(),
            audio,
            payloads: vec![payload],
            rejected: false,
            ssrc: 1,
            rtx_ssrc: 2,
            extensions: ExtensionIds::default(),
            nack: true,
        };
        let picture = pictures(&[
            section(true, PayloadType { codec: Codec::Opus, pt: 111, rtx: None, red: Some(63) }),
            section(false, PayloadType { codec: Codec::Vp8, pt: 96, rtx: Some(97), red: None }),
        ]);
        // With and without the marker bit; 200: a sender report; 22: DTLS; 0: STUN.
        for (first, second, is) in [(128, 111, false), (144, 128 + 111, false), (128, 63, false), (128, 200, false)]
            .into_iter()
            .chain([(128, 96, true), (144, 128 + 96, true), (128, 97, true), (22, 96, false), (0, 1, false)])
        {
            assert_eq!(picture(&[first, second, 0, 0]), is, "{first} {second}");
        }
    }
}
