//! Before a hearing: what is written down, invitations, changes of a point, readiness tests, the day at a point.

use super::*;
use std::collections::BTreeMap;

/// The questions of the checklist, in the order of the procedure's file.
const ALL: [&str; 6] =
    ["simple", "clear-evidence", "facilities", "no-state-secret", "not-national-security", "not-chapter-26"];

#[tokio::test]
async fn answers_and_days_are_kept_and_limits_follow_from_them() {
    let world = World::new().await;
    // One in the morning of the 25th in the court, and still the 24th in UTC.
    world.clock.advance(-7 * 3600 * 1000);
    let cookie = world.cookie("own-clerk").await;
    let path = format!("/api/v1/hearings/{}/preparation", world.own.hearing.plan.hearing);
    let (_, empty) = world.call(Method::GET, &path, Some(&cookie), Value::Null).await;
    assert_eq!(empty["open"], json!(ALL));
    assert_eq!(empty["component_points"], json!({ "planned": 1, "most": 3 }));
    assert_eq!(empty["during"]["written"], false);

    let patch = json!({ "answers": { "simple": { "yes": true } }, "dates": { "procuracy-notice": "2026-11-23" } });
    let (status, _) = world.call(Method::PATCH, &path, Some(&cookie), patch).await;
    assert_eq!(status, 200);
    let patch =
        json!({ "answers": { "no-state-secret": { "yes": false, "note": "còn xem" } }, "after": [{ "text": "Lưu" }] });
    let (_, now) = world.call(Method::PATCH, &path, Some(&cookie), patch).await;
    assert_eq!(
        (&now["open"], &now["against"]),
        (
            &json!(["clear-evidence", "facilities", "not-national-security", "not-chapter-26"]),
            &json!(["no-state-secret"])
        )
    );
    assert_eq!(now["checklist"][0]["answer"]["who"], "clerk");
    assert_eq!(now["after"]["tasks"][0]["text"], "Lưu");
    let limit = now["deadlines"].as_array().unwrap().iter().find(|one| one["key"] == "procuracy-answer").unwrap();
    assert_eq!((&limit["due"], &limit["left"], &limit["standing"]), (&json!("2026-11-26"), &json!(1), &json!("near")));

    let (_, due) = world.call(Method::GET, "/api/v1/deadlines", Some(&cookie), Value::Null).await;
    let due = due["deadlines"].as_array().unwrap();
    assert_eq!((due.len(), &due[0]["key"], &due[0]["case"]), (1, &json!("procuracy-answer"), &json!("1/2026/own")));
    let other = world.cookie("other-clerk").await;
    let (_, theirs) = world.call(Method::GET, "/api/v1/deadlines", Some(&other), Value::Null).await;
    assert_eq!(theirs["deadlines"], json!([]));

    let (status, problem) =
        world.call(Method::PATCH, &path, Some(&cookie), json!({ "dates": { "trial-decision": "25/11" } })).await;
    assert_eq!((status.as_u16(), &problem["params"]["field"]), (422, &json!("dates.trial-decision")));
}

/// Answers every question of the checklist with yes.
pub(super) async fn make_eligible(world: &World, cookie: &str) {
    let path = format!("/api/v1/hearings/{}/preparation", world.own.hearing.plan.hearing);
    let answers: BTreeMap<&str, Value> = ALL.into_iter().map(|key| (key, json!({ "yes": true }))).collect();
    let (status, _) = world.call(Method::PATCH, &path, Some(cookie), json!({ "answers": answers })).await;
    assert_eq!(status, 200);
}

async fn invite(world: &World, cookie: &str, people: &[Value]) -> (StatusCode, Value) {
    let path = format!("/api/v1/hearings/{}/invitations", world.own.hearing.plan.hearing);
    world.call(Method::POST, &path, Some(cookie), json!({ "people": people })).await
}

