//! Links that live, and what they stand on.

use super::*;
use crate::live::Held;
use crate::runtime::hearing::{Arrival, Entry, Greeting, Handle};
use crate::runtime::outlet::outlet;
use crate::runtime::ports::Door as _;
use crate::runtime::{Registry, Settings};
use assize_core::refusal::Refusal;
use assize_core::signal::ServerMessage;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use tokio::sync::mpsc::Receiver;

const HOUR_MS: i64 = 3_600_000;

fn registry(world: &World) -> Registry {
    let storage = &world.base.config.storage;
    let settings = Settings {
        recordings: storage.recordings.clone(),
        procedures: Arc::clone(&world.base.procedures),
        keys: world.base.keyring.clone(),
        segment_us: 300_000_000,
        decoder: None,
        second_places: Vec::new(),
        ballast_bytes: 0,
        time_authority: None,
        hold_after_us: None,
        evidence_bytes: 1 << 30,
        media: assize_media::plane::Config {
            bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
            first_port: 0,
            tcp: true,
            srtp_aes_cm: true,
            workers: 1,
            announce: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        },
    };
    Registry::start(settings, Arc::<Base>::clone(&world.base)).unwrap()
}

struct Inside {
    messages: Receiver<ServerMessage>,
    handle: Handle,
    entry: Entry,
    held: Held,
    resume: String,
}

