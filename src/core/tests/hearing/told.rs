//! Who is told what, enumerated by hand, and what no view may ever say.

use crate::court::*;
use assize_core::hearing::{
    Command, Entrant, Hearing, HoldCause, LeaveReason, Occupant, Presence, Room, Seat, SessionState,
};
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::plan::{PointKind, Role};
use assize_core::routing::{Sink, routes};
use assize_core::view::{Act, SeatView, View, Views, view};
use std::collections::BTreeSet;

/// In session; 9, 11 and 12 are outside. A row is the viewer, a column the seat told of.
/// n: with every name, r: a role without its name, c: only whether they have come, .: nothing.
///
/// 6 to 9 are points' devices that a room can read; 10 and 15 observe.
const TOLD: &str = "
    1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 1  = n n n n n n n n n n n n n n
 2  n = n n n n n n n n n n n n n
 3  n n = n n n n n n n n n n n n
 4  n n n = n n n n . n . . n n n
 5  n n n n = n n n . n . . n n n
 6  n n n n n = r r . n . . r r r
 7  n n n n n n = r . n . . r n r
 8  n n n n n n r = . n . . r r r
 9  c c c . . . . . = . . . . . .
10  n n n n n n r r . = . . r r .
11  c c c . . . . . . . = . . . .
12  c c c . . . . . . . . = . . .
13  n n n n n n n n . n . . = n n
14  n n n n n n n n . n . . n = n
15  n n n n n n r r . . . . r r =
";

fn see(hearing: &Hearing, viewer: SeatId) -> View {
    view(hearing, viewer, BEGAN_MS).unwrap()
}

fn only_the_outsiders_wait() -> World {
    let mut world = World::waiting();
    for seat in PLANNED.into_iter().filter(|seat| ![PLACE, PARTY, WITNESS].contains(seat)) {
        _ = world.seat(CLERK, Command::Admit { seat });
    }
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    world
}

fn mark(viewer: SeatId, seat: &Seat, shown: Option<&SeatView>) -> &'static str {
    let Some(shown) = shown else { return if seat.id == viewer { "=" } else { "." } };
    let named = shown.people.iter().all(|person| !person.name.is_empty());
    let media = shown.devices.len() == seat.devices.len() && shown.microphone_open == seat.microphone.open;
    match (named, media) {
        (true, true) => "n",
        (true, false) => "c",
        (false, _) => "r",
    }
}

#[test]
fn everybody_is_told_what_the_table_says() {
    let world = only_the_outsiders_wait();
    let rows = TOLD.trim_matches('\n').lines().skip(1);
    for (viewer, row) in PLANNED.into_iter().zip(rows) {
        let told = see(&world.hearing, viewer);
        assert_eq!(told.me.seat, viewer);
        let order: Vec<SeatId> = told.seats.iter().map(|seat| seat.seat).collect();
        assert!(order.is_sorted());
        let mut cells = row.split_whitespace();
        assert_eq!(cells.next(), Some(viewer.0.to_string().as_str()));
        for (seat, cell) in PLANNED.into_iter().zip(cells) {
            let shown = told.seats.iter().find(|shown| shown.seat == seat);
            assert_eq!(mark(viewer, &world.hearing.seats[&seat], shown), cell, "{viewer} is told of {seat}");
        }
    }
}

#[test]
fn who_waits_is_told_of_the_hearing_and_themself() {
    let world = only_the_outsiders_wait();
    let told = see(&world.hearing, WITNESS);
    assert_eq!(told.hearing.case, "45/2026/TLST-HS");
    assert_eq!(told.session.state, SessionState::InSession);
    assert_eq!((told.me.people[0].name.as_str(), told.me.room), ("Sen the witness", Room::WitnessWaiting));
    assert!(told.tracks.is_empty() && told.heard_by.is_empty() && told.seen_by.is_empty());
    assert_eq!(told.acts, [Act::SetMicrophone, Act::Signal, Act::Message]);
}

#[test]
fn who_hears_and_sees_is_said_for_the_whole_room() {
    let world = only_the_outsiders_wait();
    let told = see(&world.hearing, COUNSEL);
    // The courtroom has one loudspeaker, but five seats stand around it; the officer stands by the detention's.
    let heard = [JUDGE, PANEL, CLERK, PROSECUTOR, ROOM, DETENTION, OTHER, UNIT, INTERPRETER, OFFICER, LISTENER];
    assert_eq!(told.heard_by, heard);
    assert_eq!(told.seen_by, heard);
    let mut world = world;
    world.set_microphone(COUNSEL, false).unwrap();
    let told = see(&world.hearing, COUNSEL);
    assert!(told.heard_by.is_empty());
    assert_eq!(told.seen_by, heard);
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    assert_eq!(
        see(&world.hearing, COUNSEL).seen_by,
        [JUDGE, PANEL, CLERK, PROSECUTOR, ROOM, DETENTION, OTHER, INTERPRETER, OFFICER]
    );
}

