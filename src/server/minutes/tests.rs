//! The minutes as people read them and as they are printed.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::minutes::after::Fault;
use assize_core::hearing::{Actor, Before, Carried, FileHash};
use assize_core::ids::{CourtId, HearingId, PersonId};
use assize_core::plan::{Court, Person, Plan, Role};
use assize_core::time::Now;
use uuid::Uuid;

const ZONE: &str = "Asia/Ho_Chi_Minh";

fn person(name: &str, role: Role) -> Person {
    let id = PersonId(Uuid::from_u128(name.len() as u128 + 100 * role as u128));
    Person { id, name: name.to_owned(), role, point: None, own_screen: true, account: None, with: Vec::new() }
}

fn plan(people: Vec<Person>) -> Plan {
    Plan {
        hearing: HearingId(Uuid::from_u128(1)),
        court: Court { id: CourtId(Uuid::from_u128(2)), name: "Tòa án".to_owned(), zone: ZONE.to_owned() },
        case: "45/2026".to_owned(),
        title: "Trộm cắp tài sản".to_owned(),
        procedure: "plain".to_owned(),
        starts: "2026-11-22T08:00:00+07:00".to_owned(),
        points: Vec::new(),
        people,
        screens: Vec::new(),
        rehearsal: false,
    }
}

fn judge() -> Person {
    person("Nguyễn Thị Hạnh", Role::PresidingJudge)
}

/// The minutes of a ledger: events at wall-clock times, in hearing time from `zero` on.
fn kept(zero: &str, events: Vec<(&str, Event)>) -> Kept {
    let zero_ms = times::parse(zero).unwrap();
    let stamped = |(at, event): (&str, Event)| {
        let utc_ms = times::parse(at).unwrap();
        let t_us = u64::try_from(utc_ms - zero_ms).unwrap() * 1000;
        Stamped { now: Now { t_us, utc_ms }, actor: Actor::System, event }
    };
    let events: Vec<Stamped> = events.into_iter().map(stamped).collect();
    Kept::of("01".to_owned(), &events, zero_ms, None).unwrap()
}

fn printed(kept: &Kept, after: &Afterwards) -> String {
    html(kept, after, Language::Vi)
}

#[test]
fn the_paper_says_when_the_log_is_not_whole() {
    let begun = vec![("2026-11-22T08:00:00+07:00", Event::Planned { plan: plan(vec![judge()]), procedure: None })];
    let kept = kept("2026-11-22T08:00:00+07:00", begun);
    let paper = |fault| {
        let mut after = Afterwards::default();
        after.fault = fault;
        printed(&kept, &after)
    };
    assert!(!paper(None).contains("không còn nguyên vẹn"));
    assert!(paper(Some(Fault::Damaged("x".to_owned()))).contains("không còn nguyên vẹn"));
    let cut = paper(Some(Fault::Cut { written: 9, left: 7 }));
    assert!(cut.contains("không còn nguyên vẹn") && cut.contains("thiếu 2 dòng cuối"), "{cut}");
}

fn opened() -> Event {
    Event::Opened { recording: true, reason: None, missing: Vec::new() }
}

#[test]
fn a_further_sitting_has_its_own_day_and_says_what_it_continues() {
    let zero = "2026-11-20T08:00:00+07:00";
    let before = Before { sitting: "01".to_owned(), seal: FileHash::try_from("ab".repeat(32)).unwrap() };
    let carried = Carried { phase: Some("questioning".into()), ..Carried::default() };
    let kept = kept(
        zero,
        vec![
            ("2026-11-22T07:50:00+07:00", Event::Planned { plan: plan(vec![judge()]), procedure: None }),
            ("2026-11-22T07:50:00+07:00", Event::Continued { before, carried: Box::new(carried) }),
            ("2026-11-22T08:01:02+07:00", opened()),
            ("2026-11-22T09:00:00+07:00", Event::Closed),
        ],
    );
    let paper = printed(&kept, &Afterwards::default());
    assert!(paper.contains("2026-11-22 ·") && !paper.contains("2026-11-20"), "{paper}");
    assert!(paper.contains("08:01:02") && paper.contains("Tiếp tục phiên thứ 01: questioning"), "{paper}");
    let told = kept.json(Reader::Court, &Afterwards::default());
    assert_eq!(told["began_utc_ms"].as_i64(), times::parse("2026-11-22T08:01:02+07:00"));
    let opened = told["lines"].as_array().unwrap().iter().find(|line| line["kind"] == "opened").unwrap();
    assert_eq!(opened["utc_ms"], told["began_utc_ms"]);
}

#[test]
fn the_day_is_told_where_it_changes() {
    let zero = "2026-11-22T22:00:00+07:00";
    let kept = kept(
        zero,
        vec![
            (zero, Event::Planned { plan: plan(vec![judge()]), procedure: None }),
            ("2026-11-22T22:00:00+07:00", opened()),
            ("2026-11-22T23:50:00+07:00", Event::Paused { reason: "nghỉ".to_owned() }),
            ("2026-11-23T00:10:00+07:00", Event::Resumed { by: None, recording: None, reason: None }),
            ("2026-11-23T00:20:00+07:00", Event::Closed),
        ],
    );
    let paper = printed(&kept, &Afterwards::default());
    assert!(paper.contains("(đến 00:10:00 2026-11-23)"), "{paper}");
    let (pause, day, close) = (paper.find("23:50:00"), paper.find("<h2>2026-11-23</h2>"), paper.find("00:20:00"));
    assert!(pause.unwrap() < day.unwrap() && day.unwrap() < close.unwrap(), "{paper}");
    assert_eq!(paper.matches("<h2>2026-11-2").count(), 1, "{paper}");
}

#[test]
fn the_paper_tells_who_was_there_from_who_was_not() {
    let zero = "2026-11-22T08:00:00+07:00";
    let people = vec![person("Đặng Ngọc Diệp", Role::Counsel), person("Lê Văn Lâm", Role::Party), judge()];
    let report = |person: &Person, present| Event::PresenceReported { person: person.id, present, note: None };
    let (came, stayed_away) = (report(&people[0], true), report(&people[1], false));
    let planned = Event::Planned { plan: plan(people), procedure: None };
    let kept = kept(zero, vec![(zero, planned), (zero, came), (zero, stayed_away), (zero, opened())]);
    let paper = printed(&kept, &Afterwards::default());
    let at = |text: &str| paper.find(&format!("<h2>{text}</h2>")).unwrap_or_else(|| panic!("{text}: {paper}"));
    let name = |text: &str| paper.find(&format!(" {text}</p>")).unwrap_or_else(|| panic!("{text}: {paper}"));
    let order = [
        at("Những người tham gia"),
        name("Đặng Ngọc Diệp"),
        at("Vắng mặt"),
        name("Lê Văn Lâm"),
        at("Chưa xác định có mặt hay vắng mặt"),
        name("Nguyễn Thị Hạnh"),
        at("Diễn biến"),
    ];
    assert!(order.is_sorted(), "{order:?}");
}
