//! `assize doctor` beside the running server, and in its place.

use assize_tests::TestCourt;
use std::net::{TcpListener, UdpSocket};

/// The line about something, in English.
fn line<'a>(told: &'a str, about: &str) -> &'a str {
    told.lines().find(|line| line.contains(about)).unwrap_or_else(|| panic!("nothing of {about}:\n{told}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn media_ports_are_reached_with_the_server_running_and_without_it() {
    let mut court = TestCourt::with(&[("ASSIZE__TLS__LISTEN", "127.0.0.1:0")]).await;
    let media = format!("UDP 127.0.0.1:{}", court.media);
    let tcp = format!("TCP 127.0.0.1:{}", court.media);
    let (_, told) = court.cli(&["doctor"]);
    assert!(line(&told, "server:").starts_with("ok"), "{told}");
    assert!(line(&told, &media).starts_with("ok"), "the running server counts what comes: {told}");
    assert!(line(&told, &tcp).starts_with("ok"), "the running server is connected to: {told}");
    assert!(line(&told, "database:").starts_with("ok"), "{told}");
    assert!(line(&told, "keys:").starts_with("ok"), "{told}");

    court.kill();
    let (_, told) = court.cli(&["doctor"]);
    assert!(line(&told, "server: not running").starts_with("ok"), "{told}");
    assert!(line(&told, &media).starts_with("ok"), "a socket in its place answers: {told}");
    assert!(line(&told, &tcp).starts_with("ok"), "a listener in its place is connected to: {told}");

    let _held = UdpSocket::bind(("127.0.0.1", court.media)).unwrap();
    let _listens = TcpListener::bind(("127.0.0.1", court.media)).unwrap();
    let (status, told) = court.cli(&["doctor"]);
    assert_eq!(status.code(), Some(1));
    assert!(line(&told, &media).starts_with("FAIL"), "{told}");
    assert!(line(&told, &tcp).starts_with("FAIL"), "{told}");
    assert!(told.contains("ss -lntup"), "it says what to do: {told}");
}
