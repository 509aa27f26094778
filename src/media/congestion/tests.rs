//! A sender that sends what the estimate allows, in frames, over a modelled line: the loop closed, in simulated time.

use super::*;
use assize_line::{Conditions, Loss as Lossy, Rate, Way};
use assize_rtp::rtcp::transport::{Arrival, write};
use assize_rtp::rtcp::{Compound, Rtcp};
use assize_rtp::seq::Extended;

const MS: i64 = 1000;
const SECOND: i64 = 1_000_000;
const FRAME_US: i64 = 33 * MS;

/// A line of so many kb/s whose queue holds `queue_ms`.
fn line(kbps: u64, queue_ms: u64) -> Conditions {
    let rate = Rate { bits_per_s: kbps * 1000, queue: (kbps * queue_ms / 8) as usize };
    Conditions { delay_us: 20 * MS, rate: Some(rate), ..Conditions::default() }
}

struct Loop {
    now_us: i64,
    control: Control,
    way: Way<(u16, usize)>,
    back: Way<Vec<u8>>,
    next_frame_us: i64,
    told_us: i64,
    count: u8,
    arrivals: Vec<Arrival>,
    numbers: Option<Extended>,
    next: Option<u64>,
    /// What the source could send, bits a second; a step of layers: it sends the highest that fits.
    layers: Vec<f64>,
    /// Of each whole second: bits that arrived, and longest wait in the queue, in microseconds.
    carried: Vec<(f64, i64)>,
}

impl Loop {
    fn new(conditions: Conditions, layers: &[f64], seed: u64) -> Self {
        let back = Conditions { delay_us: 20 * MS, loss: conditions.loss, ..Conditions::default() };
        Self {
            now_us: 0,
            control: Control::new(0),
            way: Way::new(conditions, seed).unwrap(),
            back: Way::new(back, seed + 1).unwrap(),
            next_frame_us: 0,
            told_us: 0,
            count: 0,
            arrivals: Vec::new(),
            numbers: None,
            next: None,
            layers: layers.to_vec(),
            carried: vec![(0.0, 0)],
        }
    }

    fn run(&mut self, until_us: i64) {
        while self.now_us < until_us {
            self.now_us += MS;
            if self.now_us >= self.next_frame_us {
                self.next_frame_us += FRAME_US;
                self.frame();
            }
            self.deliver();
            if self.now_us - self.told_us >= 100 * MS {
                self.told_us = self.now_us;
                self.tell();
                let wanted = self.layers.last().copied().unwrap_or(f64::MAX) * 1.15;
                if let Some(train) = self.control.tick(self.now_us, wanted) {
                    (0..train.bytes.div_ceil(1200).max(u64::from(train.packets)))
                        .for_each(|_| self.send(1200, train.number));
                }
            }
        }
    }

    fn frame(&mut self) {
        let holds = self.control.holds(self.now_us);
        let budget = if holds { 0.0 } else { self.control.budget().unwrap_or(START) };
        let rate = match self.layers.as_slice() {
            [] => budget,
            layers => layers.iter().copied().filter(|layer| *layer <= budget).fold(0.0, f64::max),
        };
        let mut bytes = (rate * FRAME_US as f64 / 8e6) as usize;
        while bytes > 0 {
            let packet = bytes.min(1200);
            self.send(packet, 0);
            bytes -= packet;
        }
    }

    fn send(&mut self, bytes: usize, probe: u8) {
        let seq = self.control.sent(self.now_us, bytes, probe);
        self.way.send(self.now_us, bytes, (seq, bytes));
    }

    fn deliver(&mut self) {
        while let Some((at_us, (seq, bytes))) = self.way.receive(self.now_us) {
            let ext = match &mut self.numbers {
                Some(numbers) => numbers.extend(seq),
                None => self.numbers.insert(Extended::new(seq)).highest(),
            };
            self.arrivals.push(Arrival { seq: ext, at_us: at_us + 5_000_000_000 });
            let second = (self.now_us / SECOND) as usize;
            self.carried.resize(self.carried.len().max(second + 1), (0.0, 0));
            self.carried[second].0 += bytes as f64 * 8.0;
            self.carried[second].1 = self.carried[second].1.max(self.control.queue_us());
        }
        while let Some((_, compound)) = self.back.receive(self.now_us) {
            for part in Compound::new(&compound) {
                let Ok(Rtcp::Transport(feedback)) = part else { panic!() };
                self.control.feedback(self.now_us, &feedback, 40 * MS);
            }
        }
    }

    fn tell(&mut self) {
        self.arrivals.sort_unstable();
        let mut rest = std::mem::take(&mut self.arrivals);
        while let Some(first) = rest.first() {
            let base = self.next.unwrap_or(first.seq).min(first.seq);
            let mut compound = Vec::new();
            let taken = write(&mut compound, 1, 2, self.count, base, &rest);
            self.count = self.count.wrapping_add(1);
            self.next = Some(self.next.unwrap_or(0).max(rest[taken - 1].seq + 1));
            rest.drain(..taken);
            self.back.send(self.now_us, compound.len(), compound);
        }
    }

