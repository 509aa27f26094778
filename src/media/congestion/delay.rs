//! Whether the line's queue grows: the trend of one-way delay over groups of packets, against a threshold that adapts
//! itself (draft-ietf-rmcat-gcc-02 sections 5.2 to 5.5, with a line fitted through the delays in place of the filter), and
//! how long the queue is.

use std::collections::VecDeque;

/// Packets sent within this are one group: a frame, or a part of one.
const GROUP_US: i64 = 5_000;
/// Packets that come in one go are one group whatever their sending times, for so long at most.
const BURST_US: i64 = 5_000;
const BURST_MAX_US: i64 = 100_000;
/// A receiver that was asleep, or a path that changed: begin anew.
const ANEW_US: i64 = 3_000_000;
/// Groups of which the trend is taken.
const WINDOW: usize = 20;
const SMOOTHING: f64 = 0.9;
/// What the trend, in ms per ms, is multiplied with to be compared to the threshold.
const GAIN: f64 = 4.0;
const MOST_COUNTED: usize = 60;
const THRESHOLD_MS: f64 = 12.5;
const THRESHOLD_RANGE_MS: (f64, f64) = (6.0, 600.0);
const THRESHOLD_UP: f64 = 0.0087;
const THRESHOLD_DOWN: f64 = 0.039;
/// Further from the threshold than this says nothing of where it should be.
const THRESHOLD_LEAP_MS: f64 = 15.0;
const OVER_FOR_MS: f64 = 10.0;
/// The shortest delay is that of this long ago until now, or twice as long.
const BASE_US: i64 = 15_000_000;

/// What the line's queue does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Usage {
    #[default]
    Normal,
    /// It grows.
    Over,
    /// It empties.
    Under,
}

#[derive(Debug, Clone, Copy)]
struct Group {
    first_sent_us: i64,
    sent_us: i64,
    first_arrived_us: i64,
    arrived_us: i64,
}

#[derive(Debug)]
pub(super) struct Delay {
    group: Option<Group>,
    before: Option<Group>,
    /// Arrival in ms and smoothed delay in ms of the last groups.
    points: VecDeque<(f64, f64)>,
    counted: usize,
    first_arrival_us: i64,
    delay_ms: f64,
    smoothed_ms: f64,
    threshold_ms: f64,
    threshold_at_us: Option<i64>,
    trend: f64,
    over_ms: f64,
    over_count: u32,
    usage: Usage,
    /// Shortest one-way delays, on two clocks, of this window and the one before, and when this one began.
    shortest_us: (i64, i64),
    since_us: i64,
    latest_us: i64,
}

impl Delay {
    pub(super) fn new() -> Self {
        Self {
            group: None,
            before: None,
            points: VecDeque::with_capacity(WINDOW),
            counted: 0,
            first_arrival_us: 0,
            delay_ms: 0.0,
            smoothed_ms: 0.0,
            threshold_ms: THRESHOLD_MS,
            threshold_at_us: None,
            trend: 0.0,
            over_ms: 0.0,
            over_count: 0,
            usage: Usage::Normal,
            shortest_us: (i64::MAX, i64::MAX),
            since_us: i64::MIN,
            latest_us: 0,
        }
    }

    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// How much longer than the shortest way the last packet took, in microseconds.
    pub(super) fn queue_us(&self) -> i64 {
        let shortest = self.shortest_us.0.min(self.shortest_us.1);
        if shortest == i64::MAX { 0 } else { (self.latest_us - shortest).max(0) }
    }

    #[cfg(test)]
    pub(super) fn waits(&mut self, queue_us: i64) {
        (self.shortest_us, self.latest_us) = ((0, 0), queue_us);
    }

    /// The way itself has become longer: what packets take now is the shortest.
    pub(super) fn way_changed(&mut self) {
        self.shortest_us = (self.latest_us, i64::MAX);
    }

    /// A packet that came, in the order of sending.
    pub(super) fn packet(&mut self, sent_us: i64, arrived_us: i64) {
        self.length(sent_us, arrived_us);
        let Some(group) = &mut self.group else {
            self.begin(sent_us, arrived_us);
            return;
        };
        if arrived_us - group.arrived_us > ANEW_US || sent_us - group.sent_us > ANEW_US {
            *self = Self { shortest_us: self.shortest_us, since_us: self.since_us, ..Self::new() };
            self.latest_us = arrived_us - sent_us;
            self.begin(sent_us, arrived_us);
            return;
        }
        if sent_us < group.first_sent_us {
            return;
        }
        let step_us = arrived_us - group.arrived_us;
        let bursts = step_us <= BURST_US
            && step_us < sent_us - group.sent_us
            && arrived_us - group.first_arrived_us < BURST_MAX_US;
        if sent_us - group.first_sent_us <= GROUP_US || bursts {
            group.sent_us = group.sent_us.max(sent_us);
            group.arrived_us = group.arrived_us.max(arrived_us);
            return;
        }
        let done = *group;
        self.begin(sent_us, arrived_us);
        if let Some(before) = self.before.replace(done) {
            self.compare(&before, &done);
        }
    }

