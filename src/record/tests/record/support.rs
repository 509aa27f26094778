//! Real encoded media as packets, a sitting's folder, and stock tools.

use assize_core::hearing::{Actor, Event, Stamped};
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::plan::{Court, Plan};
use assize_core::time::Now;
use assize_proof::hearing_file::{Clock, HearingFile, Procedure, Software};
use assize_proof::key::CourtKey;
use assize_record::listen::Decoder;
use assize_record::{Config, Notice, Recorder, now_us};
use assize_rtp::tap::{Codec, TapItem, TapSender, TrackKey, tap};
use bytes::Bytes;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use uuid::Uuid;

/// An encoded frame: its time in milliseconds, whether it is a key frame, its bytes.
#[derive(Clone)]
pub(crate) struct Unit {
    pub(crate) ms: i64,
    pub(crate) data: Vec<u8>,
}

pub(crate) fn run(program: &str, args: &[&str]) -> String {
    let out = Command::new(program).args(args).output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{program} {args:?}: {text}");
    text
}

pub(crate) fn encoded(name: &str, args: &[&str]) -> Vec<Unit> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    let path = path.to_str().unwrap();
    run("ffmpeg", &[&["-v", "error"], args, &[path]].concat());
    let mut input = ffmpeg_next::format::input(path).unwrap();
    let mut units = Vec::new();
    for (stream, packet) in input.packets() {
        let base = stream.time_base();
        // Raw H.264 has no times: 30 pictures a second.
        let counted = units.len() as i64 * 1000 / 30;
        let ms = packet.pts().map_or(counted, |pts| pts * 1000 * i64::from(base.0) / i64::from(base.1));
        units.push(Unit { ms, data: packet.data().unwrap().to_vec() });
    }
    units
}

const PICTURE: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30"];

/// 20 s of VP8, a key frame every 3 s.
pub(crate) fn vp8() -> &'static [Unit] {
    static UNITS: OnceLock<Vec<Unit>> = OnceLock::new();
    let coder = ["-t", "20", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "800k", "-g", "90"];
    UNITS.get_or_init(|| encoded("v.webm", &[&PICTURE[..], &coder].concat()))
}

/// 20 s of small VP8, a key frame every 2 s: a track of few bytes and many clusters.
pub(crate) fn vp8_small() -> &'static [Unit] {
    static UNITS: OnceLock<Vec<Unit>> = OnceLock::new();
    let picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=15"];
    let coder = ["-t", "20", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "60k", "-g", "30"];
    UNITS.get_or_init(|| encoded("v.webm", &[&picture[..], &coder].concat()))
}

/// 20 s of VP8 at 1280x720 and 1.5 Mb/s.
pub(crate) fn vp8_720p() -> &'static [Unit] {
    static UNITS: OnceLock<Vec<Unit>> = OnceLock::new();
    let picture = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30,noise=alls=7:allf=t"];
    let coder = ["-t", "20", "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "16", "-threads", "2"];
    let rate = ["-b:v", "1500k", "-minrate", "1500k", "-maxrate", "1500k", "-g", "300"];
    UNITS.get_or_init(|| encoded("v.webm", &[&picture[..], &coder, &rate].concat()))
}

/// 20 s of H.264 as constrained baseline, parameter sets before each key frame.
pub(crate) fn h264() -> &'static [Unit] {
    static UNITS: OnceLock<Vec<Unit>> = OnceLock::new();
    let coder =
        ["-t", "20", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-profile:v", "baseline"];
    let more =
        ["-pix_fmt", "yuv420p", "-g", "90", "-x264-params", "repeat-headers=1:aud=0", "-bsf:v", "h264_mp4toannexb"];
    UNITS.get_or_init(|| encoded("v.h264", &[&PICTURE[..], &coder, &more].concat()))
}

/// 12 s of VP9 as a browser codes it: no frame that is not shown, no look ahead.
pub(crate) fn vp9() -> &'static [Unit] {
    static UNITS: OnceLock<Vec<Unit>> = OnceLock::new();
    let coder = ["-t", "12", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-lag-in-frames", "0"];
    let rate = ["-auto-alt-ref", "0", "-row-mt", "1", "-b:v", "800k", "-g", "90"];
    UNITS.get_or_init(|| encoded("v.webm", &[&PICTURE[..], &coder, &rate].concat()))
}

