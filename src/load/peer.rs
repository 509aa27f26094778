//! A light client on a socket of its own.

use crate::checks;
use crate::description::{Local, Remote, Section, offer, read};
use anyhow::{Context, bail};
use assize_media::dtls::{Fingerprint, Identity};
use assize_media::srtp::RTCP_OVERHEAD;
use assize_media::transport::Received;
use assize_media::transport::client::Client;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

/// A candidate from which nothing has come for so long does not lead to the server.
const SILENCE: Duration = Duration::from_millis(500);

pub(crate) struct Peer {
    pub(crate) socket: UdpSocket,
    pub(crate) client: Client,
    fingerprint: Fingerprint,
    /// To be tried if nothing comes from `server`, the next one last.
    others: Vec<SocketAddr>,
    pub(crate) server: SocketAddr,
    /// Ours, for the server's checks.
    pwd: String,
}

/// Microseconds of the monotonic clock, from an arbitrary beginning.
pub(crate) fn now_us() -> i64 {
    use std::sync::OnceLock;
    static BEGINNING: OnceLock<Instant> = OnceLock::new();
    i64::try_from(BEGINNING.get_or_init(Instant::now).elapsed().as_micros()).unwrap_or(i64::MAX)
}

pub(crate) fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}

/// A socket for one peer.
pub(crate) fn bind() -> anyhow::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    // Less than asked for is better than nothing.
    let _ = nix::sys::socket::setsockopt(&socket, nix::sys::socket::sockopt::RcvBuf, &(1 << 20));
    Ok(socket)
}

/// An address of this machine that is not loopback, which other servers leave out. What is sent to it stays on the machine.
pub(crate) fn host() -> anyhow::Result<IpAddr> {
    let socket = bind()?;
    // Nothing is sent: the kernel only looks for a route. The address is one for documentation (RFC 5737).
    socket.connect(("198.51.100.1", 9)).context("this machine has no address beside loopback")?;
    Ok(socket.local_addr()?.ip())
}

/// Somebody's own side, with an address that a server can check.
pub(crate) fn reachable(identity: &Identity, host: IpAddr) -> anyhow::Result<(UdpSocket, Local)> {
    let socket = bind()?;
    let local = Local::new(identity)?.at(SocketAddr::new(host, socket.local_addr()?.port()));
    Ok((socket, local))
}

impl Peer {
    /// Offers these sections through `exchange`, which returns the answer, and begins to connect.
    pub(crate) fn begin(
        identity: &Identity,
        sections: &[Section],
        exchange: impl FnOnce(String) -> anyhow::Result<String>,
    ) -> anyhow::Result<Self> {
        let local = Local::new(identity)?;
        let answer = exchange(offer(&local, sections))?;
        Self::between(&local, bind()?, read(&answer)?)
    }

    /// Begins to connect when both sides are known.
    pub(crate) fn between(local: &Local, socket: UdpSocket, remote: Remote) -> anyhow::Result<Self> {
        let Remote { credentials, fingerprint, candidates } = remote;
        let mut others = to_try(candidates);
        let server = others.pop().context("no candidate")?;
        socket.connect(server)?;
        socket.set_nonblocking(true)?;
        let client = Client::new(&local.credentials.ufrag, credentials, random()?, now_us());
        Ok(Self { socket, client, fingerprint, others, server, pwd: local.credentials.pwd.clone() })
    }

    /// Does what is due and sends what there is.
    pub(crate) fn drive(&mut self, identity: &Identity) {
        self.client.timeout(now_us(), identity, self.fingerprint);
        while let Some(datagram) = self.client.poll_transmit() {
            // A refusal of the kernel is a lost datagram.
            let _ = self.socket.send(&datagram);
        }
    }

    /// The next datagram, opened into `buffer`; `None`: nothing is waiting.
    pub(crate) fn receive(&mut self, buffer: &mut [u8]) -> Option<Received> {
        let len = self.socket.recv(buffer).ok()?;
        if let Some(answer) = checks::answer(&buffer[..len], self.server, &self.pwd) {
            let _ = self.socket.send(&answer);
            return Some(Received::Nothing);
        }
        Some(self.client.datagram(now_us(), &mut buffer[..len]))
    }

    /// Seals and sends a compound.
    pub(crate) fn send_rtcp(&mut self, mut compound: Vec<u8>) {
        let len = compound.len();
        compound.resize(len + RTCP_OVERHEAD, 0);
        if let Some(outbound) = self.client.outbound()
            && let Some(len) = outbound.seal_rtcp(&mut compound, len)
        {
            let _ = self.socket.send(&compound[..len]);
        }
    }

    pub(crate) fn connect(&mut self, identity: &Identity) -> anyhow::Result<()> {
        let end = Instant::now() + Duration::from_secs(10);
        let mut buffer = [0; 2048];
        let mut silent_since = Some(Instant::now());
        while !self.client.is_connected() {
            self.drive(identity);
            while self.receive(&mut buffer).is_some() {
                silent_since = None;
            }
            if silent_since.is_some_and(|since| since.elapsed() > SILENCE)
                && let Some(other) = self.others.pop()
            {
                self.socket.connect(other)?;
                self.server = other;
                silent_since = Some(Instant::now());
            }
            if Instant::now() > end || self.client.is_failed() {
                bail!("a transport did not connect");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

/// In the order of trying, the first one last: loopback, which costs least, then as the server prefers. Our sockets are IPv4.
fn to_try(mut candidates: Vec<SocketAddr>) -> Vec<SocketAddr> {
    candidates.retain(SocketAddr::is_ipv4);
    candidates.reverse();
    candidates.sort_by_key(|address| address.ip().is_loopback());
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv6Addr;

    #[test]
    fn loopback_is_tried_first_and_then_what_the_server_prefers() {
        let [first, second, local] = [[192, 0, 2, 1], [192, 0, 2, 2], [127, 0, 0, 1]].map(|ip| (ip, 4000).into());
        let six = (Ipv6Addr::LOCALHOST, 4000).into();
        assert_eq!(to_try(vec![first, six, second, local]), [second, first, local]);
    }
}
