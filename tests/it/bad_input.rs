//! What is malformed, forged or too much is refused with a reason and counted, and leaves no trace in the hearing.

use crate::stage::{eventually, in_session};
use assize_core::ids::DeviceKind;
use assize_core::refusal::Refusal;
use assize_core::signal::{ClientMessage, MAX_CLIENT_MESSAGE, MidDevice};
use assize_core::view::View;
use assize_tests::link::open;
use assize_tests::{CEILING, Kind, Person, TestCourt, ledger, tag, text};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, UdpSocket};
use tokio::io::AsyncWriteExt as _;
use tokio_tungstenite::tungstenite::Message;

/// Refusals of this kind so far.
async fn refusals(court: &TestCourt, reason: &str) -> f64 {
    court.metric("assize_refusals_total", &format!("\"{reason}\"")).await
}

fn everything_but_acts(view: View) -> String {
    serde_json::to_string(&View { acts: Vec::new(), ..view }).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_description_that_cannot_be_used_publishes_nothing() {
    let court = TestCourt::start().await;
    let (judge, counsel) = (court.judge().await, court.counsel().await);
    judge.until_view("counsel is there", |view| view.seats.iter().any(|seat| seat.connected)).await;
    let before = everything_but_acts(judge.view());
    let named = |device| vec![MidDevice { mid: "0".into(), device }];
    let no_codec = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
                    m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=rtcp-mux\r\na=sendonly\r\n";
    let mut expected = 0.0;
    for sdp in [String::new(), "nonsense".into(), "v=0\r\n".repeat(2000), no_codec.into()] {
        let id = counsel.link.id();
        let tracks = named(DeviceKind::Microphone);
        counsel.link.send(&ClientMessage::UpOffer { id, sdp, tracks, sealed: false }).await;
        let refused = counsel.link.answer(id).await;
        assert!(matches!(refused, Err(Refusal::BadSdp { .. })), "{refused:?}");
        expected += 1.0;
        assert!(refusals(&court, "bad_sdp").await >= expected);
    }
    let id = counsel.link.id();
    let tracks = [named(DeviceKind::Microphone), named(DeviceKind::Camera1)].concat();
    counsel.link.send(&ClientMessage::UpOffer { id, sdp: no_codec.into(), tracks, sealed: false }).await;
    assert!(matches!(counsel.link.answer(id).await, Err(Refusal::BadSdp { .. })), "a section named twice");
    let before_answer = refusals(&court, "bad_sdp").await;
    counsel.link.send(&ClientMessage::DownAnswer { offer: 7, sdp: "nonsense".into() }).await;
    let refused = counsel.link.until("a refusal", |told| told.refused.last().cloned()).await;
    assert!(matches!(refused, Refusal::BadSdp { .. }), "{refused:?}");
    assert_eq!(refusals(&court, "bad_sdp").await, before_answer + 1.0);

    counsel.until_view("nothing is published", |view| view.me.devices.is_empty()).await;
    judge.until_view("as before", |view| everything_but_acts(view.clone()) == before).await;
    assert_eq!(court.metric("assize_tracks", "").await, 0.0);
    let ledger = court.ledger();
    assert_eq!(ledger::count(&ledger, |event| event.kind() == "published"), 0, "{:?}", ledger::kinds(&ledger));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_that_cannot_be_used_leaves_what_is_published_alone() {
    let court = TestCourt::start().await;
    let (judge, counsel, point) = in_session(&court).await;
    let before = everything_but_acts(judge.view());
    for sdp in ["nonsense", "v=0\r\no=- 77 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"] {
        let id = counsel.link.id();
        let tracks = vec![MidDevice { mid: "0".into(), device: DeviceKind::Screen }];
        counsel.link.send(&ClientMessage::UpOffer { id, sdp: sdp.into(), tracks, sealed: false }).await;
        assert!(matches!(counsel.link.answer(id).await, Err(Refusal::BadSdp { .. })));
    }
    for viewer in [&judge, &point] {
        viewer.perceives(tag::COUNSEL).await;
    }
    assert_eq!(everything_but_acts(judge.view()), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_cannot_be_read_is_refused_and_the_link_goes_on() {
    let court = TestCourt::start().await;
    let judge = court.judge().await;
    let before = judge.view();
    let bad = [
        "{".to_owned(),
        "[]".to_owned(),
        "\u{0}".to_owned(),
        json!({ "type": "no_such" }).to_string(),
        json!({ "type": "ping", "client_ms": 1.0, "more": true }).to_string(),
        json!({ "type": "ping", "client_ms": "soon" }).to_string(),
        json!({ "type": "hello", "ticket": "again" }).to_string(),
        format!("{}1{}", "[".repeat(5000), "]".repeat(5000)),
    ];
    for (n, message) in bad.iter().enumerate() {
        judge.link.raw(message.clone()).await;
        let refused = judge.link.until("a refusal", |told| told.refused.get(n).cloned()).await;
        assert!(matches!(refused, Refusal::BadMessage { .. }), "{message}: {refused:?}");
    }
    // What has an id is refused under it.
    for (id, command) in [
        (501, json!({ "type": "mute", "seat": 4, "force": true })),
        (502, json!({ "type": "take_up", "epoch": 9 })),
        (503, json!({ "type": "mute", "seat": -1 })),
    ] {
        judge.link.raw(json!({ "type": "command", "id": id, "command": command }).to_string()).await;
        let answer = judge.link.answer(id).await;
        assert!(matches!(answer, Err(Refusal::BadMessage { .. })), "{command}: {answer:?}");
    }
    // The system's own commands can be spelled, and are refused.
    let leave = json!({ "type": "take_up", "epoch": 9, "outage_us": 1 });
    judge.link.raw(json!({ "type": "command", "id": 504, "command": leave }).to_string()).await;
    assert_eq!(judge.link.answer(504).await, Err(Refusal::NotYourAct));
    assert!(refusals(&court, "bad_message").await >= (bad.len() + 3) as f64);
    assert_eq!(judge.view(), before);
    assert!(!judge.link.told().closed);
}

/// Says one thing on a fresh WebSocket; returns the refusal of the `bye`, if one comes before the end.
async fn said(court: &TestCourt, message: Message) -> Option<Value> {
    let mut socket = open(court.http).await.unwrap();
    socket.send(message).await.unwrap();
    let end = async {
        let mut refusal = None;
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            let said: Value = serde_json::from_str(&text).unwrap();
            assert_ne!(said["type"], "welcome");
            refusal = Some(said["refusal"].clone()).filter(|refusal| !refusal.is_null()).or(refusal);
        }
        refusal
    };
    tokio::time::timeout(CEILING, end).await.expect("the server ends the connection")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_is_used_once_and_nobody_enters_without() {
    let court = TestCourt::start().await;
    let judge = court.judge().await;
    let joined = court.join(None, &json!({ "code": court.code("counsel") })).await;
    let ticket = text(&joined["ticket"]);
    let counsel = Person::enter(court.http, &ticket, tag::COUNSEL).await.unwrap();
    let seat = counsel.seat();
    let is_there = |there| move |view: &View| view.seats.iter().any(|o| o.seat == seat && o.connected == there);
    judge.until_view("counsel came", is_there(true)).await;
    drop(counsel);
    judge.until_view("counsel went", is_there(false)).await;
    let before = judge.view();

    let hello = |ticket: &str| Message::text(json!({ "type": "hello", "ticket": ticket }).to_string());
    for ticket in ["", "nonsense", &"x".repeat(10_000), &ticket] {
        assert_eq!(said(&court, hello(ticket)).await.unwrap()["code"], "bad_ticket");
    }
    assert!(refusals(&court, "bad_ticket").await >= 4.0);
    // Whoever says something else first does not get in either.
    assert_eq!(said(&court, Message::text(r#"{"type":"receive"}"#)).await.unwrap()["code"], "bad_message");
    assert_eq!(judge.view(), before);
}

/// What is heard after these bytes on a fresh WebSocket: the refusal of the `bye`, and code and reason of the close.
async fn told_after(court: &TestCourt, bytes: &[u8]) -> (Value, Option<(u16, String)>) {
    let mut socket = open(court.http).await.unwrap();
    socket.get_mut().write_all(bytes).await.unwrap();
    let end = async {
        let (mut refusal, mut close) = (Value::Null, None);
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) => refusal = serde_json::from_str::<Value>(&text).unwrap()["refusal"].clone(),
                Message::Close(frame) => close = frame.map(|f| (f.code.into(), f.reason.to_string())),
                _ => {}
            }
        }
        (refusal, close)
    };
    tokio::time::timeout(CEILING, end).await.expect("the server ends the connection")
}

/// A client's frame (RFC 6455 section 5.2), masked with zeros.
fn frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    [&[0x80 | opcode, 0x80 | u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0][..], payload].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_message_that_cannot_be_read_is_answered_with_why_and_a_close() {
    let court = TestCourt::start().await;
    let first = [
        ("not JSON", frame(1, b"{")),
        ("no such message", frame(1, br#"{"type":"no_such"}"#)),
        ("a field too many", frame(1, br#"{"type":"hello","ticket":"x","more":1}"#)),
        ("no text", frame(2, &[1, 2, 3])),
        ("no UTF-8", frame(1, &[0xff, 0xfe])),
        ("no such frame", frame(0x0b, b"")),
        ("not masked", vec![0x81, 1, b'{']),
    ];
    for (n, (what, bytes)) in first.iter().enumerate() {
        let (refusal, close) = told_after(&court, bytes).await;
        assert_eq!(refusal["code"], "bad_message", "{what}");
        assert_eq!(close, Some((1008, "bad_message".to_owned())), "{what}");
        assert!(refusals(&court, "bad_message").await >= (n + 1) as f64, "{what} is counted");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_large_and_too_many_messages_end_only_the_link_they_come_by() {
    let court = TestCourt::start().await;
    let (judge, counsel) = (court.judge().await, court.counsel().await);
    let largest = json!({ "type": "ping", "client_ms": 1.0, "more": "x".repeat(MAX_CLIENT_MESSAGE - 100) });
    counsel.link.raw(largest.to_string()).await;
    let refused = counsel.link.until("a refusal", |told| told.refused.last().cloned()).await;
    assert!(matches!(refused, Refusal::BadMessage { .. }), "of its content, not of its size");
    let limit = MAX_CLIENT_MESSAGE as u32;
    counsel.link.raw("x".repeat(MAX_CLIENT_MESSAGE + 1)).await;
    let bye = counsel.link.until("the end", |told| told.closed.then(|| told.bye.clone())).await;
    assert_eq!(bye, Some(Some(Refusal::TooMuch { limit })));
    assert!(refusals(&court, "too_much").await >= 1.0);
    // Before anybody has said who they are, and far beyond the limit.
    for bytes in [MAX_CLIENT_MESSAGE + 1, 4 << 20] {
        let mut socket = open(court.http).await.unwrap();
        let (mut sink, mut stream) = futures_util::StreamExt::split(&mut socket);
        let flood = async { sink.send(Message::text("x".repeat(bytes))).await };
        let told = async {
            let Some(Ok(Message::Text(text))) = stream.next().await else { panic!("no bye after {bytes} bytes") };
            serde_json::from_str::<Value>(&text).unwrap()
        };
        let (_, told) = futures_util::join!(flood, told);
        assert_eq!(told, json!({ "type": "bye", "refusal": { "code": "too_much", "limit": limit } }));
    }
    assert!(refusals(&court, "too_much").await >= 3.0);

    let prosecutor = court.prosecutor().await;
    for _ in 0..5_000 {
        prosecutor.link.raw(json!({ "type": "ping", "client_ms": 1.0 }).to_string()).await;
    }
    let bye = prosecutor.link.until("the end", |told| told.closed.then(|| told.bye.clone())).await;
    assert_eq!(bye, Some(Some(Refusal::TooOften)));
    assert!(refusals(&court, "too_often").await >= 1.0);
    judge
        .until_view("both are gone", |view| {
            view.seats.iter().filter(|seat| seat.connected).count() == 0 && !view.seats.is_empty()
        })
        .await;
    assert!(!judge.link.told().closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_guesses_codes_is_made_to_wait() {
    let court = TestCourt::with(&[("ASSIZE__IDENTITY__TRIES", "3")]).await;
    for body in [json!({}), json!({ "code": 7 }), json!({ "code": "a", "device": "b" }), json!([])] {
        let reply = court.post("/api/v1/join", None, &body).await;
        assert_eq!((reply.status, reply.code()), (400, "bad_request".to_owned()), "{body}");
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    }
    for _ in 0..3 {
        let reply = court.post("/api/v1/join", None, &json!({ "code": "AAAA-BBBB-CCCC" })).await;
        assert_eq!((reply.status, reply.code()), (403, "unknown_code".to_owned()));
    }
    // Now even the right code has to wait: a guesser learns nothing more.
    let reply = court.post("/api/v1/join", None, &json!({ "code": court.code("counsel") })).await;
    assert_eq!((reply.status, reply.code()), (429, "too_often".to_owned()));
    let reply = court.post("/api/v1/login", None, &json!({ "name": "judge", "password": "wrong" })).await;
    assert_eq!(reply.code(), "wrong_login", "passwords are counted apart");
    assert_eq!(refusals(&court, "unknown_code").await, 3.0);
    assert!(refusals(&court, "too_often").await >= 1.0);
    assert!(refusals(&court, "bad_request").await >= 4.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_at_the_media_port_are_counted_and_media_goes_on() {
    let court = TestCourt::start().await;
    let (judge, counsel, point) = in_session(&court).await;
    let before = judge.view();
    let dropped = || court.metric("assize_datagrams_dropped_total", "");
    let first = dropped().await;

    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.connect((Ipv4Addr::LOCALHOST, court.media)).unwrap();
    let mut seed = 0x1234_5678_u32;
    let mut random = |len: usize| {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        (0..len).map(|_| next()).collect::<Vec<u8>>()
    };
    // A binding request without credentials (RFC 8489), and the beginning of a DTLS ClientHello (RFC 6347).
    let stun = [&[0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42][..], &[7; 12]].concat();
    let hello = [&[22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 1, 0, 0, 28][..], &[0; 36]].concat();
    for round in 0..300 {
        for datagram in [random(round % 200 + 1), random(1400), stun.clone(), hello.clone(), Vec::new()] {
            // The kernel may have no room for it.
            let _ = socket.send(&datagram);
        }
        if round % 50 == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    eventually("strangers are counted", || async { dropped().await >= first + 500.0 }).await;
    assert!(court.metric("assize_datagrams_dropped_total", "\"unknown_address\"").await > 0.0);
    for viewer in [&judge, &counsel] {
        viewer.perceives(tag::POINT).await;
    }
    point.hears(tag::JUDGE, Kind::Sound, 25).await;
    assert_eq!(judge.view(), before);
    assert_eq!(court.metric("assize_datagrams_dropped_total", "\"panic\"").await, 0.0);
}
