//! The film of a hearing that was really held, made by the server in a process of its own.

use crate::stage::{eventually, in_session, over, packets_pass};
use assize_core::hearing::Command;
use assize_tests::{TestCourt, text};
use serde_json::json;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(900);

/// What these connections send as pictures is no video: it is what a decoder must live with.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_hearing_is_composed_when_asked_and_by_the_command_line() {
    let court = TestCourt::start().await;
    let (judge, _counsel, _point) = in_session(&court).await;
    packets_pass(&judge).await;
    judge.does(Command::Close {}).await;
    eventually("sealed", || async { court.sitting().join("bagit.txt").exists() }).await;
    over(&court).await;
    let cookie = court.login("clerk").await;
    let records = court.get("/api/v1/records", Some(&cookie)).await.expect(200).json();
    let path = format!("/api/v1/records/{}/composite", text(&records["records"][0]["id"]));
    let asked = court.post(&path, Some(&cookie), &json!({ "format": "mp4" })).await.expect(202).json();
    assert_ne!(asked["composites"][0]["state"], "none", "{asked}");
    let state = || async { court.get(&path, Some(&cookie)).await.expect(200).json()["composites"][0].clone() };
    // It has only what the other tests leave of the processors.
    let begun = Instant::now();
    let made = loop {
        let now = state().await;
        if ["done", "failed"].contains(&text(&now["state"]).as_str()) {
            break now;
        }
        assert!(begun.elapsed() < PATIENCE, "never composed: {now}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(made["state"], "done", "{made}");
    let film = court.sitting().join("derived/composite.mp4");
    assert_eq!(std::fs::metadata(&film).unwrap().len(), made["bytes"].as_u64().unwrap());
    let (exit, report) = court.verify();
    assert!(matches!(exit, 0 | 2), "the record is what it was: {report:#}");

    let folder = court.sitting().display().to_string();
    let told = court.done(&["compose", &folder]);
    assert!(told.contains("is there already"), "{told}");
    let told = court.done(&["compose", "--webm", "--progress", &folder]);
    assert!(told.contains("\"percent\":"), "{told}");
    assert!(court.sitting().join("derived/composite.webm").exists());
}
