//! A hearing that is suspended and goes on in another sitting: over a kill, in the same phase, with its exhibits, two bags of
//! which the second names the first, and a false link between them that is found.

use crate::stage::{eventually, in_session};
use assize_core::hearing::{Command, Event, SessionState};
use assize_core::ids::ExhibitId;
use assize_core::refusal::Refusal;
use assize_core::signal::ClientMessage;
use assize_tests::court::{tag, text};
use assize_tests::link::Link;
use assize_tests::person::Person;
use assize_tests::{TestCourt, http, ledger};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("before the year 292278994")
}

const MINUTE: i64 = 60_000;

async fn asked(court: &TestCourt, person: &Person, query: &str) -> http::Reply {
    let bearer = format!("Bearer {}", person.link.told().token);
    let path = format!("/api/v1/hearings/{}/suspension{query}", court.hearing);
    http::request(court.http, "GET", &path, &[("authorization", &bearer)], "").await.expect("an answer")
}

async fn hands_in(court: &TestCourt, person: &Person) {
    let bearer = format!("Bearer {}", person.link.told().token);
    let path = format!("/api/v1/hearings/{}/exhibits?title=Receipt", court.hearing);
    let body = b"%PDF-1.4\npaper\nstartxref\n9\n%%EOF\n";
    let reply = http::request(court.http, "POST", &path, &[("authorization", &bearer)], body).await;
    let _ = reply.expect("an answer").expect(201);
}

fn folder(court: &TestCourt, number: &str) -> PathBuf {
    court.sitting().with_file_name(number)
}

async fn sealed(court: &TestCourt, number: &str) {
    let folder = folder(court, number);
    eventually("the sitting is sealed", || async {
        folder.join("bagit.txt").exists() && !folder.join(".sealing").exists()
    })
    .await;
}

fn verified(court: &TestCourt, number: &str) -> (bool, Value) {
    let folder = folder(court, number);
    let (status, told) = court.cli(&["verify", "--json", &folder.display().to_string()]);
    let report: Value = told.lines().find_map(|line| serde_json::from_str(line).ok()).expect("a report");
    (status.code() == Some(1), report)
}

