//! The decision's text: the template of the procedure with its places filled in. The court signs it in its own system, not
//! here.

use super::Facts;
use crate::problem::Language;
use crate::times;
use assize_core::plan::Role;
use assize_core::procedure::Template;
use serde::Serialize;

/// What a draft says that nobody knows before it is decided.
#[derive(Debug, Clone, Copy)]
pub struct Decided<'a> {
    pub reason: &'a str,
    pub until_ms: Option<i64>,
}

/// A piece of the text; `place`: it was filled in, and for what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// The text in one language, by its lines.
#[must_use]
pub fn fill(template: &Template, facts: &Facts, decided: Decided<'_>, language: Language) -> Vec<Vec<Piece>> {
    let text = match language {
        Language::Vi => &template.vi,
        Language::En => &template.en,
    };
    let line = |line: &str| pieces(line, |place| value(place, facts, decided, language));
    text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(line).collect()
}

/// The sentence that a draft proposes for the cause.
#[must_use]
pub fn cause(facts: &Facts, language: Language) -> String {
    let name = facts.fault.and_then(|fault| facts.plan.points.iter().find(|point| point.id == fault.point));
    match (name, facts.fault_ms) {
        (Some(point), Some(since)) => {
            let (name, since) = (&point.name, clock(since, &facts.plan.court.zone, language));
            match language {
                Language::Vi => format!("mất đường truyền tại {name} từ {since}"),
                Language::En => format!("the line of {name} has failed since {since}"),
            }
        }
        _ => String::new(),
    }
}

