//! Private rooms: who may be in one, what flows in it, and what everybody else learns of it.

use crate::court::*;
use assize_core::hearing::{Command, Entrant, Event, Hearing, LeaveReason, RoomKind, Stamped};
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::routing::{Routes, Sink, routes};
use assize_core::view::{View, view};
use std::collections::BTreeSet;

fn consult(with: SeatId) -> Command {
    Command::Consult { with: vec![with] }
}

fn accept(from: SeatId) -> Command {
    Command::AcceptConsultation { from }
}

/// Counsel and the defendant at the detention centre speak alone.
fn talk(world: &mut World) {
    world.seat(COUNSEL, consult(DETENTION)).unwrap();
    world.seat(DETENTION, accept(COUNSEL)).unwrap();
}

fn allow(world: &mut World, seat: SeatId) {
    world.seat(JUDGE, Command::AllowConsultation { seat, allowed: true }).unwrap();
}

fn see(world: &World, viewer: SeatId) -> View {
    view(&world.hearing, viewer, BEGAN_MS).unwrap()
}

/// Routes that touch any of the seats.
fn touching(world: &World, seats: &[SeatId]) -> Routes {
    let touches = |sink: Sink| matches!(sink, Sink::Seat(seat) if seats.contains(&seat));
    let mut routes = routes(&world.hearing);
    routes.retain(|route| seats.contains(&route.source.seat) || touches(route.sink));
    routes
}

fn only_between(world: &World, members: &[SeatId]) -> bool {
    let inside = |sink: Sink| matches!(sink, Sink::Seat(seat) if members.contains(&seat));
    let routes = touching(world, members);
    !routes.is_empty() && routes.iter().all(|route| members.contains(&route.source.seat) && inside(route.sink))
}

#[test]
fn counsel_and_defendant_hear_each_other_and_nobody_else_whatever_the_state() {
    let mut before = World::waiting();
    let mut open = World::in_session();
    allow(&mut open, COUNSEL);
    let mut paused = World::in_session();
    paused.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    for world in [&mut before, &mut open, &mut paused] {
        talk(world);
        assert!(only_between(world, &[COUNSEL, DETENTION]));
        let sound = TrackId { seat: COUNSEL, device: DeviceKind::Microphone };
        let hears = routes(&world.hearing).iter().any(|r| r.source == sound && r.sink == Sink::Seat(DETENTION));
        assert!(hears, "their own acts opened their microphones");
        assert!(routes(&world.hearing).iter().all(|r| !r.opaque), "no client said that it can encrypt");
    }
}

#[test]
fn nobody_comes_without_accepting_and_a_call_can_be_declined_or_taken_back() {
    let mut world = World::waiting();
    assert_eq!(world.seat(DETENTION, accept(COUNSEL)), Err(Refusal::NoCall));
    world.seat(COUNSEL, consult(DETENTION)).unwrap();
    assert_eq!(world.seat(COUNSEL, consult(DETENTION)), Err(Refusal::AlreadySo));
    assert!(touching(&world, &[COUNSEL]).is_empty());
    world.seat(DETENTION, Command::DeclineConsultation { from: COUNSEL }).unwrap();
    assert_eq!(world.seat(DETENTION, accept(COUNSEL)), Err(Refusal::NoCall));
    world.seat(COUNSEL, consult(DETENTION)).unwrap();
    world.seat(COUNSEL, Command::LeaveRoom {}).unwrap();
    assert_eq!(world.seat(DETENTION, accept(COUNSEL)), Err(Refusal::NoCall));
    assert_eq!(world.seat(COUNSEL, Command::LeaveRoom {}), Err(Refusal::AlreadySo));
}

#[test]
fn only_those_whom_the_plan_binds_meet() {
    let mut world = World::admitted();
    for (by, to) in [(COUNSEL, OTHER), (COUNSEL, JUDGE), (PROSECUTOR, DETENTION), (PARTY, COUNSEL), (CLERK, DETENTION)]
    {
        assert_eq!(world.seat(by, consult(to)), Err(Refusal::NotBound), "{by} asks {to}");
    }
    assert_eq!(world.seat(COUNSEL, consult(FIRST_NEW)), Err(Refusal::NotBound), "nobody probes for seats");
    world.lose(DETENTION);
    assert_eq!(world.seat(COUNSEL, consult(DETENTION)), Err(Refusal::NotReachable));
}

