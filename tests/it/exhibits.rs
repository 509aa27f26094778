//! Evidence over HTTP: what is taken, what is not and why, who may read it, and what the record has in the end.

use assize_core::hearing::{Command, MediaType, SessionState, Standing};
use assize_core::ids::ExhibitId;
use assize_core::refusal::Refusal;
use assize_tests::court::TestCourt;
use assize_tests::http::{self, Reply};
use assize_tests::person::Person;
use serde_json::json;

/// As small as a PDF is whole: what is in it is not asked here.
fn paper(inside: &str) -> Vec<u8> {
    format!("%PDF-1.4\n{inside}\nstartxref\n9\n%%EOF\n").into_bytes()
}

fn path(court: &TestCourt) -> String {
    format!("/api/v1/hearings/{}/exhibits", court.hearing)
}

async fn call(court: &TestCourt, token: &str, method: &str, path: &str, body: &[u8]) -> Reply {
    let bearer = format!("Bearer {token}");
    http::request(court.http, method, path, &[("authorization", &bearer)], body).await.expect("an answer")
}

async fn hand_in(court: &TestCourt, person: &Person, title: &str, body: &[u8]) -> Reply {
    let path = format!("{}?title={title}", path(court));
    call(court, &person.link.told().token, "POST", &path, body).await
}

async fn read(court: &TestCourt, person: &Person, sha256: &str) -> Reply {
    let path = format!("{}/{sha256}", path(court));
    call(court, &person.link.told().token, "GET", &path, &[]).await
}

fn listed(court: &TestCourt) -> usize {
    std::fs::read_dir(court.sitting().join("exhibits")).map_or(0, Iterator::count)
}

#[tokio::test]
async fn what_is_handed_in_is_ruled_on_shown_and_sealed() {
    let court = TestCourt::start().await;
    let (judge, clerk, counsel) = (court.judge().await, court.clerk().await, court.counsel().await);
    let prosecutor = court.prosecutor().await;
    for person in [&counsel, &prosecutor] {
        clerk.does(Command::Admit { seat: person.seat() }).await;
    }
    judge.does(Command::Open { record: true, reason: Some("nobody else comes".into()) }).await;
    let body = paper("Biên bản giao nhận");
    let receipt = hand_in(&court, &counsel, "Bi%C3%AAn%20b%E1%BA%A3n", &body).await.expect(201).json();
    assert_eq!((&receipt["number"], &receipt["media_type"]), (&json!(1), &json!("pdf")));
    let sha256 = receipt["sha256"].as_str().expect("a hash").to_owned();
    clerk.until_view("it is on the desk", |view| view.exhibits.list.len() == 1).await;
    let told = clerk.view().exhibits.list[0].clone();
    assert_eq!(
        (told.title.as_str(), told.standing, told.file.media_type),
        ("Biên bản", Standing::Received, MediaType::Pdf)
    );

    // Before it is shown: the court and whose it is.
    for person in [&judge, &clerk, &counsel] {
        let reply = read(&court, person, &sha256).await.expect(200);
        assert_eq!(reply.body.as_bytes(), body);
        let header = |name: &str| reply.header(name).unwrap_or_default().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert!(header("content-disposition").starts_with("attachment") && header("cache-control") == "no-store");
        assert!(header("content-security-policy").contains("sandbox"), "{reply:?}");
        assert_eq!(header("x-content-type-options"), "nosniff");
    }
    assert_eq!(read(&court, &prosecutor, &sha256).await.expect(404).code(), "no_such_exhibit");
    assert_eq!(read(&court, &clerk, &"ab".repeat(32)).await.expect(404).code(), "no_such_exhibit");

    let exhibit = ExhibitId(1);
    clerk.does(Command::SubmitExhibit { exhibit }).await;
    judge.does(Command::RuleExhibit { exhibit, admit: true, reason: None }).await;
    let show = Command::ShowExhibit { exhibit, to: Some(vec![prosecutor.seat()]), observers: false, page: None };
    judge.does(show).await;
    prosecutor.until_view("it is before the prosecutor", |view| view.shown.is_some()).await;
    assert_eq!(read(&court, &prosecutor, &sha256).await.expect(200).body.as_bytes(), body);
    judge.does(Command::TurnExhibit { page: 2 }).await;
    prosecutor.until_view("the page", |view| view.shown.as_ref().is_some_and(|shown| shown.page == 2)).await;
    assert!(counsel.view().shown.is_none());
    judge.does(Command::Pause { reason: String::new() }).await;
    prosecutor.until_view("it is taken away", |view| view.shown.is_none()).await;
    let _ = read(&court, &prosecutor, &sha256).await.expect(404);

    judge.does(Command::Close {}).await;
    clerk.link.until("the end", |told| told.bye.clone()).await;
    let kinds: Vec<&str> =
        court.ledger().iter().map(|line| line.event.kind()).filter(|kind| kind.starts_with("exhibit")).collect();
    assert_eq!(kinds, ["exhibit_received", "exhibit_submitted", "exhibit_ruled", "exhibit_shown", "exhibit_page"]);
    until_sealed(&court).await;
    let (code, report) = court.verify();
    assert_eq!((code, &report["findings"]), (0, &json!([])), "{report}");
    let kept = court.sitting().join(format!("data/exhibits/{sha256}.pdf"));
    assert_eq!(std::fs::read(kept).expect("the file is in the bag"), body);
}

