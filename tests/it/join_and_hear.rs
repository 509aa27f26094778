//! From the first arrival to everybody hearing and seeing everybody.

use crate::stage::{OPEN, everybody_perceives_everybody, in_session, packets_pass};
use assize_core::hearing::{Command, Room, SessionState};
use assize_core::view::View;
use assize_tests::peer::address;
use assize_tests::{Kind, Person, TestCourt, tag};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_gets_nothing_and_whoever_is_admitted_hears_and_sees_everybody() {
    let court = TestCourt::start().await;
    let (mut judge, mut counsel, mut point) = (court.judge().await, court.counsel().await, court.point().await);
    for person in [&counsel, &point] {
        assert_eq!(person.view().me.room, Room::Waiting);
    }
    for person in [&mut judge, &mut counsel, &mut point] {
        person.take_part().await;
    }
    packets_pass(&counsel).await;
    for person in [&judge, &counsel, &point] {
        assert_eq!(person.heard_of(), [].into(), "nothing leaves the waiting room or reaches it");
    }

    judge.does(Command::Admit { seat: counsel.seat() }).await;
    judge.does(Command::Admit { seat: point.seat() }).await;
    let others = [
        (&judge, [tag::COUNSEL, tag::POINT]),
        (&counsel, [tag::JUDGE, tag::POINT]),
        (&point, [tag::JUDGE, tag::COUNSEL]),
    ];
    for (viewer, others) in others {
        for other in others {
            viewer.hears(other, Kind::Picture, 3).await;
        }
    }
    packets_pass(&judge).await;
    let silent = |person: &Person| person.heard_of().iter().all(|(_, kind)| *kind == Kind::Picture);
    assert!([&judge, &counsel, &point].into_iter().all(silent), "no sound before the session is opened");

    judge.does(OPEN).await;
    for person in [&judge, &counsel, &point] {
        person.until_state(SessionState::InSession).await;
        assert!(person.view().session.recording);
    }
    everybody_perceives_everybody(&[&judge, &counsel, &point]).await;
    for (viewer, _) in others {
        assert!(!viewer.heard_of().iter().any(|(who, _)| *who == viewer.tag), "nobody receives their own");
        assert_eq!(viewer.legs().len(), 4, "two tracks of each of two others");
        assert_eq!(viewer.view().heard_by.len(), 2);
        assert_eq!(viewer.view().seen_by.len(), 2);
    }
}

/// The clerk's page of plans and lists holds the clerk's seat and plays nothing: nobody is told that it hears or sees.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_takes_no_media_is_there_and_neither_hears_nor_sees() {
    let court = TestCourt::start().await;
    let (judge, counsel, _point) = in_session(&court).await;
    let mut clerk = court.clerk().await;
    let seat = clerk.seat();
    let came = |view: &View| view.seats.iter().any(|other| other.seat == seat && other.connected);
    for person in [&judge, &counsel] {
        person.until_view("the clerk came", came).await;
        assert!(!person.view().heard_by.contains(&seat) && !person.view().seen_by.contains(&seat));
    }
    clerk.take_part().await;
    for person in [&judge, &counsel] {
        let perceives = |view: &View| view.heard_by.contains(&seat) && view.seen_by.contains(&seat);
        person.until_view("the clerk hears and sees", perceives).await;
    }
}

/// Each person's media comes from an address that nobody else has. Descriptions, views and levels name only the server's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_the_address_of_anybody_else() {
    let court = TestCourt::start().await;
    let (judge, counsel, point) = in_session(&court).await;
    // What is told by and by, and not only at the beginning, too.
    packets_pass(&judge).await;
    judge.does(Command::MuteLock { seat: counsel.seat() }).await;
    let is_locked = |view: &View| view.seats.iter().any(|seat| seat.seat == counsel.seat() && seat.locked);
    judge.until_view("locked", is_locked).await;
    let people = [&judge, &counsel, &point];
    for person in people {
        let said = person.link.said();
        assert!(said.contains("a=candidate:") && said.contains("127.0.0.1"), "the server's own address is told");
        for other in people {
            assert!(!said.contains(&address(other.tag).to_string()), "{} is told of {}", person.tag, other.tag);
        }
    }
}
