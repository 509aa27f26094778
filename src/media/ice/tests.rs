#![allow(clippy::unwrap_used)]

use super::message::build;
use super::*;
use crate::remote::Connection;
use assize_rtp::testing::Random;
use rtc_stun::attributes::{ATTR_ICE_CONTROLLED, ATTR_USERNAME, AttrType};
use rtc_stun::message::{BINDING_REQUEST, Message};
use std::net::SocketAddr;

const SECOND: i64 = 1_000_000;

fn credentials(n: u8) -> Credentials {
    Credentials::from_random(&[n; 24])
}

fn addr(n: u16) -> Remote {
    Remote::Udp(SocketAddr::from(([10, 0, 0, 1], n)))
}

fn tcp(n: u16) -> Remote {
    Remote::Tcp(addr(n).addr(), Connection(u64::from(n)))
}

fn check(n: u8) -> Vec<u8> {
    client::request("them", &credentials(n), [n; 12]).unwrap()
}

/// A request with one attribute more.
fn with(attribute: AttrType, value: &[u8]) -> Vec<u8> {
    let name = format!("{}:them", credentials(1).ufrag);
    build(BINDING_REQUEST, [3; 12], &credentials(1).pwd, |message| {
        message.add(ATTR_USERNAME, name.as_bytes());
        message.add(attribute, value);
        Some(())
    })
    .unwrap()
}

/// The ERROR-CODE of a reply.
fn error(reply: &[u8]) -> Option<u16> {
    let mut message = Message { raw: reply.to_vec(), ..Message::default() };
    message.decode().unwrap();
    let value = message.get(rtc_stun::attributes::ATTR_ERROR_CODE).ok()?;
    Some(u16::from(value[2]) * 100 + u16::from(value[3]))
}

#[test]
fn a_right_check_is_answered_and_validates_its_tuple_only() {
    let mut agent = Agent::new(credentials(1), 0);
    assert_eq!(local_ufrag(&check(1)), Some(credentials(1).ufrag.as_str()));
    let answer = agent.check(0, addr(1), &check(1)).unwrap();
    assert!(answer.valid && answer.selected);
    assert!(client::is_success(&answer.reply, &credentials(1), [1; 12]));
    assert!(agent.is_valid(addr(1)) && !agent.is_valid(addr(2)));
    assert_eq!(agent.selected(), Some(addr(1)));
}

#[test]
fn a_wrong_password_gets_no_answer() {
    let mut agent = Agent::new(credentials(1), 0);
    let forged = Credentials { pwd: credentials(2).pwd, ..credentials(1) };
    let request = client::request("them", &forged, [0; 12]).unwrap();
    assert_eq!(agent.check(0, addr(1), &request), Err(Refused::Credentials));
    assert!(!agent.is_valid(addr(1)));
}

#[test]
fn what_stands_behind_the_integrity_does_not_count() {
    let mut agent = Agent::new(credentials(1), 0);
    agent.check(0, addr(1), &check(1)).unwrap();
    let mut plain = with(AttrType(0x8022), b"soft");
    // Before FINGERPRINT, behind MESSAGE-INTEGRITY: USE-CANDIDATE, and everything made to fit.
    plain.truncate(plain.len() - 8);
    plain.extend([0, 0x25, 0, 0]);
    let len = u16::try_from(plain.len() - 20 + 8).unwrap();
    plain[2..4].copy_from_slice(&len.to_be_bytes());
    let crc = rtc_stun::fingerprint::fingerprint_value(&plain);
    plain.extend([0x80, 0x28, 0, 4]);
    plain.extend(crc.to_be_bytes());
    let answer = agent.check(0, addr(2), &plain).unwrap();
    assert!(answer.valid && !answer.selected);
    assert_eq!(agent.selected(), Some(addr(1)));
}

#[test]
fn role_conflicts_and_unknown_attributes_are_told() {
    let mut agent = Agent::new(credentials(1), 0);
    let conflict = agent.check(0, addr(1), &with(ATTR_ICE_CONTROLLED, &[0; 8])).unwrap();
    assert_eq!(error(&conflict.reply), Some(487));
    let unknown = agent.check(0, addr(1), &with(AttrType(0x0777), b"what")).unwrap();
    assert_eq!(error(&unknown.reply), Some(420));
    let optional = agent.check(0, addr(1), &with(AttrType(0xc057), b"cost")).unwrap();
    assert_eq!(error(&optional.reply), None);
    assert!(!unknown.valid && optional.valid);
}

