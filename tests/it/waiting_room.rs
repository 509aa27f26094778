//! Whoever waits learns nothing and can do nothing to others.

use crate::stage::{open, packets_pass};
use assize_core::hearing::{Command, Room, SessionState};
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::signal::{ClientMessage, Tile};
use assize_tests::{Kind, TestCourt, tag};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_gets_no_media_and_no_names_and_touches_nobody() {
    let court = TestCourt::start().await;
    let (mut judge, mut point) = (court.judge().await, court.point().await);
    judge.take_part().await;
    point.take_part().await;
    judge.does(Command::Admit { seat: point.seat() }).await;
    judge.does(open()).await;
    judge.perceives(tag::POINT).await;

    let mut counsel = court.counsel().await;
    counsel.take_part().await;
    for track in [judge.seat(), point.seat()].map(|seat| TrackId { seat, device: DeviceKind::Camera1 }) {
        counsel.link.send(&ClientMessage::Tiles { tiles: vec![Tile { track, height: 720 }] }).await;
    }
    judge.does(Command::Hold { reason: "the defendant Đặng Văn Thức is unwell".into() }).await;
    counsel.until_state(SessionState::Held).await;
    let own = counsel.seat();
    for (command, refusal) in [
        (Command::Admit { seat: own }, Refusal::NotYourAct),
        (Command::Mute { seat: judge.seat() }, Refusal::NotYourAct),
        (Command::MuteLock { seat: point.seat() }, Refusal::NotYourAct),
        (Command::Remove { seat: point.seat(), reason: "x".into() }, Refusal::NotYourAct),
        (Command::Unmute { seat: SeatId(999) }, Refusal::NotYourAct),
        (Command::Resume { reason: None }, Refusal::NotYourAct),
        (Command::Close {}, Refusal::NotYourAct),
        (Command::Publish { devices: vec![DeviceKind::Interpretation] }, Refusal::NotYourAct),
    ] {
        assert_eq!(counsel.command(command.clone()).await, Err(refusal), "{command:?}");
    }
    judge.does(Command::Resume { reason: None }).await;
    point.does(Command::SetMicrophone { open: true }).await;
    judge.hears(tag::POINT, Kind::Sound, 25).await;
    packets_pass(&counsel).await;

    assert_eq!(counsel.heard_of(), [].into());
    assert_eq!(counsel.legs(), [].into());
    for other in [&judge, &point] {
        assert!(!other.heard_of().iter().any(|(who, _)| *who == tag::COUNSEL), "heard from the waiting room");
    }
    let view = counsel.view();
    assert_eq!(view.me.room, Room::Waiting);
    assert!(view.tracks.is_empty() && view.heard_by.is_empty() && view.seen_by.is_empty());
    let told = serde_json::to_string(&view).unwrap();
    for name in ["Đặng Văn Thức", "Bùi Công Sơn", "Vũ Thanh Bình", "unwell", "Trại tạm giam"] {
        assert!(!told.contains(name), "{name} is no business of somebody who waits: {told}");
    }
    assert!(view.seats.iter().all(|seat| seat.devices.is_empty() && !seat.microphone_open), "{told}");
}
