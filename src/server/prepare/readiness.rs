//! Readiness of a point (circular 05/2021 Art. 3 to 5): what was measured, and what it means in plain words.
//!
//! Levels are in dB below full scale of the microphone's own converter: a browser knows no sound pressure, so these are not
//! the decibels of a sound level meter. They are comparable between tests of the same room with the same microphone.

use assize_core::ids::{DeviceId, PointId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a test measured. What is absent was not measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Measured {
    pub line: Option<Line>,
    pub sound: Option<Sound>,
    pub picture: Option<Picture>,
    /// Kind of browser and device, as it names itself.
    pub device: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub way: Way,
    /// Median of the round trips to the server, in ms.
    pub trip_ms: f64,
    /// In kbit/s.
    pub up_kbps: Option<f64>,
    pub down_kbps: Option<f64>,
    /// Share of packets that the server did not get, 0 to 1. TCP hides losses: only the media's own way shows them.
    #[serde(default)]
    pub loss: Option<f64>,
}

/// Which way the line was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// HTTPS to the server.
    Https,
    /// Picture and sound to the server, in its waiting room.
    Media,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sound {
    /// While nobody spoke, dB of full scale (root mean square; the tenth percentile of the quiet span).
    pub noise_db: f64,
    /// While somebody read aloud, dB of full scale (the ninetieth percentile).
    pub speech_db: Option<f64>,
    /// Share of samples at full scale while somebody read aloud, 0 to 1.
    #[serde(default)]
    pub clipped: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    /// Mean luma (BT.601), 0 to 255.
    pub luma: f64,
    /// Mean luma of the middle third over that of the rest: below 1, what is behind is brighter than who sits there.
    pub middle: f64,
}

/// A test as it was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    pub id: Uuid,
    pub point: PointId,
    pub at_ms: i64,
    pub device: Option<DeviceId>,
    /// Who made it, if it was not the point's own device.
    pub account: Option<String>,
    pub measured: Measured,
}

/// What a part of a test means. The client has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub part: &'static str,
    pub level: Level,
    /// Stable name of the finding.
    pub code: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Good,
    /// Not measured.
    Unknown,
    /// To be mended before the hearing.
    Look,
}

/// Limits, in one place: values of the court's practice, not of law.
mod limit {
    /// A point sends a picture and sound: below this the lowest layers alone do not fit.
    pub(super) const UP_KBPS: f64 = 1_000.0;
    /// It receives four pictures.
    pub(super) const DOWN_KBPS: f64 = 2_000.0;
    pub(super) const TRIP_MS: f64 = 300.0;
    pub(super) const LOSS: f64 = 0.05;
    pub(super) const NOISE_DB: f64 = -50.0;
    pub(super) const SPEECH_DB: f64 = -40.0;
    /// Speech above noise.
    pub(super) const ABOVE_DB: f64 = 15.0;
    pub(super) const CLIPPED: f64 = 0.001;
    pub(super) const DARK: f64 = 60.0;
    pub(super) const BRIGHT: f64 = 200.0;
    pub(super) const MIDDLE: f64 = 0.7;
    pub(super) const HEIGHT: u32 = 480;
}

impl Measured {
    /// Whether every figure can be one.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let figure =
            |range: std::ops::RangeInclusive<f64>, value: Option<f64>| value.is_none_or(|v| range.contains(&v));
        let line = self.line.is_none_or(|line| {
            let rates = figure(0.0..=1e7, line.up_kbps) && figure(0.0..=1e7, line.down_kbps);
            rates && figure(0.0..=60_000.0, Some(line.trip_ms)) && figure(0.0..=1.0, line.loss)
        });
        let sound = self.sound.is_none_or(|sound| {
            let levels = figure(-200.0..=10.0, Some(sound.noise_db)) && figure(-200.0..=10.0, sound.speech_db);
            levels && figure(0.0..=1.0, sound.clipped)
        });
        let picture = self.picture.is_none_or(|picture| {
            let light = figure(0.0..=255.0, Some(picture.luma)) && figure(0.0..=255.0, Some(picture.middle));
            light && picture.width <= 16_384 && picture.height <= 16_384
        });
        line && sound && picture && self.device.chars().count() <= 200
    }

    /// Whether anything of the room was measured, and not the line alone.
    #[must_use]
    pub fn is_of_room(&self) -> bool {
        self.sound.is_some() || self.picture.is_some()
    }

    /// What it means, worst first within each part; one finding a part.
    #[must_use]
    pub fn verdicts(&self) -> [Verdict; 3] {
        [
            verdict("line", self.line.map(line)),
            verdict("sound", self.sound.map(sound)),
            verdict("picture", self.picture.map(picture)),
        ]
    }

    /// The worst of all parts.
    #[must_use]
    pub fn level(&self) -> Level {
        self.verdicts().iter().map(|verdict| verdict.level).max().unwrap_or(Level::Unknown)
    }
}

