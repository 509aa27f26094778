//! What a record holds, for the library: read from the files alone, without proving anything.

use crate::{folder, ledger};
use assize_core::hearing::{Event, GapReason, Pieces, SessionState};
use assize_core::ids::TrackId;
use assize_core::ledger::Line;
use assize_proof::chain::ChainLine;
use assize_proof::ebml::Scanner;
use assize_proof::hearing_file::HearingFile;
use assize_proof::time;
use assize_proof::verify::{Report, Verdict, people, utc_of};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Times in microseconds are on the hearing's clock.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    pub hearing: HearingFile,
    pub sealed: bool,
    /// RFC 3339: opening of the session, and its close or the last event.
    pub from: Option<String>,
    pub to: Option<String>,
    pub from_us: u64,
    pub to_us: u64,
    /// RFC 3339 of hearing time zero.
    pub zero_utc: Option<String>,
    pub tracks: Vec<Track>,
    pub events: u64,
    pub last_verify: Option<LastVerify>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Track {
    pub id: TrackId,
    pub person: String,
    pub segments: Vec<Segment>,
    pub gaps: Vec<Gap>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Segment {
    /// Path below the record's root (see [`root`]).
    pub file: String,
    pub from_us: u64,
    pub to_us: u64,
    pub bytes: u64,
    /// `opus`, `vp8`, `vp9`, `h264`, or empty if unknown.
    pub codec: String,
    /// As the file says it, for `Content-Type`.
    pub mime: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct Gap {
    pub from_us: u64,
    pub to_us: u64,
    pub reason: GapReason,
    /// Of several that are stated as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pieces: Option<Pieces>,
}

/// Kept in `derived/verify.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LastVerify {
    pub result: String,
    pub exit: u8,
    pub utc: String,
    pub findings: u64,
}

/// Where the record's own files lie: the folder, or `data` of a bag.
#[must_use]
pub fn root(folder: &Path) -> PathBuf {
    let data = folder.join("data");
    if data.join("hearing.json").exists() { data } else { folder.to_path_buf() }
}

/// Reads what a sitting's folder holds.
///
/// # Errors
/// There is no readable `hearing.json` or ledger. A single unreadable media file is left out.
pub fn read(folder: &Path) -> io::Result<Summary> {
    let root = root(folder);
    let hearing: HearingFile = serde_json::from_slice(&fs::read(root.join("hearing.json"))?)?;
    let lines = ledger::replay(&root)?.lines;
    let names = people(&hearing.plan, &lines);
    let mut tracks = Vec::new();
    for dir in folder::subfolders(&root.join("tracks"))? {
        let Some(id) = dir.file_name().and_then(|n| n.to_str()).and_then(|n| n.parse::<TrackId>().ok()) else {
            continue;
        };
        let person = names.get(&id.seat).cloned().unwrap_or_default();
        tracks.push(Track { id, person, segments: segments(&root, &dir)?, gaps: gaps(&lines, id) });
    }
    for id in lines.iter().filter_map(|l| if let Event::Gap { track, .. } = &l.event { Some(*track) } else { None }) {
        if !tracks.iter().any(|t| t.id == id) {
            let person = names.get(&id.seat).cloned().unwrap_or_default();
            tracks.push(Track { id, person, segments: Vec::new(), gaps: gaps(&lines, id) });
        }
    }
    tracks.sort_by_key(|t| t.id);
    let from = lines.iter().find(|l| matches!(l.event, Event::Opened { .. })).or_else(|| lines.first());
    let ends = |line: &&Line| matches!(line.event, Event::Closed | Event::Suspended { .. } | Event::Postponed { .. });
    let to = lines.iter().rev().find(ends).or_else(|| lines.last());
    Ok(Summary {
        sealed: crate::seal::is_sealed(folder),
        from: from.map(|l| l.utc.clone()),
        to: to.map(|l| l.utc.clone()),
        from_us: from.map_or(0, |l| l.t_us),
        to_us: to.map_or(0, |l| l.t_us),
        zero_utc: utc_of(&lines, 0),
        tracks,
        events: lines.len() as u64,
        last_verify: last_verify(folder),
        hearing,
    })
}

/// How a sitting ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Closed, suspended or postponed.
    pub state: SessionState,
    /// UTC milliseconds.
    pub at_ms: i64,
    /// UTC milliseconds of the continuation that was appointed.
    pub until_ms: Option<i64>,
}

/// How the sitting in a folder ended; none: it has not.
///
/// # Errors
/// As [`ledger::replay`].
pub fn ending(folder: &Path) -> io::Result<Option<Ending>> {
    let ending = |line: &Line| {
        let (state, until_ms) = match &line.event {
            Event::Closed => (SessionState::Closed, None),
            Event::Suspended { until_ms, .. } => (SessionState::Suspended, *until_ms),
            Event::Postponed { until_ms, .. } => (SessionState::Postponed, *until_ms),
            _ => return None,
        };
        Some(Ending { state, at_ms: time::parse(&line.utc).unwrap_or_default(), until_ms })
    };
    Ok(events(folder)?.iter().rev().find_map(ending))
}

