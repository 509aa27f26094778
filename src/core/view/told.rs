//! What each kind of viewer is told.

use super::perception::Perception;
use super::{
    Act, ContinuityView, HearingView, MissedView, SeatView, SessionView, View, adjourned, course, desk, exhibits,
    people, reports,
};
use crate::access;
use crate::hearing::{Continuity, Hearing, HoldCause, Missed, Occupant, Presence, Room, Seat};
use crate::ids::PointId;
use crate::plan::Role;
use crate::routing::Channel;
use std::sync::Arc;
use uuid::Uuid;

pub(super) fn view(hearing: &Hearing, me: &Seat, perception: &Perception, epoch_utc_ms: i64) -> View {
    let audience = Audience::of(hearing, me);
    let plan = &hearing.plan;
    View {
        hearing: HearingView {
            id: plan.hearing,
            court: plan.court.name.clone(),
            zone: plan.court.zone.clone(),
            case: plan.case.clone(),
            title: plan.title.clone(),
            starts: plan.starts.clone(),
            rehearsal: plan.rehearsal,
        },
        session: session(hearing, me, audience, epoch_utc_ms),
        me: own_seat(hearing, me, audience, epoch_utc_ms),
        seats: hearing
            .seats
            .values()
            .filter_map(|seat| other_seat(hearing, me, audience, seat, epoch_utc_ms))
            .collect(),
        tracks: perception.tracks(me.id),
        heard_by: perception.heard_by(me.id),
        seen_by: perception.seen_by(me.id),
        signals: people::signals(hearing, me, audience, |t_us| epoch_utc_ms.saturating_add(milliseconds(t_us))),
        charges: people::charges(hearing, me, audience),
        reports: reports::reports(hearing, audience, |t_us| epoch_utc_ms.saturating_add(milliseconds(t_us))),
        acts: acts(hearing, me),
        procedure: Arc::clone(match audience {
            Audience::Court | Audience::Party => &hearing.procedure,
            Audience::Public | Audience::Outside => &hearing.public_procedure,
        }),
        rooms: super::rooms::rooms(hearing, me, audience == Audience::Court),
        exhibits: exhibits::exhibits(hearing, me, audience, |t_us| epoch_utc_ms.saturating_add(milliseconds(t_us))),
        shown: exhibits::shown(hearing, me, audience, perception, |t_us| {
            epoch_utc_ms.saturating_add(milliseconds(t_us))
        }),
        messages: desk::messages(hearing, me, audience, |t_us| epoch_utc_ms.saturating_add(milliseconds(t_us))),
        tasks: desk::tasks(hearing, audience, |t_us| epoch_utc_ms.saturating_add(milliseconds(t_us))),
        minutes: (audience == Audience::Court).then_some(hearing.minutes),
    }
}

/// Kinds of viewers: what each is told follows from this alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
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

fn session(hearing: &Hearing, me: &Seat, audience: Audience, epoch_utc_ms: i64) -> SessionView {
    let utc_ms = |t_us: u64| epoch_utc_ms.saturating_add(milliseconds(t_us));
    let floor = course::floor(hearing, me, audience);
    SessionView {
        state: hearing.state,
        recording: hearing.is_recorded(),
        hold: hearing.hold.as_ref().map(|cause| hold(cause, audience)),
        in_session_since_ms: hearing.in_session_since_us.map(utc_ms),
        in_session_before_ms: hearing.in_session_before_us / 1000,
        closed_ms: hearing.closed_us.map(utc_ms),
        adjourned: adjourned::adjourned(hearing, audience, utc_ms),
        continues: hearing.before.as_ref().map(|before| before.sitting.clone()),
        noted: adjourned::noted(hearing, me, audience, utc_ms),
        fault: adjourned::fault(hearing, audience, utc_ms),
        phase: hearing.course.phase.clone(),
        phase_since_ms: hearing.course.phase.as_ref().map(|_| utc_ms(hearing.course.since_us)),
        past_phases: hearing.course.past.clone(),
        floor,
        floor_since_ms: floor.map(|_| utc_ms(hearing.course.floor_since_us)),
        hands: course::hands(hearing, me, audience, utc_ms),
        prompts_read: course::prompts_read(hearing, audience, utc_ms),
        missing: course::missing(hearing, audience),
        layout: desk::layout(hearing, me),
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
        HoldCause::Continuity { .. } if audience == Audience::Outside => HoldCause::Continuity {
            point: PointId(Uuid::nil()),
            name: String::new(),
            continuity: Continuity::default(),
        },
        HoldCause::Pressed { .. }
        | HoldCause::Restart
        | HoldCause::RecorderFault { .. }
        | HoldCause::LedgerFault
        | HoldCause::MediaFault
        | HoldCause::Continuity { .. } => cause.clone(),
    }
}

