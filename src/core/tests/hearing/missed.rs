//! What somebody missed in session, and leave to see it.

use crate::court::*;
use assize_core::hearing::{Actor, Answer, Command, Event, HoldCause, LeaveReason, Missed, SignalKind, Stamped};
use assize_core::ids::{DeviceKind, SeatId, SignalId, TrackId};
use assize_core::minutes::{Minutes, Reader};
use assize_core::refusal::Refusal;
use assize_core::routing::Channel;
use assize_core::view::{MissedView, view};

fn lose(world: &mut World, seat: SeatId) {
    let connection = world.hearing.seats[&seat].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Lost }).unwrap();
}

fn spans(world: &World, seat: SeatId) -> Vec<(u64, u64, bool)> {
    world.hearing.missed_by(seat).map(|(Missed { from_us, to_us }, leave)| (from_us, to_us, leave)).collect()
}

fn told(world: &World, viewer: SeatId, seat: SeatId) -> Vec<MissedView> {
    let shown = view(&world.hearing, viewer, BEGAN_MS).unwrap();
    let all = [&shown.me].into_iter().chain(&shown.seats).find(|shown| shown.seat == seat).cloned();
    all.map(|seat| seat.missed).unwrap_or_default()
}

const ASK: Command = Command::Signal { kind: SignalKind::SeeMissed, person: None };

fn answer(n: u32, answer: Answer, text: Option<&str>) -> Command {
    Command::AnswerSignal { signal: SignalId(n), answer, text: text.map(Into::into) }
}

/// PARTY's line was broken for ten seconds in session.
fn missed() -> (World, u64, u64) {
    let mut world = World::lawful_session();
    lose(&mut world, PARTY);
    let from = world.t_us;
    world.pass(10);
    world.enter(PARTY).unwrap();
    let to = world.t_us;
    (world, from, to)
}

#[test]
fn a_broken_line_in_session_is_told_to_the_seat_and_the_court_and_nobody_else() {
    let (world, from, to) = missed();
    assert_eq!(spans(&world, PARTY), [(from, to, false)]);
    for viewer in [PARTY, JUDGE, CLERK] {
        assert_eq!(told(&world, viewer, PARTY).len(), 1, "{viewer}");
    }
    for viewer in [COUNSEL, PROSECUTOR, DETENTION, LISTENER] {
        assert!(told(&world, viewer, PARTY).is_empty(), "{viewer}");
    }
}

#[test]
fn what_was_not_in_session_is_not_missed_nor_what_one_went_away_from() {
    let mut world = World::in_session();
    lose(&mut world, PARTY);
    let from = world.t_us;
    world.pass(5);
    world.system(Command::AutoHold { cause: HoldCause::MediaFault }).unwrap();
    let held = world.t_us;
    world.pass(100);
    world.enter(PARTY).unwrap();
    assert_eq!(spans(&world, PARTY), [(from, held, false)], "the rest was not in session");
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    let connection = world.hearing.seats[&COUNSEL].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Left }).unwrap();
    world.pass(10);
    world.enter(COUNSEL).unwrap();
    assert!(spans(&world, COUNSEL).is_empty(), "counsel went");
    let connection = world.hearing.seats[&PARTY].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Lost }).unwrap();
    world.enter(PARTY).unwrap();
    assert_eq!(spans(&world, PARTY).len(), 1, "a link that was taken up anew is no absence");
    assert!(spans(&world, LISTENER).is_empty());
}

#[test]
fn the_presiding_judge_lets_it_be_seen_and_what_is_missed_later_needs_leave_again() {
    let (mut world, ..) = missed();
    assert_eq!(world.seat(COUNSEL, ASK), Err(Refusal::NotYourAct), "missed nothing");
    world.seat(PARTY, ASK).unwrap();
    assert_eq!(world.seat(CLERK, answer(1, Answer::Granted, None)), Err(Refusal::NotYourAct), "the judge's to allow");
    world.seat(JUDGE, answer(1, Answer::NotNow, Some("after this witness"))).unwrap();
    assert!(spans(&world, PARTY).iter().all(|(.., leave)| !leave));
    world.seat(PARTY, ASK).unwrap();
    world.seat(JUDGE, answer(2, Answer::Granted, None)).unwrap();
    assert!(spans(&world, PARTY).iter().all(|(.., leave)| *leave) && told(&world, PARTY, PARTY)[0].leave);
    assert_eq!(world.seat(PARTY, ASK), Err(Refusal::NotYourAct), "there is nothing more to ask for");
    lose(&mut world, PARTY);
    world.pass(5);
    world.enter(PARTY).unwrap();
    assert_eq!(spans(&world, PARTY).iter().map(|(.., leave)| *leave).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn of_the_record_it_is_what_would_have_reached_the_seat() {
    let (mut world, ..) = missed();
    let track = |seat, device| TrackId { seat, device };
    let had = |world: &World, seat, device| world.hearing.would_have_had(PARTY, track(seat, device));
    assert!(had(&world, JUDGE, DeviceKind::Microphone) && had(&world, DETENTION, DeviceKind::Camera1));
    assert!(!had(&world, PARTY, DeviceKind::Microphone), "one's own");
    assert!(!had(&world, DETENTION, DeviceKind::Interpretation), "listens to the floor");
    assert_eq!(world.hearing.seats[&PARTY].listens, Channel::Floor);
    world.seat(JUDGE, Command::Remove { seat: PARTY, reason: "noise".into() }).unwrap();
    assert!(!world.hearing.would_have_had(PARTY, track(JUDGE, DeviceKind::Microphone)), "sent out");
}

#[test]
fn phases_and_speakers_of_a_span_are_told_as_the_minutes_have_them() {
    let (mut world, from, to) = missed();
    let spoke = |seat, from_us, to_us| Command::ReportSpoke { seat, from_us, to_us };
    world.system(spoke(JUDGE, from - 5 * SECOND, from + 4 * SECOND)).unwrap();
    world.system(spoke(COUNSEL, from + 4 * SECOND, from + 9 * SECOND)).unwrap();
    let minutes = Minutes::of(&world.ledger).unwrap();
    let between = minutes.between(Reader::Seat(PARTY), from, to);
    assert_eq!(between.phases.len(), 1);
    let heard: Vec<u64> = between.speakers.iter().map(|(_, us)| us / SECOND).collect();
    assert_eq!(heard, [5, 4], "of the judge only what was missed");
    assert!(minutes.between(Reader::Seat(PARTY), to + 60 * SECOND, to + 70 * SECOND).speakers.is_empty());
}

#[test]
fn what_was_missed_begins_with_the_last_word_of_the_link_and_not_when_it_was_given_up() {
    let mut world = World::in_session();
    let connection = world.hearing.seats[&PARTY].connection.unwrap();
    world.pass(20);
    let heard_us = world.t_us - 9 * SECOND;
    let reason = LeaveReason::Replaced;
    let event = Event::Left { seat: PARTY, connection, reason, heard_us: Some(heard_us) };
    let now = world.now();
    world.hearing.apply(&Stamped { now, actor: Actor::System, event });
    world.enter(PARTY).unwrap();
    assert_eq!(spans(&world, PARTY), [(heard_us, world.t_us, false)]);
}
