//! The fixed order of seats, and who takes which.

use super::{Entrant, Hearing, Microphone, Occupant, Room, Seat};
use crate::ids::{DeviceId, PersonId, PointId, SeatId};
use crate::plan::{Plan, PointKind, Role};
use crate::refusal::Refusal;
use crate::routing::Channel;
use std::collections::{BTreeMap, BTreeSet};

/// Most seats of a hearing: the audience of 800 (ruling 8) with room for returns.
pub(super) const MAX_SEATS: u32 = 2000;

/// Those who have a seat of their own before the points; everybody else comes after them.
const BEFORE_POINTS: [Role; 5] =
    [Role::PresidingJudge, Role::PanelMember, Role::Clerk, Role::Prosecutor, Role::Counsel];

/// The seats of a plan, numbered from 1: presiding judge, panel, clerk, prosecutor, counsel, points, then the rest,
/// each in the plan's order.
pub(super) fn planned(plan: &Plan) -> BTreeMap<SeatId, Seat> {
    let people = |role: Role| {
        let own = plan.people.iter().filter(move |person| person.own_screen && person.role == role);
        own.map(|person| Occupant::Person { person: person.id })
    };
    let points = plan.points.iter().filter(|point| {
        // The courtroom may have no device at all: everybody there has a screen of their own.
        point.kind != PointKind::Central || plan.people.iter().any(|p| !p.own_screen && p.point == Some(point.id))
    });
    let rest = Role::ALL.into_iter().filter(|role| !BEFORE_POINTS.contains(role));
    BEFORE_POINTS
        .into_iter()
        .flat_map(people)
        .chain(points.map(|point| Occupant::Point { point: point.id, device: None }))
        .chain(rest.flat_map(people))
        .zip(1..)
        .map(|(occupant, number)| (SeatId(number), Seat::new(SeatId(number), occupant)))
        .collect()
}

impl Seat {
    pub(crate) fn new(id: SeatId, occupant: Occupant) -> Self {
        Self {
            id,
            occupant,
            room: Room::Waiting,
            connection: None,
            absent_since_us: None,
            silent_since_us: None,
            left: false,
            microphone: Microphone { open: false, muted: false, locked: false },
            devices: BTreeSet::new(),
            removed: false,
            admitted: false,
            link: None,
            known: BTreeSet::new(),
            speaking: None,
            speaks_on: Channel::Floor,
            listens: Channel::Floor,
            private: None,
        }
    }
}

impl Hearing {
    /// The seat that `entrant` takes: their own, or the number of a new one. Observers are told apart by their name,
    /// and get a new seat unless they hold a token of their old one.
    pub(super) fn seat_for(&self, entrant: &Entrant, resume: bool) -> Result<SeatId, Refusal> {
        match entrant {
            Entrant::Person { person } => self.seat_of_person(*person),
            Entrant::Device { point, device } => self.seat_of_device(*point, *device),
            Entrant::Observer { name } => {
                let own = |seat: &&Seat| matches!(&seat.occupant, Occupant::Observer { name: n } if n == name);
                match self.seats.values().find(own) {
                    Some(seat) if resume => Ok(seat.id),
                    _ => self.new_seat(),
                }
            }
        }
    }

    fn seat_of_person(&self, id: PersonId) -> Result<SeatId, Refusal> {
        let person = self.plan.people.iter().find(|person| person.id == id).ok_or(Refusal::NoSuchPerson)?;
        if !person.own_screen {
            return Err(Refusal::SitsAtPoint);
        }
        let own = Occupant::Person { person: id };
        self.seats.values().find(|seat| seat.occupant == own).map(|seat| seat.id).ok_or(Refusal::NoSuchSeat)
    }

    /// A device's own seat, else the point's planned seat if no device has taken it yet, else a new one.
    fn seat_of_device(&self, point: PointId, device: DeviceId) -> Result<SeatId, Refusal> {
        self.point(point).ok_or(Refusal::NoSuchPoint)?;
        let taken_by =
            |device| self.seats.values().find(move |seat| seat.occupant == Occupant::Point { point, device });
        match taken_by(Some(device)).or_else(|| taken_by(None)) {
            Some(seat) => Ok(seat.id),
            None => self.new_seat(),
        }
    }

    fn new_seat(&self) -> Result<SeatId, Refusal> {
        match self.last_seat().checked_add(1) {
            Some(next) if u32::from(next) <= MAX_SEATS => Ok(SeatId(next)),
            _ => Err(Refusal::TooMuch { limit: MAX_SEATS }),
        }
    }

    /// The highest number that a seat has or had, in this sitting or one before.
    pub(super) fn last_seat(&self) -> u16 {
        self.seats.keys().next_back().map_or(0, |seat| seat.0).max(self.last_seat)
    }

    /// Where a seat waits that the court put out, or of which it has to be asked.
    pub(super) fn outside(&self, seat: &Seat) -> Room {
        match self.first_room(seat) {
            Room::WitnessWaiting => Room::WitnessWaiting,
            Room::Waiting | Room::Courtroom => Room::Waiting,
        }
    }

    /// The room a seat that was not admitted comes into. Who only receives needs no admission: their invitation is the
    /// permission, they are in session only, and a clerk cannot let in hundreds one by one. Witnesses, or whom the
    /// procedure names, are kept apart until they testify, at a point as well unless a party sits there too.
    pub(super) fn first_room(&self, seat: &Seat) -> Room {
        let roles = self.roles_at(seat);
        let apart = |role: &Role| self.procedure.waits(*role) == Room::WitnessWaiting;
        if self.only_receives(seat) || roles.iter().any(|role| role.is_court()) {
            Room::Courtroom
        } else if roles.iter().any(apart)
            && roles.iter().all(|role| apart(role) || matches!(role, Role::Interpreter | Role::PointOfficer))
        {
            Room::WitnessWaiting
        } else {
            Room::Waiting
        }
    }
}
