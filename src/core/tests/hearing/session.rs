//! Opening, holding, pausing, resuming, closing, taking up; and the clock of time in session.

use crate::court::*;
use assize_core::hearing::{Actor, Command, Event, GapReason, Hearing, HoldCause, LeaveReason, SessionState, Stamped};
use assize_core::ids::{DeviceKind, TrackId};
use assize_core::refusal::Refusal;

fn open(record: bool, reason: Option<&str>) -> Command {
    Command::Open { record, reason: reason.map(Into::into) }
}

#[test]
fn recording_is_on_unless_the_judge_says_why_not() {
    let mut world = World::admitted();
    assert_eq!(world.seat(JUDGE, open(false, None)), Err(Refusal::ReasonMissing));
    assert_eq!(world.seat(JUDGE, open(false, Some("  \n "))), Err(Refusal::ReasonMissing));
    let long = "ộ".repeat(501);
    assert_eq!(world.seat(JUDGE, open(false, Some(&long))), Err(Refusal::TooMuch { limit: 500 }));
    let longest = "ộ".repeat(500);
    let opened = Event::Opened { recording: false, reason: Some(longest.clone()), missing: Vec::new() };
    assert_eq!(world.seat(JUDGE, open(false, Some(&longest))), Ok(vec![opened]));
    assert!(!world.hearing.recording);

    let mut world = World::admitted();
    let opened = Event::Opened { recording: true, reason: None, missing: Vec::new() };
    assert_eq!(world.seat(JUDGE, open(true, Some(" "))), Ok(vec![opened]));
    assert!(world.hearing.recording);
}

/// Ruling 3: what goes on without a working record goes on with a reason, and recording is asked for anew each time.
#[test]
fn a_session_that_goes_on_is_recorded_unless_the_judge_says_why_not() {
    let resume = |reason: Option<&str>| Command::Resume { reason: reason.map(Into::into) };
    let pause = || Command::Pause { reason: String::new() };
    let mut world = World::in_session();
    world.system(Command::AutoHold { cause: HoldCause::RecorderFault { detail: "full".into() } }).unwrap();
    let long = "ộ".repeat(501);
    assert_eq!(world.seat(JUDGE, resume(Some(&long))), Err(Refusal::TooMuch { limit: 500 }));
    let without = Event::Resumed { by: Some(JUDGE), recording: Some(false), reason: Some("urgent".into()) };
    assert_eq!(world.seat(JUDGE, resume(Some(" urgent "))), Ok(vec![without]));
    assert_eq!((world.state(), world.hearing.recording), (SessionState::InSession, false));

    world.seat(JUDGE, pause()).unwrap();
    let with = Event::Resumed { by: Some(JUDGE), recording: Some(true), reason: None };
    assert!(with.begins_recording());
    assert_eq!(world.seat(JUDGE, resume(Some(" \n"))), Ok(vec![with]), "a blank is no reason");
    assert!(world.hearing.recording, "what was before the pause decides nothing");

    // A ledger from before this was asked: it goes on as it was.
    for recording in [true, false] {
        world.hearing.recording = recording;
        let resumed = Event::Resumed { by: None, recording: None, reason: None };
        let now = world.now();
        world.hearing.apply(&Stamped { now, actor: Actor::System, event: resumed });
        assert_eq!(world.hearing.recording, recording);
    }
}

#[test]
fn every_reason_has_its_limit() {
    let mut world = World::in_session();
    let reason = "x".repeat(501);
    for command in [
        Command::Hold { reason: reason.clone() },
        Command::Pause { reason: reason.clone() },
        Command::Remove { seat: PARTY, reason },
    ] {
        assert_eq!(world.seat(JUDGE, command), Err(Refusal::TooMuch { limit: 500 }));
    }
}

#[test]
fn a_session_goes_its_way() {
    let mut world = World::admitted();
    let mut seen = vec![world.state()];
    for command in [
        open(true, None),
        Command::Pause { reason: "noon".into() },
        Command::Resume { reason: None },
        Command::Hold { reason: "line".into() },
        Command::Resume { reason: None },
        Command::Close {},
    ] {
        world.seat(JUDGE, command).unwrap();
        seen.push(world.state());
    }
    use SessionState::{Closed, Held, InSession, Paused, Waiting};
    assert_eq!(seen, [Waiting, InSession, Paused, InSession, Held, InSession, Closed]);
}

#[test]
fn the_hold_says_why_while_it_lasts() {
    let mut world = World::in_session();
    world.seat(CLERK, Command::Hold { reason: "line".into() }).unwrap();
    assert_eq!(world.hearing.hold, Some(HoldCause::Pressed { reason: "line".into() }));
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    assert_eq!(world.hearing.hold, None);
}

#[test]
fn time_in_session_leaves_out_pauses() {
    let mut world = World::in_session();
    world.pass(99);
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    world.pass(1000);
    assert_eq!(world.hearing.in_session_before_us, 100 * SECOND);
    assert_eq!(world.hearing.in_session_since_us, None);
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    assert_eq!(world.hearing.in_session_since_us, Some(world.t_us));
    world.pass(49);
    world.seat(JUDGE, Command::Close {}).unwrap();
    assert_eq!(world.hearing.in_session_before_us, 150 * SECOND);
}

