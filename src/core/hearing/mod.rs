//! The hearing: state as the fold of its events.
//!
//! [`Hearing::decide`] turns a command into events or a refusal and changes nothing; [`Hearing::apply`] is the only
//! thing that changes state, and it cannot fail: what a ledger holds has happened.

mod adjournment;
mod apply;
mod command;
mod continuation;
mod continuity;
mod course;
mod decide;
mod enter;
mod event;
mod exhibits;
mod interpretation;
mod layout;
mod messages;
mod missed;
mod notes;
mod recorded;
mod rollcall;
mod rooms;
mod screening;
mod seating;
mod signals;
mod tasks;
mod witness;

pub use adjournment::{Adjournment, Fault, may_continue};
pub use command::{Actor, Command, CommandKind};
pub use continuation::{Before, Carried, CarriedExhibit, CarriedSeat, KnownBefore, ReadBefore};
pub use continuity::{Continuity, Measured, Off, Perceives};
pub use course::{Course, Hand};
pub use event::{Entrant, Event, GapReason, HoldCause, LeaveReason, Pieces, Stamped};
pub use exhibits::{
    BadFileHash, Exhibit, ExhibitFile, Exhibits, FileHash, MediaType, Play, PlayedPart, Shown, ShownTo, Spot, Standing,
};
pub use layout::Layout;
pub use messages::Message;
pub use missed::Missed;
pub use notes::{Note, Notes};
pub use rollcall::{Attendance, Identity, IdentityMethod, Reported};
pub use signals::{Answer, Answered, Signal, SignalKind};
pub use tasks::{Taken, Task, Trouble};

pub use rooms::{Call, PrivateRoom, PublicKey, RoomKind, Rooms};
pub use screening::Withheld;

use crate::ids::{ConnectionId, DeviceId, DeviceKind, LinkId, PersonId, PointId, RoomId, SeatId, SignalId, TrackId};
use crate::plan::{Person, Plan, Point, PointKind, Role};
use crate::procedure::Procedure;
use crate::routing::Channel;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use ts_rs::TS;

/// States of a session. To *open* is the judge's act from waiting to in session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    Scheduled,
    Waiting,
    InSession,
    Held,
    Paused,
    Suspended,
    Postponed,
    Closed,
}

impl SessionState {
    pub const ALL: [Self; 8] = [
        Self::Scheduled,
        Self::Waiting,
        Self::InSession,
        Self::Held,
        Self::Paused,
        Self::Suspended,
        Self::Postponed,
        Self::Closed,
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Room {
    Courtroom,
    Waiting,
    WitnessWaiting,
}

/// Who sits in a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Occupant {
    /// A person with a screen of their own.
    Person { person: PersonId },
    /// A device of a point; `device` is known once it has entered.
    Point { point: PointId, device: Option<DeviceId> },
    /// Receive-only.
    Observer { name: String },
}

/// Whether somebody is at a seat, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Nobody has entered yet.
    NotCome,
    Here,
    /// The link broke, or the server was restarted: the seat is expected back.
    Lost,
    /// The seat was left on purpose or taken back, or the hearing ended.
    Left,
}

