//! The rate of a stream, over the last second.

const WINDOW_US: i64 = 1_000_000;
/// What each packet takes on a line beside its payload: RTP header with extensions, SRTP tag, UDP, IP.
const BELOW: usize = 64;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meter {
    since_us: Option<i64>,
    amount: u64,
    /// Of the last whole window.
    rate: Option<f64>,
}

impl Meter {
    /// Counts a packet's payload, in bits on the line.
    pub(super) fn add(&mut self, now_us: i64, payload: usize) {
        self.count(now_us, (payload + BELOW) as u64 * 8);
    }

    pub(super) fn count(&mut self, now_us: i64, amount: u64) {
        let since = *self.since_us.get_or_insert(now_us);
        if now_us - since >= WINDOW_US {
            // After a pause the window is long and says nothing: what was before holds until the next one.
            if now_us - since < 2 * WINDOW_US {
                self.rate = Some(per_second(self.amount, now_us - since));
            }
            (self.since_us, self.amount) = (Some(now_us), 0);
        }
        self.amount += amount;
    }

    /// A second's amount. In its first second, of what there has been.
    pub(super) fn rate(&self, now_us: i64) -> f64 {
        self.rate.unwrap_or_else(|| {
            let passed = self.since_us.map_or(WINDOW_US, |since| (now_us - since).max(WINDOW_US / 4));
            per_second(self.amount, passed)
        })
    }
}

fn per_second(amount: u64, us: i64) -> f64 {
    amount as f64 * 1e6 / us as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_whole_second() {
        let mut meter = Meter::default();
        (0..=100).for_each(|n| meter.add(n * 20_000, 1186));
        assert!((meter.rate(2_000_000) - 500_000.0).abs() < 5_000.0);
        (0..10).for_each(|n| meter.add(10_000_000 + n * 20_000, 1186));
        assert!((meter.rate(10_200_000) - 500_000.0).abs() < 5_000.0, "after a pause, as before until more is known");
    }
}