/// The next sitting's judge: the seal of the one before may take its time.
async fn judge_again(court: &TestCourt) -> Person {
    let cookie = court.login("judge").await;
    for _ in 0..600 {
        let body = json!({ "hearing": court.hearing });
        let joined = court.post("/api/v1/join", Some(&cookie), &body).await;
        if joined.status == 200
            && let Ok(judge) = Person::enter(court.http, &text(&joined.json()["ticket"]), tag::JUDGE).await
        {
            return judge;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the judge cannot come in again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_hearing_goes_on_where_it_was_and_its_bags_are_one_chain() {
    let mut court = TestCourt::start().await;
    let (judge, counsel, point) = in_session(&court).await;
    hands_in(&court, &counsel).await;
    judge.does(Command::Advance { phase: "questioning".into(), reason: Some("short".into()) }).await;
    judge.does(Command::Hold { reason: "the line".into() }).await;
    point.does(Command::TakeNote {}).await;
    judge.until_view("the point took note", |view| view.session.noted.len() == 1).await;

    let until = now_ms() + 90 * MINUTE;
    assert_eq!(asked(&court, &counsel, "").await.expect(403).code(), "not_your_act");
    let ask = format!("?until={until}");
    eventually("the points' lines are known", || async {
        let pack = asked(&court, &judge, &ask).await.expect(200).json();
        pack["lines"].as_array().is_some_and(|lines| !lines.is_empty())
    })
    .await;
    let pack = asked(&court, &judge, &ask).await.expect(200).json();
    assert!(pack["suspension"]["vi"].to_string().contains("TẠM NGỪNG"), "{pack}");
    assert_eq!((&pack["taken"], &pack["late"]), (&json!([]), &json!(false)));

    let frozen_ms = pack["frozen"].as_i64().expect("a moment");
    let reason = "Mất điện tại trại".to_owned();
    judge.does(Command::Suspend { reason: reason.clone(), frozen_ms, until_ms: Some(until), pack: None }).await;
    for person in [&counsel, &point] {
        person.until_state(SessionState::Suspended).await;
        assert_eq!(person.view().session.adjourned.expect("until when").until_ms, Some(until));
        assert!(person.view().heard_by.is_empty());
    }
    // Before anybody took note of the decision.
    court.kill();
    let before = court.ledger();
    assert_eq!(ledger::replay(&before).state, SessionState::Suspended);
    court.start_again().await;
    sealed(&court, "01").await;
    let paper = fs::read_to_string(folder(&court, "01").join("data/suspension.html")).expect("the paper");
    assert!(paper.contains(&reason) && paper.contains("đã nhận lúc"), "{paper}");
    let (altered, report) = verified(&court, "01");
    assert!(!altered && report["findings"] == json!([]), "{report:#}");
    eventually("it is on the list of its new day", || async {
        let shown = court.get(&format!("/api/v1/hearings/{}", court.hearing), Some(&court.login("clerk").await)).await;
        shown.json()["state"] == "suspended"
    })
    .await;
    let code = court.post("/api/v1/join", None, &json!({ "code": court.code("counsel") })).await;
    assert_eq!(code.code(), "unknown_code", "who comes by a code is invited anew");

    let judge = judge_again(&court).await;
    let told = counsel.link.told();
    let resume = ClientMessage::Resume { token: told.token.clone(), last: told.n };
    let entered = Link::begin(court.http, resume, told).await.map(|_| ());
    assert_eq!(
        entered,
        Err(Some(Refusal::BadResume)),
        "what a code of the first sitting opened does not enter the second"
    );
    let view = judge.view();
    assert_eq!((view.session.state, view.session.continues.as_deref()), (SessionState::Waiting, Some("01")));
    assert_eq!(view.session.phase, Some("questioning".into()));
    assert_eq!(view.exhibits.list.iter().map(|exhibit| exhibit.id).collect::<Vec<_>>(), [ExhibitId(1)]);
    judge.does(crate::stage::open()).await;
    assert_eq!(judge.view().session.phase, Some("questioning".into()), "it does not begin again");
    judge.does(Command::Close {}).await;
    sealed(&court, "02").await;

    let lines = court.ledger();
    assert!(matches!(lines[0].event, Event::Planned { .. }) && matches!(lines[1].event, Event::Continued { .. }));
    assert_eq!(ledger::replay(&lines).state, SessionState::Closed, "it replays alone");
    let (altered, report) = verified(&court, "02");
    assert!(!altered && report["findings"] == json!([]), "{report:#}");
    assert_eq!(report["continues"]["sitting"], "01");
    let (altered, report) = verified(&court, "01");
    assert!(!altered && report["findings"] == json!([]), "the first bag is as it was: {report:#}");

    // Another bag in the place of the first.
    let head = folder(&court, "01").join("data/seal/head.json");
    let mut text = fs::read(&head).expect("the seal");
    text.push(b'\n');
    fs::write(&head, text).expect("a file");
    let (altered, report) = verified(&court, "02");
    assert!(altered && report["findings"][0]["file"] == "../01/data/seal/head.json", "{report:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_comes_back_before_the_day_and_without_one_not_at_all() {
    let court = TestCourt::start().await;
    let (judge, clerk) = (court.judge().await, court.clerk().await);
    let until = now_ms() + 24 * 60 * MINUTE;
    let past = Command::Postpone { reason: "x".into(), until_ms: Some(1) };
    assert_eq!(judge.command(past).await, Err(Refusal::ContinuationPast));
    assert_eq!(clerk.command(Command::Postpone { reason: "x".into(), until_ms: None }).await, Err(Refusal::NotYourAct));
    judge.does(Command::Postpone { reason: "Chưa nối được".into(), until_ms: Some(until) }).await;
    clerk.link.until("the end of the sitting", |told| told.bye.clone()).await;
    sealed(&court, "01").await;
    let (altered, report) = verified(&court, "01");
    assert!(!altered && report["findings"] == json!([]), "{report:#}");
    let cookie = court.login("judge").await;
    eventually("it is too early", || async {
        let joined = court.post("/api/v1/join", Some(&cookie), &json!({ "hearing": court.hearing })).await;
        joined.status == 409 && joined.code() == "adjourned"
    })
    .await;
}
