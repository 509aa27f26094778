//! SIGKILL at any time: in session everybody is back, the session is held, and what it cost is stated; paused, held or
//! waiting stays so; a close is final, and the record is sealed by the next start.

use crate::stage::{eventually, everybody_perceives_everybody, in_session, over, packets_pass};
use assize_core::hearing::{Command, Event, GapReason, HoldCause, SessionState, Stamped};
use assize_core::ledger::Line;
use assize_core::refusal::Refusal;
use assize_core::signal::ClientMessage;
use assize_core::time::Now;
use assize_proof::ledger::{Head, check_file, encode};
use assize_proof::time;
use assize_tests::{CEILING, Kind, Person, TestCourt, ledger, tag};
use serde_json::{Value, json};
use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_kill_the_session_is_held_and_goes_on_by_one_act() {
    let mut court = TestCourt::start().await;
    let (mut judge, mut counsel, mut point) = in_session(&court).await;
    let muted = counsel.seat();
    // Long enough for sound to be durable, and so to be lacking afterwards.
    eventually("something is recorded and read back", || async { judge.link.told().read_back_ms.is_some() }).await;
    for _ in 0..3 {
        packets_pass(&judge).await;
    }
    judge.does(Command::MuteLock { seat: muted }).await;
    court.kill();

    let before = court.ledger();
    let acknowledged = [("admitted", 2), ("opened", 1), ("mute_locked", 1), ("published", 3)];
    for (kind, at_least) in acknowledged {
        let found = ledger::count(&before, |event| event.kind() == kind);
        assert!(found >= at_least, "{found} {kind} of {at_least} that were acknowledged");
    }
    let (exit, report) = court.verify();
    assert_ne!(exit, 1, "what a kill leaves is not altered: {report:#}");

    court.start_again().await;
    for person in [&mut judge, &mut counsel, &mut point] {
        person.come_back().await;
        assert_eq!(person.state(), SessionState::Held);
        assert_eq!(person.view().session.hold, Some(HoldCause::Restart));
        person.take_part().await;
    }
    assert!(counsel.view().me.locked && !judge.view().me.locked, "microphones are as they were");
    judge.hears(tag::POINT, Kind::Picture, 5).await;
    assert_eq!(counsel.command(Command::Resume { reason: None }).await, Err(Refusal::NotYourAct));
    judge.does(Command::Resume { reason: None }).await;
    everybody_perceives_everybody(&[&judge, &point]).await;
    judge.does(Command::Unmute { seat: muted }).await;
    everybody_perceives_everybody(&[&judge, &counsel, &point]).await;

    judge.does(Command::Close {}).await;
    eventually("sealed", || async { court.sitting().join("bagit.txt").exists() }).await;
    let after = court.ledger();
    assert_eq!(after[..before.len()], before[..], "nothing rewrites what was written");
    let taken_up = |event: &Event| matches!(event, Event::TakenUp { epoch: 2, outage_us } if *outage_us > 0);
    assert_eq!(ledger::count(&after, taken_up), 1);
    assert_eq!(ledger::replay(&after).state, SessionState::Closed);
    let gaps = court.metric("assize_recorder_gaps_total", "").await;
    assert!(gaps >= 2.0, "{gaps} gaps are counted: those of a crash count as well");
    for reason in [GapReason::Crash, GapReason::Outage] {
        let gaps = ledger::count(&after, |event| matches!(event, Event::Gap { reason: r, .. } if *r == reason));
        assert!(gaps > 0, "no gap says {reason:?}: {:?}", ledger::kinds(&after));
    }
    let (exit, report) = court.verify();
    assert_eq!(exit, 2, "{report:#}");
    assert_eq!(report["findings"], Value::Array(Vec::new()), "{report:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_for_the_opening_is_back_after_a_kill_as_well() {
    let mut court = TestCourt::start().await;
    let (mut judge, mut counsel) = (court.judge().await, court.counsel().await);
    judge.does(Command::Admit { seat: counsel.seat() }).await;
    court.kill();
    court.start_again().await;
    judge.come_back().await;
    counsel.come_back().await;
    assert_eq!(judge.state(), SessionState::Waiting, "what was not in session is not held");
    assert_eq!(counsel.view().me.room, assize_core::hearing::Room::Courtroom);
    judge.does(crate::stage::open()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_a_pause_it_comes_back_paused() {
    killed_out_of_session(Command::Pause { reason: "water".into() }, SessionState::Paused, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_held_it_comes_back_held_for_the_same_cause() {
    let reason = "the line to the point";
    let cause = HoldCause::Pressed { reason: reason.into() };
    killed_out_of_session(Command::Hold { reason: reason.into() }, SessionState::Held, Some(cause)).await;
}

/// What is not in session comes back as it was, with everybody in place and nobody heard before the judge's act.
async fn killed_out_of_session(stop: Command, state: SessionState, hold: Option<HoldCause>) {
    let mut court = TestCourt::start().await;
    let (mut judge, mut counsel, mut point) = in_session(&court).await;
    judge.does(stop).await;
    packets_pass(&judge).await;
    court.kill();
    let before = court.ledger();
    assert_eq!(ledger::replay(&before).state, state, "{:?}", ledger::kinds(&before));
    let (exit, report) = court.verify();
    assert_ne!(exit, 1, "what a kill leaves is not altered: {report:#}");

    court.start_again().await;
    for person in [&mut judge, &mut counsel, &mut point] {
        person.come_back().await;
        let view = person.view();
        assert_eq!((view.session.state, view.session.hold), (state, hold.clone()));
        assert!(!view.session.recording && view.heard_by.is_empty());
        person.take_part().await;
    }
    nobody_is_heard(&[&judge, &counsel, &point]).await;
    assert_eq!(counsel.command(Command::Resume { reason: None }).await, Err(Refusal::NotYourAct));

    judge.does(Command::Resume { reason: None }).await;
    counsel.hears(tag::JUDGE, Kind::Sound, 10).await;
    assert!(!counsel.view().me.microphone_open, "after a pause or a hold a microphone opens by an act");
    for person in [&counsel, &point] {
        person.does(Command::SetMicrophone { open: true }).await;
    }
    everybody_perceives_everybody(&[&judge, &counsel, &point]).await;
    judge.does(Command::Close {}).await;
    sealed_with(&court, &before).await;

    let after = court.ledger();
    let holds = |lines: &[Line]| ledger::count(lines, |event| event.kind() == "held");
    assert_eq!(holds(&after), holds(&before), "there was no session to hold");
    assert_eq!(ledger::count(&after, |event| matches!(event, Event::TakenUp { epoch: 2, .. })), 1);
    let of_the_kill = |event: &Event| {
        matches!(event, Event::Gap { reason: GapReason::Crash | GapReason::Outage | GapReason::Absent, .. })
    };
    assert_eq!(ledger::count(&after, of_the_kill), 0, "what is not in session is no gap");
}

/// Pictures pass between all of them, and no sound does.
async fn nobody_is_heard(people: &[&Person]) {
    let mut pairs: Vec<(&Person, &Person)> = Vec::new();
    for viewer in people {
        pairs.extend(people.iter().filter(|other| other.tag != viewer.tag).map(|other| (*viewer, *other)));
    }
    let heard: Vec<u64> = pairs.iter().map(|(viewer, other)| viewer.heard(other.tag, Kind::Sound).packets).collect();
    for (viewer, other) in &pairs {
        viewer.hears(other.tag, Kind::Picture, 5).await;
    }
    packets_pass(people[0]).await;
    for ((viewer, other), heard) in pairs.iter().zip(heard) {
        let now = viewer.heard(other.tag, Kind::Sound).packets;
        assert_eq!(now, heard, "{} hears {}", viewer.tag, other.tag);
    }
}

/// The record is sealed, nothing of what was on record is lost, and it is worth what a record is worth.
async fn sealed_with(court: &TestCourt, before: &[Line]) {
    let sitting = court.sitting();
    let is_sealed = || sitting.join("bagit.txt").exists() && !sitting.join(".sealing").exists();
    eventually("sealed", || async { is_sealed() }).await;
    let after = court.ledger();
    assert_eq!(after[..before.len()], before[..], "nothing rewrites what was written");
    assert_eq!(ledger::replay(&after).state, SessionState::Closed);
    let (exit, report) = court.verify();
    assert!(matches!(exit, 0 | 2), "{exit}: {report:#}");
    assert_eq!(report["findings"], json!([]), "{report:#}");
    assert_eq!(report["sealed"], true, "{report:#}");
}

/// What a kill after an acknowledged close left; returns the ledger.
fn left_closed(court: &TestCourt) -> Vec<Line> {
    let lines = court.ledger();
    assert_eq!(ledger::replay(&lines).state, SessionState::Closed, "{:?}", ledger::kinds(&lines));
    let (exit, report) = court.verify();
    assert_ne!(exit, 1, "what a kill leaves is not altered: {report:#}");
    lines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_close_that_was_acknowledged_is_final_whenever_the_server_is_killed() {
    for after_ms in [0, 20, 60, 150] {
        let mut court = TestCourt::start().await;
        let (judge, _counsel, _point) = in_session(&court).await;
        judge.does(Command::Close {}).await;
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        court.kill();
        let before = left_closed(&court);
        court.start_again().await;
        sealed_with(&court, &before).await;
        over(&court).await;
    }
}

/// As if the server had been killed in the instant after the close was on record: nothing of the last second was
/// written any more.
fn close_in_the_ledger(court: &TestCourt) {
    let path = court.sitting().join("ledger/1.jsonl");
    let mut head = Head::default();
    assert!(check_file(&mut head, &std::fs::read(&path).unwrap()).bad.is_none());
    let last = court.ledger().pop().unwrap();
    let utc_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
    let since_ms = utc_ms - time::parse(&last.utc).unwrap();
    let now = Now { t_us: last.t_us + since_ms as u64 * 1_000, utc_ms };
    let closed = Stamped { now, actor: last.actor, event: Event::Closed };
    let (_, text) = encode(&mut head, 1, &closed, &[0; 16]).unwrap();
    let mut file = std::fs::File::options().append(true).open(path).unwrap();
    writeln!(file, "{text}").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_written_any_more_before_a_close_is_stated() {
    let mut court = TestCourt::start().await;
    let (judge, _counsel, _point) = in_session(&court).await;
    eventually("something is recorded and read back", || async { judge.link.told().read_back_ms.is_some() }).await;
    for _ in 0..3 {
        packets_pass(&judge).await;
    }
    court.kill();
    close_in_the_ledger(&court);
    let before = court.ledger();
    court.start_again().await;
    sealed_with(&court, &before).await;
    over(&court).await;
    let after = court.ledger();
    assert_eq!(ledger::count(&after, |event| matches!(event, Event::TakenUp { epoch: 2, .. })), 1);
    let crash = |event: &Event| matches!(event, Event::Gap { reason: GapReason::Crash, .. });
    assert!(ledger::count(&after, crash) > 0, "{:?}", ledger::kinds(&after));
    let (exit, report) = court.verify();
    assert_eq!(exit, 2, "{report:#}");
}

/// What the sealing makes, in this order.
const STEPS: [&str; 6] = [
    ".sealing",
    "data/hearing.json",
    "data/certificate.json",
    "data/seal/head.sig",
    "manifest-sha256.txt",
    "bagit.txt",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sealing_that_is_killed_at_every_step_is_finished_in_the_end() {
    let mut court = TestCourt::start().await;
    let (judge, _counsel, _point) = in_session(&court).await;
    // Whether the answer still comes is of no matter here: that it is sealed says that the close is on record.
    judge.link.send(&ClientMessage::Command { id: 999, command: Command::Close {} }).await;
    let mut before = Vec::new();
    for step in STEPS {
        let (file, end) = (court.sitting().join(step), Instant::now() + CEILING);
        // Not awaited: it has to be seen within a millisecond.
        while !file.exists() {
            assert!(Instant::now() < end, "never: {step}");
            std::thread::sleep(Duration::from_micros(100));
        }
        court.kill();
        let now = left_closed(&court);
        assert_eq!(now[..before.len()], before[..]);
        before = now;
        court.begin_again();
    }
    court.until_ready().await;
    sealed_with(&court, &before).await;
    over(&court).await;
}
