//! The continuity meter: who perceives what is said by the test, and the hearing finds what follows.

use crate::court::*;
use assize_core::hearing::{Command, Continuity, HoldCause, LeaveReason, Off, Perceives, SessionState};
use assize_core::ids::{DeviceKind, PointId, SeatId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::view::view;
use std::collections::BTreeSet;

/// Screens that say nothing, and what the others do not get.
#[derive(Default)]
struct Screens {
    silent: BTreeSet<SeatId>,
    missing: BTreeSet<(SeatId, TrackId)>,
}

impl Perceives for Screens {
    fn says(&self, seat: SeatId) -> bool {
        !self.silent.contains(&seat)
    }

    fn gets(&self, seat: SeatId, track: TrackId) -> bool {
        !self.missing.contains(&(seat, track))
    }
}

impl Screens {
    /// Nothing of this kind of device comes to the seat.
    fn without(mut self, to: SeatId, device: DeviceKind) -> Self {
        self.missing.extend(PLANNED.map(|from| (to, TrackId { seat: from, device })));
        self
    }

    /// Nothing of this seat's device comes to anybody.
    fn cut(mut self, from: SeatId, device: DeviceKind) -> Self {
        self.missing.extend(PLANNED.map(|to| (to, TrackId { seat: from, device })));
        self
    }
}

const WHOLE: Continuity = Continuity { sees: Some(true), hears: Some(true), heard: Some(true) };

fn session() -> World {
    World::in_session()
}

fn found(world: &World, screens: &Screens, at: u128) -> Option<Continuity> {
    world.hearing.continuity_now(screens).get(&point(at)).copied()
}

fn detention() -> PointId {
    point(DETENTION_POINT)
}

#[test]
fn each_of_the_three_is_found_by_itself() {
    let world = session();
    let at = |screens: &Screens| found(&world, screens, DETENTION_POINT).unwrap();
    assert_eq!(at(&Screens::default()), WHOLE);
    let blind = Screens::default().without(DETENTION, DeviceKind::Camera1).without(OFFICER, DeviceKind::Camera1);
    assert_eq!(at(&blind), Continuity { sees: Some(false), ..WHOLE });
    assert_eq!(
        at(&Screens::default().without(DETENTION, DeviceKind::Microphone)),
        Continuity { hears: Some(false), ..WHOLE }
    );
    let mut unheard = Screens::default().cut(DETENTION, DeviceKind::Microphone);
    unheard.missing.extend(Screens::default().cut(OFFICER, DeviceKind::Microphone).missing);
    assert_eq!(at(&unheard), Continuity { heard: Some(false), ..WHOLE });
}

#[test]
fn that_others_hear_a_point_does_not_make_the_court_hear_it() {
    let world = session();
    let mut deaf = Screens::default();
    for sink in [ROOM, JUDGE, PANEL, CLERK] {
        deaf = deaf.without(sink, DeviceKind::Microphone);
    }
    assert_eq!(found(&world, &deaf, DETENTION_POINT).unwrap().heard, Some(false));
}

#[test]
fn who_says_nothing_is_not_found_to_miss_anything() {
    let world = session();
    let silent = Screens { silent: PLANNED.into(), ..Screens::default() };
    assert_eq!(found(&world, &silent, DETENTION_POINT), Some(Continuity::default()));
    assert!(!Continuity::default().is_broken());
}

#[test]
fn a_browser_that_refuses_to_play_sound_does_not_hear() {
    let mut world = session();
    world.seat(DETENTION, Command::ReportPlayback { blocked: true }).unwrap();
    assert_eq!(found(&world, &Screens::default(), DETENTION_POINT).unwrap().hears, Some(false));
}

#[test]
fn a_point_whose_line_broke_has_none_of_them_and_one_that_went_is_not_missed() {
    let lost = |reason| {
        let mut world = session();
        for seat in [DETENTION, OFFICER] {
            let connection = world.hearing.seats[&seat].connection.unwrap();
            world.system(Command::Leave { connection, reason }).unwrap();
        }
        found(&world, &Screens::default(), DETENTION_POINT)
    };
    assert_eq!(lost(LeaveReason::Lost), Some(Continuity::NONE));
    assert_eq!(lost(LeaveReason::Left), None);
}

#[test]
fn observers_and_whoever_is_in_a_private_room_break_nothing() {
    let mut world = session();
    assert_eq!(found(&world, &Screens::default(), UNIT_POINT), None);
    world.seat(JUDGE, Command::AllowConsultation { seat: COUNSEL, allowed: true }).unwrap();
    world.seat(COUNSEL, Command::Consult { with: vec![DETENTION] }).unwrap();
    world.seat(DETENTION, Command::AcceptConsultation { from: COUNSEL }).unwrap();
    assert_eq!(found(&world, &Screens::default(), DETENTION_POINT), None);
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    assert!(world.hearing.continuity_now(&Screens::default()).is_empty(), "a pause is no session");
}

#[test]
fn a_point_that_broke_and_then_was_sent_out_holds_nobody_up() {
    let mut world = session();
    world.system(report(Continuity::NONE, world.t_us)).unwrap();
    let late = world.t_us + 99 * SECOND;
    assert!(world.hearing.breach(late).is_some());
    for seat in [DETENTION, OFFICER] {
        world.seat(JUDGE, Command::Remove { seat, reason: "sent back".into() }).unwrap();
    }
    assert_eq!(world.hearing.breach(late), None);
}

fn report(continuity: Continuity, since_us: u64) -> Command {
    Command::ReportContinuity { point: detention(), continuity, since_us }
}

#[test]
fn past_the_procedures_limit_the_session_is_to_be_held_and_a_return_in_time_forgets_it() {
    let mut world = session();
    let broken = Continuity { hears: Some(false), ..WHOLE };
    let since = world.t_us;
    world.system(report(broken, since)).unwrap();
    assert_eq!(world.system(report(broken, since)), Err(Refusal::AlreadySo));
    world.system(report(Continuity::NONE, since + 9 * SECOND)).unwrap();
    let limit = since + 30 * SECOND;
    assert_eq!(world.hearing.breach(limit - 1), None);
    let cause = world.hearing.breach(limit).unwrap();
    assert_eq!(
        cause,
        HoldCause::Continuity { point: detention(), name: "Point 2".into(), continuity: Continuity::NONE }
    );
    world.system(report(WHOLE, limit)).unwrap();
    assert_eq!(world.hearing.breach(limit + 99 * SECOND), None);
    world.system(report(broken, limit + 100 * SECOND)).unwrap();
    assert_eq!(world.hearing.breach(limit + 129 * SECOND), None, "the earlier break does not count on");
    world.system(Command::AutoHold { cause }).unwrap();
    assert_eq!(world.hearing.state, SessionState::Held);
    assert!(world.hearing.seats.values().all(|seat| !seat.microphone.open));
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    assert_eq!(world.hearing.breach(u64::MAX / 2), None, "going on begins a new count");
}

#[test]
fn the_court_is_told_what_was_found_and_nobody_else() {
    let mut world = session();
    world.system(report(Continuity { sees: Some(false), ..WHOLE }, world.t_us)).unwrap();
    world.system(Command::ReportOff { seat: DETENTION, off: [Off::Camera].into() }).unwrap();
    let told = |viewer| {
        let view = view(&world.hearing, viewer, BEGAN_MS).unwrap();
        view.seats.into_iter().find(|seat| seat.seat == DETENTION).unwrap()
    };
    let court = told(CLERK);
    assert_eq!((court.continuity.unwrap().found.sees, court.off), (Some(false), vec![Off::Camera]));
    for viewer in [COUNSEL, OTHER, LISTENER] {
        let told = told(viewer);
        assert!(told.continuity.is_none() && told.off.is_empty(), "{viewer}");
    }
}

#[test]
fn somebody_outside_is_not_told_which_point_it_is() {
    let mut world = session();
    world.seat(CLERK, Command::Dismiss { seat: WITNESS, stays: true }).unwrap();
    let cause = HoldCause::Continuity { point: detention(), name: "Point 2".into(), continuity: Continuity::NONE };
    world.system(Command::AutoHold { cause: cause.clone() }).unwrap();
    let hold = |viewer| view(&world.hearing, viewer, BEGAN_MS).unwrap().session.hold.unwrap();
    assert_eq!(hold(COUNSEL), cause);
    let told = serde_json::to_string(&hold(WITNESS)).unwrap();
    assert!(!told.contains("Point 2") && !told.contains(&detention().0.to_string()), "{told}");
}

#[test]
fn a_camera_that_is_switched_off_is_found_by_place_and_not_at_the_court() {
    let mut world = session();
    assert!(world.hearing.off_now().is_empty(), "{:?}", world.hearing.off_now());
    let off = Command::Unpublish { devices: vec![DeviceKind::Camera1] };
    for seat in [JUDGE, COUNSEL, OTHER] {
        world.seat(seat, off.clone()).unwrap();
    }
    let found = world.hearing.off_now();
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), [COUNSEL, OTHER]);
    assert_eq!(found[&COUNSEL], [Off::Camera].into());
}

