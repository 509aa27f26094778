//! Sealed records in colours and tones, and composites taken apart again.

use crate::support::{self, Sitting, Source, Unit, encoded, feed, key, run, sounding, stamped};
use assize_core::hearing::{Entrant, Event, GapReason, Pieces, Room};
use assize_core::ids::{ConnectionId, DeviceKind, PersonId, SeatId, TrackId};
use assize_core::plan::{Person, Plan, Role};
use assize_core::routing::Channel;
use assize_record::LedgerFile;
use assize_record::seal::{self, Meta};
use assize_rtp::tap::Codec;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use uuid::Uuid;

/// Pictures of a part: four seconds.
pub(super) const PART: u64 = 100;
pub(super) const FIRST: u16 = 5;

/// Eight people with screens of their own; media come from the seats 5 to 8, of which the last interprets.
pub(super) fn plan() -> Plan {
    let person = |n: u128, name: &str, role| Person {
        id: PersonId(Uuid::from_u128(n)),
        name: name.to_owned(),
        role,
        point: None,
        own_screen: true,
        account: None,
        with: vec![],
    };
    let people = vec![
        person(1, "Nguyễn Thị Hòa", Role::PresidingJudge),
        person(2, "Phạm Quốc Toản", Role::PanelMember),
        person(3, "Hoàng Đức Lộc", Role::PanelMember),
        person(4, "Trần Minh Khuê", Role::Clerk),
        person(5, "Vũ Thanh Bình", Role::Prosecutor),
        person(6, "Lê Thu Hà", Role::Counsel),
        person(7, "Đặng Văn Thức", Role::Defendant),
        person(8, "Sùng A Páo", Role::Interpreter),
    ];
    Plan { people, ..support::plan() }
}

pub(super) fn camera(seat: u16) -> TrackId {
    TrackId { seat: SeatId(seat), device: DeviceKind::Camera1 }
}

/// A sitting that is recorded seat by seat; times are seconds of the hearing.
pub(super) struct Making {
    sitting: Sitting,
    ledger: LedgerFile,
    seats: Vec<(Source, Source)>,
}

impl Making {
    /// Everybody of `seats` comes, and the session opens at one second.
    pub(super) fn begin(root: &Path, seats: u16) -> Self {
        let mut sitting = Sitting::of(root, plan());
        let (mut ledger, _) = LedgerFile::open(&sitting.folder, 1).unwrap();
        sitting.stop();
        let (folder, court) = (sitting.folder.clone(), sitting.key.clone());
        let sitting = Sitting::resume(folder, court, 1, assize_record::now_us() - 1_000_000, 300_000_000);
        let mut events = vec![Event::Planned { plan: plan(), procedure: None }, Event::Awaited];
        for seat in FIRST..FIRST + seats {
            let entrant = Entrant::Person { person: PersonId(Uuid::from_u128(u128::from(seat))) };
            let (seat, room) = (SeatId(seat), Room::Courtroom);
            let connection = ConnectionId(Uuid::from_u128(100 + u128::from(seat.0)));
            events.push(Event::Entered { seat, entrant, connection, room, microphone_open: true, link: None });
            events.push(Event::Published { seat, devices: vec![DeviceKind::Microphone, DeviceKind::Camera1] });
        }
        for event in events {
            ledger.append(&[stamped(0, event)]).unwrap();
        }
        let mut making = Self { sitting, ledger, seats: Vec::new() };
        for seat in 0..u64::from(seats) {
            making.seats.push((Source::new(key(2 * seat), Codec::Vp8), Source::new(key(2 * seat + 1), Codec::Opus)));
        }
        making.say(1.0, Event::Opened { recording: true, reason: None, missing: Vec::new() });
        making.on(1.0);
        making
    }

    pub(super) fn say(&mut self, at: f64, event: Event) {
        self.ledger.append(&[stamped(us(at) as u64, event)]).unwrap();
    }

    pub(super) fn on(&mut self, at: f64) {
        for (picture, sound) in &self.seats {
            self.sitting.on(picture.key, picture.codec, us(at));
            self.sitting.on(sound.key, sound.codec, us(at));
        }
    }

    pub(super) fn off(&mut self, at: f64) {
        for (picture, sound) in &self.seats {
            self.sitting.off(picture.key, us(at));
            self.sitting.off(sound.key, us(at));
        }
    }

