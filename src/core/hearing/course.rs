//! The course of a session: who must be there to open it, its phase, what is read, who has the floor and who asks for it.

use super::decide::{given, unless};
use super::{Event, Hearing, Occupant, Room, RoomKind, Seat};
use crate::ids::SeatId;
use crate::plan::{Person, PointKind, Role};
use crate::procedure::{Phase, PhaseId, PromptId};
use crate::refusal::Refusal;
use crate::routing::Channel;
use std::collections::BTreeMap;

/// Where a session stands in its procedure. A pause or a hold changes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// None before the opening, and where the procedure has no phases.
    pub phase: Option<PhaseId>,
    /// Hearing time at which the phase began.
    pub since_us: u64,
    /// The phases that there have been before, each once.
    pub past: Vec<PhaseId>,
    /// Who has the floor, whatever the phase says.
    pub floor: Option<SeatId>,
    /// Hearing time at which it was given last.
    pub floor_since_us: u64,
    /// Who asks to speak, in the order of asking.
    pub hands: Vec<Hand>,
    /// What was read, and when in hearing time.
    pub read: BTreeMap<PromptId, u64>,
}

/// Somebody asks to speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    pub seat: SeatId,
    /// Hearing time.
    pub since_us: u64,
}

impl Course {
    /// Folds an event; what is not about the course changes nothing.
    pub(super) fn apply(&mut self, event: &Event, t_us: u64) {
        match event {
            Event::PhaseBegan { phase, .. } => {
                let before = self.phase.replace(phase.clone());
                self.past.extend(before.filter(|before| !self.past.contains(before)));
                self.since_us = t_us;
                self.floor = None;
            }
            Event::PromptRead { prompt } => _ = self.read.entry(prompt.clone()).or_insert(t_us),
            Event::FloorGiven { seat } => {
                self.floor = Some(*seat);
                self.floor_since_us = t_us;
                self.lower(*seat);
            }
            Event::FloorTaken => self.floor = None,
            Event::HandRaised { seat } if !self.asks(*seat) => self.hands.push(Hand { seat: *seat, since_us: t_us }),
            Event::HandLowered { seat } => self.lower(*seat),
            Event::HandsLowered => self.hands.clear(),
            _ => {}
        }
    }

    /// Somebody is gone for good: their floor and their hand go with them.
    pub(super) fn gone(&mut self, seat: SeatId) {
        self.floor = self.floor.filter(|floor| *floor != seat);
        self.lower(seat);
    }

    /// The sitting is over: nobody speaks, and nobody asks to.
    pub(super) fn rest(&mut self) {
        self.floor = None;
        self.hands.clear();
    }

    fn asks(&self, seat: SeatId) -> bool {
        self.hands.iter().any(|hand| hand.seat == seat)
    }

    fn lower(&mut self, seat: SeatId) {
        self.hands.retain(|hand| hand.seat != seat);
    }
}

impl Hearing {
    /// The phase the session is in.
    #[must_use]
    pub fn phase(&self) -> Option<&Phase> {
        self.procedure.phase(self.course.phase.as_ref()?)
    }

    /// Whether an open microphone of the seat may be heard in the present phase: the court's always, others' if the phase
    /// lets their role speak or they have the floor. A deliberation is secret: then nobody's.
    #[must_use]
    pub fn may_speak(&self, seat: &Seat) -> bool {
        if self.only_receives(seat) {
            return false;
        }
        let Some(phase) = self.phase() else { return true };
        if phase.deliberation {
            return false;
        }
        // What is interpreted is said by others, who may.
        if seat.speaks_on == Channel::Interpretation && self.only_interprets(seat) {
            return true;
        }
        let speaks = |role: &Role| role.is_court() || phase.speak.contains(role);
        self.course.floor == Some(seat.id) || self.is_courtrooms(seat) || self.roles(seat.id).iter().any(speaks)
    }

    /// A device of the courtroom for which the plan names nobody: whoever sits there sits before the judge.
    fn is_courtrooms(&self, seat: &Seat) -> bool {
        let Occupant::Point { point, .. } = &seat.occupant else { return false };
        self.point(*point).is_some_and(|point| point.kind == PointKind::Central) && self.people(seat).next().is_none()
    }

    /// Roles that must be in the courtroom for the session to open, and are not.
    #[must_use]
    pub fn missing(&self) -> Vec<Role> {
        let gate = &self.procedure.gate;
        let planned = |role: &&Role| self.plan.people.iter().any(|person| person.role == **role);
        let required = gate.present.iter().chain(gate.if_planned.iter().filter(planned));
        // Who was reported absent is not there, whatever device is.
        let absent = |person: &&Person| {
            let known = self.attendance.get(&person.id).and_then(|known| known.presence);
            known.is_some_and(|presence| !presence.found)
        };
        let seats = self.seats.values().filter(|seat| self.comes_to_open(seat));
        let here: Vec<Role> = seats
            .flat_map(|seat| self.people(seat).filter(|person| !absent(person)).map(|person| person.role))
            .collect();
        let mut missing: Vec<Role> = required.copied().filter(|role| !here.contains(role)).collect();
        missing.sort();
        missing.dedup();
        missing
    }

