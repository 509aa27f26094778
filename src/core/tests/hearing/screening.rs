//! Who must not see or hear whom.

use crate::court::*;
use assize_core::hearing::Command;
use assize_core::ids::{DeviceKind, SeatId};
use assize_core::plan::Plan;
use assize_core::refusal::Refusal;
use assize_core::routing::{Sink, routes};
use assize_core::view::{SeatView, view};

/// Everybody in session, under the orders of [`screens`].
fn screened() -> World {
    screened_with(plan())
}

fn screened_with(plan: Plan) -> World {
    let mut world = World::planned(Plan { screens: screens(), ..plan });
    for seat in PLANNED {
        world.enter(seat).unwrap();
        _ = world.seat(seat, Command::Publish { devices: vec![DeviceKind::Microphone, DeviceKind::Camera1] });
        _ = world.seat(CLERK, Command::Admit { seat });
    }
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    world
}

/// s: sound, p: picture, as in the tables of `routes`.
fn gets(world: &World, from: SeatId, sink: Sink) -> String {
    let found: Vec<_> =
        routes(&world.hearing).into_iter().filter(|r| r.source.seat == from && r.sink == sink).collect();
    let mut got = String::new();
    for (mark, audio) in [('s', true), ('p', false)] {
        if found.iter().any(|route| route.source.device.is_audio() == audio) {
            got.push(mark);
        }
    }
    got
}

fn shown(world: &World, viewer: SeatId, seat: SeatId) -> SeatView {
    let told = view(&world.hearing, viewer, BEGAN_MS).unwrap();
    told.seats.into_iter().find(|shown| shown.seat == seat).unwrap()
}

#[test]
fn a_protected_witness_is_kept_from_the_prisoner_and_from_nobody_else() {
    let world = screened();
    for viewer in [DETENTION, OFFICER] {
        assert_eq!(gets(&world, PLACE, Sink::Seat(viewer)), "", "{viewer}");
    }
    assert_eq!(gets(&world, PLACE, Sink::Seat(COUNSEL)), "sp");
    assert_eq!(gets(&world, PLACE, Sink::Seat(OTHER)), "sp");
    assert_eq!(gets(&world, PLACE, Sink::Recorder), "sp", "in full");
    assert_eq!(gets(&world, DETENTION, Sink::Seat(PLACE)), "sp", "the other way nothing was ordered");
    assert!([JUDGE, CLERK].iter().all(|court| shown(&world, *court, PLACE).protected), "the court knows of the order");
    assert!(!shown(&world, JUDGE, COUNSEL).protected);
    assert!([DETENTION, OFFICER, COUNSEL].iter().all(|other| !shown(&world, *other, PLACE).protected));
}

#[test]
fn a_neighbours_own_screen_does_not_give_a_protected_witness_away() {
    let mut plan = plan();
    let neighbour = plan.people.iter_mut().find(|one| one.id == person(11)).unwrap();
    neighbour.point = Some(point(PLACE_POINT));
    let world = screened_with(plan);
    assert_eq!(gets(&world, PARTY, Sink::Seat(DETENTION)), "");
    assert_eq!(gets(&world, PARTY, Sink::Seat(COUNSEL)), "sp");
    assert_eq!(gets(&world, PARTY, Sink::Recorder), "sp");
}

#[test]
fn the_court_is_heard_wherever_a_protected_person_sits() {
    let mut plan = plan();
    let clerk = plan.people.iter_mut().find(|one| one.id == person(3)).unwrap();
    clerk.point = Some(point(PLACE_POINT));
    let world = screened_with(plan);
    assert_eq!(gets(&world, CLERK, Sink::Seat(DETENTION)), "sp");
}

#[test]
fn that_a_protected_witness_speaks_is_not_told() {
    let mut world = screened();
    world.seat(JUDGE, Command::GiveFloor { seat: PLACE }).unwrap();
    world.seat(CLERK, Command::NameSpeaker { seat: PLACE, person: Some(person(9)) }).unwrap();
    let floor = |viewer| view(&world.hearing, viewer, BEGAN_MS).unwrap().session.floor;
    assert_eq!((floor(DETENTION), floor(COUNSEL)), (None, Some(PLACE)));
    let told = shown(&world, DETENTION, PLACE);
    assert!(!told.may_speak && !told.people[0].speaking);
    assert!(shown(&world, COUNSEL, PLACE).people[0].speaking);
    world.seat(PLACE, Command::RaiseHand { raised: true }).unwrap();
    let hands = |viewer| {
        let session = view(&world.hearing, viewer, BEGAN_MS).unwrap().session;
        session.hands.iter().map(|hand| hand.seat).collect::<Vec<_>>()
    };
    assert_eq!((hands(OFFICER), hands(COUNSEL)), (vec![], vec![PLACE]));
}

#[test]
fn a_picture_is_withheld_without_the_voice_and_a_voice_without_the_picture() {
    let world = screened();
    for viewer in [OTHER, UNIT, LISTENER] {
        assert_eq!(gets(&world, PARTY, Sink::Seat(viewer)), "s", "{viewer}");
    }
    assert_eq!(gets(&world, PARTY, Sink::Seat(COUNSEL)), "sp");
    assert_eq!(gets(&world, INTERPRETER, Sink::Seat(DETENTION)), "p");
}

#[test]
fn the_room_of_the_court_sees_and_hears_everybody() {
    let world = screened();
    for source in [PLACE, PARTY, INTERPRETER] {
        assert_eq!(gets(&world, source, Sink::Seat(JUDGE)), "p", "the room's loudspeaker has the sound");
        assert_eq!(gets(&world, source, Sink::Seat(ROOM)), "sp");
    }
}

#[test]
fn whoever_is_kept_from_somebody_learns_that_and_nothing_else() {
    let world = screened();
    let told = shown(&world, DETENTION, PLACE);
    assert!(told.withheld && told.devices.is_empty() && !told.microphone_open);
    for viewer in [DETENTION, OFFICER] {
        let said = serde_json::to_string(&view(&world.hearing, viewer, BEGAN_MS).unwrap()).unwrap();
        assert!(!said.contains("Mai the witness"), "{viewer} is told the name");
    }
    let told = shown(&world, OTHER, PARTY);
    assert!(told.withheld && told.devices == [DeviceKind::Microphone]);
    for viewer in [JUDGE, COUNSEL, PROSECUTOR] {
        let told = shown(&world, viewer, PLACE);
        assert!(!told.withheld && told.people[0].name == "Mai the witness", "{viewer}");
    }
    let mine = view(&world.hearing, PLACE, BEGAN_MS).unwrap();
    assert_eq!(mine.me.people[0].name, "Mai the witness");
    assert!(!mine.seen_by.contains(&DETENTION) && mine.seen_by.contains(&COUNSEL));
}

#[test]
fn nobody_shares_a_private_room_with_those_they_are_kept_from() {
    let mut world = screened();
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    world.seat(COUNSEL, Command::Consult { with: vec![DETENTION] }).unwrap();
    world.seat(DETENTION, Command::AcceptConsultation { from: COUNSEL }).unwrap();
    for by in [COUNSEL, DETENTION] {
        assert_eq!(world.seat(by, Command::Consult { with: vec![INTERPRETER] }), Err(Refusal::NotBound));
    }
    world.seat(PARTY, Command::Consult { with: vec![INTERPRETER] }).unwrap();
}

#[test]
fn a_plan_without_orders_is_written_as_ever() {
    assert!(!serde_json::to_string(&plan()).unwrap().contains("screens"));
    let plan = Plan { screens: screens(), ..plan() };
    let written = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&written).unwrap(), plan);
}