/// The events of a record, for its timeline.
///
/// # Errors
/// As [`ledger::replay`].
pub fn events(folder: &Path) -> io::Result<Vec<Line>> {
    Ok(ledger::replay(&root(folder))?.lines)
}

/// Keeps the result of a verification for the library to show.
///
/// # Errors
/// It cannot be written.
pub fn keep_verify(folder: &Path, report: &Report, utc_ms: i64) -> io::Result<()> {
    let result = match report.result {
        Verdict::Intact => "intact",
        Verdict::Altered => "altered",
        Verdict::Gaps => "gaps",
        Verdict::Unverifiable => "unverifiable",
    };
    let last = LastVerify {
        result: result.to_owned(),
        exit: report.result.exit_code(),
        utc: time::rfc3339(utc_ms),
        findings: report.findings.len() as u64,
    };
    fs::create_dir_all(folder.join("derived"))?;
    folder::write_durably(&folder.join("derived/verify.json"), &serde_json::to_vec_pretty(&last)?)
}

fn last_verify(folder: &Path) -> Option<LastVerify> {
    serde_json::from_slice(&fs::read(folder.join("derived/verify.json")).ok()?).ok()
}

fn gaps(lines: &[Line], id: TrackId) -> Vec<Gap> {
    let gap = |line: &Line| match &line.event {
        Event::Gap { track, from_us, to_us, reason, pieces } if *track == id => {
            Some(Gap { from_us: *from_us, to_us: *to_us, reason: *reason, pieces: *pieces })
        }
        _ => None,
    };
    lines.iter().filter_map(gap).collect()
}

fn segments(root: &Path, dir: &Path) -> io::Result<Vec<Segment>> {
    let mut out = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if !path.extension().is_some_and(|e| e == "webm" || e == "mkv") {
            continue;
        }
        let file = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        match segment(&path, file) {
            Ok(Some(segment)) => out.push(segment),
            Ok(None) => {}
            Err(e) => tracing::warn!(file = %path.display(), error = %e, "left out of the catalogue"),
        }
    }
    out.sort_by_key(|s| (s.from_us, s.to_us));
    Ok(out)
}

/// `None` for a file that holds no frame.
fn segment(path: &Path, file: String) -> io::Result<Option<Segment>> {
    let mut media = File::open(path)?;
    let bytes = media.metadata()?.len();
    let mut head = vec![0; 64 * 1024];
    let n = read_full(&mut media, &mut head)?;
    let mut scanner = Scanner::default();
    scanner.feed(&head[..n]);
    let Some(first) = scanner.seen().first_ms else { return Ok(None) };
    let last = last_ms(path, &mut media)?.or_else(|| scanner.seen().last_ms).unwrap_or(first).max(first);
    let (codec, mime) = codec(&head[..n.min(4096)]);
    let (from_us, to_us) = (first.saturating_mul(1000), last.saturating_mul(1000));
    Ok(Some(Segment { file, from_us, to_us, bytes, codec: codec.to_owned(), mime: mime.to_owned() }))
}

/// The last block: from the chain's last line on, so that no whole file is read.
fn last_ms(path: &Path, media: &mut File) -> io::Result<Option<u64>> {
    let chain = fs::read_to_string(path.with_extension("chain")).unwrap_or_default();
    let line = chain.lines().rev().find_map(ChainLine::parse);
    media.seek(SeekFrom::Start(line.as_ref().map_or(0, |l| l.offset)))?;
    let mut scanner = Scanner::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match media.read(&mut buffer)? {
            0 => break,
            n => scanner.feed(&buffer[..n]),
        }
    }
    Ok(scanner.seen().last_ms.or_else(|| line.map(|l| l.pts_ms)))
}

fn read_full(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    loop {
        match file.read(&mut buffer[n..])? {
            0 => return Ok(n),
            more => n += more,
        }
    }
}

/// By the CodecID element's text in the header.
fn codec(head: &[u8]) -> (&'static str, &'static str) {
    let has = |id: &str| head.windows(id.len()).any(|w| w == id.as_bytes());
    if has("A_OPUS") {
        ("opus", "audio/webm; codecs=\"opus\"")
    } else if has("V_VP8") {
        ("vp8", "video/webm; codecs=\"vp8\"")
    } else if has("V_VP9") {
        ("vp9", "video/webm; codecs=\"vp9\"")
    } else if has("V_MPEG4/ISO/AVC") {
        ("h264", "video/x-matroska; codecs=\"avc1\"")
    } else {
        ("", "application/octet-stream")
    }
}
