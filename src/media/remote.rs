//! The far end of a transport: an address, and how it is reached.

use std::net::SocketAddr;

/// A TCP connection as its worker knows it. Never used again for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Connection(pub u64);

/// Where datagrams come from and go to: what ICE validates (with our one port a worker, a 5-tuple).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remote {
    Udp(SocketAddr),
    /// Datagrams in the frames of RFC 4571.
    Tcp(SocketAddr, Connection),
}

impl Remote {
    /// The address alone, as XOR-MAPPED-ADDRESS names it.
    #[must_use]
    pub fn addr(self) -> SocketAddr {
        match self {
            Self::Udp(addr) | Self::Tcp(addr, _) => addr,
        }
    }
}