fn lose(world: &mut World, seat: SeatId) {
    let connection = world.hearing.seats[&seat].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Lost }).unwrap();
}

#[test]
fn an_officers_telephone_does_not_stand_for_the_room_whose_line_is_cut() {
    let mut world = session();
    lose(&mut world, DETENTION);
    assert_eq!(found(&world, &Screens::default(), DETENTION_POINT), Some(Continuity::NONE));
    world.resume(DETENTION).unwrap();
    lose(&mut world, OFFICER);
    assert_eq!(found(&world, &Screens::default(), DETENTION_POINT).map(Continuity::is_broken), Some(false));
}

#[test]
fn a_screen_that_somebody_brought_along_does_not_show_what_the_prisoner_sees() {
    let mut plan = plan();
    plan.people.iter_mut().find(|one| one.id == person(5)).unwrap().point = Some(point(DETENTION_POINT));
    let mut world = World::session_of(plan);
    let blind = Screens::default().without(DETENTION, DeviceKind::Camera1);
    assert_eq!(found(&world, &blind, DETENTION_POINT).unwrap().sees, Some(false), "counsel sees");
    lose(&mut world, DETENTION);
    assert_eq!(found(&world, &Screens::default(), DETENTION_POINT), Some(Continuity::NONE));
}

#[test]
fn the_clerk_on_a_technical_line_takes_nothing_out_of_the_courtroom() {
    let mut world = session();
    world.seat(JUDGE, Command::AllowConsultation { seat: CLERK, allowed: true }).unwrap();
    world.seat(CLERK, Command::TechnicalLine { seat: OTHER }).unwrap();
    world.seat(OTHER, Command::AcceptConsultation { from: CLERK }).unwrap();
    assert!(found(&world, &Screens::default(), CENTRAL).is_some());
    assert_eq!(found(&world, &Screens::default(), OTHER_POINT), None, "its own device is on the line");
}

