//! Commands about private rooms, and what else ends one.

use super::{Call, RoomKind};
use crate::hearing::decide::unless;
use crate::hearing::{Actor, Command, Event, Hearing, Room, Seat, Stamped};
use crate::ids::{RoomId, SeatId};
use crate::plan::Role;
use crate::refusal::Refusal;
use crate::time::Now;

/// Most seats that one command asks.
const MAX_ASKED: u32 = 16;

impl Hearing {
    pub(in crate::hearing) fn decide_room(&self, command: &Command, actor: &Seat) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Consult { with } => self.call(actor, with, RoomKind::Consultation),
            Command::TechnicalLine { seat } => self.call(actor, &[*seat], RoomKind::Technical),
            Command::AcceptConsultation { from } => self.accept(actor, *from),
            Command::DeclineConsultation { from } => {
                let call = self.call_from(*from, actor.id)?;
                Ok(vec![Event::CallEnded { by: call.by, seat: call.seat }])
            }
            Command::LockRoom { locked } => {
                let (Some(room), Some(state)) = (actor.private, self.private_room(actor)) else {
                    return Err(Refusal::AlreadySo);
                };
                unless(state.locked == *locked, Event::RoomLocked { room, locked: *locked })
            }
            Command::LeaveRoom {} => self.leave_room(actor),
            Command::Deliberate {} => self.deliberate(actor),
            Command::EndDeliberation {} => match (actor.private, self.private_room(actor)) {
                (Some(room), Some(state)) if state.kind == RoomKind::Deliberation => {
                    Ok(vec![Event::RoomClosed { room }])
                }
                _ => Err(Refusal::AlreadySo),
            },
            Command::AllowConsultation { seat, allowed } => {
                self.seats.get(seat).ok_or(Refusal::NoSuchSeat)?;
                let (seat, allowed) = (*seat, *allowed);
                unless(self.rooms.allowed.contains(&seat) == allowed, Event::ConsultationAllowed { seat, allowed })
            }
            Command::SetEncryption { key, sends } => {
                let (rooms, seat) = (&self.rooms, actor.id);
                let said = !rooms.returning.contains(&seat) && rooms.keys.get(&seat) == key.as_ref();
                let sealed = rooms.sealed.contains(&seat);
                let same = if key.is_none() && *sends { sealed } else { said && sealed == *sends };
                unless(same, Event::Encrypts { seat, key: key.clone(), sends: *sends })
            }
            _ => Err(Refusal::NotYourAct),
        }
    }

    fn call(&self, actor: &Seat, with: &[SeatId], kind: RoomKind) -> Result<Vec<Event>, Refusal> {
        if with.len() > MAX_ASKED as usize {
            return Err(Refusal::TooMuch { limit: MAX_ASKED });
        }
        let mut events = Vec::new();
        for (n, seat) in with.iter().copied().enumerate() {
            let call = Call { by: actor.id, seat, kind };
            self.may_call(actor, seat, kind)?;
            if !self.rooms.calls.contains(&call) && !with[..n].contains(&seat) {
                events.push(Event::Called { by: actor.id, seat, kind });
            }
        }
        if events.is_empty() { Err(Refusal::AlreadySo) } else { Ok(events) }
    }

    fn call_from(&self, by: SeatId, seat: SeatId) -> Result<Call, Refusal> {
        let call = self.rooms.calls.iter().find(|call| call.by == by && call.seat == seat);
        call.copied().ok_or(Refusal::NoCall)
    }

    fn accept(&self, actor: &Seat, from: SeatId) -> Result<Vec<Event>, Refusal> {
        let call = self.call_from(from, actor.id)?;
        let by = self.seats.get(&from).ok_or(Refusal::NoCall)?;
        self.may_call(by, actor.id, call.kind)?;
        Ok(vec![match by.private {
            Some(room) => Event::RoomEntered { room, seat: actor.id },
            None => self.opened(call.kind, vec![by.id, actor.id]),
        }])
    }

    fn opened(&self, kind: RoomKind, seats: Vec<SeatId>) -> Event {
        Event::RoomOpened { room: RoomId(self.rooms.count.saturating_add(1)), kind, seats }
    }

    fn leave_room(&self, actor: &Seat) -> Result<Vec<Event>, Refusal> {
        if let Some(room) = actor.private {
            return Ok(vec![Event::RoomLeft { room, seat: actor.id }]);
        }
        let asked = self.rooms.calls.iter().filter(|call| call.by == actor.id);
        let events: Vec<Event> = asked.map(|call| Event::CallEnded { by: call.by, seat: call.seat }).collect();
        if events.is_empty() { Err(Refusal::AlreadySo) } else { Ok(events) }
    }

    /// Those of the court who are there withdraw at once; who is late comes when the judge presses again.
    fn deliberate(&self, actor: &Seat) -> Result<Vec<Event>, Refusal> {
        let judges = [Role::PresidingJudge, Role::PanelMember];
        let judge = |seat: &Seat| self.acting_roles(seat).iter().any(|role| judges.contains(role));
        let comes = |seat: &&Seat| seat.is_present() && self.is_trusted(seat) && judge(seat) && seat.id != actor.id;
        let others = self.seats.values().filter(comes).map(|seat| seat.id);
        match (actor.private, self.private_room(actor)) {
            (Some(room), Some(state)) if state.kind == RoomKind::Deliberation => {
                let events: Vec<Event> = others.map(|seat| Event::RoomEntered { room, seat }).collect();
                if events.is_empty() { Err(Refusal::AlreadySo) } else { Ok(events) }
            }
            (Some(_), _) => Err(Refusal::NotReachable),
            (None, _) => {
                let seats: Vec<SeatId> = std::iter::once(actor.id).chain(others).collect();
                let enough = self.fits(RoomKind::Deliberation, &seats.iter().copied().collect());
                if enough { Ok(vec![self.opened(RoomKind::Deliberation, seats)]) } else { Err(Refusal::NotReachable) }
            }
        }
    }

    /// What the events make of private rooms and calls: who has to leave, which room and which call ends. A room that the
    /// court itself ends, by opening, going on or closing, ends before that.
    pub(in crate::hearing) fn with_rooms_settled(&self, events: Vec<Event>, now: Now) -> Vec<Event> {
        if self.rooms.open.is_empty() && self.rooms.calls.is_empty() {
            return events;
        }
        let mut next = self.clone();
        let mut all: Vec<Event> = self.ends_before(&events);
        all.extend(events);
        for event in &all {
            next.apply(&Stamped { now, actor: Actor::System, event: event.clone() });
        }
        loop {
            let ended = next.ends_now();
            if ended.is_empty() {
                return all;
            }
            for event in &ended {
                next.apply(&Stamped { now, actor: Actor::System, event: event.clone() });
            }
            all.extend(ended);
        }
    }

    fn ends_before(&self, events: &[Event]) -> Vec<Event> {
        let any = |of: fn(&Event) -> bool| events.iter().any(of);
        let all = any(|event| {
            matches!(event, Event::Closed | Event::Suspended { .. } | Event::Postponed { .. } | Event::TakenUp { .. })
        });
        let court = any(|event| matches!(event, Event::Opened { .. } | Event::Resumed { .. }));
        let ends = |kind: RoomKind| all || (court && kind == RoomKind::Deliberation);
        let rooms = self.rooms.open.iter().filter(|(_, room)| ends(room.kind));
        rooms.map(|(room, _)| Event::RoomClosed { room: *room }).collect()
    }

    /// First who may not stay, then the rooms that are no more, then the calls that lead nowhere.
    fn ends_now(&self) -> Vec<Event> {
        let inside = self.seats.values().filter_map(|seat| Some((seat, seat.private?)));
        let gone = inside.filter(|(seat, room)| !self.stays(seat, *room));
        let events: Vec<Event> = gone.map(|(seat, room)| Event::RoomLeft { room, seat: seat.id }).collect();
        if !events.is_empty() {
            return events;
        }
        let over = self.rooms.open.iter().filter(|(room, state)| !self.fits(state.kind, &self.members(**room)));
        let events: Vec<Event> = over.map(|(room, _)| Event::RoomClosed { room: *room }).collect();
        if !events.is_empty() {
            return events;
        }
        let leads = |call: &&Call| {
            let by = self.seats.get(&call.by);
            by.is_some_and(|by| self.may_call(by, call.seat, call.kind).is_ok())
        };
        let ended = self.rooms.calls.iter().filter(|call| !leads(call));
        ended.map(|call| Event::CallEnded { by: call.by, seat: call.seat }).collect()
    }

    /// Whoever lost the line is expected back in the room; whoever left for good, was sent away, or is no longer sure to
    /// be the one who went in is not.
    fn stays(&self, seat: &Seat, room: RoomId) -> bool {
        let Some(state) = self.rooms.open.get(&room) else { return false };
        let apart = seat.room == Room::WitnessWaiting && state.kind != RoomKind::Technical;
        let gone = seat.connection.is_none() && seat.left;
        let stranger = seat.connection.is_some() && !self.is_trusted(seat);
        !(seat.removed || apart || gone || stranger)
    }
}
