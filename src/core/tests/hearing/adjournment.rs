//! Suspended, postponed, and continued in another sitting.

use crate::court::*;
use crate::events::replay;
use assize_core::hearing::{
    Actor, Before, Command, Continuity, Entrant, Event, FileHash, Hearing, HoldCause, Identity, IdentityMethod,
    Occupant, Room, SessionState, Stamped, may_continue,
};
use assize_core::ids::{ExhibitId, SeatId};
use assize_core::plan::Plan;
use assize_core::refusal::Refusal;
use assize_core::routing::{Channel, routes};
use assize_core::view::{Act, view};

const HOUR: i64 = 3_600_000;

fn seal() -> FileHash {
    FileHash::try_from("ab".repeat(32)).unwrap()
}

pub(crate) fn suspend(world: &World, until_ms: Option<i64>) -> Command {
    let frozen_ms = world.now().utc_ms;
    Command::Suspend { reason: "Mất đường truyền".into(), frozen_ms, until_ms, pack: None }
}

fn tomorrow() -> i64 {
    BEGAN_MS + 24 * HOUR
}

/// In the second phase, held since nobody at the detention centre has a line, which one device has nevertheless.
fn broken() -> World {
    let mut world = World::lawful_session();
    world.advance("questioning");
    world.give(Actor::Seat { seat: COUNSEL }, &Command::RaiseHand { raised: true }).unwrap();
    let point = point(DETENTION_POINT);
    let since_us = world.t_us;
    world.system(Command::ReportContinuity { point, continuity: Continuity::NONE, since_us }).unwrap();
    world.pass(40);
    let cause = world.hearing.breach(world.t_us).unwrap();
    assert!(matches!(cause, HoldCause::Continuity { .. }));
    world.system(Command::AutoHold { cause }).unwrap();
    world
}

/// The next sitting, an hour later, from the ledger of the one before and under this plan.
pub(crate) fn next(world: &World, plan: Plan) -> World {
    let before = Before { sitting: "01".into(), seal: seal() };
    let carried = Box::new(replay(&world.ledger).carried());
    let procedure = Some(Box::new(criminal()));
    let mut next = World::lawful();
    next.t_us = world.t_us + 3_600 * SECOND;
    let stamped = |event| Stamped { now: next.now(), actor: Actor::System, event };
    let ledger = vec![stamped(Event::Planned { plan, procedure }), stamped(Event::Continued { before, carried })];
    next.hearing = replay(&ledger);
    next.ledger = ledger;
    next
}