    /// So many seconds of it, from a time on.
    pub(super) fn show(&mut self, nth: usize, units: &[Unit], at: f64, seconds: f64) {
        feed(&self.sitting, &mut self.seats[nth].0, cut(units, seconds), us(at));
    }

    pub(super) fn sound(&mut self, nth: usize, units: &[Unit], at: f64, seconds: f64) {
        feed(&self.sitting, &mut self.seats[nth].1, cut(units, seconds), us(at));
    }

    /// Closes and seals.
    pub(super) fn end(mut self, at: f64) -> PathBuf {
        self.say(at, Event::Closed);
        self.sitting.stop();
        let meta = Meta { utc_ms: 1_795_300_000_000, software: "assize 0.1.0".to_owned(), typeset: None };
        seal::sitting(&self.sitting.folder, &self.sitting.key, &meta).unwrap();
        self.sitting.folder.clone()
    }
}

fn us(seconds: f64) -> i64 {
    (seconds * 1e6) as i64
}

fn cut(units: &[Unit], seconds: f64) -> &[Unit] {
    let end = units[0].ms + (seconds * 1000.0) as i64;
    &units[..units.iter().position(|unit| unit.ms >= end).unwrap_or(units.len())]
}

/// So many seconds of one colour.
pub(super) fn coloured(colour: &str, size: &str, seconds: u32) -> Vec<Unit> {
    let source = format!("color=c={colour}:size={size}:rate=15");
    pictures(&source, seconds)
}

pub(super) fn pictures(source: &str, seconds: u32) -> Vec<Unit> {
    let seconds = seconds.to_string();
    let coder = ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "600k", "-g", "30"];
    encoded("v.webm", &[&["-f", "lavfi", "-i", source, "-t", &seconds][..], &coder].concat())
}

/// A colour and a tone for each of four seats.
pub(super) const SEATS: [(&str, f64); 4] = [("red", 440.0), ("lime", 660.0), ("blue", 880.0), ("yellow", 1500.0)];

/// 24 seconds from the opening on: the second seat has no picture from 6 to 9 s, which is stated; the third changes its size
/// at 19 s; the session rests from 12 to 19 s; the fourth interprets from 8 s on; the first stands large from 21 s on.
pub(super) fn record(root: &Path) -> PathBuf {
    static MADE: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, made) = MADE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let folder = make(dir.path());
        (dir, folder)
    });
    let folder = root.join("01");
    run("cp", &["-r", made.to_str().unwrap(), folder.to_str().unwrap()]);
    folder
}

fn make(root: &Path) -> PathBuf {
    let mut making = Making::begin(root, 4);
    making.say(1.0, phase("opening"));
    for (nth, (colour, tone)) in SEATS.into_iter().enumerate() {
        let (picture, sound) = (coloured(colour, "320x180", 11), sounding(&format!("sine=frequency={tone}"), 11));
        if nth == 1 {
            making.show(nth, &picture, 1.0, 5.0);
            making.show(nth, &picture, 9.0, 3.0);
        } else {
            making.show(nth, &picture, 1.0, 11.0);
        }
        making.sound(nth, &sound, 1.0, 11.0);
    }
    let (seat, channel) = (SeatId(8), Channel::Interpretation);
    let (track, reason): (_, GapReason) = (camera(6), GapReason::Network);
    let pieces: Option<Pieces> = None;
    making.say(8.0, Event::SpeaksOn { seat, channel });
    making.say(9.0, Event::Gap { track, from_us: 6_000_000, to_us: 9_000_000, reason, pieces });
    making.say(10.0, phase("questioning"));
    making.off(12.0);
    making.say(12.0, Event::Paused { reason: "x".to_owned() });
    making.say(19.0, Event::Resumed { by: None, recording: Some(true), reason: None });
    for seat in [5, 6, 7, 8].map(SeatId) {
        making.say(19.0, Event::MicrophoneSet { seat, open: true });
    }
    making.on(19.0);
    for (nth, (colour, tone)) in SEATS.into_iter().enumerate() {
        let size = if nth == 2 { "160x120" } else { "320x180" };
        making.show(nth, &coloured(colour, size, 6), 19.0, 6.0);
        making.sound(nth, &sounding(&format!("sine=frequency={tone}"), 6), 19.0, 6.0);
    }
    let spotlight = assize_core::hearing::Layout::Spotlight { seat: SeatId(5) };
    making.say(21.0, Event::LayoutSet { layout: Some(spotlight) });
    making.end(25.0)
}

