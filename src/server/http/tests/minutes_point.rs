//! The minutes at a point's device: by its credential, for a person who sits there.

use super::minutes::{HOUR, call, now, read, seal, sitting_with, suspended, token};
use super::*;
use crate::library;
use crate::minutes;
use assize_core::hearing::{Event, SessionState};
use assize_core::ids::DeviceId;

/// A device of the point, with its credential.
async fn device(world: &World, point: PointId) -> (DeviceId, String) {
    let (token, _) = world.base.identity.devices.offer(point).await.unwrap();
    let (device, credential) = world.base.identity.devices.enrol(&token.reveal()).await.unwrap();
    (device.id, credential.reveal())
}

/// A hearing that is over and sealed, in which the point's device was: its id and its credential.
async fn over(world: &World) -> (DeviceId, String) {
    let (id, credential) = device(world, world.own.point.id).await;
    let folder = sitting_with(world, Some(id), Event::Closed);
    now(world, SessionState::Closed).await;
    assert_eq!(read(world, &credential, "/readers").await.1["code"], "not_sealed_yet");
    seal(&folder);
    library::shelve(&world.base, &folder).await.unwrap();
    (id, credential)
}

fn of(world: &World, number: usize) -> String {
    format!("?person={}", world.own.hearing.plan.people[number].id)
}

