//! Who speaks: the tracks of sound of a hearing in an order of which the first N are the loudest, without nervousness.
//!
//! For shedding on a narrow line and for nothing else: in a court everybody who may speak is heard, by everybody whose
//! line carries it.

use super::levels::SCALE;
use assize_rtp::tap::TrackKey;

/// Whoever is to be passed has to be quieter by this, 6 dB, or silent ...
const MARGIN: u32 = 6 * SCALE;
/// ... for so many windows: a cough is no speech.
const HOLD: u8 = 2;

/// A track in a window of time: how loud it is (smoothed), and whether that is speech rather than silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) track: TrackKey,
    pub(super) loudness: u32,
    pub(super) audible: bool,
}

impl Heard {
    fn beats(&self, other: &Self) -> bool {
        self.audible && (!other.audible || self.loudness >= other.loudness + MARGIN)
    }
}

#[derive(Debug, Clone, Copy)]
struct Speaker {
    heard: Heard,
    /// Windows for which it has beaten whoever is before it.
    ahead: u8,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Speakers {
    order: Vec<Speaker>,
}

impl Speakers {
    /// Ends a window of all tracks there are. Who is silent keeps the place until somebody else speaks.
    pub(super) fn window(&mut self, all: &[Heard]) {
        self.order.retain_mut(|speaker| {
            let now = all.iter().find(|heard| heard.track == speaker.heard.track);
            now.map(|now| speaker.heard = *now).is_some()
        });
        for heard in all {
            if self.order.iter().all(|speaker| speaker.heard.track != heard.track) {
                self.order.push(Speaker { heard: *heard, ahead: 0 });
            }
        }
        for at in 1..self.order.len() {
            let heard = self.order[at].heard;
            let ahead = if heard.beats(&self.order[at - 1].heard) { self.order[at].ahead + 1 } else { 0 };
            self.order[at].ahead = ahead;
            if ahead >= HOLD {
                self.rise(at);
            }
        }
    }

    /// Past all whom it beats; it and they begin to count anew.
    fn rise(&mut self, at: usize) {
        let heard = self.order[at].heard;
        let passed = self.order[..at].iter().rev().take_while(|other| heard.beats(&other.heard)).count();
        self.order[at - passed..=at].rotate_right(1);
        self.order[at - passed..=at].iter_mut().for_each(|speaker| speaker.ahead = 0);
    }

    /// The loudest first.
    pub(super) fn loudest(&self) -> impl Iterator<Item = TrackKey> + '_ {
        self.order.iter().map(|speaker| speaker.heard.track)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn heard(track: u64, loudness: u32) -> Heard {
        Heard { track: TrackKey(track), loudness: loudness * SCALE, audible: loudness >= 75 }
    }

    fn all(speakers: &Speakers) -> Vec<u64> {
        speakers.loudest().map(|track| track.0).collect()
    }

    #[test]
    fn a_cough_changes_nothing_and_speech_is_first_after_two_windows() {
        let mut speakers = Speakers::default();
        let mut window = |third: u32| {
            speakers.window(&[heard(1, 90), heard(2, 85), heard(3, third)]);
            all(&speakers)
        };
        assert_eq!(window(10), [1, 2, 3]);
        assert_eq!([window(100), window(10), window(100), window(10)], [[1, 2, 3]; 4]);
        assert_eq!([window(97), window(97)], [[1, 2, 3], [3, 1, 2]]);
        assert_eq!([window(85), window(85), window(85)], [[3, 1, 2]; 3], "not quieter by enough to be passed");
        assert_eq!(
            [window(10), window(10), window(10)],
            [[3, 1, 2], [1, 3, 2], [1, 2, 3]],
            "silent while others speak"
        );
    }

    #[test]
    fn who_spoke_last_stays_first_in_silence() {
        let mut speakers = Speakers::default();
        (0..3).for_each(|_| speakers.window(&[heard(1, 10), heard(2, 90)]));
        (0..50).for_each(|_| speakers.window(&[heard(1, 30), heard(2, 10)]));
        assert_eq!(all(&speakers), [2, 1]);
    }

    fn hearing() -> impl Strategy<Value = Vec<Vec<Option<u32>>>> {
        // For each window and track: not there, or how loud.
        prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, 0..128_u32), 8), 1..60)
    }

    fn present(window: &[Option<u32>]) -> Vec<Heard> {
        let there = window.iter().enumerate().filter_map(|(track, loudness)| Some((track as u64, (*loudness)?)));
        there.map(|(track, loudness)| heard(track, loudness)).collect()
    }

    proptest! {
        #[test]
        fn each_track_is_there_once_and_the_n_loudest_begin_the_order(windows in hearing(), n in 0..10_usize) {
            let mut speakers = Speakers::default();
            for window in &windows {
                let there = present(window);
                speakers.window(&there);
                let order = all(&speakers);
                let expected: BTreeSet<u64> = there.iter().map(|heard| heard.track.0).collect();
                prop_assert_eq!(order.len(), expected.len());
                prop_assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), expected);
                let loudest: Vec<u64> = speakers.loudest().take(n).map(|track| track.0).collect();
                prop_assert_eq!(&loudest[..], &order[..n.min(order.len())]);
            }
        }

        #[test]
        fn what_does_not_change_comes_to_rest(windows in hearing()) {
            let mut speakers = Speakers::default();
            windows.iter().for_each(|window| speakers.window(&present(window)));
            let last = present(windows.last().unwrap());
            (0..64).for_each(|_| speakers.window(&last));
            let rest = all(&speakers);
            let place = |track: u64| last.iter().find(|heard| heard.track.0 == track).unwrap();
            prop_assert!(rest.windows(2).all(|two| !place(two[1]).beats(place(two[0]))));
            speakers.window(&last);
            prop_assert_eq!(all(&speakers), rest);
        }

        #[test]
        fn who_is_louder_than_all_by_the_margin_is_first_after_two_windows(windows in hearing(), who in 0..8_u64) {
            let mut speakers = Speakers::default();
            windows.iter().for_each(|window| speakers.window(&present(window)));
            let loud: Vec<Heard> = (0..8).map(|track| heard(track, if track == who { 127 } else { 121 })).collect();
            (0..HOLD).for_each(|_| speakers.window(&loud));
            prop_assert_eq!(all(&speakers)[0], who);
        }

        #[test]
        fn among_equals_nobody_changes_places(levels in prop::collection::vec(prop::collection::vec(80..86_u32, 6), 2..60)) {
            let mut speakers = Speakers::default();
            for window in &levels {
                let there: Vec<Heard> = (0..).zip(window).map(|(track, loudness)| heard(track, *loudness)).collect();
                speakers.window(&there);
                prop_assert_eq!(all(&speakers), (0..6).collect::<Vec<_>>());
            }
        }
    }
}
