//! SIGKILL in session: everybody is back, the session is held, and what it cost is stated.

use crate::stage::{eventually, everybody_perceives_everybody, in_session, packets_pass};
use assize_core::hearing::{Command, Event, GapReason, HoldCause, SessionState};
use assize_tests::{Kind, TestCourt, ledger, tag};
use serde_json::Value;

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
    assert_eq!(counsel.command(Command::Resume {}).await, Err(assize_core::refusal::Refusal::NotYourAct));
    judge.does(Command::Resume {}).await;
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
    judge.does(crate::stage::OPEN).await;
}
