//! Who is heard: loudness of each audio track from its packets' levels (RFC 6464), smoothed.

use assize_rtp::tap::TrackKey;

/// Loudness is 127 less the level: 0 silence, 127 overload. A track is audible from here on ...
const AUDIBLE: u32 = 77 * SCALE;
/// ... until it falls below this.
const SILENT: u32 = 70 * SCALE;
/// Steps of a decibel.
pub(super) const SCALE: u32 = 16;

/// Loudness of one track.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loudness {
    sum: u32,
    packets: u32,
    smooth: u32,
    audible: bool,
}

impl Loudness {
    /// `level`: value of the extension element.
    pub(super) fn packet(&mut self, level: u8) {
        self.sum = self.sum.saturating_add(127 - u32::from(level & 0x7f));
        self.packets += 1;
    }

    /// Ends a window of time; gives the loudness if the track is audible. It rises at once and falls slowly, so that
    /// a pause between two words is none.
    pub(super) fn window(&mut self) -> Option<u32> {
        let now = (self.sum * SCALE).checked_div(self.packets).unwrap_or(0);
        (self.sum, self.packets) = (0, 0);
        self.smooth = if now > self.smooth { (self.smooth + 3 * now) / 4 } else { (3 * self.smooth + now) / 4 };
        self.audible = self.smooth >= if self.audible { SILENT } else { AUDIBLE };
        self.audible.then_some(self.smooth)
    }

    /// The loudness of the last window, and whether it was audible.
    pub(super) fn last(&self) -> (u32, bool) {
        (self.smooth, self.audible)
    }
}

/// Orders audible tracks, loudest first; within one scale step the order of keys decides, so that equals do not dance.
pub(super) fn rank(audible: &mut [(u32, TrackKey)]) {
    audible.sort_unstable_by_key(|(loudness, track)| (std::cmp::Reverse(loudness / (4 * SCALE)), *track));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(loudness: &mut Loudness, level: u8, count: u32) -> Option<u32> {
        let mut last = None;
        for _ in 0..count {
            (0..10).for_each(|_| loudness.packet(level));
            last = loudness.window();
        }
        last
    }

    #[test]
    fn speech_is_heard_at_once_and_a_short_pause_does_not_end_it() {
        let mut loudness = Loudness::default();
        assert_eq!(windows(&mut loudness, 75, 5), None, "background noise");
        assert!(windows(&mut loudness, 25, 1).is_some());
        assert!(windows(&mut loudness, 80, 1).is_some());
        assert_eq!(windows(&mut loudness, 80, 5), None);
        windows(&mut loudness, 20, 3);
        assert_eq!((0..4).map(|_| loudness.window()).last(), Some(None), "no packets at all are silence");
    }

    #[test]
    fn the_loudest_comes_first() {
        let mut audible = [(80 * SCALE, TrackKey(1)), (100 * SCALE, TrackKey(2)), (100 * SCALE + 3, TrackKey(3))];
        rank(&mut audible);
        assert_eq!(audible.map(|(_, track)| track.0), [2, 3, 1]);
    }
}
