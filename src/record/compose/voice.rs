//! The sound of one track along the hearing's time: what is missing is silence, and what drifts is stretched.

use super::marker::Marker;
use super::script::Part;
use super::source::{Source, Step};
use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::frame;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::rc::Rc;

/// Samples a second, of everything: Opus is decoded at this rate.
pub(super) const HERTZ: u64 = 48_000;
/// The same, to reckon with.
const SECOND: i64 = HERTZ as i64;
/// A packet's time may be off by so many samples before it is corrected: times in the files are whole milliseconds.
const LOOSE: i64 = 96;
/// From here on it is no drift but a hole.
const HOLE: i64 = 1_920;
/// A packet is stretched by one part in so many at most, which nobody hears.
const STRETCH: i64 = 200;

pub(super) struct Voice {
    root: PathBuf,
    parts: Vec<Part>,
    next: usize,
    open: Option<Source>,
    /// Decoded, in order.
    chunks: VecDeque<Chunk>,
    place: Place,
    marker: Rc<Marker>,
}

struct Chunk {
    /// Sample of the hearing's clock at which it begins.
    at: i64,
    samples: Vec<f32>,
}

impl Voice {
    pub(super) fn new(root: PathBuf, parts: Vec<Part>, marker: Rc<Marker>) -> Self {
        Self { root, parts, next: 0, open: None, chunks: VecDeque::new(), place: Place::default(), marker }
    }

    /// Adds what is heard from sample `from` on to `out`. `from` never goes back.
    pub(super) fn add(&mut self, from: i64, out: &mut [f32]) {
        let to = from + out.len() as i64;
        while self.chunks.back().is_none_or(|chunk| chunk.end() < to) && self.decode(to) {}
        self.chunks.retain(|chunk| chunk.end() > from);
        for chunk in &self.chunks {
            let (first, last) = (chunk.at.max(from), chunk.end().min(to));
            for at in first..last {
                out[index(at - from)] += chunk.samples[index(at - chunk.at)];
            }
        }
    }

    /// Decodes a little more of what begins before `to`; false: there is no more of that.
    fn decode(&mut self, to: i64) -> bool {
        let Some(source) = &mut self.open else { return self.begin(to) };
        let mut frame = frame::Audio::empty();
        match source.next(&mut frame) {
            Step::Frame(at_us) => {
                if let Some(samples) = mono(&frame) {
                    let at = sample(at_us);
                    let (at, samples) = self.place.put(at, samples);
                    self.chunks.push_back(Chunk { at, samples });
                }
            }
            // What cannot be decoded is silence.
            Step::Fault(_) => {}
            Step::End => self.open = None,
        }
        true
    }

    fn begin(&mut self, to: i64) -> bool {
        let Some(part) = self.parts.get(self.next).filter(|part| sample(part.span.start) < to) else { return false };
        self.next += 1;
        // One packet may begin before the time of the file's last.
        let over = sample(part.span.end).saturating_add(SECOND) < to;
        if !over {
            self.open = Source::open(&self.root, part, None, &self.marker).ok();
            self.place = Place::default();
        }
        true
    }
}

impl Chunk {
    fn end(&self) -> i64 {
        self.at + self.samples.len() as i64
    }
}

/// Where the next packet belongs.
#[derive(Debug, Default)]
struct Place {
    expected: Option<i64>,
}

impl Place {
    /// Places samples that say they begin at `at` behind those before, as long as that is about the same.
    fn put(&mut self, at: i64, samples: Vec<f32>) -> (i64, Vec<f32>) {
        let begins = self.expected.filter(|expected| (at - expected).abs() < HOLE).unwrap_or(at);
        let off = at - begins;
        let most = samples.len() as i64 / STRETCH;
        let more = if off.abs() <= LOOSE { 0 } else { off.clamp(-most, most) };
        let samples = if more == 0 { samples } else { stretched(&samples, more) };
        self.expected = Some(begins + samples.len() as i64);
        (begins, samples)
    }
}

/// By so many samples longer, or shorter.
fn stretched(samples: &[f32], more: i64) -> Vec<f32> {
    let length = index((samples.len() as i64 + more).max(1));
    let step = samples.len() as f64 / length as f64;
    let at = |n: usize| {
        let place = n as f64 * step;
        let (left, part) = (place.floor() as usize, place.fract() as f32);
        let (left, right) = (samples[left.min(samples.len() - 1)], samples[(left + 1).min(samples.len() - 1)]);
        left + (right - left) * part
    };
    (0..length).map(at).collect()
}

/// The mean of all channels. None of a frame in a form that no decoder of Opus gives.
fn mono(frame: &frame::Audio) -> Option<Vec<f32>> {
    let fits = frame.format() == Sample::F32(Type::Planar) && u64::from(frame.rate()) == HERTZ;
    if !fits || frame.samples() == 0 || frame.planes() == 0 {
        return None;
    }
    let share = 1.0 / frame.planes() as f32;
    let mut out = vec![0.0; frame.samples()];
    for plane in 0..frame.planes() {
        for (sum, sample) in out.iter_mut().zip(frame.plane::<f32>(plane)) {
            *sum += if sample.is_finite() { sample * share } else { 0.0 };
        }
    }
    Some(out)
}

/// The sample of a hearing time.
pub(super) fn sample(t_us: u64) -> i64 {
    i64::try_from(u128::from(t_us) * u128::from(HERTZ) / 1_000_000).unwrap_or(i64::MAX)
}

/// Of a number that is known not to be negative.
fn index(n: i64) -> usize {
    usize::try_from(n).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Packets of 20 ms whose clock is fast or slow by so many parts in a million; their times rounded to milliseconds.
    fn drifting(ppm: i64) -> (i64, i64) {
        let mut place = Place::default();
        let (mut worst, mut end, mut holes) = (0, None, 0);
        for n in 0..180_000i64 {
            let ms = (n * 20 * (1_000_000 + ppm) + 500_000) / 1_000_000;
            let (at, samples) = place.put(ms * 48, vec![0.0; 960]);
            holes += i64::from(end.is_some_and(|end| end != at));
            worst = worst.max((at - ms * 48).abs());
            end = Some(at + samples.len() as i64);
        }
        (worst, holes)
    }

    #[test]
    fn an_hour_of_a_clock_that_drifts_stays_within_milliseconds_and_has_no_hole() {
        for ppm in [0, 100, -100, 1000, -1000] {
            let (worst, holes) = drifting(ppm);
            assert_eq!(holes, 0, "{ppm} ppm");
            assert!(worst <= 5 * 48, "{ppm} ppm: {worst} samples off");
        }
    }

    #[test]
    fn a_hole_stays_one_and_what_is_stretched_keeps_its_shape() {
        let mut place = Place::default();
        assert_eq!(place.put(0, vec![0.5; 960]).0, 0);
        assert_eq!(place.put(48_000, vec![0.5; 960]).0, 48_000);
        let ramp: Vec<f32> = (0..960).map(|n| n as f32).collect();
        for more in [-4, 4] {
            let stretched = stretched(&ramp, more);
            assert_eq!(stretched.len() as i64, 960 + more);
            assert!(stretched.windows(2).all(|two| (0.0..1.1).contains(&(two[1] - two[0]))), "{more}");
            assert!(stretched[0] == 0.0 && stretched[stretched.len() - 1] > 957.0);
        }
    }
}