fn own_seat(hearing: &Hearing, me: &Seat, audience: Audience, epoch_utc_ms: i64) -> SeatView {
    let mut shown = seat_view(hearing, me, audience, me, everyone);
    shown.removed = me.removed;
    if hearing.is_trusted(me) {
        shown.missed = missed(hearing, me, epoch_utc_ms);
    }
    if audience == Audience::Court {
        add_warnings(hearing, me, epoch_utc_ms, &mut shown);
    }
    shown
}

/// What a viewer is told of a seat that is not theirs, if anything.
fn other_seat(hearing: &Hearing, me: &Seat, audience: Audience, seat: &Seat, epoch_utc_ms: i64) -> Option<SeatView> {
    if seat.id == me.id {
        return None;
    }
    let in_courtroom = seat.room == Room::Courtroom;
    let shown = match audience {
        Audience::Court => {
            let mut shown = seat_view(hearing, me, audience, seat, everyone);
            add_warnings(hearing, seat, epoch_utc_ms, &mut shown);
            Some(shown)
        }
        // Who is bound to speak in private knows of each other, wherever they wait.
        _ if hearing.is_company(me, seat) => Some(seat_view(hearing, me, audience, seat, everyone)),
        Audience::Party => in_courtroom.then(|| seat_view(hearing, me, audience, seat, everyone)),
        Audience::Public => {
            // Ruling 12: a kiosk names those at its own point and whom the procedure says.
            // Observers are no business of each other, and there may be hundreds.
            let both_observe = hearing.only_receives(me) && hearing.only_receives(seat);
            let mine = hearing.point_of(me);
            (in_courtroom && !both_observe).then(|| {
                let named = |role| hearing.procedure.on_kiosks(role);
                seat_view(hearing, me, audience, seat, |role, point| named(role) || (point.is_some() && point == mine))
            })
        }
        Audience::Outside => {
            hearing.is_court(seat).then(|| whether_come(seat_view(hearing, me, audience, seat, everyone)))
        }
    };
    let shown = shown.map(|shown| if seat.private == me.private { shown } else { without_media(shown) });
    shown.map(|shown| super::screens::screened(hearing, me, seat, shown))
}

/// What happens in another room is not told: the seat is there, and sends nothing here.
fn without_media(seat: SeatView) -> SeatView {
    SeatView { microphone_open: false, devices: Vec::new(), ..seat }
}

fn everyone(_role: Role, _point: Option<PointId>) -> bool {
    true
}

/// Whether the court is there is all that somebody outside is told of it.
fn whether_come(seat: SeatView) -> SeatView {
    let presence = if seat.connected { Presence::Here } else { Presence::NotCome };
    SeatView {
        presence,
        microphone_open: false,
        muted: false,
        locked: false,
        devices: Vec::new(),
        may_speak: false,
        speaks_on: Channel::Floor,
        beside: None,
        ..seat
    }
}

