//! An encoder by WHIP (RFC 9725), a player by WHEP (draft-ietf-wish-whep): one POST each way.

use crate::stage::{eventually, in_session, packets_pass};
use assize_core::hearing::{Command, Event, GapReason};
use assize_core::ids::SeatId;
use assize_core::plan::Role;
use assize_tests::http::{self, Reply};
use assize_tests::peer::{AllHeard, Mouth, Peer};
use assize_tests::{CEILING, Kind, Person, TestCourt, ledger, tag};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use std::sync::Arc;
use tokio::sync::watch;
use webrtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};

const SDP: &str = "application/sdp";
const FRAGMENT: &str = "application/trickle-ice-sdpfrag";

async fn send(court: &TestCourt, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    http::request(court.http, method, path, headers, body).await.unwrap()
}

async fn post(court: &TestCourt, path: &str, ticket: &str, offer: &str) -> Reply {
    let bearer = format!("Bearer {ticket}");
    send(court, "POST", path, &[("authorization", &bearer), ("content-type", SDP)], offer).await
}

fn seat_of(judge: &Person, role: Role) -> SeatId {
    let view = judge.view();
    let seat = view.seats.iter().find(|seat| seat.people.iter().any(|person| person.role == role));
    seat.expect("a seat with this role").seat
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoder_publishes_by_whip_and_ends_by_delete() {
    let court = TestCourt::start().await;
    let (judge, _counsel, _point) = in_session(&court).await;
    let seat = seat_of(&judge, Role::Prosecutor);
    let ticket = court.done(&["ticket", &court.hearing, "--person", &court.person("prosecutor")]);
    let path = format!("/whip/{}", court.hearing);
    let (mut mouth, offer) = Mouth::new(tag::PROSECUTOR, &[Kind::Sound, Kind::Picture], Arc::default()).await;

    // What is refused uses no ticket up.
    assert_eq!(post(&court, &path, &ticket, "nonsense").await.code(), "bad_sdp");
    let bearer = format!("Bearer {ticket}");
    let plain = [("authorization", bearer.as_str()), ("content-type", "text/plain")];
    assert_eq!(send(&court, "POST", &path, &plain, &offer).await.status, 415);
    let nobody = send(&court, "POST", &path, &[("content-type", SDP)], &offer).await;
    assert_eq!((nobody.status, nobody.header("www-authenticate")), (401, Some("Bearer")));

    let created = post(&court, &path, &ticket, &offer).await.expect(201);
    assert_eq!(created.header("content-type"), Some(SDP));
    let (location, etag) = (created.header("location").unwrap().to_owned(), created.header("etag").unwrap().to_owned());
    mouth.begin(created.body).await;
    assert_eq!(post(&court, &path, &ticket, &offer).await.code(), "bad_ticket");
    judge.does(Command::Admit { seat }).await;
    judge.perceives(tag::PROSECUTOR).await;

    trickles(&court, &location, &bearer, &etag).await;
    judge.perceives(tag::PROSECUTOR).await;

    let theirs = [("authorization", bearer.as_str())];
    assert_eq!(send(&court, "DELETE", &location, &[("authorization", "Bearer other")], "").await.status, 401);
    assert_eq!(send(&court, "DELETE", &location, &theirs, "").await.status, 200);
    judge.until_view("gone", |view| view.seats.iter().any(|other| other.seat == seat && !other.connected)).await;
    assert_eq!(send(&court, "DELETE", &location, &theirs, "").await.status, 404);
    let counted = judge.heard(tag::PROSECUTOR, Kind::Sound).last;
    packets_pass(&judge).await;
    assert_eq!(judge.heard(tag::PROSECUTOR, Kind::Sound).last, counted);
}

/// Candidates by PATCH, with the generation named, and a restart that brings other credentials.
async fn trickles(court: &TestCourt, location: &str, bearer: &str, etag: &str) {
    let candidates = "a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=end-of-candidates\r\n";
    let patch = |bearer: &'static str, generation: Option<String>, body: String| {
        let location = location.to_owned();
        async move {
            let mut headers = vec![("authorization", bearer), ("content-type", FRAGMENT)];
            headers.extend(generation.as_deref().map(|generation| ("if-match", generation)));
            send(court, "PATCH", &location, &headers, &body).await
        }
    };
    let bearer: &'static str = bearer.to_owned().leak();
    assert_eq!(patch(bearer, Some(etag.to_owned()), candidates.to_owned()).await.status, 204);
    assert_eq!(patch(bearer, None, candidates.to_owned()).await.status, 428);
    assert_eq!(patch(bearer, Some("\"99\"".to_owned()), candidates.to_owned()).await.status, 412);
    assert_eq!(patch("Bearer other", Some(etag.to_owned()), candidates.to_owned()).await.status, 401);
    let restart =
        "a=ice-ufrag:abcdefgh\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n";
    let restarted = patch(bearer, Some("*".to_owned()), restart.to_owned()).await.expect(200);
    assert!(restarted.body.contains("a=ice-ufrag:"));
    assert_ne!(restarted.header("etag"), Some(etag));
}

