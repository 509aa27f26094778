//! From the first arrival to everybody hearing and seeing everybody.

use crate::stage::{everybody_perceives_everybody, in_session, open, packets_pass};
use assize_core::hearing::{Command, Room, SessionState};
use assize_core::view::View;
use assize_tests::peer::{AllHeard, Mouth, Peer, address};
use assize_tests::{Kind, Person, TestCourt, http, tag};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::rtp_transceiver::rtp_sender::RtpCodecKind;
use std::sync::Arc;
use tokio::sync::watch;
use webrtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_waits_gets_nothing_and_whoever_is_admitted_hears_and_sees_everybody() {
    let court = TestCourt::start().await;
    let (mut judge, mut counsel, mut point) = (court.judge().await, court.counsel().await, court.point().await);
    for person in [&counsel, &point] {
        assert_eq!(person.view().me.room, Room::Waiting);
    }
    for person in [&mut judge, &mut counsel, &mut point] {
        person.take_part().await;
    }
    packets_pass(&counsel).await;
    for person in [&judge, &counsel, &point] {
        assert_eq!(person.heard_of(), [].into(), "nothing leaves the waiting room or reaches it");
    }

    judge.does(Command::Admit { seat: counsel.seat() }).await;
    judge.does(Command::Admit { seat: point.seat() }).await;
    let others = [
        (&judge, [tag::COUNSEL, tag::POINT]),
        (&counsel, [tag::JUDGE, tag::POINT]),
        (&point, [tag::JUDGE, tag::COUNSEL]),
    ];
    for (viewer, others) in others {
        for other in others {
            viewer.hears(other, Kind::Picture, 3).await;
        }
    }
    packets_pass(&judge).await;
    let silent = |person: &Person| person.heard_of().iter().all(|(_, kind)| *kind == Kind::Picture);
    assert!([&judge, &counsel, &point].into_iter().all(silent), "no sound before the session is opened");

    judge.does(open()).await;
    for person in [&judge, &counsel, &point] {
        person.until_state(SessionState::InSession).await;
        assert!(person.view().session.recording);
    }
    everybody_perceives_everybody(&[&judge, &counsel, &point]).await;
    for (viewer, _) in others {
        assert!(!viewer.heard_of().iter().any(|(who, _)| *who == viewer.tag), "nobody receives their own");
        assert_eq!(viewer.legs().len(), 4, "two tracks of each of two others");
        assert_eq!(viewer.view().heard_by.len(), 2);
        assert_eq!(viewer.view().seen_by.len(), 2);
    }
}

/// The clerk's page of plans and lists holds the clerk's seat and plays nothing: nobody is told that it hears or sees.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_takes_no_media_is_there_and_neither_hears_nor_sees() {
    let court = TestCourt::start().await;
    let (judge, counsel, _point) = in_session(&court).await;
    let mut clerk = court.clerk().await;
    let seat = clerk.seat();
    let came = |view: &View| view.seats.iter().any(|other| other.seat == seat && other.connected);
    for person in [&judge, &counsel] {
        person.until_view("the clerk came", came).await;
        assert!(!person.view().heard_by.contains(&seat) && !person.view().seen_by.contains(&seat));
    }
    clerk.take_part().await;
    for person in [&judge, &counsel] {
        let perceives = |view: &View| view.heard_by.contains(&seat) && view.seen_by.contains(&seat);
        person.until_view("the clerk hears and sees", perceives).await;
    }
}

/// What an encoder and a player are answered, with all headers. They come from addresses of their own as well.
async fn by_whip_and_whep(court: &TestCourt) -> (Mouth, Peer, [(u8, String); 2]) {
    let (mut mouth, offer) = Mouth::new(tag::PROSECUTOR, &[Kind::Sound, Kind::Picture], Arc::default()).await;
    let post = async |path: &str, ticket: String, offer: &str| {
        let bearer = format!("Bearer {ticket}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/sdp")];
        http::request(court.http, "POST", &format!("/{path}/{}", court.hearing), &headers, offer)
            .await
            .unwrap()
            .expect(201)
    };
    let ticket = court.done(&["ticket", &court.hearing, "--person", &court.person("prosecutor")]);
    let published = post("whip", ticket, &offer).await;
    mouth.begin(published.body.clone()).await;

    let (heard, _) = watch::channel(AllHeard::new());
    let peer = Peer::new(tag::OBSERVER, heard).await;
    for kind in [RtpCodecKind::Video, RtpCodecKind::Audio] {
        let direction = RTCRtpTransceiverDirection::Recvonly;
        let init = RTCRtpTransceiverInit { direction, streams: Vec::new(), send_encodings: Vec::new() };
        peer.connection.add_transceiver_from_kind(kind, Some(init)).await.unwrap();
    }
    let offer = peer.connection.create_offer(None).await.unwrap();
    peer.connection.set_local_description(offer).await.unwrap();
    let ticket = court.done(&["ticket", &court.hearing, "--observer"]);
    let played = post("whep", ticket, &peer.described().await).await;
    peer.connection.set_remote_description(RTCSessionDescription::answer(played.body.clone()).unwrap()).await.unwrap();
    peer.connected().await;
    (mouth, peer, [(tag::PROSECUTOR, format!("{published:?}")), (tag::OBSERVER, format!("{played:?}"))])
}

/// Each person's media comes from an address that nobody else has. Descriptions, views and levels name only the server's,
/// and so do the answers of WHIP and WHEP.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_the_address_of_anybody_else() {
    let court = TestCourt::start().await;
    let (judge, counsel, point) = in_session(&court).await;
    let (_mouth, _player, answers) = by_whip_and_whep(&court).await;
    // What is told by and by, and not only at the beginning, too.
    packets_pass(&judge).await;
    judge.does(Command::MuteLock { seat: counsel.seat() }).await;
    let is_locked = |view: &View| view.seats.iter().any(|seat| seat.seat == counsel.seat() && seat.locked);
    judge.until_view("locked", is_locked).await;
    let said = [&judge, &counsel, &point].map(|person| (person.tag, person.link.said()));
    let told = || said.iter().chain(&answers);
    for (who, said) in told() {
        assert!(said.contains("a=candidate:") && said.contains("127.0.0.1"), "the server's own address is told");
        for (other, _) in told() {
            assert!(!said.contains(&address(*other).to_string()), "{who} is told of {other}");
        }
    }
}