#[test]
fn a_suspension_says_which_point_failed_since_when_and_nothing_is_heard_after_it() {
    let mut world = broken();
    let fault = world.hearing.fault().unwrap();
    let command = suspend(&world, Some(tomorrow()));
    let events = world.seat(JUDGE, command).unwrap();
    let [Event::Suspended { reason, until_ms, fault: stated, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((reason.as_str(), *until_ms, *stated), ("Mất đường truyền", Some(tomorrow()), Some(fault)));
    assert_eq!(fault.point, point(DETENTION_POINT));
    assert_eq!(world.state(), SessionState::Suspended);
    assert!(routes(&world.hearing).is_empty());
    assert!(world.hearing.seats.values().all(|seat| !seat.microphone.open));
    assert!(world.hearing.course.hands.is_empty());
    assert_eq!(replay(&world.ledger), world.hearing);
}

#[test]
fn it_may_be_done_in_session_held_and_paused_with_a_reason_and_for_a_day_to_come() {
    let mut world = World::in_session();
    let blank = Command::Suspend { reason: "  ".into(), frozen_ms: 0, until_ms: None, pack: None };
    assert_eq!(world.seat(JUDGE, blank), Err(Refusal::ReasonMissing));
    let past = suspend(&world, Some(world.now().utc_ms));
    assert_eq!(world.seat(JUDGE, past), Err(Refusal::ContinuationPast));
    let command = suspend(&world, None);
    assert_eq!(world.seat(CLERK, command.clone()), Err(Refusal::NotYourAct));
    world.seat(JUDGE, Command::Pause { reason: "x".into() }).unwrap();
    world.seat(JUDGE, command).unwrap();
    assert_eq!(world.hearing.adjourned.as_ref().unwrap().until_ms, None, "to be appointed");
}

#[test]
fn the_moment_that_was_fixed_is_neither_after_the_act_nor_long_before_it() {
    for (said, kept) in [(i64::MAX, 0), (i64::MIN, -600_000), (-5_000, -5_000)] {
        let mut world = World::in_session();
        let at = world.now().utc_ms + 1_000;
        let frozen_ms = if said == -5_000 { at + said } else { said };
        let command = Command::Suspend { reason: "x".into(), frozen_ms, until_ms: None, pack: None };
        world.seat(JUDGE, command).unwrap();
        assert_eq!(world.hearing.adjourned.unwrap().frozen_ms, at + kept);
    }
}

#[test]
fn a_sitting_ends_when_every_component_point_has_taken_note_or_has_had_time_to() {
    let mut world = broken();
    let note = Command::TakeNote {};
    assert_eq!(world.seat(COUNSEL, note.clone()), Err(Refusal::NotYourAct));
    assert_eq!(world.seat(ROOM, note.clone()), Err(Refusal::NotYourAct), "the courtroom knows");
    world.seat(OFFICER, note.clone()).unwrap();
    assert_eq!(world.seat(OFFICER, note.clone()), Err(Refusal::AlreadySo));
    let command = suspend(&world, Some(tomorrow()));
    world.seat(JUDGE, command).unwrap();
    assert!(world.hearing.noted.is_empty(), "that was the hold, and this is the decision");
    assert!(!world.hearing.is_sitting_over(world.t_us));
    for seat in [OFFICER, OTHER] {
        world.seat(seat, note.clone()).unwrap();
        assert!(!world.hearing.is_sitting_over(world.t_us), "{seat}");
    }
    assert!(world.hearing.is_sitting_over(world.t_us + 30 * SECOND));
    world.seat(PLACE, note).unwrap();
    assert!(world.hearing.is_sitting_over(world.t_us), "the detention centre's device was spoken for by its officer");
    assert_eq!(replay(&world.ledger), world.hearing);
}

#[test]
fn a_point_without_a_line_holds_the_end_up_no_longer() {
    let mut world = World::in_session();
    let command = suspend(&world, None);
    world.seat(JUDGE, command).unwrap();
    for seat in [DETENTION, OFFICER, OTHER, PLACE] {
        assert!(!world.hearing.is_sitting_over(world.t_us));
        world.lose(seat);
    }
    assert!(world.hearing.is_sitting_over(world.t_us));
    assert_eq!(world.enter(DETENTION), Err(Refusal::Adjourned { until_ms: None }));
}

#[test]
fn private_talks_end_with_the_sitting() {
    let mut world = World::admitted();
    world.seat(COUNSEL, Command::Consult { with: vec![DETENTION] }).unwrap();
    world.seat(DETENTION, Command::AcceptConsultation { from: COUNSEL }).unwrap();
    world.seat(JUDGE, Command::Postpone { reason: "Chưa nối được".into(), until_ms: Some(tomorrow()) }).unwrap();
    assert_eq!(world.state(), SessionState::Postponed);
    assert!(world.hearing.rooms.open.is_empty() && routes(&world.hearing).is_empty());
    assert_eq!(replay(&world.ledger), world.hearing);
}

#[test]
fn the_next_sitting_goes_on_in_the_same_phase_with_the_same_seats_and_exhibits() {
    let mut world = broken();
    let file = crate::exhibits::file(1);
    let receive = Command::ReceiveExhibit { seat: COUNSEL, title: "Biên lai".into(), file, person: None };
    world.system(receive).unwrap();
    world.seat(CLERK, Command::MuteLock { seat: PARTY }).unwrap();
    world.seat(PARTY, Command::Listen { seat: None, channel: Channel::Interpretation }).unwrap();
    let (identity, method) = (Identity::Right, IdentityMethod::Papers);
    world.seat(CLERK, Command::CheckIdentity { person: person(7), identity, method, note: None }).unwrap();
    let command = suspend(&world, Some(tomorrow()));
    world.seat(JUDGE, command).unwrap();

    let mut next = next(&world, plan());
    assert_eq!(next.state(), SessionState::Scheduled);
    assert!(next.hearing.seats.keys().eq(world.hearing.seats.keys()), "everybody has their number");
    assert_eq!(next.hearing.exhibits.all, world.hearing.exhibits.all);
    assert_eq!(next.hearing.before, Some(Before { sitting: "01".into(), seal: seal() }));
    next.enter(DETENTION).unwrap();
    assert_eq!(next.state(), SessionState::Waiting);
    assert_eq!(next.hearing.seats[&DETENTION].room, Room::Waiting, "the court lets in again whom it let in before");
    for seat in PLANNED.into_iter().filter(|seat| *seat != DETENTION) {
        next.enter(seat).unwrap();
    }
    for seat in PLANNED {
        _ = next.seat(CLERK, Command::Admit { seat });
    }
    let told = view(&next.hearing, CLERK, BEGAN_MS).unwrap();
    let defendant = told.seats.iter().flat_map(|seat| &seat.people).find(|one| one.id == Some(person(7))).unwrap();
    assert_eq!(defendant.identity, None, "to be asked again");
    assert_eq!(defendant.before.unwrap().identity, Some(Identity::Right));
    assert_eq!(told.session.continues.as_deref(), Some("01"));
    assert!(next.microphone(PARTY).locked && next.hearing.seats[&PARTY].listens == Channel::Interpretation);

    let events = next.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    assert!(!events.iter().any(|event| matches!(event, Event::PhaseBegan { .. })), "{events:?}");
    assert_eq!(next.hearing.course.phase, Some("questioning".into()));
    assert_eq!(next.hearing.course.past, ["opening".into()]);
    assert_eq!(next.hearing.in_session_before_us, world.hearing.in_session_before_us);
    assert!(next.hearing.exhibits.all.contains_key(&ExhibitId(1)));
    next.advance("debate");
    assert_eq!(replay(&next.ledger), next.hearing, "its ledger alone gives it back");
}

#[test]
fn whoever_left_the_plan_has_no_seat_any_more_and_whoever_came_to_it_gets_a_new_number() {
    let mut world = broken();
    world.enter_as(Entrant::Observer { name: "Vân".into() }, false).unwrap();
    let command = suspend(&world, None);
    world.seat(JUDGE, command).unwrap();
    let mut changed = plan();
    changed.people.retain(|one| one.id != person(11));
    let counsel = changed.people.iter().find(|one| one.id == person(5)).unwrap().clone();
    let late = assize_core::plan::Person { id: person(40), name: "Late".into(), ..counsel };
    changed.people.push(late);
    let next = next(&world, changed);
    let seats: Vec<SeatId> = next.hearing.seats.keys().copied().collect();
    assert!(!seats.contains(&PARTY) && !seats.contains(&FIRST_NEW), "{seats:?}");
    assert_eq!(seats.last(), Some(&SeatId(17)), "no number is given twice");
}

#[test]
fn the_number_of_a_seat_that_is_gone_is_nobodys_who_would_own_what_was_handed_in_there() {
    let mut world = broken();
    let command = suspend(&world, None);
    world.seat(JUDGE, command).unwrap();
    let highest = world.hearing.seats.keys().next_back().copied().unwrap();
    let gone: Vec<_> = world.hearing.people(&world.hearing.seats[&highest]).map(|person| person.id).collect();
    let mut changed = plan();
    changed.people.retain(|one| !gone.contains(&one.id));
    if let Occupant::Point { point, .. } = world.hearing.seats[&highest].occupant {
        changed.points.retain(|known| known.id != point);
        changed.people.retain(|one| one.point != Some(point));
    }
    let mut second = next(&world, changed);
    assert!(!second.hearing.seats.contains_key(&highest));
    let observer = Entrant::Observer { name: "Vân".into() };
    let entered = second.enter_as(observer, false).unwrap();
    let seat = entered.iter().find_map(|event| match event {
        Event::Entered { seat, .. } => Some(*seat),
        _ => None,
    });
    assert!(seat.unwrap() > highest, "{seat:?} after {highest}");
    assert!(second.hearing.carried().last_seat > Some(highest.0), "nor in a third sitting");
}

#[test]
fn nobody_comes_in_again_before_the_time_is_near() {
    assert_eq!(may_continue(None, 0), Err(Refusal::Adjourned { until_ms: None }));
    let appointed = tomorrow();
    assert_eq!(may_continue(Some(appointed), BEGAN_MS), Err(Refusal::Adjourned { until_ms: Some(appointed) }));
    assert!(may_continue(Some(appointed), appointed - 2 * HOUR).is_ok());
    assert!(may_continue(Some(appointed), appointed + 48 * HOUR).is_ok(), "late is better than never");
}

#[test]
fn each_is_told_what_concerns_them() {
    let mut world = broken();
    let told = |world: &World, seat| view(&world.hearing, seat, BEGAN_MS).unwrap();
    assert!(told(&world, JUDGE).session.fault.is_some() && told(&world, COUNSEL).session.fault.is_none());
    assert!(
        told(&world, OFFICER).acts.contains(&Act::TakeNote) && told(&world, DETENTION).acts.contains(&Act::TakeNote)
    );
    assert!(!told(&world, ROOM).acts.contains(&Act::TakeNote) && !told(&world, COUNSEL).acts.contains(&Act::TakeNote));
    world.seat(OFFICER, Command::TakeNote {}).unwrap();
    assert!(!told(&world, OFFICER).acts.contains(&Act::TakeNote));
    let noted = |world: &World, seat| told(world, seat).session.noted.len();
    assert_eq!((noted(&world, JUDGE), noted(&world, OFFICER), noted(&world, COUNSEL)), (1, 1, 0));
    world.lose(WITNESS);
    world.enter(WITNESS).unwrap();
    world.hearing.seats.get_mut(&WITNESS).unwrap().room = Room::WitnessWaiting;
    let command = suspend(&world, Some(tomorrow()));
    world.seat(JUDGE, command).unwrap();
    for (seat, reason) in [(COUNSEL, "Mất đường truyền"), (WITNESS, "")] {
        let adjourned = told(&world, seat).session.adjourned.unwrap();
        assert_eq!((adjourned.reason.as_str(), adjourned.until_ms), (reason, Some(tomorrow())), "{seat}");
    }
}

/// Whatever a ledger's second line says, nothing of it can be taken for something else.
#[test]
fn what_continues_is_read_and_written_as_ever() {
    let world = broken();
    let carried = world.hearing.carried();
    let text = serde_json::to_string(&carried).unwrap();
    assert_eq!(serde_json::from_str::<assize_core::hearing::Carried>(&text).unwrap(), carried);
    let begun = Hearing::begin(&world.ledger[0]).unwrap();
    assert!(begun.before.is_none() && begun.attendance_before.is_empty());
}
