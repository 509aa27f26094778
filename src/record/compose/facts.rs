//! What the ledger says of a sitting, as far as a picture of it needs it. Pure: events in, spans of hearing time out.

use super::words;
use assize_core::hearing::{Event, Hearing, Layout, Occupant, Seat, SessionState, Stamped};
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::ledger::Line;
use assize_core::plan::{PointKind, Role};
use assize_core::routing::{Channel, Sink, routes};
use assize_proof::time;
use std::collections::BTreeMap;
use std::ops::Range;

/// A span in which a track was to be recorded, in microseconds of hearing time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct On {
    pub(super) span: Range<u64>,
    pub(super) channel: Channel,
}

/// Time that is not in the record, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rest {
    pub(super) from_us: u64,
    /// In the procedure's word, or that it was not recorded by decision.
    pub(super) state: String,
}

/// Of what can stand large or have a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) seat: SeatId,
    pub(super) name: String,
    /// Roles, and the point.
    pub(super) role: String,
    /// A detention point: it has the large place.
    pub(super) detention: bool,
    /// Of an interpreter: beside whom they sit.
    pub(super) beside: Option<SeatId>,
}

/// Something that changes what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Layout(Option<Layout>),
    /// What is presented, the foremost first.
    Presented(Vec<TrackId>),
    Phase(String),
    Speaks(SeatId),
    Silent(SeatId),
    /// Who stands large where the speaker does.
    Leads(SeatId),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Spans in session and on record.
    pub(super) recorded: Vec<Range<u64>>,
    /// Each begins where a recorded span ends.
    pub(super) rests: Vec<Rest>,
    pub(super) tracks: BTreeMap<TrackId, Vec<On>>,
    /// In order of time.
    pub(super) changes: Vec<(u64, Change)>,
    /// Begins of phases, with their names.
    pub(super) phases: Vec<(u64, String)>,
    /// All that ever sat in the courtroom, in the order of seats.
    pub(super) places: Vec<Place>,
    /// Hearing time and UTC milliseconds of each line.
    pub(super) clock: Vec<(u64, i64)>,
}

/// So long somebody speaks before they stand large, in microseconds: a cough changes nothing.
const TAKES_OVER_US: u64 = 1_500_000;

/// Reads the ledger's lines.
pub(super) fn facts(lines: &[Line]) -> Facts {
    let mut reading = Reading::default();
    for line in lines {
        reading.take(line);
    }
    reading.end(lines.last().map_or(0, |line| line.t_us))
}

#[derive(Default)]
struct Reading {
    hearing: Option<Hearing>,
    facts: Facts,
    on: BTreeMap<TrackId, (u64, Channel)>,
    recorded_since: Option<u64>,
    /// A rest is named when it is known what it is.
    resting: bool,
    /// The server was gone, and the session does not go on by itself.
    down: bool,
    layout: Option<Layout>,
    presented: Vec<TrackId>,
    spoke: Vec<(Range<u64>, SeatId)>,
}

impl Reading {
    fn take(&mut self, line: &Line) {
        let utc_ms = time::parse(&line.utc).unwrap_or_default();
        self.facts.clock.push((line.t_us, utc_ms));
        let stamped = Stamped { now: line.at(utc_ms), actor: line.actor, event: line.event.clone() };
        match &mut self.hearing {
            Some(hearing) => hearing.apply(&stamped),
            None => self.hearing = Hearing::begin(&stamped),
        }
        let t_us = line.t_us;
        match &line.event {
            // What passed while the server was down was no session.
            Event::TakenUp { outage_us, .. } => {
                self.rests(t_us.saturating_sub(*outage_us));
                self.down = true;
            }
            Event::Opened { .. } | Event::Resumed { .. } => self.down = false,
            Event::Spoke { seat, from_us, to_us, .. } => self.spoke.push((*from_us..*to_us, *seat)),
            _ => {}
        }
        let Some(hearing) = self.hearing.take() else { return };
        self.look(&hearing, t_us);
        if let Event::PhaseBegan { phase, .. } = &line.event {
            let name = hearing.procedure.phase(phase).map_or_else(|| phase.to_string(), |phase| phase.name.vi.clone());
            self.facts.phases.push((t_us, name.clone()));
            self.facts.changes.push((t_us, Change::Phase(name)));
        }
        self.hearing = Some(hearing);
    }

    /// What follows from the state after a line.
    fn look(&mut self, hearing: &Hearing, t_us: u64) {
        if hearing.state == SessionState::InSession && hearing.recording && !self.down {
            self.recorded_since.get_or_insert(t_us);
            self.resting = false;
        } else {
            self.rests(t_us);
            self.name_rest(hearing);
        }
        self.tracks(hearing, t_us);
        if hearing.layout != self.layout {
            self.layout = hearing.layout;
            self.facts.changes.push((t_us, Change::Layout(hearing.layout)));
        }
        let mut presented: Vec<TrackId> = self.on.keys().filter(|track| is_presented(track.device)).copied().collect();
        presented.sort_by_key(|track| (std::cmp::Reverse(track.device), track.seat));
        if presented != self.presented {
            self.facts.changes.push((t_us, Change::Presented(presented.clone())));
            self.presented = presented;
        }
    }