/// A seat's microphone: audible only if open, not muted and in session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Microphone {
    /// The seat's own wish.
    pub open: bool,
    /// Muted by the court.
    pub muted: bool,
    /// Muted and locked: the seat cannot open it by itself.
    pub locked: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub id: SeatId,
    pub occupant: Occupant,
    pub room: Room,
    /// The live link, if there is one. One seat has at most one.
    pub connection: Option<ConnectionId>,
    /// Hearing time at which the seat last lost its link.
    pub absent_since_us: Option<u64>,
    /// Hearing time at which the link that broke was last heard of, if that was before.
    pub silent_since_us: Option<u64>,
    /// The last link was ended on purpose, or by the end of the hearing: nobody is about to come back.
    pub left: bool,
    pub microphone: Microphone,
    /// What the seat publishes now.
    pub devices: BTreeSet<DeviceKind>,
    /// Removed by the court: may not enter again unless admitted anew by the clerk.
    pub removed: bool,
    /// Let into the courtroom: whoever is known comes back there at once (ruling 13).
    pub admitted: bool,
    /// The device, by code, that holds the seat now or held it last.
    pub link: Option<LinkId>,
    /// Devices that need not ask: the first that used the code, and those that the court admitted.
    pub known: BTreeSet<LinkId>,
    /// Who of those at the seat speaks, as far as somebody said.
    pub speaking: Option<PersonId>,
    /// On which channel the seat's microphone is heard: an interpreter's choice.
    pub speaks_on: Channel,
    /// What the seat hears.
    pub listens: Channel,
    /// The private room that the seat is in. It keeps its place in `room` meanwhile, and comes back there.
    pub private: Option<RoomId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hearing {
    pub plan: Plan,
    pub state: SessionState,
    /// Counts the owners of the hearing: one more after every restart.
    pub epoch: u32,
    pub seats: BTreeMap<SeatId, Seat>,
    /// Whether being in session means being recorded (ruling 2: yes, unless the presiding judge decided otherwise).
    pub recording: bool,
    /// Why the session is held, while it is.
    pub hold: Option<HoldCause>,
    /// Hearing time of the last opening or resumption, while in session.
    pub in_session_since_us: Option<u64>,
    /// Time in session before that, in microseconds.
    pub in_session_before_us: u64,
    /// Hearing time of the close.
    pub closed_us: Option<u64>,
    /// The decision by which this sitting ended.
    pub adjourned: Option<Adjournment>,
    /// Seats at which an officer has taken note that the session rests, or of that decision, and when in hearing time.
    pub noted: adjournment::Noted,
    /// The sitting that this one continues.
    pub before: Option<Before>,
    /// Seats whose browser refuses to play sound.
    pub playback_blocked: BTreeSet<SeatId>,
    /// Seats whose code was used from elsewhere, until the court answers by admitting or removing.
    pub second_use: BTreeSet<SeatId>,
    /// Buttons pressed, with their answers.
    pub signals: BTreeMap<SignalId, Signal>,
    /// The roll call, by person.
    pub attendance: BTreeMap<PersonId, Attendance>,
    /// What it gave in the sittings before: to be asked again.
    pub attendance_before: BTreeMap<PersonId, Attendance>,
    /// What the recorder cannot write now; `None` stands for the recorder as a whole.
    pub recorder_faults: BTreeSet<Option<TrackId>>,
    /// The law it is held under, and what of it the public is told.
    pub procedure: Arc<Procedure>,
    pub public_procedure: Arc<Procedure>,
    pub course: Course,
    /// Private rooms, and who is asked to one.
    pub rooms: Rooms,
    /// Evidence, and what of it is shown.
    pub exhibits: Exhibits,
    /// The clerk's notes.
    pub notes: Notes,
    /// How many events there have been that the minutes are made of.
    pub minutes: u64,
    /// What was found last of each point, since the session began or went on.
    pub continuity: BTreeMap<PointId, Measured>,
    /// Points for which the session was held and with which the court went on as they were, until they are whole again.
    pub without: BTreeMap<PointId, Continuity>,
    /// What each seat missed of the sitting, in the order of time.
    pub missed: BTreeMap<SeatId, Vec<Missed>>,
    /// The highest number that a seat had in a sitting before.
    pub last_seat: u16,
    /// Devices that were said to be off for longer than they may be.
    pub off: BTreeMap<SeatId, BTreeSet<Off>>,
    /// In their order.
    pub messages: Vec<Message>,
    /// What somebody at the desk has taken.
    pub tasks: BTreeMap<Task, Taken>,
    /// What the presiding judge set for every screen; none: each chooses.
    pub layout: Option<Layout>,
}

impl Hearing {
    /// The roles of those seen and heard through a seat, weightiest first; at a point's device, of those who sit there
    /// and have no screen of their own.
    #[must_use]
    pub fn roles(&self, seat: SeatId) -> Vec<Role> {
        self.seats.get(&seat).map(|seat| self.roles_at(seat)).unwrap_or_default()
    }

    fn roles_at(&self, seat: &Seat) -> Vec<Role> {
        let mut roles: Vec<Role> = match &seat.occupant {
            Occupant::Observer { .. } => vec![Role::Observer],
            Occupant::Person { .. } | Occupant::Point { .. } => self.people(seat).map(|person| person.role).collect(),
        };
        roles.sort();
        roles.dedup();
        roles
    }

    /// The people seen and heard through a seat, in the plan's order.
    pub fn people<'a>(&'a self, seat: &'a Seat) -> impl Iterator<Item = &'a Person> {
        self.plan.people.iter().filter(move |person| match &seat.occupant {
            Occupant::Person { person: id } => person.id == *id,
            Occupant::Point { point, .. } => person.point == Some(*point) && !person.own_screen,
            Occupant::Observer { .. } => false,
        })
    }