/// A page that prepares hearings holds a seat and takes neither sound nor picture.
#[test]
fn whoever_takes_no_media_neither_hears_nor_sees() {
    let world = only_the_outsiders_wait();
    let told = |receiving: &[SeatId]| {
        let seats = receiving.iter().copied().collect();
        Views::receiving(&world.hearing, 0, &seats).seat(COUNSEL).unwrap()
    };
    let none = told(&[]);
    assert!(none.heard_by.is_empty() && none.seen_by.is_empty());
    assert!(none.seats.iter().any(|seat| seat.seat == INTERPRETER && seat.connected), "there all the same");
    let one = told(&[INTERPRETER]);
    assert_eq!((one.heard_by.as_slice(), one.seen_by.as_slice()), (&[INTERPRETER][..], &[INTERPRETER][..]));
    // What is routed is connected as soon as there is a way for it.
    assert_eq!(told(&[]).tracks, see(&world.hearing, COUNSEL).tracks);
}

#[test]
fn a_points_seat_names_its_point_and_its_people() {
    let world = only_the_outsiders_wait();
    let told = see(&world.hearing, JUDGE);
    let detention = told.seats.iter().find(|seat| seat.seat == DETENTION).unwrap();
    assert_eq!((detention.point.as_deref(), detention.point_kind), (Some("Point 2"), Some(PointKind::Detention)));
    let roles: Vec<Role> = detention.people.iter().map(|person| person.role).collect();
    assert_eq!(roles, [Role::Defendant, Role::Interpreter]);
}

#[test]
fn warnings_are_for_the_court() {
    let mut world = World::in_session();
    world.seat(PARTY, Command::ReportPlayback { blocked: true }).unwrap();
    world.system(Command::ReportSecondUse { seat: PARTY }).unwrap();
    for viewer in PLANNED {
        let told = see(&world.hearing, viewer);
        let shown = told.seats.iter().chain([&told.me]).find(|seat| seat.seat == PARTY).unwrap();
        let court = [JUDGE, PANEL, CLERK].contains(&viewer);
        assert_eq!((shown.playback_blocked, shown.second_use), (court, court), "told to {viewer}");
    }
}

#[test]
fn the_court_is_told_of_a_device_that_asks_and_the_device_of_the_court_alone() {
    let mut world = World::in_session();
    world.lose(PARTY);
    world.by_code(PARTY, false, 2).unwrap();
    for viewer in PLANNED {
        let told = see(&world.hearing, viewer);
        let shown = told.seats.iter().chain([&told.me]).find(|seat| seat.seat == PARTY && seat.second_use);
        let court = [JUDGE, PANEL, CLERK].contains(&viewer);
        assert_eq!(shown.is_some(), court, "told to {viewer}");
        assert!(shown.is_none_or(|seat| seat.room == Room::Waiting && seat.connected));
    }
    let asks = see(&world.hearing, PARTY);
    assert!(asks.tracks.is_empty() && asks.heard_by.is_empty() && asks.seen_by.is_empty());
    assert!(asks.seats.iter().all(|seat| [JUDGE, PANEL, CLERK].contains(&seat.seat)));
}

#[test]
fn whoever_was_told_that_no_sound_plays_is_told_that_it_does() {
    let mut world = World::in_session();
    let warned = |world: &World, viewer| {
        let told = see(&world.hearing, viewer);
        told.seats.iter().chain([&told.me]).any(|seat| seat.seat == PARTY && seat.playback_blocked)
    };
    world.seat(PARTY, Command::ReportPlayback { blocked: true }).unwrap();
    assert!([JUDGE, PANEL, CLERK].iter().all(|viewer| warned(&world, *viewer)));
    world.seat(PARTY, Command::ReportPlayback { blocked: false }).unwrap();
    assert!(!PLANNED.iter().any(|viewer| warned(&world, *viewer)));
    world.seat(PARTY, Command::ReportPlayback { blocked: true }).unwrap();
    world.lose(PARTY);
    assert!(!PLANNED.iter().any(|viewer| warned(&world, *viewer)), "it was about that link");
}

