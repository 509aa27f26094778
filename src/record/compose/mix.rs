//! All voices together: the courtroom's floor, and what those heard who listened to the interpretation.

use super::marker::Marker;
use super::script::{FRAME_US, Script};
use super::voice::{HERTZ, Voice, sample};
use assize_core::ids::TrackId;
use assize_core::routing::Channel;
use std::path::Path;
use std::rc::Rc;

/// Samples to a picture.
pub(super) const BLOCK: usize = (HERTZ * FRAME_US / 1_000_000) as usize;
/// The sum of all voices is made no louder than this; 1.0 is full scale.
const CEILING: f32 = 0.95;
/// From floor to interpretation and back in so many samples: 10 ms, so that it does not click.
const TURN: f32 = 480.0;
/// What was made quieter comes back by so much a block.
const RELEASE: f32 = 1.05;

pub(super) struct Mix {
    voices: Vec<(TrackId, Voice)>,
    /// One for each track of sound that is made.
    limiters: Vec<Limiter>,
    /// 1.0: the interpretation is heard.
    turned: f32,
}

impl Mix {
    pub(super) fn new(script: &Script, root: &Path, marker: &Rc<Marker>) -> Self {
        let audio = script.tracks.iter().filter(|(id, _)| id.device.is_audio());
        let voice = |(id, track): (&TrackId, &super::script::Track)| {
            let parts = track.segments.iter().filter(|part| !part.harmful).cloned().collect();
            (*id, Voice::new(root.to_owned(), parts, Rc::clone(marker)))
        };
        let tracks = if script.interpretation.is_empty() { 1 } else { 2 };
        Self {
            voices: audio.map(voice).collect(),
            limiters: (0..tracks).map(|_| Limiter::default()).collect(),
            turned: 0.0,
        }
    }

    /// Tracks of sound: the floor, and the interpretation if there ever was one.
    pub(super) fn tracks(&self) -> usize {
        self.limiters.len()
    }

    /// The sound of one picture for each track, one block late (see [`Limiter`]); at a card there is silence.
    pub(super) fn block(&mut self, script: &Script, t_us: Option<u64>) -> Vec<Vec<f32>> {
        let (mut floor, mut interpreted) = (vec![0.0; BLOCK], vec![0.0; BLOCK]);
        if let Some(t_us) = t_us {
            for (id, voice) in &mut self.voices {
                let channel = script.tracks.get(id).map_or(Channel::Floor, |track| track.channel(t_us));
                voice.add(sample(t_us), if channel == Channel::Floor { &mut floor } else { &mut interpreted });
            }
        }
        let mut tracks = vec![floor];
        if self.limiters.len() > 1 {
            let open = t_us.is_some_and(|t_us| script.is_interpreted(t_us));
            self.listen(open, &tracks[0], &mut interpreted);
            tracks.push(interpreted);
        }
        self.limiters.iter_mut().zip(tracks).map(|(limiter, block)| limiter.next(block)).collect()
    }

    /// What is heard on the interpreters' channel: the floor while nobody interprets.
    fn listen(&mut self, open: bool, floor: &[f32], interpreted: &mut [f32]) {
        let step = if open { 1.0 / TURN } else { -1.0 / TURN };
        for (sample, floor) in interpreted.iter_mut().zip(floor) {
            self.turned = (self.turned + step).clamp(0.0, 1.0);
            *sample = *sample * self.turned + floor * (1.0 - self.turned);
        }
    }
}

/// Keeps the sum of voices below full scale. It knows one block ahead, so that it is quieter before a peak comes.
struct Limiter {
    held: Vec<f32>,
    /// Gain at the end of the block that was given last, and what the held one needs.
    gain: f32,
    needed: f32,
}

impl Default for Limiter {
    fn default() -> Self {
        Self { held: vec![0.0; BLOCK], gain: 1.0, needed: 1.0 }
    }
}

impl Limiter {
    /// Takes a block and gives the one before.
    fn next(&mut self, block: Vec<f32>) -> Vec<f32> {
        let peak = block.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let needs = if peak > CEILING { CEILING / peak } else { 1.0 };
        let to = (self.gain * RELEASE).min(self.needed).min(needs).min(1.0);
        let from = self.gain.min(self.needed);
        let length = self.held.len() as f32;
        let mut out = std::mem::replace(&mut self.held, block);
        for (n, sample) in out.iter_mut().enumerate() {
            *sample *= from + (to - from) * (n as f32 / length);
        }
        (self.gain, self.needed) = (to, needs);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_are_summed_and_never_louder_than_full_scale_nor_quieter_for_being_many() {
        let mut limiter = Limiter::default();
        let wave = |loud: f32| (0..BLOCK).map(|n| loud * (n as f32 * 0.06).sin()).collect::<Vec<f32>>();
        let loudness = [0.3, 0.3, 2.5, 2.5, 0.3, 0.3];
        let out: Vec<Vec<f32>> = loudness.into_iter().chain([0.0]).map(|loud| limiter.next(wave(loud))).collect();
        let peak = |block: &[f32]| block.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!(out[0].iter().all(|sample| *sample == 0.0), "one block late");
        assert_eq!(out[1], wave(0.3), "what is not too loud is as it was");
        for block in &out[1..] {
            assert!(peak(block) <= CEILING + 0.001, "{}", peak(block));
        }
        assert!(peak(&out[3]) > 0.9, "no quieter than it must be");
    }
}
