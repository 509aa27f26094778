//! The hearing's clock: microseconds since it began, monotonic while the server lives, carried over a restart by the
//! wall clock.

use assize_core::time::Now;
use rustix::time::{ClockId, clock_gettime};

/// One reading of the machine's two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Microseconds of `CLOCK_MONOTONIC`, as the media plane stamps packets.
    pub monotonic_us: i64,
    /// Milliseconds since 1970-01-01 UTC.
    pub utc_ms: i64,
}

impl Reading {
    #[must_use]
    pub fn take() -> Self {
        let monotonic = clock_gettime(ClockId::Monotonic);
        let utc = clock_gettime(ClockId::Realtime);
        Self {
            monotonic_us: monotonic.tv_sec * 1_000_000 + monotonic.tv_nsec / 1_000,
            utc_ms: utc.tv_sec * 1_000 + utc.tv_nsec / 1_000_000,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HearingClock {
    zero_us: i64,
    began_utc_ms: i64,
}

impl HearingClock {
    /// The hearing begins now.
    #[must_use]
    pub fn begin(reading: Reading) -> Self {
        Self { zero_us: reading.monotonic_us, began_utc_ms: reading.utc_ms }
    }

    /// The hearing began at `began_utc_ms`; the last that is known of it is at `last_us`. A wall clock that was set
    /// back meanwhile does not bring time back: hearing time goes on right after the last known moment.
    #[must_use]
    pub fn carry_over(began_utc_ms: i64, last_us: u64, reading: Reading) -> Self {
        let by_wall = (reading.utc_ms - began_utc_ms).saturating_mul(1_000);
        let after_last = i64::try_from(last_us).unwrap_or(i64::MAX - 1) + 1;
        Self { zero_us: reading.monotonic_us - by_wall.max(after_last), began_utc_ms }
    }

    #[must_use]
    pub fn at(&self, reading: Reading) -> Now {
        let t_us = u64::try_from(reading.monotonic_us - self.zero_us).unwrap_or_default();
        Now { t_us, utc_ms: reading.utc_ms }
    }

    #[must_use]
    pub fn now(&self) -> Now {
        self.at(Reading::take())
    }

    /// `CLOCK_MONOTONIC` microseconds at hearing time zero; negative after a reboot.
    #[must_use]
    pub fn zero_us(&self) -> i64 {
        self.zero_us
    }

    /// UTC milliseconds at hearing time zero.
    #[must_use]
    pub fn began_utc_ms(&self) -> i64 {
        self.began_utc_ms
    }

    /// Wall time of a moment of hearing time, in UTC milliseconds.
    #[must_use]
    pub fn utc_ms_of(&self, t_us: u64) -> i64 {
        self.began_utc_ms + i64::try_from(t_us / 1_000).unwrap_or(i64::MAX / 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_over_a_reboot_by_the_wall_clock() {
        let clock = HearingClock::carry_over(1_000_000, 5_000_000, Reading { monotonic_us: 300, utc_ms: 1_060_000 });
        assert_eq!(clock.at(Reading { monotonic_us: 300, utc_ms: 1_060_000 }).t_us, 60_000_000);
        assert!(clock.zero_us() < 0);
    }

    #[test]
    fn a_wall_clock_set_back_does_not_bring_time_back() {
        let reading = Reading { monotonic_us: 9_000_000, utc_ms: 900_000 };
        let clock = HearingClock::carry_over(1_000_000, 5_000_000, reading);
        assert_eq!(clock.at(reading).t_us, 5_000_001);
    }

    #[test]
    fn a_step_of_the_wall_clock_does_not_touch_a_running_hearing() {
        let clock = HearingClock::begin(Reading { monotonic_us: 1_000, utc_ms: 50_000 });
        let later = clock.at(Reading { monotonic_us: 3_000, utc_ms: 10 });
        assert_eq!((later.t_us, later.utc_ms), (2_000, 10));
    }
}
