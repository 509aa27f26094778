//! Emptying a long queue: who sends nothing lets it run empty in the time that a packet waits in it.

/// From such a wait on, and for so long at most.
const LONG_US: i64 = 300_000;
const MOST_US: i64 = 2_000_000;
/// A wait that is still this share of what it was has not been emptied: the way itself has become longer. Sound goes on
/// meanwhile, and on a narrow line leaves little room to empty it faster.
const UNCHANGED: f64 = 0.85;

#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Drain {
    #[default]
    No,
    Emptying {
        since_us: i64,
        until_us: i64,
        queue_us: i64,
    },
    /// It should be empty now; packets sent since then will tell.
    Empty {
        since_us: i64,
        queue_us: i64,
    },
}

impl Drain {
    /// Whether pictures wait.
    pub(super) fn holds(self, now_us: i64) -> bool {
        matches!(self, Self::Emptying { until_us, .. } if now_us < until_us)
    }

    /// Takes a look at how long packets wait by the last feedback, about packets sent until `spoken_us`. True: what was
    /// taken for a queue is none.
    pub(super) fn look(&mut self, now_us: i64, queue_us: i64, spoken_us: i64) -> bool {
        match *self {
            Self::No if queue_us > LONG_US => {
                *self = Self::Emptying { since_us: now_us, until_us: now_us + queue_us.min(MOST_US), queue_us };
            }
            // What is told comes late: packets that were on their way by then may have found a longer one.
            Self::Emptying { since_us, queue_us: before, .. } if queue_us > before => {
                let until_us = (now_us + queue_us).min(since_us + MOST_US);
                *self = Self::Emptying { since_us, until_us, queue_us };
            }
            Self::Emptying { until_us, queue_us, .. } if now_us >= until_us => {
                *self = Self::Empty { since_us: until_us, queue_us };
            }
            Self::Empty { since_us, queue_us: before } if spoken_us > since_us => {
                *self = Self::No;
                return queue_us as f64 > before as f64 * UNCHANGED && queue_us > LONG_US;
            }
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_given_the_time_that_it_needs() {
        let mut drain = Drain::default();
        assert!(!drain.look(0, 200_000, 0) && !drain.holds(1));
        drain.look(0, 800_000, 0);
        assert!(drain.holds(799_999) && !drain.holds(800_000));
        drain.look(850_000, 800_000, 0);
        assert!(!drain.look(900_000, 800_000, 700_000), "about a packet from before");
        assert!(!drain.look(990_000, 20_000, 810_000), "it was a queue");
        assert!(matches!(drain, Drain::No));
    }

    #[test]
    fn a_queue_that_turns_out_longer_is_given_longer_and_what_sound_leaves_of_it_is_no_way() {
        let mut drain = Drain::default();
        drain.look(0, 400_000, -300_000);
        drain.look(200_000, 900_000, -100_000);
        assert!(drain.holds(1_099_999) && !drain.holds(1_100_000));
        drain.look(500_000, 3_000_000, 0);
        assert!(drain.holds(1_999_999) && !drain.holds(2_000_000), "not for longer than two seconds");
        drain.look(2_000_000, 3_000_000, 100_000);
        assert!(!drain.look(2_300_000, 2_400_000, 2_100_000), "it is shorter: a queue");
    }

    #[test]
    fn a_way_that_has_become_longer_is_no_queue() {
        let mut drain = Drain::default();
        drain.look(0, 500_000, 0);
        drain.look(600_000, 500_000, 0);
        assert!(drain.look(700_000, 490_000, 610_000));
    }
}