#[test]
fn the_court_may_go_on_without_a_point_until_that_is_whole_again() {
    let mut world = session();
    lose(&mut world, OTHER);
    let (at, lost) = (point(OTHER_POINT), Continuity::NONE);
    let report = |world: &mut World, continuity| {
        let since_us = world.t_us;
        world.system(Command::ReportContinuity { point: at, continuity, since_us }).unwrap();
    };
    report(&mut world, lost);
    let long = |world: &World| world.t_us + 3600 * SECOND;
    let cause = world.hearing.breach(long(&world)).unwrap();
    world.system(Command::AutoHold { cause }).unwrap();
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    report(&mut world, lost);
    assert_eq!(world.hearing.breach(long(&world)), None, "the judge knows");
    assert!(world.hearing.continuity[&at].broken_since_us.is_some(), "and it stays on record");
    report(&mut world, WHOLE);
    report(&mut world, lost);
    assert!(world.hearing.breach(long(&world)).is_some(), "it had come back");
}

#[test]
fn going_on_without_a_points_picture_is_not_going_on_without_its_line() {
    let mut world = session();
    let blind = Continuity { sees: Some(false), ..WHOLE };
    let report = |world: &mut World, continuity| {
        let since_us = world.t_us;
        world.system(Command::ReportContinuity { point: detention(), continuity, since_us }).unwrap();
        since_us + 30 * SECOND
    };
    let limit = report(&mut world, blind);
    let cause = world.hearing.breach(limit).unwrap();
    world.system(Command::AutoHold { cause }).unwrap();
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    let known = report(&mut world, blind);
    assert_eq!(world.hearing.breach(known + 3600 * SECOND), None);
    world.t_us += 3600 * SECOND;
    let limit = report(&mut world, Continuity::NONE);
    assert_eq!(world.hearing.breach(limit - 1), None, "it has its own time");
    assert!(world.hearing.breach(limit).is_some());
    let limit = report(&mut world, blind);
    assert_eq!(world.hearing.breach(limit + 3600 * SECOND), None, "as the court went on with it");
    report(&mut world, Continuity { hears: Some(false), ..WHOLE });
    let limit = report(&mut world, blind);
    assert!(world.hearing.breach(limit).is_some(), "the picture had come back");
}
