//! Witnesses are kept apart, called in, and sent out again.

use crate::court::*;
use assize_core::hearing::{Command, LeaveReason, Presence, Room};
use assize_core::refusal::Refusal;
use assize_core::routing::{Sink, routes};
use assize_core::view::view;

fn dismiss(seat: assize_core::ids::SeatId, stays: bool) -> Command {
    Command::Dismiss { seat, stays }
}

#[test]
fn a_witness_who_stays_waits_apart_and_can_be_called_in_again() {
    for witness in [WITNESS, PLACE] {
        let mut world = World::in_session();
        world.seat(CLERK, dismiss(witness, true)).unwrap();
        let seat = &world.hearing.seats[&witness];
        assert_eq!((seat.room, seat.presence(), seat.microphone.open), (Room::WitnessWaiting, Presence::Here, false));
        let touches = |world: &World| {
            routes(&world.hearing).iter().any(|r| r.source.seat == witness || r.sink == Sink::Seat(witness))
        };
        assert!(!touches(&world), "nothing of the courtroom reaches who waits apart");
        let told = view(&world.hearing, witness, BEGAN_MS).unwrap();
        assert!(told.seats.iter().all(|seat| [JUDGE, PANEL, CLERK].contains(&seat.seat)));
        world.lose(witness);
        world.resume(witness).unwrap();
        assert_eq!(world.hearing.seats[&witness].room, Room::WitnessWaiting, "not let in by coming back");
        world.seat(JUDGE, Command::Admit { seat: witness }).unwrap();
        assert_eq!(world.hearing.seats[&witness].room, Room::Courtroom);
    }
}

#[test]
fn a_witness_who_may_go_is_gone() {
    let mut world = World::in_session();
    world.seat(JUDGE, dismiss(WITNESS, false)).unwrap();
    let seat = &world.hearing.seats[&WITNESS];
    assert_eq!((seat.presence(), seat.removed), (Presence::Left, false));
    world.resume(WITNESS).unwrap();
    assert_eq!(world.hearing.seats[&WITNESS].room, Room::WitnessWaiting);
}

#[test]
fn nobody_but_a_witness_is_dismissed() {
    let mut world = World::in_session();
    for seat in [JUDGE, CLERK, COUNSEL, DETENTION, OTHER, UNIT, PARTY, INTERPRETER, LISTENER] {
        assert_eq!(world.seat(JUDGE, dismiss(seat, true)), Err(Refusal::NotAWitness), "{seat}");
    }
    assert_eq!(world.seat(JUDGE, dismiss(FIRST_NEW, true)), Err(Refusal::NoSuchSeat));
    world.seat(JUDGE, dismiss(WITNESS, true)).unwrap();
    assert_eq!(world.seat(JUDGE, dismiss(WITNESS, true)), Err(Refusal::AlreadySo));
}

#[test]
fn a_dismissal_outlives_a_replay() {
    let mut world = World::in_session();
    let events = world.seat(JUDGE, dismiss(WITNESS, false)).unwrap();
    let left = |event: &assize_core::hearing::Event| {
        matches!(event, assize_core::hearing::Event::Left { reason: LeaveReason::Dismissed, .. })
    };
    assert!(events.iter().any(left));
    assert_eq!(crate::events::replay(&world.ledger), world.hearing);
}
