//! Staff sessions.

use super::*;
use crate::identity::session::COOKIE;

async fn login(world: &World, name: &str, password: &str) -> Response<Body> {
    let body = json!({ "name": name, "password": password });
    world.send(request(Method::POST, "/api/v1/login", None, &body)).await
}

fn cookie_of(response: &Response<Body>) -> String {
    let set = response.headers()[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

async fn me(world: &World, cookie: &str) -> StatusCode {
    world.call(Method::GET, "/api/v1/me", Some(cookie), Value::Null).await.0
}

#[tokio::test]
async fn a_session_begins_and_ends() {
    let world = World::new().await;
    let response = login(&world, "own-clerk", PASSWORD).await;
    assert_eq!(response.status(), StatusCode::OK);
    let cookie = cookie_of(&response);
    assert!(cookie.starts_with(COOKIE));
    let (status, me) = world.call(Method::GET, "/api/v1/me", Some(&cookie), Value::Null).await;
    assert_eq!((status.as_u16(), &me["name"], &me["court"]["name"]), (200, &json!("own-clerk"), &json!("own")));

    let response = world.send(request(Method::POST, "/api/v1/logout", Some(&cookie), &json!({}))).await;
    assert!(response.headers()[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(self::me(&world, &cookie).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_was_wrong_is_not_told() {
    let world = World::new().await;
    let mut answers = Vec::new();
    world.base.store.set_disabled("own-judge", true).await.unwrap();
    for (name, password) in [("own-clerk", "wrong"), ("nobody", PASSWORD), ("own-judge", PASSWORD)] {
        let response = login(&world, name, password).await;
        assert!(response.headers().get(header::SET_COOKIE).is_none());
        answers.push((response.status(), to_bytes(response.into_body(), 1 << 16).await.unwrap()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(answers[0].0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_when_unused_or_old() {
    let world = World::new().await;
    let cookie = cookie_of(&login(&world, "own-clerk", PASSWORD).await);
    for _ in 0..23 {
        world.clock.advance(29 * 60_000);
        assert_eq!(me(&world, &cookie).await, StatusCode::OK, "used every 29 minutes");
    }
    for _ in 0..2 {
        world.clock.advance(29 * 60_000);
        me(&world, &cookie).await;
    }
    assert_eq!(me(&world, &cookie).await, StatusCode::UNAUTHORIZED, "after 12 hours");

    let cookie = cookie_of(&login(&world, "own-clerk", PASSWORD).await);
    world.clock.advance(31 * 60_000);
    assert_eq!(me(&world, &cookie).await, StatusCode::UNAUTHORIZED, "unused for half an hour");
}

#[tokio::test]
async fn disabling_ends_sessions_at_once() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    assert_eq!(me(&world, &cookie).await, StatusCode::OK);
    world.base.store.set_disabled("own-clerk", true).await.unwrap();
    assert_eq!(me(&world, &cookie).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn guessing_is_slowed_and_knowing_is_not() {
    let world = World::new().await;
    for _ in 0..3 {
        assert_eq!(login(&world, "own-clerk", PASSWORD).await.status(), StatusCode::OK);
    }
    for _ in 0..world.base.config.identity.tries {
        assert_eq!(login(&world, "own-clerk", "wrong").await.status(), StatusCode::UNAUTHORIZED);
    }
    let response = login(&world, "own-clerk", PASSWORD).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[header::RETRY_AFTER], "301");
    world.clock.advance(5 * 60_000);
    assert_eq!(login(&world, "own-clerk", PASSWORD).await.status(), StatusCode::OK);
}