/// `None`: not measured; `Some(None)`: nothing found.
fn verdict(part: &'static str, found: Option<Option<&'static str>>) -> Verdict {
    match found {
        None => Verdict { part, level: Level::Unknown, code: "not_measured" },
        Some(None) => Verdict { part, level: Level::Good, code: "good" },
        Some(Some("speech_not_measured")) => Verdict { part, level: Level::Unknown, code: "speech_not_measured" },
        Some(Some(code)) => Verdict { part, level: Level::Look, code },
    }
}

fn line(line: Line) -> Option<&'static str> {
    if line.loss.is_some_and(|loss| loss > limit::LOSS) {
        Some("line_lossy")
    } else if line.up_kbps.is_some_and(|up| up < limit::UP_KBPS) {
        Some("line_up_slow")
    } else if line.down_kbps.is_some_and(|down| down < limit::DOWN_KBPS) {
        Some("line_down_slow")
    } else if line.trip_ms > limit::TRIP_MS {
        Some("line_far")
    } else {
        None
    }
}

fn sound(sound: Sound) -> Option<&'static str> {
    let speech = sound.speech_db;
    if sound.noise_db > limit::NOISE_DB {
        Some("sound_noisy")
    } else if sound.clipped.is_some_and(|clipped| clipped > limit::CLIPPED) {
        Some("sound_clipped")
    } else if speech.is_some_and(|speech| speech < limit::SPEECH_DB || speech < sound.noise_db + limit::ABOVE_DB) {
        Some("sound_faint")
    } else if speech.is_none() {
        Some("speech_not_measured")
    } else {
        None
    }
}

fn picture(picture: Picture) -> Option<&'static str> {
    if picture.luma < limit::DARK {
        Some("picture_dark")
    } else if picture.middle < limit::MIDDLE {
        Some("picture_back_light")
    } else if picture.luma > limit::BRIGHT {
        Some("picture_bright")
    } else if picture.height < limit::HEIGHT {
        Some("picture_small")
    } else {
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn good() -> Measured {
        serde_json::from_value(serde_json::json!({
            "line": { "way": "media", "trip_ms": 24, "up_kbps": 4000, "down_kbps": 9000, "loss": 0.001 },
            "sound": { "noise_db": -62, "speech_db": -24, "clipped": 0 },
            "picture": { "width": 1280, "height": 720, "luma": 120, "middle": 1.1 },
            "device": "Chromium",
        }))
        .unwrap()
    }

    fn code(measured: &Measured, part: &str) -> &'static str {
        measured.verdicts().iter().find(|verdict| verdict.part == part).unwrap().code
    }

    #[test]
    fn what_was_not_measured_is_not_called_good() {
        assert_eq!(good().level(), Level::Good);
        let half = Measured { picture: None, ..good() };
        assert_eq!((half.level(), code(&half, "picture")), (Level::Unknown, "not_measured"));
        let mut silent = good();
        silent.sound.as_mut().unwrap().speech_db = None;
        assert_eq!((silent.level(), code(&silent, "sound")), (Level::Unknown, "speech_not_measured"));
    }

    #[test]
    fn the_worst_is_named() {
        let change = |change: fn(&mut Measured)| {
            let mut measured = good();
            change(&mut measured);
            measured
        };
        let with = |part: &str, at: fn(&mut Measured)| {
            let measured = change(at);
            assert_eq!(measured.level(), Level::Look);
            code(&measured, part)
        };
        assert_eq!(with("sound", |m| m.sound.as_mut().unwrap().noise_db = -40.0), "sound_noisy");
        assert_eq!(with("sound", |m| m.sound.as_mut().unwrap().speech_db = Some(-48.0)), "sound_faint");
        assert_eq!(with("sound", |m| m.sound.as_mut().unwrap().clipped = Some(0.01)), "sound_clipped");
        assert_eq!(with("picture", |m| m.picture.as_mut().unwrap().luma = 30.0), "picture_dark");
        assert_eq!(with("picture", |m| m.picture.as_mut().unwrap().middle = 0.5), "picture_back_light");
        assert_eq!(with("picture", |m| m.picture.as_mut().unwrap().height = 240), "picture_small");
        assert_eq!(with("line", |m| m.line.as_mut().unwrap().loss = Some(0.1)), "line_lossy");
        assert_eq!(with("line", |m| m.line.as_mut().unwrap().up_kbps = Some(300.0)), "line_up_slow");
        assert_eq!(with("line", |m| m.line.as_mut().unwrap().trip_ms = 900.0), "line_far");
    }

    #[test]
    fn figures_that_cannot_be_are_refused() {
        assert!(good().is_sound() && Measured::default().is_sound());
        for change in [
            (|m: &mut Measured| m.line.as_mut().unwrap().loss = Some(1.5)) as fn(&mut Measured),
            |m| m.sound.as_mut().unwrap().noise_db = f64::NAN,
            |m| m.picture.as_mut().unwrap().luma = -1.0,
            |m| m.device = "x".repeat(201),
        ] {
            let mut measured = good();
            change(&mut measured);
            assert!(!measured.is_sound(), "{measured:?}");
        }
    }
}
