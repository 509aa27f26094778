//! What a browser's client does over TLS, and the errors that RFC 8656 has for what it might do wrong.

use super::client::{Client, Reply, SOURCE, at, is_sealed, relay, udp};
use crate::relay::session::Action;
use crate::relay::stun::{PasswordAlgorithm, Request, build};
use rtc_stun::attributes::{
    ATTR_DONT_FRAGMENT, ATTR_EVEN_PORT, ATTR_LIFETIME, ATTR_NONCE, ATTR_PASSWORD_ALGORITHM, ATTR_PASSWORD_ALGORITHMS,
    ATTR_REALM, ATTR_REQUESTED_ADDRESS_FAMILY, ATTR_REQUESTED_TRANSPORT, ATTR_RESERVATION_TOKEN,
    ATTR_UNKNOWN_ATTRIBUTES, ATTR_XOR_RELAYED_ADDRESS, ATTR_XORMAPPED_ADDRESS, AttrType,
};
use rtc_stun::message::{CLASS_REQUEST, METHOD_ALLOCATE, METHOD_BINDING, METHOD_REFRESH, MessageType, TransactionId};

/// RFC 5769 section 2.4: long-term credentials, the name "<U+30DE><U+30C8><U+30EA><U+30C3><U+30AF><U+30B9>".
const LONG_TERM: &str = "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b9000000\
15001c662f2f3439396b39353464364f4c33346f4c394653547679363473410014000b6578616d706c652e6f726700000800\
14f67024656dd64a3e02b8e0712e85c9a28ca89666";

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn the_long_term_example_of_rfc_5769_is_authentic() {
    let bytes = unhex(LONG_TERM);
    let request = Request::parse(&bytes).unwrap();
    let claim = request.claim().unwrap();
    let matrix = "\u{30DE}\u{30C8}\u{30EA}\u{30C3}\u{30AF}\u{30B9}";
    assert_eq!((claim.username.as_str(), claim.realm.as_str()), (matrix, "example.org"));
    assert_eq!((claim.nonce.as_str(), claim.algorithm), ("f//499k954d6OL34oL9FSTvy64sA", PasswordAlgorithm::Md5));
    assert!(request.authentic(&claim, "TheMatrIX").is_some());
    assert!(request.authentic(&claim, "TheMatrix").is_none());
    for at in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[at] ^= 1;
        let passes = Request::parse(&broken).and_then(|broken| broken.authentic(&claim, "TheMatrIX"));
        assert!(passes.is_none(), "byte {at}");
    }
}

#[test]
fn a_client_is_asked_for_credentials_and_gets_its_allocation() {
    for sha256 in [false, true] {
        let relay = relay();
        let mut client = Client::new(&relay, "h.1");
        client.sha256 = sha256;
        let bare = build(MessageType::new(METHOD_ALLOCATE, CLASS_REQUEST), TransactionId::new(), None, |message| {
            message.add(ATTR_REQUESTED_TRANSPORT, &udp().1);
            Some(())
        });
        let Action::Reply(asked) = client.give(&bare.unwrap()) else { panic!("no answer") };
        let asked = Reply::of(&asked);
        assert_eq!((asked.code, asked.get(ATTR_REALM)), (401, b"assize".to_vec()));
        assert!(asked.has(ATTR_PASSWORD_ALGORITHMS));
        client.nonce = String::from_utf8(asked.get(ATTR_NONCE)).unwrap();

        let request = client.signed(METHOD_ALLOCATE, &[udp()]);
        let Action::Reply(bytes) = client.give(&request) else { panic!("no answer") };
        assert!(is_sealed(&bytes, &client), "with SHA-256: {sha256}");
        let reply = Reply::of(&bytes);
        assert_eq!((reply.code, reply.get(ATTR_LIFETIME)), (0, 600_u32.to_be_bytes().to_vec()));
        assert_eq!(reply.address(ATTR_XOR_RELAYED_ADDRESS), at("203.0.113.9:40001"), "the announced address");
        assert!(client.session.has_allocation());
        assert_eq!(reply.address(ATTR_XORMAPPED_ADDRESS), at(SOURCE));
        assert_eq!(client.allocates(), 437, "one a connection");
    }
}