#[test]
fn an_interpreter_is_called_in_and_is_not_what_binds() {
    let mut world = World::admitted();
    assert_eq!(world.seat(COUNSEL, consult(INTERPRETER)), Err(Refusal::NotBound));
    talk(&mut world);
    world.seat(DETENTION, consult(INTERPRETER)).unwrap();
    world.seat(INTERPRETER, accept(DETENTION)).unwrap();
    assert!(only_between(&world, &[COUNSEL, DETENTION, INTERPRETER]));
    world.seat(DETENTION, Command::LeaveRoom {}).unwrap();
    assert!(world.hearing.rooms.open.is_empty(), "counsel and interpreter are bound to each other by nothing");
    assert!(world.hearing.seats.values().all(|seat| seat.private.is_none()));
}

#[test]
fn in_session_the_judge_gives_leave_once() {
    let mut world = World::in_session();
    assert_eq!(world.seat(COUNSEL, consult(DETENTION)), Err(Refusal::NeedsLeave));
    assert_eq!(
        world.seat(CLERK, Command::AllowConsultation { seat: COUNSEL, allowed: true }),
        Err(Refusal::NotYourAct)
    );
    allow(&mut world, COUNSEL);
    assert_eq!(see(&world, JUDGE).rooms.may_withdraw, [COUNSEL]);
    assert!(see(&world, COUNSEL).rooms.allowed);
    talk(&mut world);
    assert!(!see(&world, COUNSEL).rooms.mine.unwrap().recalled);
    world.seat(COUNSEL, Command::LeaveRoom {}).unwrap();
    assert_eq!(world.seat(COUNSEL, consult(DETENTION)), Err(Refusal::NeedsLeave));
}

#[test]
fn when_the_court_goes_on_it_calls_back_and_does_not_cut() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    talk(&mut world);
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    assert!(only_between(&world, &[COUNSEL, DETENTION]));
    assert!(see(&world, COUNSEL).rooms.mine.unwrap().recalled);
}

#[test]
fn who_comes_back_is_heard_by_the_court_after_an_act_only() {
    let mut world = World::in_session();
    allow(&mut world, COUNSEL);
    talk(&mut world);
    world.seat(DETENTION, Command::LeaveRoom {}).unwrap();
    assert!(!world.microphone(COUNSEL).open && !world.microphone(DETENTION).open);
    assert!(touching(&world, &[COUNSEL, DETENTION]).iter().any(|r| r.sink == Sink::Recorder), "their pictures again");
}

#[test]
fn the_courts_mute_is_about_the_courtroom() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::MuteLock { seat: COUNSEL }).unwrap();
    allow(&mut world, COUNSEL);
    talk(&mut world);
    let speaks = |world: &World| {
        routes(&world.hearing).iter().any(|r| r.source == TrackId { seat: COUNSEL, device: DeviceKind::Microphone })
    };
    assert!(speaks(&world));
    world.set_microphone(COUNSEL, false).unwrap();
    assert!(!speaks(&world));
    world.set_microphone(COUNSEL, true).unwrap();
    assert!(world.microphone(COUNSEL).locked, "and does not end by it");
}

#[test]
fn a_points_device_takes_the_whole_point_out_of_the_courtroom() {
    let mut world = World::in_session();
    world.enter_as(Entrant::Device { point: point(DETENTION_POINT), device: device(77) }, false).unwrap();
    world.seat(JUDGE, Command::Admit { seat: FIRST_NEW }).unwrap();
    let both = vec![DeviceKind::Microphone, DeviceKind::Camera1];
    world.seat(FIRST_NEW, Command::Publish { devices: both }).unwrap();
    allow(&mut world, COUNSEL);
    talk(&mut world);
    for seat in [OFFICER, FIRST_NEW] {
        assert!(touching(&world, &[seat]).iter().all(|r| r.source.seat != seat), "{seat} listens in for the court");
        assert!(touching(&world, &[seat]).iter().all(|r| !r.source.device.is_audio()), "the court sounds at {seat}");
    }
    let people: BTreeSet<String> =
        see(&world, COUNSEL).rooms.mine.unwrap().people.into_iter().map(|person| person.name).collect();
    assert!(people.contains("Quyet the officer"), "{people:?}: counsel is told who else is in that room");
}

