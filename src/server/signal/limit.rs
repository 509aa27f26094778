//! How many messages a link may send.

use std::time::{Duration, Instant};

/// Messages a second in the long run.
const RATE: f64 = 50.0;
/// Messages at once.
const BURST: f64 = 100.0;

/// A bucket of tokens, one a message. Time is passed in.
#[derive(Debug)]
pub(super) struct Limit {
    tokens: f64,
    at: Instant,
}

impl Limit {
    pub(super) fn new(now: Instant) -> Self {
        Self { tokens: BURST, at: now }
    }

    /// Whether one more message may come now.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        let passed: Duration = now.saturating_duration_since(self.at);
        self.at = now;
        self.tokens = (self.tokens + passed.as_secs_f64() * RATE).min(BURST);
        let admitted = self.tokens >= 1.0;
        if admitted {
            self.tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_does_not() {
        let begin = Instant::now();
        let mut limit = Limit::new(begin);
        assert_eq!((0..200).filter(|_| limit.admits(begin)).count(), 100);
        let second_later = begin + Duration::from_secs(1);
        assert_eq!((0..200).filter(|_| limit.admits(second_later)).count(), 50);
    }

    #[test]
    fn a_steady_client_is_never_refused() {
        let begin = Instant::now();
        let mut limit = Limit::new(begin);
        assert!((0..5_000).all(|n| limit.admits(begin + Duration::from_millis(20 * n))));
    }
}