pub(crate) async fn until_sealed(court: &TestCourt) {
    let end = std::time::Instant::now() + assize_tests::court::CEILING;
    while !court.sitting().join("bagit.txt").exists() || court.sitting().join(".sealing").exists() {
        assert!(std::time::Instant::now() < end, "it is not sealed");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn hostile_and_useless_files_are_refused_with_a_reason_and_leave_nothing() {
    let court = TestCourt::with(&[("ASSIZE__EVIDENCE__FILE", "1"), ("ASSIZE__EVIDENCE__HEARING", "2")]).await;
    let (clerk, counsel) = (court.clerk().await, court.counsel().await);
    let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bomb.extend([0, 1, 0, 0, 0, 1, 0, 0]);
    let polyglot = [paper(""), b"PK\x03\x04 an archive".to_vec()].concat();
    let files: [(&str, Vec<u8>); 8] = [
        ("empty", vec![]),
        ("markup", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec()),
        ("markup", b"<!doctype html><script>alert(1)</script> named .pdf".to_vec()),
        ("archive", b"PK\x03\x04word/document.xml".to_vec()),
        ("unknown", b"MZ\x90\0".to_vec()),
        ("damaged", b"%PDF-1.7 broken off".to_vec()),
        ("trailing", polyglot),
        ("too_many_pixels", bomb),
    ];
    for (why, file) in files {
        let reply = hand_in(&court, &counsel, "x.pdf", &file).await.expect(415);
        assert_eq!((reply.code().as_str(), &reply.json()["params"]["why"]), ("unfit_file", &json!(why)));
        let detail = reply.json()["detail"].as_str().unwrap_or_default().to_owned();
        assert!(detail.ends_with('.'), "a reason that a person can read: {reply:?}");
    }
    let large = vec![b' '; (1 << 20) + 1];
    assert_eq!(hand_in(&court, &counsel, "x", &large).await.expect(413).code(), "too_large");
    assert!(clerk.view().exhibits.list.is_empty() && listed(&court) == 0);
    // The whole of a hearing's evidence has a limit too.
    let mut sent = 0;
    let refused = loop {
        let mut file = paper(&format!("{sent}"));
        let filler = vec![b'\n'; (1 << 20) - file.len()];
        file.splice(9..9, filler);
        let reply = hand_in(&court, &counsel, "x", &file).await;
        if reply.status != 201 {
            break reply;
        }
        sent += 1;
    };
    assert_eq!((sent, refused.code().as_str(), refused.status), (2, "too_much_evidence", 413));
    assert_eq!(listed(&court), 2);
    let left = std::fs::read_dir(court.sitting()).expect("the folder").filter_map(Result::ok);
    let left: Vec<_> =
        left.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().ends_with(".next")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn only_a_live_link_hands_in_and_reads() {
    let mut court = TestCourt::start().await;
    let (judge, counsel, observer) = (court.judge().await, court.counsel().await, court.observer().await);
    let body = paper("x");
    let denied = call(&court, "no token of anybody", "POST", &path(&court), &body).await.expect(401);
    assert_eq!(denied.code(), "bad_resume");
    assert_eq!(hand_in(&court, &observer, "x", &body).await.expect(403).code(), "not_your_act");
    assert_eq!(hand_in(&court, &judge, "x", &body).await.expect(403).code(), "not_your_act");
    let elsewhere = path(&court).replace(&court.hearing, "00000000-0000-0000-0000-000000000001");
    let _ = call(&court, &counsel.link.told().token, "POST", &elsewhere, &body).await.expect(404);
    let receipt = hand_in(&court, &counsel, "x", &body).await.expect(201).json();
    let sha256 = receipt["sha256"].as_str().expect("a hash").to_owned();
    assert_eq!(hand_in(&court, &counsel, "x", &body).await.expect(409).code(), "already_so");
    assert_eq!(listed(&court), 1, "the same file again takes nothing away");
    judge.does(Command::Remove { seat: counsel.seat(), reason: "noise".into() }).await;
    let bye = counsel.link.until("the end", |told| told.bye.clone()).await;
    assert_eq!(bye, Some(Refusal::RemovedByCourt));
    assert_eq!(read(&court, &counsel, &sha256).await.expect(401).code(), "bad_resume");
    // After a crash the record has it still.
    court.kill();
    court.start_again().await;
    let judge = court.judge().await;
    assert_eq!(judge.view().session.state, SessionState::Waiting);
    assert_eq!(read(&court, &judge, &sha256).await.expect(200).body.as_bytes(), body);
}

/// WAV of so many bytes of sound, eight thousand a second.
fn sound(bytes: u32) -> Vec<u8> {
    let format = [&[1, 0, 1, 0][..], &8000_u32.to_le_bytes(), &8000_u32.to_le_bytes(), &[1, 0, 8, 0]].concat();
    let silence = vec![128; bytes as usize];
    let body = [b"WAVEfmt \x10\0\0\0", &format[..], b"data", &bytes.to_le_bytes(), &silence].concat();
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

#[tokio::test]
async fn a_recording_has_a_limit_of_its_own_and_is_played_only_by_who_shows_it() {
    let court = TestCourt::with(&[("ASSIZE__EVIDENCE__FILE", "1"), ("ASSIZE__EVIDENCE__RECORDING", "2")]).await;
    let (judge, clerk, counsel) = (court.judge().await, court.clerk().await, court.counsel().await);
    clerk.does(Command::Admit { seat: counsel.seat() }).await;
    judge.does(Command::Open { record: true, reason: Some("nobody else comes".into()) }).await;
    let body = sound(1_600_000);
    let receipt = hand_in(&court, &counsel, "Camera", &body).await.expect(201).json();
    assert_eq!((&receipt["media_type"], &receipt["length_ms"]), (&json!("wav"), &json!(200_000)));
    assert_eq!(hand_in(&court, &counsel, "x", &sound(2_100_000)).await.expect(413).code(), "too_large");
    let glued = [&body[..], b"PK\x03\x04"].concat();
    assert_eq!(hand_in(&court, &counsel, "x", &glued).await.expect(415).json()["params"]["why"], json!("trailing"));
    let sha256 = receipt["sha256"].as_str().expect("a hash").to_owned();
    let reply = read(&court, &counsel, &sha256).await.expect(200);
    assert_eq!(reply.header("content-type"), Some("audio/wav"));

    let exhibit = ExhibitId(1);
    clerk.does(Command::SubmitExhibit { exhibit }).await;
    judge.does(Command::RuleExhibit { exhibit, admit: true, reason: None }).await;
    clerk.does(Command::ShowExhibit { exhibit, to: None, observers: false, page: None }).await;
    counsel.until_view("it is before counsel", |view| view.shown.is_some()).await;
    let play = counsel.view().shown.and_then(|shown| shown.play).expect("a recording");
    assert!(!play.ready && !play.playing && !play.mine, "nobody sends it: {play:?}");
    assert!(clerk.view().shown.and_then(|shown| shown.play).is_some_and(|play| play.mine));
}
