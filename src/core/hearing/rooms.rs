//! Private rooms: consultation, technical line, deliberation. Who may be in one, who is asked to one, and when it ends.
//! What flows in them is `routing`'s; the rules in words are in `docs/rooms.md`.

mod change;
mod decide;
mod key;

use super::{Hearing, Occupant, Room, Seat, SessionState};
use crate::ids::{PointId, RoomId, SeatId};
use crate::plan::{PointKind, Role};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

pub use key::PublicKey;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Between people whom the plan binds, and an interpreter whom they call in.
    Consultation,
    /// The clerk with one seat, to mend a fault (ruling 10).
    Technical,
    /// Presiding judge and panel.
    Deliberation,
}

/// Its members are the seats that say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivateRoom {
    pub kind: RoomKind,
    pub locked: bool,
}

/// Somebody asks a seat to a private room, which comes to be when the first one accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    pub by: SeatId,
    pub seat: SeatId,
    pub kind: RoomKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rooms {
    pub open: BTreeMap<RoomId, PrivateRoom>,
    /// How many there ever were.
    pub count: u32,
    pub calls: BTreeSet<Call>,
    /// Seats that the presiding judge allowed to begin a private talk in session. Ends with the room and with the session.
    pub allowed: BTreeSet<SeatId>,
    /// Of seats whose present client can encrypt end to end.
    pub keys: BTreeMap<SeatId, PublicKey>,
    /// Seats in a private room whose client could, and whose next one has not said: meanwhile nothing is sent in the clear.
    pub returning: BTreeSet<SeatId>,
    /// Seats that send frames only the members of their private room can decrypt, and so of no use to anybody else.
    pub sealed: BTreeSet<SeatId>,
}

impl Hearing {
    /// The private room that the seat is in.
    #[must_use]
    pub fn private_room(&self, seat: &Seat) -> Option<&PrivateRoom> {
        self.rooms.open.get(&seat.private?)
    }

    /// The seats in a private room, connected or expected back.
    #[must_use]
    pub fn members(&self, room: RoomId) -> BTreeSet<SeatId> {
        self.seats.values().filter(|seat| seat.private == Some(room)).map(|seat| seat.id).collect()
    }

    /// Points that are out of the courtroom, since what is said there is private: everybody there takes part, seen or not.
    #[must_use]
    pub fn points_in_private(&self) -> BTreeSet<PointId> {
        let point = |seat: &Seat| self.taken_by(seat);
        if self.rooms.open.is_empty() { BTreeSet::new() } else { self.seats.values().filter_map(point).collect() }
    }

    /// The point that a member of a private room takes out of the courtroom. A device takes its own. Whoever consults on a
    /// screen of their own takes the place where they sit, since its other microphones would hear them; but not the
    /// courtroom, which one of many cannot silence, and not for a technical line, in which nothing is confidential.
    pub(crate) fn taken_by(&self, seat: &Seat) -> Option<PointId> {
        let (room, point) = (self.private_room(seat)?, self.point_of(seat)?);
        let device = matches!(seat.occupant, Occupant::Point { .. });
        let component = || self.point(point).is_some_and(|point| point.kind != PointKind::Central);
        (device || (room.kind == RoomKind::Consultation && component())).then_some(point)
    }

    /// Whether a microphone that the court hears stands where a member of the room sits.
    pub(crate) fn is_overheard(&self, member: &Seat) -> bool {
        let Some(point) = self.point_of(member).filter(|_| self.state == SessionState::InSession) else { return false };
        let hears = |seat: &Seat| seat.is_present() && self.point_of(seat) == Some(point) && seat.microphone.is_live();
        let sounds = |seat: &Seat| seat.devices.iter().any(|device| device.is_voice());
        !self.points_in_private().contains(&point) && self.seats.values().any(|seat| hears(seat) && sounds(seat))
    }

    /// Whether frames are encrypted between the members of a private room: the client of each of them can.
    #[must_use]
    pub fn is_encrypted(&self, room: RoomId) -> bool {
        let able = |seat: &SeatId| self.rooms.keys.contains_key(seat) || self.rooms.returning.contains(seat);
        self.members(room).iter().all(able)
    }

    /// Whether what a seat hears and sees is encrypted for the private room that it is in.
    #[must_use]
    pub fn hears_encrypted(&self, seat: SeatId) -> bool {
        self.seats.get(&seat).and_then(|seat| seat.private).is_some_and(|room| self.is_encrypted(room))
    }

    /// Whether one seat may pass something on to another that the server cannot read: members of one room, who encrypt.
    ///
    /// # Errors
    /// They are not, or the other is not there.
    pub fn passes(&self, from: SeatId, to: SeatId) -> Result<(), Refusal> {
        let room = |seat: SeatId| {
            let able = self.seats.get(&seat).filter(|_| self.rooms.keys.contains_key(&seat));
            able.filter(|seat| seat.connection.is_some())?.private
        };
        let together = from != to && room(from).is_some() && room(from) == room(to);
        if together { Ok(()) } else { Err(Refusal::NotReachable) }
    }

    /// The seat's link is another one, or none: its client's key went with it.
    pub(super) fn forget_key(&mut self, id: SeatId) {
        self.rooms.sealed.remove(&id);
        let inside = self.seats.get(&id).is_some_and(|seat| seat.private.is_some());
        if self.rooms.keys.remove(&id).is_some() && inside {
            self.rooms.returning.insert(id);
        }
    }

