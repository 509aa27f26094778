//! The minutes of a sitting as people read them: while it runs, after the close, and on paper.

mod after;
mod by;
mod paper;
mod readers;
#[cfg(test)]
mod tests;
mod text;

pub use after::{AfterError, Afterwards, Fault, Pen, path};
pub use by::By;
pub use paper::{html, pdf};
pub use readers::Readers;

use crate::library;
use crate::problem::Language;
use crate::store::RecordText;
use crate::times;
use assize_core::hearing::{Event, Hearing, Stamped};
use assize_core::minutes::{Line, Minutes, Reader, Said};
use assize_core::plan::Role;
use assize_proof::hash::Hash;
use assize_proof::{seal, time};
use assize_record::catalogue;
use serde_json::{Value, json};
use std::io;
use std::path::Path;
use text::Words;

/// The minutes of a record.
#[derive(Debug)]
pub struct Kept {
    pub minutes: Minutes,
    /// `01`, `02`, ...
    pub sitting: String,
    /// UTC milliseconds of hearing time zero, which all sittings of a hearing share.
    pub zero_ms: i64,
    /// Of this sitting's opening, or of its first event if it was never opened, and of its close or adjournment.
    pub began_ms: i64,
    pub closed_ms: Option<i64>,
    /// SHA-256 of the seal's `head.json`, and the root of the tree over all sync points.
    pub seal: Option<(Hash, Hash)>,
}

/// Reads the minutes of the record in `folder`.
///
/// # Errors
/// The record cannot be read.
pub fn read(folder: &Path) -> io::Result<Kept> {
    let lines = catalogue::events(folder)?;
    let file = std::fs::read(catalogue::root(folder).join("hearing.json"))?;
    let file: assize_proof::hearing_file::HearingFile = serde_json::from_slice(&file)?;
    let stamped = |line: &assize_core::ledger::Line| Stamped {
        now: line.at(time::parse(&line.utc).unwrap_or_default()),
        actor: line.actor,
        event: line.event.clone(),
    };
    let events: Vec<Stamped> = lines.iter().map(stamped).collect();
    let zero_ms = time::parse(&file.clock.zero_utc).unwrap_or_default();
    let kept = Kept::of(file.sitting, &events, zero_ms, sealed(folder)?);
    kept.ok_or_else(|| io::Error::other("the ledger does not begin with a plan"))
}

/// What of a record is found by its words: who presided, the phases there were, and what the minutes say.
///
/// # Errors
/// The record cannot be read.
pub fn searched(folder: &Path) -> io::Result<RecordText> {
    let kept = read(folder)?;
    let hearing = kept.minutes.hearing();
    let words = Words { procedure: &hearing.procedure, language: Language::Vi };
    let mut text = RecordText::default();
    let presides = hearing.plan.people.iter().filter(|person| person.role == Role::PresidingJudge);
    text.judges.extend(presides.map(|person| person.name.clone()));
    for line in kept.minutes.read(Reader::Court) {
        if let Said::Phase { name, .. } = &line.said {
            let named = hearing.procedure.phase(name).map(|phase| phase.name.clone()).unwrap_or_default();
            text.phases.extend([named.vi, named.en]);
        }
        text.minutes.push_str(&words.line(&line, |_| String::new()));
        text.minutes.push('\n');
    }
    Ok(text)
}

