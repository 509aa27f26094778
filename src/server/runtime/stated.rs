//! What of a track is stated as missing: the same time is not stated twice, whoever finds it missing.

use assize_core::ids::TrackId;
use std::collections::BTreeMap;

/// Spans kept of a track. What is found missing later reaches back by seconds, not by so many gaps.
const KEPT: usize = 1024;
/// A rest shorter than this, in microseconds, is no gap of its own.
const LEAST_US: u64 = 1_000;

/// Spans stated since the server took the hearing up, in hearing microseconds.
#[derive(Debug, Default)]
pub(super) struct Stated {
    /// By track: in order, and they do not touch.
    spans: BTreeMap<TrackId, Vec<(u64, u64)>>,
}

impl Stated {
    /// What of a span is not stated yet, in order; now it is.
    pub(super) fn state(&mut self, track: TrackId, from_us: u64, to_us: u64) -> Vec<(u64, u64)> {
        let spans = self.spans.entry(track).or_default();
        let (mut news, mut at_us) = (Vec::new(), from_us);
        for &(from, to) in spans.iter().filter(|(from, to)| from_us < *to && *from < to_us) {
            if at_us + LEAST_US <= from {
                news.push((at_us, from));
            }
            at_us = to;
        }
        // Nothing of it was stated: it is stated as it is.
        if at_us == from_us || at_us + LEAST_US <= to_us {
            news.push((at_us, to_us));
        }
        let mut whole = (from_us, to_us);
        spans.retain(|(from, to)| {
            let apart = whole.1 < *from || *to < whole.0;
            if !apart {
                whole = (whole.0.min(*from), whole.1.max(*to));
            }
            apart
        });
        spans.insert(spans.partition_point(|(from, _)| *from < whole.0), whole);
        if spans.len() > KEPT {
            spans.remove(0);
        }
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_core::ids::{DeviceKind, SeatId};

    const CAMERA: TrackId = TrackId { seat: SeatId(5), device: DeviceKind::Camera1 };
    const MICROPHONE: TrackId = TrackId { seat: SeatId(5), device: DeviceKind::Microphone };

    #[test]
    fn what_is_stated_is_not_stated_again() {
        let mut stated = Stated::default();
        assert_eq!(stated.state(CAMERA, 35_119_000, 36_477_000), [(35_119_000, 36_477_000)]);
        // The disk had not taken what came before and after it.
        assert_eq!(stated.state(CAMERA, 35_119_000, 46_591_000), [(36_477_000, 46_591_000)]);
        assert_eq!(stated.state(CAMERA, 36_000_000, 40_000_000), []);
        assert_eq!(stated.state(CAMERA, 34_000_000, 50_000_000), [(34_000_000, 35_119_000), (46_591_000, 50_000_000)]);
        assert_eq!(stated.state(MICROPHONE, 35_000_000, 36_000_000), [(35_000_000, 36_000_000)], "another track");
    }

    #[test]
    fn a_gap_may_hold_several_and_what_follows_at_once_is_another() {
        let mut stated = Stated::default();
        for (from_us, to_us) in [(20_000, 30_000), (50_000, 60_000), (60_000, 65_000)] {
            assert_eq!(stated.state(CAMERA, from_us, to_us), [(from_us, to_us)]);
        }
        assert_eq!(stated.state(CAMERA, 10_000, 66_500), [(10_000, 20_000), (30_000, 50_000), (65_000, 66_500)]);
        assert_eq!(stated.state(CAMERA, 10_000, 67_000), [], "half a millisecond more");
        assert_eq!(stated.state(CAMERA, 90_000, 90_400), [(90_000, 90_400)], "short, and by itself");
    }

    #[test]
    fn of_very_many_the_newest_are_kept() {
        let mut stated = Stated::default();
        for n in 0..=KEPT as u64 {
            stated.state(CAMERA, n * 10_000, n * 10_000 + 5_000);
        }
        assert_eq!(stated.spans[&CAMERA].len(), KEPT);
        assert_eq!(stated.spans[&CAMERA][0], (10_000, 15_000));
    }
}