fn told(answer: &(StatusCode, Value)) -> (u16, &str) {
    (answer.0.as_u16(), answer.1["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_device_tells_who_may_read_and_each_is_chosen_by_name() {
    let world = World::new().await;
    let (_, credential) = over(&world).await;
    let (status, list) = read(&world, &credential, "/readers").await;
    let defendant = &world.own.hearing.plan.people[2];
    let people = json!([{ "person": defendant.id, "name": "Bị cáo", "role": "defendant" }]);
    assert_eq!((status, &list["sittings"][0]["people"]), (StatusCode::OK, &people), "{list}");
    assert_eq!((&list["sittings"].as_array().unwrap().len(), &list["sealing"]), (&1, &json!(false)));
    let (status, minutes) = read(&world, &credential, &of(&world, 2)).await;
    assert_eq!((status, &minutes["sitting"]), (StatusCode::OK, &json!("01")), "{minutes}");
    assert_eq!(minutes["closed_utc_ms"].as_i64().unwrap() + 24 * HOUR, list["sittings"][0]["until_utc_ms"]);
    assert_eq!(read(&world, &credential, &format!("/timeline{}", of(&world, 2))).await.0, StatusCode::OK);
    world.clock.advance(24 * HOUR);
    for rest in ["/readers".to_owned(), of(&world, 2)] {
        assert_eq!(told(&read(&world, &credential, &rest).await), (410, "no_longer_read"), "{rest}");
    }
}

#[tokio::test]
async fn a_sitting_that_was_suspended_is_read_for_its_own_hours_whatever_follows() {
    let world = World::new().await;
    let (id, credential) = device(&world, world.own.point.id).await;
    let folder = sitting_with(&world, Some(id), suspended());
    assert_eq!(told(&read(&world, &credential, "/readers").await), (409, "not_now"), "it is not over");
    now(&world, SessionState::Suspended).await;
    library::shelve(&world.base, &folder).await.unwrap();
    assert_eq!(read(&world, &credential, &of(&world, 2)).await.0, StatusCode::OK);
    now(&world, SessionState::InSession).await;
    let (status, list) = read(&world, &credential, "/readers").await;
    assert_eq!((status, &list["sittings"][0]["sitting"]), (StatusCode::OK, &json!(1)), "{list}");
    // Planned anew without this point: its people took part all the same.
    now(&world, SessionState::Suspended).await;
    let mut plan = world.own.hearing.plan.clone();
    plan.points.clear();
    plan.people.truncate(2);
    assert!(world.base.store.replace_plan(&plan).await.unwrap());
    assert_eq!(read(&world, &credential, &of(&world, 2)).await.0, StatusCode::OK);
    world.clock.advance(24 * HOUR);
    assert_eq!(told(&read(&world, &credential, "/readers").await), (404, "not_found"));
}

#[tokio::test]
async fn nobody_else_reads_by_it_and_no_other_device() {
    let world = World::new().await;
    let (id, credential) = over(&world).await;
    let counsel = token(&world).await;
    for rest in ["", "/timeline", "/media/x"] {
        let of = |number| format!("{rest}{}", of(&world, number));
        let answer = read(&world, &credential, rest).await;
        assert_eq!(told(&answer), (404, "no_such_person"), "{rest}: nobody was chosen");
        assert_eq!(told(&read(&world, &credential, &of(0)).await), (403, "not_at_this_point"), "{rest}: the judge");
        assert_eq!(told(&read(&world, &credential, &of(1)).await), (403, "not_at_this_point"), "{rest}: counsel");
        assert_eq!(told(&read(&world, &counsel, &of(2)).await), (403, "not_your_act"), "{rest}: for somebody else");
    }
    assert_eq!(told(&read(&world, &counsel, "/readers").await), (403, "not_your_act"));
    let (_, beside) = device(&world, world.own.point.id).await;
    assert_eq!(told(&read(&world, &beside, &of(&world, 2)).await), (403, "not_admitted"), "it was not there");
    assert_eq!(read(&world, &beside, "/readers").await.1["sittings"], json!([]));
    let (_, stranger) = device(&world, world.other.point.id).await;
    for rest in ["/readers".to_owned(), of(&world, 2)] {
        assert_eq!(told(&read(&world, &stranger, &rest).await), (404, "not_found"), "not even that it is there");
    }
    world.base.identity.devices.revoke(id).await.unwrap();
    for rest in ["/readers".to_owned(), of(&world, 2)] {
        assert_eq!(told(&read(&world, &credential, &rest).await), (401, "bad_resume"));
    }
}

#[tokio::test]
async fn what_is_chosen_there_is_logged_with_person_and_point_and_answered() {
    let world = World::new().await;
    let (_, credential) = over(&world).await;
    let (counsel, who) = (token(&world).await, of(&world, 2));
    let lines = read(&world, &credential, &who).await.1["lines"].clone();
    let line = lines[0]["n"].as_u64().unwrap();
    let ask = |body: Value| {
        let (world, credential, rest) = (&world, &credential, format!("/requests{who}"));
        async move { call(world, Method::POST, credential, &rest, &body).await }
    };
    assert_eq!(told(&ask(json!({ "line": line, "text": "20 giờ" })).await), (403, "not_typed_here"));
    assert_eq!(told(&ask(json!({ "line": line })).await), (400, "bad_request"));
    assert_eq!(told(&ask(json!({ "line": line, "reason": "missing", "text": "x" })).await), (400, "bad_request"));
    assert_eq!(told(&ask(json!({ "line": line, "reason": "whatever" })).await), (400, "bad_request"));
    assert_eq!(told(&ask(json!({ "line": 9_999, "reason": "missing" })).await), (404, "not_found"));
    let (status, asked) = ask(json!({ "line": line, "reason": "not_said" })).await;
    assert_eq!((status, &asked["number"]), (StatusCode::CREATED, &json!(1)), "{asked}");
    assert_eq!(told(&ask(json!({ "line": line, "reason": "not_said" })).await), (409, "already_so"));
    let agreement = format!("/agreement{who}");
    assert_eq!(call(&world, Method::POST, &credential, &agreement, &json!({})).await.0, StatusCode::NO_CONTENT);

    // The clerk sees who it was and from where, and answers; the device tells the answer, and counsel is told nothing.
    let cookie = world.cookie("own-clerk").await;
    let record = format!("/api/v1/records/{}-01/minutes", world.own.hearing.plan.hearing);
    let (_, seen) = world.call(Method::GET, &record, Some(&cookie), Value::Null).await;
    let request = &seen["lines"][0]["requests"][0];
    let by = (&request["by"]["name"], &request["by"]["point"], &request["by"]["role"]);
    assert_eq!(by, (&json!("Bị cáo"), &json!("Trại"), &json!("defendant")), "{request}");
    assert_eq!(request["by"]["person"], json!(world.own.hearing.plan.people[2].id));
    assert_eq!((&request["reason"], &request["text"]), (&json!("not_said"), &json!("Tôi không nói như vậy")));
    assert_eq!(seen["agreed"][0]["by"]["point"], "Trại");
    let request = super::request(Method::GET, &format!("{record}/html?lang=en"), Some(&cookie), &Value::Null);
    let paper = to_bytes(world.send(request).await.into_body(), 1 << 20).await.unwrap();
    let paper = String::from_utf8_lossy(&paper);
    assert!(paper.contains("Bị cáo (Trại) asks for: That is not what I said"), "{paper}");
    let answer = json!({ "accept": false, "reason": "đã nghe lại" });
    let answered = world.call(Method::POST, &format!("{record}/requests/1"), Some(&cookie), answer).await;
    assert_eq!(answered.0, StatusCode::NO_CONTENT);
    let own = read(&world, &credential, &who).await.1;
    assert_eq!(own["lines"][0]["requests"][0]["ruling"]["reason"], "đã nghe lại", "{own}");
    assert_eq!(own["agreed"].as_array().unwrap().len(), 1);
    let others = read(&world, &counsel, "").await.1;
    assert_eq!((&others["lines"][0]["requests"], &others["agreed"]), (&json!([]), &json!([])));
    let log = std::fs::read_to_string(minutes::path(&folder(&world))).unwrap();
    assert!(log.contains("\"reason\":\"not_said\"") && log.contains("\"point\":\"Trại\""), "{log}");
}

fn folder(world: &World) -> std::path::PathBuf {
    let root = &world.base.config.storage.recordings;
    assize_record::folder::sittings(root, world.own.hearing.plan.hearing).unwrap().pop().unwrap()
}
