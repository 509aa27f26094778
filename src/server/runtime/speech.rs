//! Who was heard, and how long: what the minutes say of speech. Levels come several times a second; the ledger gets one
//! line when somebody has finished.

use assize_core::ids::SeatId;

/// Somebody who was silent for so long has finished, in microseconds.
const FINISHED_US: u64 = 4_000_000;
/// Shorter than this it was a cough, or a chair.
const LEAST_US: u64 = 1_000_000;
/// Whoever speaks on is put on record in pieces of this length, so that a crash costs no more.
const LONGEST_US: u64 = 120_000_000;

/// Somebody was heard (hearing time).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) seat: SeatId,
    pub(super) from_us: u64,
    pub(super) to_us: u64,
}

/// Those whose speech is not over yet.
#[derive(Debug, Default)]
pub(super) struct Speech(Vec<Heard>);

impl Speech {
    /// The loudest is heard now.
    pub(super) fn heard(&mut self, seat: SeatId, now_us: u64) {
        match self.0.iter_mut().find(|heard| heard.seat == seat) {
            Some(heard) => heard.to_us = now_us,
            None => self.0.push(Heard { seat, from_us: now_us, to_us: now_us }),
        }
    }

    /// What is over now. `all`: whoever speaks, since the session rests or somebody else at the seat is named.
    pub(super) fn over(&mut self, now_us: u64, all: bool) -> Vec<Heard> {
        let over = |heard: &mut Heard| {
            all || now_us.saturating_sub(heard.to_us) >= FINISHED_US || heard.to_us - heard.from_us >= LONGEST_US
        };
        let mut over: Vec<Heard> = self.0.extract_if(.., over).collect();
        over.retain(|heard| heard.to_us - heard.from_us >= LEAST_US);
        over.sort_by_key(|heard| heard.from_us);
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    #[test]
    fn a_pause_between_words_is_none_and_a_cough_is_no_speech() {
        let mut speech = Speech::default();
        let (one, other) = (SeatId(1), SeatId(2));
        for second in [10, 11, 14, 15] {
            speech.heard(one, second * SECOND);
        }
        speech.heard(other, 15 * SECOND);
        assert_eq!(speech.over(18 * SECOND, false), []);
        assert_eq!(speech.over(19 * SECOND, false), [Heard { seat: one, from_us: 10 * SECOND, to_us: 15 * SECOND }]);
        speech.heard(one, 20 * SECOND);
        speech.heard(one, 22 * SECOND);
        assert_eq!(speech.over(22 * SECOND, true), [Heard { seat: one, from_us: 20 * SECOND, to_us: 22 * SECOND }]);
        assert_eq!(speech.over(99 * SECOND, true), []);
    }

    #[test]
    fn whoever_speaks_for_long_is_put_on_record_meanwhile() {
        let mut speech = Speech::default();
        (0..=120).for_each(|second| speech.heard(SeatId(1), second * SECOND));
        assert_eq!(speech.over(120 * SECOND, false).len(), 1);
    }
}
