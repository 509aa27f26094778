//! One admitted peer sends ten times what it may; nobody else loses anything by it, nor does the record.

use crate::stage::{eventually, in_session, packets_pass};
use assize_core::hearing::{Command, Event, GapReason, Pieces};
use assize_core::ids::{SeatId, TrackId};
use assize_core::ledger::Line;
use assize_core::plan::Role;
use assize_core::view::SeatView;
use assize_tests::flood::{Before, Flood};
use assize_tests::{Kind, Person, TestCourt, http, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Packets a second of a microphone and a camera (`docs/security.md`).
const LEGAL: usize = 500 + 5000;
/// More than ten times as many: a hundred thousand a second, for four seconds.
const RATE: usize = 100_000;
const DATAGRAMS: usize = 4 * RATE;
const _: () = assert!(RATE > 10 * LEGAL);

const BOTH: [Kind; 2] = [Kind::Sound, Kind::Picture];

/// An encoder in the prosecutor's seat, admitted.
async fn admitted(court: &TestCourt, judge: &Person) -> (SeatId, Flood) {
    let ticket = court.done(&["ticket", &court.hearing, "--person", &court.person("prosecutor")]);
    let (before, offer) = Before::new();
    let bearer = format!("Bearer {ticket}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/sdp")];
    let created = http::request(court.http, "POST", &format!("/whip/{}", court.hearing), &headers, &offer).await;
    let answer = created.expect("an answer").expect(201).body;
    let flood = tokio::task::spawn_blocking(move || before.connect(&answer)).await.unwrap();
    let is_prosecutor = |seat: &&SeatView| seat.people.iter().any(|person| person.role == Role::Prosecutor);
    let seat = judge.view().seats.iter().find(is_prosecutor).unwrap().seat;
    judge.does(Command::Admit { seat }).await;
    (seat, flood)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_ten_times_the_legal_rate_costs_neither_the_others_nor_the_record_anything() {
    let court = TestCourt::start().await;
    let (judge, counsel, _point) = in_session(&court).await;
    let (seat, flood) = admitted(&court, &judge).await;
    let pairs = [(&judge, &counsel), (&counsel, &judge)];
    let heard = || pairs.map(|(from, to)| BOTH.map(|kind| to.heard(from.tag, kind)));
    let before = heard();
    let (_flood, taken) = tokio::task::spawn_blocking(move || flood.send(DATAGRAMS, RATE)).await.unwrap();
    // What is still under way, or asked for again, comes.
    let last = pairs.map(|(from, _)| BOTH.map(|kind| from.sent(kind)));
    packets_pass(&judge).await;
    eventually("the last of then came", || async {
        heard().iter().flatten().zip(last.iter().flatten()).all(|(heard, last)| heard.last >= *last)
    })
    .await;
    let lost = before.iter().flatten().zip(heard().into_iter().flatten()).map(|(before, after)| {
        let sent = after.last - before.last;
        (sent, sent as i64 - (after.fresh - before.fresh) as i64)
    });
    let lost: Vec<(u64, i64)> = lost.collect();
    let budget = court.metric("assize_datagrams_dropped_total", "\"budget\"").await;
    assert!(
        lost.iter().all(|(sent, lost)| *lost * 100 < *sent as i64),
        "sent and lost: {lost:?}; cut {budget} of {taken}"
    );
    assert!(budget > 0.8 * taken as f64, "{budget} of {taken}");

    judge.does(Command::Close {}).await;
    eventually("sealed", || async { court.sitting().join("bagit.txt").exists() }).await;
    let (_, report) = court.verify();
    assert_eq!(report["findings"], json!([]), "{report:#}");
    let flooded = format!("{:02}-", seat.0);
    let tracks = report["tracks"].as_array().cloned().unwrap_or_default();
    let others: Vec<&Value> = tracks.iter().filter(|track| !text(&track["id"]).starts_with(&flooded)).collect();
    assert_eq!(others.len(), 6, "{report:#}");
    assert!(others.iter().all(|track| track["gaps"] == json!([])), "{report:#}");
    gaps_are_stated_together(&court.ledger(), seat);
}

/// A track of the flooding peer has five lines of one reason at once and one more every five seconds; those say how much
/// of them is missing, and they do not overlap.
fn gaps_are_stated_together(ledger: &[Line], seat: SeatId) {
    let mut lines: BTreeMap<(TrackId, GapReason), Vec<Gap>> = BTreeMap::new();
    for Line { t_us, event, .. } in ledger {
        if let Event::Gap { track, from_us, to_us, reason, pieces } = event
            && track.seat == seat
        {
            let gap = Gap { t_us: *t_us, from_us: *from_us, to_us: *to_us, pieces: *pieces };
            lines.entry((*track, *reason)).or_default().push(gap);
        }
    }
    let pieces = lines.values().flatten().filter_map(|gap| gap.pieces);
    assert!(pieces.map(|pieces| pieces.count).sum::<u32>() > 20, "{lines:?}");
    for lines in lines.values_mut() {
        let all_us = lines[lines.len() - 1].t_us - lines[0].t_us;
        // No line reaches over the admission or the close.
        assert!(lines.len() as u64 <= 5 + all_us / 5_000_000 + 2, "{lines:?}");
        let told = |gap: &Gap| gap.pieces.is_none_or(|p| p.count > 1 && p.missing_us <= gap.to_us - gap.from_us);
        assert!(lines.iter().all(told), "{lines:?}");
        lines.sort_by_key(|gap| gap.from_us);
        assert!(lines.windows(2).all(|two| two[0].to_us <= two[1].from_us), "{lines:?}");
    }
}

#[derive(Debug)]
struct Gap {
    t_us: u64,
    from_us: u64,
    to_us: u64,
    pieces: Option<Pieces>,
}
