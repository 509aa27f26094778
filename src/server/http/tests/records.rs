//! The library over a record that the real ledger wrote.

use super::*;
use crate::library;
use assize_core::hearing::{Actor, Entrant, Event, GapReason, Room, Stamped};
use assize_core::ids::{ConnectionId, DeviceKind, SeatId, TrackId};
use assize_core::time::Now;
use assize_proof::hash::Hash;
use assize_proof::hearing_file::{Clock, HearingFile, Procedure, Software};
use assize_record::LedgerFile;

/// A media file of the record, as in a path.
pub(super) const MEDIA: &str = "03-microphone%2F1-0001.webm";
pub(super) const TRACK: &str = "03-microphone";

/// A WebM header of an unknown-size segment with one Opus cluster at 2000 ms and one at 3000 ms.
fn media() -> Vec<u8> {
    let mut out = vec![0x1A, 0x45, 0xDF, 0xA3, 0x80, 0x18, 0x53, 0x80, 0x67, 0x01, 255, 255, 255, 255, 255, 255, 255];
    // Tracks with nothing but a codec's name.
    out.extend_from_slice(&[0x16, 0x54, 0xAE, 0x6B, 0x8B, 0xAE, 0x89, 0x86, 0x86]);
    out.extend_from_slice(b"A_OPUS");
    out.push(0xEC);
    out.push(0x80);
    out.truncate(out.len() - 2);
    out[21] = 0x8A;
    out[23] = 0x88;
    for time in [2000u16, 3000] {
        let time = time.to_be_bytes();
        out.extend_from_slice(&[0x1F, 0x43, 0xB6, 0x75, 0x8C, 0xE7, 0x82, time[0], time[1]]);
        out.extend_from_slice(&[0xA3, 0x86, 0x81, 0, 0, 0x80, 1, 9]);
    }
    out
}

/// Writes a record of the own hearing and shelves it; answers its id.
pub(super) async fn record(world: &World) -> String {
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
    let root = &world.base.config.storage.recordings;
    let folder = assize_record::folder::create(root, &mut file, began).unwrap();
    let (mut ledger, _) = LedgerFile::open(&folder, 1).unwrap();
    let seat = SeatId(3);
    let track = TrackId { seat, device: DeviceKind::Microphone };
    let events = [
        (0, Event::Planned { plan: plan.clone(), procedure: None }),
        (0, Event::Awaited),
        (
            500_000,
            Event::Entered {
                seat,
                entrant: Entrant::Person { person: plan.people[1].id },
                connection: ConnectionId(Uuid::now_v7()),
                room: Room::Courtroom,
                microphone_open: true,
                link: None,
            },
        ),
        (1_000_000, Event::Opened { recording: true, reason: None, missing: Vec::new() }),
        (
            1_500_000,
            Event::Gap { track, from_us: 1_200_000, to_us: 1_400_000, reason: GapReason::Network, pieces: None },
        ),
        (4_000_000, Event::Paused { reason: "x".to_owned() }),
        (6_000_000, Event::Closed),
    ];
    for (t_us, event) in events {
        let now = Now { t_us, utc_ms: began + i64::try_from(t_us / 1000).unwrap() };
        ledger.append(&[Stamped { now, actor: Actor::System, event }]).unwrap();
    }
    let tracks = folder.join("tracks").join(track.to_string());
    std::fs::create_dir_all(&tracks).unwrap();
    std::fs::write(tracks.join("1-0001.webm"), media()).unwrap();
    // One packet, at 250 ms and as loud as can be.
    let mut entry = [0; 24];
    entry[8..16].copy_from_slice(&250_000_i64.to_le_bytes());
    entry[23] = 127;
    std::fs::write(tracks.join("1-0001.idx"), entry).unwrap();
    library::shelve(&world.base, &folder).await.unwrap();
    format!("{}-01", plan.hearing)
}

