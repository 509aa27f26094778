//! The minutes against the real server: notes while it runs, the sealed record's minutes for who took part, what is asked
//! and ruled after the close, and the papers.

use crate::exhibits::until_sealed;
use assize_core::hearing::Command;
use assize_core::refusal::Refusal;
use assize_tests::court::{CEILING, TestCourt};
use assize_tests::http::{self, Reply};
use assize_tests::marker::Kind;
use assize_tests::person::Person;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command as Program, Stdio};
use std::time::{Duration, Instant};

const LINE: &str = "Bị cáo Thiện khai: lấy xe vào khoảng 21 giờ, không bàn trước với ai";

async fn call(court: &TestCourt, person: &Person, method: &str, rest: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {}", person.link.told().token);
    let path = format!("/api/v1/hearings/{}/minutes{rest}", court.hearing);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
    http::request(court.http, method, &path, &headers, &body).await.expect("an answer")
}

async fn read(court: &TestCourt, person: &Person, rest: &str) -> Reply {
    call(court, person, "GET", rest, &Value::Null).await
}

/// Once the record is sealed and in the catalogue.
async fn read_when_sealed(court: &TestCourt, person: &Person) -> Value {
    let end = Instant::now() + CEILING;
    loop {
        let reply = read(court, person, "").await;
        if reply.status == 200 {
            return reply.json();
        }
        assert!(["not_sealed_yet", "not_now"].contains(&reply.code().as_str()), "{reply:?}");
        assert!(Instant::now() < end, "it is not sealed");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn line<'a>(minutes: &'a Value, kind: &str) -> &'a Value {
    let lines = minutes["lines"].as_array().expect("lines");
    lines.iter().find(|line| line["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {lines:#?}"))
}

/// Asks for a change of two lines, refused in whatever is wrong with it, and agrees to the rest.
async fn ask_and_agree(court: &TestCourt, counsel: &Person, note: &Value, opened: &Value) {
    let wish = json!({ "line": note["n"], "text": "lấy xe vào khoảng 20 giờ" });
    let asked = call(court, counsel, "POST", "/requests", &wish).await.expect(201).json();
    assert_eq!(asked["number"], 1);
    assert_eq!(call(court, counsel, "POST", "/requests", &wish).await.expect(409).code(), "already_so");
    let nowhere = json!({ "line": 9_999, "text": "x" });
    let _ = call(court, counsel, "POST", "/requests", &nowhere).await.expect(404);
    let empty = json!({ "line": note["n"], "text": " " });
    assert_eq!(call(court, counsel, "POST", "/requests", &empty).await.expect(400).code(), "nothing_written");
    let second = json!({ "line": opened["n"], "text": "Khai mạc lúc 8 giờ" });
    let _ = call(court, counsel, "POST", "/requests", &second).await.expect(201);
    let _ = call(court, counsel, "POST", "/agreement", &json!({})).await.expect(204);
    assert_eq!(call(court, counsel, "POST", "/agreement", &json!({})).await.expect(409).code(), "already_so");
}