#[test]
fn a_talk_on_ones_own_screen_takes_the_place_with_it_where_others_microphones_would_hear_it() {
    let mut world = World::session_of(beside());
    let heard = |world: &World| touching(world, &[OTHER]).iter().any(|r| r.source.seat == OTHER);
    assert!(heard(&world));
    allow(&mut world, PARTY);
    world.seat(PARTY, consult(INTERPRETER)).unwrap();
    world.seat(INTERPRETER, accept(PARTY)).unwrap();
    assert!(!heard(&world), "the defendant's microphone hears the victim beside it");
    assert!(touching(&world, &[OTHER]).iter().all(|r| !r.source.device.is_audio()), "and the court sounds beside them");
    let mine = see(&world, INTERPRETER).rooms.mine.unwrap();
    assert!(mine.people.iter().any(|person| person.name == "Tu the defendant"), "who sits there hears it: {mine:?}");
    assert!(!mine.overheard);
    assert_eq!(see(&world, JUDGE).rooms.others[0].silenced, [OTHER]);
    world.seat(PARTY, Command::LeaveRoom {}).unwrap();
    assert!(heard(&world));
}

#[test]
fn a_talk_in_the_courtroom_does_not_silence_it_and_warns() {
    let mut plan = plan();
    plan.people.iter_mut().filter(|one| one.id == person(5)).for_each(|one| one.point = Some(point(CENTRAL)));
    let mut world = World::session_of(plan);
    allow(&mut world, COUNSEL);
    talk(&mut world);
    assert!(touching(&world, &[JUDGE]).iter().any(|r| r.source.seat == JUDGE && r.source.device.is_audio()));
    assert!(see(&world, COUNSEL).rooms.mine.unwrap().overheard);
    for seat in [JUDGE, PANEL, CLERK, PROSECUTOR, ROOM] {
        _ = world.seat(JUDGE, Command::Mute { seat });
        _ = world.set_microphone(seat, false);
    }
    assert!(!see(&world, COUNSEL).rooms.mine.unwrap().overheard, "nobody there is heard");
}

#[test]
fn an_officer_who_mends_a_line_leaves_the_point_in_the_courtroom() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::AllowConsultation { seat: CLERK, allowed: true }).unwrap();
    world.seat(CLERK, Command::TechnicalLine { seat: OFFICER }).unwrap();
    world.seat(OFFICER, accept(CLERK)).unwrap();
    assert!(touching(&world, &[DETENTION]).iter().any(|r| r.source.seat == DETENTION && r.source.device.is_audio()));
}

#[test]
fn a_locked_room_lets_nobody_further_in() {
    let mut world = World::admitted();
    talk(&mut world);
    world.seat(COUNSEL, consult(INTERPRETER)).unwrap();
    world.seat(DETENTION, Command::LockRoom { locked: true }).unwrap();
    assert_eq!(world.seat(INTERPRETER, accept(COUNSEL)), Err(Refusal::NoCall));
    assert_eq!(world.seat(COUNSEL, consult(INTERPRETER)), Err(Refusal::RoomLocked));
    world.seat(COUNSEL, Command::LockRoom { locked: false }).unwrap();
    world.seat(COUNSEL, consult(INTERPRETER)).unwrap();
}

#[test]
fn a_lost_line_comes_back_into_the_room_and_who_goes_for_good_ends_it() {
    let mut world = World::admitted();
    talk(&mut world);
    world.lose(DETENTION);
    world.resume(DETENTION).unwrap();
    assert!(world.hearing.seats[&DETENTION].private.is_some());
    let connection = world.hearing.seats[&DETENTION].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Left }).unwrap();
    assert!(world.hearing.rooms.open.is_empty());
    let mut world = World::admitted();
    talk(&mut world);
    world.seat(JUDGE, Command::Remove { seat: COUNSEL, reason: "noise".into() }).unwrap();
    assert!(world.hearing.rooms.open.is_empty());
}

#[test]
fn a_device_that_nobody_knows_does_not_come_into_the_room_by_a_code() {
    let mut world = World::new();
    world.by_code(COUNSEL, false, 1).unwrap();
    for seat in [JUDGE, DETENTION] {
        world.enter(seat).unwrap();
    }
    talk(&mut world);
    world.lose(COUNSEL);
    world.by_code(COUNSEL, false, 2).unwrap();
    assert!(world.hearing.seats[&COUNSEL].private.is_none() && world.hearing.rooms.open.is_empty());
    assert_eq!(world.seat(COUNSEL, consult(DETENTION)), Err(Refusal::NotAdmitted));
}

