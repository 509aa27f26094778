//! From when to when, who, and what is missing: read from the ledger and the media.

use super::record::Facts;
use super::{GapReport, TrackReport, UnrecordedReport};
use crate::time;
use assize_core::hearing::{Entrant, Event};
use assize_core::ids::{SeatId, TrackId};
use assize_core::ledger::Line;
use assize_core::plan::Plan;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(super) struct Timeline {
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) tracks: Vec<TrackReport>,
    pub(super) unrecorded: Vec<UnrecordedReport>,
}

/// Who sat in each seat: names joined when several did, or when a point's people share its devices.
#[must_use]
pub fn people(plan: &Plan, lines: &[Line]) -> BTreeMap<SeatId, String> {
    let mut out: BTreeMap<SeatId, Vec<String>> = BTreeMap::new();
    for line in lines {
        let Event::Entered { seat, entrant, .. } = &line.event else { continue };
        let names = match entrant {
            Entrant::Person { person } => {
                plan.people.iter().filter(|p| p.id == *person).map(|p| p.name.clone()).collect()
            }
            Entrant::Device { point, .. } => {
                let sits = |p: &&assize_core::plan::Person| p.point == Some(*point) && !p.own_screen;
                let names: Vec<String> = plan.people.iter().filter(sits).map(|p| p.name.clone()).collect();
                let point = plan.points.iter().find(|p| p.id == *point).map(|p| p.name.clone()).unwrap_or_default();
                if names.is_empty() { vec![point] } else { names }
            }
            Entrant::Observer { name } => vec![name.clone()],
        };
        let known = out.entry(*seat).or_default();
        for name in names {
            if !known.contains(&name) {
                known.push(name);
            }
        }
    }
    out.into_iter().map(|(seat, names)| (seat, names.join(", "))).collect()
}

/// Wall-clock time of a hearing time, by the line nearest before it (or the first).
#[must_use]
pub fn utc_of(lines: &[Line], t_us: u64) -> Option<String> {
    let after = lines.partition_point(|line| line.t_us <= t_us);
    let line = lines.get(after.saturating_sub(1))?;
    let utc = time::parse(&line.utc)?;
    Some(time::rfc3339(utc + t_us.cast_signed().saturating_sub(line.t_us.cast_signed()) / 1000))
}

pub(super) fn build(facts: &Facts) -> Timeline {
    let lines = &facts.lines;
    let opened = lines.iter().find(|l| matches!(l.event, Event::Opened { .. }));
    let closed = lines.iter().rev().find(|l| ends_sitting(&l.event));
    let people = facts.hearing.as_ref().map(|h| people(&h.plan, lines)).unwrap_or_default();
    let mut out: BTreeMap<String, TrackReport> = BTreeMap::new();
    let blank = |id: &str| {
        let parsed: Option<TrackId> = id.parse().ok();
        TrackReport {
            id: id.to_owned(),
            person: parsed.and_then(|t| people.get(&t.seat).cloned()).unwrap_or_default(),
            kind: parsed.map(|t| t.device.name().to_owned()).unwrap_or_default(),
            seconds: 0,
            gaps: Vec::new(),
        }
    };
    for (file, media) in &facts.media {
        let Some(id) = file.split('/').nth(1) else { continue };
        let spans = &media.checked.scanner.seen().spans;
        let ms: u64 = spans.iter().map(|(from, to)| to.saturating_sub(*from)).sum();
        out.entry(id.to_owned()).or_insert_with(|| blank(id)).seconds += ms;
    }
    for line in lines {
        let Event::Gap { track, from_us, to_us, reason, pieces } = &line.event else { continue };
        let id = track.to_string();
        let at = |t_us| utc_of(lines, t_us).unwrap_or_default();
        let gap = GapReport { from: at(*from_us), to: at(*to_us), reason: *reason, pieces: *pieces };
        out.entry(id.clone()).or_insert_with(|| blank(&id)).gaps.push(gap);
    }
    Timeline {
        from: opened.or_else(|| lines.first()).map(|l| l.utc.clone()),
        to: closed.or_else(|| lines.last()).map(|l| l.utc.clone()),
        tracks: out.into_values().collect(),
        unrecorded: unrecorded(lines),
    }
}

