//! The relay reaches this server's media ports and nothing else.

use super::client::{Client, relay};
use crate::relay::frame;
use crate::relay::session::Action;
use rtc_stun::message::TransactionId;

/// Addresses through which relays were led into the networks behind them, and our own with other ports.
pub(super) const FORBIDDEN: [&str; 34] = [
    "0.0.0.0:50000",
    "0.0.0.0:0",
    "0.1.2.3:50000",
    "127.0.0.2:50000",
    "127.255.255.254:50000",
    "127.0.0.1:50001",
    "127.0.0.1:22",
    "127.0.0.1:0",
    "203.0.113.9:22",
    "203.0.113.9:49999",
    "203.0.113.10:50000",
    "10.0.0.1:50000",
    "172.16.0.1:50000",
    "172.31.255.254:80",
    "192.168.0.1:50000",
    "100.64.0.1:50000",
    "169.254.169.254:80",
    "169.254.1.1:50000",
    "192.0.0.1:50000",
    "198.18.0.1:50000",
    "224.0.0.1:50000",
    "239.255.255.250:1900",
    "240.0.0.1:50000",
    "255.255.255.255:50000",
    "8.8.8.8:53",
    "[::]:50000",
    "[::1]:50000",
    "[::ffff:127.0.0.1]:50000",
    "[::ffff:203.0.113.9]:50000",
    "[::127.0.0.1]:50000",
    "[64:ff9b::7f00:1]:50000",
    "[fe80::1]:50000",
    "[fd00:ec2::254]:80",
    "[ff02::1]:50000",
];

#[test]
fn whatever_is_no_media_port_of_ours_is_forbidden() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    for (peer, number) in FORBIDDEN.into_iter().zip(0x4000..) {
        client.pass(1);
        assert_eq!(client.permits(peer), 403, "permission for {peer}");
        assert_eq!(client.binds(number, peer), 403, "channel to {peer}");
        assert_eq!(client.sends(peer, b"data"), None, "data to {peer}");
        let data = frame::channel(number, b"data");
        assert!(matches!(client.give(&data), Action::Nothing), "channel data to {peer}");
    }
    assert_eq!(client.permits("127.0.0.1:50000"), 0, "what is announced may be reached, whatever it is");
    for peer in FORBIDDEN {
        assert_eq!(client.sends(peer, b"data"), None, "data to {peer} beside a permission");
    }
}

#[test]
fn data_passes_both_ways_to_a_peer_with_permission() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    let peer = relay.peers.find("203.0.113.9:50000".parse().unwrap()).unwrap();
    let back = |client: &mut Client| client.session.bring(peer, b"back", TransactionId::new(), client.now);
    assert_eq!(client.sends("203.0.113.9:50000", b"data"), None);
    assert_eq!(back(&mut client), None);

    assert_eq!(client.permits("203.0.113.9:50000"), 0);
    assert_eq!(client.sends("203.0.113.9:50000", b"data!"), Some(b"data!".to_vec()));
    let indication = back(&mut client).unwrap();
    assert_eq!(indication[..2], [0, 0x17], "a Data indication");

    assert_eq!(client.binds(0x4001, "203.0.113.9:50000"), 0);
    assert_eq!(back(&mut client), Some(frame::channel(0x4001, b"back")));
    let data = frame::channel(0x4001, b"data!");
    let Action::Send(to, range) = client.give(&data) else { panic!("not sent") };
    assert_eq!((to, &data[range]), (peer, &b"data!"[..]));

    client.pass(300);
    assert_eq!(back(&mut client), None, "the permission is over");
    assert_eq!(client.sends("203.0.113.9:50000", b"data"), None);
    assert_eq!(client.binds(0x4001, "203.0.113.9:50000"), 0, "a channel renews it");
    assert!(back(&mut client).is_some());
}

#[test]
fn channels_are_bound_once_and_within_their_range() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    assert_eq!(client.binds(0x4001, "203.0.113.9:50000"), 0);
    assert_eq!(client.binds(0x4001, "203.0.113.9:50000"), 0);
    assert_eq!(client.binds(0x4002, "203.0.113.9:50000"), 400);
    assert_eq!(client.binds(0x4001, "127.0.0.1:50000"), 400);
    assert_eq!(client.binds(0x3fff, "127.0.0.1:50000"), 400);
    assert_eq!(client.binds(0x5000, "127.0.0.1:50000"), 400);
    assert_eq!(client.binds(0x4fff, "127.0.0.1:50000"), 0);
}

#[test]
fn a_flood_is_cut_at_what_the_media_plane_takes() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    assert_eq!(client.binds(0x4001, "203.0.113.9:50000"), 0);
    let passed = |client: &mut Client, data: &[u8]| {
        (0..40_000).filter(|_| matches!(client.give(data), Action::Send(..))).count()
    };
    assert_eq!(passed(&mut client, &frame::channel(0x4001, &[7; 20])), 20_000);
    client.pass(2);
    let large = passed(&mut client, &frame::channel(0x4001, &[7; 1_000]));
    assert_eq!(large, 2_000, "half a second of 4 MB/s");
}
