//! Whose microphone is open: mute, lock, and what becomes of it over absences, pauses and restarts (ruling 13).

use crate::court::*;
use assize_core::hearing::{Command, Event, HoldCause, Microphone};
use assize_core::refusal::Refusal;

const OPEN: Microphone = Microphone { open: true, muted: false, locked: false };

fn hold(world: &mut World) {
    world.seat(CLERK, Command::Hold { reason: "line".into() }).unwrap();
}

fn pause(world: &mut World) {
    world.seat(JUDGE, Command::Pause { reason: "noon".into() }).unwrap();
}

#[test]
fn a_muted_seat_opens_itself_and_a_locked_one_cannot() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::Mute { seat: PARTY }).unwrap();
    assert_eq!(world.microphone(PARTY), Microphone { open: true, muted: true, locked: false });
    assert_eq!(world.set_microphone(PARTY, true), Ok(vec![Event::Unmuted { seat: PARTY }]));

    world.seat(JUDGE, Command::MuteLock { seat: PARTY }).unwrap();
    assert_eq!(world.microphone(PARTY), Microphone { open: true, muted: true, locked: true });
    assert_eq!(world.set_microphone(PARTY, true), Err(Refusal::MicrophoneLocked));
    assert!(world.set_microphone(PARTY, false).is_ok(), "to close it is always free");
}

#[test]
fn to_unlock_leaves_muted_and_to_unmute_lifts_both() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::MuteLock { seat: PARTY }).unwrap();
    world.seat(CLERK, Command::Unlock { seat: PARTY }).unwrap();
    assert_eq!(world.microphone(PARTY), Microphone { open: true, muted: true, locked: false });
    world.seat(CLERK, Command::MuteLock { seat: PARTY }).unwrap();
    let both = vec![Event::Unlocked { seat: PARTY }, Event::Unmuted { seat: PARTY }];
    assert_eq!(world.seat(CLERK, Command::Unmute { seat: PARTY }), Ok(both));
    assert_eq!(world.microphone(PARTY), OPEN);
}

#[test]
fn saying_it_twice_changes_nothing() {
    let mut world = World::in_session();
    assert_eq!(world.seat(JUDGE, Command::Unmute { seat: PARTY }), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(JUDGE, Command::Unlock { seat: PARTY }), Err(Refusal::AlreadySo));
    assert_eq!(world.set_microphone(PARTY, true), Err(Refusal::AlreadySo));
    world.seat(JUDGE, Command::MuteLock { seat: PARTY }).unwrap();
    assert_eq!(world.seat(JUDGE, Command::Mute { seat: PARTY }), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(JUDGE, Command::MuteLock { seat: PARTY }), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(JUDGE, Command::Mute { seat: FIRST_NEW }), Err(Refusal::NoSuchSeat));
}

#[test]
fn the_court_unmutes_but_does_not_open() {
    let mut world = World::in_session();
    world.set_microphone(PARTY, false).unwrap();
    world.seat(JUDGE, Command::Mute { seat: PARTY }).unwrap();
    world.seat(JUDGE, Command::Unmute { seat: PARTY }).unwrap();
    assert!(!world.microphone(PARTY).is_live());
}

#[test]
fn the_lock_survives_the_link() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::MuteLock { seat: PARTY }).unwrap();
    world.lose(PARTY);
    world.enter(PARTY).unwrap();
    assert_eq!(world.set_microphone(PARTY, true), Err(Refusal::MicrophoneLocked));
}

#[test]
fn a_short_absence_leaves_it_as_it_was() {
    for open in [true, false] {
        let mut world = World::in_session();
        if !open {
            world.set_microphone(PARTY, false).unwrap();
        }
        world.lose(PARTY);
        world.pass(29); // and the second that every command takes: exactly the limit
        world.enter(PARTY).unwrap();
        assert_eq!(world.microphone(PARTY).open, open);
    }
}

#[test]
fn after_a_longer_absence_it_opens_by_an_act() {
    let mut world = World::in_session();
    world.lose(PARTY);
    world.pass(30);
    world.enter(PARTY).unwrap();
    assert!(!world.microphone(PARTY).open);
    world.set_microphone(PARTY, true).unwrap();
    assert!(world.microphone(PARTY).is_live());
}

#[test]
fn a_pause_or_a_hold_closes_them_all() {
    for stop in [pause, hold] {
        let mut world = World::in_session();
        stop(&mut world);
        assert!(world.hearing.seats.values().all(|seat| !seat.microphone.open));
        world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
        assert_eq!(world.microphone(JUDGE), OPEN, "the acting judge's own opens with the act");
        let others = world.hearing.seats.values().filter(|seat| seat.id != JUDGE);
        assert!(others.clone().count() > 10);
        assert!(others.into_iter().all(|seat| !seat.microphone.open));
        world.set_microphone(DETENTION, true).unwrap();
        assert!(world.microphone(DETENTION).is_live());
    }
}

#[test]
fn who_comes_first_during_a_pause_opens_by_an_act_as_well() {
    for stop in [pause, hold] {
        let mut world = World::new();
        for seat in [JUDGE, CLERK] {
            world.enter(seat).unwrap();
        }
        world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
        stop(&mut world);
        world.enter(COUNSEL).unwrap();
        assert!(!world.microphone(COUNSEL).open);
    }
}

#[test]
fn an_absence_over_a_pause_does_not_open_anything() {
    let mut world = World::in_session();
    world.lose(PARTY);
    pause(&mut world);
    world.enter(PARTY).unwrap();
    assert!(!world.microphone(PARTY).open);
}

#[test]
fn after_a_restart_everybody_is_in_place_as_they_were() {
    let mut world = World::in_session();
    world.set_microphone(COUNSEL, false).unwrap();
    world.seat(JUDGE, Command::MuteLock { seat: PARTY }).unwrap();
    world.pass(3600);
    let events = world.system(Command::TakeUp { epoch: 2, outage_us: 3600 * SECOND }).unwrap();
    let held = Event::Held { cause: HoldCause::Restart };
    assert_eq!(events, [Event::TakenUp { epoch: 2, outage_us: 3600 * SECOND }, held]);
    let seats = world.hearing.seats.values();
    assert!(seats.clone().all(|seat| seat.connection.is_none() && seat.devices.is_empty()));
    world.resume(DETENTION).unwrap();
    world.resume(COUNSEL).unwrap();
    world.resume(PARTY).unwrap();
    world.resume(JUDGE).unwrap();
    assert!(world.hearing.seats[&DETENTION].is_present());
    assert_eq!(world.microphone(DETENTION), OPEN);
    assert!(!world.microphone(COUNSEL).open);
    assert!(world.microphone(PARTY).locked);
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    assert!(world.microphone(DETENTION).is_live(), "the judge's one act continues the session");
}