    /// The roles whose rights a seat's screen has. Everybody in the room can reach a point's device, so it never has
    /// the court's acts, and it has the officer's whoever sits there.
    #[must_use]
    pub fn acting_roles(&self, seat: &Seat) -> Vec<Role> {
        let roles = self.roles_at(seat);
        match &seat.occupant {
            Occupant::Person { .. } | Occupant::Observer { .. } => roles,
            Occupant::Point { .. } if self.only_receives(seat) => vec![Role::Observer],
            Occupant::Point { .. } => {
                roles.into_iter().filter(|role| !role.is_court()).chain([Role::PointOfficer]).collect()
            }
        }
    }

    /// Seconds by which what happens reaches the seat later: the procedure may have observers wait.
    #[must_use]
    pub fn delay_s(&self, seat: &Seat) -> u32 {
        if self.only_receives(seat) { self.procedure.limits.observer_delay_s } else { 0 }
    }

    /// Whether the seat hears and sees but never is heard or seen.
    #[must_use]
    pub fn only_receives(&self, seat: &Seat) -> bool {
        let only_observers = || {
            let mut people = self.people(seat).peekable();
            people.peek().is_some() && people.all(|person| person.role == Role::Observer)
        };
        match &seat.occupant {
            Occupant::Observer { .. } => true,
            Occupant::Person { .. } => only_observers(),
            Occupant::Point { point, .. } => {
                self.point(*point).is_some_and(|point| point.kind == PointKind::Observer) || only_observers()
            }
        }
    }

    /// Whether the seat is the screen of a member of the court: presiding judge, panel or clerk.
    #[must_use]
    pub fn is_court(&self, seat: &Seat) -> bool {
        self.acting_roles(seat).into_iter().any(Role::is_court)
    }

    /// The point a seat belongs to, if it belongs to one.
    #[must_use]
    pub fn point_of(&self, seat: &Seat) -> Option<PointId> {
        match &seat.occupant {
            Occupant::Point { point, .. } => Some(*point),
            Occupant::Person { .. } => self.people(seat).next().and_then(|person| person.point),
            Occupant::Observer { .. } => None,
        }
    }

    /// A point of the plan.
    #[must_use]
    pub fn point(&self, id: PointId) -> Option<&Point> {
        self.plan.points.iter().find(|point| point.id == id)
    }

    /// Whether what is said now is being recorded, as far as the recorder has told.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        // A fault over a microphone that is not open costs nothing now.
        let fails = self.recorder_faults.iter().any(|track| track.as_ref().is_none_or(|track| self.sounds(*track)));
        self.state == SessionState::InSession && self.recording && !fails
    }

    /// Whether sound of this track is on: an open microphone of who may speak, or a recording that is shown.
    #[must_use]
    pub fn sounds(&self, track: TrackId) -> bool {
        let Some(seat) = self.seats.get(&track.seat).filter(|seat| seat.is_present()) else { return false };
        let on = || match track.device {
            DeviceKind::PlayedSound => self.player().is_some_and(|player| player.id == seat.id),
            device => device.is_voice() && seat.microphone.is_live() && self.may_speak(seat),
        };
        seat.devices.contains(&track.device) && on()
    }

    /// The seat that a live link belongs to.
    #[must_use]
    pub fn seat_of(&self, connection: ConnectionId) -> Option<&Seat> {
        self.seats.values().find(|seat| seat.connection == Some(connection))
    }
}

impl Seat {
    /// In the courtroom, in no private room, with a live link: the only seats that media of the courtroom may reach or come
    /// from.
    #[must_use]
    pub fn is_present(&self) -> bool {
        self.room == Room::Courtroom && self.private.is_none() && self.connection.is_some()
    }

    /// Whether somebody is at the seat, in whatever room, and if not, why.
    #[must_use]
    pub fn presence(&self) -> Presence {
        match (self.connection, self.absent_since_us) {
            (Some(_), _) => Presence::Here,
            (None, None) => Presence::NotCome,
            (None, Some(_)) if self.left => Presence::Left,
            (None, Some(_)) => Presence::Lost,
        }
    }

    /// Whether anybody ever came in as this seat.
    pub(crate) fn was_used(&self) -> bool {
        self.connection.is_some() || self.absent_since_us.is_some()
    }

    /// Whether a device is to be taken for the seat's own. A code may have been overheard: its first use is good, and
    /// after that only the devices that are known.
    #[must_use]
    pub fn knows(&self, link: Option<LinkId>) -> bool {
        link.is_none_or(|link| self.known.contains(&link) || !self.was_used())
    }
}

impl Microphone {
    /// Whether the court hears it while in session and the seat may speak.
    #[must_use]
    pub fn is_live(self) -> bool {
        self.open && !self.muted
    }
}