#[test]
fn the_court_and_the_one_removed_know_it() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::Remove { seat: PARTY, reason: String::new() }).unwrap();
    let to_clerk = see(&world.hearing, CLERK);
    assert!(to_clerk.seats.iter().any(|seat| seat.seat == PARTY && seat.removed && !seat.connected));
    let own = see(&world.hearing, PARTY);
    assert!(own.me.removed && own.acts.is_empty());
    assert!(!see(&world.hearing, COUNSEL).seats.iter().any(|seat| seat.seat == PARTY));
}

#[test]
fn who_left_is_not_said_to_come_back() {
    let presence = |world: &World, viewer, seat| {
        see(&world.hearing, viewer).seats.iter().find(|shown| shown.seat == seat).map(|shown| shown.presence)
    };
    let mut world = World::in_session();
    assert_eq!(presence(&world, JUDGE, COUNSEL), Some(Presence::Here));
    world.lose(COUNSEL);
    assert_eq!(presence(&world, JUDGE, COUNSEL), Some(Presence::Lost));
    world.resume(COUNSEL).unwrap();
    let connection = world.hearing.seats[&COUNSEL].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Left }).unwrap();
    for viewer in [JUDGE, CLERK, PLACE] {
        assert_eq!(presence(&world, viewer, COUNSEL), Some(Presence::Left), "{viewer:?}");
    }
    world.resume(COUNSEL).unwrap();
    assert_eq!(presence(&world, JUDGE, COUNSEL), Some(Presence::Here));
}

#[test]
fn after_the_close_those_who_never_came_are_not_said_to_have_left() {
    let mut world = World::new();
    for seat in [JUDGE, COUNSEL] {
        world.enter_as(entrant(seat), false).unwrap();
    }
    world.lose(COUNSEL);
    assert_eq!(see(&world.hearing, JUDGE).seats.iter().find(|s| s.seat == CLERK).unwrap().presence, Presence::NotCome);
    world.seat(JUDGE, Command::Close {}).unwrap();
    let at_the_end = |seat| world.hearing.seats[&seat].presence();
    assert_eq!([JUDGE, COUNSEL, CLERK].map(at_the_end), [Presence::Left, Presence::Lost, Presence::NotCome]);
}

#[test]
fn the_cause_of_a_hold_is_told_by_degrees() {
    let told = |cause: HoldCause, viewer| {
        let mut world = only_the_outsiders_wait();
        world.system(Command::AutoHold { cause }).unwrap();
        see(&world.hearing, viewer).session.hold.unwrap()
    };
    let fault = |detail: &str| HoldCause::RecorderFault { detail: detail.into() };
    assert_eq!(told(fault("EIO"), CLERK), fault("EIO"));
    for viewer in [COUNSEL, DETENTION, WITNESS, LISTENER] {
        assert_eq!(told(fault("EIO"), viewer), fault(""));
    }
    let pressed = |reason: &str| HoldCause::Pressed { reason: reason.into() };
    assert_eq!(told(pressed("line"), DETENTION), pressed("line"));
    assert_eq!(told(pressed("line"), WITNESS), pressed(""));
}

#[test]
fn nobody_is_told_that_it_is_recorded_while_what_is_said_is_not() {
    let recording = |world: &World| see(&world.hearing, COUNSEL).session.recording;
    let fault = |track| Command::ReportRecorderFault { track, detail: "ENOSPC".into() };
    let recovered = |track| Command::ReportRecorderRecovered { track };
    let mut world = World::in_session();
    assert!(recording(&world));
    world.system(fault(None)).unwrap();
    assert!(!recording(&world));
    world.system(recovered(None)).unwrap();
    assert!(recording(&world));
    let voice = Some(TrackId { seat: COUNSEL, device: DeviceKind::Microphone });
    world.system(fault(voice)).unwrap();
    assert!(!recording(&world), "counsel is heard and not recorded");
    world.seat(COUNSEL, Command::SetMicrophone { open: false }).unwrap();
    assert!(recording(&world), "nothing is said there");
}

#[test]
fn clocks_are_wall_clocks() {
    let mut world = World::in_session();
    let opened_ms = BEGAN_MS + i64::try_from(world.t_us / 1000).unwrap();
    let session = see(&world.hearing, COUNSEL).session;
    assert_eq!((session.in_session_since_ms, session.in_session_before_ms), (Some(opened_ms), 0));
    assert!(session.recording);
    world.pass(59);
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    let session = see(&world.hearing, COUNSEL).session;
    assert_eq!((session.in_session_since_ms, session.in_session_before_ms), (None, 60_000));
    assert!(!session.recording);
    assert_eq!(session.closed_ms, None);
    world.pass(10);
    world.seat(JUDGE, Command::Close {}).unwrap();
    let closed_ms = BEGAN_MS + i64::try_from(world.t_us / 1000).unwrap();
    world.pass(10);
    assert_eq!(see(&world.hearing, COUNSEL).session.closed_ms, Some(closed_ms));
}

