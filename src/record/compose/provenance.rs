//! Beside a composite: what it was made from, by what and how. It is no evidence, and says where the evidence is.

use super::order::Order;
use super::script::{RATE, Script, Shows};
use super::wall::{HEIGHT, WIDTH};
use crate::folder::write_durably;
use crate::{catalogue, seal};
use assize_proof::bag::{MANIFEST_FILE, parse_manifest};
use assize_proof::hash::Hash;
use assize_proof::time;
use ffmpeg_next as ffmpeg;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// `composite.mp4.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Provenance {
    pub v: u32,
    pub file: String,
    pub sha256: Hash,
    pub bytes: u64,
    /// RFC 3339 UTC.
    pub made: String,
    pub software: String,
    /// Versions of the libraries.
    pub libraries: Vec<String>,
    pub options: Vec<String>,
    pub record: Record,
    pub inputs: Vec<Input>,
    pub left_out: Vec<LeftOut>,
    pub pictures: u64,
    pub cpu_seconds: f64,
}

/// The record that it shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Record {
    pub hearing: String,
    pub case: String,
    pub sitting: String,
    /// RFC 3339 UTC.
    pub sealed: String,
    pub merkle_root: Hash,
    /// SHA-256 of `seal/head.json`.
    pub seal: Hash,
}

/// A file of the record that was read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Input {
    /// Below the bag.
    pub file: String,
    pub bytes: u64,
    pub sha256: Hash,
    /// Whether the bag's manifest has this very hash: else what is shown is not what was sealed.
    pub as_sealed: bool,
    /// Whether it was decoded at all.
    pub decoded: bool,
}

/// Time between the begin and the end of the film that is not in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeftOut {
    /// RFC 3339 UTC.
    pub from: String,
    pub to: String,
    pub why: String,
}

/// The file's place beside a composite.
pub(super) fn path(of: &Path) -> PathBuf {
    let mut name = of.file_name().unwrap_or_default().to_owned();
    name.push(".json");
    of.with_file_name(name)
}

/// What the composite says of itself within.
///
/// # Errors
/// The record has no seal that can be read.
pub(super) fn comment(record: &Path) -> io::Result<String> {
    let sealed = seal::read(record)?;
    let (hearing, sitting) = (&sealed.head.hearing, &sealed.head.sitting);
    Ok(format!("Derived from the record {hearing}/{sitting}, seal {}. Not evidence by itself.", sealed.fingerprint))
}

/// Writes the provenance of a file that is finished but not under its name yet.
///
/// # Errors
/// Something cannot be read or written.
pub(super) fn write(order: &Order, script: &Script, unfinished: &Path, cpu_seconds: f64) -> io::Result<Provenance> {
    let (sha256, bytes) = Hash::of_reader(&mut File::open(unfinished)?)?;
    let provenance = Provenance {
        v: 1,
        file: order.out.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        sha256,
        bytes,
        made: time::rfc3339(now_ms()),
        software: order.software.clone(),
        libraries: libraries(),
        options: options(order),
        record: record(&order.record)?,
        inputs: inputs(&order.record, script)?,
        left_out: left_out(script),
        pictures: script.frames(),
        cpu_seconds,
    };
    write_durably(&path(&order.out), &serde_json::to_vec_pretty(&provenance)?)?;
    Ok(provenance)
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

fn libraries() -> Vec<String> {
    let version = |name: &str, v: u32| format!("{name} {}.{}.{}", v >> 16, v >> 8 & 255, v & 255);
    vec![
        version("libavcodec", ffmpeg::codec::version()),
        version("libavformat", ffmpeg::format::version()),
        version("libswscale", ffmpeg::software::scaling::version()),
    ]
}

fn options(order: &Order) -> Vec<String> {
    let coder = order.format.picture_options().iter().map(|(key, value)| format!("{key}={value}"));
    let picture = [order.format.picture_coder().to_owned()].into_iter().chain(coder).collect::<Vec<_>>().join(" ");
    vec![
        format!("{WIDTH}x{HEIGHT} yuv420p {RATE}/s"),
        picture,
        format!("{} mono 48000 Hz b={}", order.format.sound_coder(), order.format.sound_rate()),
    ]
}

fn record(folder: &Path) -> io::Result<Record> {
    let sealed = seal::read(folder)?;
    let head = sealed.head;
    Ok(Record {
        hearing: head.hearing,
        case: head.case,
        sitting: head.sitting,
        sealed: head.sealed,
        merkle_root: head.merkle_root,
        seal: sealed.fingerprint,
    })
}

fn inputs(folder: &Path, script: &Script) -> io::Result<Vec<Input>> {
    let root = catalogue::root(folder);
    let manifest = fs::read_to_string(folder.join(MANIFEST_FILE)).unwrap_or_default();
    let manifest: BTreeMap<String, Hash> = parse_manifest(&manifest).unwrap_or_default();
    let mut inputs = Vec::new();
    for part in script.tracks.values().flat_map(|track| &track.segments) {
        let path = root.join(&part.file);
        let (sha256, bytes) = Hash::of_reader(&mut File::open(&path)?)?;
        let file = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        let as_sealed = manifest.get(&file) == Some(&sha256);
        inputs.push(Input { file, bytes, sha256, as_sealed, decoded: !part.harmful });
    }
    Ok(inputs)
}

fn left_out(script: &Script) -> Vec<LeftOut> {
    let utc = |t_us: u64| time::rfc3339(script.utc_ms(t_us));
    let card = |shows: &Shows| match shows {
        Shows::Card { state, from_us, to_us } => {
            Some(LeftOut { from: utc(*from_us), to: utc(*to_us), why: state.clone() })
        }
        Shows::Hearing { .. } => None,
    };
    script.pieces.iter().filter_map(|piece| card(&piece.shows)).collect()
}