fn phase(name: &str) -> Event {
    Event::PhaseBegan { phase: name.into(), unread: Vec::new(), reason: None }
}

/// The process that composes, with what it says.
pub(super) fn composing(record: &Path, format: &str, part: u64, share: u8) -> Child {
    let (part, share) = (part.to_string(), share.to_string());
    let args = [record.to_str().unwrap(), format, &part, &share];
    Command::new(env!("CARGO_BIN_EXE_assize-compose")).args(args).stdout(Stdio::piped()).spawn().unwrap()
}

/// What it says at the end.
pub(super) fn composed(record: &Path, format: &str) -> Value {
    let out = composing(record, format, PART, 100).wait_with_output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    serde_json::from_str(text.lines().last().unwrap_or_default()).unwrap()
}

/// A film, taken apart.
pub(super) struct Film {
    pub(super) path: PathBuf,
    pictures: Vec<u8>,
}

/// Pixels of the small pictures that are looked at: an eighth of each side.
const W: usize = 160;
const H: usize = 90;

impl Film {
    pub(super) fn of(record: &Path, format: &str) -> Self {
        let path = record.join(format!("derived/composite.{format}"));
        let args = ["-v", "error", "-i", path.to_str().unwrap(), "-an", "-vf", "scale=160:90:flags=area"];
        let raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-"];
        let out = Command::new("ffmpeg").args(args).args(raw).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        Self { path, pictures: out.stdout }
    }

    pub(super) fn frames(&self) -> usize {
        self.pictures.len() / (W * H * 3)
    }

    /// The colour at a place of the large picture, at a second of the film.
    pub(super) fn colour(&self, second: f64, x: usize, y: usize) -> [u8; 3] {
        let frame = (second * 25.0).round() as usize;
        let at = ((frame * H + y / 8) * W + x / 8) * 3;
        self.pictures[at..at + 3].try_into().unwrap()
    }

    /// The sound of a track.
    pub(super) fn sound(&self, track: usize) -> Vec<f32> {
        let map = format!("0:a:{track}");
        let args = ["-v", "error", "-i", self.path.to_str().unwrap(), "-map", &map, "-ac", "1", "-ar", "48000"];
        let out = Command::new("ffmpeg").args(args).args(["-f", "f32le", "-"]).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        out.stdout.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect()
    }

    pub(super) fn probe(&self, args: &[&str]) -> String {
        run("ffprobe", &[&["-v", "error"], args, &[self.path.to_str().unwrap()]].concat())
    }
}

/// How loud a tone is in a piece of sound, 1.0 being full scale (Goertzel).
pub(super) fn tone(sound: &[f32], from: f64, to: f64, hertz: f64) -> f64 {
    let piece = &sound[(from * 48_000.0) as usize..(to * 48_000.0) as usize];
    let step = std::f64::consts::TAU * hertz / 48_000.0;
    let (mut re, mut im) = (0.0, 0.0);
    for (n, sample) in piece.iter().enumerate() {
        re += f64::from(*sample) * (step * n as f64).cos();
        im += f64::from(*sample) * (step * n as f64).sin();
    }
    2.0 * re.hypot(im) / piece.len() as f64
}

pub(super) fn provenance(record: &Path, format: &str) -> Value {
    serde_json::from_slice(&fs::read(record.join(format!("derived/composite.{format}.json"))).unwrap()).unwrap()
}

/// Red, green, blue, or yellow.
pub(super) fn is(colour: [u8; 3], name: &str) -> bool {
    let [r, g, b] = colour.map(|part| part > 140);
    match name {
        "red" => (r, g, b) == (true, false, false),
        "lime" => (r, g, b) == (false, true, false),
        "blue" => (r, g, b) == (false, false, true),
        "yellow" => (r, g, b) == (true, true, false),
        _ => colour.iter().all(|part| *part < 90),
    }
}

/// The middle of the picture of a tile in the grid of two by two.
pub(super) fn middle(nth: usize) -> (usize, usize) {
    (320 + 640 * (nth % 2), 64 + 148 + 328 * (nth / 2))
}