impl Inside {
    /// Why the server ended the link.
    async fn bye(&mut self) -> Option<Refusal> {
        let mut why = None;
        let end = async {
            while let Some(message) = self.messages.recv().await {
                if let ServerMessage::Bye { refusal } = message {
                    why = refusal;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), end).await.expect("the link ends");
        why
    }
}

/// Joins as signalling does.
async fn enter(world: &World, registry: &Registry, cookie: &str) -> Inside {
    let body = json!({ "hearing": world.own.hearing.plan.hearing });
    let (status, joined) = world.call(Method::POST, "/api/v1/join", Some(cookie), body).await;
    assert_eq!(status, StatusCode::OK, "{joined}");
    let admission = world.base.redeem(joined["ticket"].as_str().unwrap()).await.unwrap();
    let greeting = Some(Greeting { token: admission.resume.clone(), last: None });
    let (outlet, messages) = outlet();
    let arrival = Arrival { entrant: admission.entrant, resume: false, link: None, greeting };
    let (handle, entry) = registry.enter(admission.hearing, arrival, outlet).await.unwrap();
    let held = world.base.live.hold(admission.link, &handle, entry.connection);
    Inside { messages, handle, entry, held, resume: admission.resume }
}

async fn is_logged_in(world: &World, cookie: &str) -> bool {
    world.call(Method::GET, "/api/v1/me", Some(cookie), Value::Null).await.0 == StatusCode::OK
}

#[tokio::test]
async fn a_judge_in_a_long_hearing_stays_logged_in_up_to_the_absolute_limit() {
    let world = World::new().await;
    let registry = registry(&world);
    let (cookie, idle) = (world.cookie("own-judge").await, world.cookie("own-judge").await);
    let inside = enter(&world, &registry, &cookie).await;
    // Nine hours in which the page makes no request; the session runs out after half an hour without a use.
    for _ in 0..9 * 6 {
        world.clock.advance(HOUR_MS / 6);
        world.base.live.keep_sessions(&world.base).await;
    }
    assert!(is_logged_in(&world, &cookie).await);
    assert!(!is_logged_in(&world, &idle).await, "another session of the same judge, not in a hearing");
    for _ in 0..3 * 6 {
        world.clock.advance(HOUR_MS / 6);
        world.base.live.keep_sessions(&world.base).await;
    }
    world.clock.advance(1);
    assert!(!is_logged_in(&world, &cookie).await, "twelve hours are the limit");
    assert!(world.base.resume(&inside.resume).await.is_ok(), "which throws nobody out of a hearing");
    registry.stop().await;
}

#[tokio::test]
async fn out_of_the_hearing_the_session_runs_out() {
    let world = World::new().await;
    let registry = registry(&world);
    let cookie = world.cookie("own-judge").await;
    let inside = enter(&world, &registry, &cookie).await;
    drop(inside.held);
    for _ in 0..4 {
        world.clock.advance(HOUR_MS / 6);
        world.base.live.keep_sessions(&world.base).await;
    }
    assert!(!is_logged_in(&world, &cookie).await);
    inside.handle.leave(inside.entry.connection, assize_core::hearing::LeaveReason::Left).await;
    registry.stop().await;
}

#[tokio::test]
async fn logging_out_ends_the_links_of_that_session_and_of_no_other() {
    let world = World::new().await;
    let registry = registry(&world);
    let watch = tokio::spawn(world.base.live.clone().watch(Arc::clone(&world.base)));
    let (judge, clerk) = (world.cookie("own-judge").await, world.cookie("own-clerk").await);
    let (mut first, second) = (enter(&world, &registry, &judge).await, enter(&world, &registry, &clerk).await);
    let (status, _) = world.call(Method::POST, "/api/v1/logout", Some(&judge), Value::Null).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(first.bye().await, Some(Refusal::Revoked));
    assert_eq!(world.base.resume(&first.resume).await, Err(Refusal::BadResume));
    assert!(world.base.resume(&second.resume).await.is_ok());
    assert!(!second.messages.is_closed(), "the clerk's link lives");
    watch.abort();
    registry.stop().await;
}

/// Whatever is wrong with the request itself, the answer is a problem document with a code (contract section 3).
#[tokio::test]
async fn what_cannot_be_read_is_answered_by_a_problem_on_every_route() {
    let mut world = World::new().await;
    let door: Arc<dyn crate::runtime::ports::Door> = Arc::<Base>::clone(&world.base);
    let whip = crate::whip::Whip::new(
        registry(&world),
        Arc::clone(&door),
        world.base.live.clone(),
        crate::relay::Issuer::default(),
    );
    let live = world.base.live.clone();
    let signal = crate::signal::Signal {
        registry: registry(&world),
        door,
        live,
        origins: Vec::new().into(),
        issuer: crate::relay::Issuer::default(),
    };
    let live = crate::whip::router(whip).merge(crate::signal::router(signal));
    world.router = router(&world.base, live, Scheme::default());
    let id = world.own.hearing.plan.hearing;
    let (small, large) = (Vec::new(), vec![b'a'; 3 << 20]);
    let clerk = world.cookie("own-clerk").await;
    let table: Vec<(Method, String, &[u8], u16, &str)> = vec![
        (Method::POST, "/whip/nonsense".into(), &small, 404, "not_found"),
        (Method::POST, "/whep/nonsense".into(), &small, 404, "not_found"),
        (Method::POST, format!("/whep/{id}?track=1&track=2"), &small, 400, "bad_request"),
        (Method::POST, format!("/whip/{id}"), &large, 413, "too_large"),
        (Method::POST, format!("/whep/{id}"), &large, 413, "too_large"),
        (Method::POST, format!("/whip/{id}"), b"\xff", 400, "bad_request"),
        (Method::PATCH, "/whip/nonsense/x".into(), &small, 404, "not_found"),
        (Method::PATCH, format!("/whep/{id}/x"), &large, 413, "too_large"),
        (Method::DELETE, "/whep/nonsense/x".into(), &small, 404, "not_found"),
        (Method::GET, format!("/whip/{id}"), &small, 405, "method_not_allowed"),
        (Method::PUT, format!("/whep/{id}/x"), &small, 405, "method_not_allowed"),
        (Method::GET, "/api/v1/signal".into(), &small, 400, "bad_request"),
        (Method::GET, "/api/v1/nothing".into(), &small, 404, "not_found"),
        (Method::DELETE, "/api/v1/join".into(), &small, 405, "method_not_allowed"),
        (Method::POST, "/api/v1/join".into(), b"{", 400, "bad_request"),
        (Method::POST, "/api/v1/join".into(), &large, 413, "too_large"),
        (Method::GET, "/api/v1/hearings/nonsense".into(), &small, 404, "not_found"),
        (Method::GET, "/api/v1/hearings?state=nonsense".into(), &small, 400, "bad_request"),
    ];
    for (method, path, body, status, code) in table {
        let what = format!("{method} {path}");
        let mut request = request(method, &path, Some(&clerk), &Value::Null);
        request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        *request.body_mut() = Body::from(body.to_vec());
        let response = world.send(request).await;
        let kind = response.headers().get(header::CONTENT_TYPE).cloned();
        assert_eq!(kind.as_ref().map(|kind| kind.as_bytes()), Some(&b"application/problem+json"[..]), "{what}");
        assert_eq!(response.status().as_u16(), status, "{what}");
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let problem: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(problem["code"], code, "{what}");
    }
}
