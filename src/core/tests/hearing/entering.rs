//! Coming in, being admitted, leaving, returning, and being removed.

use crate::court::*;
use assize_core::hearing::{Actor, Command, Entrant, Event, LeaveReason, Occupant, Room, SessionState};
use assize_core::ids::{DeviceKind, SeatId};
use assize_core::refusal::Refusal;

fn room(world: &World, seat: SeatId) -> Room {
    world.hearing.seats[&seat].room
}

fn observer(name: &str) -> Entrant {
    Entrant::Observer { name: name.into() }
}

#[test]
fn seats_are_numbered_in_the_courts_order() {
    let world = World::new();
    assert_eq!(world.hearing.seats.keys().copied().collect::<Vec<_>>(), PLANNED);
    let at = |seat| world.hearing.seats[&seat].occupant.clone();
    assert_eq!(at(JUDGE), Occupant::Person { person: person(1) });
    assert_eq!(at(PANEL), Occupant::Person { person: person(2) });
    assert_eq!(at(COUNSEL), Occupant::Person { person: person(5) });
    assert_eq!(at(ROOM), Occupant::Point { point: point(CENTRAL), device: None });
    assert_eq!(at(UNIT), Occupant::Point { point: point(UNIT_POINT), device: None });
    assert_eq!(at(PARTY), Occupant::Person { person: person(11) });
    assert_eq!(at(LISTENER), Occupant::Person { person: person(15) });
}

#[test]
fn a_courtroom_where_everybody_has_a_screen_needs_no_device() {
    let mut plan = plan();
    plan.people.retain(|p| p.own_screen);
    let now = World::new().now();
    let first =
        assize_core::hearing::Stamped { now, actor: Actor::System, event: Event::Planned { plan, procedure: None } };
    let hearing = assize_core::hearing::Hearing::begin(&first).unwrap();
    let points: Vec<_> = hearing.seats.values().filter_map(|seat| hearing.point_of(seat)).collect();
    assert!(
        !hearing.seats.values().any(|s| matches!(s.occupant, Occupant::Point { point: p, .. } if p == point(CENTRAL)))
    );
    // The others are expected whoever is planned there.
    assert!([DETENTION_POINT, OTHER_POINT, PLACE_POINT, UNIT_POINT].iter().all(|n| points.contains(&point(*n))));
}

#[test]
fn the_first_to_come_ends_the_schedule() {
    let mut world = World::new();
    let events = world.enter(DETENTION).unwrap();
    assert_eq!(events[0], Event::Awaited);
    assert!(matches!(events[1], Event::Entered { seat: DETENTION, room: Room::Waiting, microphone_open: true, .. }));
    assert_eq!(world.state(), SessionState::Waiting);
    assert_eq!(world.enter(COUNSEL).unwrap().len(), 1);
}

#[test]
fn the_court_walks_in_and_everybody_else_waits() {
    let world = World::waiting();
    for seat in PLANNED {
        let expected = match seat {
            JUDGE | PANEL | CLERK | ROOM | UNIT | LISTENER => Room::Courtroom,
            WITNESS | PLACE => Room::WitnessWaiting,
            _ => Room::Waiting,
        };
        assert_eq!(room(&world, seat), expected, "seat {seat}");
    }
}

#[test]
fn who_waits_comes_in_when_admitted() {
    let mut world = World::waiting();
    assert_eq!(world.seat(CLERK, Command::Admit { seat: WITNESS }), Ok(vec![Event::Admitted { seat: WITNESS }]));
    assert_eq!(room(&world, WITNESS), Room::Courtroom);
    assert_eq!(world.seat(JUDGE, Command::Admit { seat: WITNESS }), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(JUDGE, Command::Admit { seat: SeatId(999) }), Err(Refusal::NoSuchSeat));
}

#[test]
fn who_was_admitted_is_back_at_once() {
    let mut world = World::in_session();
    world.lose(PARTY);
    world.pass(600);
    world.enter(PARTY).unwrap();
    assert_eq!(room(&world, PARTY), Room::Courtroom);
}

#[test]
fn who_was_not_admitted_waits_again() {
    let mut world = World::waiting();
    world.lose(WITNESS);
    world.enter(WITNESS).unwrap();
    assert_eq!(room(&world, WITNESS), Room::WitnessWaiting);
}

