//! The description of the interface, and what every answer has.

use super::*;

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE];

fn document() -> Value {
    serde_json::from_str(openapi::DOCUMENT).unwrap()
}

#[tokio::test]
async fn every_route_is_described_and_every_description_is_a_route() {
    let world = World::new().await;
    let document = document();
    let described = document["paths"].as_object().unwrap();
    let mut paths: Vec<_> = api().iter().map(|(path, _)| *path).collect();
    paths.extend(["/livez", "/readyz"]);
    for path in &paths {
        let known = described.get(*path).unwrap_or_else(|| panic!("{path} is not described"));
        for method in METHODS {
            let concrete = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
            let concrete = concrete.collect::<Vec<_>>().join("/");
            let (status, _) = world.call(method.clone(), &concrete, None, Value::Null).await;
            let exists = status != StatusCode::METHOD_NOT_ALLOWED;
            let named = known.get(method.as_str().to_lowercase()).is_some();
            assert_eq!(exists, named, "{method} {path}: {status}");
        }
    }
    for path in described.keys() {
        let live = path.starts_with("/whip/") || path.starts_with("/whep/") || path == crate::signal::PATH;
        assert!(live || paths.contains(&path.as_str()), "{path} is described and does not exist");
    }
}

#[tokio::test]
async fn every_problem_is_described() {
    let codes: Vec<Value> =
        document()["components"]["schemas"]["Problem"]["properties"]["code"]["examples"].as_array().unwrap().clone();
    for problem in [
        Problem::SignIn,
        Problem::WrongLogin,
        Problem::NotAllowed,
        Problem::CrossSite,
        Problem::NotFound,
        Problem::MethodNotAllowed,
        Problem::BadRequest { detail: String::new() },
        Problem::BadField { field: String::new(), detail: String::new() },
        Problem::TooLarge { limit: 1 },
        Problem::WrongType { wanted: "application/sdp" },
        Problem::GenerationMissing,
        Problem::GenerationPast,
        Problem::TooOften { seconds: 1 },
        Problem::UnknownCode,
        Problem::ComesByAccount,
        Problem::UnknownDevice,
        Problem::EnrolmentUsedUp,
        Problem::NoHearingNow,
        Problem::NotSealedYet,
        Problem::NoLongerRead,
        Problem::PlanHasBegun,
        Problem::Exists,
        Problem::NotEligible { open: vec![], against: vec![] },
        Problem::BadRange { size: 1 },
        Problem::UnfitFile { why: crate::evidence::look::Unfit::Empty },
        Problem::StorageDown,
        Problem::NotReady,
        Problem::Internal,
    ] {
        assert!(codes.contains(&json!(problem.code())), "{} is not described", problem.code());
    }
}

#[tokio::test]
async fn every_answer_keeps_browsers_in_bounds() {
    let world = World::new().await;
    let paths = api().into_iter().map(|(path, _)| path).chain(["/", "/livez", "/nothing.js", "/api/v1/nothing"]);
    for path in paths {
        let response = world.send(request(Method::GET, path, None, &Value::Null)).await;
        let headers = response.headers();
        let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default().to_owned();
        let policy = value("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(value("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(value("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(value("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(value("strict-transport-security"), "", "{path}: not on the plain listener");
        if path.starts_with("/api/") {
            assert_eq!(value("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn a_problem_is_told_in_the_language_asked_for() {
    let world = World::new().await;
    for (language, title) in [("en-GB,en;q=0.9", "Sign in first"), ("vi", "Cần đăng nhập"), ("fr", "Cần đăng nhập")]
    {
        let mut request = request(Method::GET, "/api/v1/me", None, &Value::Null);
        request.headers_mut().insert(header::ACCEPT_LANGUAGE, language.parse().unwrap());
        let response = world.send(request).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let problem: Value = serde_json::from_slice(&to_bytes(response.into_body(), 1 << 16).await.unwrap()).unwrap();
        assert_eq!((&problem["title"], &problem["code"]), (&json!(title), &json!("sign_in")));
        assert_eq!(problem["status"], 401);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_a_problem_too() {
    let world = World::new().await;
    let (status, problem) = world.post("/api/v1/login", json!({ "name": "x" })).await;
    assert_eq!((status.as_u16(), &problem["code"]), (400, &json!("bad_request")));
    let (status, problem) = world.post("/api/v1/login", json!({ "name": "x", "password": "y", "z": 1 })).await;
    assert_eq!((status.as_u16(), &problem["code"]), (400, &json!("bad_request")));
    let long = "x".repeat(BODY + 1);
    let (status, problem) = world.post("/api/v1/login", json!({ "name": long, "password": "y" })).await;
    assert_eq!((status.as_u16(), &problem["code"]), (413, &json!("too_large")));
    let (status, problem) = world.call(Method::GET, "/api/v1/nothing", None, Value::Null).await;
    assert_eq!((status.as_u16(), &problem["code"]), (404, &json!("not_found")));
    let (status, problem) = world.call(Method::DELETE, "/api/v1/me", None, Value::Null).await;
    assert_eq!((status.as_u16(), &problem["code"]), (405, &json!("method_not_allowed")));
    let cookie = world.cookie("own-clerk").await;
    let (status, problem) =
        world.call(Method::GET, "/api/v1/hearings?date=25/11/2026", Some(&cookie), Value::Null).await;
    assert_eq!((status.as_u16(), &problem["code"]), (422, &json!("bad_field")));
}

#[tokio::test]
async fn no_other_site_changes_anything() {
    let world = World::new().await;
    for (path, _) in api() {
        let mut request = request(Method::POST, path, None, &json!({}));
        request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
        let status = world.send(request).await.status();
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn not_ready_while_draining() {
    let world = World::new().await;
    assert_eq!(world.call(Method::GET, "/readyz", None, Value::Null).await.0, StatusCode::OK);
    world.base.set_ready(false);
    assert_eq!(world.call(Method::GET, "/readyz", None, Value::Null).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(world.call(Method::GET, "/livez", None, Value::Null).await.0, StatusCode::OK);
}
