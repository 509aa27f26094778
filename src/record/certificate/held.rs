//! What the ledger says of how a sitting was held: when it was in session and what interrupted it, who was heard for how long,
//! and which faults the recorder had.

use assize_core::hearing::{Entrant, Event, HoldCause};
use assize_core::ids::{ConnectionId, PersonId, TrackId};
use assize_core::ledger::Line;
use assize_core::plan::{Plan, Role};
use assize_core::procedure::{Procedure, Wording};
use assize_proof::time;
use assize_proof::verify::utc_of;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// All times are RFC 3339.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Held {
    /// From the opening on, one after the other.
    pub spans: Vec<Span>,
    /// In the order of the plan; who was not heard is not there.
    pub heard: Vec<Heard>,
    pub faults: Vec<Fault>,
    /// Devices of observers that watched at the same time, at most.
    pub observers: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    pub from: String,
    pub to: String,
    #[serde(flatten)]
    pub state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    InSession,
    Paused {
        reason: String,
    },
    Held {
        cause: HoldCause,
    },
    /// The server did not run.
    Outage,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heard {
    pub name: String,
    pub role: Role,
    /// As the procedure names it.
    #[serde(skip)]
    pub role_name: Option<Wording>,
    pub seconds: u64,
}

/// Of one track, or of the whole recorder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub track: Option<TrackId>,
    pub detail: String,
    pub from: String,
    /// None: it lasted to the end.
    pub to: Option<String>,
}

impl Held {
    pub(super) fn read(plan: &Plan, lines: &[Line]) -> Self {
        Self { spans: spans(lines), heard: heard(plan, lines), faults: faults(lines), observers: observers(lines) }
    }

    pub(super) fn in_session_ms(&self) -> u64 {
        let ms = |span: &Span| Some(time::parse(&span.to)? - time::parse(&span.from)?);
        let spans = self.spans.iter().filter(|span| span.state == State::InSession).filter_map(ms);
        spans.sum::<i64>().unsigned_abs()
    }
}

fn spans(lines: &[Line]) -> Vec<Span> {
    let mut turns: Vec<(u64, Option<State>)> = Vec::new();
    for line in lines {
        let now = line.t_us;
        match &line.event {
            Event::Opened { .. } | Event::Resumed { .. } => turns.push((now, Some(State::InSession))),
            Event::Paused { reason } => turns.push((now, Some(State::Paused { reason: reason.clone() }))),
            Event::Held { cause } => turns.push((now, Some(State::Held { cause: cause.clone() }))),
            Event::TakenUp { outage_us, .. } if !turns.is_empty() => {
                // What it was before, it is not again by itself: a session is held, and says so; a pause goes on.
                let before = turns.last().and_then(|(_, state)| state.clone());
                turns.push((now.saturating_sub(*outage_us), Some(State::Outage)));
                turns.push((now, before.filter(|before| *before != State::InSession)));
            }
            Event::Closed | Event::Suspended { .. } | Event::Postponed { .. } => turns.push((now, None)),
            _ => {}
        }
    }
    let end = lines.last().map_or(0, |line| line.t_us);
    let ends = turns.iter().skip(1).map(|(at, _)| *at).chain([end]);
    let spans = turns.iter().zip(ends).filter(|((from, _), to)| *to > *from);
    let spans = spans.filter_map(|((from, state), to)| {
        Some(Span { from: utc_of(lines, *from)?, to: utc_of(lines, to)?, state: state.clone()? })
    });
    spans.collect()
}

fn heard(plan: &Plan, lines: &[Line]) -> Vec<Heard> {
    let mut spoke: BTreeMap<PersonId, u64> = BTreeMap::new();
    let mut procedure: Option<&Procedure> = None;
    for line in lines {
        match &line.event {
            Event::Planned { procedure: Some(known), .. } => procedure = Some(&**known),
            Event::Spoke { person: Some(person), from_us, to_us, .. } => {
                *spoke.entry(*person).or_default() += to_us.saturating_sub(*from_us);
            }
            _ => {}
        }
    }
    let name = |role: Role| Some(procedure?.roles.get(&role)?.name.clone());
    let heard = plan.people.iter().filter_map(|person| {
        let us = *spoke.get(&person.id)?;
        Some(Heard {
            name: person.name.clone(),
            role: person.role,
            role_name: name(person.role),
            seconds: us.div_ceil(1_000_000),
        })
    });
    heard.collect()
}

