//! Seeded chance.

/// splitmix64 (Steele, Lea, Flood 2014): equidistributed, and the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// `purpose` keeps draws for different things apart, so that a change of one does not shift the others.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mut first = Self(seed ^ purpose.wrapping_mul(0xd6e8_feb8_6659_fd93));
        Self(first.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// True in this share of all cases.
    pub(crate) fn happens(&mut self, share: f64) -> bool {
        // 53 bits: as many as a double holds, so that 0 never happens and 1 always does.
        ((self.next() >> 11) as f64) < share * (1_u64 << 53) as f64
    }

    /// 0 up to and with `most`.
    pub(crate) fn up_to(&mut self, most: i64) -> i64 {
        let span = u128::from(most.max(0).unsigned_abs()) + 1;
        ((u128::from(self.next()) * span) >> 64) as i64
    }
}