/// An encoder that has begun to send, and the place of its resource.
async fn encoder(court: &TestCourt, ticket: &str) -> (Mouth, String) {
    let (mut mouth, offer) = Mouth::new(tag::PROSECUTOR, &[Kind::Sound, Kind::Picture], Arc::default()).await;
    let created = post(court, &format!("/whip/{}", court.hearing), ticket, &offer).await.expect(201);
    let location = created.header("location").unwrap().to_owned();
    mouth.begin(created.body).await;
    (mouth, location)
}

/// The encoder of a seat breaks down, and its player plays on: from then to the next encoder the tracks are missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoder_that_is_lost_beside_its_player_leaves_a_stated_gap() {
    let court = TestCourt::start().await;
    let (judge, _counsel, _point) = in_session(&court).await;
    let (seat, person) = (seat_of(&judge, Role::Prosecutor), court.person("prosecutor"));
    let ticket = || court.done(&["ticket", &court.hearing, "--person", &person]);
    let (mouth, location) = encoder(&court, &ticket()).await;
    judge.does(Command::Admit { seat }).await;
    judge.perceives(tag::PROSECUTOR).await;
    let (peer, mut hears, offer) = player().await;
    let created = post(&court, &format!("/whep/{}", court.hearing), &ticket(), &offer).await.expect(201);
    let answer = RTCSessionDescription::answer(created.body).expect("an answer");
    peer.connection.set_remote_description(answer).await.expect("the server's answer");
    gets(&mut hears, tag::JUDGE, Kind::Sound).await;

    drop(mouth);
    let gone =
        || async { send(&court, "PATCH", &location, &[("authorization", "Bearer other")], "").await.status == 404 };
    eventually("the server knows that the encoder is lost", gone).await;
    for _ in 0..4 {
        packets_pass(&judge).await;
    }
    assert!(judge.view().seats.iter().any(|other| other.seat == seat && other.connected), "the player plays on");
    let second = ticket();
    let (_mouth, location) = encoder(&court, &second).await;
    judge.perceives(tag::PROSECUTOR).await;
    let absent = |event: &Event| {
        matches!(event, Event::Gap { track, from_us, to_us, reason: GapReason::Absent, .. }
            if track.seat == seat && to_us - from_us > 1_000_000)
    };
    eventually("both tracks have a gap", || async { ledger::count(&court.ledger(), absent) == 2 }).await;

    // What is ended on purpose is not missing.
    let bearer = format!("Bearer {second}");
    assert_eq!(send(&court, "DELETE", &location, &[("authorization", &bearer)], "").await.status, 200);
    let unpublished = |event: &Event| matches!(event, Event::Unpublished { seat: other, .. } if *other == seat);
    eventually("switched off", || async { ledger::count(&court.ledger(), unpublished) == 1 }).await;
    for _ in 0..4 {
        packets_pass(&judge).await;
    }
    judge.does(Command::Close {}).await;
    eventually("sealed", || async { court.sitting().join("bagit.txt").exists() }).await;
    assert_eq!(ledger::count(&court.ledger(), absent), 2);
}

