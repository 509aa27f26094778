//! The wall clock as a value that is handed in: services ask it, and tests set it.

use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};

/// Reads the wall clock.
pub trait Clock: Debug + Send + Sync {
    /// Milliseconds since 1970-01-01 UTC.
    fn utc_ms(&self) -> i64;
}

/// Seconds since 1970-01-01 UTC.
#[must_use]
pub fn now_s() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default()
}

/// What the kernel knows of its own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discipline {
    /// A time service keeps it.
    pub synchronised: bool,
    /// Bound of its error in microseconds; grows while the service does not reach its source.
    pub max_error_us: i64,
}

/// Whether a time service keeps this machine's clock, whichever it is (adjtimex(2)). `None`: the kernel does not say.
#[must_use]
#[allow(unsafe_code)]
pub fn discipline() -> Option<Discipline> {
    // SAFETY: `timex` is plain data for which all zeros is a value; `modes` zero asks and sets nothing; the kernel writes
    // within the struct, which outlives the call.
    let (state, told) = unsafe {
        let mut told: libc::timex = std::mem::zeroed();
        (libc::adjtimex(&raw mut told), told)
    };
    let kept = state != libc::TIME_ERROR && told.status & libc::STA_UNSYNC == 0;
    (state >= 0).then_some(Discipline { synchronised: kept, max_error_us: told.maxerror })
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
