//! The session's own acts, to the sealed record.

use crate::stage::{eventually, in_session, over, packets_pass};
use assize_core::hearing::{Command, SessionState};
use assize_core::refusal::Refusal;
use assize_tests::{Kind, TestCourt, ledger, tag, text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pause_cuts_all_sound_and_the_close_leaves_a_sealed_record() {
    let court = TestCourt::start().await;
    let (judge, counsel, point) = in_session(&court).await;
    let people = [&judge, &counsel, &point];
    // What is received becomes durable within a second or so; the ceiling is against hanging.
    let lag = || court.metric("assize_recorder_lag_seconds", "");
    eventually("the recorder is a little behind", || async { lag().await > 0.0 }).await;
    assert!(lag().await < 20.0);
    assert!(court.metrics().await.contains("\nassize_leg_loss_ratio "));

    judge.does(Command::Pause { reason: "water".into() }).await;
    let last = people.map(|person| person.sent(Kind::Sound));
    for person in people {
        person.until_state(SessionState::Paused).await;
        assert!(!person.view().session.recording);
        assert!(person.view().heard_by.is_empty());
    }
    packets_pass(&judge).await;
    for viewer in people {
        for (other, last) in people.iter().zip(last).filter(|(other, _)| other.tag != viewer.tag) {
            viewer.hears(other.tag, Kind::Picture, 5).await;
            assert!(viewer.heard(other.tag, Kind::Sound).last <= last, "{} hears {}", viewer.tag, other.tag);
        }
    }

    judge.does(Command::Resume { reason: None }).await;
    counsel.hears(tag::JUDGE, Kind::Sound, 10).await;
    point.hears(tag::JUDGE, Kind::Sound, 10).await;
    assert!(judge.heard(tag::COUNSEL, Kind::Sound).last <= last[1], "after a pause a microphone opens by an act");
    assert!(judge.heard(tag::POINT, Kind::Sound).last <= last[2]);
    for person in [&counsel, &point] {
        person.does(Command::SetMicrophone { open: true }).await;
        judge.hears(person.tag, Kind::Sound, 10).await;
    }

    assert_eq!(counsel.command(Command::Close {}).await, Err(Refusal::NotYourAct));
    judge.does(Command::Close {}).await;
    for person in people {
        let bye = person.link.until("the end", |told| told.closed.then(|| told.bye.clone())).await;
        assert_eq!(bye, Some(Some(Refusal::Over)));
        assert_eq!(person.state(), SessionState::Closed);
    }
    eventually("sealed", || async { court.sitting().join("bagit.txt").exists() }).await;
    eventually("the recorder has nothing in hand", || async { lag().await == 0.0 }).await;
    over(&court).await;

    let kinds = ledger::kinds(&court.ledger());
    let wanted = [
        "planned",
        "awaited",
        "entered",
        "entered",
        "entered",
        "published",
        "published",
        "published",
        "admitted",
        "admitted",
        "opened",
        "paused",
        "resumed",
        "microphone_set",
        "microphone_set",
        "closed",
    ];
    assert!(ledger::in_order(&kinds, &wanted), "{kinds:?}");
    assert_eq!(ledger::replay(&court.ledger()).state, SessionState::Closed);
    verified(&court);
}

/// The record is whole, and every track of everybody is in it.
fn verified(court: &TestCourt) {
    let (exit, report) = court.verify();
    assert!(matches!(exit, 0 | 2), "{exit}: {report:#}");
    assert_eq!(report["sealed"], true, "{report:#}");
    assert_eq!(report["findings"], json!([]), "{report:#}");
    assert_eq!(report["result"], if exit == 0 { "intact" } else { "gaps" });
    let tracks = report["tracks"].as_array().cloned().unwrap_or_default();
    assert_eq!(tracks.len(), 6, "{report:#}");
    for track in &tracks {
        assert!(track["seconds"].as_f64().unwrap_or_default() > 0.5, "{report:#}");
        assert!(exit == 2 || track["gaps"] == json!([]), "{report:#}");
    }
    let pictures = tracks.iter().filter(|track| text(&track["id"]).ends_with("camera1")).count();
    assert_eq!(pictures, 3);
    assert_eq!(report["events"].as_u64().map(|n| n as usize), Some(court.ledger().len()));
    assert_eq!(text(&report["hearing"]), court.hearing);
}