fn sealed(folder: &Path) -> io::Result<Option<(Hash, Hash)>> {
    match std::fs::read(folder.join(seal::HEAD)) {
        Ok(bytes) => {
            let head: seal::Head = serde_json::from_slice(&bytes)?;
            Ok(Some((Hash::of(&bytes), head.merkle_root)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Kept {
    /// From a sitting's ledger; `None` if it does not begin with a plan.
    fn of(sitting: String, events: &[Stamped], zero_ms: i64, seal: Option<(Hash, Hash)>) -> Option<Self> {
        let opened = events.iter().find(|stamped| matches!(stamped.event, Event::Opened { .. }));
        let began_ms = opened.or_else(|| events.first())?.now.utc_ms;
        let ends = |event: &Event| matches!(event, Event::Closed | Event::Suspended { .. } | Event::Postponed { .. });
        let closed = events.iter().rev().find(|stamped| ends(&stamped.event));
        let closed_ms = closed.map(|stamped| stamped.now.utc_ms);
        Some(Self { minutes: Minutes::of(events)?, sitting, zero_ms, began_ms, closed_ms, seal })
    }

    /// Whether those who took part read the minutes now: for some hours, if the procedure gives them any.
    #[must_use]
    pub fn is_open_to_parties(&self, now_ms: i64) -> bool {
        self.open_until_ms().is_some_and(|until_ms| now_ms < until_ms)
    }

    /// When that ends, in UTC milliseconds.
    #[must_use]
    pub fn open_until_ms(&self) -> Option<i64> {
        let hours = self.minutes.hearing().procedure.minutes.as_ref().map(|rule| i64::from(rule.read_hours));
        self.closed_ms.zip(hours).map(|(closed_ms, hours)| closed_ms + hours * 3_600_000)
    }

    /// As JSON, with what was asked for and answered afterwards.
    #[must_use]
    pub fn json(&self, reader: Reader, after: &Afterwards) -> Value {
        let lines = self.minutes.read(reader);
        let requests = |n: u64| -> Vec<Value> {
            let of_line = after.requests.iter().filter(|request| request.line == n && request.is_told(reader));
            of_line.map(|request| request.json(self.zone())).collect()
        };
        let lines: Vec<Value> = lines
            .iter()
            .map(|line| {
                let mut told = told(self.minutes.hearing(), line, self.zero_ms);
                told["requests"] = json!(requests(line.n));
                told
            })
            .collect();
        let hearing = self.minutes.hearing();
        let agreed = after.agreed.iter().filter(|agreed| agreed.is_told(reader));
        json!({
            "case": hearing.plan.case, "title": hearing.plan.title, "court": hearing.plan.court.name,
            "rehearsal": hearing.plan.rehearsal,
            "zone": self.zone(), "sitting": self.sitting, "began_utc_ms": self.began_ms,
            "closed_utc_ms": self.closed_ms, "lines": lines,
            "seal": self.seal.as_ref().map(|(seal, root)| json!({ "seal": seal, "root": root })),
            "agreed": agreed.map(|agreed| agreed.json(self.zone())).collect::<Vec<_>>(),
            "log": { "lines": after.lines, "fault": after.fault.as_ref().map(ToString::to_string) },
        })
    }

    fn zone(&self) -> &str {
        &self.minutes.hearing().plan.court.zone
    }
}

/// UTC milliseconds of a moment in hearing time.
fn utc(zero_ms: i64, us: u64) -> i64 {
    zero_ms.saturating_add(i64::try_from(us / 1000).unwrap_or(i64::MAX))
}

/// Moments as a line that began at `at_us` tells them: the time of day, and the day where it is another.
fn moments(zero_ms: i64, zone: &str, at_us: u64) -> impl Fn(u64) -> String {
    let day = move |us| times::day(utc(zero_ms, us), zone);
    let own = day(at_us);
    move |us| {
        let (clock, day) = (times::clock(utc(zero_ms, us), zone), day(us));
        if day == own { clock } else { format!("{clock} {day}") }
    }
}

/// One line in both languages, with its times.
#[must_use]
pub fn told(hearing: &Hearing, line: &Line, zero_ms: i64) -> Value {
    let mut value = serde_json::to_value(line).unwrap_or_default();
    let zone = &hearing.plan.court.zone;
    let text = |language| {
        let words = Words { procedure: &hearing.procedure, language };
        words.line(line, moments(zero_ms, zone, line.at_us))
    };
    let phase = |language| line.phase.as_ref().map(|id| Words { procedure: &hearing.procedure, language }.phase(id));
    value["vi"] = json!(text(Language::Vi));
    value["en"] = json!(text(Language::En));
    value["phase_vi"] = json!(phase(Language::Vi));
    value["phase_en"] = json!(phase(Language::En));
    value["ms"] = json!(line.at_us / 1000);
    value["utc_ms"] = json!(utc(zero_ms, line.at_us));
    value["to_utc_ms"] = json!(line.to_us.map(|us| utc(zero_ms, us)));
    value
}

/// The timeline of a record for somebody who took part: what was said, as far as they may hear it.
///
/// # Errors
/// The record cannot be read.
pub fn heard(folder: &Path, kept: &Kept, reader: Reader) -> io::Result<Value> {
    let mut timeline = library::timeline(folder)?;
    if reader == Reader::Court {
        return Ok(timeline);
    }
    if let Some(tracks) = timeline["tracks"].as_array_mut() {
        tracks.retain(|track| {
            let id = track["id"].as_str().and_then(|id| id.parse().ok());
            track["audio"] == json!(true) && id.is_some_and(|id| may_hear(kept, reader, id))
        });
        for track in tracks {
            // Names are with the lines, where they are withheld if they must be.
            track["people"] = json!([]);
            track["label"] = json!("");
        }
    }
    timeline["events"] = json!([]);
    Ok(timeline)
}

/// Whether a track's sound may be given to the reader.
#[must_use]
pub fn may_hear(kept: &Kept, reader: Reader, track: assize_core::ids::TrackId) -> bool {
    let court = reader == Reader::Court;
    court || (track.device.is_voice() && !assize_core::minutes::hides_voice(&kept.minutes, reader, track.seat))
}