#[test]
fn the_panel_withdraws_and_comes_back_with_the_judge() {
    let mut world = World::in_session();
    assert!(world.seat(JUDGE, Command::Deliberate {}).is_err(), "not in the middle of it");
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    world.seat(JUDGE, Command::Deliberate {}).unwrap();
    assert!(only_between(&world, &[JUDGE, PANEL]));
    assert!(!world.microphone(PANEL).open, "the panel speaks by its own act");
    assert_eq!(world.seat(PANEL, consult(CLERK)), Err(Refusal::NotBound));
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    assert!(world.hearing.rooms.open.is_empty() && world.microphone(JUDGE).open);
}

#[test]
fn the_clerk_mends_a_line_with_one_seat_and_without_surprise() {
    let mut world = World::waiting();
    world.seat(CLERK, Command::TechnicalLine { seat: PLACE }).unwrap();
    assert!(touching(&world, &[PLACE]).is_empty(), "nobody listens into a room before it is accepted there");
    world.seat(PLACE, accept(CLERK)).unwrap();
    assert!(only_between(&world, &[CLERK, PLACE]));
    assert_eq!(see(&world, PLACE).rooms.mine.unwrap().kind, RoomKind::Technical);
    assert_eq!(world.seat(CLERK, Command::TechnicalLine { seat: OTHER }), Err(Refusal::NotBound));
    let mut world = World::in_session();
    assert_eq!(world.seat(CLERK, Command::TechnicalLine { seat: OTHER }), Err(Refusal::NeedsLeave));
}

#[test]
fn everybody_else_learns_nothing_and_the_court_that_there_is_one() {
    let mut world = World::in_session();
    allow(&mut world, COUNSEL);
    let others = [PROSECUTOR, ROOM, OTHER, PLACE, UNIT, PARTY, WITNESS, INTERPRETER, OFFICER, LISTENER];
    let rooms = |world: &World| others.map(|seat| serde_json::to_value(see(world, seat).rooms).unwrap());
    let before = rooms(&world);
    talk(&mut world);
    assert_eq!(rooms(&world), before);
    for viewer in others {
        for shown in see(&world, viewer).seats.iter().filter(|seat| [COUNSEL, DETENTION].contains(&seat.seat)) {
            assert!(shown.devices.is_empty() && !shown.microphone_open && shown.connected, "{viewer}");
        }
    }
    for court in [JUDGE, PANEL, CLERK] {
        let told = see(&world, court).rooms.others;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].seats, [COUNSEL, DETENTION]);
    }
}

fn encrypts(letter: char, sends: bool) -> Command {
    Command::SetEncryption { key: Some(key(letter)), sends }
}

/// The two in a room whose clients both encrypt what they send.
fn talk_encrypted() -> World {
    let mut world = World::in_session();
    allow(&mut world, COUNSEL);
    talk(&mut world);
    for (seat, letter) in [(COUNSEL, 'k'), (DETENTION, 'l')] {
        world.seat(seat, encrypts(letter, true)).unwrap();
    }
    world
}

#[test]
fn a_room_is_opaque_as_soon_as_every_member_can_encrypt() {
    let mut world = World::admitted();
    talk(&mut world);
    world.seat(COUNSEL, encrypts('k', false)).unwrap();
    assert!(touching(&world, &[COUNSEL]).iter().all(|route| !route.opaque));
    world.seat(DETENTION, encrypts('l', false)).unwrap();
    assert!(touching(&world, &[COUNSEL]).is_empty(), "nothing flows in the clear where it is to be encrypted");
    world.seat(COUNSEL, encrypts('k', true)).unwrap();
    let routes = touching(&world, &[COUNSEL]);
    assert!(!routes.is_empty() && routes.iter().all(|route| route.opaque && route.source.seat == COUNSEL));
    let mine = see(&world, COUNSEL).rooms.mine.unwrap();
    assert!(mine.encrypted);
    assert_eq!(mine.keys.iter().map(|one| one.seat).collect::<Vec<_>>(), [COUNSEL, DETENTION]);
    for stranger in [JUDGE, CLERK, PROSECUTOR, OFFICER] {
        let told = serde_json::to_string(&see(&world, stranger)).unwrap();
        assert!(!told.contains("kkkk") && !told.contains("llll"), "{stranger} is told of keys");
    }
}

