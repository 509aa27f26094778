//! The load tool's `forward` against a server that somebody else has started.

use assize_tests::{TestCourt, text};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// The tool's binary beside the server's, which lies beside the test's own.
fn tool() -> Command {
    let own = std::env::current_exe().unwrap();
    let binary = own.parent().and_then(Path::parent).unwrap().join("assize-load");
    assert!(binary.exists(), "{} is missing: cargo build -p assize-load", binary.display());
    Command::new(binary)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_load_tool_drives_a_server_that_runs_already() {
    let court = TestCourt::start().await;
    let people = [("Judge", "presiding_judge"), ("Member", "panel_member")];
    let people = people.map(|(name, role)| json!({ "name": name, "role": role }));
    let plan = json!({ "case": "load", "title": "load", "starts": "2026-11-25T08:00:00+07:00", "people": people });
    std::fs::write(court.path("plan.json"), plan.to_string()).unwrap();
    let planned: Value =
        serde_json::from_str(&court.done(&["hearing", "create", "--json", "--file", "plan.json"])).unwrap();
    let hearing = text(&planned["id"]);
    let ticket = |person: usize| {
        court.done(&["ticket", &hearing, "--person", &text(&planned["people"][person]["id"]), "--ttl", "300"])
    };
    let viewers = [(); 3].map(|()| court.done(&["ticket", &hearing, "--observer", "--ttl", "300"]));
    std::fs::write(court.path("viewers"), viewers.join("\n")).unwrap();

    let mut run = tool();
    run.args(["forward", "--json", "--subs", "3", "--pps", "100", "--frame", "4", "--seconds", "2"])
        .args(["--url", &format!("http://{}", court.http), "--hearing", &hearing])
        .args(["--publisher", &ticket(1), "--judge", &ticket(0), "--viewers"])
        .arg(court.path("viewers"));
    let done = tokio::task::spawn_blocking(move || run.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}\n{}", court.log());
    let row: Value = serde_json::from_slice(&done.stdout).unwrap();
    let figure = |name: &str| row[name].as_f64().unwrap();
    assert!(figure("offered") > 0.0 && figure("delivered") >= figure("offered"), "{row}");
    assert_eq!(figure("lost"), 0.0, "{row}");
    assert!(row["p50_us"].is_number(), "{row}");
    // Of a process that nobody named nothing is told, rather than zero.
    for name in ["cpu_us_per_packet", "ratio_to_limit", "limit_us_per_packet", "rss_kib_per_leg", "server_dropped"] {
        assert!(row.get(name).is_none(), "{name}: {row}");
    }
}