#[tokio::test]
async fn notes_become_minutes_that_are_read_asked_about_ruled_on_and_printed() {
    let court = TestCourt::start().await;
    let (judge, clerk, mut counsel) = (court.judge().await, court.clerk().await, court.counsel().await);
    let prosecutor = court.prosecutor().await;
    for person in [&counsel, &prosecutor] {
        clerk.does(Command::Admit { seat: person.seat() }).await;
    }
    counsel.take_part().await;
    judge.does(Command::Open { record: true, reason: Some("không ai đến nữa".into()) }).await;
    clerk.does(Command::Note { text: "Bị cáo khai".into(), ago_ms: 2000 }).await;
    let refused = counsel.command(Command::Note { text: "x".into(), ago_ms: 0 }).await;
    assert_eq!(refused, Err(Refusal::NotYourAct));

    // While it runs it is the court's; what changed since is all that is sent.
    let told = read(&court, &clerk, "").await.expect(200).json();
    let note = line(&told, "note").clone();
    assert_eq!((&note["vi"], &note["en"]), (&json!("Bị cáo khai"), &json!("Bị cáo khai")));
    let revision = told["revision"].as_u64().expect("a revision");
    clerk.does(Command::CorrectNote { note: assize_core::ids::NoteId(1), text: LINE.into() }).await;
    let news = read(&court, &judge, &format!("?after={revision}")).await.expect(200).json();
    let lines = news["lines"].as_array().expect("lines");
    assert!(lines.iter().any(|line| line["n"] == note["n"] && line["vi"] == LINE), "{news}");
    assert!(lines.len() < told["lines"].as_array().expect("lines").len(), "not all of it again");
    assert_eq!(read(&court, &counsel, "").await.expect(403).code(), "not_your_act");
    clerk.until_view("the minutes changed", |view| view.minutes.is_some_and(|minutes| minutes > revision)).await;
    let until = Instant::now() + CEILING;
    while counsel.sent(Kind::Sound) < 100 {
        assert!(Instant::now() < until, "nothing is sent");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    judge.does(Command::Close {}).await;
    clerk.link.until("the end", |told| told.bye.clone()).await;
    until_sealed(&court).await;

    // Who took part reads, by the same seat's token; the original wording is the court's.
    let minutes = read_when_sealed(&court, &counsel).await;
    let note = line(&minutes, "note");
    assert_eq!((&note["vi"], &note["first"]), (&json!(LINE), &Value::Null));
    let opened = line(&minutes, "opened");
    assert!(opened["vi"].as_str().is_some_and(|text| text.starts_with("Khai mạc phiên tòa")), "{opened}");
    assert!(minutes["seal"]["root"].as_str().is_some_and(|root| root.len() == 64), "{minutes}");
    let timeline = read(&court, &counsel, "/timeline").await.expect(200).json();
    let tracks = timeline["tracks"].as_array().expect("tracks");
    assert!(!tracks.is_empty() && tracks.iter().all(|track| track["audio"] == json!(true)), "sound and nothing else");
    let file = tracks.iter().find_map(|track| track["segments"][0]["file"].as_str()).expect("a file");
    let sound = read(&court, &counsel, &format!("/media/{}", file.replace('/', "%2F"))).await.expect(200);
    assert!(!sound.body.is_empty());
    let camera = file.replace("microphone", "camera1");
    let _ = read(&court, &counsel, &format!("/media/{}", camera.replace('/', "%2F"))).await.expect(404);

    ask_and_agree(&court, &counsel, note, opened).await;

    let cookie = court.login("clerk").await;
    let records = court.get("/api/v1/records", Some(&cookie)).await.expect(200).json();
    let id = records["records"][0]["id"].as_str().expect("a record").to_owned();
    let path = |rest: &str| format!("/api/v1/records/{id}/minutes{rest}");
    let bare = court.post(&path("/requests/1"), Some(&cookie), &json!({ "accept": false })).await.expect(400);
    assert_eq!(bare.code(), "reason_missing");
    let no = json!({ "accept": false, "reason": "đã nghe lại: 21 giờ" });
    let _ = court.post(&path("/requests/1"), Some(&cookie), &no).await.expect(204);
    assert_eq!(court.post(&path("/requests/1"), Some(&cookie), &no).await.expect(409).code(), "already_so");
    let _ = court.post(&path("/requests/2"), Some(&cookie), &json!({ "accept": true })).await.expect(204);
    let kept = court.get(&path(""), Some(&cookie)).await.expect(200).json();
    let note = line(&kept, "note");
    assert_eq!((&note["vi"], &note["first"]), (&json!(LINE), &json!("Bị cáo khai")), "both stay legible");
    assert_eq!(note["requests"][0]["ruling"]["reason"], "đã nghe lại: 21 giờ");
    assert_eq!(kept["log"], json!({ "lines": 6, "fault": null }));
    // Others than who asked are not told of it.
    let other = read_when_sealed(&court, &prosecutor).await;
    assert_eq!(line(&other, "note")["requests"], json!([]));

    papers(&court, &cookie, &path, &kept).await;

    // The bag is as it was; the log beside it is no part of it, and says when somebody changed it.
    let (code, report) = court.verify();
    assert_eq!((code, &report["findings"]), (0, &json!([])), "{report}");
    let log = court.sitting().with_file_name("01.after.jsonl");
    let text = std::fs::read_to_string(&log).expect("the log");
    std::fs::write(&log, text.replace("21 giờ", "20 giờ")).expect("written");
    let damaged = court.get(&path(""), Some(&cookie)).await.expect(200).json();
    assert!(damaged["log"]["fault"].is_string() && line(&damaged, "note")["requests"] == json!([]), "{damaged}");
    assert_eq!(call(&court, &prosecutor, "POST", "/agreement", &json!({})).await.status, 500);
}

async fn papers(court: &TestCourt, cookie: &str, path: &impl Fn(&str) -> String, kept: &Value) {
    let html = court.get(&path("/html?lang=vi"), Some(cookie)).await.expect(200);
    let text = html.body.clone();
    assert!(text.contains(LINE) && text.contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") && !text.contains("<script"));
    assert!(html.header("content-security-policy").is_some_and(|policy| policy.contains("default-src 'none'")));
    let root = kept["seal"]["root"].as_str().expect("a root");
    assert!(text.contains(root), "the paper names the seal");
    let bearer = [("cookie", cookie)];
    let pdf = http::bytes(court.http, &path("/pdf?lang=vi"), &bearer).await.expect("a paper");
    assert!(pdf.starts_with(b"%PDF-1."));
    let Some(printed) = text_of(&pdf) else { return };
    let flat = printed.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [LINE, "BIÊN BẢN PHIÊN TÒA", "đã nghe lại: 21 giờ", root] {
        assert!(flat.contains(wanted), "{wanted} is not in {flat}");
    }
}

/// What can be selected in a PDF, by Poppler's program, where there is one.
fn text_of(pdf: &[u8]) -> Option<String> {
    let mut program = Program::new("pdftotext");
    program.args(["-layout", "-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = program.spawn() else {
        println!("SKIPPED text of the PDF: there is no pdftotext");
        return None;
    };
    child.stdin.take().expect("a pipe").write_all(pdf).expect("written");
    let out = child.wait_with_output().expect("its text");
    assert!(out.status.success());
    Some(String::from_utf8(out.stdout).expect("text"))
}