#[test]
fn screens_offer_what_the_court_may_do_now() {
    use Act::{
        Admit, Close, GiveFloor, Hold, LowerHands, Mute, MuteAll, MuteLock, Open, Pause, RaiseHand, Remove, Resume,
        SetMicrophone, TakeFloor,
    };
    // What is said by a button and found at the roll call is in `signals`; witnesses and private rooms are below.
    let said = [Act::Signal, Act::AnswerSignal, Act::RollCall, Act::NameSpeaker];
    let rooms = [Act::Dismiss, Act::TechnicalLine, Act::Deliberate, Act::AllowConsultation];
    // Of evidence and notes: see `exhibits` and `minutes`.
    let evidence = [Act::HandIn, Act::SubmitExhibit, Act::RuleExhibit, Act::Present, Act::AllowPresenting];
    let channels = [Act::SpeakOn, Act::Listen, Act::Note];
    // And of the desk: see `desk`.
    let desk = [Act::Message, Act::TakeTask, Act::SetLayout];
    let sittings = [Act::Suspend, Act::Postpone, Act::TakeNote];
    let elsewhere = [&said[..], &rooms[..], &evidence[..], &channels[..], &desk[..], &sittings[..]].concat();
    let acts = |world: &World, seat| -> Vec<Act> {
        see(&world.hearing, seat).acts.into_iter().filter(|act| !elsewhere.contains(act)).collect()
    };
    let of_rooms = |world: &World, seat| -> Vec<Act> {
        see(&world.hearing, seat).acts.into_iter().filter(|act| rooms.contains(act)).collect()
    };
    let mut world = World::admitted();
    assert_eq!(of_rooms(&world, JUDGE), [Act::Dismiss, Act::Deliberate]);
    assert_eq!(of_rooms(&world, CLERK), [Act::Dismiss, Act::TechnicalLine]);
    assert_eq!(acts(&world, JUDGE), [Admit, Mute, MuteLock, Remove, Open, Close, SetMicrophone, MuteAll]);
    assert_eq!(acts(&world, CLERK), [Admit, Mute, MuteLock, Remove, SetMicrophone, MuteAll]);
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    assert_eq!(
        acts(&world, JUDGE),
        [Admit, Mute, MuteLock, Remove, Hold, Pause, Close, SetMicrophone, GiveFloor, MuteAll]
    );
    assert_eq!(acts(&world, CLERK), [Admit, Mute, MuteLock, Hold, SetMicrophone, MuteAll]);
    assert_eq!(of_rooms(&world, JUDGE), [Act::Dismiss, Act::AllowConsultation]);
    assert_eq!(acts(&world, PANEL), [SetMicrophone, RaiseHand]);
    assert_eq!(acts(&world, ROOM), [SetMicrophone, RaiseHand], "an assessor's point has no act of the court");
    assert_eq!(acts(&world, LISTENER), []);
    world.seat(PARTY, Command::RaiseHand { raised: true }).unwrap();
    world.seat(JUDGE, Command::GiveFloor { seat: PROSECUTOR }).unwrap();
    let conducts = [Admit, Mute, MuteLock, Remove, Hold, Pause, Close, SetMicrophone, GiveFloor, TakeFloor, LowerHands];
    assert_eq!(acts(&world, JUDGE), [&conducts[..], &[MuteAll]].concat());
    world.seat(CLERK, Command::LowerHands {}).unwrap();
    world.seat(JUDGE, Command::MuteLock { seat: PARTY }).unwrap();
    assert_eq!(acts(&world, PARTY), [RaiseHand], "a locked microphone is not offered");
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    assert_eq!(acts(&world, JUDGE), [Admit, Mute, MuteLock, Remove, Resume, Close, SetMicrophone, MuteAll]);
    world.seat(JUDGE, Command::Close {}).unwrap();
    assert_eq!(acts(&world, JUDGE), []);
}

#[test]
fn there_is_no_view_from_nowhere() {
    assert!(view(&World::in_session().hearing, SeatId(999), 0).is_none());
}

#[test]
fn an_observers_name_is_for_the_court_and_the_parties() {
    let mut world = World::in_session();
    world.enter_as(Entrant::Observer { name: "Observer Van".into() }, false).unwrap();
    let name_told_to = |viewer| {
        let told = see(&world.hearing, viewer);
        told.seats.iter().find(|seat| seat.seat == FIRST_NEW).map(|seat| seat.people[0].name.clone())
    };
    assert_eq!(name_told_to(CLERK).as_deref(), Some("Observer Van"));
    assert_eq!(name_told_to(COUNSEL).as_deref(), Some("Observer Van"));
    assert_eq!(name_told_to(DETENTION).as_deref(), Some(""));
    assert_eq!(name_told_to(LISTENER), None);
}

