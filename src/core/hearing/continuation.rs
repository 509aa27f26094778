//! The next sitting of an adjourned hearing: what of the last one continues. Its ledger begins with all of it, so that it
//! can be replayed alone.
//!
//! The same seats keep their numbers, and exhibits, phase, time in session and what was read stay. Who is present and who
//! they are is asked again; so is who is let into the courtroom.

use super::course::Course;
use super::exhibits::{Exhibit, FileHash};
use super::rollcall::Attendance;
use super::{Event, Hearing, Occupant, Seat};
use crate::ids::{ExhibitId, PersonId, SeatId};
use crate::procedure::{PhaseId, PromptId};
use crate::routing::Channel;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The sitting before, as the next one names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// `01`, `02`, ...
    pub sitting: String,
    /// Fingerprint of its seal: SHA-256 of its `head.json`.
    pub seal: FileHash,
}

/// What continues. Lists and no maps: in a ledger line the keys of a map are texts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Carried {
    pub phase: Option<PhaseId>,
    /// Hearing time at which the phase began.
    pub phase_since_us: u64,
    pub past_phases: Vec<PhaseId>,
    pub read: Vec<ReadBefore>,
    pub in_session_before_us: u64,
    /// The highest number that a seat ever had: what was handed in and said stands under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seat: Option<u16>,
    pub seats: Vec<CarriedSeat>,
    pub attendance: Vec<KnownBefore>,
    pub exhibits: Vec<CarriedExhibit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadBefore {
    pub prompt: PromptId,
    pub at_us: u64,
}

/// A seat with what the court decided about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedSeat {
    pub seat: SeatId,
    pub occupant: Occupant,
    pub muted: bool,
    pub locked: bool,
    pub removed: bool,
    pub speaks_on: Channel,
    pub listens: Channel,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBefore {
    pub person: PersonId,
    pub known: Attendance,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarriedExhibit {
    pub number: ExhibitId,
    pub exhibit: Exhibit,
}

impl Hearing {
    /// What continues in the next sitting.
    #[must_use]
    pub fn carried(&self) -> Carried {
        let Course { phase, since_us, past, read, .. } = self.course.clone();
        let seat = |seat: &Seat| CarriedSeat {
            seat: seat.id,
            occupant: seat.occupant.clone(),
            muted: seat.microphone.muted,
            locked: seat.microphone.locked,
            removed: seat.removed,
            speaks_on: seat.speaks_on,
            listens: seat.listens,
        };
        // What was not asked again was found before all the same.
        let mut known = self.attendance_before.clone();
        known.extend(self.attendance.clone());
        Carried {
            phase,
            phase_since_us: since_us,
            past_phases: past,
            read: read.into_iter().map(|(prompt, at_us)| ReadBefore { prompt, at_us }).collect(),
            in_session_before_us: self.in_session_before_us,
            last_seat: Some(self.last_seat()),
            seats: self.seats.values().map(seat).collect(),
            attendance: known.into_iter().map(|(person, known)| KnownBefore { person, known }).collect(),
            exhibits: self.exhibits.all.iter().map(carried_exhibit).collect(),
        }
    }

    /// The beginning of a further sitting, after the plan.
    pub(super) fn apply_continuation(&mut self, event: &Event) {
        let Event::Continued { before, carried } = event else { return };
        self.before = Some(before.clone());
        self.course = Course {
            phase: carried.phase.clone(),
            since_us: carried.phase_since_us,
            past: carried.past_phases.clone(),
            read: carried.read.iter().map(|read| (read.prompt.clone(), read.at_us)).collect(),
            ..Course::default()
        };
        self.in_session_before_us = carried.in_session_before_us;
        self.attendance_before = carried.attendance.iter().map(|one| (one.person, one.known.clone())).collect();
        self.exhibits.all = carried.exhibits.iter().map(|one| (one.number, one.exhibit.clone())).collect();
        let handed_in = carried.exhibits.iter().map(|one| one.exhibit.seat.0);
        let before = carried.seats.iter().map(|old| old.seat.0).chain(handed_in).chain(carried.last_seat);
        self.last_seat = before.max().unwrap_or_default();
        self.seats = self.seated_again(&carried.seats);
    }

    /// The seats of before whose people and points the plan still has, and new numbers for whom it has besides. An observer
    /// is nobody's place.
    fn seated_again(&self, before: &[CarriedSeat]) -> BTreeMap<SeatId, Seat> {
        let mut seats = BTreeMap::new();
        for old in before.iter().filter(|old| self.is_planned(&old.occupant)) {
            let mut seat = Seat::new(old.seat, old.occupant.clone());
            (seat.microphone.muted, seat.microphone.locked, seat.removed) = (old.muted, old.locked, old.removed);
            (seat.speaks_on, seat.listens) = (old.speaks_on, old.listens);
            seats.insert(old.seat, seat);
        }
        let known: BTreeSet<Planned> = seats.values().filter_map(|seat| planned(&seat.occupant)).collect();
        let new = self.seats.values().filter(|seat| planned(&seat.occupant).is_some_and(|who| !known.contains(&who)));
        for (seat, number) in new.zip(self.last_seat.saturating_add(1)..) {
            seats.insert(SeatId(number), Seat::new(SeatId(number), seat.occupant.clone()));
        }
        seats
    }

    fn is_planned(&self, occupant: &Occupant) -> bool {
        match occupant {
            Occupant::Person { person } => self.plan.people.iter().any(|one| one.id == *person && one.own_screen),
            Occupant::Point { point, .. } => self.point(*point).is_some(),
            Occupant::Observer { .. } => false,
        }
    }
}

fn carried_exhibit((number, exhibit): (&ExhibitId, &Exhibit)) -> CarriedExhibit {
    CarriedExhibit { number: *number, exhibit: exhibit.clone() }
}

/// Whom a plan seats: a person, or a point whatever device it has.
type Planned = uuid::Uuid;

fn planned(occupant: &Occupant) -> Option<Planned> {
    match occupant {
        Occupant::Person { person } => Some(person.0),
        Occupant::Point { point, .. } => Some(point.0),
        Occupant::Observer { .. } => None,
    }
}
