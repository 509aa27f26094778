//! What somebody says to the court by a button, and the court's answer. A person who cannot hear the court has no other
//! way to say so than to interrupt it; the ledger keeps both.

use super::decide::{given, unless};
use super::{Event, Hearing, Occupant, Seat, SessionState};
use crate::ids::{PersonId, SeatId, SignalId};
use crate::plan::Role;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Signals that a seat may have open at once: one of each kind from each of a few people at one camera.
const MAX_OPEN: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    CannotHear,
    CannotSee,
    WantLawyer,
    /// For what was said to be said again.
    HearAgain,
    /// For the officer of the point.
    CallOfficer,
    /// For what was missed while the line was broken to be seen from the record.
    SeeMissed,
}

/// What the court answered, or the person themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It works again: the person hears, or sees.
    WorksAgain,
    /// What was asked for is granted.
    Granted,
    /// Not now, with a reason.
    NotNow,
    /// The person took it back.
    Withdrawn,
}

/// One signal with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    pub seat: SeatId,
    /// Who of those at the seat's camera; none until somebody there has said so (ruling 12).
    pub person: Option<PersonId>,
    pub kind: SignalKind,
    /// Hearing time.
    pub since_us: u64,
    pub answer: Option<Answered>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub answer: Answer,
    pub text: Option<String>,
    /// Hearing time.
    pub at_us: u64,
}

impl Hearing {
    /// The signals that wait for an answer.
    pub fn open_signals(&self) -> impl Iterator<Item = (SignalId, &Signal)> {
        self.signals.iter().filter(|(_, signal)| signal.answer.is_none()).map(|(id, signal)| (*id, signal))
    }

    /// Whether the signal comes from the seat's own room, where somebody may say whose it is.
    pub(crate) fn is_of_room(&self, signal: &Signal, seat: &Seat) -> bool {
        let room = |seat: &Seat| self.point_of(seat);
        let same_point =
            || self.seats.get(&signal.seat).is_some_and(|from| room(from).is_some() && room(from) == room(seat));
        signal.seat == seat.id || (same_point() && self.acting_roles(seat).contains(&Role::PointOfficer))
    }

    pub(super) fn signal(
        &self,
        actor: &Seat,
        kind: SignalKind,
        person: Option<PersonId>,
    ) -> Result<Vec<Event>, Refusal> {
        if self.only_receives(actor) {
            return Err(Refusal::NotYourAct);
        }
        if kind == SignalKind::SeeMissed && !self.may_ask_for_missed(actor.id) {
            return Err(Refusal::NotYourAct);
        }
        let person = match person {
            Some(person) => Some(self.at(actor, person)?),
            None => self.only_one_at(actor),
        };
        let same = |other: &Signal| other.seat == actor.id && other.kind == kind && other.person == person;
        if self.open_signals().any(|(_, signal)| same(signal)) {
            return Err(Refusal::AlreadySo);
        }
        if self.open_signals().filter(|(_, signal)| signal.seat == actor.id).count() >= MAX_OPEN {
            return Err(Refusal::TooMuch { limit: MAX_OPEN as u32 });
        }
        let last = self.signals.keys().next_back().map_or(0, |id| id.0);
        Ok(vec![Event::Signalled { signal: SignalId(last + 1), seat: actor.id, person, signal_kind: kind }])
    }

    pub(super) fn name_signal(&self, actor: &Seat, id: SignalId, person: PersonId) -> Result<Vec<Event>, Refusal> {
        let signal = self.open_signal(id)?;
        let from = self.seats.get(&signal.seat).ok_or(Refusal::NoSuchSeat)?;
        if !self.is_of_room(signal, actor) && !self.is_court(actor) {
            return Err(Refusal::NotYourAct);
        }
        let person = self.at(from, person)?;
        unless(signal.person == Some(person), Event::SignalNamed { signal: id, person })
    }

    /// Whose it is, or the officer in the same room.
    pub(super) fn withdraw_signal(&self, actor: &Seat, id: SignalId) -> Result<Vec<Event>, Refusal> {
        if !self.is_of_room(self.open_signal(id)?, actor) {
            return Err(Refusal::NotYourAct);
        }
        Ok(vec![Event::SignalAnswered { signal: id, answer: Answer::Withdrawn, text: None }])
    }

    pub(super) fn answer_signal(
        &self,
        actor: &Seat,
        id: SignalId,
        answer: Answer,
        text: Option<&str>,
    ) -> Result<Vec<Event>, Refusal> {
        let signal = self.open_signal(id)?;
        // What of the record is seen in session is the presiding judge's to allow.
        let presides = self.acting_roles(actor).contains(&Role::PresidingJudge);
        if (signal.kind, answer) == (SignalKind::SeeMissed, Answer::Granted) && !presides {
            return Err(Refusal::NotYourAct);
        }
        let text = given(text)?;
        match answer {
            Answer::Withdrawn => Err(Refusal::NotYourAct),
            Answer::NotNow if text.is_none() => Err(Refusal::ReasonMissing),
            Answer::WorksAgain | Answer::Granted | Answer::NotNow => {
                let follows = if presides && answer == Answer::Granted { self.follows(signal) } else { Vec::new() };
                Ok(std::iter::once(Event::SignalAnswered { signal: id, answer, text }).chain(follows).collect())
            }
        }
    }

    /// What the presiding judge's word brings about in session: who may speak has the floor and is not muted, who may see
    /// their lawyer has leave to talk in private. Where it cannot be so now it is an answer and no more.
    fn follows(&self, signal: &Signal) -> Vec<Event> {
        if self.state != SessionState::InSession {
            return Vec::new();
        }
        let seat = signal.seat;
        match signal.kind {
            SignalKind::CannotHear | SignalKind::CannotSee => match self.give_floor(seat) {
                Ok(floor) => floor.into_iter().chain(self.unmute(seat).unwrap_or_default()).collect(),
                Err(Refusal::AlreadySo) => self.unmute(seat).unwrap_or_default(),
                Err(_) => Vec::new(),
            },
            SignalKind::WantLawyer if !self.rooms.allowed.contains(&seat) => {
                vec![Event::ConsultationAllowed { seat, allowed: true }]
            }
            _ => Vec::new(),
        }
    }

    fn open_signal(&self, id: SignalId) -> Result<&Signal, Refusal> {
        let signal = self.signals.get(&id).ok_or(Refusal::NoSuchSignal)?;
        if signal.answer.is_some() { Err(Refusal::AlreadySo) } else { Ok(signal) }
    }

    /// A person, if they are seen and heard through the seat.
    pub(super) fn at(&self, seat: &Seat, person: PersonId) -> Result<PersonId, Refusal> {
        let there = self.people(seat).any(|other| other.id == person);
        if there { Ok(person) } else { Err(Refusal::NoSuchPerson) }
    }

    /// The person at a seat whose camera shows nobody else.
    pub(super) fn only_one_at(&self, seat: &Seat) -> Option<PersonId> {
        let mut people = self.people(seat);
        let first = people.next()?.id;
        let alone = people.next().is_none() || matches!(seat.occupant, Occupant::Person { .. });
        alone.then_some(first)
    }
}
