//! A mute is a cut at the server, made before it is acknowledged.

use crate::stage::{in_session, packets_pass};
use assize_core::hearing::Command;
use assize_core::refusal::Refusal;
use assize_tests::{Kind, TestCourt, tag};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_muted_partys_packets_stop_before_the_judge_is_told() {
    let court = TestCourt::start().await;
    let (judge, counsel, point) = in_session(&court).await;
    let seat = counsel.seat();

    judge.does(Command::MuteLock { seat }).await;
    // Whatever was sent from now on must reach nobody.
    let last = counsel.sent(Kind::Sound);
    packets_pass(&counsel).await;
    for viewer in [&judge, &point] {
        viewer.hears(tag::COUNSEL, Kind::Picture, 5).await;
        let heard = viewer.heard(tag::COUNSEL, Kind::Sound);
        assert!(heard.last <= last, "packet {} was sent after packet {last}, at which it was done", heard.last);
    }
    judge.hears(tag::POINT, Kind::Sound, 5).await;
    point.hears(tag::JUDGE, Kind::Sound, 5).await;

    counsel.until_view("locked", |view| view.me.muted && view.me.locked && view.heard_by.is_empty()).await;
    assert_eq!(counsel.command(Command::SetMicrophone { open: true }).await, Err(Refusal::MicrophoneLocked));
    assert_eq!(counsel.command(Command::Unmute { seat }).await, Err(Refusal::NotYourAct));
    assert_eq!(counsel.command(Command::MuteLock { seat: judge.seat() }).await, Err(Refusal::NotYourAct));
    assert_eq!(judge.command(Command::MuteLock { seat }).await, Err(Refusal::AlreadySo));
    packets_pass(&counsel).await;
    assert!(judge.heard(tag::COUNSEL, Kind::Sound).last <= last);

    judge.does(Command::Unmute { seat }).await;
    judge.hears(tag::COUNSEL, Kind::Sound, 10).await;
    point.hears(tag::COUNSEL, Kind::Sound, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_muted_without_a_lock_opens_their_microphone_again() {
    let court = TestCourt::start().await;
    let (judge, counsel, _point) = in_session(&court).await;
    judge.does(Command::Mute { seat: counsel.seat() }).await;
    let last = counsel.sent(Kind::Sound);
    packets_pass(&counsel).await;
    assert!(judge.heard(tag::COUNSEL, Kind::Sound).last <= last);
    counsel.does(Command::SetMicrophone { open: true }).await;
    judge.hears(tag::COUNSEL, Kind::Sound, 10).await;
    // Whoever closes their own is cut like the others.
    counsel.does(Command::SetMicrophone { open: false }).await;
    let last = counsel.sent(Kind::Sound);
    packets_pass(&counsel).await;
    assert!(judge.heard(tag::COUNSEL, Kind::Sound).last <= last);
}
