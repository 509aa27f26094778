//! A record along the hearing's time: tracks with their segments, states, gaps and events.
//!
//! The shape is what the player reads (`web/src/core/api.ts`, `Timeline`); all `*_ms` are milliseconds of hearing time,
//! which is also the time in the media files.

use assize_core::hearing::{Hearing, Occupant, SessionState, Stamped};
use assize_core::ids::TrackId;
use assize_core::ledger::Line;
use assize_proof::chain::parse_file;
use assize_proof::time;
use assize_record::catalogue::{self, Gap, Segment, Track};
use serde_json::{Value, json};
use std::fs;
use std::io;
use std::path::Path;

/// # Errors
/// The record cannot be read.
pub fn timeline(folder: &Path) -> io::Result<Value> {
    let (summary, lines) = (catalogue::read(folder)?, catalogue::events(folder)?);
    let plan = &summary.hearing.plan;
    let folded = fold(&lines);
    let root = catalogue::root(folder);
    let media_end = summary.tracks.iter().filter_map(|track| Some(track.segments.last()?.to_us)).max();
    let duration = ms(media_end.max(lines.last().map(|line| line.t_us)).unwrap_or(0));
    let track = |track: &Track| track_json(&root, folded.hearing.as_ref(), track);
    Ok(json!({
        "hearing": plan.hearing, "case": plan.case, "title": plan.title, "zone": plan.court.zone, "rehearsal": plan.rehearsal,
        "began_utc_ms": time::parse(&summary.hearing.clock.zero_utc),
        "duration_ms": duration,
        "tracks": summary.tracks.iter().map(track).collect::<Vec<_>>(),
        "spans": folded.spans(duration),
        "events": lines.iter().map(event_json).collect::<Vec<_>>(),
    }))
}

/// Milliseconds of hearing time.
fn ms(us: u64) -> u64 {
    us / 1000
}

fn event_json(line: &Line) -> Value {
    let mut event = serde_json::to_value(&line.event).unwrap_or_default();
    let data = event.get_mut("data").map(Value::take);
    json!({ "n": line.n, "ms": ms(line.t_us), "kind": event["kind"], "data": data, "actor": line.actor })
}

/// The hearing at the end, and the states it went through.
struct Folded {
    hearing: Option<Hearing>,
    states: Vec<(u64, SessionState)>,
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
    fn spans(&self, end_ms: u64) -> Vec<Value> {
        let ends = self.states.iter().skip(1).map(|(from, _)| *from).chain([end_ms]);
        self.states
            .iter()
            .zip(ends)
            .map(|((from, state), to)| json!({ "state": state, "from_ms": from, "to_ms": to.max(*from) }))
            .collect()
    }
}

fn track_json(root: &Path, hearing: Option<&Hearing>, track: &Track) -> Value {
    let (label, people) = who(hearing, track.id);
    let gap = |gap: &Gap| {
        let mut said = json!({ "from_ms": ms(gap.from_us), "to_ms": ms(gap.to_us), "reason": gap.reason });
        if let Some(pieces) = gap.pieces {
            said["pieces"] = json!({ "count": pieces.count, "missing_ms": ms(pieces.missing_us) });
        }
        said
    };
    json!({
        "id": track.id, "seat": track.id.seat, "device": track.id.device, "label": label, "people": people,
        "audio": track.id.device.is_audio(),
        "segments": track.segments.iter().map(|segment| segment_json(root, segment)).collect::<Vec<_>>(),
        "gaps": track.gaps.iter().map(gap).collect::<Vec<_>>(),
    })
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

fn segment_json(root: &Path, segment: &Segment) -> Value {
    let codec = Some(segment.codec.as_str()).filter(|codec| !codec.is_empty());
    json!({
        "file": segment.file.strip_prefix("tracks/").unwrap_or(&segment.file), "codec": codec,
        "from_ms": ms(segment.from_us), "to_ms": ms(segment.to_us), "bytes": segment.bytes,
        "seek": seek(&root.join(&segment.file)),
    })
}

/// The chain of a media file as its seek index. One that is damaged is a matter for verification: then there is none.
fn seek(media: &Path) -> Vec<Value> {
    let chain = fs::read(media.with_extension("chain")).unwrap_or_default();
    let links = parse_file(&chain).map(|(lines, _)| lines).unwrap_or_default();
    links.iter().map(|link| json!({ "offset": link.offset, "ms": link.pts_ms })).collect()
}
