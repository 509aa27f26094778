//! Who was heard, and how long: what the minutes say of speech. Levels come when they change; the ledger gets one line when
//! somebody has finished.

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
pub(super) struct Speech {
    open: Vec<Heard>,
    loudest: Option<SeatId>,
}

impl Speech {
    /// From now on this one is the loudest, or nobody is heard.
    pub(super) fn change(&mut self, loudest: Option<SeatId>, now_us: u64) {
        self.go_on(now_us);
        self.loudest = loudest;
        self.go_on(now_us);
    }

    /// Whoever was the loudest still is.
    pub(super) fn go_on(&mut self, now_us: u64) {
        let Some(seat) = self.loudest else { return };
        match self.open.iter_mut().find(|heard| heard.seat == seat) {
            Some(heard) => heard.to_us = now_us,
            None => self.open.push(Heard { seat, from_us: now_us, to_us: now_us }),
        }
    }

    /// What was said at a seat until now, before somebody else there is named.
    pub(super) fn until_now(&mut self, seat: SeatId, now_us: u64) -> Option<Heard> {
        self.go_on(now_us);
        let heard = self.open.extract_if(.., |heard| heard.seat == seat).next()?;
        (heard.to_us - heard.from_us >= LEAST_US).then_some(heard)
    }

    /// What is over now. `all`: whoever speaks, since the session rests.
    pub(super) fn over(&mut self, now_us: u64, all: bool) -> Vec<Heard> {
        let over = |heard: &mut Heard| {
            all || now_us.saturating_sub(heard.to_us) >= FINISHED_US || heard.to_us - heard.from_us >= LONGEST_US
        };
        let mut over: Vec<Heard> = self.open.extract_if(.., over).collect();
        over.retain(|heard| heard.to_us - heard.from_us >= LEAST_US);
        over.sort_by_key(|heard| heard.from_us);
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    /// One speaks for a second, then nobody is heard.
    fn says(speech: &mut Speech, seat: SeatId, from: u64) {
        speech.change(Some(seat), from * SECOND);
        speech.change(None, (from + 1) * SECOND);
    }

    #[test]
    fn a_pause_between_words_is_none_and_a_cough_is_no_speech() {
        let mut speech = Speech::default();
        let (one, other) = (SeatId(1), SeatId(2));
        says(&mut speech, one, 10);
        says(&mut speech, one, 14);
        speech.change(Some(other), 15 * SECOND);
        speech.change(None, 15 * SECOND + 1);
        assert_eq!(speech.over(18 * SECOND, false), []);
        assert_eq!(speech.over(20 * SECOND, false), [Heard { seat: one, from_us: 10 * SECOND, to_us: 15 * SECOND }]);
        says(&mut speech, one, 21);
        assert_eq!(speech.over(22 * SECOND, true), [Heard { seat: one, from_us: 21 * SECOND, to_us: 22 * SECOND }]);
        assert_eq!(speech.over(99 * SECOND, true), []);
    }

    #[test]
    fn what_was_said_before_somebody_else_is_named_is_over_and_what_follows_begins_anew() {
        let mut speech = Speech::default();
        let (one, other) = (SeatId(1), SeatId(2));
        speech.change(Some(one), 10 * SECOND);
        assert_eq!(speech.until_now(other, 11 * SECOND), None);
        assert_eq!(
            speech.until_now(one, 20 * SECOND),
            Some(Heard { seat: one, from_us: 10 * SECOND, to_us: 20 * SECOND })
        );
        speech.go_on(21 * SECOND);
        speech.change(None, 25 * SECOND);
        assert_eq!(speech.over(40 * SECOND, false), [Heard { seat: one, from_us: 21 * SECOND, to_us: 25 * SECOND }]);
    }

    #[test]
    fn whoever_goes_on_is_heard_without_being_told_of_again() {
        let mut speech = Speech::default();
        speech.change(Some(SeatId(1)), 0);
        (1..120).for_each(|second| {
            speech.go_on(second * SECOND);
            assert_eq!(speech.over(second * SECOND, false), []);
        });
        speech.go_on(120 * SECOND);
        assert_eq!(speech.over(120 * SECOND, false).len(), 1, "put on record meanwhile");
        (121..=123).for_each(|second| speech.go_on(second * SECOND));
        assert_eq!(
            speech.over(123 * SECOND, true),
            [Heard { seat: SeatId(1), from_us: 121 * SECOND, to_us: 123 * SECOND }]
        );
    }
}