    fn begin(&mut self, sent_us: i64, arrived_us: i64) {
        self.group = Some(Group { first_sent_us: sent_us, sent_us, first_arrived_us: arrived_us, arrived_us });
    }

    fn length(&mut self, sent_us: i64, arrived_us: i64) {
        self.latest_us = arrived_us - sent_us;
        if sent_us - self.since_us.max(sent_us - 2 * BASE_US) >= BASE_US {
            self.shortest_us = (i64::MAX, self.shortest_us.0);
            self.since_us = sent_us;
        }
        self.shortest_us.0 = self.shortest_us.0.min(self.latest_us);
    }

    fn compare(&mut self, before: &Group, done: &Group) {
        let sent_ms = (done.sent_us - before.sent_us) as f64 / 1000.0;
        let arrived_ms = (done.arrived_us - before.arrived_us) as f64 / 1000.0;
        if self.counted == 0 {
            self.first_arrival_us = done.arrived_us;
        }
        self.counted = (self.counted + 1).min(MOST_COUNTED);
        self.delay_ms += arrived_ms - sent_ms;
        self.smoothed_ms = SMOOTHING * self.smoothed_ms + (1.0 - SMOOTHING) * self.delay_ms;
        if self.points.len() == WINDOW {
            self.points.pop_front();
        }
        self.points.push_back(((done.arrived_us - self.first_arrival_us) as f64 / 1000.0, self.smoothed_ms));
        let trend = if self.points.len() == WINDOW { slope(&self.points).unwrap_or(self.trend) } else { 0.0 };
        self.detect(trend, sent_ms, done.arrived_us);
    }

    fn detect(&mut self, trend: f64, sent_ms: f64, now_us: i64) {
        let growth = trend * self.counted as f64 * GAIN;
        if growth > self.threshold_ms {
            self.over_ms += if self.over_count == 0 { sent_ms / 2.0 } else { sent_ms };
            self.over_count += 1;
            if self.over_ms > OVER_FOR_MS && self.over_count > 1 && trend >= self.trend {
                (self.over_ms, self.over_count) = (0.0, 0);
                self.usage = Usage::Over;
            }
        } else {
            (self.over_ms, self.over_count) = (0.0, 0);
            self.usage = if growth < -self.threshold_ms { Usage::Under } else { Usage::Normal };
        }
        self.trend = trend;
        self.adapt(growth.abs(), now_us);
    }

    fn adapt(&mut self, growth: f64, now_us: i64) {
        let before = self.threshold_at_us.replace(now_us).unwrap_or(now_us);
        if growth > self.threshold_ms + THRESHOLD_LEAP_MS {
            return;
        }
        let k = if growth < self.threshold_ms { THRESHOLD_DOWN } else { THRESHOLD_UP };
        let passed_ms = ((now_us - before) as f64 / 1000.0).clamp(0.0, 100.0);
        self.threshold_ms += k * (growth - self.threshold_ms) * passed_ms;
        self.threshold_ms = self.threshold_ms.clamp(THRESHOLD_RANGE_MS.0, THRESHOLD_RANGE_MS.1);
    }
}

/// Of the line fitted through the points by least squares; `None` if they are all of one time.
fn slope(points: &VecDeque<(f64, f64)>) -> Option<f64> {
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
    let (x, y) = (x / n, y / n);
    let (over, under) = points.iter().fold((0.0, 0.0), |sum, point| {
        let away = point.0 - x;
        (sum.0 + away * (point.1 - y), sum.1 + away * away)
    });
    (under > 0.0).then(|| over / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames each 33 ms whose way takes `delay(n)` microseconds; whether the queue was ever said to grow.
    fn ever_over(frames: i64, delay: impl Fn(i64) -> i64) -> bool {
        let mut tested = Delay::new();
        (0..frames).any(|n| {
            tested.packet(n * 33_333, n * 33_333 + 7_000_000_000 + delay(n));
            tested.usage() == Usage::Over
        })
    }

    #[test]
    fn a_growing_queue_is_seen_and_a_steady_or_long_one_is_none() {
        assert!(ever_over(60, |n| 20_000 + n * 4_000));
        assert!(!ever_over(900, |_| 20_000));
        assert!(!ever_over(900, |_| 400_000));
    }

    #[test]
    fn clocks_that_drift_by_100_ppm_are_no_queue() {
        assert!(!ever_over(9_000, |n| n * 33_333 / 10_000));
    }

    #[test]
    fn the_queue_is_as_long_as_the_last_packet_took_longer() {
        let mut tested = Delay::new();
        (0..100).for_each(|n| tested.packet(n * 20_000, n * 20_000 + 50_000));
        tested.packet(2_000_000, 2_000_000 + 250_000);
        assert_eq!(tested.queue_us(), 200_000);
    }

    #[test]
    fn the_shortest_way_is_forgotten_when_the_path_has_changed() {
        let mut tested = Delay::new();
        (0..50).for_each(|n| tested.packet(n * 20_000, n * 20_000 + 50_000));
        (50..2000).for_each(|n| tested.packet(n * 20_000, n * 20_000 + 150_000));
        assert_eq!(tested.queue_us(), 0);
    }
}