#[test]
fn a_person_in_use_is_not_taken_over_by_a_code() {
    let mut world = World::in_session();
    assert_eq!(world.enter(PARTY), Err(Refusal::SeatTaken));
    world.system(Command::ReportSecondUse { seat: PARTY }).unwrap();
    assert!(world.hearing.second_use.contains(&PARTY));
    assert_eq!(world.system(Command::ReportSecondUse { seat: PARTY }), Err(Refusal::AlreadySo));
    assert_eq!(world.system(Command::ReportSecondUse { seat: SeatId(999) }), Err(Refusal::NoSuchSeat));
}

/// In session, with counsel's seat held by a code on device 1.
fn by_code() -> World {
    let mut world = World::new();
    world.enter(JUDGE).unwrap();
    world.enter(CLERK).unwrap();
    world.by_code(COUNSEL, false, 1).unwrap();
    world.seat(CLERK, Command::Admit { seat: COUNSEL }).unwrap();
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    world
}

#[test]
fn the_same_device_comes_straight_back_by_its_code() {
    let mut world = by_code();
    for _ in 0..20 {
        world.lose(COUNSEL);
        let events = world.by_code(COUNSEL, false, 1).unwrap();
        assert!(
            matches!(events[..], [Event::Entered { room: Room::Courtroom, microphone_open: true, .. }]),
            "{events:?}"
        );
    }
    // Even before the server has noticed that the page is gone.
    let events = world.by_code(COUNSEL, false, 1).unwrap();
    assert!(matches!(events[0], Event::Left { reason: LeaveReason::Replaced, .. }));
    assert_eq!(room(&world, COUNSEL), Room::Courtroom);
    assert!(world.hearing.second_use.is_empty());
}

#[test]
fn a_code_on_another_device_asks_however_soon_it_comes() {
    for away in [0, 19, 600] {
        let mut world = by_code();
        world.lose(COUNSEL);
        world.pass(away);
        let events = world.by_code(COUNSEL, false, 2).unwrap();
        let asks = matches!(
            events[..],
            [Event::Entered { room: Room::Waiting, microphone_open: false, .. }, Event::SecondUse { seat: COUNSEL }]
        );
        assert!(asks, "{events:?}");
        // Not by its token, not by coming again, not after the line dropped.
        for resume in [true, false, true] {
            world.lose(COUNSEL);
            world.by_code(COUNSEL, resume, 2).unwrap();
            assert_eq!(room(&world, COUNSEL), Room::Waiting);
            assert!(!world.microphone(COUNSEL).open && world.hearing.second_use.contains(&COUNSEL));
        }
        assert_eq!(world.by_code(COUNSEL, false, 3), Err(Refusal::SeatTaken), "one asks at a time");
        world.by_code(COUNSEL, true, 2).unwrap();
        assert_eq!(room(&world, COUNSEL), Room::Waiting, "its own link replaced by its token");

        let called_in = world.seat(CLERK, Command::Admit { seat: COUNSEL });
        assert_eq!(called_in, Ok(vec![Event::Admitted { seat: COUNSEL }]));
        assert!(world.hearing.second_use.is_empty());
        assert_eq!(room(&world, COUNSEL), Room::Courtroom);
        world.lose(COUNSEL);
        world.by_code(COUNSEL, false, 2).unwrap();
        assert_eq!(room(&world, COUNSEL), Room::Courtroom, "known from now on");
    }
}

#[test]
fn the_right_device_comes_back_past_one_that_asks() {
    let mut world = by_code();
    world.lose(COUNSEL);
    world.by_code(COUNSEL, false, 2).unwrap();
    let events = world.by_code(COUNSEL, true, 1).unwrap();
    assert!(matches!(events[0], Event::Left { reason: LeaveReason::Replaced, .. }));
    assert_eq!(room(&world, COUNSEL), Room::Courtroom);
    assert!(world.hearing.second_use.contains(&COUNSEL), "the court has not answered yet");
    let answer = world.seat(JUDGE, Command::Admit { seat: COUNSEL });
    assert_eq!(answer, Ok(vec![Event::SecondUseSeen { seat: COUNSEL }]), "nobody is called in");
    assert!(world.hearing.second_use.is_empty());
    assert_eq!(world.seat(JUDGE, Command::Admit { seat: COUNSEL }), Err(Refusal::AlreadySo));
    world.lose(COUNSEL);
    world.by_code(COUNSEL, true, 2).unwrap();
    assert_eq!(room(&world, COUNSEL), Room::Waiting, "that answer was not for the other device");
}