#[test]
fn an_algorithm_that_was_bid_down_is_no_request() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    let md5_only = (ATTR_PASSWORD_ALGORITHMS, vec![0, 1, 0, 0]);
    assert_eq!(client.says(METHOD_ALLOCATE, &[udp(), md5_only, (ATTR_PASSWORD_ALGORITHM, vec![0, 1, 0, 0])]), 400);
    assert_eq!(client.says(METHOD_ALLOCATE, &[udp(), (ATTR_PASSWORD_ALGORITHM, vec![0, 1, 0, 0])]), 400);
}

#[test]
fn what_is_not_offered_is_refused_as_the_rfc_says() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    let more = AttrType(0x8000);
    let cases: [(&[super::client::Attribute], u16); 11] = [
        (&[], 400),
        (&[(ATTR_REQUESTED_TRANSPORT, vec![17])], 400),
        (&[(ATTR_REQUESTED_TRANSPORT, vec![6, 0, 0, 0])], 442),
        (&[udp(), (ATTR_EVEN_PORT, vec![0x80])], 508),
        (&[udp(), (ATTR_RESERVATION_TOKEN, vec![0; 8])], 508),
        (&[udp(), (ATTR_RESERVATION_TOKEN, vec![0; 8]), (ATTR_EVEN_PORT, vec![0])], 400),
        (&[udp(), (ATTR_RESERVATION_TOKEN, vec![0; 8]), (ATTR_REQUESTED_ADDRESS_FAMILY, vec![1, 0, 0, 0])], 400),
        (&[udp(), (ATTR_REQUESTED_ADDRESS_FAMILY, vec![1, 0, 0, 0]), (more, vec![2, 0, 0, 0])], 400),
        (&[udp(), (ATTR_REQUESTED_ADDRESS_FAMILY, vec![2, 0, 0, 0])], 440),
        (&[udp(), (ATTR_REQUESTED_ADDRESS_FAMILY, vec![7, 0, 0, 0])], 440),
        (&[udp(), (ATTR_DONT_FRAGMENT, vec![])], 420),
    ];
    for (attributes, code) in cases {
        assert_eq!(client.says(METHOD_ALLOCATE, attributes), code, "{attributes:?}");
        assert!(!client.session.has_allocation());
    }
    let request = client.signed(METHOD_ALLOCATE, &[udp(), (ATTR_DONT_FRAGMENT, vec![])]);
    let Action::Reply(unknown) = client.give(&request) else { panic!("no answer") };
    assert_eq!(Reply::of(&unknown).get(ATTR_UNKNOWN_ATTRIBUTES), ATTR_DONT_FRAGMENT.value().to_be_bytes());

    let request = client.signed(METHOD_ALLOCATE, &[udp(), (more, vec![2, 0, 0, 0])]);
    let Action::Reply(both) = client.give(&request) else { panic!("no answer") };
    assert_eq!(Reply::of(&both).get(AttrType(0x8001)), [2, 0, 4, 40], "one family of two");
}

#[test]
fn without_an_allocation_nothing_but_allocate_is_done() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.says(METHOD_REFRESH, &[]), 437);
    assert_eq!(client.permits("203.0.113.9:50000"), 437);
    assert_eq!(client.binds(0x4001, "203.0.113.9:50000"), 437);
    assert_eq!(client.sends("203.0.113.9:50000", b"data"), None);
    let binding = build(MessageType::new(METHOD_BINDING, CLASS_REQUEST), TransactionId::new(), None, |_| Some(()));
    assert!(matches!(client.give(&binding.unwrap()), Action::Nothing), "no address is told to strangers");
}

#[test]
fn a_connection_has_five_seconds_for_its_allocation() {
    let relay = relay();
    let mut client = Client::new(&relay, "h.1");
    client.pass(4);
    assert!(!client.session.is_over(client.now));
    client.pass(1);
    assert!(client.session.is_over(client.now));

    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    client.pass(599);
    assert!(!client.session.is_over(client.now));
    assert_eq!(client.says(METHOD_REFRESH, &[(ATTR_LIFETIME, vec![0xff; 4])]), 0);
    client.pass(599);
    assert!(!client.session.is_over(client.now));
    client.pass(1);
    assert!(!client.session.is_over(client.now), "the allocation is over, the connection has its five seconds again");
    assert!(!client.session.has_allocation());
    client.pass(5);
    assert!(client.session.is_over(client.now));

    let mut client = Client::new(&relay, "h.1");
    assert_eq!(client.allocates(), 0);
    assert_eq!(client.says(METHOD_REFRESH, &[(ATTR_LIFETIME, vec![0; 4])]), 0);
    assert!(!client.session.has_allocation(), "given back at once");
    assert_eq!(client.allocates(), 0);
}