fn faults(lines: &[Line]) -> Vec<Fault> {
    let mut faults: Vec<Fault> = Vec::new();
    for line in lines {
        match &line.event {
            Event::RecorderFault { track, detail } => {
                faults.push(Fault { track: *track, detail: detail.clone(), from: line.utc.clone(), to: None });
            }
            Event::RecorderRecovered { track } => end(&mut faults, *track, &line.utc),
            Event::RecorderFaultLapsed { track } => end(&mut faults, Some(*track), &line.utc),
            // The recorder ended with the server, and its faults with it.
            Event::TakenUp { .. } => {
                faults.iter_mut().for_each(|fault| _ = fault.to.get_or_insert_with(|| line.utc.clone()));
            }
            _ => {}
        }
    }
    faults
}

fn end(faults: &mut [Fault], track: Option<TrackId>, at: &str) {
    let open = faults.iter_mut().filter(|fault| fault.track == track && fault.to.is_none());
    open.for_each(|fault| fault.to = Some(at.to_owned()));
}

/// Observers that the plan names are not counted here: they are people with a name in it.
fn observers(lines: &[Line]) -> usize {
    let (mut there, mut most): (BTreeSet<ConnectionId>, usize) = (BTreeSet::new(), 0);
    for line in lines {
        match &line.event {
            Event::Entered { entrant: Entrant::Observer { .. }, connection, .. } => _ = there.insert(*connection),
            Event::Left { connection, .. } => _ = there.remove(connection),
            Event::TakenUp { .. } => there.clear(),
            _ => {}
        }
        most = most.max(there.len());
    }
    most
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use assize_core::hearing::Actor;

    fn lines(events: Vec<(u64, Event)>) -> Vec<Line> {
        let line = |(n, (s, event)): (usize, (u64, Event))| Line {
            v: 1,
            n: n as u64 + 1,
            epoch: 1,
            t_us: s * 1_000_000,
            utc: time::rfc3339(i64::try_from(s * 1000).unwrap()),
            actor: Actor::System,
            event,
            salt: None,
            prev: String::new(),
            hash: String::new(),
        };
        events.into_iter().enumerate().map(line).collect()
    }

    fn opened() -> Event {
        Event::Opened { recording: true, reason: None, missing: Vec::new() }
    }

    fn told(events: Vec<(u64, Event)>) -> Vec<(String, State)> {
        let told = spans(&lines(events)).into_iter();
        told.map(|span| (format!("{}-{}", &span.from[14..19], &span.to[14..19]), span.state)).collect()
    }

    #[test]
    fn a_sitting_is_told_from_its_opening_to_its_end_without_a_hole() {
        let noon = State::Paused { reason: "noon".into() };
        let restart = HoldCause::Restart;
        let told = told(vec![
            (5, Event::Awaited),
            (10, opened()),
            (20, Event::Paused { reason: "noon".into() }),
            (28, Event::TakenUp { epoch: 2, outage_us: 3_000_000 }),
            (30, Event::Resumed { by: None, recording: Some(true), reason: None }),
            (45, Event::TakenUp { epoch: 3, outage_us: 5_000_000 }),
            (45, Event::Held { cause: restart.clone() }),
            (50, Event::Resumed { by: None, recording: Some(true), reason: None }),
            (60, Event::Closed),
            (65, Event::Awaited),
        ]);
        let span = |text: &str, state: &State| (text.to_owned(), state.clone());
        let expected = [
            span("00:10-00:20", &State::InSession),
            span("00:20-00:25", &noon),
            span("00:25-00:28", &State::Outage),
            span("00:28-00:30", &noon),
            span("00:30-00:40", &State::InSession),
            span("00:40-00:45", &State::Outage),
            span("00:45-00:50", &State::Held { cause: restart }),
            span("00:50-01:00", &State::InSession),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_sitting_that_never_opened_has_no_span_and_one_that_never_ended_ends_with_its_ledger() {
        assert_eq!(told(vec![(5, Event::Awaited), (8, Event::TakenUp { epoch: 2, outage_us: 1 })]), []);
        let open = told(vec![(10, opened()), (70, Event::Awaited)]);
        assert_eq!(open, [("00:10-01:10".to_owned(), State::InSession)]);
    }

    #[test]
    fn a_fault_has_both_its_bounds_or_lasted_to_the_end() {
        let track: TrackId = "03-microphone".parse().unwrap();
        let fault = |track| Event::RecorderFault { track, detail: "EIO".into() };
        let told = faults(&lines(vec![
            (1, fault(Some(track))),
            (2, fault(None)),
            (4, Event::RecorderRecovered { track: Some(track) }),
            (6, fault(Some(track))),
            (9, Event::RecorderFaultLapsed { track }),
        ]));
        let ends: Vec<Option<&str>> = told.iter().map(|fault| fault.to.as_deref().map(|to| &to[14..19])).collect();
        assert_eq!(ends, [Some("00:04"), None, Some("00:09")]);
    }
}
