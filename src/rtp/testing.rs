//! Seeded randomness for the tests of this package and of those above it (feature `testing`).

/// xorshift64*: enough randomness for a test, and the same each time.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Any 64 bits.
    #[allow(clippy::should_implement_trait)] // it never ends
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Less than `limit`; 0 if that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % limit.max(1)
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Up to so many bytes without sense.
    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        let len = self.below(most + 1);
        (0..len).map(|_| self.next().to_le_bytes()[3]).collect()
    }

    /// Changes, cuts, doubles or inserts a few bytes; always changes something unless `data` is empty.
    pub fn mutate(&mut self, data: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            if data.is_empty() {
                return;
            }
            let at = self.below(data.len());
            match self.below(6) {
                0 => data.truncate(at),
                1 => data.insert(at, self.next().to_le_bytes()[2]),
                2 => {
                    data.remove(at);
                }
                _ => data[at] ^= self.next().to_le_bytes()[4] | 1,
            }
        }
    }
}
