//! Publishers and viewers at work: one thread sends, one receives, and the caller's looks after what else there is.

use crate::frames::Tally;
use crate::peer::Peer;
use crate::process;
use crate::publisher::{Published, Publisher};
use crate::viewers::Viewers;
use assize_media::dtls::Identity;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// When nothing has arrived for so long, nothing is on its way any more.
const SETTLE: Duration = Duration::from_millis(300);
/// The sender wakes at most this often, so that many publishers cost few wake-ups.
const TICK: Duration = Duration::from_millis(1);
/// How often the caller's thread looks after the rest.
const IDLE: Duration = Duration::from_millis(20);

pub(crate) struct Generator {
    publishers: Vec<Publisher>,
    pub(crate) viewers: Viewers,
    ports: HashSet<u16>,
    server_ports: HashSet<u16>,
}

/// What happened in one stretch of time.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Slice {
    /// Packets that count.
    pub(crate) sent: u64,
    pub(crate) received: u64,
    /// Those of them that are sound.
    pub(crate) sounds_sent: u64,
    pub(crate) sounds_received: u64,
    /// Frames as they came to viewers; of several publishers it says nothing.
    pub(crate) frames: Tally,
    /// Time of publishing.
    pub(crate) wall: Duration,
    pub(crate) health: Health,
    /// Datagrams that the kernel threw away because the server did not read them in time.
    pub(crate) server_dropped: u64,
}

/// Whether the generator did its part.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Health {
    pub(crate) frames: u64,
    pub(crate) late: u64,
    /// Datagrams that the kernel threw away because we did not read them in time.
    pub(crate) dropped: u64,
}

impl Health {
    /// At most one frame of a hundred was late, and everything that came was read.
    pub(crate) fn is_good(self) -> bool {
        self.late * 100 <= self.frames && self.dropped == 0
    }

    /// Share of frames and packets of sound that were late, 0 to 1.
    pub(crate) fn late(self) -> f64 {
        self.late as f64 / self.frames.max(1) as f64
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.frames += other.frames;
        self.late += other.late;
        self.dropped += other.dropped;
    }
}

impl Generator {
    pub(crate) fn new(publishers: Vec<Publisher>, viewers: Vec<Peer>) -> Self {
        let all = || publishers.iter().map(|publisher| &publisher.peer).chain(&viewers);
        let ports = all().filter_map(|peer| peer.socket.local_addr().ok()).map(|local| local.port()).collect();
        let server_ports = all().map(|peer| peer.server.port()).collect();
        Self { publishers, viewers: Viewers::new(viewers), ports, server_ports }
    }

    /// Another time between frames of every publisher from now on.
    pub(crate) fn pace(&mut self, period: Duration) {
        self.publishers.iter_mut().for_each(|publisher| publisher.pace(period));
    }

    /// Publishes for so long, then, if it counts, waits until everything has arrived. `idle` is called again and again meanwhile.
    pub(crate) fn run(
        &mut self,
        identity: &Identity,
        time: Duration,
        counts: bool,
        mut idle: impl FnMut() -> anyhow::Result<()>,
    ) -> anyhow::Result<Slice> {
        let Self { publishers, viewers, ports, server_ports } = self;
        let stop = AtomicBool::new(false);
        let settle = if counts { SETTLE } else { Duration::ZERO };
        let before = viewers.received.iter().sum::<u64>();
        let sounds = viewers.sounds;
        let (dropped, server_dropped) = (process::dropped(ports)?, process::dropped(server_ports)?);
        let start = Instant::now();
        let (published, wall, idled) = thread::scope(|scope| {
            let viewing = scope.spawn(|| viewers.run(identity, &stop, settle));
            let publishing = scope.spawn(|| publish(publishers, identity, counts, &stop));
            let mut idled = Ok(());
            while start.elapsed() < time && idled.is_ok() {
                idled = idle();
                thread::sleep(IDLE.min(time.saturating_sub(start.elapsed())));
            }
            stop.store(true, Ordering::Relaxed);
            let published = publishing.join().map_err(|_| anyhow::anyhow!("the publishers' thread panicked"));
            let wall = start.elapsed();
            viewing.join().map_err(|_| anyhow::anyhow!("the viewers' thread panicked"))??;
            anyhow::Ok((published?, wall, idled))
        })?;
        idled?;
        let dropped = process::dropped(ports)?.saturating_sub(dropped);
        Ok(Slice {
            sent: published.packets,
            received: viewers.received.iter().sum::<u64>() - before,
            sounds_sent: published.sounds,
            sounds_received: viewers.sounds - sounds,
            frames: viewers.settle(),
            wall,
            health: Health { frames: published.frames, late: published.late, dropped },
            server_dropped: process::dropped(server_ports)?.saturating_sub(server_dropped),
        })
    }
}

fn publish(publishers: &mut [Publisher], identity: &Identity, counts: bool, stop: &AtomicBool) -> Published {
    let (start, count) = (Instant::now(), u32::try_from(publishers.len().max(1)).unwrap_or(u32::MAX));
    // Cameras are not in step with each other.
    for (publisher, n) in publishers.iter_mut().zip(0u32..) {
        publisher.resume(start + Duration::from_millis(33) * n / count);
    }
    while !stop.load(Ordering::Relaxed) {
        let now = Instant::now();
        for publisher in publishers.iter_mut().filter(|publisher| publisher.due() <= now) {
            publisher.step(identity, now, counts);
        }
        let due = publishers.iter().map(Publisher::due).min().unwrap_or(now).max(now + TICK);
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    publishers.iter().fold(Published::default(), |mut all, publisher| {
        all.packets += publisher.published.packets;
        all.sounds += publisher.published.sounds;
        all.frames += publisher.published.frames;
        all.late += publisher.published.late;
        all
    })
}
