//! Loss that sending less would mend, told apart from loss that is the line's own.
//!
//! A line that is too narrow for what is sent loses what does not fit: with a lower rate the loss goes away. A bad line
//! loses its share whatever the rate: there a lower rate mends nothing and costs the picture. So the rate is lowered on
//! loss, and if that has not helped, the loss is taken for the line's own and the rate is given back.
//!
//! What does not fit waits first: loss that comes with a queue is believed at once, loss without one (bursts; a policer)
//! only if it lasts.

/// A share is taken over at least so long and so many packets.
const INTERVAL_US: i64 = 400_000;
const PACKETS: u32 = 25;
/// Loss beyond the line's own that is a reason to send less.
const TOO_MUCH: f64 = 0.08;
/// Loss that stayed above this share of what it was has not been helped.
const UNHELPED: f64 = 0.6;
/// Intervals that a lower rate is given to show itself; the first still holds what was under way.
const PATIENCE: u32 = 3;
const OWN_MOST: f64 = 0.5;
/// How fast the line's own share follows what is seen, an interval: down, and, once it was found by a trial, up.
const FOLLOW: (f64, f64) = (0.1, 0.05);
/// With packets waiting this long, loss comes of a queue.
const QUEUE_US: i64 = 8_000;
const SMOOTHING: f64 = 0.15;
/// Few packets are lost in uneven shares: so many standard deviations are no change.
const DEVIATIONS: f64 = 2.5;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Verdict {
    Nothing,
    /// Send less.
    Less,
    /// It did not help: the rate before was right.
    GiveBack(f64),
}

#[derive(Debug, Clone, Copy)]
struct Trial {
    rate: f64,
    loss: f64,
    left: u32,
    /// Of the intervals but the first.
    sum: f64,
}

#[derive(Debug, Default)]
pub(super) struct Loss {
    since_us: Option<i64>,
    lost: u32,
    came: u32,
    own: f64,
    smooth: f64,
    trial: Option<Trial>,
}

impl Loss {
    pub(super) fn packet(&mut self, came: bool) {
        if came { self.came += 1 } else { self.lost += 1 }
    }

    /// The share that the line loses whatever is sent, 0 to 0.5.
    pub(super) fn own(&self) -> f64 {
        self.own
    }

    /// Looks at what was counted, if it is enough; `rate` is what is sent at most now, in bits a second, and packets wait
    /// for `queue_us`.
    pub(super) fn look(&mut self, now_us: i64, rate: f64, queue_us: i64) -> Verdict {
        let since = *self.since_us.get_or_insert(now_us);
        if now_us - since < INTERVAL_US || self.lost + self.came < PACKETS {
            return Verdict::Nothing;
        }
        let packets = f64::from(self.lost + self.came);
        let share = f64::from(self.lost) / packets;
        let uneven = DEVIATIONS * (self.own * (1.0 - self.own) / packets).sqrt();
        (self.since_us, self.lost, self.came) = (Some(now_us), 0, 0);
        if let Some(mut trial) = self.trial.take() {
            trial.left -= 1;
            trial.sum += if trial.left + 1 < PATIENCE { share } else { 0.0 };
            if trial.left > 0 {
                self.trial = Some(trial);
                return Verdict::Nothing;
            }
            let mean = trial.sum / f64::from(PATIENCE - 1);
            if mean > trial.loss * UNHELPED {
                self.own = mean.max(self.own).min(OWN_MOST);
                self.smooth = self.own;
                return Verdict::GiveBack(trial.rate);
            }
        }
        self.smooth += (share - self.smooth) * SMOOTHING;
        let loss = if queue_us > QUEUE_US { share } else { self.smooth };
        if loss > self.own + TOO_MUCH + uneven {
            self.trial = Some(Trial { rate, loss, left: PATIENCE, sum: 0.0 });
            return Verdict::Less;
        }
        let up = if self.own > 0.0 { FOLLOW.1 } else { 0.0 };
        self.own += (share - self.own) * if share < self.own { FOLLOW.0 } else { up };
        self.own = self.own.min(OWN_MOST);
        Verdict::Nothing
    }

    /// The rate was lowered for another reason: what comes of it says nothing of the loss.
    pub(super) fn distracted(&mut self) {
        self.trial = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(loss: &mut Loss, now_us: &mut i64, share: u32, rate: f64) -> Verdict {
        *now_us += INTERVAL_US;
        (0..100).for_each(|n| loss.packet(n >= share));
        loss.look(*now_us, rate, 20_000)
    }

    #[test]
    fn loss_that_less_mends_is_obeyed() {
        let (mut loss, mut now) = (Loss::default(), 0);
        loss.look(0, 1e6, 0);
        assert_eq!(interval(&mut loss, &mut now, 20, 1e6), Verdict::Less);
        for _ in 0..10 {
            assert_eq!(interval(&mut loss, &mut now, 0, 8e5), Verdict::Nothing);
        }
        assert_eq!(loss.own(), 0.0);
    }

    #[test]
    fn loss_that_less_does_not_mend_is_the_lines_own() {
        let (mut loss, mut now) = (Loss::default(), 0);
        loss.look(0, 1e6, 0);
        assert_eq!(interval(&mut loss, &mut now, 20, 1e6), Verdict::Less);
        assert_eq!(interval(&mut loss, &mut now, 22, 8e5), Verdict::Nothing);
        assert_eq!(interval(&mut loss, &mut now, 18, 8e5), Verdict::Nothing);
        assert_eq!(interval(&mut loss, &mut now, 19, 8e5), Verdict::GiveBack(1e6));
        for _ in 0..50 {
            assert_eq!(interval(&mut loss, &mut now, 20, 1e6), Verdict::Nothing);
        }
        assert_eq!(interval(&mut loss, &mut now, 45, 2e6), Verdict::Less, "and beyond it, it is too much again");
    }

    #[test]
    fn a_line_that_has_become_good_is_believed_again() {
        let (mut loss, mut now) = (Loss { own: 0.2, ..Loss::default() }, 0);
        loss.look(0, 1e6, 0);
        (0..60).for_each(|_| assert_eq!(interval(&mut loss, &mut now, 0, 1e6), Verdict::Nothing));
        assert!(loss.own() < 0.01);
    }
}
