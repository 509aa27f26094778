//! Token buckets: what a peer may cost before its packets are even decrypted.

const MICROS: i64 = 1_000_000;

/// Counts in millionths of a packet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    rate: i64,
    full: i64,
    level: i64,
    at_us: i64,
}

impl Bucket {
    /// `rate` packets a second, `burst` at once.
    pub(super) fn new((rate, burst): (u32, u32), now_us: i64) -> Self {
        let full = i64::from(burst) * MICROS;
        Self { rate: i64::from(rate), full, level: full, at_us: now_us }
    }

    /// Goes on with another rate; what there is stays, as far as there is room for it.
    pub(super) fn adjust(&mut self, (rate, burst): (u32, u32)) {
        self.rate = i64::from(rate);
        self.full = i64::from(burst) * MICROS;
        self.level = self.level.min(self.full);
    }

    /// Takes one packet's worth, if there is.
    pub(super) fn take(&mut self, now_us: i64) -> bool {
        let passed = (now_us - self.at_us).clamp(0, 60 * MICROS);
        self.at_us = self.at_us.max(now_us);
        self.level = (self.level + passed * self.rate).min(self.full);
        let enough = self.level >= MICROS;
        if enough {
            self.level -= MICROS;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_only_the_rate() {
        let mut bucket = Bucket::new((100, 10), 0);
        assert_eq!((0..50).filter(|_| bucket.take(0)).count(), 10);
        assert_eq!((0..50).filter(|_| bucket.take(50_000)).count(), 5);
        assert_eq!((0..50).filter(|_| bucket.take(50_000_000)).count(), 10);
        bucket.adjust((200, 30));
        assert_eq!((0..50).filter(|_| bucket.take(50_050_000)).count(), 10, "nothing is given for asking again");
    }
}
