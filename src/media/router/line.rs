//! The line to one subscriber: what it carries, and what has been made of that lately.

use super::pace::Pace;
use crate::congestion::Control;

/// What redundancy adds to a voice, in bits a second: two packets of 80 bytes with each of 50.
const REDUNDANCY: f64 = 70_000.0;
/// And a voice alone.
const VOICE: f64 = 58_000.0;
/// A line that was narrow carries more of the sound again after so long, if there is room for it.
const AGAIN_US: i64 = 10_000_000;
/// Of pictures and sound together: an estimate is a tenth too high at times.
const AGAIN_ROOM: f64 = 1.2;
/// With packets waiting so long the line is narrow.
const QUEUE_US: i64 = 100_000;
/// Not looked at for so long, a line is not known any more.
const UNKNOWN_US: i64 = 2_000_000;
/// Sound is weighed over so long.
const WEIGHED_US: i64 = 500_000;
/// What a packet of it is beside its payload: header with extensions, SRTP tag, UDP, IPv4.
const BELOW: usize = 20 + 16 + 28;
/// With packets waiting so long it is full, and if they do for so long, not of a key frame alone.
const FULL_US: i64 = 60_000;
const FULL_FOR_US: i64 = 400_000;
/// Waiting for so long without a break, they will not stop to by themselves.
const CROWDED_US: i64 = 3_000_000;
/// Sound without redundancy is given so long to be enough.
const PLAIN_US: i64 = 2_000_000;
/// Voices that are sent however narrow the line.
pub(super) const LOUDEST: u32 = 2;

/// After pictures were made smaller, so long passes before one is made larger; longer each time that was too early.
const HOLD_US: (i64, i64) = (2_000_000, 30_000_000);
const LONGER: i64 = 4;
/// Between two pictures that are made larger.
const APART_US: i64 = 300_000;
/// Between two changes of whose picture goes over a line that has room for one.
const TAKEN_US: i64 = 15_000_000;
/// Smaller again within this: larger was too early.
const EARLY_US: i64 = 10_000_000;
const FORGET_US: i64 = 60_000_000;
/// A line that carries so many times what it carried then is another one.
const WIDER: f64 = 2.0;

/// How much of the sound goes over a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sound {
    /// Of many voices the loudest only.
    Loudest,
    /// Without redundancy.
    Plain,
    Whole,
}

#[derive(Debug)]
pub(super) struct Line {
    pub(super) control: Control,
    pub(super) pace: Pace,
    lowered_us: i64,
    lowered_at: f64,
    raised_us: i64,
    /// When who came first took the room of others.
    taken_us: i64,
    hold_us: i64,
    /// Sound that was sent since then, in bytes.
    sound_bytes: (i64, u64),
    /// What its pictures would use if it were wide, in bits a second.
    pub(super) wanted: f64,
    /// Tracks of sound that go over it.
    pub(super) voices: u32,
    /// Of them, those looked at already, the loudest first.
    pub(super) ranked: u32,
    pub(super) sound: Sound,
    narrow_us: i64,
    plain_us: i64,
    /// When it was last looked at beside pictures.
    listened_us: i64,
    /// Since when packets wait, and since when they wait long.
    full_us: Option<i64>,
    queue_us: Option<i64>,
}

impl Line {
    pub(super) fn new(now_us: i64) -> Self {
        let long_ago = i64::MIN / 2;
        let control = Control::new(now_us);
        Self {
            control,
            pace: Pace::default(),
            lowered_us: long_ago,
            lowered_at: 0.0,
            raised_us: long_ago,
            taken_us: long_ago,
            hold_us: HOLD_US.0,
            sound_bytes: (now_us, 0),
            wanted: 0.0,
            voices: 0,
            ranked: 0,
            sound: Sound::Whole,
            narrow_us: long_ago,
            plain_us: long_ago,
            listened_us: now_us,
            full_us: None,
            queue_us: None,
        }
    }

    pub(super) fn may_rise(&self, now_us: i64, budget: f64) -> bool {
        let apart = now_us - self.raised_us >= APART_US;
        apart && (now_us - self.lowered_us >= self.hold_us || budget >= self.lowered_at * WIDER)
    }

    /// Whether who comes first may take the room of others.
    pub(super) fn may_take(&self, now_us: i64) -> bool {
        now_us - self.taken_us >= TAKEN_US
    }

