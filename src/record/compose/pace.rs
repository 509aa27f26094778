//! Never more than a share of the machine: the process measures what it has used and rests until that is little enough.

use rustix::time::{ClockId, clock_gettime};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};

/// Every span of so long keeps to the share by itself.
const WINDOW: Duration = Duration::from_secs(10);
/// Longest rest at once: the share may change meanwhile.
const REST: Duration = Duration::from_secs(2);
/// Shorter rests are put off.
const LEAST: Duration = Duration::from_millis(5);

/// Per cent of the whole machine, 1 to 100, that somebody else sets.
pub(super) type Share = Arc<AtomicU8>;

pub(super) struct Pace {
    share: Share,
    cores: u32,
    kept: u8,
    since: Instant,
    used: Duration,
}

impl Pace {
    pub(super) fn new(share: Share) -> Self {
        let cores = available_parallelism().map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX));
        Self { kept: share.load(Ordering::Relaxed), share, cores, since: Instant::now(), used: cpu() }
    }

    /// Called between pieces of work; returns when there may be more.
    pub(super) fn step(&mut self) {
        loop {
            let share = self.share.load(Ordering::Relaxed).clamp(1, 100);
            if share != self.kept || self.since.elapsed() > WINDOW {
                (self.kept, self.since, self.used) = (share, Instant::now(), cpu());
            }
            let rest = due(cpu().saturating_sub(self.used), share, self.cores).saturating_sub(self.since.elapsed());
            if share == 100 || rest < LEAST {
                return;
            }
            thread::sleep(rest.min(REST));
        }
    }
}

/// How long work that used so much of the processors has to take.
fn due(used: Duration, share: u8, cores: u32) -> Duration {
    used * 100 / (u32::from(share.max(1)) * cores.max(1))
}

/// Of all threads of this process.
pub(super) fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_the_whole_machine() {
        let second = Duration::from_secs(1);
        assert_eq!(due(second, 50, 2), second, "one core of two");
        assert_eq!(due(second, 100, 1), second);
        assert_eq!(due(second, 10, 2), 5 * second);
        assert_eq!(due(second, 0, 0), 100 * second);
    }
}
