//! What the steps up to and beyond the promise have shown.

use crate::frames::Tally;
use crate::generator::Slice;

#[derive(Debug, Default)]
pub(super) struct Steps {
    subs: u64,
    /// Largest step that says something of the server.
    pub(super) driven_up_to: f64,
    /// Largest step at which, and below which, everything came.
    pub(super) whole_up_to: f64,
    /// What came in the steps from the first at which something did not.
    beyond: Option<Beyond>,
    pub(super) server_dropped: u64,
    /// The largest step that says something of the server.
    pub(super) last: Slice,
}

#[derive(Debug, Default, Clone, Copy)]
struct Beyond {
    sounds_sent: u64,
    sounds_received: u64,
    frames: Tally,
}

impl Steps {
    pub(super) fn of(subs: usize) -> Self {
        Self { subs: subs as u64, ..Self::default() }
    }

    /// A step at this share of the promise. One in which something is missing while the generator did not do its part says
    /// nothing of the server, and is left out.
    pub(super) fn note(&mut self, share: f64, step: &Slice) {
        let whole = step.received >= step.sent * self.subs;
        if !whole && !step.health.is_good() {
            return;
        }
        (self.driven_up_to, self.last) = (share, *step);
        self.server_dropped += step.server_dropped;
        if whole && self.beyond.is_none() {
            self.whole_up_to = share;
            return;
        }
        let beyond = self.beyond.get_or_insert_default();
        beyond.sounds_sent += step.sounds_sent * self.subs;
        beyond.sounds_received += step.sounds_received;
        beyond.frames.add(step.frames);
    }

    /// Whether it was the server that ended `whole_up_to`, or the largest step, and not the generator.
    pub(super) fn is_conclusive(&self, largest: f64) -> bool {
        self.beyond.is_some() || self.whole_up_to >= largest
    }

    /// Share of sound that did not come.
    pub(super) fn sound_lost(&self) -> Option<f64> {
        self.beyond.map(|beyond| lost(beyond.sounds_received, beyond.sounds_sent))
    }

    /// Share of the frames of which something came that did not come whole.
    pub(super) fn frames_torn(&self) -> Option<f64> {
        let Tally { whole, torn } = self.beyond?.frames;
        Some(torn as f64 / (whole + torn).max(1) as f64)
    }
}

pub(super) fn lost(came: u64, offered: u64) -> f64 {
    (1.0 - came as f64 / offered.max(1) as f64).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Health;

    /// To ten viewers: 10 packets of sound and 40 of pictures, of which so many came.
    fn step(sounds: u64, pictures: u64, frames: Tally) -> Slice {
        let received = sounds + pictures;
        Slice { sent: 50, received, sounds_sent: 10, sounds_received: sounds, frames, ..Slice::default() }
    }

    #[test]
    fn sound_and_torn_frames_are_told_of_the_steps_beyond_only() {
        let mut steps = Steps::of(10);
        steps.note(0.5, &step(100, 400, Tally { whole: 100, torn: 0 }));
        steps.note(0.9, &step(100, 400, Tally { whole: 100, torn: 0 }));
        assert_eq!((steps.whole_up_to, steps.driven_up_to, steps.frames_torn()), (0.9, 0.9, None));
        steps.note(1.2, &step(99, 300, Tally { whole: 70, torn: 10 }));
        // Once broken, a step that is whole by chance is one beyond.
        steps.note(1.5, &step(100, 400, Tally { whole: 100, torn: 0 }));
        assert_eq!((steps.whole_up_to, steps.driven_up_to), (0.9, 1.5));
        assert!(steps.is_conclusive(3.0));
        assert!((steps.sound_lost().unwrap_or_default() - 1.0 / 200.0).abs() < 1e-9);
        assert!((steps.frames_torn().unwrap_or_default() - 10.0 / 180.0).abs() < 1e-9);
    }

    #[test]
    fn a_step_that_the_generator_spoiled_says_nothing() {
        let spoiled = |pictures| Slice {
            health: Health { dropped: 1, ..Health::default() },
            ..step(100, pictures, Tally { whole: 50, torn: 50 })
        };
        let mut steps = Steps::of(10);
        steps.note(0.5, &spoiled(300));
        assert_eq!((steps.driven_up_to, steps.sound_lost()), (0.0, None));
        // What came all the same came.
        steps.note(0.6, &spoiled(400));
        assert_eq!((steps.driven_up_to, steps.whole_up_to), (0.6, 0.6));
        assert!(!steps.is_conclusive(3.0), "who knows what the server would have done");
        assert!(steps.is_conclusive(0.6));
    }
}