    /// Who comes first was given a picture, which others may have lost for it.
    pub(super) fn took(&mut self, now_us: i64) {
        self.taken_us = now_us;
    }

    /// A packet of sound goes out.
    #[inline]
    pub(super) fn sounds(&mut self, payload: usize) {
        self.sound_bytes.1 += (payload + BELOW) as u64;
    }

    /// Tells how much of the line is taken by sound, from time to time.
    pub(super) fn weigh_sound(&mut self, now_us: i64) {
        let (since_us, bytes) = self.sound_bytes;
        if now_us - since_us >= WEIGHED_US {
            self.control.shares_with(bytes as f64 * 8e6 / (now_us - since_us) as f64);
            self.sound_bytes = (now_us, 0);
        }
    }

    /// Whether packets wait, and not for a burst alone.
    pub(super) fn is_full(&self, now_us: i64) -> bool {
        self.full_us.is_some_and(|since| now_us - since > FULL_FOR_US)
    }

    /// Whether packets have been waiting for long.
    pub(super) fn is_crowded(&self, now_us: i64) -> bool {
        self.queue_us.is_some_and(|since| now_us - since > CROWDED_US)
    }

    /// What of the sound there is room for beside pictures that were given so many bits a second of the budget, `first` of
    /// them the one that comes first. There is too little if there is a queue, or no room for the first picture, which `waits` for so many: that costs the
    /// redundancy. Voices go only where no picture is left that could go, or one comes back for them.
    pub(super) fn listen(&mut self, now_us: i64, budget: f64, given: f64, first: f64, waits: Option<f64>) {
        self.listened_us = now_us;
        let waits_us = self.control.queue_us();
        let queue = waits_us > QUEUE_US;
        // While no picture flows, sending less makes it no shorter.
        self.queue_us = self.queue_us.or(Some(now_us)).filter(|_| queue && given > 0.0);
        self.full_us = self.full_us.or(Some(now_us)).filter(|_| waits_us > FULL_US);
        let room = |pictures: f64, more: f64| budget >= (pictures + more) * AGAIN_ROOM;
        let others = if self.sound == Sound::Loudest { 0.0 } else { f64::from(self.others()) * VOICE };
        let without = waits.is_some_and(|waits| budget + others >= waits);
        if given > budget || queue || waits.is_some() && self.sound == Sound::Whole || without {
            if self.sound == Sound::Whole {
                (self.sound, self.plain_us) = (Sound::Plain, now_us);
            } else if (queue && given == 0.0 || without) && now_us - self.plain_us > PLAIN_US {
                self.sound = Sound::Loudest;
            }
            self.narrow_us = now_us;
        } else if now_us - self.narrow_us > AGAIN_US {
            let better = match self.sound {
                // Voices go before the pictures of those who do not speak.
                Sound::Loudest if room(first, f64::from(self.others()) * VOICE) => Sound::Plain,
                Sound::Plain if room(given, f64::from(self.voices) * REDUNDANCY) => Sound::Whole,
                same => same,
            };
            if better != self.sound {
                (self.sound, self.narrow_us) = (better, now_us);
            }
        }
    }

    /// Voices beside the loudest.
    fn others(&self) -> u32 {
        self.voices.saturating_sub(LOUDEST)
    }

    /// The next loudest voice: whether it goes over the line. Without pictures nothing is known of the line, and all go.
    pub(super) fn next_voice(&mut self, now_us: i64) -> bool {
        self.ranked += 1;
        if now_us - self.listened_us > UNKNOWN_US {
            self.sound = Sound::Whole;
        }
        self.sound != Sound::Loudest || self.ranked <= LOUDEST
    }