#[test]
fn old_credentials_hold_until_the_new_generation_is_nominated() {
    let mut agent = Agent::new(credentials(1), 0);
    agent.check(0, addr(1), &check(1)).unwrap();
    agent.restart(credentials(2));
    assert!(agent.check(SECOND, addr(1), &check(1)).is_ok());
    assert_eq!(agent.ufrags().count(), 2);
    let answer = agent.check(SECOND, addr(2), &check(2)).unwrap();
    assert!(answer.selected);
    assert_eq!(agent.check(SECOND, addr(1), &check(1)), Err(Refused::Credentials));
    assert_eq!(agent.selected(), Some(addr(2)));
    assert!(agent.is_valid(addr(1)), "packets under way on the old pair still count");
}

#[test]
fn the_client_moves_between_udp_and_tcp_as_often_as_it_likes() {
    let mut agent = Agent::new(credentials(1), 0);
    // The same address and port over the other protocol is another way.
    for (n, remote) in [addr(1), tcp(1), addr(1), tcp(2), tcp(1)].into_iter().enumerate() {
        let answer = agent.check(n as i64, remote, &check(1)).unwrap();
        assert!(answer.selected, "{remote:?}");
        assert_eq!(agent.selected(), Some(remote));
    }
    assert!([addr(1), tcp(1), tcp(2)].into_iter().all(|remote| agent.is_valid(remote)));
    assert!(!agent.is_valid(addr(2)) && !agent.is_valid(tcp(3)));
}

#[test]
fn a_closed_connection_gives_way_to_what_was_heard_last() {
    let mut agent = Agent::new(credentials(1), 0);
    for (n, remote) in [addr(1), addr(2), tcp(1)].into_iter().enumerate() {
        agent.check(n as i64, remote, &check(1)).unwrap();
    }
    agent.forget(tcp(1));
    assert_eq!((agent.selected(), agent.is_valid(tcp(1))), (Some(addr(2)), false));
    agent.forget(addr(1));
    assert_eq!(agent.selected(), Some(addr(2)));
    agent.forget(addr(2));
    assert_eq!(agent.selected(), None);
    agent.check(9, tcp(4), &check(1)).unwrap();
    assert_eq!(agent.selected(), Some(tcp(4)));
}

#[test]
fn tuples_are_capped_and_the_selected_one_stays() {
    let mut agent = Agent::new(credentials(1), 0);
    agent.check(0, addr(1), &check(1)).unwrap();
    for n in 2..200 {
        agent.check(i64::from(n), addr(n), &with(AttrType(0xc057), b"cost")).unwrap();
    }
    assert_eq!((2..200).filter(|n| agent.is_valid(addr(*n))).count(), MAX_TUPLES - 1);
    assert!(agent.is_valid(addr(1)));
}

#[test]
fn a_peer_is_gone_after_thirty_silent_seconds() {
    let mut agent = Agent::new(credentials(1), 0);
    agent.check(5 * SECOND, addr(1), &check(1)).unwrap();
    assert_eq!(agent.gone_at(), 35 * SECOND);
    agent.heard(20 * SECOND);
    assert_eq!(agent.gone_at(), 50 * SECOND);
}

#[test]
fn a_million_random_and_mutated_messages_do_no_harm() {
    let mut random = Random::new(5);
    let mut agent = Agent::new(credentials(1), 0);
    let good = check(1);
    for round in 0..1_000_000 {
        let mut datagram = if round % 4 == 0 { random.bytes(120) } else { good.clone() };
        random.mutate(&mut datagram);
        if round % 3 == 0 && datagram.len() > 8 {
            // A right checksum lets the damage through to what is behind it.
            let end = datagram.len() - 8;
            datagram.truncate(end);
            if end > 4 {
                let len = u16::try_from(end.saturating_sub(12)).unwrap();
                datagram[2..4].copy_from_slice(&len.to_be_bytes());
            }
            let crc = rtc_stun::fingerprint::fingerprint_value(&datagram);
            datagram.extend([0x80, 0x28, 0, 4]);
            datagram.extend(crc.to_be_bytes());
        }
        let _ = local_ufrag(&datagram);
        if let Ok(answer) = agent.check(0, addr(9), &datagram) {
            assert!(datagram == good || answer.valid || agent.is_valid(addr(9)));
        }
    }
}