/// 20 s of Opus, 20 ms a packet: a sine of -18 dBFS.
pub(crate) fn opus() -> &'static [Unit] {
    static UNITS: OnceLock<Vec<Unit>> = OnceLock::new();
    UNITS.get_or_init(|| sounding("sine=frequency=440", 20))
}

/// What a source of FFmpeg's sounds like, as Opus.
pub(crate) fn sounding(source: &str, seconds: u32) -> Vec<Unit> {
    let seconds = seconds.to_string();
    encoded("a.webm", &["-f", "lavfi", "-i", source, "-t", &seconds, "-c:a", "libopus", "-b:a", "40k"])
}

/// Of every packet, as its sender says it: dB below overload.
pub(crate) const LEVEL: u8 = 30;
pub(crate) const SOUND: TrackKey = TrackKey(1);
pub(crate) const PICTURES: TrackKey = TrackKey(2);

/// A further track: seats from 10 on, microphones odd.
pub(crate) fn key(n: u64) -> TrackKey {
    TrackKey(10 + n)
}

pub(crate) fn track(device: DeviceKind) -> TrackId {
    TrackId { seat: SeatId(3), device }
}

pub(crate) fn name(key: TrackKey) -> Option<TrackId> {
    match key {
        SOUND => Some(track(DeviceKind::Microphone)),
        PICTURES => Some(track(DeviceKind::Camera1)),
        TrackKey(n) if n >= 10 => {
            let device = if n % 2 == 0 { DeviceKind::Camera1 } else { DeviceKind::Microphone };
            Some(TrackId { seat: SeatId((n / 2) as u16), device })
        }
        _ => None,
    }
}

pub(crate) fn stamped(t_us: u64, event: Event) -> Stamped {
    Stamped { now: Now { t_us, utc_ms: 1_795_226_523_000 + t_us as i64 / 1000 }, actor: Actor::System, event }
}

pub(crate) fn plan() -> Plan {
    Plan {
        hearing: assize_core::ids::HearingId(Uuid::from_u128(7)),
        court: Court {
            id: assize_core::ids::CourtId(Uuid::from_u128(1)),
            name: "TAND".to_owned(),
            zone: "Asia/Ho_Chi_Minh".to_owned(),
        },
        case: "45/2026/TLST-HS".to_owned(),
        title: "Trộm cắp tài sản".to_owned(),
        procedure: "vn-criminal-first-instance".to_owned(),
        starts: "2026-11-21T08:00:00+07:00".to_owned(),
        points: Vec::new(),
        people: Vec::new(),
        screens: vec![],
        rehearsal: false,
    }
}

pub(crate) fn hearing_file(key: &CourtKey) -> HearingFile {
    HearingFile {
        v: 1,
        sitting: String::new(),
        previous_seal: None,
        plan: plan(),
        procedure: Procedure { name: "vn-criminal-first-instance".to_owned(), sha256: None },
        software: Software { assize: "0.1.0".to_owned(), muxer: assize_record::muxer_version() },
        clock: Clock { zero_utc: "2026-11-21T01:00:00.000Z".to_owned(), synchronised: true },
        key: key.public().id(),
    }
}

/// Units as a file: for each its time, its length and its bytes.
pub(crate) fn store(path: &Path, units: &[Unit]) {
    let mut out = Vec::new();
    for unit in units {
        out.extend_from_slice(&unit.ms.to_le_bytes());
        out.extend_from_slice(&(unit.data.len() as u64).to_le_bytes());
        out.extend_from_slice(&unit.data);
    }
    fs::write(path, out).unwrap();
}

pub(crate) fn load(path: &Path) -> Vec<Unit> {
    let bytes = fs::read(path).unwrap();
    let mut rest = &bytes[..];
    let mut out = Vec::new();
    while !rest.is_empty() {
        let ms = i64::from_le_bytes(rest[..8].try_into().unwrap());
        let len = u64::from_le_bytes(rest[8..16].try_into().unwrap()) as usize;
        out.push(Unit { ms, data: rest[16..16 + len].to_vec() });
        rest = &rest[16 + len..];
    }
    out
}