#[test]
fn what_was_refused_beside_a_live_link_asks_once_the_line_drops() {
    let mut world = by_code();
    assert_eq!(world.by_code(COUNSEL, false, 2), Err(Refusal::SeatTaken));
    world.system(Command::ReportSecondUse { seat: COUNSEL }).unwrap();
    world.lose(COUNSEL);
    assert!(world.hearing.second_use.contains(&COUNSEL), "the warning outlives the link");
    let events = world.by_code(COUNSEL, false, 2).unwrap();
    assert_eq!(events.len(), 1, "said already: {events:?}");
    assert_eq!(room(&world, COUNSEL), Room::Waiting);
}

#[test]
fn a_device_that_was_sent_away_is_not_let_in_with_the_seat() {
    let mut world = by_code();
    world.lose(COUNSEL);
    world.by_code(COUNSEL, false, 2).unwrap();
    world.seat(JUDGE, Command::Remove { seat: COUNSEL, reason: String::new() }).unwrap();
    assert!(world.hearing.second_use.is_empty(), "answered");
    assert_eq!(world.by_code(COUNSEL, true, 1), Err(Refusal::RemovedByCourt));
    world.seat(CLERK, Command::Admit { seat: COUNSEL }).unwrap();
    world.by_code(COUNSEL, true, 2).unwrap();
    assert_eq!(room(&world, COUNSEL), Room::Waiting);
    world.by_code(COUNSEL, true, 1).unwrap();
    assert_eq!(room(&world, COUNSEL), Room::Courtroom);
}

#[test]
fn the_court_and_its_listeners_ask_as_well_when_a_code_is_new_to_their_seat() {
    for seat in [JUDGE, LISTENER, WITNESS] {
        let mut world = World::in_session();
        world.lose(seat);
        world.by_code(seat, false, 2).unwrap();
        let expected = if seat == WITNESS { Room::WitnessWaiting } else { Room::Waiting };
        assert_eq!(room(&world, seat), expected);
        // Who proves it by an account or an operator's ticket is back at once.
        world.lose(seat);
        world.enter(seat).unwrap();
        assert_eq!(room(&world, seat), Room::Courtroom);
    }
}

#[test]
fn what_is_known_of_devices_survives_a_restart() {
    let mut world = by_code();
    world.system(Command::TakeUp { epoch: 2, outage_us: SECOND }).unwrap();
    world.by_code(COUNSEL, false, 2).unwrap();
    assert_eq!(room(&world, COUNSEL), Room::Waiting);
    world.by_code(COUNSEL, true, 1).unwrap();
    assert_eq!(room(&world, COUNSEL), Room::Courtroom);
}

#[test]
fn staff_devices_and_tokens_replace_their_own_old_link() {
    let mut world = World::in_session();
    for (seat, resume) in [(JUDGE, false), (DETENTION, false), (PARTY, true)] {
        let old = world.hearing.seats[&seat].connection.unwrap();
        let events = world.enter_as(entrant(seat), resume).unwrap();
        assert_eq!(events[0], Event::Left { seat, connection: old, reason: LeaveReason::Replaced, heard_us: None });
        assert!(matches!(events[1], Event::Entered { microphone_open: true, room: Room::Courtroom, .. }), "{events:?}");
        assert_ne!(world.hearing.seats[&seat].connection, Some(old));
        // The old link's end is old news.
        let late = Command::Leave { connection: old, reason: LeaveReason::Lost };
        assert_eq!(world.system(late), Err(Refusal::AlreadySo));
    }
}

#[test]
fn a_link_takes_one_seat_only() {
    let mut world = World::in_session();
    let connection = world.hearing.seats[&JUDGE].connection.unwrap();
    for seat in [JUDGE, COUNSEL] {
        let again = Command::Enter { entrant: entrant(seat), connection, resume: true, link: None };
        assert_eq!(world.system(again), Err(Refusal::AlreadySo));
    }
}

