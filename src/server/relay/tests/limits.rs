//! Who may have an allocation, how many, and for how long.

use super::client::{Client, Reply, relay, udp};
use crate::relay::limits::MOST_EACH;
use crate::relay::session::Action;
use rtc_stun::attributes::{ATTR_NONCE, ATTR_REALM};
use rtc_stun::message::{METHOD_ALLOCATE, METHOD_REFRESH};
use std::time::Duration;

#[test]
fn the_thirteenth_allocation_of_a_participant_is_refused_and_others_are_served() {
    let relay = relay();
    let mut clients: Vec<Client> = (0..MOST_EACH).map(|_| Client::new(&relay, "h.1")).collect();
    for client in &mut clients {
        assert_eq!(client.allocates(), 0);
    }
    let mut later = Client::new(&relay, "h.1");
    later.pass(7);
    later.credential = relay.secrets.credential("h.1", later.now.utc_s);
    assert_eq!(later.allocates(), 486, "another credential of the same participant");
    assert_eq!(Client::new(&relay, "h.2").allocates(), 0);
    clients.pop();
    assert_eq!(later.allocates(), 0, "whoever goes gives theirs back");
}

#[test]
fn whoever_comes_back_takes_the_place_of_a_connection_that_broke() {
    let relay = relay();
    let mut clients: Vec<Client> = (0..MOST_EACH).map(|_| Client::new(&relay, "h.1")).collect();
    for client in &mut clients {
        assert_eq!(client.allocates(), 0);
    }
    for client in &mut clients[1..] {
        client.pass(20);
        assert_eq!(client.sends("203.0.113.9:50000", b"heard"), None);
    }
    let mut back = Client::new(&relay, "h.1");
    back.pass(29);
    assert_eq!(back.allocates(), 486, "none is silent for long");
    back.pass(2);
    assert_eq!(back.allocates(), 0);
    let mut another = Client::new(&relay, "h.1");
    another.pass(31);
    assert_eq!(another.allocates(), 486, "the others were heard");
    clients[0].pass(31);
    assert_eq!(clients[0].says(METHOD_REFRESH, &[]), 437, "the silent one has lost its place");
    assert!(clients[1].says(METHOD_REFRESH, &[]) == 0 && back.says(METHOD_REFRESH, &[]) == 0);
}

#[test]
fn an_expired_credential_opens_nothing_and_keeps_what_stands() {
    let relay = relay();
    let mut stands = Client::new(&relay, "h.1");
    assert_eq!(stands.allocates(), 0);
    stands.pass(300);
    assert_eq!(stands.says(METHOD_REFRESH, &[]), 0);
    assert_eq!(stands.permits("203.0.113.9:50000"), 0);

    let mut late = Client::new(&relay, "h.1");
    late.pass(299);
    assert_eq!(late.allocates(), 0);
    let mut late = Client::new(&relay, "h.1");
    late.pass(300);
    assert_eq!(late.allocates(), 401);
}

#[test]
fn an_allocation_ends_after_twelve_hours_whatever_is_asked() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    while client.session.has_allocation() {
        client.pass(500);
        client.says(METHOD_REFRESH, &[]);
        assert!(client.passed() < Duration::from_secs(13 * 3600));
    }
    assert!(client.passed() >= Duration::from_secs(12 * 3600));
}

#[test]
fn wrong_passwords_and_names_that_were_never_given_out_are_refused() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    client.credential.password.replace_range(0..1, if client.credential.password.starts_with('A') { "B" } else { "A" });
    assert_eq!(client.allocates(), 401);
    let mut client = Client::new(&relay, "h.1");
    client.credential.username = client.credential.username.replacen("1000300", "9000300", 1);
    assert_eq!(client.allocates(), 401, "an expiry of one's own");
    for username in ["", "h.1", ":", "x:h.1", "1000300:"] {
        let mut client = Client::new(&relay, "h.1");
        client.credential.username = username.to_owned();
        client.credential.password = relay.secrets.password(username);
        assert_eq!(client.allocates(), 401, "{username}");
    }
}

#[test]
fn an_allocation_is_its_owners() {
    let relay = relay();
    let (mut mine, other) = (Client::new(&relay, "h.1"), Client::new(&relay, "h.2"));
    assert_eq!(mine.allocates(), 0);
    mine.credential = other.credential.clone();
    assert_eq!(mine.says(METHOD_REFRESH, &[]), 441);
    assert_eq!(mine.permits("203.0.113.9:50000"), 441);
}

#[test]
fn a_stale_nonce_is_replaced() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    let first = client.nonce.clone();
    client.pass(500);
    assert_eq!(client.says(METHOD_REFRESH, &[]), 0);
    client.pass(100);
    client.nonce = first;
    let request = client.signed(METHOD_REFRESH, &[]);
    let Action::Reply(stale) = client.give(&request) else { panic!("no answer") };
    let stale = Reply::of(&stale);
    assert!(stale.code == 438 && stale.has(ATTR_REALM));
    client.nonce = String::from_utf8(stale.get(ATTR_NONCE)).unwrap();
    assert_eq!(client.says(METHOD_REFRESH, &[]), 0);
    client.nonce = "f//499k954d6OL34oL9FSTvy64sA".to_owned();
    assert_eq!(client.says(METHOD_REFRESH, &[]), 438, "not ours");
}

#[test]
fn an_address_that_asks_too_often_is_let_go() {
    let relay = relay();
    let mut answered = 0;
    loop {
        let mut client = Client::new(&relay, "h.1");
        client.credential.password.clear();
        let request = client.signed(METHOD_ALLOCATE, &[udp()]);
        if matches!(client.give(&request), Action::Close) {
            break;
        }
        answered += 1;
        assert!(answered < 1_000);
    }
    assert!(answered >= 400);
}

#[test]
fn a_connection_that_asks_too_often_is_let_go() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    let request = client.signed(METHOD_REFRESH, &[]);
    let answered = (0..1_000).take_while(|_| !matches!(client.give(&request), Action::Close)).count();
    assert_eq!(answered, 100);
}
