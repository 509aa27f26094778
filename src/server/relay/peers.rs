//! Whom the relay reaches: the media workers of this server, by the addresses that its answers name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// One of the [`Peers`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PeerId(usize);

/// A worker's port under one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer {
    /// As candidates name it.
    pub(super) announced: SocketAddr,
    /// Where it is on this machine: behind address translation the announced address is not.
    pub(super) local: SocketAddr,
}

/// Address families of RFC 8656 section 18.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4 = 1,
    V6 = 2,
}

impl Family {
    pub(super) fn of(ip: IpAddr) -> Self {
        if ip.is_ipv4() { Self::V4 } else { Self::V6 }
    }
}

/// All that may be reached. Everything else is refused, whatever it is.
#[derive(Debug, Clone, Default)]
pub struct Peers(Vec<Peer>);

impl Peers {
    /// Peers by what candidates name. `bind` is the address that the workers bind.
    #[must_use]
    pub fn new(candidates: &[SocketAddr], bind: IpAddr) -> Self {
        let peer = |announced: &SocketAddr| {
            let ip = match bind {
                IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
                bound => bound,
            };
            Peer { announced: *announced, local: SocketAddr::new(ip, announced.port()) }
        };
        Self(candidates.iter().map(peer).collect())
    }

    /// The peer that is named exactly so. An IPv4 address in an IPv6 one is another address.
    pub(super) fn find(&self, address: SocketAddr) -> Option<PeerId> {
        let same = |peer: &Peer| (peer.announced.ip(), peer.announced.port()) == (address.ip(), address.port());
        self.0.iter().position(same).map(PeerId)
    }

    pub(super) fn get(&self, id: PeerId) -> Option<Peer> {
        self.0.get(id.0).copied()
    }

    /// A peer of this family, to learn from where it is reached.
    pub(super) fn of(&self, family: Family) -> Option<Peer> {
        self.0.iter().find(|peer| Family::of(peer.announced.ip()) == family).copied()
    }
}
