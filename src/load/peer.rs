//! A light client on a socket of its own.

use crate::description::{self, Answer};
use anyhow::{Context, bail};
use assize_media::dtls::{Fingerprint, Identity};
use assize_media::ice::Credentials;
use assize_media::transport::Received;
use assize_media::transport::client::Client;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

pub(crate) struct Peer {
    pub(crate) socket: UdpSocket,
    pub(crate) client: Client,
    fingerprint: Fingerprint,
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

impl Peer {
    /// Exchanges descriptions through `exchange` (WHIP or WHEP) and begins to connect.
    pub(crate) fn begin(
        identity: &Identity,
        publish: Option<(u32, u32)>,
        exchange: impl FnOnce(&str) -> anyhow::Result<String>,
    ) -> anyhow::Result<Self> {
        let ours = Credentials::from_random(&random()?);
        let answer = exchange(&description::offer(&ours, identity, publish))?;
        let Answer { credentials, fingerprint, candidates } = description::read(&answer)?;
        let server = candidates.iter().copied().find(is_loopback).or_else(|| candidates.first().copied());
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let _ = nix::sys::socket::setsockopt(&socket, nix::sys::socket::sockopt::RcvBuf, &(1 << 20));
        socket.connect(server.context("no candidate")?)?;
        socket.set_nonblocking(true)?;
        let client = Client::new(&ours.ufrag, credentials, random()?, now_us());
        Ok(Self { socket, client, fingerprint })
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
        Some(self.client.datagram(now_us(), &mut buffer[..len]))
    }

    pub(crate) fn connect(&mut self, identity: &Identity) -> anyhow::Result<()> {
        let end = Instant::now() + Duration::from_secs(10);
        let mut buffer = [0; 2048];
        while !self.client.is_connected() {
            self.drive(identity);
            while self.receive(&mut buffer).is_some() {}
            if Instant::now() > end || self.client.is_failed() {
                bail!("a transport did not connect");
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }
}

fn is_loopback(address: &SocketAddr) -> bool {
    address.ip().is_loopback()
}