async fn file(world: &World, cookie: &str, query: &str) -> String {
    let path = format!("/api/v1/hearings/{}/calendar?{query}", world.own.hearing.plan.hearing);
    let response = world.send(request(Method::GET, &path, Some(cookie), &Value::Null)).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/calendar; charset=utf-8");
    String::from_utf8(to_bytes(response.into_body(), 1 << 16).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn nobody_is_invited_before_the_checklist_is_answered_and_a_code_is_shown_once() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    let people: Vec<Value> = world.own.hearing.plan.people.iter().map(|person| json!(person.id)).collect();
    let (status, problem) = invite(&world, &cookie, &people).await;
    assert_eq!((status.as_u16(), &problem["code"]), (409, &json!("not_eligible")));
    assert_eq!(problem["params"]["open"].as_array().unwrap().len(), ALL.len());
    make_eligible(&world, &cookie).await;

    let (status, made) = invite(&world, &cookie, &people).await;
    assert_eq!(status, 200);
    let sheets = made["invitations"].as_array().unwrap();
    assert_eq!((&sheets[0]["code"], &sheets[0]["link"]), (&Value::Null, &json!("http://court.example/login")), "judge");
    assert_eq!((&sheets[2]["code"], &sheets[2]["link"]), (&Value::Null, &Value::Null), "sits at a point");
    assert!(sheets[1]["qr"].as_str().unwrap().starts_with("<svg") && !made["conduct"].as_array().unwrap().is_empty());
    let first = sheets[1]["code"].clone();
    assert_eq!(world.post("/api/v1/join", json!({ "code": first })).await.0, 200);
    let (_, again) = invite(&world, &cookie, &people[1..2]).await;
    assert_eq!(world.post("/api/v1/join", json!({ "code": first })).await.1["code"], "unknown_code");
    assert_eq!(world.post("/api/v1/join", json!({ "code": again["invitations"][0]["code"] })).await.0, 200);
    let path = format!("/api/v1/hearings/{}/preparation", world.own.hearing.plan.hearing);
    let no = json!({ "answers": { "no-state-secret": { "yes": false } } });
    assert_eq!(world.call(Method::PATCH, &path, Some(&cookie), no).await.0, 200);
    assert_eq!(invite(&world, &cookie, &people).await.0, 409, "an answer of no");
}

#[tokio::test]
async fn a_calendar_file_counts_up_when_what_is_read_changes() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    let plan = &world.own.hearing.plan;
    let query = format!("person={}", plan.people[1].id);
    let uid = format!("UID:{}.{}@assize", plan.hearing, plan.people[1].id);
    let first = file(&world, &cookie, &query).await;
    let unfolded = first.replace("\r\n ", "");
    assert!(unfolded.contains(&uid) && unfolded.contains("SEQUENCE:0\r\n"), "{unfolded}");
    assert!(unfolded.contains("DTSTART:20261125T010000Z"), "{unfolded}");
    world.clock.advance(60_000);
    assert_eq!(file(&world, &cookie, &query).await, first, "nothing changed");

    let path = format!("/api/v1/hearings/{}", plan.hearing);
    let later = json!({ "starts": "2026-11-25T13:30:00+07:00" });
    assert_eq!(world.call(Method::PATCH, &path, Some(&cookie), later).await.0, 200);
    let second = file(&world, &cookie, &query).await.replace("\r\n ", "");
    assert!(second.contains(&uid) && second.contains("SEQUENCE:1\r\n"), "{second}");
    assert!(second.contains("DTSTART:20261125T063000Z"), "{second}");
    let point = file(&world, &cookie, &format!("point={}", world.own.point.id)).await;
    assert!(point.contains("SEQUENCE:0\r\n"), "its first: {point}");
}

#[tokio::test]
async fn a_change_of_place_takes_the_old_entrance_back_and_says_whose() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    let plan = &world.own.hearing.plan;
    make_eligible(&world, &cookie).await;
    let (_, made) = invite(&world, &cookie, &[json!(plan.people[1].id)]).await;
    let code = made["invitations"][0]["code"].clone();
    let (_, joined) = world.post("/api/v1/join", json!({ "code": code })).await;
    let (token, _) = world.base.identity.devices.offer(world.own.point.id).await.unwrap();
    let (_, credential) = world.base.identity.devices.enrol(&token.reveal()).await.unwrap();
    let (status, _) = world.post("/api/v1/join", json!({ "device": credential.reveal() })).await;
    assert_eq!(status, 200);

    let path = format!("/api/v1/hearings/{}", plan.hearing);
    let person = |n: usize, point: Value| {
        let one = &plan.people[n];
        json!({
            "id": one.id, "name": one.name, "role": one.role, "point": point, "own_screen": one.own_screen,
            "account": one.account,
        })
    };
    let same = json!({ "people": [person(0, Value::Null), person(1, Value::Null), person(2, json!("Trại"))] });
    let (_, kept) = world.call(Method::PATCH, &path, Some(&cookie), same).await;
    assert_eq!(kept["voided"], json!({ "codes": [], "points": [], "links": 0 }));

    let moved = json!({ "people": [person(0, Value::Null), person(1, json!("Trại")), person(2, json!("Trại"))] });
    let (status, changed) = world.call(Method::PATCH, &path, Some(&cookie), moved).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(changed["voided"]["codes"], json!([{ "id": plan.people[1].id, "name": "Luật sư" }]));
    assert_eq!(changed["voided"]["links"], 1);
    assert_eq!(world.post("/api/v1/join", json!({ "code": code })).await.1["code"], "unknown_code");
    let ticket = crate::identity::secret::digest(joined["ticket"].as_str().unwrap());
    assert_eq!(world.base.store.take_ticket(ticket, 0).await.unwrap(), None, "what was opened with it ended as well");

    let gone = json!({ "points": [], "people": [{ "name": "Luật sư", "role": "counsel" }] });
    let (_, changed) = world.call(Method::PATCH, &path, Some(&cookie), gone).await;
    assert_eq!(changed["voided"]["points"], json!([{ "id": world.own.point.id, "name": "Trại" }]));
    assert_eq!(changed["voided"]["links"], 1, "the device's");
}

