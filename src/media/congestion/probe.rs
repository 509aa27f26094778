//! Probes: short trains of packets sent faster than the estimate, to find out whether the line carries more.

use super::history::Fate;

/// What a train lasts, and its least size: less says nothing.
const TRAIN_US: i64 = 20_000;
const LEAST_PACKETS: u32 = 4;
const LEAST_BYTES: u64 = 1_200;
/// Of a train, so much must have come.
const ENOUGH: f64 = 0.6;
/// A train of which nothing more is heard.
const GIVEN_UP_US: i64 = 1_500_000;
/// Between trains: after one that found more, and after those that did not.
const NEXT_US: i64 = 150_000;
const AGAIN_US: (i64, i64) = (1_000_000, 4_000_000);
/// After the line was found too narrow.
const AFTER_DECREASE_US: i64 = 1_500_000;
/// A train is sent at this multiple of the estimate.
const FACTOR: f64 = 2.0;
/// Found to be narrower than the train by this factor, the line is measured, and some room is left.
const NARROWER: f64 = 0.9;
const ROOM: f64 = 0.9;

/// A train to be sent now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Train {
    /// Marks its packets; never 0.
    pub(crate) number: u8,
    pub(crate) bytes: u64,
    /// So many packets at least, whatever their size.
    pub(crate) packets: u32,
}

#[derive(Debug, Clone, Copy)]
struct Flight {
    number: u8,
    begun_us: i64,
    rate: f64,
    bytes: u64,
    came: u64,
    packets: u32,
    first: Option<(i64, u16)>,
    last_us: i64,
}

#[derive(Debug)]
pub(super) struct Probes {
    number: u8,
    flight: Option<Flight>,
    earliest_us: i64,
    pause_us: i64,
}

impl Probes {
    pub(super) fn new() -> Self {
        Self { number: 0, flight: None, earliest_us: i64::MIN, pause_us: AGAIN_US.0 }
    }

    /// Whether a train, or what it pushed before it, may be on the line.
    pub(super) fn is_flying(&self) -> bool {
        self.flight.is_some()
    }

    /// The train to send now, given what is estimated and what could be used, in bits a second.
    pub(super) fn plan(&mut self, now_us: i64, estimate: f64, wanted: f64) -> Option<Train> {
        if self.flight.is_some_and(|flight| now_us - flight.begun_us > GIVEN_UP_US) {
            self.flight = None;
            self.failed(now_us);
        }
        if self.flight.is_some() || now_us < self.earliest_us || wanted <= estimate {
            return None;
        }
        let rate = (estimate * FACTOR).min(wanted * 1.25).max(estimate * 1.1);
        let bytes = ((rate * TRAIN_US as f64 / 8e6) as u64).max(LEAST_BYTES);
        self.number = self.number % 255 + 1;
        let number = self.number;
        self.flight =
            Some(Flight { number, begun_us: now_us, rate, bytes, came: 0, packets: 0, first: None, last_us: 0 });
        Some(Train { number, bytes, packets: LEAST_PACKETS })
    }

    /// Nothing could be sent for the train.
    pub(super) fn cancelled(&mut self, now_us: i64) {
        self.flight = None;
        self.failed(now_us);
    }

    /// A packet of a train was told of. `Some`: what the line carries by it, in bits a second.
    pub(super) fn told(&mut self, now_us: i64, fate: &Fate) -> Option<f64> {
        let flight = self.flight.as_mut().filter(|flight| flight.number == fate.sent.probe)?;
        let arrived_us = fate.arrived_us?;
        if flight.first.is_none() {
            flight.first = Some((arrived_us, fate.sent.bytes));
        }
        flight.came += u64::from(fate.sent.bytes);
        flight.packets += 1;
        flight.last_us = flight.last_us.max(arrived_us);
        if (flight.came as f64) < flight.bytes as f64 * ENOUGH || flight.packets + 1 < LEAST_PACKETS {
            return None;
        }
        let (first_us, first) = flight.first?;
        let flight = self.flight.take()?;
        let passed_us = (flight.last_us - first_us).max(1);
        let carried = (flight.came - u64::from(first)) as f64 * 8e6 / passed_us as f64;
        if carried < flight.rate * NARROWER {
            self.failed(now_us);
            return Some(carried * ROOM);
        }
        (self.earliest_us, self.pause_us) = (now_us + NEXT_US, AGAIN_US.0);
        Some(flight.rate)
    }

    fn failed(&mut self, now_us: i64) {
        self.earliest_us = now_us + self.pause_us;
        self.pause_us = (self.pause_us * 2).min(AGAIN_US.1);
    }

    /// The line was found too narrow.
    pub(super) fn decreased(&mut self, now_us: i64) {
        self.flight = None;
        self.earliest_us = self.earliest_us.max(now_us + AFTER_DECREASE_US);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::congestion::history::History;

    /// A train over a line of so many bits a second; what it found.
    fn train(probes: &mut Probes, now_us: i64, estimate: f64, wanted: f64, line: f64) -> Option<f64> {
        let train = probes.plan(now_us, estimate, wanted)?;
        let mut history = History::new();
        let packets = train.bytes.div_ceil(1200).max(u64::from(train.packets));
        (0..packets).for_each(|_| {
            history.sent(now_us, 1200, train.number);
        });
        (0..packets as u16).find_map(|seq| {
            let at = now_us + 10_000 + (f64::from(seq) * 9600.0 * 1e6 / line) as i64;
            probes.told(now_us + 100_000, &history.told(seq, Some(at)).unwrap())
        })
    }

    #[test]
    fn a_wide_line_is_found_wide_and_probed_again_at_once() {
        let mut probes = Probes::new();
        assert_eq!(train(&mut probes, 0, 1e6, 9e6, 1e8), Some(2e6));
        assert_eq!(train(&mut probes, 300_000, 2e6, 9e6, 1e8), Some(4e6));
        assert_eq!(probes.plan(900_000, 4e6, 3e6), None, "more is of no use");
    }

    #[test]
    fn a_narrow_line_is_measured_and_then_left_alone_for_longer_and_longer() {
        let mut probes = Probes::new();
        let found = train(&mut probes, 0, 4e5, 3e6, 5e5).unwrap();
        assert!((found - 4.5e5).abs() < 1e4, "{found}");
        assert!(probes.plan(900_000, 4e5, 3e6).is_none());
        assert!(train(&mut probes, 1_200_000, 4e5, 3e6, 5e5).is_some());
        assert!(probes.plan(2_900_000, 4e5, 3e6).is_none());
    }

    #[test]
    fn a_train_that_is_never_heard_of_is_given_up() {
        let mut probes = Probes::new();
        assert!(probes.plan(0, 1e6, 4e6).is_some());
        assert!(probes.plan(1_000_000, 1e6, 4e6).is_none());
        assert!(probes.plan(3_000_000, 1e6, 4e6).is_none(), "given up here");
        assert!(probes.plan(4_100_000, 1e6, 4e6).is_some());
    }
}