    /// Whether a seat is in the courtroom once the session opens, which ends the panel's deliberation.
    fn comes_to_open(&self, seat: &Seat) -> bool {
        let deliberates = |room| self.rooms.open.get(&room).is_some_and(|room| room.kind == RoomKind::Deliberation);
        let returns = seat.private.is_none_or(deliberates);
        seat.room == Room::Courtroom && seat.connection.is_some() && returns
    }

    /// What must be read before the phase ends, and was not.
    #[must_use]
    pub fn unread(&self) -> Vec<PromptId> {
        let prompts = self.phase().into_iter().flat_map(|phase| &phase.prompts);
        let owed = prompts.filter(|prompt| prompt.required && !self.course.read.contains_key(&prompt.id));
        owed.map(|prompt| prompt.id.clone()).collect()
    }

    /// Rulings 2 and 7: recorded, and with all who must be there, unless the presiding judge says why not. The first phase
    /// begins with the session; what continues goes on in the phase it had come to.
    pub(super) fn open(&self, record: bool, reason: Option<&str>) -> Result<Vec<Event>, Refusal> {
        let reason = given(reason)?;
        let missing = self.missing();
        match (&reason, missing.is_empty()) {
            (None, false) => return Err(Refusal::RolesMissing { roles: missing }),
            (None, true) if !record => return Err(Refusal::ReasonMissing),
            _ => {}
        }
        let first = self.procedure.phases.first().filter(|_| self.course.phase.is_none());
        let begun = first.map(|phase| Event::PhaseBegan { phase: phase.id.clone(), unread: Vec::new(), reason: None });
        Ok([Event::Opened { recording: record, reason, missing }].into_iter().chain(begun).collect())
    }

    pub(super) fn advance(&self, to: &PhaseId, reason: Option<&str>) -> Result<Vec<Event>, Refusal> {
        let reason = given(reason)?;
        let now = self.course.phase.as_ref().ok_or(Refusal::NoSuchPhase)?;
        if self.procedure.phase(to).is_none() {
            return Err(Refusal::NoSuchPhase);
        }
        if now == to {
            return Err(Refusal::AlreadySo);
        }
        if !self.procedure.following(now).any(|phase| phase.id == *to) {
            return Err(Refusal::PhaseOutOfOrder);
        }
        let unread = self.unread();
        if reason.is_none() && !unread.is_empty() {
            return Err(Refusal::PromptsUnread { prompts: unread });
        }
        Ok(vec![Event::PhaseBegan { phase: to.clone(), unread, reason }])
    }

    pub(super) fn read_prompt(&self, prompt: &PromptId) -> Result<Vec<Event>, Refusal> {
        let known = self.phase().is_some_and(|phase| phase.prompts.iter().any(|one| one.id == *prompt));
        if !known {
            return Err(Refusal::NoSuchPrompt);
        }
        unless(self.course.read.contains_key(prompt), Event::PromptRead { prompt: prompt.clone() })
    }

    pub(super) fn give_floor(&self, id: SeatId) -> Result<Vec<Event>, Refusal> {
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        if self.only_receives(seat) {
            return Err(Refusal::OnlyReceives);
        }
        if !seat.is_present() {
            return Err(Refusal::NotAdmitted);
        }
        if self.phase().is_some_and(|phase| phase.deliberation) {
            return Err(Refusal::Deliberating);
        }
        unless(self.course.floor == Some(id), Event::FloorGiven { seat: id })
    }

    pub(super) fn take_floor(&self) -> Result<Vec<Event>, Refusal> {
        unless(self.course.floor.is_none(), Event::FloorTaken)
    }

    pub(super) fn raise_hand(&self, seat: SeatId, raised: bool) -> Result<Vec<Event>, Refusal> {
        let event = if raised { Event::HandRaised { seat } } else { Event::HandLowered { seat } };
        unless(self.course.asks(seat) == raised, event)
    }

    pub(super) fn lower_hands(&self) -> Result<Vec<Event>, Refusal> {
        unless(self.course.hands.is_empty(), Event::HandsLowered)
    }

    /// Everybody but the court, who is there or may yet come.
    pub(super) fn mute_all(&self, lock: bool) -> Result<Vec<Event>, Refusal> {
        let of_the_court =
            |seat: &Seat| self.is_courtrooms(seat) || self.roles(seat.id).iter().any(|role| role.is_court());
        let others = self.seats.values().filter(|seat| !self.only_receives(seat) && !of_the_court(seat));
        let events: Vec<Event> = others
            .filter(|seat| if lock { !seat.microphone.locked } else { !seat.microphone.muted })
            .map(
                |Seat { id: seat, .. }| {
                    if lock { Event::MuteLocked { seat: *seat } } else { Event::Muted { seat: *seat } }
                },
            )
            .collect();
        if events.is_empty() { Err(Refusal::AlreadySo) } else { Ok(events) }
    }
}