#[test]
fn a_points_second_device_gets_a_seat_of_its_own_and_keeps_it() {
    let mut world = World::in_session();
    let second = Entrant::Device { point: point(DETENTION_POINT), device: device(77) };
    world.enter_as(second.clone(), false).unwrap();
    assert_eq!(room(&world, FIRST_NEW), Room::Waiting);
    world.seat(JUDGE, Command::Admit { seat: FIRST_NEW }).unwrap();
    world.lose(FIRST_NEW);
    world.enter_as(second, false).unwrap();
    assert_eq!(room(&world, FIRST_NEW), Room::Courtroom);
    assert_eq!(world.hearing.seats.len(), PLANNED.len() + 1);
}

#[test]
fn a_second_device_in_the_courtroom_is_in_the_courtroom() {
    let mut world = World::in_session();
    world.enter_as(Entrant::Device { point: point(CENTRAL), device: device(78) }, false).unwrap();
    assert_eq!(room(&world, FIRST_NEW), Room::Courtroom);
}

#[test]
fn observers_get_a_new_seat_unless_they_resume() {
    let mut world = World::in_session();
    world.enter_as(observer("Van"), false).unwrap();
    world.enter_as(observer("Van"), true).unwrap();
    assert_eq!(room(&world, FIRST_NEW), Room::Courtroom);
    assert_eq!(world.hearing.seats.len(), PLANNED.len() + 1);
    // Another of that name is not taken for the one who came first.
    world.enter_as(observer("Van"), false).unwrap();
    assert!(world.hearing.seats.contains_key(&SeatId(FIRST_NEW.0 + 1)));
    assert!(!world.microphone(FIRST_NEW).open);
}

#[test]
fn seats_do_not_run_out_by_wrapping() {
    let mut world = World::in_session();
    let last = SeatId(u16::MAX);
    let mut seat = world.hearing.seats[&PARTY].clone();
    seat.id = last;
    seat.occupant = Occupant::Observer { name: "last".into() };
    world.hearing.seats.insert(last, seat);
    assert_eq!(world.enter_as(observer("one more"), false), Err(Refusal::TooMuch { limit: 2000 }));
}

#[test]
fn strangers_are_told_why_not() {
    let mut world = World::new();
    let no_person = Entrant::Person { person: person(99) };
    let no_point = Entrant::Device { point: point(99), device: device(1) };
    let at_a_point = Entrant::Person { person: person(7) };
    let nowhere = Entrant::Person { person: person(18) };
    assert_eq!(world.enter_as(no_person, false), Err(Refusal::NoSuchPerson));
    assert_eq!(world.enter_as(no_point, false), Err(Refusal::NoSuchPoint));
    assert_eq!(world.enter_as(at_a_point, false), Err(Refusal::SitsAtPoint));
    assert_eq!(world.enter_as(nowhere, false), Err(Refusal::SitsAtPoint));
    assert_eq!(world.state(), SessionState::Scheduled);
}

#[test]
fn who_is_removed_is_out_until_admitted_anew() {
    let mut world = World::in_session();
    let connection = world.hearing.seats[&PARTY].connection.unwrap();
    let events = world.seat(JUDGE, Command::Remove { seat: PARTY, reason: "  disorder ".into() }).unwrap();
    let left = Event::Left { seat: PARTY, connection, reason: LeaveReason::Removed, heard_us: None };
    assert_eq!(events, [Event::Removed { seat: PARTY, reason: "disorder".into() }, left]);
    assert_eq!(world.enter(PARTY), Err(Refusal::RemovedByCourt));
    assert_eq!(world.resume(PARTY), Err(Refusal::RemovedByCourt));
    let again = Command::Remove { seat: PARTY, reason: String::new() };
    assert_eq!(world.seat(JUDGE, again), Err(Refusal::AlreadySo));

    world.seat(CLERK, Command::Admit { seat: PARTY }).unwrap();
    world.enter(PARTY).unwrap();
    assert_eq!(room(&world, PARTY), Room::Courtroom);
}

#[test]
fn the_presiding_judge_is_neither_muted_nor_removed() {
    let mut world = World::admitted();
    for actor in [JUDGE, CLERK] {
        for command in [
            Command::Mute { seat: JUDGE },
            Command::MuteLock { seat: JUDGE },
            Command::Unmute { seat: JUDGE },
            Command::Unlock { seat: JUDGE },
            Command::Remove { seat: JUDGE, reason: String::new() },
        ] {
            assert_eq!(world.seat(actor, command), Err(Refusal::NotYourAct));
        }
    }
    assert!(world.set_microphone(JUDGE, false).is_ok());
    assert!(world.seat(JUDGE, Command::Mute { seat: PANEL }).is_ok());
}