/// What holds of every view in every state.
pub(crate) fn check(world: &World) {
    let hearing = &world.hearing;
    let routes = routes(hearing);
    for me in hearing.seats.values() {
        let told = see(hearing, me.id);
        let inside = me.room == Room::Courtroom;
        let court = inside && [JUDGE, PANEL, CLERK].contains(&me.id);
        let tracks: Vec<_> = routes.iter().filter(|r| r.sink == Sink::Seat(me.id)).map(|r| r.source).collect();
        assert_eq!(told.tracks, tracks);
        assert!(inside || (tracks.is_empty() && told.heard_by.is_empty() && told.seen_by.is_empty()));
        for route in routes.iter().filter(|route| route.source.seat == me.id) {
            let Sink::Seat(sink) = route.sink else { continue };
            let said = if route.source.device.is_audio() { &told.heard_by } else { &told.seen_by };
            assert!(said.contains(&sink), "{} is not told that {sink} perceives them", me.id);
        }
        let known: BTreeSet<SeatId> = told.seats.iter().map(|seat| seat.seat).collect();
        assert!(told.heard_by.iter().chain(&told.seen_by).all(|seat| *seat == me.id || known.contains(seat)));
        assert!(told.tracks.iter().all(|track| known.contains(&track.seat)));
        for shown in &told.seats {
            let warned = shown.playback_blocked || shown.second_use || shown.removed;
            assert!(court || !warned, "{} is warned of {}", me.id, shown.seat);
            let there = hearing.seats[&shown.seat].room == Room::Courtroom;
            let of_the_court = [JUDGE, PANEL, CLERK].contains(&shown.seat);
            let bound = may_speak_alone(hearing, me.id, shown.seat);
            assert!(court || bound || if inside { there } else { of_the_court }, "{} is told of {}", me.id, shown.seat);
        }
        let said = serde_json::to_string(&told).unwrap();
        for name in names_not_for(hearing, me, court) {
            assert!(!said.contains(&name), "{} is told the name {name}", me.id);
        }
    }
}

/// Whom the plan binds to each other: they may know of each other before the court lets them in.
fn may_speak_alone(hearing: &Hearing, one: SeatId, other: SeatId) -> bool {
    let prisoner = |seat: SeatId| {
        let at = hearing.point_of(&hearing.seats[&seat]);
        matches!(hearing.seats[&seat].occupant, Occupant::Point { .. }) && at == Some(point(DETENTION_POINT))
    };
    let pair = |a, b| (a == COUNSEL && prisoner(b)) || (a == PARTY && b == INTERPRETER);
    pair(one, other) || pair(other, one)
}

/// Names that must not appear anywhere in a seat's view, by role, room and point.
fn names_not_for(hearing: &Hearing, me: &Seat, court: bool) -> Vec<String> {
    let inside = me.room == Room::Courtroom;
    let party = [PROSECUTOR, COUNSEL, PARTY, WITNESS, INTERPRETER, OFFICER].contains(&me.id);
    let mut names = BTreeSet::new();
    let mut known: BTreeSet<String> = hearing.people(me).map(|person| person.name.clone()).collect();
    if me.id == OFFICER && !me.removed {
        // Wherever the officer is: those they report on.
        let own = hearing.plan.people.iter().filter(|person| person.point == Some(point(DETENTION_POINT)));
        known.extend(own.map(|person| person.name.clone()));
    }
    for seat in hearing.seats.values().filter(|seat| seat.id != me.id && !court) {
        let shared = inside && seat.room == Room::Courtroom;
        for person in hearing.people(seat) {
            names.insert(person.name.clone());
            let may = match person.role {
                Role::PresidingJudge | Role::Clerk => true,
                Role::PanelMember => person.own_screen || shared,
                Role::Prosecutor | Role::Counsel => shared,
                Role::Defendant
                | Role::Party
                | Role::Witness
                | Role::Interpreter
                | Role::PointOfficer
                | Role::Observer => {
                    shared && (party || (person.point.is_some() && person.point == hearing.point_of(me)))
                }
            };
            // Two devices of a point have the same people: one of them in the courtroom is enough.
            if may || may_speak_alone(hearing, me.id, seat.id) {
                known.insert(person.name.clone());
            }
        }
    }
    names.difference(&known).cloned().collect()
}
