//! The minutes for who took part, over records that the real ledger wrote.

use super::*;
use crate::identity::ticket::Authority;
use crate::library;
use assize_core::hearing::{Actor, Entrant, Event, Hearing, Occupant, Room, SessionState, Stamped};
use assize_core::ids::{ConnectionId, DeviceId};
use assize_core::time::Now;
use assize_proof::hash::Hash;
use assize_proof::hearing_file::{Clock, HearingFile, Procedure, Software};
use assize_proof::seal::{Head, LedgerHead, Payload};
use assize_record::LedgerFile;
use std::path::{Path, PathBuf};

pub(super) const HOUR: i64 = 3_600_000;

pub(super) fn suspended() -> Event {
    Event::Suspended { reason: "mất điện".to_owned(), frozen_ms: 0, until_ms: None, fault: None, pack: None }
}

/// Writes the record of a sitting in which counsel was, from now on, an hour long.
fn sitting(world: &World, end: Event) -> PathBuf {
    sitting_with(world, None, end)
}

/// The same, with a device of the point.
pub(super) fn sitting_with(world: &World, device: Option<DeviceId>, end: Event) -> PathBuf {
    let plan = world.own.hearing.plan.clone();
    let began = world.base.clock.utc_ms();
    let mut file = HearingFile {
        v: 1,
        sitting: String::new(),
        previous_seal: None,
        procedure: Procedure { name: plan.procedure.clone(), sha256: None },
        software: Software { assize: "0".to_owned(), muxer: "0".to_owned() },
        clock: Clock { zero_utc: assize_proof::time::rfc3339(began), synchronised: true },
        key: Hash::of(b"key"),
        plan: plan.clone(),
    };
    let folder = assize_record::folder::create(&world.base.config.storage.recordings, &mut file, began).unwrap();
    let (mut ledger, _) = LedgerFile::open(&folder, 1).unwrap();
    let procedure = world.base.procedures.get(&plan.procedure).unwrap().procedure.clone();
    let now = Now { t_us: 0, utc_ms: began };
    let planned = Event::Planned { plan: plan.clone(), procedure: Some(Box::new(procedure)) };
    let first = Stamped { now, actor: Actor::System, event: planned.clone() };
    let hearing = Hearing::begin(&first).unwrap();
    let comes = |entrant: Entrant, occupant: &Occupant| {
        let seat = hearing.seats.values().find(|seat| seat.occupant == *occupant).unwrap().id;
        let connection = ConnectionId(Uuid::now_v7());
        let (room, link) = (Room::Courtroom, None);
        let entered = Event::Entered { seat, entrant, connection, room, microphone_open: true, link };
        [(1, entered), (2, Event::Admitted { seat })]
    };
    let (person, point) = (plan.people[1].id, world.own.point.id);
    let mut events = vec![(0, planned), (0, Event::Awaited)];
    events.extend(comes(Entrant::Person { person }, &Occupant::Person { person }));
    if let Some(device) = device {
        events.extend(comes(Entrant::Device { point, device }, &Occupant::Point { point, device: None }));
    }
    events.sort_by_key(|(second, _)| *second);
    events.push((3, Event::Opened { recording: true, reason: None, missing: Vec::new() }));
    events.push((3600, end));
    for (second, event) in events {
        let now = Now { t_us: second * 1_000_000, utc_ms: began + i64::try_from(second).unwrap() * 1000 };
        ledger.append(&[Stamped { now, actor: Actor::System, event }]).unwrap();
    }
    world.clock.advance(HOUR);
    folder
}

/// Of counsel's seat.
pub(super) async fn token(world: &World) -> String {
    let plan = &world.own.hearing.plan;
    let entrant = Entrant::Person { person: plan.people[1].id };
    let issued = world.base.identity.tickets.issue(plan.hearing, entrant, Authority::Operator, HOUR).await.unwrap();
    issued.resume.reveal()
}

pub(super) async fn read(world: &World, token: &str, query: &str) -> (StatusCode, Value) {
    call(world, Method::GET, token, query, &Value::Null).await
}

