//! The tables of docs/lines.md, made of what is measured.

use super::crowd::crowd;
use super::rows::{NARROW_S, Outcome, ROWS, Row, Side, outage, run, step};
use std::fmt::Write as _;
use std::path::Path;

const FILE: &str = "../../docs/lines.md";
const MARKS: (&str, &str) = ("<!-- measured -->\n", "<!-- end of measured -->\n");
const SEED: u64 = 1;
/// A browser that sees no picture asks for a key frame every 3 s: how long the line was down decides how long it has then
/// to wait.
const OUTAGES: [(i64, &str); 3] = [(5_000, "down for 5 s"), (6_200, "down for 6.2 s"), (25_000, "down for 25 s")];
/// Kilobits a second of a line that narrows.
const STEPS: [u64; 4] = [1000, 500, 300, 200];
/// Simulated seconds of a row.
const SECONDS: i64 = 300;

fn measured() -> String {
    let outcomes: Vec<(Row, Outcome)> = std::thread::scope(|scope| {
        let runs: Vec<_> = ROWS.into_iter().map(|row| scope.spawn(move || (run(&row, SEED, SECONDS), row))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).map(|(outcome, row)| (row, outcome)).collect()
    });
    let mut text = String::from(
        "\n| line | way | sound missing | gap p99, longest | pictures shown | at full layer | freezes > 500 ms, longest | \
         pictures/s, worst 10 s | sent again, in vain |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for (row, outcome) in &outcomes {
        for (way, side) in [("down", &outcome.down), ("up", &outcome.up)] {
            line(&mut text, row.name, way, side);
        }
    }
    let outages = OUTAGES.map(|(ms, name)| (name, outage(ms, SEED)));
    text.push_str("\n| line | way | sound back after | live picture after |\n|---|---|---|---|\n");
    for (name, sides) in &outages {
        for (way, side) in ["down", "up"].into_iter().zip(sides) {
            let ms = |back: Option<i64>| back.map_or_else(|| "never".to_owned(), |ms| format!("{ms} ms"));
            let (sound, picture) = (ms(side.sound_ms), ms(side.picture_ms));
            let _ = writeln!(text, "| {name} | {way} | {sound} | {picture} |");
        }
    }
    steps(&mut text);
    crowds(&mut text);
    text.push_str("\n| line | shall | state |\n|---|---|---|\n");
    for (row, outcome) in &outcomes {
        for demand in row.demands {
            let state = if (demand.met)(outcome) { "met" } else { "**open**" };
            let _ = writeln!(text, "| {} | {} | {state} |", row.name, demand.shall);
        }
    }
    for (name, sides) in &outages {
        let state = if sides.iter().all(|side| side.within(2000)) { "met" } else { "**open**" };
        let _ = writeln!(text, "| {name} | sound and picture back within 2 s of return | {state} |");
    }
    text.push('\n');
    text
}

fn steps(text: &mut String) {
    let _ = writeln!(
        text,
        "\n| line, down | longest wait in the first 3 s, then | sound missing | pictures shown, freezes > 500 ms | at full \
         layer from 8 s after it is wide |\n|---|---|---|---|---|"
    );
    for kbps in STEPS {
        let step = step(kbps, SEED);
        let _ = writeln!(
            text,
            "| 3 Mb/s, {NARROW_S} s of {kbps} kb/s, 3 Mb/s | {}, {} ms | {:.2} % | {:.1} %, {} | {:.1} % |",
            step.first_ms,
            step.later_ms,
            step.gaps * 100.0,
            step.narrow.shown * 100.0,
            step.narrow.freezes,
            step.wide.full * 100.0
        );
    }
}

/// Narrow lines of the one of five.
const CROWDS: [u64; 3] = [500, 300, 200];

fn crowds(text: &mut String) {
    let _ = writeln!(
        text,
        "\n| line, down, to one of five | missing of the two loudest voices, of the other two | longest wait of the loudest | \
         the speaker's pictures/s, worst 10 s | told that pictures have no room | changes in {NARROW_S} s | missing of the \
         voices from 25 s after it is wide, the speaker at full layer |\n|---|---|---|---|---|---|---|"
    );
    for kbps in CROWDS {
        let crowd = crowd(kbps, SEED);
        let most = |gaps: &[f64]| gaps.iter().copied().fold(0.0, f64::max) * 100.0;
        let _ = writeln!(
            text,
            "| 3 Mb/s, {NARROW_S} s of {kbps} kb/s, 3 Mb/s | {:.2} %, {:.2} % | {} ms | {:.1} | {:.0} % | {} | {:.2} %, {:.1} % |",
            most(&crowd.gaps[..2]),
            most(&crowd.gaps[2..]),
            crowd.wait_ms[0],
            crowd.fps,
            crowd.told * 100.0,
            crowd.changes,
            most(&crowd.wide),
            crowd.full * 100.0
        );
    }
}

fn line(text: &mut String, name: &str, way: &str, side: &Side) {
    let heard = &side.heard;
    let _ =
        write!(text, "| {name} | {way} | {:.2} % | {}, {} ms |", heard.gaps * 100.0, heard.p99_ms, heard.longest_ms);
    let Some(watched) = &side.watched else {
        text.push_str(" - | - | - | - | - |\n");
        return;
    };
    let _ = writeln!(
        text,
        " {:.2} % | {:.1} % | {}, {} ms | {:.1} | {}, {} |",
        watched.shown * 100.0,
        watched.full * 100.0,
        watched.freezes,
        watched.longest_ms,
        watched.worst_fps,
        side.again,
        side.vain
    );
}

/// Simulated time and seeds: the figures are the same wherever this runs, so that the document cannot be out of date.
#[test]
fn the_document_says_what_is_measured() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let committed = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = committed.split_once(MARKS.0).unwrap();
    let (_, after) = rest.split_once(MARKS.1).unwrap();
    let generated = [before, MARKS.0, &measured(), MARKS.1, after].concat();
    if std::env::var("ASSIZE_GENERATE").is_ok_and(|v| v == "1") {
        std::fs::write(&path, &generated).unwrap();
    } else {
        assert!(committed == generated, "docs/lines.md is stale: ASSIZE_GENERATE=1 cargo test -p assize-media lines::");
    }
}
