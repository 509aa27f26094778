//! What is taken back ends at once, also what is live: by HTTP, and by the command line from another process.

use crate::stage::{in_session, packets_pass};
use assize_core::hearing::{Event, LeaveReason};
use assize_core::ids::SeatId;
use assize_core::refusal::Refusal;
use assize_core::signal::ClientMessage;
use assize_core::view::View;
use assize_tests::link::{Link, Told};
use assize_tests::peer::Mouth;
use assize_tests::{Kind, Person, TestCourt, http, tag, text};
use serde_json::{Value, json};
use std::sync::Arc;

/// The link ends with the reason, its way back is shut, and nothing of its sender reaches `viewer` any more.
pub(crate) async fn is_out(court: &TestCourt, gone: &Person, viewer: &Person) {
    let bye = gone.link.until("the end", |told| told.closed.then(|| told.bye.clone())).await;
    assert_eq!(bye, Some(Some(Refusal::Revoked)));
    let last = viewer.heard(gone.tag, Kind::Sound).last;
    packets_pass(viewer).await;
    assert_eq!(viewer.heard(gone.tag, Kind::Sound).last, last, "{} is still heard", gone.tag);
    let resume = ClientMessage::Resume { token: gone.link.told().token, last: 0 };
    let back = Link::begin(court.http, resume, Told::default()).await;
    assert_eq!(back.map(|_| ()), Err(Some(Refusal::BadResume)));
}

fn is_away(seat: SeatId) -> impl Fn(&View) -> bool {
    move |view| view.seats.iter().any(|other| other.seat == seat && !other.connected)
}

fn revocations(court: &TestCourt) -> usize {
    let revoked = |event: &Event| matches!(event, Event::Left { reason: LeaveReason::Revoked, .. });
    court.ledger().iter().filter(|line| revoked(&line.event)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_and_a_device_that_are_taken_back_end_what_they_opened() {
    let court = TestCourt::start().await;
    let (judge, counsel, point) = in_session(&court).await;
    let clerk = court.login("clerk").await;
    let path = format!("/api/v1/hearings/{}/revoke", court.hearing);
    let _ = court.post(&path, Some(&clerk), &json!({ "person": court.person("counsel") })).await.expect(204);
    is_out(&court, &counsel, &judge).await;
    judge.until_view("counsel is away", is_away(counsel.seat())).await;
    let refused = court.post("/api/v1/join", None, &json!({ "code": court.code("counsel") })).await;
    assert_eq!(refused.code(), "unknown_code");

    let shown = court.get("/api/v1/court", Some(&clerk)).await.expect(200).json();
    let points = shown["points"].as_array().unwrap();
    let device = points.iter().find_map(|point| point["devices"][0]["id"].as_str()).unwrap();
    let _ = court.done(&["point", "revoke", device]);
    is_out(&court, &point, &judge).await;
    judge.until_view("the point is away", is_away(point.seat())).await;
    assert_eq!(revocations(&court), 2);
    assert!(!judge.link.told().closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_account_and_a_logout_end_the_links_of_staff() {
    let court = TestCourt::start().await;
    let (judge, counsel, _point) = in_session(&court).await;
    let cookie = court.login("clerk").await;
    let joined = court.join(Some(&cookie), &json!({ "hearing": court.hearing })).await;
    let mut clerk = Person::enter(court.http, &text(&joined["ticket"]), tag::CLERK).await.unwrap();
    clerk.take_part().await;
    counsel.perceives(tag::CLERK).await;

    let _ = court.post("/api/v1/logout", Some(&cookie), &Value::Null).await.expect(204);
    is_out(&court, &clerk, &counsel).await;
    assert!(!judge.link.told().closed);

    let _ = court.done(&["user", "disable", "judge"]);
    is_out(&court, &judge, &counsel).await;
    counsel.until_view("the judge is away", is_away(judge.seat())).await;
    assert_eq!(revocations(&court), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoder_by_code_ends_with_the_code() {
    let court = TestCourt::start().await;
    let (judge, _counsel, _point) = in_session(&court).await;
    let ticket = text(&court.join(None, &json!({ "code": court.code("prosecutor") })).await["ticket"]);
    let bearer = format!("Bearer {ticket}");
    let theirs = [("authorization", bearer.as_str()), ("content-type", "application/sdp")];
    let (mut mouth, offer) = Mouth::new(tag::PROSECUTOR, &[Kind::Sound], Arc::default()).await;
    let whip = format!("/whip/{}", court.hearing);
    let created = http::request(court.http, "POST", &whip, &theirs, &offer).await.unwrap().expect(201);
    let location = created.header("location").unwrap().to_owned();
    mouth.begin(created.body).await;
    let prosecutor = |view: &View| {
        let mut seats = view.seats.iter();
        seats
            .find(|seat| seat.connected && seat.people.iter().any(|p| p.role == assize_core::plan::Role::Prosecutor))
            .map(|seat| seat.seat)
    };
    judge.until_view("the encoder is there", |view| prosecutor(view).is_some()).await;
    let seat = prosecutor(&judge.view()).unwrap();
    judge.does(assize_core::hearing::Command::Admit { seat }).await;
    judge.hears(tag::PROSECUTOR, Kind::Sound, 10).await;

    let clerk = court.login("clerk").await;
    let path = format!("/api/v1/hearings/{}/revoke", court.hearing);
    let _ = court.post(&path, Some(&clerk), &json!({ "person": court.person("prosecutor") })).await.expect(204);
    judge.until_view("the encoder is away", is_away(seat)).await;
    let last = judge.heard(tag::PROSECUTOR, Kind::Sound).last;
    packets_pass(&judge).await;
    assert_eq!(judge.heard(tag::PROSECUTOR, Kind::Sound).last, last);
    assert_eq!(http::request(court.http, "DELETE", &location, &theirs, "").await.unwrap().status, 404);
}
