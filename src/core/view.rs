//! Who is told what. Snapshots and changes pass through [`view`]; what it leaves out, a viewer does not learn.

use crate::access;
use crate::hearing::{CommandKind, Hearing, HoldCause, Occupant, Room, Seat, SessionState};
use crate::ids::{DeviceKind, HearingId, PointId, SeatId, TrackId};
use crate::plan::{PointKind, Role};
use crate::routing::{self, Routes, Sink};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ts_rs::TS;

/// What one seat may know of its hearing. The client holds exactly one and replaces its sections as changes come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct View {
    pub hearing: HearingView,
    pub session: SessionView,
    /// The viewer's own seat.
    pub me: SeatView,
    /// The other seats the viewer may know of, in the hearing's fixed order.
    pub seats: Vec<SeatView>,
    /// Tracks that are routed to the viewer now.
    pub tracks: Vec<TrackId>,
    /// Seats that can hear the viewer now, and seats that can see them: *who hears and sees you now*.
    pub heard_by: Vec<SeatId>,
    pub seen_by: Vec<SeatId>,
    /// Acts the viewer may do now, so that a screen need not guess; the server decides again when one is done.
    pub acts: Vec<Act>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HearingView {
    pub id: HearingId,
    pub court: String,
    /// IANA name of the court's time zone.
    pub zone: String,
    pub case: String,
    pub title: String,
    pub starts: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SessionView {
    pub state: SessionState,
    /// True while in session and recording is on.
    pub recording: bool,
    pub hold: Option<HoldCause>,
    /// UTC milliseconds of the last opening or resumption, while in session.
    #[ts(type = "number | null")]
    pub in_session_since_ms: Option<i64>,
    /// Milliseconds in session before that.
    #[ts(type = "number")]
    pub in_session_before_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeatView {
    pub seat: SeatId,
    /// Name of the point, for a point's device or a person who sits at one.
    pub point: Option<String>,
    pub point_kind: Option<PointKind>,
    /// The people seen and heard through this seat, role above name.
    pub people: Vec<PersonView>,
    pub room: Room,
    pub connected: bool,
    pub microphone_open: bool,
    pub muted: bool,
    pub locked: bool,
    pub devices: Vec<DeviceKind>,
    /// For the court only: the seat's browser refused to play sound.
    pub playback_blocked: bool,
    /// For the court only: somebody tried to enter in this seat's name from elsewhere.
    pub second_use: bool,
    /// For the court and the seat itself: removed by the court; may enter again once admitted anew.
    pub removed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonView {
    pub name: String,
    pub role: Role,
}

/// Acts a screen may offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Admit,
    Mute,
    MuteLock,
    Remove,
    Open,
    Hold,
    Pause,
    Resume,
    Close,
    SetMicrophone,
}

impl Act {
    pub const ALL: [Self; 10] = [
        Self::Admit,
        Self::Mute,
        Self::MuteLock,
        Self::Remove,
        Self::Open,
        Self::Hold,
        Self::Pause,
        Self::Resume,
        Self::Close,
        Self::SetMicrophone,
    ];

    /// The command behind the act.
    #[must_use]
    pub fn command(self) -> CommandKind {
        match self {
            Self::Admit => CommandKind::Admit,
            Self::Mute => CommandKind::Mute,
            Self::MuteLock => CommandKind::MuteLock,
            Self::Remove => CommandKind::Remove,
            Self::Open => CommandKind::Open,
            Self::Hold => CommandKind::Hold,
            Self::Pause => CommandKind::Pause,
            Self::Resume => CommandKind::Resume,
            Self::Close => CommandKind::Close,
            Self::SetMicrophone => CommandKind::SetMicrophone,
        }
    }
}

/// What `viewer` may know of the hearing, or `None` if there is no such seat. `epoch_utc_ms` is the UTC time of the
/// hearing's beginning, to turn hearing time into wall time.
#[must_use]
pub fn view(hearing: &Hearing, viewer: SeatId, epoch_utc_ms: i64) -> Option<View> {
    let me = hearing.seats.get(&viewer)?;
    let audience = Audience::of(hearing, me);
    let routes = routing::routes(hearing);
    let plan = &hearing.plan;
    Some(View {
        hearing: HearingView {
            id: plan.hearing,
            court: plan.court.name.clone(),
            zone: plan.court.zone.clone(),
            case: plan.case.clone(),
            title: plan.title.clone(),
            starts: plan.starts.clone(),
        },
        session: session(hearing, audience, epoch_utc_ms),
        me: own_seat(hearing, me, audience),
        seats: hearing.seats.values().filter_map(|seat| other_seat(hearing, me, audience, seat)).collect(),
        tracks: routes.iter().filter(|route| route.sink == Sink::Seat(viewer)).map(|route| route.source).collect(),
        heard_by: perceived_by(hearing, &routes, viewer, DeviceKind::is_audio),
        seen_by: perceived_by(hearing, &routes, viewer, |device| !device.is_audio()),
        acts: acts(hearing, me),
    })
}

/// Kinds of viewers: what each is told follows from this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    /// Presiding judge, panel, clerk, each at their own screen.
    Court,
    /// Admitted, with a screen of their own.
    Party,
    /// A screen that others in the room or a public can read: a point's device, an observer.
    Public,
    /// Not in the courtroom: waiting, kept apart as a witness, or removed.
    Outside,
}

impl Audience {
    fn of(hearing: &Hearing, me: &Seat) -> Self {
        if me.room != Room::Courtroom {
            Self::Outside
        } else if hearing.is_court(me) {
            Self::Court
        } else if hearing.only_receives(me) || matches!(me.occupant, Occupant::Point { .. }) {
            Self::Public
        } else {
            Self::Party
        }
    }
}

fn session(hearing: &Hearing, audience: Audience, epoch_utc_ms: i64) -> SessionView {
    SessionView {
        state: hearing.state,
        recording: hearing.state == SessionState::InSession && hearing.recording,
        hold: hearing.hold.as_ref().map(|cause| hold(cause, audience)),
        in_session_since_ms: hearing.in_session_since_us.map(|since| epoch_utc_ms.saturating_add(milliseconds(since))),
        in_session_before_ms: hearing.in_session_before_us / 1000,
    }
}

fn milliseconds(us: u64) -> i64 {
    i64::try_from(us / 1000).unwrap_or(i64::MAX)
}

/// Everybody learns that the session is held and what kind of cause it has; the courtroom learns the reason given, the
/// court alone the technical detail.
fn hold(cause: &HoldCause, audience: Audience) -> HoldCause {
    match cause {
        HoldCause::Pressed { .. } if audience == Audience::Outside => HoldCause::Pressed { reason: String::new() },
        HoldCause::RecorderFault { .. } if audience != Audience::Court => {
            HoldCause::RecorderFault { detail: String::new() }
        }
        HoldCause::Pressed { .. }
        | HoldCause::Restart
        | HoldCause::RecorderFault { .. }
        | HoldCause::LedgerFault
        | HoldCause::MediaFault => cause.clone(),
    }
}

fn own_seat(hearing: &Hearing, me: &Seat, audience: Audience) -> SeatView {
    let mut shown = seat_view(hearing, me, everyone);
    shown.removed = me.removed;
    if audience == Audience::Court {
        add_warnings(hearing, me, &mut shown);
    }
    shown
}

/// What a viewer is told of a seat that is not theirs, if anything.
fn other_seat(hearing: &Hearing, me: &Seat, audience: Audience, seat: &Seat) -> Option<SeatView> {
    if seat.id == me.id {
        return None;
    }
    let in_courtroom = seat.room == Room::Courtroom;
    match audience {
        Audience::Court => {
            let mut shown = seat_view(hearing, seat, everyone);
            add_warnings(hearing, seat, &mut shown);
            Some(shown)
        }
        Audience::Party => in_courtroom.then(|| seat_view(hearing, seat, everyone)),
        Audience::Public => {
            // Observers are no business of each other, and there may be hundreds.
            let both_observe = hearing.only_receives(me) && hearing.only_receives(seat);
            let mine = hearing.point_of(me);
            (in_courtroom && !both_observe).then(|| {
                seat_view(hearing, seat, |role, point| is_official(role) || (point.is_some() && point == mine))
            })
        }
        Audience::Outside => hearing.is_court(seat).then(|| whether_come(seat_view(hearing, seat, everyone))),
    }
}

/// Ruling 12: a kiosk names the court and those at its own point; by default also who speaks for a side.
fn is_official(role: Role) -> bool {
    role.is_court() || matches!(role, Role::Prosecutor | Role::Counsel)
}

fn everyone(_role: Role, _point: Option<PointId>) -> bool {
    true
}

/// Whether the court is there is all that somebody outside is told of it.
fn whether_come(seat: SeatView) -> SeatView {
    SeatView { microphone_open: false, muted: false, locked: false, devices: Vec::new(), ..seat }
}

fn add_warnings(hearing: &Hearing, seat: &Seat, shown: &mut SeatView) {
    shown.playback_blocked = hearing.playback_blocked.contains(&seat.id);
    shown.second_use = hearing.second_use.contains(&seat.id);
    shown.removed = seat.removed;
}

/// A seat without the court's warnings; the names of those who are not `named`, by role and point, stay empty.
fn seat_view(hearing: &Hearing, seat: &Seat, named: impl Fn(Role, Option<PointId>) -> bool) -> SeatView {
    let point = hearing.point_of(seat).and_then(|point| hearing.point(point));
    let person = |name: &str, role, point| {
        let name = if named(role, point) { name.to_owned() } else { String::new() };
        PersonView { name, role }
    };
    let mut people: Vec<PersonView> = match &seat.occupant {
        Occupant::Observer { name } => vec![person(name, Role::Observer, None)],
        Occupant::Person { .. } | Occupant::Point { .. } => {
            hearing.people(seat).map(|p| person(&p.name, p.role, p.point)).collect()
        }
    };
    people.sort_by_key(|person| person.role);
    SeatView {
        seat: seat.id,
        point: point.map(|point| point.name.clone()),
        point_kind: point.map(|point| point.kind),
        people,
        room: seat.room,
        connected: seat.connection.is_some(),
        microphone_open: seat.microphone.open,
        muted: seat.microphone.muted,
        locked: seat.microphone.locked,
        devices: seat.devices.iter().copied().collect(),
        playback_blocked: false,
        second_use: false,
        removed: false,
    }
}

/// The seats that a seat's sound (or picture) reaches. A sink's sound fills its room, so everybody at its point hears.
fn perceived_by(hearing: &Hearing, routes: &Routes, source: SeatId, kind: impl Fn(DeviceKind) -> bool) -> Vec<SeatId> {
    let mut seats = BTreeSet::new();
    for route in routes.iter().filter(|route| route.source.seat == source && kind(route.source.device)) {
        let Sink::Seat(sink) = route.sink else { continue };
        seats.insert(sink);
        let Some(point) = hearing.seats.get(&sink).and_then(|seat| hearing.point_of(seat)) else { continue };
        if route.source.device.is_audio() {
            let there = |seat: &&Seat| seat.is_present() && hearing.point_of(seat) == Some(point);
            seats.extend(hearing.seats.values().filter(there).map(|seat| seat.id));
        }
    }
    seats.into_iter().collect()
}

fn acts(hearing: &Hearing, me: &Seat) -> Vec<Act> {
    let roles = hearing.acting_roles(me);
    let allowed = |act: &Act| {
        let own = *act == Act::SetMicrophone;
        let room = me.room == Room::Courtroom || (own && !me.removed);
        let free = !(own && me.microphone.locked);
        room && free && roles.iter().any(|role| access::decide(*role, hearing.state, act.command()).is_ok())
    };
    Act::ALL.into_iter().filter(allowed).collect()
}