async fn player() -> (Peer, watch::Receiver<AllHeard>, String) {
    let (heard, hears) = watch::channel(AllHeard::new());
    let peer = Peer::new(tag::OBSERVER, heard).await;
    for kind in [RtpCodecKind::Video, RtpCodecKind::Audio, RtpCodecKind::Audio, RtpCodecKind::Audio] {
        let direction = RTCRtpTransceiverDirection::Recvonly;
        let init = RTCRtpTransceiverInit { direction, streams: Vec::new(), send_encodings: Vec::new() };
        peer.connection.add_transceiver_from_kind(kind, Some(init)).await.expect("a transceiver");
    }
    let offer = peer.connection.create_offer(None).await.expect("an offer");
    peer.connection.set_local_description(offer).await.expect("our own offer");
    let offer = peer.described().await;
    (peer, hears, offer)
}

async fn gets(hears: &mut watch::Receiver<AllHeard>, who: u8, kind: Kind) {
    let enough = |all: &AllHeard| all.get(&(who, kind)).is_some_and(|heard| heard.packets >= 5);
    let came = tokio::time::timeout(CEILING, hears.wait_for(enough)).await.is_ok_and(|came| came.is_ok());
    assert!(came, "no {kind:?} of {who}: {:?}", *hears.borrow());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_player_receives_the_speakers_by_whep() {
    let court = TestCourt::start().await;
    let (judge, counsel, _point) = in_session(&court).await;
    let path = format!("/whep/{}", court.hearing);
    let ticket = court.done(&["ticket", &court.hearing, "--observer"]);
    assert_eq!(post(&court, &path, &ticket, "nonsense").await.code(), "bad_sdp");
    let (peer, mut hears, offer) = player().await;
    let created = post(&court, &path, &ticket, &offer).await.expect(201);
    let location = created.header("location").unwrap().to_owned();
    let answer = RTCSessionDescription::answer(created.body).expect("an answer");
    peer.connection.set_remote_description(answer).await.expect("the server's answer");
    peer.connected().await;
    for who in [tag::JUDGE, tag::COUNSEL, tag::POINT] {
        gets(&mut hears, who, Kind::Sound).await;
    }
    let pictures = |all: &AllHeard| all.keys().any(|(_, kind)| *kind == Kind::Picture);
    let came = tokio::time::timeout(CEILING, hears.wait_for(pictures)).await.is_ok_and(|came| came.is_ok());
    assert!(came, "no picture");

    // A mute is a mute for players too.
    judge.does(Command::MuteLock { seat: counsel.seat() }).await;
    let last = counsel.sent(Kind::Sound);
    packets_pass(&counsel).await;
    assert!(hears.borrow()[&(tag::COUNSEL, Kind::Sound)].last <= last);

    let bearer = format!("Bearer {ticket}");
    assert_eq!(send(&court, "DELETE", &location, &[("authorization", &bearer)], "").await.status, 200);
    assert_eq!(send(&court, "DELETE", &location, &[("authorization", &bearer)], "").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_player_receives_the_one_track_it_asks_for() {
    let court = TestCourt::start().await;
    let (_judge, counsel, _point) = in_session(&court).await;
    let ticket = court.done(&["ticket", &court.hearing, "--observer"]);
    let wrong = format!("/whep/{}?track=nonsense", court.hearing);
    let (peer, mut hears, offer) = player().await;
    assert_eq!(post(&court, &wrong, &ticket, &offer).await.code(), "bad_request");
    let path = format!("/whep/{}?track={}-camera1", court.hearing, counsel.seat());
    let created = post(&court, &path, &ticket, &offer).await.expect(201);
    let answer = RTCSessionDescription::answer(created.body).expect("an answer");
    peer.connection.set_remote_description(answer).await.expect("the server's answer");
    peer.connected().await;
    gets(&mut hears, tag::COUNSEL, Kind::Picture).await;
    packets_pass(&counsel).await;
    assert_eq!(hears.borrow().keys().copied().collect::<Vec<_>>(), [(tag::COUNSEL, Kind::Picture)]);
}