pub(super) async fn call(world: &World, method: Method, token: &str, rest: &str, body: &Value) -> (StatusCode, Value) {
    let path = format!("/api/v1/hearings/{}/minutes{rest}", world.own.hearing.plan.hearing);
    let mut request = request(method, &path, None, body);
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    let response = world.send(request).await;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

pub(super) async fn now(world: &World, state: SessionState) {
    world.base.store.set_state(world.own.hearing.plan.hearing, state, world.base.clock.utc_ms()).await.unwrap();
}

#[tokio::test]
async fn each_sitting_is_read_for_its_own_hours_also_when_another_follows() {
    let world = World::new().await;
    let token = token(&world).await;
    let first = sitting(&world, suspended());
    now(&world, SessionState::Suspended).await;
    let (status, told) = read(&world, &token, "").await;
    assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("not_sealed_yet")), "{told}");
    library::shelve(&world.base, &first).await.unwrap();
    let (status, told) = read(&world, &token, "").await;
    assert_eq!((status, &told["sitting"], &told["sittings"]), (StatusCode::OK, &json!("01"), &json!([1])), "{told}");
    let ended = told["closed_utc_ms"].as_i64().unwrap();
    assert_eq!(ended, world.base.clock.utc_ms());

    // The next one runs, ends and is being sealed: the first can be read throughout.
    world.clock.advance(20 * HOUR);
    now(&world, SessionState::InSession).await;
    let second = sitting(&world, Event::Closed);
    assert_eq!(read(&world, &token, "").await.1["sittings"], json!([1]));
    now(&world, SessionState::Closed).await;
    assert_eq!(read(&world, &token, "").await.1["code"], "not_sealed_yet", "that of the last one is awaited");
    assert_eq!(read(&world, &token, "?sitting=1").await.1["sitting"], "01");
    library::shelve(&world.base, &second).await.unwrap();
    let (_, told) = read(&world, &token, "").await;
    assert_eq!((&told["sitting"], &told["sittings"]), (&json!("02"), &json!([2, 1])), "{told}");
    assert_eq!(read(&world, &token, "/timeline?sitting=1").await.0, StatusCode::OK);

    world.clock.advance(4 * HOUR);
    assert_eq!(read(&world, &token, "?sitting=1").await.1["code"], "no_longer_read");
    assert_eq!(read(&world, &token, "").await.1["sittings"], json!([2]));
    world.clock.advance(24 * HOUR);
    assert_eq!(read(&world, &token, "").await.1["code"], "no_longer_read");
}

/// As if it were sealed: what is read here is what the seal names.
pub(super) fn seal(folder: &Path) {
    let head = Head {
        v: 1,
        hearing: String::new(),
        case: String::new(),
        rehearsal: false,
        sitting: "01".to_owned(),
        previous_seal: None,
        sealed: String::new(),
        key: Hash::of(b"key"),
        software: String::new(),
        ledger: LedgerHead { lines: 0, hash: String::new() },
        chains: Vec::new(),
        merkle_root: Hash::of(b"root"),
        merkle_leaves: 0,
        payload: Payload { files: 0, sha256: Hash::of(b"payload") },
    };
    let at = folder.join(assize_proof::seal::HEAD);
    std::fs::create_dir_all(at.parent().unwrap()).unwrap();
    std::fs::write(at, serde_json::to_vec(&head).unwrap()).unwrap();
}

#[tokio::test]
async fn what_is_sealed_is_read_once_and_nobody_asks_without_end() {
    let world = World::new().await;
    let own = token(&world).await;
    let other = token(&world).await;
    let folder = sitting(&world, Event::Closed);
    now(&world, SessionState::Closed).await;
    library::shelve(&world.base, &folder).await.unwrap();
    seal(&folder);
    assert_eq!(read(&world, &own, "").await.0, StatusCode::OK);
    std::fs::remove_dir_all(folder.join("ledger")).unwrap();
    let (status, told) = read(&world, &own, "").await;
    assert_eq!((status, &told["sitting"]), (StatusCode::OK, &json!("01")), "the ledger is not asked again: {told}");
    let mut last = StatusCode::OK;
    for _ in 0..300 {
        last = read(&world, &own, "").await.0;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(read(&world, &other, "").await.0, StatusCode::OK, "the others are not kept from reading");
    world.clock.advance(5 * 60_000);
    assert_eq!(read(&world, &own, "").await.0, StatusCode::OK);
}
