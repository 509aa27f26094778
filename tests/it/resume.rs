//! A link that breaks comes back to its seat with everything it missed; nobody else does.

use crate::stage::{eventually, everybody_perceives_everybody, in_session};
use assize_core::hearing::{Command, Event, GapReason, LeaveReason, Room};
use assize_core::refusal::Refusal;
use assize_core::signal::ClientMessage;
use assize_core::view::View;
use assize_tests::link::{Link, Told};
use assize_tests::{Person, TestCourt, ledger, tag, text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_returns_gets_exactly_what_they_missed() {
    let court = TestCourt::start().await;
    let judge = court.judge().await;
    let mut counsel = court.counsel().await;
    let seat = counsel.seat();
    judge.does(Command::Admit { seat }).await;
    counsel.until_view("admitted", |view| view.seats.iter().any(|seat| seat.seat == judge.seat())).await;
    let away = |view: &View| view.seats.iter().any(|other| other.seat == seat && !other.connected);

    counsel.break_off().await;
    judge.until_view("counsel is away", away).await;
    let before = counsel.link.told();
    for command in [Command::Mute { seat }, Command::Unmute { seat }, Command::MuteLock { seat }] {
        judge.does(command).await;
    }
    counsel.resume().await.unwrap();
    let missed = |told: &Told| {
        let me = &told.view.as_ref()?.me;
        (me.locked && me.connected).then(|| told.clone())
    };
    let told = counsel.link.until("everything missed", missed).await;
    assert!(told.resumed, "no snapshot is needed");
    assert_eq!(told.events, (before.n + 1..=told.n).collect::<Vec<_>>());
    assert!(told.events.len() >= 5, "leaving, three acts and coming back: {told:#?}");

    // What the changes lead to is what a snapshot says.
    let by_changes = counsel.view();
    let nothing_seen = Told { n: 0, ..counsel.link.told() };
    let first = ClientMessage::Resume { token: nothing_seen.token.clone(), last: 0 };
    let (link, _media) = Link::begin(court.http, first, nothing_seen).await.unwrap();
    assert!(!link.told().resumed);
    assert_eq!(link.told().view, Some(by_changes));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_dead_once_its_successor_was_used() {
    let court = TestCourt::start().await;
    let mut counsel = court.counsel().await;
    let first = counsel.link.told();
    counsel.resume().await.unwrap();
    let second = counsel.link.told();
    assert_ne!(first.token, second.token);
    // The answer with the second token might have been lost: until it is used, the first is good.
    counsel.resume().await.unwrap();
    let resume = |token: &str| ClientMessage::Resume { token: token.to_owned(), last: 0 };
    for (token, why) in [(first.token.as_str(), "rotated away"), ("", "empty"), ("nonsense", "unknown")] {
        let refused = Link::begin(court.http, resume(token), Told::default()).await;
        assert_eq!(refused.map(|_| ()), Err(Some(Refusal::BadResume)), "{why}");
    }
    assert!(court.metric("assize_refusals_total", "bad_resume").await >= 3.0);
    assert!(!counsel.link.told().closed, "a dead token ends nobody's link");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_takes_the_seat_over_and_the_former_link_is_told() {
    let court = TestCourt::start().await;
    let counsel = court.counsel().await;
    let before = counsel.link.told();
    let first = ClientMessage::Resume { token: before.token.clone(), last: before.n };
    let (second, _media) = Link::begin(court.http, first, before).await.unwrap();
    let bye = counsel.link.until("the end", |told| told.closed.then(|| told.bye.clone())).await;
    assert_eq!(bye, Some(Some(Refusal::SeatMoved)));
    assert!(!second.told().closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_use_of_a_code_is_refused_beside_the_first_and_asks_after_it() {
    let court = TestCourt::start().await;
    let clerk = court.clerk().await;
    let mut counsel = court.counsel().await;
    let seat = counsel.seat();
    clerk.does(Command::Admit { seat }).await;
    counsel.until_view("admitted", |view| view.me.room == Room::Courtroom).await;
    let code = court.code("counsel");
    let again = || async { text(&court.join(None, &json!({ "code": code })).await["ticket"]) };
    let warned = |view: &View, connected: bool| {
        let mut seats = view.seats.iter();
        seats.any(|other| other.seat == seat && other.second_use && other.connected == connected)
    };

    let second = Person::enter(court.http, &again().await, tag::COUNSEL).await;
    assert_eq!(second.map(|_| ()), Err(Some(Refusal::SeatTaken)));
    clerk.until_view("the second use", |view| warned(view, true)).await;
    assert!(!counsel.view().me.second_use, "the seat itself is not told");
    assert!(!counsel.link.told().closed);

    // Once counsel's line drops the warning stays, and the stranger waits with the microphone closed.
    counsel.break_off().await;
    clerk.until_view("still warned", |view| warned(view, false)).await;
    let mut stranger = Person::enter(court.http, &again().await, tag::COUNSEL).await.unwrap();
    let me = stranger.view().me;
    assert_eq!((me.seat, me.room, me.microphone_open), (seat, Room::Waiting, false));
    stranger.resume().await.unwrap();
    assert_eq!(stranger.view().me.room, Room::Waiting, "a token of one's own is no admission");

    // Counsel's own device comes straight back, by its token or by the code together with it, and is not asked.
    counsel.resume().await.unwrap();
    counsel.until_view("back", |view| view.me.room == Room::Courtroom).await;
    let proof = json!({ "code": code, "tokens": [counsel.link.told().token] });
    counsel.break_off().await;
    let proven = text(&court.join(None, &proof).await["ticket"]);
    let counsel = Person::enter(court.http, &proven, tag::COUNSEL).await.unwrap();
    assert_eq!(counsel.view().me.room, Room::Courtroom);

    // To admit is the answer: after it another device of counsel's may be let in the same way.
    clerk.does(Command::Admit { seat }).await;
    clerk.until_view("answered", |view| !view.seats.iter().any(|other| other.second_use)).await;
    drop(counsel);
    clerk.until_view("gone", |view| view.seats.iter().any(|other| other.seat == seat && !other.connected)).await;
    let other = Person::enter(court.http, &again().await, tag::COUNSEL).await.unwrap();
    assert_eq!(other.view().me.room, Room::Waiting);
    clerk.until_view("asked", |view| warned(view, true)).await;
    clerk.does(Command::Admit { seat }).await;
    other.until_view("let in", |view| view.me.room == Room::Courtroom).await;
}

/// A browser that gave the line up says so once the line is back: nobody went on purpose.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_was_given_up_is_lost_and_a_page_that_was_closed_is_left() {
    let court = TestCourt::start().await;
    let judge = court.judge().await;
    for (code, reason) in [(4000, LeaveReason::Lost), (1001, LeaveReason::Left)] {
        let counsel = court.counsel().await;
        let seat = counsel.seat();
        counsel.link.close(code).await;
        let gone = |view: &View| view.seats.iter().any(|other| other.seat == seat && !other.connected);
        judge.until_view("counsel is gone", gone).await;
        let left = court.ledger().into_iter().rev().find_map(|line| match line.event {
            Event::Left { seat: who, reason, .. } if who == seat => Some(reason),
            _ => None,
        });
        assert_eq!(left, Some(reason), "{code}");
    }
}

/// Counsel's browser dies in session and is back later: the time between is missing, and the record says so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_gone_for_a_while_in_session_leaves_a_stated_gap() {
    let court = TestCourt::start().await;
    let (judge, mut counsel, point) = in_session(&court).await;
    let seat = counsel.seat();
    counsel.break_off().await;
    let away = |view: &View| view.seats.iter().any(|other| other.seat == seat && !other.connected);
    judge.until_view("counsel is away", away).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    counsel.come_back().await;
    counsel.take_part().await;
    everybody_perceives_everybody(&[&judge, &counsel, &point]).await;
    let absences = || {
        let absent = |event: &Event| {
            matches!(event, Event::Gap { track, from_us, to_us, reason: GapReason::Absent, .. }
                if track.seat == seat && to_us - from_us > 2_500_000)
        };
        ledger::count(&court.ledger(), absent)
    };
    eventually("both tracks have a gap", || async { absences() == 2 }).await;
    assert!(court.metric("assize_recorder_gaps_total", "").await >= 2.0);
    judge.does(Command::Close {}).await;
    eventually("sealed", || async { court.sitting().join("bagit.txt").exists() }).await;
    let (exit, report) = court.verify();
    assert_eq!(exit, 2, "{report:#}");
    assert!(report.to_string().contains("\"reason\":\"absent\""), "{report:#}");
}