    /// Mean bits a second that arrived in these seconds.
    fn mean(&self, seconds: std::ops::Range<usize>) -> f64 {
        let n = seconds.len() as f64;
        self.carried[seconds].iter().map(|second| second.0).sum::<f64>() / n
    }

    fn longest_queue_ms(&self, seconds: std::ops::Range<usize>) -> i64 {
        self.carried[seconds].iter().map(|second| second.1).max().unwrap_or(0) / MS
    }
}

const SEEDS: [u64; 4] = [1, 2, 3, 4];

#[test]
fn a_line_of_3_mbps_is_found_within_5_s_and_used_without_a_queue() {
    for seed in SEEDS {
        let mut tested = Loop::new(line(3000, 1000), &[], seed);
        tested.run(40 * SECOND);
        assert!(tested.mean(5..10) > 2.2e6, "{}", tested.mean(5..10));
        assert!(tested.mean(10..40) > 2.4e6, "{}", tested.mean(10..40));
        assert!(tested.longest_queue_ms(10..40) < 200, "{}", tested.longest_queue_ms(10..40));
    }
}

#[test]
fn a_line_that_loses_20_percent_is_used_above_half() {
    for seed in SEEDS {
        let lossy = Conditions { loss: Lossy { share: 0.2, burst: None }, ..line(3000, 1000) };
        let mut tested = Loop::new(lossy, &[], seed);
        tested.run(60 * SECOND);
        // What the line carries is 80 % of what is put on it.
        assert!(tested.mean(10..60) > 0.5 * 2.4e6, "seed {seed}: {}", tested.mean(10..60));
    }
}

#[test]
fn a_wide_line_that_loses_packets_carries_all_layers() {
    for (share, burst) in [(0.05, None), (0.2, None), (0.05, Some(8.0)), (0.2, Some(8.0))] {
        for seed in SEEDS {
            let lossy = Conditions { delay_us: 20 * MS, loss: Lossy { share, burst }, ..Conditions::default() };
            let mut tested = Loop::new(lossy, &[150e3, 500e3, 1.2e6], seed);
            tested.run(60 * SECOND);
            let carried = tested.mean(10..60);
            assert!(
                carried > 0.9 * (1.0 - share) * 1.2e6,
                "{share} {burst:?}, seed {seed}: {carried} {:?}",
                tested.carried.iter().map(|c| c.0 as u64 / 1000).collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn a_line_that_narrows_to_a_sixth_has_no_queue_after_3_s_and_is_used_in_full_again_within_8_s() {
    for seed in SEEDS {
        let mut tested = Loop::new(line(3000, 2000), &[150e3, 500e3, 1.2e6, 2.5e6], seed);
        tested.way.change(20 * SECOND, line(500, 2000)).unwrap();
        tested.way.change(50 * SECOND, line(3000, 2000)).unwrap();
        tested.run(80 * SECOND);
        assert!(tested.mean(10..20) > 2.3e6, "{}", tested.mean(10..20));
        assert!(tested.longest_queue_ms(23..50) < 200, "seed {seed}: {:?}", &tested.carried[18..50]);
        assert!(tested.mean(58..80) > 2.3e6, "seed {seed}: {:?}", &tested.carried[48..80]);
    }
}

#[test]
fn jitter_of_50_ms_is_no_full_line() {
    for seed in SEEDS {
        let mut tested =
            Loop::new(Conditions { jitter_us: 50 * MS, ..line(10_000, 1000) }, &[150e3, 500e3, 1.2e6], seed);
        tested.run(60 * SECOND);
        assert!(tested.mean(10..60) > 1.1e6, "seed {seed}: {}", tested.mean(10..60));
    }
}

#[test]
fn a_short_queue_is_found_by_its_loss() {
    for seed in SEEDS {
        let mut tested = Loop::new(line(1000, 30), &[], seed);
        tested.run(60 * SECOND);
        assert!(tested.mean(10..60) > 0.5e6, "seed {seed}: {}", tested.mean(10..60));
        let counters = tested.way.counters();
        assert!((counters.dropped as f64) < counters.sent as f64 * 0.15, "seed {seed}: {counters:?}");
    }
}

#[test]
fn a_way_that_becomes_longer_by_half_a_second_is_used_in_full_again_within_8_s() {
    for seed in SEEDS {
        let before = line(3000, 1000);
        let mut tested = Loop::new(before, &[150e3, 500e3, 1.2e6], seed);
        tested.way.change(20 * SECOND, Conditions { delay_us: 520 * MS, ..before }).unwrap();
        tested.run(40 * SECOND);
        assert!(tested.mean(28..40) > 1.1e6, "seed {seed}: {:?}", &tested.carried[18..]);
    }
}

#[test]
fn without_feedback_nothing_is_said() {
    let mut control = Control::new(0);
    control.sent(0, 1200, 0);
    assert_eq!((control.budget(), control.tick(9 * SECOND, 1e9)), (None, None));
}
