//! Figures of a worker, for metrics and for placing hearings.

use super::sys;
use crate::plane::WorkerStats;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Upper bounds of the forwarding times, microseconds; the last count is of all.
const BOUNDS: [i64; 9] = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000];

/// What others may read while the worker works. Written once a second.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    stats: Mutex<WorkerStats>,
    busy_permille: AtomicU32,
    /// Hearings placed here.
    pub(crate) hearings: AtomicUsize,
}

impl Shared {
    pub(crate) fn stats(&self) -> WorkerStats {
        self.stats.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    #[cfg(test)]
    pub(super) fn pretend_busy(&self, busy: f64) {
        self.publish(WorkerStats { busy, ..WorkerStats::default() });
    }

    pub(super) fn publish(&self, stats: WorkerStats) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a share between 0 and 1
        self.busy_permille.store((stats.busy * 1000.0) as u32, Ordering::Relaxed);
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner) = stats;
    }

    /// For comparing workers: the busier, then the fuller one is worse. Loads within 5 % count as equal, so that idle
    /// workers take turns.
    pub(crate) fn load(&self) -> (u32, usize) {
        (self.busy_permille.load(Ordering::Relaxed) / 50, self.hearings.load(Ordering::Relaxed))
    }
}

/// How long packets took from the kernel's receive stamp to the return of the send call.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    below: [u64; 10],
    total_us: u64,
}

impl Times {
    pub(super) fn note(&mut self, micros: i64, packets: u64) {
        let first = BOUNDS.iter().position(|bound| micros < *bound).unwrap_or(BOUNDS.len());
        for count in &mut self.below[first..] {
            *count += packets;
        }
        self.total_us += micros.max(0).unsigned_abs() * packets;
    }

    pub(super) fn counts(self) -> [u64; 10] {
        self.below
    }

    pub(super) fn total_us(self) -> u64 {
        self.total_us
    }
}

/// The share of time this thread spends working.
#[derive(Debug)]
pub(super) struct Busy {
    wall_us: i64,
    cpu_us: i64,
}

impl Busy {
    pub(super) fn new(now_us: i64) -> Self {
        Self { wall_us: now_us, cpu_us: sys::cpu_us() }
    }

    /// The share since the last call.
    pub(super) fn take(&mut self, now_us: i64) -> f64 {
        let cpu_us = sys::cpu_us();
        #[allow(clippy::cast_precision_loss)] // microseconds of about a second
        let share = (cpu_us - self.cpu_us) as f64 / (now_us - self.wall_us).max(1) as f64;
        (self.wall_us, self.cpu_us) = (now_us, cpu_us);
        share.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_counted_below_each_bound() {
        let mut times = Times::default();
        times.note(49, 1);
        times.note(50, 2);
        times.note(60_000, 4);
        assert_eq!(times.counts(), [1, 3, 3, 3, 3, 3, 3, 3, 3, 7]);
        assert_eq!(times.total_us(), 49 + 100 + 240_000);
    }
}
