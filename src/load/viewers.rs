//! The receiving side of a row: many light clients on one thread, each with its own socket and keys.

use crate::frames::{Frames, Tally};
use crate::peer::{Peer, now_us};
use crate::stream::Stamp;
use assize_media::dtls::Identity;
use assize_media::transport::Received;
use assize_rtp::rtcp;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Most delays that are kept.
const DELAYS: usize = 1 << 20;
/// What has not come so long after the last was sent is lost.
const SETTLED_WITHIN: Duration = Duration::from_secs(3);

pub(crate) struct Viewers {
    pub(crate) peers: Vec<Peer>,
    /// Packets that count, by viewer.
    pub(crate) received: Vec<u64>,
    /// Those of them that are sound, of all viewers.
    pub(crate) sounds: u64,
    frames: Vec<Frames>,
    /// Microseconds from sending to receiving.
    pub(crate) delays: Vec<u32>,
}

impl Viewers {
    pub(crate) fn new(peers: Vec<Peer>) -> Self {
        let (received, frames) = (vec![0; peers.len()], vec![Frames::default(); peers.len()]);
        Self { received, sounds: 0, frames, peers, delays: Vec::with_capacity(DELAYS) }
    }

    /// Frames that came to anybody since the last time; of several publishers it says nothing.
    pub(crate) fn settle(&mut self) -> Tally {
        self.frames.iter_mut().fold(Tally::default(), |mut all, frames| {
            all.add(frames.settle());
            all
        })
    }

    /// Receives until told to stop and, after that, until nothing that counts has come for `settle`.
    pub(crate) fn run(&mut self, identity: &Identity, stop: &AtomicBool, settle: Duration) -> anyhow::Result<()> {
        let epoll = Epoll::new(EpollCreateFlags::empty())?;
        for (index, peer) in self.peers.iter().enumerate() {
            epoll.add(peer.socket.as_fd(), EpollEvent::new(EpollFlags::EPOLLIN, index as u64))?;
        }
        let mut events = vec![EpollEvent::empty(); self.peers.len().max(1)];
        let (mut driven, mut stopped): (Option<Instant>, Option<Instant>) = (None, None);
        let mut heard = Instant::now();
        loop {
            if stop.load(Ordering::Relaxed) {
                let since = *stopped.get_or_insert_with(Instant::now);
                if since.max(heard).elapsed() >= settle || since.elapsed() >= SETTLED_WITHIN {
                    return Ok(());
                }
            }
            let ready = epoll.wait(&mut events, EpollTimeout::from(20u16)).unwrap_or(0);
            for event in &events[..ready] {
                let Ok(index) = usize::try_from(event.data()) else { continue };
                if self.read(index) {
                    heard = Instant::now();
                }
            }
            if driven.is_none_or(|at| at.elapsed() >= Duration::from_secs(1)) {
                driven = Some(Instant::now());
                self.peers.iter_mut().for_each(|peer| {
                    peer.drive(identity);
                    report(peer);
                });
            }
        }
    }

    /// Whether anything that counts came.
    fn read(&mut self, index: usize) -> bool {
        let before = self.received[index];
        let mut buffer = [0; 2048];
        while let Some(received) = self.peers[index].receive(&mut buffer) {
            let Received::Rtp(len) = received else { continue };
            let Some(stamp) = Stamp::read(&buffer[..len]) else { continue };
            self.received[index] += 1;
            match stamp.packets {
                0 => self.sounds += 1,
                packets => self.frames[index].note(stamp.frame, packets),
            }
            if self.delays.len() < DELAYS {
                self.delays.push(u32::try_from(now_us() - stamp.sent_us).unwrap_or(u32::MAX));
            }
        }
        self.received[index] > before
    }
}

/// An empty receiver report: what a receiver without losses says at the least.
fn report(peer: &mut Peer) {
    let mut compound = Vec::with_capacity(32);
    rtcp::write::receiver_report(&mut compound, 1, &[]);
    peer.send_rtcp(compound);
}
