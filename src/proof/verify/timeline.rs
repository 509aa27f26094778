//! From when to when, who, and what is missing: read from the ledger and the media.

use super::record::Facts;
use super::{GapReport, TrackReport};
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
    let closed = lines.iter().rev().find(|l| matches!(l.event, Event::Closed));
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
        let Event::Gap { track, from_us, to_us, reason } = &line.event else { continue };
        let id = track.to_string();
        let at = |t_us| utc_of(lines, t_us).unwrap_or_default();
        let gap = GapReport { from: at(*from_us), to: at(*to_us), reason: *reason };
        out.entry(id.clone()).or_insert_with(|| blank(&id)).gaps.push(gap);
    }
    Timeline {
        from: opened.or_else(|| lines.first()).map(|l| l.utc.clone()),
        to: closed.or_else(|| lines.last()).map(|l| l.utc.clone()),
        tracks: out.into_values().collect(),
    }
}
