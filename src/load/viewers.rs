//! The receiving side of a row: many light clients on one thread, each with its own socket and keys.

use crate::peer::{Peer, now_us};
use crate::publisher::MAGIC;
use assize_media::dtls::Identity;
use assize_media::srtp::RTCP_OVERHEAD;
use assize_media::transport::Received;
use assize_rtp::rtcp;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What was seen, shared with the measuring thread.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) packets: AtomicU64,
    pub(crate) measuring: AtomicBool,
}

pub(crate) struct Viewers {
    peers: Vec<Peer>,
    /// Microseconds from sending to receiving, while measuring.
    pub(crate) delays: Vec<u32>,
}

impl Viewers {
    pub(crate) fn new(peers: Vec<Peer>) -> Self {
        Self { peers, delays: Vec::with_capacity(1 << 20) }
    }

    pub(crate) fn run(&mut self, identity: &Identity, seen: &Seen, stop: &AtomicBool) -> anyhow::Result<()> {
        let epoll = Epoll::new(EpollCreateFlags::empty())?;
        for (index, peer) in self.peers.iter().enumerate() {
            epoll.add(peer.socket.as_fd(), EpollEvent::new(EpollFlags::EPOLLIN, index as u64))?;
        }
        let mut events = vec![EpollEvent::empty(); self.peers.len().max(1)];
        let mut driven = Instant::now();
        while !stop.load(Ordering::Relaxed) {
            let ready = epoll.wait(&mut events, EpollTimeout::from(20u16)).unwrap_or(0);
            for event in &events[..ready] {
                let Ok(index) = usize::try_from(event.data()) else { continue };
                self.read(index, seen);
            }
            if driven.elapsed() >= Duration::from_secs(1) {
                driven = Instant::now();
                self.peers.iter_mut().for_each(|peer| {
                    peer.drive(identity);
                    report(peer);
                });
            }
        }
        Ok(())
    }

    fn read(&mut self, index: usize, seen: &Seen) {
        let mut buffer = [0; 2048];
        let mut packets = 0;
        while let Some(received) = self.peers[index].receive(&mut buffer) {
            let Received::Rtp(len) = received else { continue };
            packets += 1;
            if seen.measuring.load(Ordering::Relaxed)
                && self.delays.len() < self.delays.capacity()
                && let Some([rest @ .., a, b, c, d, e, f, g, h]) = buffer.get(..len)
                && rest.ends_with(&MAGIC)
            {
                let sent = i64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
                self.delays.push(u32::try_from(now_us() - sent).unwrap_or(u32::MAX));
            }
        }
        seen.packets.fetch_add(packets, Ordering::Relaxed);
    }
}

/// An empty receiver report: what a receiver without losses says at the least.
fn report(peer: &mut Peer) {
    let mut compound = Vec::with_capacity(32);
    rtcp::write::receiver_report(&mut compound, 1, &[]);
    let len = compound.len();
    compound.resize(len + RTCP_OVERHEAD, 0);
    if let Some(outbound) = peer.client.outbound()
        && let Some(len) = outbound.seal_rtcp(&mut compound, len)
    {
        let _ = peer.socket.send(&compound[..len]);
    }
}