    /// Whether the courtroom gets nothing of this seat because it, or its point, is in a private room.
    #[must_use]
    pub fn has_withdrawn(&self, seat: &Seat) -> bool {
        let point = || self.point_of(seat).is_some_and(|point| self.points_in_private().contains(&point));
        seat.private.is_some() || (!self.rooms.open.is_empty() && point())
    }

    /// Whether two seats share a private room, or one asks the other to one, or might.
    #[must_use]
    pub fn is_company(&self, one: &Seat, other: &Seat) -> bool {
        // There may be hundreds of them, and nobody speaks with them.
        if self.only_receives(one) || self.only_receives(other) {
            return false;
        }
        let asks =
            |by: &Seat, seat: &Seat| self.rooms.calls.iter().any(|call| (call.by, call.seat) == (by.id, seat.id));
        let together = one.private.is_some() && one.private == other.private;
        together || asks(one, other) || asks(other, one) || self.may_call(one, other.id, RoomKind::Consultation).is_ok()
    }

    /// Whether `by` may ask the seat to a private room of this kind now, or into the one that `by` is in.
    ///
    /// # Errors
    /// Why not. That somebody is in another private room is not told: they cannot be reached.
    pub fn may_call(&self, by: &Seat, seat: SeatId, kind: RoomKind) -> Result<(), Refusal> {
        let to = self.seats.get(&seat).ok_or(Refusal::NotBound)?;
        let room = self.private_room(by);
        let mut members = self.company(by);
        if room.is_some_and(|room| room.kind != kind) || !members.insert(seat) || !self.fits(kind, &members) {
            return Err(Refusal::NotBound);
        }
        if room.is_some_and(|room| room.locked) {
            return Err(Refusal::RoomLocked);
        }
        let witness = |seat: &Seat| seat.room == Room::WitnessWaiting && kind != RoomKind::Technical;
        let comes = |seat: &Seat| seat.connection.is_some() && self.is_trusted(seat) && !witness(seat);
        if to.private.is_some() || !comes(by) || !comes(to) {
            return Err(Refusal::NotReachable);
        }
        let from_court = by.room == Room::Courtroom || to.room == Room::Courtroom;
        let leave = self.company(by).iter().any(|seat| self.rooms.allowed.contains(seat));
        if self.state == SessionState::InSession && from_court && !leave {
            return Err(Refusal::NeedsLeave);
        }
        Ok(())
    }

    /// The seat and those it shares a private room with.
    fn company(&self, seat: &Seat) -> BTreeSet<SeatId> {
        let mut company = seat.private.map(|room| self.members(room)).unwrap_or_default();
        company.insert(seat.id);
        company
    }

    /// Whether these and no others may be in a private room of this kind. Nothing else says when one ends.
    fn fits(&self, kind: RoomKind, members: &BTreeSet<SeatId>) -> bool {
        let seats: Vec<&Seat> = members.iter().filter_map(|seat| self.seats.get(seat)).collect();
        if seats.len() != members.len() || seats.len() < 2 || seats.iter().any(|seat| self.only_receives(seat)) {
            return false;
        }
        // Nobody shares a room with those they are kept from, whoever of the two it is.
        let apart = |one: &Seat, other: &Seat| one.id != other.id && self.withheld(one, other).anything();
        if seats.iter().any(|one| seats.iter().any(|other| apart(one, other))) {
            return false;
        }
        let acts = |seat: &Seat, roles: &[Role]| self.acting_roles(seat).iter().any(|role| roles.contains(role));
        match kind {
            RoomKind::Deliberation => seats.iter().all(|seat| acts(seat, &[Role::PresidingJudge, Role::PanelMember])),
            RoomKind::Technical => seats.len() == 2 && seats.iter().any(|seat| acts(seat, &[Role::Clerk])),
            RoomKind::Consultation => self.is_bound(&seats),
        }
    }

    /// One circle of two or more whom the plan binds, and beside it interpreters only.
    fn is_bound(&self, seats: &[&Seat]) -> bool {
        let bound = |seat: &&&Seat| seats.iter().any(|other| self.are_bound(seat, other));
        let (circle, guests): (Vec<&Seat>, Vec<&Seat>) = seats.iter().copied().partition(|seat| bound(&seat));
        let mut reached: Vec<&Seat> = circle.first().copied().into_iter().collect();
        let mut next = 0;
        while let Some(seat) = reached.get(next).copied() {
            let new = circle.iter().filter(|other| self.are_bound(seat, other));
            let new: Vec<&Seat> = new.filter(|other| !reached.iter().any(|one| one.id == other.id)).copied().collect();
            reached.extend(new);
            next += 1;
        }
        circle.len() >= 2
            && reached.len() == circle.len()
            && guests.iter().all(|seat| self.roles_at(seat) == [Role::Interpreter])
    }

    /// Whether the plan binds somebody at one seat to somebody at the other.
    fn are_bound(&self, one: &Seat, other: &Seat) -> bool {
        let names = |a: &Seat, b: &Seat| {
            self.people(a).any(|person| self.people(b).any(|other| person.with.contains(&other.id)))
        };
        let place = |seat: &Seat| match seat.occupant {
            Occupant::Point { point, .. } => Some(point),
            Occupant::Person { .. } | Occupant::Observer { .. } => None,
        };
        // Devices of one point stand in one room, and have the same people.
        let apart = place(one).is_none() || place(one) != place(other);
        one.id != other.id && apart && (names(one, other) || names(other, one))
    }

    /// Whether the seat's device is one that the court knows: others wait to be let in, and speak to nobody.
    #[must_use]
    pub fn is_trusted(&self, seat: &Seat) -> bool {
        seat.knows(seat.link)
    }
}
