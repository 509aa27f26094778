//! Sequence numbers and timestamps beyond their wrap (RFC 3550 appendix A.1).

/// A 16-bit number that wraps, continued in 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extended {
    highest: u64,
}

impl Extended {
    /// Where the first number is placed: far from zero, so that earlier numbers have a place too.
    pub const START: u64 = 1 << 20;

    #[must_use]
    pub fn new(first: u16) -> Self {
        Self { highest: Self::START + u64::from(first) }
    }

    /// The highest number seen.
    #[must_use]
    pub fn highest(self) -> u64 {
        self.highest
    }

    /// The place of `seq` nearest to the highest one; moves nothing.
    #[must_use]
    pub fn peek(self, seq: u16) -> u64 {
        near(self.highest, seq)
    }

    /// As [`Extended::peek`], and remembers a new highest number.
    pub fn extend(&mut self, seq: u16) -> u64 {
        let place = self.peek(seq);
        self.highest = self.highest.max(place);
        place
    }
}

/// The 64-bit number whose low 16 bits are `seq` and which is nearest to `reference`.
#[must_use]
pub fn near(reference: u64, seq: u16) -> u64 {
    let step = seq.wrapping_sub(reference as u16) as i16;
    reference.wrapping_add_signed(i64::from(step))
}

/// The 64-bit number whose low 32 bits are `timestamp` and which is nearest to `reference`.
#[must_use]
pub fn near32(reference: u64, timestamp: u32) -> u64 {
    let step = timestamp.wrapping_sub(reference as u32) as i32;
    reference.wrapping_add_signed(i64::from(step))
}

/// Signed distance from `from` to `to` over the wrap.
#[must_use]
pub fn distance32(from: u32, to: u32) -> i32 {
    to.wrapping_sub(from) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_on_over_the_wrap_and_late_ones_find_their_place() {
        let mut seq = Extended::new(65_534);
        let first = seq.highest();
        assert_eq!(seq.extend(65_535), first + 1);
        assert_eq!(seq.extend(1), first + 3);
        assert_eq!(seq.extend(0), first + 2);
        assert_eq!(seq.extend(65_533), first - 1);
        assert_eq!(seq.highest(), first + 3);
        assert_eq!(near32(u64::from(u32::MAX), 4), u64::from(u32::MAX) + 5);
        assert_eq!(distance32(u32::MAX, 4), 5);
    }
}