#[test]
fn who_reconnects_does_not_bring_the_others_to_speak_in_the_clear() {
    let mut world = talk_encrypted();
    world.lose(DETENTION);
    assert!(see(&world, COUNSEL).rooms.mine.unwrap().encrypted);
    world.resume(DETENTION).unwrap();
    world.seat(DETENTION, Command::Publish { devices: vec![DeviceKind::Camera1] }).unwrap();
    assert!(touching(&world, &[COUNSEL]).iter().all(|route| route.opaque && route.source.seat == COUNSEL));
    world.seat(DETENTION, Command::SetEncryption { key: None, sends: false }).unwrap();
    assert!(!see(&world, COUNSEL).rooms.mine.unwrap().encrypted, "their client says that it cannot");
    assert!(touching(&world, &[COUNSEL]).iter().all(|route| !route.opaque && route.source.seat == DETENTION));
}

#[test]
fn what_is_encrypted_never_comes_into_the_courtroom_or_the_record() {
    let mut world = talk_encrypted();
    world.seat(COUNSEL, Command::LeaveRoom {}).unwrap();
    let sent = |world: &World| routes(&world.hearing).iter().any(|route| route.source.seat == COUNSEL);
    assert!(!sent(&world), "noise");
    world.seat(COUNSEL, encrypts('k', false)).unwrap();
    assert!(sent(&world));
}

#[test]
fn only_members_of_one_room_pass_sealed_words_to_each_other() {
    let mut world = talk_encrypted();
    let passes = |world: &World, from, to| world.hearing.passes(from, to).is_ok();
    assert!(passes(&world, COUNSEL, DETENTION) && passes(&world, DETENTION, COUNSEL));
    for (from, to) in [(COUNSEL, JUDGE), (JUDGE, COUNSEL), (COUNSEL, COUNSEL), (JUDGE, CLERK), (COUNSEL, FIRST_NEW)] {
        assert!(!passes(&world, from, to), "{from} to {to}");
    }
    world.lose(DETENTION);
    assert!(!passes(&world, COUNSEL, DETENTION));
    world.resume(DETENTION).unwrap();
    assert!(!passes(&world, DETENTION, COUNSEL), "without a key there is nothing to seal with");
}

/// What the ledger keeps, folded: as a new owner of the hearing reads it.
fn from_ledger(ledger: &[Stamped]) -> Hearing {
    let mut hearing = Hearing::begin(&ledger[0]).unwrap();
    ledger[1..].iter().filter(|stamped| stamped.event.is_kept()).for_each(|stamped| hearing.apply(stamped));
    hearing
}

#[test]
fn the_ledger_keeps_that_a_room_was_who_was_in_it_and_when() {
    let mut world = World::admitted();
    let before = world.ledger.len();
    talk(&mut world);
    world.seat(COUNSEL, consult(INTERPRETER)).unwrap();
    world.seat(COUNSEL, Command::LockRoom { locked: true }).unwrap();
    world.seat(COUNSEL, Command::LeaveRoom {}).unwrap();
    let kept = world.ledger[before..].iter().map(|stamped| &stamped.event).filter(|event| event.is_kept());
    let kept: Vec<&str> = kept.map(Event::kind).collect();
    assert_eq!(kept, ["room_opened", "room_left", "room_closed"]);
    assert_eq!(from_ledger(&world.ledger).seats, world.hearing.seats);
}

#[test]
fn a_restart_ends_every_room_and_the_ledger_says_so() {
    let mut world = World::admitted();
    talk(&mut world);
    world.seat(COUNSEL, Command::LockRoom { locked: true }).unwrap();
    world.seat(PARTY, consult(INTERPRETER)).unwrap();
    world.seat(PARTY, encrypts('k', true)).unwrap();
    let events = world.system(Command::TakeUp { epoch: 2, outage_us: 0 }).unwrap();
    assert_eq!(events[0].kind(), "room_closed");
    assert_eq!(from_ledger(&world.ledger), world.hearing);
}

#[test]
fn a_room_does_not_fall_open_because_an_offer_came_before_its_key() {
    let mut world = talk_encrypted();
    world.lose(DETENTION);
    world.resume(DETENTION).unwrap();
    world.seat(DETENTION, Command::SetEncryption { key: None, sends: true }).unwrap();
    assert!(see(&world, COUNSEL).rooms.mine.unwrap().encrypted, "what it sends is encrypted, whatever its key will be");
    world.seat(DETENTION, encrypts('m', false)).unwrap();
    assert!(world.hearing.rooms.sealed.contains(&DETENTION), "the key says nothing of what is sent");
    world.seat(DETENTION, encrypts('m', false)).unwrap();
    assert!(!world.hearing.rooms.sealed.contains(&DETENTION), "with the key that is known, it does");
}