    /// Pictures were given less, or more, than before.
    pub(super) fn changed(&mut self, now_us: i64, budget: f64, lowered: bool, raised: bool) {
        if now_us - self.lowered_us > FORGET_US {
            self.hold_us = HOLD_US.0;
        }
        if lowered {
            if now_us - self.raised_us < EARLY_US {
                self.hold_us = (self.hold_us * LONGER).min(HOLD_US.1);
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
        self.lines.iter_mut().for_each(|line| (line.voices, line.ranked) = (0, 0));
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
        let mut after = |now_us, budget| {
            line.listen(now_us, budget, 5e5, 5e5, None);
            line.sound
        };
        assert_eq!(after(0, 1e6), Sound::Whole);
        assert_eq!(after(1_000_000, 4e5), Sound::Plain);
        assert_eq!(after(3_000_000, 4e5), Sound::Plain, "no voice goes for a picture");
        assert_eq!(after(9_000_000, 1e6), Sound::Plain, "not yet");
        assert_eq!(after(14_000_000, 6e5), Sound::Plain, "no room for two voices of it");
        assert_eq!(after(14_500_000, 7e5), Sound::Plain, "not with room to spare");
        assert_eq!(after(15_000_000, 8e5), Sound::Whole);
    }

    #[test]
    fn of_many_voices_the_two_loudest_go_over_a_line_that_has_a_queue_without_pictures() {
        let mut line = Line::new(0);
        line.voices = 4;
        line.control.waits(400_000);
        line.listen(0, 1e5, 0.0, 0.0, None);
        line.listen(1_900_000, 1e5, 0.0, 0.0, None);
        assert_eq!(line.sound, Sound::Plain);
        line.listen(2_100_000, 1e5, 1.5e5, 1.5e5, None);
        assert_eq!(line.sound, Sound::Plain, "pictures are the reason");
        line.listen(2_200_000, 1e5, 0.0, 0.0, None);
        assert_eq!([(); 4].map(|()| line.next_voice(2_200_000)), [true, true, false, false]);
        line.control.waits(0);
        let mut lonely = Line::new(0);
        (lonely.sound, lonely.ranked) = (Sound::Loudest, LOUDEST);
        assert!(!lonely.next_voice(1_900_000) && lonely.next_voice(2_100_000), "all pictures are gone");
        line.listen(12_500_000, 1.3e5, 0.0, 0.0, None);
        assert_eq!(line.sound, Sound::Loudest, "no room for two more");
        line.listen(13_000_000, 1.6e5, 0.0, 0.0, None);
        assert_eq!(line.sound, Sound::Plain);
        line.listen(20_000_000, 9e5, 0.0, 0.0, None);
        assert_eq!(line.sound, Sound::Plain, "one step after the other");
        let mut crowd = Line::new(0);
        (crowd.sound, crowd.voices) = (Sound::Loudest, 4);
        crowd.listen(0, 3e5, 2.6e5, 2.6e5, None);
        assert_eq!(crowd.sound, Sound::Loudest, "the speaker's picture goes before them");
        crowd.listen(0, 3e5, 2.6e5, 1.3e5, None);
        assert_eq!(crowd.sound, Sound::Plain, "others' do not");
        line.listen(24_000_000, 9e5, 0.0, 0.0, None);
        assert_eq!(line.sound, Sound::Whole);
    }

    #[test]
    fn the_speakers_picture_comes_before_the_third_voice_if_that_makes_room_for_it() {
        let mut line = Line::new(0);
        line.voices = 4;
        line.listen(0, 7e4, 0.0, 0.0, Some(1.8e5));
        assert_eq!(line.sound, Sound::Plain, "redundancy first");
        line.listen(1_900_000, 7e4, 0.0, 0.0, Some(1.8e5));
        assert_eq!(line.sound, Sound::Plain);
        line.listen(2_100_000, 5e4, 0.0, 0.0, Some(1.8e5));
        assert_eq!(line.sound, Sound::Plain, "it would be silence for nothing");
        line.listen(2_200_000, 7e4, 0.0, 0.0, Some(1.8e5));
        assert_eq!(line.sound, Sound::Loudest);
        line.listen(20_000_000, 1.9e5, 1.5e5, 1.5e5, None);
        assert_eq!(line.sound, Sound::Loudest, "no room for both");
        line.listen(40_000_000, 1.6e5, 0.0, 0.0, Some(1.8e5));
        assert_eq!(line.sound, Sound::Plain, "it does not come");
    }

    #[test]
    fn a_rise_that_was_too_early_is_tried_less_often() {
        let mut line = Line::new(0);
        assert!(line.may_rise(0, 1e6));
        line.changed(0, 1e6, true, false);
        assert!(!line.may_rise(1_900_000, 1e6) && line.may_rise(2_000_000, 1e6));
        line.changed(2_000_000, 1e6, false, true);
        line.changed(5_000_000, 1e6, true, false);
        assert!(!line.may_rise(12_900_000, 1e6) && line.may_rise(13_000_000, 1e6));
        assert!(line.may_rise(5_100_000, 2e6), "it has become another line");
        line.changed(80_000_000, 1e6, true, false);
        assert!(line.may_rise(82_000_000, 1e6), "all that is long ago");
    }
}
