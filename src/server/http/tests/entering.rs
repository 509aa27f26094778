//! Codes, devices, tickets and resume tokens.

use super::preparing::make_eligible;
use super::*;
use crate::runtime::ports::Door as _;
use assize_core::hearing::{Entrant, SessionState};
use assize_core::ids::HearingId;
use assize_core::plan::Person;
use assize_core::refusal::Refusal;

fn hearing(world: &World) -> HearingId {
    world.own.hearing.plan.hearing
}

fn counsel(world: &World) -> &Person {
    &world.own.hearing.plan.people[1]
}

async fn invite(world: &World) -> String {
    let cookie = world.cookie("own-clerk").await;
    make_eligible(world, &cookie).await;
    let path = format!("/api/v1/hearings/{}/invite", hearing(world));
    let (status, answer) = world.call(Method::POST, &path, Some(&cookie), json!({ "person": counsel(world).id })).await;
    assert_eq!(status, StatusCode::OK);
    answer["code"].as_str().unwrap().to_owned()
}

async fn join(world: &World, by: Value) -> (StatusCode, Value) {
    world.post("/api/v1/join", by).await
}

#[tokio::test]
async fn nobody_enters_as_the_presiding_judge_by_a_code() {
    let world = World::new().await;
    let judge = &world.own.hearing.plan.people[0];
    assert_eq!(judge.role, assize_core::plan::Role::PresidingJudge);
    let cookie = world.cookie("own-clerk").await;
    let path = format!("/api/v1/hearings/{}/invite", hearing(&world));
    make_eligible(&world, &cookie).await;
    let (status, answer) = world.call(Method::POST, &path, Some(&cookie), json!({ "person": judge.id })).await;
    assert_eq!((status, &answer["code"]), (StatusCode::FORBIDDEN, &json!("comes_by_account")));
    // One that was made all the same, by an earlier version say, opens nothing.
    let code = world.base.identity.codes.invite(hearing(&world), judge.id).await.unwrap();
    let (status, answer) = join(&world, json!({ "code": code })).await;
    assert_eq!((status, &answer["code"]), (StatusCode::FORBIDDEN, &json!("comes_by_account")));
}

#[tokio::test]
async fn no_code_is_made_before_the_checklist_is_answered() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    let path = format!("/api/v1/hearings/{}/invite", hearing(&world));
    let wanted = json!({ "person": counsel(&world).id });
    let (status, answer) = world.call(Method::POST, &path, Some(&cookie), wanted.clone()).await;
    assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("not_eligible")));
    // Somebody has come: a code that was lost is made anew whatever was left open.
    world.base.store.set_state(hearing(&world), SessionState::Waiting, 0).await.unwrap();
    let (status, _) = world.call(Method::POST, &path, Some(&cookie), wanted).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_person_enters_by_code() {
    let world = World::new().await;
    let code = invite(&world).await;
    let typed = code.to_lowercase().replace('-', " ");
    let (status, answer) = join(&world, json!({ "code": typed })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["role"], "counsel");
    assert_eq!(answer["hearing"], json!(hearing(&world)));
    assert_eq!(answer["nodes"], json!(["http://court.example"]));
    assert_eq!(answer["expires"], "2026-11-25T08:01:00+07:00");

    let ticket = answer["ticket"].as_str().unwrap();
    let admission = world.base.redeem(ticket).await.unwrap();
    assert_eq!(admission.hearing, hearing(&world));
    assert_eq!(admission.entrant, Entrant::Person { person: counsel(&world).id });
    assert_eq!(world.base.redeem(ticket).await, Err(Refusal::BadTicket), "used once");
}

