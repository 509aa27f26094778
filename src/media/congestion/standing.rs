//! A queue that neither grows nor goes away: the trend of the delay does not show it.

/// This long for so long it is one.
const QUEUE_US: i64 = 80_000;
const STANDS_US: i64 = 1_500_000;
/// A wait that is still this share of what it was after less was sent for so long is no queue: the way itself has become
/// longer.
const UNCHANGED: f64 = 0.75;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Nothing,
    /// Less is to be sent.
    Queue,
    /// It is none.
    LongerWay,
}

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    /// Since when there has been a wait, and the shortest since then.
    since: Option<(i64, i64)>,
    /// The shortest of the time before that, when it was taken for a queue.
    before_us: Option<i64>,
}

impl Standing {
    /// Whether one is being waited for to go.
    pub(super) fn is_there(self) -> bool {
        self.before_us.is_some()
    }

    /// Packets wait for so long now.
    pub(super) fn look(&mut self, now_us: i64, queue_us: i64) -> Verdict {
        if queue_us <= QUEUE_US {
            *self = Self::default();
            return Verdict::Nothing;
        }
        let (since_us, least_us) = self.since.unwrap_or((now_us, queue_us));
        let least_us = least_us.min(queue_us);
        if now_us - since_us < STANDS_US {
            self.since = Some((since_us, least_us));
            return Verdict::Nothing;
        }
        if self.before_us.is_some_and(|before| least_us as f64 > before as f64 * UNCHANGED) {
            *self = Self::default();
            return Verdict::LongerWay;
        }
        *self = Self { since: None, before_us: Some(least_us) };
        Verdict::Queue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The verdicts that say anything, with their times in ms, of waits in ms looked at every 100 ms.
    fn verdicts(waits: impl Iterator<Item = i64>) -> Vec<(i64, Verdict)> {
        let mut standing = Standing::default();
        let look = |(n, ms): (i64, i64)| (n * 100, standing.look(n * 100_000, ms * 1000));
        (0..).zip(waits).map(look).filter(|(_, verdict)| *verdict != Verdict::Nothing).collect()
    }

    #[test]
    fn a_queue_that_stands_is_told_and_again_as_long_as_it_shrinks() {
        let shrinks = (0..60).map(|n| 300 - n * 5);
        assert_eq!(verdicts(shrinks), [(1500, Verdict::Queue), (3100, Verdict::Queue)]);
        assert_eq!(verdicts((0..60).map(|n| if n % 10 == 0 { 70 } else { 200 })), [], "it runs empty now and then");
    }

    #[test]
    fn a_way_that_has_become_longer_is_no_queue() {
        let jitters = (0..32).map(|n| 130 + n * 7 % 90);
        assert_eq!(verdicts(jitters), [(1500, Verdict::Queue), (3100, Verdict::LongerWay)]);
    }
}