/// Closed, or adjourned to another day.
fn ends_sitting(event: &Event) -> bool {
    matches!(event, Event::Closed | Event::Suspended { .. } | Event::Postponed { .. })
}

/// Session time without a recording: the presiding judge opened or resumed without one, and gave a reason.
fn unrecorded(lines: &[Line]) -> Vec<UnrecordedReport> {
    let mut out = Vec::new();
    let mut begun: Option<(u64, String)> = None;
    // A ledger from before resuming said so went on as it was opened.
    let mut without = None;
    for line in lines {
        let (ended_us, begins) = match &line.event {
            Event::Opened { recording, reason, .. } => {
                without = (!recording).then(|| reason.clone().unwrap_or_default());
                (None, true)
            }
            Event::Resumed { recording, reason, .. } => {
                if let Some(recording) = recording {
                    without = (!recording).then(|| reason.clone().unwrap_or_default());
                }
                (None, true)
            }
            Event::Held { .. } | Event::Paused { .. } => (Some(line.t_us), false),
            event if ends_sitting(event) => (Some(line.t_us), false),
            Event::TakenUp { outage_us, .. } => (Some(line.t_us.saturating_sub(*outage_us)), false),
            _ => continue,
        };
        if let Some((from_us, reason)) = ended_us.and_then(|_| begun.take()) {
            out.push((from_us, ended_us.unwrap_or(from_us).max(from_us), reason));
        }
        if begins {
            begun = without.clone().map(|reason| (line.t_us, reason));
        }
    }
    if let (Some((from_us, reason)), Some(last)) = (begun, lines.last()) {
        out.push((from_us, last.t_us, reason));
    }
    let at = |t_us| utc_of(lines, t_us).unwrap_or_default();
    out.into_iter().map(|(from, to, reason)| UnrecordedReport { from: at(from), to: at(to), reason }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_core::hearing::{Actor, HoldCause};

    fn lines(events: &[(u64, Event)]) -> Vec<Line> {
        let line = |(n, (s, event)): (usize, &(u64, Event))| Line {
            v: 1,
            n: n as u64 + 1,
            epoch: 1,
            t_us: s * 1_000_000,
            utc: time::rfc3339(i64::try_from(s * 1000).unwrap_or_default()),
            actor: Actor::System,
            event: event.clone(),
            salt: None,
            prev: String::new(),
            hash: String::new(),
        };
        events.iter().enumerate().map(line).collect()
    }

    fn resumed(recording: Option<bool>, reason: Option<&str>) -> Event {
        Event::Resumed { by: None, recording, reason: reason.map(str::to_owned) }
    }

    fn spans(events: &[(u64, Event)]) -> Vec<(String, String, String)> {
        let spans = unrecorded(&lines(events)).into_iter();
        spans.map(|span| (span.from[14..19].to_owned(), span.to[14..19].to_owned(), span.reason)).collect()
    }

    #[test]
    fn time_in_session_without_a_recording_is_told_with_its_reason() {
        let held = Event::Held { cause: HoldCause::LedgerFault };
        let told = spans(&[
            (10, Event::Opened { recording: true, reason: None, missing: Vec::new() }),
            (20, held.clone()),
            (30, resumed(Some(false), Some("flight"))),
            (45, Event::Paused { reason: String::new() }),
            (50, resumed(Some(true), None)),
            (60, Event::Closed),
        ]);
        assert_eq!(told, [("00:30".to_owned(), "00:45".to_owned(), "flight".to_owned())]);
    }

    #[test]
    fn an_outage_ends_it_an_older_ledger_goes_on_as_it_was_opened_and_what_never_ended_ends_with_the_ledger() {
        let told = spans(&[
            (10, Event::Opened { recording: false, reason: Some("urgent".into()), missing: Vec::new() }),
            (40, Event::TakenUp { epoch: 2, outage_us: 15_000_000 }),
            (50, resumed(None, None)),
            (55, Event::Awaited),
        ]);
        let span = |from: &str, to: &str| (from.to_owned(), to.to_owned(), "urgent".to_owned());
        assert_eq!(told, [span("00:10", "00:25"), span("00:50", "00:55")]);
    }
}
