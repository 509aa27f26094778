//! Scenes that several stories begin with.

use assize_core::hearing::{Command, SessionState};
use assize_tests::{CEILING, Kind, Person, TestCourt};
use serde_json::json;
use std::future::Future;
use std::time::{Duration, Instant};

/// The judge opens the session, whoever of those who must be present is not.
pub(crate) fn open() -> Command {
    Command::Open { record: true, reason: Some("the others come later".into()) }
}

/// Gives what flows time to come to where it should not: half a second of this sender's sound.
pub(crate) async fn packets_pass(sender: &Person) {
    let before = sender.sent(Kind::Sound);
    let end = Instant::now() + CEILING;
    while sender.sent(Kind::Sound) < before + 25 {
        assert!(Instant::now() < end, "{} does not send", sender.tag);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until something is so; it is asked for again and again.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut so: impl FnMut() -> F) {
    let end = Instant::now() + CEILING;
    while !so().await {
        assert!(Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Judge, counsel and the defendant's point in session, all of them heard and seen by all others.
pub(crate) async fn in_session(court: &TestCourt) -> (Person, Person, Person) {
    let (mut judge, mut counsel, mut point) = (court.judge().await, court.counsel().await, court.point().await);
    for person in [&mut judge, &mut counsel, &mut point] {
        person.take_part().await;
    }
    judge.does(Command::Admit { seat: counsel.seat() }).await;
    judge.does(Command::Admit { seat: point.seat() }).await;
    judge.does(open()).await;
    for person in [&judge, &counsel, &point] {
        person.until_state(SessionState::InSession).await;
    }
    everybody_perceives_everybody(&[&judge, &counsel, &point]).await;
    (judge, counsel, point)
}

pub(crate) async fn everybody_perceives_everybody(people: &[&Person]) {
    for viewer in people {
        for other in people.iter().filter(|other| other.tag != viewer.tag) {
            viewer.perceives(other.tag).await;
        }
    }
}

/// Codes are gone, and nobody is let in any more.
pub(crate) async fn over(court: &TestCourt) {
    let code = json!({ "code": court.code("counsel") });
    eventually("the code is gone", || async {
        let reply = court.post("/api/v1/join", None, &code).await;
        assert!(reply.status >= 400, "{reply:?}");
        reply.code() == "unknown_code"
    })
    .await;
    let cookie = court.login("judge").await;
    let again = court.post("/api/v1/join", Some(&cookie), &json!({ "hearing": court.hearing })).await;
    assert_eq!(again.code(), "over");
}
