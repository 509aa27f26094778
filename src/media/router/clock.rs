//! The clock of one publishing transport beside ours, so that legs of different publishers report one time.

/// NTP seconds at zero of our clock: far from both ends of the range. Only differences mean anything.
const NTP_BASE_SECONDS: i64 = 1 << 31;
/// The offset may rise so much a second: more than any quartz drifts.
const LEAK_US_PER_S: i64 = 500;
/// A sender whose clock was set back is believed at once.
const SET_BACK_US: i64 = 2_000_000;

/// Our time as NTP (32.32).
pub(super) fn ntp(now_us: i64) -> u64 {
    let us = now_us.wrapping_add(NTP_BASE_SECONDS * 1_000_000).max(0) as u64;
    ((us / 1_000_000) << 32) | (((us % 1_000_000) << 32) / 1_000_000)
}

/// An NTP time in microseconds.
pub(super) fn micros(ntp: u64) -> i64 {
    ((ntp >> 32) * 1_000_000 + (((ntp & 0xffff_ffff) * 1_000_000) >> 32)) as i64
}

/// Our time less the sender's, by the sender reports that travelled fastest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SenderClock {
    offset: Option<(i64, i64)>,
}

impl SenderClock {
    /// A sender report came.
    pub(super) fn report(&mut self, sender_ntp: u64, arrival_us: i64) {
        let sample = arrival_us - micros(sender_ntp);
        let offset = match self.offset {
            Some((offset, _)) if sample - offset > SET_BACK_US => sample,
            Some((offset, at_us)) => sample.min(offset + (arrival_us - at_us).max(0) / 1_000_000 * LEAK_US_PER_S),
            None => sample,
        };
        // The time of the last leak stays until a whole second has passed.
        let at_us = match self.offset {
            Some((_, at_us)) if arrival_us - at_us < 1_000_000 && offset != sample => at_us,
            _ => arrival_us,
        };
        self.offset = Some((offset, at_us));
    }

    /// How far the sender's clock is beyond `ntp` when ours shows `now_us`, in microseconds.
    pub(super) fn since(&self, ntp: u64, now_us: i64) -> Option<i64> {
        let (offset, _) = self.offset?;
        Some(now_us - offset - micros(ntp))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ntp_times_go_there_and_back() {
        for us in [0, 1, 999_999, 123_456_789_012] {
            assert!((micros(ntp(us)) - NTP_BASE_SECONDS * 1_000_000 - us).abs() <= 1);
        }
    }

    #[test]
    fn the_fastest_report_counts_and_drift_is_followed() {
        let mut clock = SenderClock::default();
        let sent = |us: i64| ntp(us - 7_000_000);
        for (at, delay) in [(0, 30_000), (1_000_000, 10_000), (2_000_000, 50_000)] {
            clock.report(sent(at), at + delay);
        }
        let since = clock.since(sent(2_000_000), 3_010_000).unwrap();
        assert!((999_000..=1_000_001).contains(&since), "{since}");
        for second in 3..100 {
            // 100 ppm slow against us.
            clock.report(sent(second * 999_900), second * 1_000_000 + 10_000);
        }
        let since = clock.since(sent(99 * 999_900), 99_010_000).unwrap();
        assert!(since.abs() < 2_000, "{since}");
    }

    #[test]
    fn a_clock_that_is_set_is_followed_at_once() {
        let mut clock = SenderClock::default();
        clock.report(ntp(50_000_000), 1_000_000);
        clock.report(ntp(20_000_000), 2_000_000);
        assert!(clock.since(ntp(20_000_000), 2_000_000).unwrap().abs() <= 1);
        clock.report(ntp(90_000_000), 3_000_000);
        assert!(clock.since(ntp(90_000_000), 3_000_000).unwrap().abs() <= 1);
    }
}