fn pieces(line: &str, value: impl Fn(&str) -> String) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let plain = |text: &str| (!text.is_empty()).then(|| Piece { text: text.to_owned(), place: None });
    let mut rest = line;
    while let Some((before, (place, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        pieces.extend(plain(before));
        pieces.push(Piece { text: value(place), place: Some(place.to_owned()) });
        rest = after;
    }
    pieces.extend(plain(rest));
    pieces
}

fn value(place: &str, facts: &Facts, Decided { reason, until_ms }: Decided<'_>, language: Language) -> String {
    let plan = &facts.plan;
    let zone = &plan.court.zone;
    let named = |role: Role| {
        let names = plan.people.iter().filter(|person| person.role == role).map(|person| person.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    match place {
        "case" => plan.case.clone(),
        "title" => plan.title.clone(),
        "court" => plan.court.name.clone(),
        "judge" => named(Role::PresidingJudge),
        "clerk" => named(Role::Clerk),
        "date" => date(facts.frozen_ms, zone),
        "time" => clock(facts.frozen_ms, zone, language),
        "cause" => reason.to_owned(),
        "points" => {
            let failed = |id| facts.fault.is_none_or(|fault| fault.point == id);
            let points = plan.points.iter().filter(|point| failed(point.id)).map(|point| point.name.as_str());
            points.collect::<Vec<_>>().join(", ")
        }
        "until" => until_ms.map_or_else(
            || language.pick("thời điểm được thông báo sau", "a day to be appointed").to_owned(),
            |until| appointed(until, zone, language),
        ),
        _ => String::new(),
    }
}

/// `2026-11-17T14:11:08+07:00` by its parts.
fn parts(utc_ms: i64, zone: &str) -> [String; 6] {
    let text = times::rfc3339(utc_ms, zone);
    [0..4, 5..7, 8..10, 11..13, 14..16, 17..19].map(|range| text.get(range).unwrap_or_default().to_owned())
}

fn date(utc_ms: i64, zone: &str) -> String {
    let [year, month, day, ..] = parts(utc_ms, zone);
    format!("{day}/{month}/{year}")
}

fn clock(utc_ms: i64, zone: &str, language: Language) -> String {
    let [.., hour, minute, second] = parts(utc_ms, zone);
    match language {
        Language::Vi => format!("{hour} giờ {minute} phút {second} giây"),
        Language::En => format!("{hour}:{minute}:{second}"),
    }
}

fn appointed(utc_ms: i64, zone: &str, language: Language) -> String {
    let [.., hour, minute, _] = parts(utc_ms, zone);
    let day = date(utc_ms, zone);
    match language {
        Language::Vi => format!("{hour} giờ {minute} phút ngày {day}"),
        Language::En => format!("{hour}:{minute} on {day}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;
    use crate::procedures::Procedures;
    use crate::suspension::PointLine;
    use assize_core::hearing::Fault;
    use assize_core::ids::{CourtId, HearingId, PersonId, PointId};
    use assize_core::plan::{Court, Person, Plan, Point, PointKind};
    use std::path::Path;
    use std::sync::Arc;
    use uuid::Uuid;

    pub(in crate::suspension) fn facts() -> Facts {
        let point = Point {
            id: PointId(Uuid::from_u128(7)),
            name: "Trại <2>".to_owned(),
            kind: PointKind::Detention,
            province: None,
        };
        let central = Point {
            id: PointId(Uuid::from_u128(8)),
            name: "Phòng xử".to_owned(),
            kind: PointKind::Central,
            province: None,
        };
        let judge = Person {
            id: PersonId(Uuid::nil()),
            name: "Lê Hạnh".to_owned(),
            role: Role::PresidingJudge,
            point: None,
            own_screen: true,
            account: None,
            with: vec![],
        };
        let plan = Plan {
            hearing: HearingId(Uuid::nil()),
            court: Court { id: CourtId(Uuid::nil()), name: "TAND".into(), zone: "Asia/Ho_Chi_Minh".into() },
            case: "45/2026/TLST-HS".into(),
            title: "Trộm cắp".into(),
            procedure: String::new(),
            starts: String::new(),
            points: vec![central, point],
            people: vec![judge],
            screens: vec![],
            rehearsal: false,
        };
        let frozen_ms = times::parse("2026-11-17T14:14:50+07:00").unwrap();
        let procedures = Procedures::load(Path::new("/nowhere")).unwrap();
        let procedure = procedures.get("vn-criminal-first-instance").unwrap().procedure.clone();
        Facts {
            procedure: Arc::new(procedure),
            frozen_ms,
            fault: Some(Fault { point: PointId(Uuid::from_u128(7)), since_us: 1 }),
            fault_ms: times::parse("2026-11-17T14:11:08+07:00"),
            phase: None,
            lines: Vec::<PointLine>::new(),
            plan,
        }
    }

    fn plain(lines: &[Vec<Piece>]) -> String {
        let line = |line: &Vec<Piece>| line.iter().map(|piece| piece.text.as_str()).collect::<String>();
        lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_draft_says_when_where_why_and_until_when_in_both_languages() {
        let facts = facts();
        let reason = cause(&facts, Language::Vi);
        assert_eq!(reason, "mất đường truyền tại Trại <2> từ 14 giờ 11 phút 08 giây");
        let until_ms = times::parse("2026-11-24T08:00:00+07:00");
        let decided = Decided { reason: &reason, until_ms };
        let lines = fill(&facts.procedure.texts.suspension, &facts, decided, Language::Vi);
        let text = plain(&lines);
        for part in ["45/2026/TLST-HS", &reason, "08 giờ 00 phút ngày 24/11/2026", "Lê Hạnh", "14 giờ 14 phút 50 giây"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains('{') && !text.contains("Phòng xử"), "{text}");
        let filled = lines.iter().flatten().filter(|piece| piece.place.as_deref() == Some("until"));
        assert_eq!(filled.count(), 1, "what was filled in is told from the template");
        let english = plain(&fill(&facts.procedure.texts.suspension, &facts, decided, Language::En));
        assert!(english.contains("08:00 on 24/11/2026"), "{english}");
    }

    #[test]
    fn every_shipped_procedure_has_both_texts_and_none_leaves_a_place_empty() {
        let procedures = Procedures::load(Path::new("/nowhere")).unwrap();
        for name in procedures.names() {
            let texts = &procedures.get(name).unwrap().procedure.texts;
            for template in [&texts.suspension, &texts.postponement] {
                for language in [Language::Vi, Language::En] {
                    let decided = Decided { reason: "x", until_ms: None };
                    let facts = Facts { fault: None, ..facts() };
                    let lines = fill(template, &facts, decided, language);
                    let empty = lines.iter().flatten().find(|piece| piece.text.is_empty());
                    let clerk = |piece: &&Piece| piece.place.as_deref() != Some("clerk");
                    assert!(lines.len() > 2 && empty.filter(clerk).is_none(), "{name}: {empty:?}");
                }
            }
        }
    }
}
