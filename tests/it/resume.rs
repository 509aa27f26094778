//! A link that breaks comes back to its seat with everything it missed; nobody else does.

use assize_core::hearing::Command;
use assize_core::refusal::Refusal;
use assize_core::signal::ClientMessage;
use assize_tests::link::{Link, Told};
use assize_tests::{Person, TestCourt, tag, text};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_returns_gets_exactly_what_they_missed() {
    let court = TestCourt::start().await;
    let judge = court.judge().await;
    let mut counsel = court.counsel().await;
    let seat = counsel.seat();
    judge.does(Command::Admit { seat }).await;
    counsel.until_view("admitted", |view| view.seats.iter().any(|seat| seat.seat == judge.seat())).await;
    let away = |view: &assize_core::view::View| view.seats.iter().any(|other| other.seat == seat && !other.connected);

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
    assert_eq!(bye, Some(Some(Refusal::SeatTaken)));
    assert!(!second.told().closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_use_of_a_code_is_refused_and_the_clerk_sees_it() {
    let court = TestCourt::start().await;
    let clerk = court.clerk().await;
    let counsel = court.counsel().await;
    let seat = counsel.seat();
    let joined = court.join(None, &json!({ "code": court.code("counsel") })).await;
    let second = Person::enter(court.http, &text(&joined["ticket"]), tag::COUNSEL).await;
    assert_eq!(second.map(|_| ()), Err(Some(Refusal::SeatTaken)));
    clerk
        .until_view("the second use", |view| view.seats.iter().any(|other| other.seat == seat && other.second_use))
        .await;
    assert!(!counsel.view().me.second_use, "the seat itself is not told");
    assert!(!counsel.link.told().closed);
    // After the clerk's colleague has left, the code is good again.
    drop(counsel);
    clerk.until_view("gone", |view| view.seats.iter().any(|other| other.seat == seat && !other.connected)).await;
    court.counsel().await;
}
