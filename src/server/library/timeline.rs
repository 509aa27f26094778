//! A record along the hearing's time: tracks with their segments, states, gaps and events.
//!
//! The shape is what the player reads (`web/src/core/api.ts`, `Timeline`); all `*_ms` are milliseconds of hearing time,
//! which is also the time in the media files.

use super::{Sitting, ms};
use assize_core::hearing::{Event, Hearing, Occupant, SessionState, Stamped};
use assize_core::ids::TrackId;
use assize_core::ledger::Line;
use assize_proof::chain::parse_file;
use assize_proof::ebml::Scanner;
use assize_proof::time;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// The first block lies within this many bytes of a media file.
const HEAD: u64 = 256 * 1024;
const CODECS: [(&[u8], &str); 5] =
    [(b"A_OPUS", "opus"), (b"V_VP8", "vp8"), (b"V_VP9", "vp9"), (b"V_AV1", "av1"), (b"V_MPEG4/ISO/AVC", "h264")];

/// # Errors
/// A file cannot be read.
pub fn timeline(sitting: &Sitting) -> io::Result<Value> {
    let plan = &sitting.file.plan;
    let folded = fold(&sitting.lines);
    let mut tracks = Vec::new();
    for (track, folder) in track_folders(&sitting.payload)? {
        tracks.push(track_json(sitting, folded.hearing.as_ref(), track, &folder)?);
    }
    let media_end = tracks.iter().filter_map(|track| track["segments"].as_array()?.last()?["to_ms"].as_i64()).max();
    let ledger_end = sitting.lines.last().map(|line| ms(line.t_us));
    let duration = media_end.max(ledger_end).unwrap_or(0);
    Ok(json!({
        "hearing": plan.hearing, "case": plan.case, "title": plan.title, "zone": plan.court.zone,
        "began_utc_ms": sitting.began_ms(),
        "duration_ms": duration,
        "tracks": tracks,
        "spans": folded.spans(duration),
        "events": sitting.lines.iter().map(event_json).collect::<Vec<_>>(),
    }))
}

fn event_json(line: &Line) -> Value {
    let mut event = serde_json::to_value(&line.event).unwrap_or_default();
    let data = event.get_mut("data").map(Value::take);
    json!({ "n": line.n, "ms": ms(line.t_us), "kind": event["kind"], "data": data, "actor": line.actor })
}

/// The hearing at the end, and the states it went through.
struct Folded {
    hearing: Option<Hearing>,
    states: Vec<(i64, SessionState)>,
}

fn fold(lines: &[Line]) -> Folded {
    let mut folded = Folded { hearing: None, states: Vec::new() };
    for line in lines {
        let now = line.at(time::parse(&line.utc).unwrap_or_default());
        let stamped = Stamped { now, actor: line.actor, event: line.event.clone() };
        match &mut folded.hearing {
            Some(hearing) => hearing.apply(&stamped),
            None => folded.hearing = Hearing::begin(&stamped),
        }
        let state = folded.hearing.as_ref().map(|hearing| hearing.state);
        if let Some(state) = state.filter(|state| folded.states.last().is_none_or(|(_, last)| last != state)) {
            folded.states.push((ms(line.t_us), state));
        }
    }
    folded
}

impl Folded {
    fn spans(&self, end_ms: i64) -> Vec<Value> {
        let ends = self.states.iter().skip(1).map(|(from, _)| *from).chain([end_ms]);
        self.states
            .iter()
            .zip(ends)
            .map(|((from, state), to)| json!({ "state": state, "from_ms": from, "to_ms": to.max(*from) }))
            .collect()
    }
}

/// Folders below `tracks/` that are named as a track, in order of seat and device.
fn track_folders(payload: &Path) -> io::Result<Vec<(TrackId, PathBuf)>> {
    let entries = match fs::read_dir(payload.join("tracks")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if let Some(track) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok()) {
            folders.push((track, path));
        }
    }
    folders.sort();
    Ok(folders)
}

fn track_json(sitting: &Sitting, hearing: Option<&Hearing>, track: TrackId, folder: &Path) -> io::Result<Value> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "webm" || ending == "mkv"));
    files.sort_by_key(|path| order(path));
    let mut segments = Vec::new();
    for path in files {
        segments.extend(segment_json(track, &path)?);
    }
    let (label, people) = who(hearing, track);
    Ok(json!({
        "id": track, "seat": track.seat, "device": track.device, "label": label, "people": people,
        "audio": track.device.is_audio(),
        "segments": segments,
        "gaps": gaps(&sitting.lines, track),
    }))
}

/// Epoch and number: text would sort epoch 10 before 2.
fn order(path: &Path) -> (u64, u64) {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let (epoch, number) = stem.split_once('-').unwrap_or((stem, "0"));
    (epoch.parse().unwrap_or(u64::MAX), number.parse().unwrap_or(u64::MAX))
}

/// Name and people behind a track.
fn who(hearing: Option<&Hearing>, track: TrackId) -> (String, Vec<Value>) {
    let Some((hearing, seat)) = hearing.and_then(|hearing| Some((hearing, hearing.seats.get(&track.seat)?))) else {
        return (track.to_string(), Vec::new());
    };
    let people: Vec<_> = hearing.people(seat).collect();
    let label = match &seat.occupant {
        Occupant::Point { point, .. } => {
            hearing.plan.points.iter().find(|known| known.id == *point).map(|known| known.name.clone())
        }
        Occupant::Person { .. } => people.first().map(|person| person.name.clone()),
        Occupant::Observer { name } => Some(name.clone()),
    };
    let people = people.iter().map(|person| json!({ "name": person.name, "role": person.role })).collect();
    (label.unwrap_or_else(|| track.to_string()), people)
}

fn gaps(lines: &[Line], wanted: TrackId) -> Vec<Value> {
    lines
        .iter()
        .filter_map(|line| match &line.event {
            Event::Gap { track, from_us, to_us, reason } if *track == wanted => {
                Some(json!({ "from_ms": ms(*from_us), "to_ms": ms(*to_us), "reason": reason }))
            }
            _ => None,
        })
        .collect()
}

/// `None` for a file that holds no picture and no sound yet.
fn segment_json(track: TrackId, path: &Path) -> io::Result<Option<Value>> {
    let mut head = Vec::new();
    let mut file = File::open(path)?;
    let bytes = file.metadata()?.len();
    (&mut file).take(HEAD).read_to_end(&mut head)?;
    let mut scanner = Scanner::default();
    scanner.feed(&head);
    let Some(from_ms) = scanner.seen().first_ms else { return Ok(None) };
    let codec = CODECS.iter().find(|(id, _)| head.windows(id.len()).take(4096).any(|window| window == *id));
    let chain = fs::read(path.with_extension("chain")).unwrap_or_default();
    // A chain that is damaged is a matter for verification; what can be read of it still serves for seeking.
    let links = parse_file(&chain).map(|(lines, _)| lines).unwrap_or_default();
    let last_ms = links.last().map(|link| link.pts_ms).max(scanner.seen().last_ms).unwrap_or(from_ms);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let seek: Vec<_> = links.iter().map(|link| json!({ "offset": link.offset, "ms": link.pts_ms })).collect();
    Ok(Some(json!({
        "file": format!("{track}/{name}"), "codec": codec.map(|(_, name)| name),
        "from_ms": from_ms, "to_ms": last_ms, "bytes": bytes, "seek": seek,
    })))
}
