//! The continuity meter: a point that sees and hears nothing, or whose line is gone, holds the session (ruling 11).

use crate::stage::in_session;
use assize_core::hearing::{Command, Continuity, Event, HoldCause, SessionState};
use assize_core::signal::ClientMessage;
use assize_core::view::SeatView;
use assize_tests::{Person, TestCourt};
use std::path::Path;
use std::time::Duration;

const CRIMINAL: &str = include_str!("../../config/procedures/vn-criminal-first-instance.toml");

/// The court's own procedure file, with the shortest limit that there may be.
fn impatient(folder: &Path) {
    let procedures = folder.join("config/procedures");
    std::fs::create_dir_all(&procedures).unwrap();
    let text = CRIMINAL.replace("\ncontinuity_s = 30", "\ncontinuity_s = 5");
    assert_ne!(text, CRIMINAL);
    std::fs::write(procedures.join("vn-criminal-first-instance.toml"), text).unwrap();
}

/// The person's screen says again and again what it perceives: all that is sent to it, or nothing.
fn keeps_saying(person: &Person, all: bool) -> tokio::task::JoinHandle<()> {
    let sender = person.link.sender();
    let tracks = if all { person.view().tracks } else { Vec::new() };
    tokio::spawn(async move {
        loop {
            sender.send(&ClientMessage::Perceived { tracks: tracks.clone(), hidden: false }).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    })
}

async fn shown(viewer: &Person, of: &Person, what: &str, so: impl Fn(Option<Continuity>) -> bool) {
    let seat = of.seat();
    let found = |seats: &[SeatView]| {
        let shown = seats.iter().find(|shown| shown.seat == seat);
        shown.and_then(|shown| shown.continuity).map(|continuity| continuity.found)
    };
    viewer.link.until(what, |told| so(found(&told.view.as_ref()?.seats)).then_some(())).await;
}

async fn held(judge: &Person) -> HoldCause {
    judge.until_state(SessionState::Held).await;
    judge.view().session.hold.expect("a held session has a cause")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_point_that_neither_sees_nor_hears_holds_the_session_and_so_does_one_without_a_line() {
    let court = TestCourt::prepared(&[], impatient).await;
    let (judge, counsel, mut point) = in_session(&court).await;
    let name = court_name(&judge, &point);

    let saying = keeps_saying(&point, true);
    shown(&judge, &point, "the point sees and hears", |found| {
        found.is_some_and(|found| (found.sees, found.hears) == (Some(true), Some(true)))
    })
    .await;
    assert!(counsel.view().seats.iter().all(|seat| seat.continuity.is_none()), "the court's business");
    saying.abort();
    let saying = keeps_saying(&point, false);
    let cause = held(&judge).await;
    let HoldCause::Continuity { name: held_for, continuity, .. } = &cause else { panic!("{cause:?}") };
    assert_eq!((held_for, continuity.sees, continuity.hears), (&name, Some(false), Some(false)));
    saying.abort();

    judge.does(Command::Resume { reason: None }).await;
    point.until_state(SessionState::InSession).await;
    let saying = keeps_saying(&point, true);
    shown(&judge, &point, "it sees and hears again", |found| {
        found.is_some_and(|found| (found.sees, found.hears) == (Some(true), Some(true)))
    })
    .await;
    saying.abort();
    point.break_off().await;
    let cause = held(&judge).await;
    let HoldCause::Continuity { continuity, .. } = cause else { panic!("{cause:?}") };
    assert_eq!(continuity, Continuity::NONE);

    let ledger = court.ledger();
    let broken = ledger.iter().filter_map(|line| match &line.event {
        Event::Continuity { continuity, since_us, .. } if continuity.is_broken() => Some((line.t_us, *since_us)),
        _ => None,
    });
    let broken: Vec<(u64, u64)> = broken.collect();
    assert!(broken.len() >= 2 && broken.iter().all(|(found, since)| since <= found), "{broken:?}");
}

fn court_name(judge: &Person, point: &Person) -> String {
    let seats = judge.view().seats;
    let shown = seats.iter().find(|shown| shown.seat == point.seat());
    shown.and_then(|shown| shown.point.clone()).expect("the point has a name")
}