#[test]
fn who_waits_prepares_and_does_nothing_else() {
    let mut world = World::waiting();
    world.seat(JUDGE, Command::Remove { seat: CLERK, reason: String::new() }).unwrap();
    assert_eq!(world.seat(CLERK, Command::Admit { seat: PARTY }), Err(Refusal::RemovedByCourt));
    assert!(world.seat(PARTY, Command::Publish { devices: vec![DeviceKind::Screen] }).is_ok());
    assert!(world.set_microphone(PARTY, false).is_ok());
    for blocked in [true, false] {
        assert!(world.seat(PARTY, Command::ReportPlayback { blocked }).is_ok());
        assert_eq!(world.seat(PARTY, Command::ReportPlayback { blocked }), Err(Refusal::AlreadySo));
    }
}

#[test]
fn a_seat_without_a_link_does_nothing() {
    let mut world = World::in_session();
    world.lose(JUDGE);
    assert_eq!(world.seat(JUDGE, Command::Close {}), Err(Refusal::NotAdmitted));
}

/// The court is never in a waiting room; were a state to say so, nobody acts for the court from there.
#[test]
fn the_court_acts_in_the_courtroom() {
    let mut world = World::waiting();
    world.hearing.seats.get_mut(&CLERK).unwrap().room = Room::Waiting;
    assert_eq!(world.seat(CLERK, Command::Admit { seat: PARTY }), Err(Refusal::NotAdmitted));
}

#[test]
fn what_a_link_published_ends_with_it() {
    let mut world = World::in_session();
    world.seat(PARTY, Command::ReportPlayback { blocked: true }).unwrap();
    assert_eq!(world.hearing.seats[&PARTY].devices.len(), 2);
    world.lose(PARTY);
    let seat = &world.hearing.seats[&PARTY];
    assert!(seat.devices.is_empty() && seat.connection.is_none());
    assert_eq!(seat.absent_since_us, Some(world.t_us));
    assert!(world.hearing.playback_blocked.is_empty());
}

#[test]
fn publishing_is_bounded_sorted_and_said_once() {
    let mut world = World::in_session();
    let publish = |devices: &[DeviceKind]| Command::Publish { devices: devices.to_vec() };
    let many = [DeviceKind::Camera2; 9];
    assert_eq!(world.seat(PARTY, publish(&many)), Err(Refusal::TooMuch { limit: 8 }));
    let some = [DeviceKind::Screen, DeviceKind::Camera1, DeviceKind::Camera2, DeviceKind::Screen];
    let new = vec![DeviceKind::Camera2, DeviceKind::Screen];
    assert_eq!(world.seat(PARTY, publish(&some)), Ok(vec![Event::Published { seat: PARTY, devices: new }]));
    assert_eq!(world.seat(PARTY, publish(&some)), Err(Refusal::AlreadySo));
    let gone = Command::Unpublish { devices: vec![DeviceKind::Document, DeviceKind::Screen] };
    let screen = vec![DeviceKind::Screen];
    assert_eq!(world.seat(PARTY, gone.clone()), Ok(vec![Event::Unpublished { seat: PARTY, devices: screen }]));
    assert_eq!(world.seat(PARTY, gone), Err(Refusal::AlreadySo));
}

#[test]
fn only_an_interpreter_speaks_on_the_interpretation_channel() {
    let mut world = World::in_session();
    let publish = || Command::Publish { devices: vec![DeviceKind::Interpretation] };
    assert!(world.seat(INTERPRETER, publish()).is_ok());
    assert!(world.seat(DETENTION, publish()).is_ok(), "an interpreter sits there");
    assert_eq!(world.seat(OTHER, publish()), Err(Refusal::NotYourAct));
    assert_eq!(world.seat(JUDGE, publish()), Err(Refusal::NotYourAct));
}

#[test]
fn an_observing_unit_publishes_nothing() {
    let mut world = World::in_session();
    let publish = || Command::Publish { devices: vec![DeviceKind::Camera1] };
    for seat in [UNIT, LISTENER] {
        assert_eq!(world.seat(seat, publish()), Err(Refusal::NotYourAct));
        assert!(!world.microphone(seat).open);
    }
}