#[tokio::test]
async fn a_device_tests_its_own_point_and_knows_only_the_times_of_its_day() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    let (token, _) = world.base.identity.devices.offer(world.own.point.id).await.unwrap();
    let (device, credential) = world.base.identity.devices.enrol(&token.reveal()).await.unwrap();
    let bearer = format!("Bearer {}", credential.reveal());
    let call = async |method, path: &str, body: Value| {
        let mut request = request(method, path, None, &body);
        request.headers_mut().insert(header::AUTHORIZATION, bearer.parse().unwrap());
        let response = world.send(request).await;
        (response.status(), to_bytes(response.into_body(), 1 << 22).await.unwrap())
    };
    let (status, bytes) = call(Method::GET, "/api/v1/line?bytes=5000", Value::Null).await;
    assert_eq!((status.as_u16(), bytes.len()), (200, 5000));
    let most = readiness::MOST;
    assert_eq!(call(Method::GET, "/api/v1/line?bytes=999999999", Value::Null).await.1.len(), most);
    let sent = json!("x".repeat(BODY + 1));
    assert_eq!(call(Method::POST, "/api/v1/line", sent).await.0, 200, "more than other bodies");

    let line = json!({ "way": "https", "trip_ms": 21.5, "up_kbps": 400.0, "down_kbps": 9000.0 });
    let sound = json!({ "noise_db": -62.0, "speech_db": -25.0 });
    let measured = json!({ "line": line, "sound": sound, "device": "Chromium" });
    let (status, _) = call(Method::POST, "/api/v1/readiness", json!({ "measured": measured })).await;
    assert_eq!(status, 201);
    let other = json!({ "point": world.other.point.id, "measured": measured });
    assert_eq!(call(Method::POST, "/api/v1/readiness", other).await.0, 404);
    let wrong = json!({ "measured": { "line": { "way": "https", "trip_ms": -1 } } });
    assert_eq!(call(Method::POST, "/api/v1/readiness", wrong).await.0, 422);

    let path = format!("/api/v1/points/{}/readiness", world.own.point.id);
    let (_, shown) = world.call(Method::GET, &path, Some(&cookie), Value::Null).await;
    let tests = shown["tests"].as_array().unwrap();
    assert_eq!((tests.len(), &tests[0]["device"], &tests[0]["level"]), (1, &json!(device.id), &json!("look")));
    let codes: Vec<_> =
        tests[0]["verdicts"].as_array().unwrap().iter().map(|verdict| verdict["code"].clone()).collect();
    assert_eq!(codes, ["line_up_slow", "good", "not_measured"]);
    world.clock.advance(1000);
    let waiting = json!({ "line": { "way": "media", "trip_ms": 20, "loss": 0.01 } });
    let (status, _) = call(Method::POST, "/api/v1/readiness", json!({ "measured": waiting })).await;
    assert_eq!(status, 201);
    let path = format!("/api/v1/hearings/{}/preparation", world.own.hearing.plan.hearing);
    let (_, prepared) = world.call(Method::GET, &path, Some(&cookie), Value::Null).await;
    assert_eq!(prepared["readiness"][0]["id"], tests[0]["id"], "the last test of the room, not the line alone");

    let (status, bytes) = call(Method::GET, "/api/v1/docket", Value::Null).await;
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(status, 200);
    assert!(text.contains(START) && !text.contains("1/2026") && !text.contains("Bị cáo"), "{text}");
    world.clock.advance(24 * 3600 * 1000);
    let (_, bytes) = call(Method::GET, "/api/v1/docket", Value::Null).await;
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap()["hearings"], json!([]), "that was yesterday");
}