#[test]
fn time_in_session_leaves_out_the_outage() {
    let mut world = World::in_session();
    world.pass(60);
    world.pass(599);
    world.system(Command::TakeUp { epoch: 2, outage_us: 600 * SECOND }).unwrap();
    assert_eq!(world.hearing.in_session_before_us, 60 * SECOND);
}

#[test]
fn a_server_that_takes_up_keeps_the_state_it_finds() {
    let take_up = || Command::TakeUp { epoch: 2, outage_us: 1 };
    let pause = Command::Pause { reason: String::new() };
    let hold = Command::Hold { reason: "line".into() };
    for (command, state) in [(pause, SessionState::Paused), (hold, SessionState::Held)] {
        let mut world = World::in_session();
        world.seat(JUDGE, command).unwrap();
        let cause = world.hearing.hold.clone();
        assert_eq!(world.system(take_up()), Ok(vec![Event::TakenUp { epoch: 2, outage_us: 1 }]));
        assert_eq!((world.state(), &world.hearing.hold), (state, &cause));
    }
    let mut world = World::new();
    world.system(take_up()).unwrap();
    assert_eq!((world.state(), world.hearing.epoch), (SessionState::Scheduled, 2));
    assert_eq!(world.system(take_up()), Err(Refusal::AlreadySo), "an epoch has one owner");
}

#[test]
fn an_automatic_hold_needs_a_session_to_hold() {
    let hold = || Command::AutoHold { cause: HoldCause::RecorderFault { detail: "EIO".into() } };
    let mut world = World::admitted();
    assert_eq!(world.system(hold()), Err(Refusal::NotNow { state: SessionState::Waiting }));
    world.seat(JUDGE, open(true, None)).unwrap();
    assert!(world.system(hold()).is_ok());
    assert_eq!(world.system(hold()), Err(Refusal::AlreadySo));
    world.seat(JUDGE, Command::Close {}).unwrap();
    assert_eq!(world.system(hold()), Err(Refusal::Over));
}

#[test]
fn after_the_close_nobody_is_there_and_nothing_goes_on() {
    let mut world = World::in_session();
    let connection = world.hearing.seats[&PARTY].connection.unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    assert!(world.hearing.seats.values().all(|seat| seat.connection.is_none() && seat.devices.is_empty()));
    assert_eq!(world.enter(JUDGE), Err(Refusal::Over));
    assert_eq!(world.seat(JUDGE, Command::Resume { reason: None }), Err(Refusal::Over));
    assert_eq!(world.set_microphone(PARTY, true), Err(Refusal::Over));
    assert_eq!(world.system(Command::TakeUp { epoch: 2, outage_us: 0 }), Err(Refusal::Over));
    assert_eq!(world.system(Command::ReportSecondUse { seat: PARTY }), Err(Refusal::Over));
    assert_eq!(world.system(Command::Leave { connection, reason: LeaveReason::Left }), Err(Refusal::AlreadySo));
}

#[test]
fn the_recorder_may_finish_its_account_after_the_close() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::Close {}).unwrap();
    let closed = world.hearing.clone();
    let track = TrackId { seat: PARTY, device: DeviceKind::Microphone };
    let gap = |from_us, to_us| Command::ReportGap { track, from_us, to_us, reason: GapReason::Network, pieces: None };
    assert_eq!(world.system(gap(1, 2)).unwrap().len(), 1);
    assert_eq!(world.system(gap(2, 2)), Err(Refusal::AlreadySo), "no time is no gap");
    assert_eq!(world.hearing, closed);
}

#[test]
fn a_recorder_fault_lasts_until_it_is_mended() {
    let mut world = World::in_session();
    let fault = || Command::ReportRecorderFault { track: None, detail: "EIO".into() };
    let mended = || Command::ReportRecorderRecovered { track: None };
    assert_eq!(world.system(mended()), Err(Refusal::AlreadySo));
    assert!(world.system(fault()).is_ok());
    assert_eq!(world.system(fault()), Err(Refusal::AlreadySo));
    assert!(world.hearing.recorder_faults.contains(&None));
    assert!(world.system(mended()).is_ok());
    assert!(world.hearing.recorder_faults.is_empty());
}

#[test]
fn a_recorder_fault_of_a_device_lasts_no_longer_than_the_device_is_recorded() {
    let mut world = World::in_session();
    let track = TrackId { seat: PARTY, device: DeviceKind::Microphone };
    let lapsed = || Command::ReportRecorderFaultLapsed { track };
    assert_eq!(world.system(lapsed()), Err(Refusal::AlreadySo));
    world.system(Command::ReportRecorderFault { track: Some(track), detail: "EIO".into() }).unwrap();
    assert_eq!(world.system(lapsed()), Ok(vec![Event::RecorderFaultLapsed { track }]));
    assert!(world.hearing.recorder_faults.is_empty());
}

#[test]
fn nobody_enters_a_suspended_or_postponed_session() {
    for state in [SessionState::Suspended, SessionState::Postponed] {
        let mut world = World::new();
        world.hearing.state = state;
        assert_eq!(world.enter(JUDGE), Err(Refusal::Adjourned { until_ms: None }));
    }
}

#[test]
fn a_ledger_begins_with_the_plan() {
    let world = World::in_session();
    assert!(Hearing::begin(&world.ledger[1]).is_none());
}