/// A sitting being recorded.
pub(crate) struct Sitting {
    pub(crate) folder: PathBuf,
    pub(crate) key: Arc<CourtKey>,
    pub(crate) tap: TapSender,
    pub(crate) zero_us: i64,
    pub(crate) notices: Arc<Mutex<Vec<Notice>>>,
    pub(crate) recorder: Option<Recorder>,
}

impl Sitting {
    pub(crate) fn begin(root: &Path) -> Self {
        Self::of(root, plan())
    }

    pub(crate) fn of(root: &Path, plan: Plan) -> Self {
        let key = Arc::new(CourtKey::generate().unwrap());
        let mut file = HearingFile { plan, ..hearing_file(&key) };
        let folder = assize_record::folder::create(root, &mut file, 1_795_226_523_000).unwrap();
        Self::resume(folder, key, 1, now_us(), 300_000_000)
    }

    pub(crate) fn resume(folder: PathBuf, key: Arc<CourtKey>, epoch: u32, zero_us: i64, segment_us: u64) -> Self {
        let program = env!("CARGO_BIN_EXE_assize-listen").into();
        let decoder = Some(Decoder { program, args: Vec::new() });
        Self::with(Config { folder, epoch, zero_us, segment_us, key: Some(key), decoder, second_places: Vec::new() })
    }

    pub(crate) fn with(config: Config) -> Self {
        let (sender, receiver) = tap(32 << 20);
        let notices: Arc<Mutex<Vec<Notice>>> = Arc::default();
        let told = Arc::clone(&notices);
        let (folder, key, zero_us) = (config.folder.clone(), config.key.clone().unwrap(), config.zero_us);
        let notify = move |notice| told.lock().unwrap().push(notice);
        let recorder = Some(Recorder::start(config, receiver, name, notify).unwrap());
        Self { folder, key, tap: sender, zero_us, notices, recorder }
    }

    pub(crate) fn stop(&mut self) {
        self.recorder.take().unwrap().stop();
    }

    pub(crate) fn on(&self, key: TrackKey, codec: Codec, at_us: i64) {
        self.tap.push(TapItem::On { track: key, codec, at_us: self.zero_us + at_us });
    }

    pub(crate) fn off(&self, key: TrackKey, at_us: i64) {
        self.tap.push(TapItem::Off { track: key, at_us: self.zero_us + at_us });
    }

    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.notices.lock().unwrap().clone()
    }

    pub(crate) fn files(&self, device: DeviceKind) -> Vec<PathBuf> {
        media_files(&self.folder.join("tracks").join(track(device).to_string()))
    }
}

pub(crate) fn media_files(dir: &Path) -> Vec<PathBuf> {
    let media = |p: &PathBuf| p.extension().is_some_and(|e| e == "webm" || e == "mkv");
    let entries = fs::read_dir(dir).into_iter().flatten();
    let mut out: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).filter(media).collect();
    out.sort();
    out
}

/// Packets of one encoded track, as a leg of the recorder carries them.
pub(crate) struct Source {
    pub(crate) key: TrackKey,
    pub(crate) codec: Codec,
    pub(crate) seq: u64,
    /// VP9's flexible mode: frames name what they depend on.
    pub(crate) flexible: bool,
    pictures: u16,
    base: u32,
}

impl Source {
    pub(crate) fn new(key: TrackKey, codec: Codec) -> Self {
        Self { key, codec, seq: 1, flexible: false, pictures: 0x7ff0, base: u32::MAX - 400_000 }
    }

    /// The packets of a frame captured at hearing time `at_us` that arrive at `arrival_us` of the monotonic clock.
    pub(crate) fn packets(&mut self, unit: &Unit, at_us: i64, arrival_us: i64) -> Vec<TapItem> {
        let rtp_ts = self.base.wrapping_add((at_us * i64::from(self.codec.clock_rate()) / 1_000_000) as u32);
        let payloads = match self.codec {
            Codec::Opus => vec![unit.data.clone()],
            Codec::H264 => h264_payloads(&unit.data),
            Codec::Vp9 => self.vp9_payloads(&unit.data),
            _ => {
                let piece = |(i, chunk): (usize, &[u8])| [&[if i == 0 { 0x10 } else { 0 }], chunk].concat();
                unit.data.chunks(1150).enumerate().map(piece).collect()
            }
        };
        let last = payloads.len() - 1;
        let mut items = Vec::new();
        for (i, payload) in payloads.into_iter().enumerate() {
            let (track, seq, marker, payload) = (self.key, self.seq, i == last, Bytes::from(payload));
            items.push(TapItem::Packet { track, seq, rtp_ts, marker, level: LEVEL, arrival_us, payload });
            self.seq += 1;
        }
        items
    }

