//! The composite as the record's page asks for it.

use super::*;
use crate::composition::Standing;
use assize_record::compose::{self, Format};
use std::path::PathBuf;

/// A sealed record of the own court: its id and its folder.
async fn sealed(world: &World) -> (String, PathBuf) {
    let id = records::record(world).await;
    let row = world.base.store.record(&id).await.unwrap().unwrap();
    let folder = world.base.config.storage.recordings.join(&row.folder);
    let key = world.base.keyring.court(row.court).unwrap();
    let meta = assize_record::seal::Meta { utc_ms: row.to_ms, software: "assize".to_owned(), typeset: None };
    assize_record::seal::sitting(&folder, &key, &meta).unwrap();
    crate::library::shelve(&world.base, &folder).await.unwrap();
    (id, folder)
}

fn state(answer: &Value, nth: usize) -> Value {
    answer["composites"][nth]["state"].clone()
}

#[tokio::test]
async fn a_composite_is_asked_for_waits_and_is_fetched_in_ranges_by_who_is_logged() {
    let world = World::new().await;
    let (id, folder) = sealed(&world).await;
    let path = format!("/api/v1/records/{id}/composite");
    let cookie = world.cookie("own-clerk").await;
    let (status, none) = world.call(Method::GET, &path, Some(&cookie), Value::Null).await;
    assert_eq!((status, state(&none, 0), state(&none, 1)), (StatusCode::OK, json!("none"), json!("none")), "{none}");
    let (status, asked) = world.call(Method::POST, &path, Some(&cookie), json!({ "format": "webm" })).await;
    assert_eq!((status, state(&asked, 1)), (StatusCode::ACCEPTED, json!("waiting")), "{asked}");
    let (status, _) = world.call(Method::POST, &path, Some(&cookie), json!({ "format": "avi" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);

    std::fs::create_dir_all(folder.join("derived")).unwrap();
    std::fs::write(compose::file(&folder, Format::Mp4), b"a film of some bytes").unwrap();
    assert_eq!(world.base.compositions.standing(&id, &folder, Format::Mp4), Standing::Done { bytes: 20 });
    let (_, done) = world.call(Method::GET, &path, Some(&cookie), Value::Null).await;
    let mp4 = &done["composites"][0];
    assert_eq!((&mp4["state"], &mp4["file"], &mp4["bytes"]), (&json!("done"), &json!("composite.mp4"), &json!(20)));
    let (_, log) =
        world.call(Method::GET, &format!("/api/v1/records/{id}/access-log"), Some(&cookie), Value::Null).await;
    assert_eq!(log["viewings"], json!([]), "to ask how it stands is not to see it");

    let mut ranged = request(Method::GET, &format!("{path}/composite.mp4"), Some(&cookie), &Value::Null);
    ranged.headers_mut().insert(header::RANGE, "bytes=2-5".parse().unwrap());
    let answer = world.send(ranged).await;
    assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "video/mp4");
    assert_eq!(&to_bytes(answer.into_body(), 100).await.unwrap()[..], b"film");
    let (_, log) =
        world.call(Method::GET, &format!("/api/v1/records/{id}/access-log"), Some(&cookie), Value::Null).await;
    assert_eq!(
        (&log["viewings"][0]["who"], &log["viewings"][0]["act"]),
        (&json!("own-clerk"), &json!("record_played"))
    );
    for name in ["composite.webm", "composite.mp4.json", "verify.json", "..%2F..%2Fdata%2Fhearing.json"] {
        let (status, _) = world.call(Method::GET, &format!("{path}/{name}"), Some(&cookie), Value::Null).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{name}");
    }
}
