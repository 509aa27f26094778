//! The wall clock as a value that is handed in: services ask it, and tests set it.

use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};

/// Reads the wall clock.
pub trait Clock: Debug + Send + Sync {
    /// Milliseconds since 1970-01-01 UTC.
    fn utc_ms(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn utc_ms(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }
}

/// A clock that stands until it is set.
#[derive(Debug, Default)]
pub struct SetClock(AtomicI64);

impl SetClock {
    #[must_use]
    pub fn at(utc_ms: i64) -> Self {
        Self(AtomicI64::new(utc_ms))
    }

    pub fn advance(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn utc_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
