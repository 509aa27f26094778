//! Private rooms, as their members and the court are told of them. Everybody else is told nothing.

use super::PersonView;
use crate::hearing::{Hearing, PublicKey, Room, RoomKind, Seat, SessionState};
use crate::ids::{PointId, RoomId, SeatId};
use crate::plan::Person;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomsView {
    /// The room that the viewer is in.
    pub mine: Option<PrivateView>,
    /// Who asks the viewer to a private room.
    pub incoming: Vec<CallView>,
    /// Whom the viewer has asked.
    pub outgoing: Vec<SeatId>,
    /// Whom the viewer may ask now, to a new room or to the one they are in.
    pub may_ask: Vec<SeatId>,
    /// In session: the presiding judge allowed the viewer to begin a private talk.
    pub allowed: bool,
    /// For the court: the other private rooms there are, and who is in them.
    pub others: Vec<RoomView>,
    /// For the court: how many observers watch now.
    pub observers: u32,
    /// For the court: the seats with leave to begin a private talk.
    pub may_withdraw: Vec<SeatId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PrivateView {
    pub kind: RoomKind,
    /// The seats in it, the viewer's own among them.
    pub seats: Vec<SeatId>,
    /// Everybody there: also those who sit at a point that is out of the courtroom with it, with a screen of their own or
    /// without.
    pub people: Vec<PersonView>,
    pub locked: bool,
    /// Frames are encrypted between the members: every client has said that it can.
    pub encrypted: bool,
    /// The public keys of the members' clients, the viewer's own among them.
    pub keys: Vec<MemberKey>,
    /// The court is in session and has not allowed this talk: the members are expected back.
    pub recalled: bool,
    /// A microphone that the court hears is open where a member sits, which happens in the courtroom only.
    pub overheard: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MemberKey {
    pub seat: SeatId,
    pub key: PublicKey,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallView {
    pub seat: SeatId,
    pub kind: RoomKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomView {
    pub kind: RoomKind,
    pub seats: Vec<SeatId>,
    /// Seats that are in no private room and send nothing all the same, since a member sits where they are.
    pub silenced: Vec<SeatId>,
}

pub(super) fn rooms(hearing: &Hearing, me: &Seat, court: bool) -> RoomsView {
    let rooms = &hearing.rooms;
    let incoming = rooms.calls.iter().filter(|call| call.seat == me.id);
    let asked: BTreeSet<SeatId> = rooms.calls.iter().filter(|call| call.by == me.id).map(|call| call.seat).collect();
    let speaks = !hearing.only_receives(me);
    let may_ask = |seat: &Seat| speaks && hearing.may_call(me, seat.id, RoomKind::Consultation).is_ok();
    RoomsView {
        mine: me.private.and_then(|room| private(hearing, room)),
        incoming: incoming.map(|call| CallView { seat: call.by, kind: call.kind }).collect(),
        may_ask: hearing
            .seats
            .values()
            .filter(|seat| may_ask(seat) && !asked.contains(&seat.id))
            .map(|s| s.id)
            .collect(),
        outgoing: asked.into_iter().collect(),
        allowed: rooms.allowed.contains(&me.id),
        others: if court { others(hearing, me) } else { Vec::new() },
        observers: if court { observers(hearing) } else { 0 },
        may_withdraw: if court { rooms.allowed.iter().copied().collect() } else { Vec::new() },
    }
}

/// Seats that only receive, with a live link: a unit's screen counts once, whoever stands before it.
fn observers(hearing: &Hearing) -> u32 {
    let watch = hearing.seats.values().filter(|seat| seat.is_present() && hearing.only_receives(seat)).count();
    u32::try_from(watch).unwrap_or(u32::MAX)
}

fn others(hearing: &Hearing, me: &Seat) -> Vec<RoomView> {
    let open = hearing.rooms.open.iter().filter(|(room, _)| me.private != Some(**room));
    open.map(|(room, state)| {
        let members = hearing.members(*room);
        RoomView { kind: state.kind, silenced: silenced(hearing, &members), seats: members.into_iter().collect() }
    })
    .collect()
}

fn silenced(hearing: &Hearing, members: &BTreeSet<SeatId>) -> Vec<SeatId> {
    let taken = points(hearing, members.iter().filter_map(|seat| hearing.seats.get(seat)));
    let there = |seat: &&Seat| hearing.point_of(seat).is_some_and(|point| taken.contains(&point));
    hearing.seats.values().filter(|seat| seat.is_present()).filter(there).map(|seat| seat.id).collect()
}

fn points<'a>(hearing: &Hearing, members: impl Iterator<Item = &'a Seat>) -> BTreeSet<PointId> {
    members.filter_map(|seat| hearing.taken_by(seat)).collect()
}

fn private(hearing: &Hearing, room: RoomId) -> Option<PrivateView> {
    let state = hearing.rooms.open.get(&room)?;
    let members = hearing.members(room);
    let seats: Vec<&Seat> = members.iter().filter_map(|seat| hearing.seats.get(seat)).collect();
    let allowed = members.iter().any(|seat| hearing.rooms.allowed.contains(seat));
    let from_court = seats.iter().any(|seat| seat.room == Room::Courtroom);
    Some(PrivateView {
        kind: state.kind,
        people: people(hearing, &seats),
        locked: state.locked,
        encrypted: hearing.is_encrypted(room),
        keys: members.iter().filter_map(|seat| key(hearing, *seat)).collect(),
        recalled: hearing.state == SessionState::InSession && from_court && !allowed,
        overheard: seats.iter().any(|seat| hearing.is_overheard(seat)),
        seats: members.into_iter().collect(),
    })
}

fn key(hearing: &Hearing, seat: SeatId) -> Option<MemberKey> {
    hearing.rooms.keys.get(&seat).map(|key| MemberKey { seat, key: key.clone() })
}

fn people(hearing: &Hearing, seats: &[&Seat]) -> Vec<PersonView> {
    let points = points(hearing, seats.iter().copied());
    let there = |person: &&Person| {
        person.point.is_some_and(|point| points.contains(&point))
            || seats.iter().any(|seat| hearing.people(seat).any(|one| one.id == person.id))
    };
    let view = |person: &Person| PersonView {
        id: None,
        name: person.name.clone(),
        role: person.role,
        present: None,
        identity: None,
        before: None,
        speaking: false,
    };
    hearing.plan.people.iter().filter(there).map(view).collect()
}