#[tokio::test]
async fn a_device_shows_by_an_old_token_that_it_is_the_same() {
    let world = World::new().await;
    let code = invite(&world).await;
    let (_, first) = join(&world, json!({ "code": code })).await;
    let first = world.base.redeem(first["ticket"].as_str().unwrap()).await.unwrap();
    assert!(first.device().is_some());
    let (_, other) = join(&world, json!({ "code": code })).await;
    let other_link = world.base.redeem(other["ticket"].as_str().unwrap()).await.unwrap();
    assert_ne!(other_link.link, first.link, "a code alone is another device");

    let tokens = json!(["nonsense", first.resume]);
    for _ in 0..20 {
        let (status, again) = join(&world, json!({ "code": code, "tokens": tokens })).await;
        assert_eq!((status, &again["resume"]), (StatusCode::OK, &json!(first.resume)));
        assert_eq!(world.base.redeem(again["ticket"].as_str().unwrap()).await.unwrap().link, first.link);
    }
    // The token of another hearing or person shows nothing, and an ended one is none.
    let judge = json!({ "hearing": hearing(&world) });
    let cookie = world.cookie("own-judge").await;
    let (_, judge) = world.call(Method::POST, "/api/v1/join", Some(&cookie), judge).await;
    let (_, third) = join(&world, json!({ "code": code, "tokens": [judge["resume"]] })).await;
    let third = world.base.redeem(third["ticket"].as_str().unwrap()).await.unwrap();
    assert!(third.link != first.link && third.entrant == first.entrant);
    let code = invite(&world).await;
    let (_, fourth) = join(&world, json!({ "code": code, "tokens": tokens })).await;
    assert_ne!(world.base.redeem(fourth["ticket"].as_str().unwrap()).await.unwrap().link, first.link);

    let many: Vec<&str> = vec!["x"; 9];
    assert_eq!(join(&world, json!({ "code": code, "tokens": many })).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(join(&world, json!({ "device": "x", "tokens": ["x"] })).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn codes_are_replaced_revoked_and_end_with_the_hearing() {
    let world = World::new().await;
    let first = invite(&world).await;
    let second = invite(&world).await;
    assert_eq!(join(&world, json!({ "code": first })).await.1["code"], "unknown_code");
    let (_, answer) = join(&world, json!({ "code": second })).await;
    let resume = answer["resume"].as_str().unwrap().to_owned();

    let cookie = world.cookie("own-clerk").await;
    let path = format!("/api/v1/hearings/{}/revoke", hearing(&world));
    let body = json!({ "person": counsel(&world).id });
    assert_eq!(world.call(Method::POST, &path, Some(&cookie), body).await.0, StatusCode::NO_CONTENT);
    assert_eq!(join(&world, json!({ "code": second })).await.0, StatusCode::FORBIDDEN);
    assert_eq!(world.base.resume(&resume).await, Err(Refusal::BadResume), "what it opened is shut");

    let third = invite(&world).await;
    world.base.store.set_state(hearing(&world), SessionState::Closed, 0).await.unwrap();
    assert_eq!(join(&world, json!({ "code": third })).await.1["code"], "over");
}

#[tokio::test]
async fn guessing_codes_is_slowed() {
    let world = World::new().await;
    for _ in 0..world.base.config.identity.tries {
        assert_eq!(join(&world, json!({ "code": "2222-2222-2222" })).await.0, StatusCode::FORBIDDEN);
    }
    assert_eq!(join(&world, json!({ "code": "2222-2222-2222" })).await.0, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn wrong_codes_keep_neither_devices_nor_staff_out() {
    let world = World::new().await;
    let (token, _) = world.base.identity.devices.offer(world.own.point.id).await.unwrap();
    let (later, _) = world.base.identity.devices.offer(world.own.point.id).await.unwrap();
    let (_, credential) = world.base.identity.devices.enrol(&token.reveal()).await.unwrap();
    let credential = credential.reveal();
    for _ in 0..20 {
        join(&world, json!({ "code": "2222-2222-2222" })).await;
        assert_eq!(join(&world, json!({ "device": "wrong" })).await.1["code"], "unknown_device");
    }
    let code = invite(&world).await;
    assert_eq!(join(&world, json!({ "code": code })).await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(join(&world, json!({ "device": credential })).await.0, StatusCode::OK);
    assert_eq!(world.post("/api/v1/enrol", json!({ "token": later.reveal() })).await.0, StatusCode::OK);
    let login = json!({ "name": "own-judge", "password": PASSWORD });
    assert_eq!(world.post("/api/v1/login", login).await.0, StatusCode::OK);
    let cookie = world.cookie("own-judge").await;
    let body = json!({ "hearing": hearing(&world) });
    assert_eq!(world.call(Method::POST, "/api/v1/join", Some(&cookie), body).await.0, StatusCode::OK);
}

#[tokio::test]
async fn clients_of_a_trusted_proxy_are_told_apart_and_nobody_else_is_believed() {
    for (proxies, apart) in [(vec![], false), (vec!["192.0.2.1".parse().unwrap()], true)] {
        let mut world = World::new().await;
        let mut config = world.base.config.clone();
        config.server.proxies = proxies;
        let base = Base::open(config, Arc::<SetClock>::clone(&world.clock)).await.unwrap();
        world.base = Arc::new(base);
        world.router = router(&world.base, Router::new(), Scheme::default());
        let ask = async |forwarded: &str| {
            let mut request = request(Method::POST, "/api/v1/join", None, &json!({ "code": "2222-2222-2222" }));
            request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
            world.send(request).await.status()
        };
        for n in 0..world.base.config.identity.tries {
            // What the client wrote itself stands before what the proxy added.
            assert_eq!(ask(&format!("203.0.113.{n}, 198.51.100.1")).await, StatusCode::FORBIDDEN);
        }
        assert_eq!(ask("203.0.113.99, 198.51.100.1").await, StatusCode::TOO_MANY_REQUESTS);
        let other = if apart { StatusCode::FORBIDDEN } else { StatusCode::TOO_MANY_REQUESTS };
        assert_eq!(ask("198.51.100.2:4711").await, other);
    }
}

#[tokio::test]
async fn an_old_ticket_is_refused() {
    let world = World::new().await;
    let (_, answer) = join(&world, json!({ "code": invite(&world).await })).await;
    world.clock.advance(60_000);
    assert_eq!(world.base.redeem(answer["ticket"].as_str().unwrap()).await, Err(Refusal::BadTicket));
}

#[tokio::test]
async fn a_lost_welcome_locks_nobody_out() {
    let world = World::new().await;
    let (_, answer) = join(&world, json!({ "code": invite(&world).await })).await;
    let first = world.base.redeem(answer["ticket"].as_str().unwrap()).await.unwrap().resume;
    // The welcome with `first` was lost: the token of the join answer still works.
    let second = world.base.resume(answer["resume"].as_str().unwrap()).await.unwrap().resume;
    assert_eq!(world.base.resume(&first).await, Err(Refusal::BadResume), "its successor was never seen to be used");
    let third = world.base.resume(&second).await.unwrap().resume;
    assert_eq!(world.base.resume(answer["resume"].as_str().unwrap()).await, Err(Refusal::BadResume));
    // The welcome with `third` was lost as well.
    let fourth = world.base.resume(&second).await.unwrap().resume;
    assert_eq!(world.base.resume(&third).await, Err(Refusal::BadResume));
    assert_eq!(world.base.resume(&fourth).await.unwrap().hearing, hearing(&world));
}

#[tokio::test]
async fn a_device_is_enrolled_once_and_enters_by_itself() {
    let world = World::new().await;
    let cookie = world.cookie("own-technician").await;
    let path = format!("/api/v1/points/{}/enrol", world.own.point.id);
    let (_, offer) = world.call(Method::POST, &path, Some(&cookie), json!({})).await;
    let link = offer["link"].as_str().unwrap();
    assert!(link.starts_with("http://court.example/point#enrol="));
    assert!(offer["qr"].as_str().unwrap().starts_with("<svg"));
    let token = link.split('=').nth(1).unwrap();

    let (status, enrolled) = world.post("/api/v1/enrol", json!({ "token": token })).await;
    assert_eq!((status.as_u16(), &enrolled["point"]["name"]), (200, &json!("Trại")));
    assert_eq!(world.post("/api/v1/enrol", json!({ "token": token })).await.0, StatusCode::GONE);

    let credential = enrolled["device"].clone();
    let (status, answer) = join(&world, json!({ "device": credential })).await;
    assert_eq!(status, StatusCode::OK);
    let admission = world.base.redeem(answer["ticket"].as_str().unwrap()).await.unwrap();
    assert!(matches!(admission.entrant, Entrant::Device { point, .. } if point == world.own.point.id));

    let path = format!("/api/v1/devices/{}", enrolled["id"].as_str().unwrap());
    assert_eq!(world.call(Method::DELETE, &path, Some(&cookie), Value::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(join(&world, json!({ "device": credential })).await.1["code"], "unknown_device");
    assert_eq!(world.base.resume(&admission.resume).await, Err(Refusal::BadResume));
}

#[tokio::test]
async fn a_point_without_a_hearing_waits() {
    let world = World::new().await;
    let (token, _) = world.base.identity.devices.offer(world.own.point.id).await.unwrap();
    let (_, credential) = world.base.identity.devices.enrol(&token.reveal()).await.unwrap();
    world.base.store.set_state(hearing(&world), SessionState::Closed, 0).await.unwrap();
    let (status, problem) = join(&world, json!({ "device": credential.reveal() })).await;
    assert_eq!((status.as_u16(), &problem["code"]), (404, &json!("no_hearing_now")));
}

#[tokio::test]
async fn staff_take_their_seat_and_others_watch() {
    let world = World::new().await;
    for (account, role) in [("own-judge", "presiding_judge"), ("own-clerk", "observer")] {
        let cookie = world.cookie(account).await;
        let body = json!({ "hearing": hearing(&world) });
        let (_, answer) = world.call(Method::POST, "/api/v1/join", Some(&cookie), body).await;
        assert_eq!(answer["role"], role, "{account}");
    }
}

#[tokio::test]
async fn a_plan_stands_once_somebody_has_come() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    let path = format!("/api/v1/hearings/{}", hearing(&world));
    let (status, changed) = world.call(Method::PATCH, &path, Some(&cookie), json!({ "title": "Mới" })).await;
    assert_eq!((status.as_u16(), &changed["title"]), (200, &json!("Mới")));
    assert_eq!(changed["people"][1]["id"], json!(counsel(&world).id), "people keep their ids");
    world.base.store.set_state(hearing(&world), SessionState::Waiting, 0).await.unwrap();
    let (status, problem) = world.call(Method::PATCH, &path, Some(&cookie), json!({ "title": "X" })).await;
    assert_eq!((status.as_u16(), &problem["code"]), (409, &json!("plan_has_begun")));
}

#[tokio::test]
async fn somebody_who_leaves_the_plan_loses_their_code() {
    let world = World::new().await;
    let code = invite(&world).await;
    let cookie = world.cookie("own-clerk").await;
    let path = format!("/api/v1/hearings/{}", hearing(&world));
    let (status, _) = world.call(Method::PATCH, &path, Some(&cookie), json!({ "people": [] })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(join(&world, json!({ "code": code })).await.1["code"], "unknown_code");
}