    fn rests(&mut self, t_us: u64) {
        if let Some(since) = self.recorded_since.take() {
            self.facts.recorded.push(since..t_us.max(since));
            self.facts.rests.push(Rest { from_us: t_us.max(since), state: String::new() });
            self.resting = true;
        }
    }

    fn name_rest(&mut self, hearing: &Hearing) {
        let Some(rest) = self.facts.rests.last_mut().filter(|_| self.resting) else { return };
        let state = match hearing.state {
            SessionState::InSession if self.down => return,
            SessionState::InSession => words::OFF_RECORD.to_owned(),
            state => worded(hearing.procedure.states.get(&state).map(|word| word.vi.as_str()), words::state(state)),
        };
        // The first that is not the end of the sitting: a pause that ends in the close was a pause.
        if rest.state.is_empty() {
            rest.state = state;
        }
    }

    fn tracks(&mut self, hearing: &Hearing, t_us: u64) {
        let now: BTreeMap<TrackId, Channel> = routes(hearing)
            .into_iter()
            .filter(|route| route.sink == Sink::Recorder)
            .map(|route| (route.source, route.channel))
            .collect();
        let ended: Vec<TrackId> = self
            .on
            .iter()
            .filter(|(track, (_, channel))| now.get(track) != Some(channel))
            .map(|(track, _)| *track)
            .collect();
        for track in ended {
            self.off(track, t_us);
        }
        for (track, channel) in now {
            self.on.entry(track).or_insert((t_us, channel));
        }
    }

    fn off(&mut self, track: TrackId, t_us: u64) {
        let Some((from, channel)) = self.on.remove(&track) else { return };
        if t_us > from {
            self.facts.tracks.entry(track).or_default().push(On { span: from..t_us, channel });
        }
    }

    fn end(mut self, last_us: u64) -> Facts {
        self.rests(last_us);
        for track in self.on.keys().copied().collect::<Vec<_>>() {
            self.off(track, last_us);
        }
        self.facts.changes.extend(speaking(std::mem::take(&mut self.spoke)));
        // Stable: of one moment, in the order in which it was said.
        self.facts.changes.sort_by_key(|(t_us, _)| *t_us);
        self.facts.places = self.hearing.as_ref().map(places).unwrap_or_default();
        self.facts
    }
}

fn is_presented(device: DeviceKind) -> bool {
    matches!(device, DeviceKind::Document | DeviceKind::Screen | DeviceKind::Played)
}

/// Who is heard when, and who leads from when on.
fn speaking(mut spoke: Vec<(Range<u64>, SeatId)>) -> Vec<(u64, Change)> {
    spoke.sort_by_key(|(span, seat)| (span.start, *seat));
    let mut changes = Vec::new();
    let mut leads = None;
    for (span, seat) in spoke {
        changes.push((span.start, Change::Speaks(seat)));
        changes.push((span.end, Change::Silent(seat)));
        if leads != Some(seat) && span.end.saturating_sub(span.start) >= TAKES_OVER_US {
            changes.push((span.start, Change::Leads(seat)));
            leads = Some(seat);
        }
    }
    changes
}

fn places(hearing: &Hearing) -> Vec<Place> {
    let takes_part = |seat: &&Seat| !hearing.only_receives(seat);
    hearing.seats.values().filter(takes_part).map(|seat| place(hearing, seat)).collect()
}

/// The procedure's word, if it has one.
fn worded(own: Option<&str>, usual: &str) -> String {
    own.filter(|word| !word.is_empty()).unwrap_or(usual).to_owned()
}

fn place(hearing: &Hearing, seat: &Seat) -> Place {
    let point = hearing.point_of(seat).and_then(|point| hearing.point(point));
    let names: Vec<&str> = hearing.people(seat).map(|person| person.name.as_str()).collect();
    let of_point = |word: &str| point.map_or_else(|| word.to_owned(), |point| point.name.clone());
    let role = |role| {
        let rule = hearing.procedure.roles.get(&role).map(|rule| rule.name.vi.as_str());
        worded(rule, words::role(role))
    };
    let mut roles: Vec<String> = hearing.roles(seat.id).into_iter().map(role).collect();
    if let (Some(point), false) = (point, names.is_empty()) {
        roles.push(point.name.clone());
    }
    let is_device = matches!(seat.occupant, Occupant::Point { .. });
    let with_counsel = hearing.people(seat).any(|person| person.role == Role::Counsel);
    Place {
        seat: seat.id,
        name: if names.is_empty() { of_point(&seat.id.to_string()) } else { names.join(", ") },
        role: roles.join(" · "),
        detention: is_device && !with_counsel && point.is_some_and(|point| point.kind == PointKind::Detention),
        beside: hearing.interpreted_by(seat).map(|other| other.id),
    }
}