    /// RFC 9628: a picture id of 15 bits; in the flexible mode the distance to the frame before, else with each key frame
    /// the structure of the stream.
    fn vp9_payloads(&mut self, data: &[u8]) -> Vec<Vec<u8>> {
        // Frame marker, profile 0, shown anew: then the bit that tells key frames (0) from others.
        let inter = data[0] & 0b100 != 0;
        let id = self.pictures & 0x7fff;
        self.pictures = self.pictures.wrapping_add(1);
        let pieces: Vec<&[u8]> = data.chunks(1150).collect();
        let payload = |(i, piece): (usize, &&[u8])| {
            let (begins, ends) = (i == 0, i == pieces.len() - 1);
            let structure = begins && !inter && !self.flexible;
            let flags =
                u8::from(inter) << 6 | u8::from(self.flexible) << 4 | u8::from(begins) << 3 | u8::from(ends) << 2;
            let mut payload = vec![0x80 | flags | u8::from(structure) << 1, 0x80 | (id >> 8) as u8, id as u8];
            if self.flexible && inter {
                payload.push(1 << 1);
            }
            if structure {
                // One layer with its size; a group of one picture that depends on the one before.
                payload.extend([0x18, 2, 128, 1, 104, 1, 0x04, 1]);
            }
            payload.extend_from_slice(piece);
            payload
        };
        pieces.iter().enumerate().map(payload).collect()
    }
}

/// RFC 6184: small units alone, large ones in fragments. `data` has start codes.
fn h264_payloads(data: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut starts: Vec<usize> = data.windows(3).enumerate().filter(|(_, w)| *w == [0, 0, 1]).map(|(i, _)| i).collect();
    starts.push(data.len());
    for pair in starts.windows(2) {
        let end = if pair[1] < data.len() && data[pair[1] - 1] == 0 { pair[1] - 1 } else { pair[1] };
        let unit = &data[pair[0] + 3..end];
        if unit.len() <= 1200 {
            out.push(unit.to_vec());
            continue;
        }
        let pieces: Vec<&[u8]> = unit[1..].chunks(1150).collect();
        for (i, piece) in pieces.iter().enumerate() {
            let flags = u8::from(i == 0) << 7 | u8::from(i == pieces.len() - 1) << 6;
            out.push([&[unit[0] & 0xE0 | 28, flags | unit[0] & 0x1F], *piece].concat());
        }
    }
    out
}

/// Feeds units as fast as the queue takes them, as if they had come in time. Gives the last capture time.
pub(crate) fn feed(sitting: &Sitting, source: &mut Source, units: &[Unit], from_us: i64) -> i64 {
    let mut at = from_us;
    for unit in units {
        at = from_us + (unit.ms - units[0].ms) * 1000;
        for item in source.packets(unit, at, sitting.zero_us + at + 10_000) {
            sitting.tap.push(item);
        }
    }
    at
}

pub(crate) fn probe(file: &Path, entries: &str) -> Vec<String> {
    let args = ["-v", "fatal", "-show_entries", entries, "-of", "csv=p=0", file.to_str().unwrap()];
    run("ffprobe", &args).lines().map(|l| l.trim_end_matches(',').to_owned()).collect()
}

/// Times of the packets in a file, in seconds.
pub(crate) fn times(file: &Path) -> Vec<f64> {
    probe(file, "packet=pts_time").iter().map(|t| t.parse().unwrap()).collect()
}

/// The whole file decodes without a complaint.
pub(crate) fn decodes(file: &Path) {
    let text = run("ffmpeg", &["-v", "error", "-xerror", "-i", file.to_str().unwrap(), "-f", "null", "-"]);
    assert!(text.is_empty(), "{}: {text}", file.display());
}
