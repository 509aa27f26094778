//! Participants whom UDP does not reach: the `webrtc` crate connects to the media port over TCP and has nothing else.

use crate::stage::{everybody_perceives_everybody, open};
use assize_core::hearing::{Command, SessionState};
use assize_tests::{Person, Road, TestCourt};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_only_tcp_takes_part_with_those_who_have_udp() {
    let court = TestCourt::start().await;
    let (mut judge, mut counsel, mut point) = (court.judge().await, court.counsel().await, court.point().await);
    // One of each pair: over both roads in both directions, and between two who have only TCP.
    counsel.go_by(Road::Tcp);
    point.go_by(Road::Tcp);
    for person in [&mut judge, &mut counsel, &mut point] {
        person.take_part().await;
    }
    for seat in [counsel.seat(), point.seat()] {
        judge.does(Command::Admit { seat }).await;
    }
    judge.does(open()).await;
    for person in [&judge, &counsel, &point] {
        person.until_state(SessionState::InSession).await;
    }
    let people: [&Person; 3] = [&judge, &counsel, &point];
    everybody_perceives_everybody(&people).await;
    judge.does(Command::Close {}).await;
}
