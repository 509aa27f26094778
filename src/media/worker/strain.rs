//! Whether the worker keeps up with what arrives, and what share of the pictures it carries while it does not.
//!
//! As CoDel (RFC 8289) tells a standing queue from a burst: by the least wait of an interval. Sans-IO; time is passed in, in
//! microseconds.

/// Datagrams that wait so long at the least, for an interval, wait because there are too many.
const BEHIND_US: i64 = 20_000;
const INTERVAL_US: i64 = 100_000;
/// All pictures.
pub(crate) const ALL: u16 = 1000;
/// Each interval of being behind leaves so much of what is carried.
const LESS: (u32, u32) = (3, 4);
/// Each time there was room for a while, so much more is carried.
const MORE: u16 = 100;
/// That while; longer each time that more was too much.
const HOLD_US: (i64, i64) = (2_000_000, 20_000_000);
/// More was too much if the worker is behind again within this.
const EARLY_US: i64 = 5_000_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Strain {
    carried: u16,
    /// The interval at hand: its end, and the least wait in it.
    until_us: i64,
    least_us: i64,
    /// When there was less last, and more.
    lowered_us: i64,
    raised_us: i64,
    hold_us: i64,
}

impl Strain {
    pub(super) fn new() -> Self {
        let long_ago = i64::MIN / 2;
        Self { carried: ALL, until_us: 0, least_us: 0, lowered_us: long_ago, raised_us: long_ago, hold_us: HOLD_US.0 }
    }

    /// Of a thousand pictures.
    pub(super) fn carried(&self) -> u16 {
        self.carried
    }

    /// The newest of a batch had waited so long; 0: nothing waits. Gives the share of a thousand that is carried from now
    /// on, if that is another one.
    pub(super) fn look(&mut self, now_us: i64, waited_us: i64) -> Option<u16> {
        self.least_us = self.least_us.min(waited_us);
        if now_us < self.until_us {
            return None;
        }
        let behind = self.least_us > BEHIND_US;
        // An interval of one look says nothing: the wait at its end is the next one's.
        (self.least_us, self.until_us) = (waited_us, now_us + INTERVAL_US);
        let before = self.carried;
        if behind {
            self.less(now_us);
        } else if before < ALL && now_us - self.lowered_us.max(self.raised_us) >= self.hold_us {
            self.carried = (before + MORE).min(ALL);
            self.raised_us = now_us;
        }
        (self.carried != before).then_some(self.carried)
    }

    fn less(&mut self, now_us: i64) {
        let early = now_us - self.raised_us < EARLY_US;
        let first = now_us - self.lowered_us > INTERVAL_US * 2;
        if first {
            self.hold_us = if early { (self.hold_us * 2).min(HOLD_US.1) } else { HOLD_US.0 };
        }
        self.carried = (u32::from(self.carried) * LESS.0 / LESS.1) as u16;
        self.lowered_us = now_us;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A worker that does work of `room` in each millisecond, in which work of `load` comes in.
    struct Sim {
        strain: Strain,
        now_us: i64,
        /// Arrival and cost of what waits.
        waiting: std::collections::VecDeque<(i64, f64)>,
        longest_us: i64,
        changes: u32,
        credit: f64,
    }

    impl Sim {
        fn new() -> Self {
            let waiting = std::collections::VecDeque::new();
            Self { strain: Strain::new(), now_us: 0, waiting, longest_us: 0, changes: 0, credit: 0.0 }
        }

        fn run(&mut self, ms: i64, load: f64, room: f64) {
            for _ in 0..ms {
                self.now_us += 1000;
                self.waiting.push_back((self.now_us, load));
                self.credit += room;
                while let Some((at_us, cost)) = self.waiting.front().copied() {
                    if self.credit <= 0.0 {
                        break;
                    }
                    self.credit -= cost * f64::from(self.strain.carried()) / 1000.0;
                    self.waiting.pop_front();
                    self.longest_us = self.longest_us.max(self.now_us - at_us);
                    let told = self.strain.look(self.now_us, self.now_us - at_us);
                    self.changes += u32::from(told.is_some());
                }
                if self.waiting.is_empty() {
                    self.credit = self.credit.min(0.0);
                }
            }
        }
    }

    #[test]
    fn who_keeps_up_carries_everything_and_a_burst_or_a_pause_changes_nothing() {
        let mut sim = Sim::new();
        sim.run(5_000, 1.0, 2.0);
        sim.run(30, 10.0, 2.0);
        sim.run(1_000, 1.0, 4.0);
        // The machine did not let it run for 300 ms.
        sim.run(300, 1.0, 0.0);
        sim.run(2_000, 1.0, 8.0);
        assert_eq!((sim.changes, sim.strain.carried()), (0, ALL));
        assert!(sim.longest_us > 290_000);
    }

    #[test]
    fn too_much_by_half_waits_for_a_short_time_only_and_most_of_what_can_be_carried_is() {
        let mut sim = Sim::new();
        sim.run(1_000, 1.5, 1.0);
        assert!(sim.strain.carried() < 667);
        assert!(sim.longest_us < 300_000, "{}", sim.longest_us);
        sim.longest_us = 0;
        let mut carried = 0;
        for _ in 0..100 {
            sim.run(1_000, 1.5, 1.0);
            carried += u32::from(sim.strain.carried());
        }
        assert!((450..667).contains(&(carried / 100)), "{}", carried / 100);
        assert!(sim.longest_us < 200_000, "{}", sim.longest_us);
        assert!(sim.changes < 60, "{}", sim.changes);
    }

    #[test]
    fn everything_is_carried_again_when_there_is_room_for_it() {
        let mut sim = Sim::new();
        sim.run(3_000, 2.0, 1.0);
        assert!(sim.strain.carried() <= 500);
        sim.run(30_000, 0.5, 1.0);
        assert_eq!(sim.strain.carried(), ALL);
        let changes = sim.changes;
        sim.run(30_000, 0.5, 1.0);
        assert_eq!(sim.changes, changes);
    }
}
