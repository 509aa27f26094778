//! Before a hearing, against the real server: what an invitation made anew ends, and what a point's device may do for its
//! readiness test.

use crate::revocation::is_out;
use crate::stage::in_session;
use assize_tests::{TestCourt, http, text};
use serde_json::{Value, json};

async fn patch(court: &TestCourt, cookie: &str, path: &str, body: &Value) -> Value {
    http::json(court.http, "PATCH", path, Some(cookie), body).await.unwrap().expect(200).json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_made_anew_ends_what_the_old_code_opened() {
    let court = TestCourt::start().await;
    let (judge, counsel, _point) = in_session(&court).await;
    let clerk = court.login("clerk").await;
    let hearing = format!("/api/v1/hearings/{}", court.hearing);
    let wanted = json!({ "people": [court.person("counsel"), court.person("defendant")] });
    let invitations = format!("{hearing}/invitations");
    let refused = court.post(&invitations, Some(&clerk), &wanted).await;
    assert_eq!((refused.status, refused.code()), (409, "not_eligible".to_owned()));

    let preparation = format!("{hearing}/preparation");
    let shown = court.get(&preparation, Some(&clerk)).await.expect(200).json();
    let keys = shown["open"].as_array().unwrap();
    let answers: serde_json::Map<_, _> = keys.iter().map(|key| (text(key), json!({ "yes": true }))).collect();
    let answered = patch(&court, &clerk, &preparation, &json!({ "answers": answers })).await;
    assert_eq!((&answered["open"], &answered["against"]), (&json!([]), &json!([])));

    let made = court.post(&invitations, Some(&clerk), &wanted).await.expect(200).json();
    let sheets = made["invitations"].as_array().unwrap();
    assert_eq!(sheets[1]["code"], Value::Null, "the defendant enters through the point");
    is_out(&court, &counsel, &judge).await;
    let old = court.post("/api/v1/join", None, &json!({ "code": court.code("counsel") })).await;
    assert_eq!(old.code(), "unknown_code");
    let _ = court.post("/api/v1/join", None, &json!({ "code": sheets[0]["code"] })).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_point_measures_its_line_and_its_report_is_there_for_the_clerk() {
    let court = TestCourt::start().await;
    let device = court.enrol(&court.enrolment()).await;
    let bearer = format!("Bearer {device}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let ask = async |method: &str, path: &str, body: &str| {
        http::request(court.http, method, path, &headers, body).await.unwrap()
    };
    let megabyte = "x".repeat(1 << 20);
    assert_eq!(ask("POST", "/api/v1/line", &megabyte).await.expect(200).json()["bytes"], 1 << 20);
    let measured = json!({ "measured": { "line": { "way": "https", "trip_ms": 3.5 } } }).to_string();
    let kept = ask("POST", "/api/v1/readiness", &measured).await.expect(201).json();
    let day = ask("GET", "/api/v1/docket", "").await.expect(200).json();
    assert_eq!(day["hearings"][0]["id"], json!(court.hearing));

    let clerk = court.login("clerk").await;
    let reports = court.get(&format!("/api/v1/points/{}/readiness", text(&kept["point"])), Some(&clerk)).await;
    assert_eq!(reports.expect(200).json()["tests"], json!([kept]));
    let nobody = http::request(court.http, "POST", "/api/v1/line", &[], "x").await.unwrap();
    assert_eq!(nobody.status, 401);
}