async fn get(world: &World, account: &str, path: &str) -> Value {
    let cookie = world.cookie(account).await;
    let (status, answer) = world.call(Method::GET, path, Some(&cookie), Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer
}

#[tokio::test]
async fn a_record_is_found_without_diacritics() {
    let world = World::new().await;
    let id = record(&world).await;
    for query in
        ["", "?q=1/2026/OWN", "?q=luat%20su", "?q=tam%20nghi", "?person=Luat", "?from=2026-11-25&to=2026-11-25"]
    {
        let list = get(&world, "own-clerk", &format!("/api/v1/records{query}")).await;
        assert_eq!(list["records"][0]["id"], json!(id), "{query}");
    }
    for query in ["?q=2/2026", "?judge=nobody", "?phase=nothing", "?person=nobody", "?to=2026-11-24"] {
        assert_eq!(get(&world, "own-clerk", &format!("/api/v1/records{query}")).await["records"], json!([]));
    }
    assert_eq!(get(&world, "other-clerk", "/api/v1/records").await["records"], json!([]));
}

#[tokio::test]
async fn a_record_is_laid_out_along_its_time() {
    let world = World::new().await;
    let id = record(&world).await;
    let timeline = get(&world, "own-judge", &format!("/api/v1/records/{id}/timeline")).await;
    assert_eq!(timeline["case"], "1/2026/own");
    assert_eq!(timeline["duration_ms"], 6000);
    let spans: Vec<_> = timeline["spans"].as_array().unwrap().iter().map(|span| span["state"].clone()).collect();
    assert_eq!(spans, ["scheduled", "waiting", "in_session", "paused", "closed"]);
    let in_session = &timeline["spans"][2];
    assert_eq!((&in_session["from_ms"], &in_session["to_ms"]), (&json!(1000), &json!(4000)));
    let track = &timeline["tracks"][0];
    assert_eq!((&track["id"], &track["audio"]), (&json!("03-microphone"), &json!(true)));
    assert_eq!(track["gaps"], json!([{ "from_ms": 1200, "to_ms": 1400, "reason": "network" }]));
    let segment = &track["segments"][0];
    assert_eq!(segment["file"], "03-microphone/1-0001.webm");
    assert_eq!(
        (&segment["codec"], &segment["from_ms"], &segment["to_ms"]),
        (&json!("opus"), &json!(2000), &json!(3000))
    );
    assert_eq!(timeline["events"][3]["kind"], "opened");
}

#[tokio::test]
async fn levels_are_a_byte_for_each_tenth_of_a_second() {
    let world = World::new().await;
    let id = record(&world).await;
    let cookie = world.cookie("own-clerk").await;
    let levels = |track: &str| {
        let path = format!("/api/v1/records/{id}/levels/{track}");
        world.send(request(Method::GET, &path, Some(&cookie), &Value::Null))
    };
    let told = levels(TRACK).await;
    assert_eq!(told.headers()[header::CONTENT_TYPE], "application/octet-stream");
    assert_eq!(to_bytes(told.into_body(), 1 << 20).await.unwrap(), [255, 255, 0][..]);
    for none in ["09-microphone", "microphone", ".."] {
        assert!(levels(none).await.status().is_client_error(), "{none}");
    }
}

#[tokio::test]
async fn media_come_whole_and_in_ranges() {
    let world = World::new().await;
    let id = record(&world).await;
    let cookie = world.cookie("own-clerk").await;
    let path = format!("/api/v1/records/{id}/media/{MEDIA}");
    let whole = world.send(request(Method::GET, &path, Some(&cookie), &Value::Null)).await;
    assert_eq!(whole.headers()[header::CONTENT_TYPE], "video/webm");
    assert_eq!(to_bytes(whole.into_body(), 1 << 20).await.unwrap(), media());
    let ranged = |range: &'static str| {
        let mut request = request(Method::GET, &path, Some(&cookie), &Value::Null);
        request.headers_mut().insert(header::RANGE, range.parse().unwrap());
        world.send(request)
    };
    let part = ranged("bytes=4-7").await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(to_bytes(part.into_body(), 1 << 20).await.unwrap(), media()[4..8]);
    assert_eq!(ranged("bytes=100000-").await.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    for file in ["..%2F..%2Fhearing.json", "03-microphone%2F1-0002.webm", "%2Fetc%2Fpasswd"] {
        let path = format!("/api/v1/records/{id}/media/{file}");
        assert_eq!(world.call(Method::GET, &path, Some(&cookie), Value::Null).await.0, StatusCode::NOT_FOUND, "{file}");
    }
}

/// The record's page, once no verification runs any more.
async fn settled(world: &World, id: &str) -> Value {
    for _ in 0..2_000 {
        let shown = get(world, "own-clerk", &format!("/api/v1/records/{id}")).await;
        if shown["checking"].is_null() {
            return shown;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the verification does not end");
}

#[tokio::test]
async fn a_verdict_is_kept_with_its_time_until_a_file_changes() {
    let world = World::new().await;
    let id = record(&world).await;
    world.clock.advance(3_600_000);
    let shown = get(&world, "own-clerk", &format!("/api/v1/records/{id}")).await;
    assert_eq!(shown["checking"], Value::Null, "it was verified when it was shelved, and nothing changed");
    assert_eq!(shown["checked"], "2026-11-25T08:00:00+07:00");
    assert_eq!(shown["verify"]["result"], shown["record"]["result"]);
    assert_eq!(shown["verify"]["result"], "unverifiable", "nobody signed it");
    assert_eq!(shown["court_key"], Value::Null);
    let key = world.base.keyring.court(world.own.hearing.plan.court.id).unwrap().public().id();
    let shown = get(&world, "own-clerk", &format!("/api/v1/records/{id}")).await;
    assert_eq!(shown["court_key"], key.to_string());
    settled(&world, &id).await;

    let folder = world.base.store.record(&id).await.unwrap().unwrap().folder;
    let media = world.base.config.storage.recordings.join(folder).join("tracks/03-microphone/1-0001.webm");
    std::fs::write(media.with_extension("chain"), "{}\n").unwrap();
    let shown = get(&world, "own-clerk", &format!("/api/v1/records/{id}")).await;
    assert_eq!((&shown["verify"], &shown["checked"]), (&Value::Null, &Value::Null), "the former verdict says nothing");
    assert!(shown["checking"]["total"].is_u64(), "{shown}");
    let shown = settled(&world, &id).await;
    assert_eq!(
        (&shown["verify"]["result"], &shown["checked"]),
        (&json!("altered"), &json!("2026-11-25T09:00:00+07:00"))
    );
    assert_eq!(shown["record"]["result"], "altered", "the list says so too");
}

#[tokio::test]
async fn a_record_is_verified_again_when_asked_and_the_former_verdict_stands_meanwhile() {
    let world = World::new().await;
    let id = record(&world).await;
    world.clock.advance(60_000);
    let cookie = world.cookie("own-judge").await;
    let path = format!("/api/v1/records/{id}/verify");
    let (status, shown) = world.call(Method::POST, &path, Some(&cookie), json!({})).await;
    assert_eq!((status, &shown["checked"]), (StatusCode::ACCEPTED, &json!("2026-11-25T08:00:00+07:00")));
    assert!(shown["checking"].is_object(), "{shown}");
    assert_eq!(settled(&world, &id).await["checked"], "2026-11-25T08:01:00+07:00");
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_said_once_and_not_tried_in_a_circle() {
    let world = World::new().await;
    let id = record(&world).await;
    let folder = world.base.store.record(&id).await.unwrap().unwrap().folder;
    let plan = world.base.config.storage.recordings.join(folder).join("hearing.json");
    let content = std::fs::read(&plan).unwrap();
    std::fs::write(&plan, "nonsense").unwrap();
    let cookie = world.cookie("own-judge").await;
    let path = format!("/api/v1/records/{id}");
    let mut status = StatusCode::OK;
    for _ in 0..2_000 {
        status = world.call(Method::GET, &path, Some(&cookie), Value::Null).await.0;
        if status != StatusCode::OK {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    std::fs::write(&plan, content).unwrap();
    assert_eq!(world.call(Method::GET, &path, Some(&cookie), Value::Null).await.0, status, "until it is asked again");
    let again = world.call(Method::POST, &format!("{path}/verify"), Some(&cookie), json!({})).await;
    assert_eq!(again.0, StatusCode::ACCEPTED);
    assert_eq!(settled(&world, &id).await["verify"]["result"], "unverifiable");
}

#[tokio::test]
async fn what_holds_secrets_or_media_is_never_compressed() {
    let world = World::new().await;
    let id = record(&world).await;
    let cookie = world.cookie("own-clerk").await;
    let media = format!("/api/v1/records/{id}/media/{MEDIA}");
    let timeline = format!("/api/v1/records/{id}/timeline");
    for path in ["/api/v1/me", "/api/v1/court", "/api/v1/openapi.json", &timeline, &media, "/api/v1/no-such", "/readyz"]
    {
        let mut request = request(Method::GET, path, Some(&cookie), &Value::Null);
        request.headers_mut().insert(header::ACCEPT_ENCODING, "gzip, br".parse().unwrap());
        let answer = world.send(request).await;
        assert_eq!(answer.headers().get(header::CONTENT_ENCODING), None, "{path}");
    }
}

#[tokio::test]
async fn every_viewing_is_logged() {
    let world = World::new().await;
    let id = record(&world).await;
    get(&world, "own-judge", &format!("/api/v1/records/{id}/timeline")).await;
    get(&world, "own-judge", &format!("/api/v1/records/{id}/timeline")).await;
    let cookie = world.cookie("own-clerk").await;
    let path = format!("/api/v1/records/{id}/media/{MEDIA}");
    world.send(request(Method::GET, &path, Some(&cookie), &Value::Null)).await;
    world.clock.advance(11 * 60_000);
    get(&world, "own-judge", &format!("/api/v1/records/{id}/timeline")).await;
    let log = get(&world, "own-clerk", &format!("/api/v1/records/{id}/access-log")).await;
    let seen: Vec<_> =
        log["viewings"].as_array().unwrap().iter().map(|v| (v["who"].clone(), v["act"].clone())).collect();
    let opened = (json!("own-judge"), json!("record_opened"));
    assert_eq!(seen, [opened.clone(), (json!("own-clerk"), json!("record_played")), opened]);
}

#[tokio::test]
async fn the_catalogue_is_made_again_from_the_folders() {
    let world = World::new().await;
    let id = record(&world).await;
    let before = world.base.store.record(&id).await.unwrap();
    world.base.store.clear_records().await.unwrap();
    let broken = world.base.config.storage.recordings.join("2026/x/01");
    std::fs::create_dir_all(&broken).unwrap();
    let rebuilt = library::rebuild(&world.base).await.unwrap();
    assert_eq!((rebuilt.entered, rebuilt.unreadable.len()), (1, 1));
    assert_eq!(world.base.store.record(&id).await.unwrap(), before);
}

#[tokio::test]
async fn a_sealed_record_that_was_not_shelved_is_entered_at_the_next_start() {
    let world = World::new().await;
    let id = record(&world).await;
    let row = world.base.store.record(&id).await.unwrap().unwrap();
    world.base.store.clear_records().await.unwrap();
    library::catch_up(&world.base).await.unwrap();
    assert_eq!(world.base.store.record(&id).await.unwrap(), None, "its hearing still runs");
    let folder = world.base.config.storage.recordings.join(&row.folder);
    let key = world.base.keyring.court(row.court).unwrap();
    let meta = assize_record::seal::Meta { utc_ms: row.to_ms, software: "assize".to_owned(), typeset: None };
    assize_record::seal::sitting(&folder, &key, &meta).unwrap();
    library::catch_up(&world.base).await.unwrap();
    let entered = world.base.store.record(&id).await.unwrap().unwrap();
    assert!(entered.sealed_ms.is_some() && entered.result.is_some(), "{entered:?}");
}
