//! The line to one subscriber: what it carries, and what has been made of that lately.

use crate::congestion::Control;

/// What redundancy adds to a voice, in bits a second: two packets of 80 bytes with each of 50.
const REDUNDANCY: f64 = 70_000.0;
/// A line that was narrow carries redundancy again after so long, if there is room for it.
const PLAIN_US: i64 = 10_000_000;
const PLAIN_ROOM: f64 = 1.3;
/// With packets waiting so long the line is narrow.
const QUEUE_US: i64 = 150_000;

/// After pictures were made smaller, so long passes before one is made larger; longer each time that was too early.
const HOLD_US: (i64, i64) = (2_000_000, 20_000_000);
/// Smaller again within this: larger was too early.
const EARLY_US: i64 = 10_000_000;
const FORGET_US: i64 = 60_000_000;
/// A line that carries so many times what it carried then is another one.
const WIDER: f64 = 2.0;

#[derive(Debug)]
pub(super) struct Line {
    pub(super) control: Control,
    lowered_us: i64,
    lowered_at: f64,
    raised_us: i64,
    hold_us: i64,
    /// What its pictures would use if it were wide, in bits a second.
    pub(super) wanted: f64,
    /// Tracks of sound that go over it.
    pub(super) voices: u32,
    /// Sound goes without redundancy: there is a queue, or no room for the first picture.
    pub(super) plain_sound: bool,
    narrow_us: i64,
}

impl Line {
    pub(super) fn new(now_us: i64) -> Self {
        let long_ago = i64::MIN / 2;
        let control = Control::new(now_us);
        Self {
            control,
            lowered_us: long_ago,
            lowered_at: 0.0,
            raised_us: long_ago,
            hold_us: HOLD_US.0,
            wanted: 0.0,
            voices: 0,
            plain_sound: false,
            narrow_us: long_ago,
        }
    }

    pub(super) fn may_rise(&self, now_us: i64, budget: f64) -> bool {
        now_us - self.lowered_us >= self.hold_us || budget >= self.lowered_at * WIDER
    }

    /// Whether there is room for redundancy beside pictures that were given so many bits a second of the budget.
    pub(super) fn sound(&mut self, now_us: i64, budget: f64, given: f64) {
        if given > budget || self.control.queue_us() > QUEUE_US {
            (self.narrow_us, self.plain_sound) = (now_us, true);
        } else if now_us - self.narrow_us > PLAIN_US {
            let needed = given + f64::from(self.voices) * REDUNDANCY * PLAIN_ROOM;
            self.plain_sound &= budget < needed;
        }
    }

    /// Pictures were given less, or more, than before.
    pub(super) fn changed(&mut self, now_us: i64, budget: f64, lowered: bool, raised: bool) {
        if now_us - self.lowered_us > FORGET_US {
            self.hold_us = HOLD_US.0;
        }
        if lowered {
            if now_us - self.raised_us < EARLY_US {
                self.hold_us = (self.hold_us * 2).min(HOLD_US.1);
            }
            (self.lowered_us, self.lowered_at) = (now_us, budget);
        } else if raised {
            self.raised_us = now_us;
        }
    }
}

/// All lines of a router; the place of one is stable.
#[derive(Debug, Default)]
pub(super) struct Lines {
    lines: Vec<Line>,
    free: Vec<usize>,
}

impl Lines {
    pub(super) fn add(&mut self, now_us: i64) -> usize {
        if let Some(at) = self.free.pop() {
            self.lines[at] = Line::new(now_us);
            return at;
        }
        self.lines.push(Line::new(now_us));
        self.lines.len() - 1
    }

    pub(super) fn remove(&mut self, at: usize) {
        self.free.push(at);
    }

    /// Before the voices of all lines are counted anew.
    pub(super) fn forget_voices(&mut self) {
        self.lines.iter_mut().for_each(|line| line.voices = 0);
    }

    #[inline]
    pub(super) fn at(&mut self, at: usize) -> &mut Line {
        &mut self.lines[at]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redundancy_goes_first_and_comes_back_when_there_has_been_room_for_a_while() {
        let mut line = Line::new(0);
        line.voices = 2;
        line.sound(0, 1e6, 5e5);
        assert!(!line.plain_sound);
        line.sound(1_000_000, 4e5, 5e5);
        assert!(line.plain_sound);
        line.sound(9_000_000, 1e6, 5e5);
        assert!(line.plain_sound, "not yet");
        line.sound(12_000_000, 6e5, 5e5);
        assert!(line.plain_sound, "no room for two voices of it");
        line.sound(13_000_000, 7e5, 5e5);
        assert!(!line.plain_sound);
    }

    #[test]
    fn a_rise_that_was_too_early_is_tried_less_often() {
        let mut line = Line::new(0);
        assert!(line.may_rise(0, 1e6));
        line.changed(0, 1e6, true, false);
        assert!(!line.may_rise(1_900_000, 1e6) && line.may_rise(2_000_000, 1e6));
        line.changed(2_000_000, 1e6, false, true);
        line.changed(5_000_000, 1e6, true, false);
        assert!(!line.may_rise(8_900_000, 1e6) && line.may_rise(9_000_000, 1e6));
        assert!(line.may_rise(5_100_000, 2e6), "it has become another line");
        line.changed(80_000_000, 1e6, true, false);
        assert!(line.may_rise(82_000_000, 1e6), "all that is long ago");
    }
}
