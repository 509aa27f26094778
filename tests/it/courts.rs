//! Staff see their own court and nothing of another.

use assize_tests::{TestCourt, text};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_of_another_court_see_nothing_and_change_nothing() {
    let court = TestCourt::start().await;
    let own = court.login("clerk").await;
    let shown = court.get("/api/v1/court", Some(&own)).await.expect(200).json();
    let point = text(&shown["points"][0]["id"]);
    let hearing = court.hearing.clone();

    let add = ["user", "add", "stranger", "--role", "clerk", "--court", "Elsewhere", "--new-court", "--json"];
    let account: Value = serde_json::from_str(&court.done(&add)).unwrap();
    let stranger = court.login_with("stranger", &text(&account["password"])).await;
    let cookie = Some(stranger.as_str());
    assert_eq!(court.get("/api/v1/hearings", cookie).await.expect(200).json()["hearings"], json!([]));
    let theirs = court.get("/api/v1/court", cookie).await.expect(200).json();
    assert_eq!(theirs["points"], json!([]));
    assert_eq!(theirs["accounts"].as_array().map(Vec::len), Some(1), "{theirs}");

    for (method, path, body) in [
        ("GET", format!("/api/v1/hearings/{hearing}"), Value::Null),
        ("PATCH", format!("/api/v1/hearings/{hearing}"), json!({ "title": "taken over" })),
        ("POST", format!("/api/v1/hearings/{hearing}/invite"), json!({ "person": court.person("counsel") })),
        ("POST", format!("/api/v1/hearings/{hearing}/revoke"), json!({ "person": court.person("counsel") })),
        ("POST", format!("/api/v1/points/{point}/enrol"), Value::Null),
        ("POST", "/api/v1/join".to_owned(), json!({ "hearing": hearing })),
        ("GET", format!("/api/v1/records/{hearing}"), Value::Null),
        ("GET", format!("/api/v1/records/{hearing}/timeline"), Value::Null),
    ] {
        let reply = assize_tests::http::json(court.http, method, &path, cookie, &body).await.unwrap();
        assert!(matches!(reply.status, 403 | 404), "{method} {path}: {reply:?}");
        assert!(!reply.body.contains("45/2026"), "{method} {path}: {reply:?}");
    }
    // The same without a session at all.
    for path in ["/api/v1/hearings", "/api/v1/court", "/api/v1/me", "/api/v1/records"] {
        assert_eq!(court.get(path, None).await.status, 401, "{path}");
    }
    assert_eq!(court.post("/api/v1/join", None, &json!({ "hearing": hearing })).await.status, 401);

    let still = court.get(&format!("/api/v1/hearings/{hearing}"), Some(&own)).await.expect(200).json();
    assert!(!still.to_string().contains("taken over"));
    // The code that was to be revoked still opens.
    court.counsel().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_sites_page_changes_nothing() {
    let court = TestCourt::start().await;
    let cookie = court.login("clerk").await;
    let foreign = [
        ("content-type", "application/json"),
        ("cookie", cookie.as_str()),
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let body = json!({ "hearing": court.hearing }).to_string();
    let reply = assize_tests::http::request(court.http, "POST", "/api/v1/join", &foreign, &body).await.unwrap();
    assert_eq!((reply.status, reply.code()), (403, "cross_site".to_owned()));
}
