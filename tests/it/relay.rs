//! The relay on the TLS port: it carries a session where only that port can be reached, reaches nothing but the media
//! ports, and takes nothing from HTTP.

use crate::stage::{eventually, in_session, packets_pass};
use assize_core::hearing::Command;
use assize_core::signal::{ClientMessage, IceServer, MidDevice, ServerMessage};
use assize_tests::peer::{AllHeard, Mouth, Peer};
use assize_tests::person::device;
use assize_tests::turn::{Turn, tls};
use assize_tests::{CEILING, Kind, Person, TestCourt, http, tag, text};
use futures_util::{SinkExt as _, StreamExt as _};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use webrtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};

fn relay_of(person: &Person) -> IceServer {
    person.link.told().relays.first().expect("a relay is named").clone()
}

fn media(court: &TestCourt) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], court.media))
}

/// The relay and its credentials as an answer's `Link` names them (RFC 9725 section 4.6).
fn linked(link: &str) -> IceServer {
    let value = |name: &str| {
        let from = link.split_once(&format!("{name}=\"")).expect("a parameter").1;
        from.split_once('"').expect("its end").0.to_owned()
    };
    assert_eq!((value("rel"), value("credential-type")), ("ice-server".into(), "password".into()));
    let url = link.strip_prefix('<').and_then(|rest| rest.split_once('>')).expect("a URL").0.to_owned();
    IceServer { urls: vec![url], username: value("username"), credential: value("credential") }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_goes_through_the_relay_both_ways() {
    let court = TestCourt::start().await;
    let (judge, counsel, _point) = in_session(&court).await;
    let mut prosecutor = court.prosecutor().await;
    let relay = relay_of(&prosecutor);
    assert_eq!(
        relay.urls,
        [format!("turns:127.0.0.1:{}?transport=tcp", court.tls.port())],
        "the name that was asked for"
    );

    let (mut mouth, sdp) = Mouth::new(tag::PROSECUTOR, &[Kind::Sound, Kind::Picture], Arc::default()).await;
    let tracks = Mouth::mids(&sdp).into_iter().map(|(mid, kind)| MidDevice { mid, device: device(kind) }).collect();
    let id = prosecutor.link.id();
    prosecutor.link.send(&ClientMessage::UpOffer { id, sdp, tracks, sealed: false }).await;
    let answer = prosecutor.link.answer(id).await.expect("the offer is taken").expect("a description");
    let mut turn = Turn::connect(&court, &relay).await;
    turn.allocate().await.expect("an allocation");
    turn.permit(media(&court)).await.expect("the media port may be reached");
    let up = turn.carry(media(&court)).await;
    mouth.begin(up.only_way(&answer)).await;
    prosecutor.mouth = Some(mouth);
    judge.does(Command::Admit { seat: prosecutor.seat() }).await;
    judge.perceives(tag::PROSECUTOR).await;
    assert_eq!(court.metric("assize_relay_allocations", "").await, 1.0);

    // The other way: a player, with what its answer says of the relay.
    let (heard, mut hears) = watch::channel(AllHeard::new());
    let peer = Peer::new(tag::OBSERVER, heard).await;
    for kind in [RtpCodecKind::Video, RtpCodecKind::Audio, RtpCodecKind::Audio, RtpCodecKind::Audio] {
        let direction = RTCRtpTransceiverDirection::Recvonly;
        let init = RTCRtpTransceiverInit { direction, streams: Vec::new(), send_encodings: Vec::new() };
        peer.connection.add_transceiver_from_kind(kind, Some(init)).await.expect("a transceiver");
    }
    let offer = peer.connection.create_offer(None).await.expect("an offer");
    peer.connection.set_local_description(offer).await.expect("our own offer");
    let bearer = format!("Bearer {}", court.done(&["ticket", &court.hearing, "--observer"]));
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/sdp")];
    let path = format!("/whep/{}", court.hearing);
    let created =
        http::request(court.http, "POST", &path, &headers, &peer.described().await).await.unwrap().expect(201);
    let mut turn = Turn::connect(&court, &linked(created.header("link").expect("a relay is named"))).await;
    turn.allocate().await.expect("an allocation");
    turn.permit(media(&court)).await.expect("the media port may be reached");
    let down = turn.carry(media(&court)).await;
    let answer = RTCSessionDescription::answer(down.only_way(&created.body)).expect("an answer");
    peer.connection.set_remote_description(answer).await.expect("the server's answer");
    peer.connected().await;
    for who in [tag::JUDGE, counsel.tag] {
        let enough = |all: &AllHeard| all.get(&(who, Kind::Sound)).is_some_and(|heard| heard.packets >= 50);
        let came = tokio::time::timeout(CEILING, hears.wait_for(enough)).await.is_ok_and(|came| came.is_ok());
        assert!(came, "{who} is not heard: {:?}", *hears.borrow());
    }
    assert_eq!(court.metric("assize_relay_allocations", "").await, 2.0);

    // Nothing went past the relay: without it there is silence.
    drop(up);
    eventually("the relay let go", || async { court.metric("assize_relay_allocations", "").await == 1.0 }).await;
    packets_pass(&judge).await;
    let last = judge.heard(tag::PROSECUTOR, Kind::Sound).last;
    packets_pass(&judge).await;
    assert_eq!(judge.heard(tag::PROSECUTOR, Kind::Sound).last, last);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_relay_reaches_nothing_but_the_media_port() {
    let court = TestCourt::start().await;
    let counsel = court.counsel().await;
    let mut turn = Turn::connect(&court, &relay_of(&counsel)).await;
    turn.allocate().await.expect("an allocation");
    let (media, other) = (court.media, court.media ^ 1);
    let special = [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.2",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "8.8.8.8",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
        "[2001:db8::1]",
    ];
    let special = special.iter().map(|ip| format!("{ip}:{media}"));
    let ports = [court.http.port(), court.operator.port(), court.tls.port(), other, 22, 0];
    let ours = ports.iter().map(|port| format!("127.0.0.1:{port}"));
    for peer in special.chain(ours) {
        let refused = turn.permit(peer.parse().unwrap()).await;
        assert!(refused.as_ref().is_err_and(|said| said.contains("403")), "{peer}: {refused:?}");
    }
    let counted = court.metric("assize_refusals_total", "relay_forbidden_peer").await;
    assert_eq!(counted, 31.0);
    turn.permit(self::media(&court)).await.expect("the media port may be reached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thirteenth_allocation_and_a_wrong_password_are_refused() {
    let court = TestCourt::start().await;
    let (counsel, judge) = (court.counsel().await, court.judge().await);
    let wrong = IceServer { credential: "wrong".to_owned(), ..relay_of(&counsel) };
    let refused = Turn::connect(&court, &wrong).await.allocate().await;
    assert!(refused.as_ref().is_err_and(|said| said.contains("401")), "{refused:?}");
    let moved = relay_of(&counsel).username.replacen(':', "0:", 1);
    let refused = Turn::connect(&court, &IceServer { username: moved, ..relay_of(&counsel) }).await.allocate().await;
    assert!(refused.as_ref().is_err_and(|said| said.contains("401")), "{refused:?}");
    let mut all = Vec::new();
    for _ in 0..12 {
        let mut turn = Turn::connect(&court, &relay_of(&counsel)).await;
        turn.allocate().await.expect("an allocation");
        all.push(turn);
    }
    let mut late = Turn::connect(&court, &relay_of(&counsel)).await;
    let refused = late.allocate().await;
    assert!(refused.as_ref().is_err_and(|said| said.contains("486")), "{refused:?}");
    Turn::connect(&court, &relay_of(&judge)).await.allocate().await.expect("another participant is served");
    all.pop();
    eventually("one is given back", || async { court.metric("assize_relay_allocations", "").await == 11.0 }).await;
    Turn::connect(&court, &relay_of(&counsel)).await.allocate().await.expect("there is room again");
}

/// Sends a request in two parts, and reads the reply to its end.
async fn asks(court: &TestCourt, protocols: &[&[u8]]) -> String {
    let mut stream = tls(court, protocols).await.unwrap();
    stream.write_all(b"G").await.unwrap();
    stream.flush().await.unwrap();
    tokio::task::yield_now().await;
    stream.write_all(b"ET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut reply = Vec::new();
    // A server need not say good-bye in TLS.
    let _ = stream.read_to_end(&mut reply).await;
    String::from_utf8(reply).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_and_web_sockets_go_on_over_the_same_port() {
    let court = TestCourt::start().await;
    for protocols in [&[][..], &[&b"http/1.1"[..]], &[&b"h2"[..], &b"http/1.1"[..]]] {
        let negotiated = tls(&court, protocols).await.unwrap().get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
        assert_eq!(negotiated.as_deref(), protocols.first().copied());
        if negotiated.as_deref() != Some(b"h2") {
            assert!(asks(&court, protocols).await.starts_with("HTTP/1.1 200"), "{protocols:?}");
        }
    }
    let mut h2 = tls(&court, &[b"h2"]).await.unwrap();
    // The client's preface and its empty SETTINGS (RFC 9113 section 3.4).
    h2.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut settings = [0u8; 9];
    h2.read_exact(&mut settings).await.unwrap();
    assert_eq!(settings[3], 4, "SETTINGS");

    let joined = court.join(None, &json!({ "code": court.code("counsel") })).await;
    let mut request = format!("wss://{}/api/v1/signal", court.tls).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "assize.v1".parse().unwrap());
    let (mut socket, _) = client_async(request, tls(&court, &[b"http/1.1"]).await.unwrap()).await.unwrap();
    let hello = ClientMessage::Hello { ticket: text(&joined["ticket"]) };
    socket.send(Message::text(serde_json::to_string(&hello).unwrap())).await.unwrap();
    let mut told = Vec::new();
    while told.len() < 2 {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            told.push(serde_json::from_str::<ServerMessage>(&text).unwrap());
        }
    }
    assert!(matches!(&told[..], [ServerMessage::IceServers { .. }, ServerMessage::Welcome { .. }]), "{told:?}");
}

/// What is neither STUN nor HTTP, and what is STUN and asks for nothing, is let go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_on_the_tls_port_get_nothing() {
    let court = TestCourt::start().await;
    let binding = b"\0\x01\0\0\x21\x12\xa4\x42abcdefghijkl";
    for bytes in [&b"\x02\xff\xff\xff"[..], binding] {
        let mut stream = tls(&court, &[]).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        let mut reply = Vec::new();
        let read = tokio::time::timeout(CEILING, stream.read_to_end(&mut reply)).await;
        assert!(read.is_ok() && reply.is_empty(), "{bytes:?}: {reply:?}");
    }
    assert!(asks(&court, &[]).await.starts_with("HTTP/1.1 200"));
}
