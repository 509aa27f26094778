//! From the first arrival to everybody hearing and seeing everybody.

use assize_core::hearing::{Command, Room, SessionState};
use assize_tests::{Kind, Person, TestCourt, tag};

const OPEN: Command = Command::Open { record: true, reason: None };

/// Gives what flows time to come to where it should not.
async fn packets_pass(person: &Person) {
    let before = person.sent(Kind::Sound);
    while person.sent(Kind::Sound) < before + 25 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_gets_nothing_and_whoever_is_admitted_hears_and_sees_everybody() {
    let court = TestCourt::start().await;
    let mut judge = court.judge().await;
    let mut counsel = court.counsel().await;
    let mut point = court.point().await;
    assert_eq!(counsel.view().me.room, Room::Waiting);
    for person in [&mut judge, &mut counsel, &mut point] {
        person.take_part().await;
    }
    packets_pass(&counsel).await;
    assert_eq!(counsel.heard_of(), [].into(), "nothing reaches the waiting room");
    assert_eq!(judge.heard_of(), [].into(), "nothing leaves the waiting room");

    judge.does(Command::Admit { seat: counsel.seat() }).await;
    judge.does(Command::Admit { seat: point.seat() }).await;
    for (viewer, others) in [
        (&judge, [tag::COUNSEL, tag::POINT]),
        (&counsel, [tag::JUDGE, tag::POINT]),
        (&point, [tag::JUDGE, tag::COUNSEL]),
    ] {
        for other in others {
            viewer.hears(other, Kind::Picture, 3).await;
        }
    }
    let silent = |person: &Person| person.heard_of().iter().all(|(_, kind)| *kind == Kind::Picture);
    assert!([&judge, &counsel, &point].into_iter().all(silent), "no sound before the session is opened");

    judge.does(OPEN).await;
    for person in [&judge, &counsel, &point] {
        person.until_state(SessionState::InSession).await;
    }
    // Whoever was admitted before the opening is heard at once, unless their microphone is closed.
    for person in [&counsel, &point, &judge] {
        if !person.view().me.microphone_open {
            person.does(Command::SetMicrophone { open: true }).await;
        }
    }
    for (viewer, others) in [
        (&judge, [tag::COUNSEL, tag::POINT]),
        (&counsel, [tag::JUDGE, tag::POINT]),
        (&point, [tag::JUDGE, tag::COUNSEL]),
    ] {
        for other in others {
            viewer.perceives(other).await;
        }
        assert!(!viewer.heard_of().iter().any(|(who, _)| *who == viewer.tag), "nobody receives their own");
        assert_eq!(viewer.legs().len(), 4, "two tracks of each of two others");
        assert_eq!(viewer.view().heard_by.len(), 2);
    }
}