fn add_warnings(hearing: &Hearing, seat: &Seat, epoch_utc_ms: i64, shown: &mut SeatView) {
    shown.playback_blocked = hearing.playback_blocked.contains(&seat.id);
    shown.second_use = hearing.second_use.contains(&seat.id);
    shown.removed = seat.removed;
    shown.protected = hearing.is_protected(seat);
    shown.off = hearing.off.get(&seat.id).into_iter().flatten().copied().collect();
    shown.missed = missed(hearing, seat, epoch_utc_ms);
    let measured = hearing.point_of(seat).and_then(|point| hearing.continuity.get(&point));
    shown.continuity = measured.map(|measured| ContinuityView {
        found: measured.continuity,
        broken_since_ms: measured.broken_since_us.map(|since| epoch_utc_ms.saturating_add(milliseconds(since))),
    });
}

/// A seat without the court's warnings; the names of those who are not `named`, by role and point, stay empty.
fn seat_view(
    hearing: &Hearing,
    me: &Seat,
    audience: Audience,
    seat: &Seat,
    named: impl Fn(Role, Option<PointId>) -> bool,
) -> SeatView {
    let point = hearing.point_of(seat).and_then(|point| hearing.point(point));
    SeatView {
        seat: seat.id,
        point: point.map(|point| point.name.clone()),
        point_kind: point.map(|point| point.kind),
        people: people::people(hearing, me, audience, seat, named),
        own_screen: matches!(seat.occupant, Occupant::Person { .. }),
        room: seat.room,
        connected: seat.connection.is_some(),
        presence: seat.presence(),
        microphone_open: seat.microphone.open,
        muted: seat.microphone.muted,
        locked: seat.microphone.locked,
        // What is played is told with what is shown.
        devices: seat.devices.iter().copied().filter(|device| !device.is_played()).collect(),
        playback_blocked: false,
        second_use: false,
        removed: false,
        may_speak: seat.room == Room::Courtroom && hearing.may_speak(seat),
        withheld: false,
        protected: false,
        speaks_on: seat.speaks_on,
        listens: if audience == Audience::Court || seat.id == me.id { seat.listens } else { Channel::Floor },
        beside: hearing
            .interpreted_by(seat)
            .filter(|other| audience == Audience::Court || other.room == Room::Courtroom)
            .map(|other| other.id),
        continuity: None,
        off: Vec::new(),
        missed: Vec::new(),
    }
}

fn missed(hearing: &Hearing, seat: &Seat, epoch_utc_ms: i64) -> Vec<MissedView> {
    let utc_ms = |us| epoch_utc_ms.saturating_add(milliseconds(us));
    let view = |(missed, leave): (Missed, bool)| MissedView {
        from_ms: utc_ms(missed.from_us),
        to_ms: utc_ms(missed.to_us),
        leave,
    };
    hearing.missed_by(seat.id).map(view).collect()
}

fn acts(hearing: &Hearing, me: &Seat) -> Vec<Act> {
    let roles = hearing.acting_roles(me);
    let allowed = |act: &Act| {
        let own = matches!(
            act,
            Act::SetMicrophone | Act::Signal | Act::RollCall | Act::HandIn | Act::Message | Act::TakeNote
        );
        let room = me.room == Room::Courtroom || (own && !me.removed);
        let free = match act {
            Act::SetMicrophone => !me.microphone.locked || me.private.is_some(),
            Act::Signal | Act::HandIn => hearing.is_trusted(me),
            Act::Message => hearing.is_trusted(me) && hearing.writes_for_itself(me),
            Act::TakeNote => hearing.is_trusted(me) && hearing.takes_note(me) && !hearing.noted.contains_key(&me.id),
            Act::Present => hearing.is_trusted(me) && exhibits::may_present(hearing, me),
            Act::RollCall => matches!(me.occupant, Occupant::Person { .. }) && hearing.is_trusted(me),
            _ => true,
        };
        room && free
            && course::offers(hearing, me, *act)
            && roles.iter().any(|role| access::decide(*role, hearing.state, act.command()).is_ok())
    };
    Act::ALL.into_iter().filter(allowed).collect()
}
