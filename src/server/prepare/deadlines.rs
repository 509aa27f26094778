//! Time limits before the hearing, as days of the court's calendar.

use super::Preparation;
use super::rules::{Rules, Step};
use assize_core::plan::Plan;
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use serde::Serialize;

/// A limit that ends within so many days is near.
const NEAR: i32 = 3;

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Taken, in time if there is a limit.
    Done,
    /// Taken after its limit.
    Late,
    /// Not taken; the limit has passed.
    Overdue,
    /// Not taken; the limit is near.
    Near,
    /// Not taken.
    Open,
    /// Not taken; the day from which the limit counts is not known.
    Waits,
}

/// A step of a hearing, as it stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    pub step: Step,
    pub due: Option<Date>,
    pub done: Option<Date>,
    pub standing: Standing,
    /// Days to the limit; negative: since.
    pub left: Option<i32>,
}

/// Every step of this hearing on the day `today` of the court's zone.
#[must_use]
pub fn of(plan: &Plan, preparation: &Preparation, rules: &Rules, today: Date) -> Vec<Deadline> {
    let has = |kind| plan.points.iter().any(|point| point.kind == kind);
    let steps = rules.steps.iter().filter(|step| step.only.is_none_or(has));
    steps.map(|step| deadline(step, plan, preparation, today)).collect()
}

fn deadline(step: &Step, plan: &Plan, preparation: &Preparation, today: Date) -> Deadline {
    let stated = |key: &str| preparation.dates.get(key).and_then(|stated| stated.day.parse::<Date>().ok());
    let done = stated(&step.key);
    let limit = step.due.as_ref().and_then(|due| {
        let days = if preparation.summary { due.summary } else { Some(due.days) };
        days.map(|days| (due.from.as_deref(), days))
    });
    let due = limit.and_then(|(from, days)| {
        let day = match from {
            Some(step) => stated(step)?,
            None => plan.starts.get(..10)?.parse().ok()?,
        };
        day.checked_add(i64::from(days).days()).ok()
    });
    let left = due.and_then(|due| today.until(due).ok()).map(|span: Span| span.get_days());
    let standing = match (done, due, left) {
        (Some(done), Some(due), _) if done > due => Standing::Late,
        (Some(_), _, _) => Standing::Done,
        (None, _, Some(left)) if left < 0 => Standing::Overdue,
        (None, _, Some(left)) if left <= NEAR => Standing::Near,
        (None, None, _) if limit.is_some() => Standing::Waits,
        (None, _, _) => Standing::Open,
    };
    Deadline { step: step.clone(), due, done, standing, left }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::Stated;
    use super::super::rules::tests::shipped;
    use super::*;
    use assize_core::ids::{CourtId, HearingId, PointId};
    use assize_core::plan::{Court, Point, PointKind};
    use uuid::Uuid;

    fn plan(kind: PointKind) -> Plan {
        Plan {
            hearing: HearingId(Uuid::nil()),
            court: Court { id: CourtId(Uuid::nil()), name: String::new(), zone: "Asia/Ho_Chi_Minh".to_owned() },
            case: String::new(),
            title: String::new(),
            procedure: String::new(),
            starts: String::new(),
            points: vec![Point { id: PointId(Uuid::nil()), name: String::new(), kind, province: None }],
            people: Vec::new(),
            screens: Vec::new(),
            rehearsal: false,
        }
    }

    fn prepared(summary: bool, dates: &[(&str, &str)]) -> Preparation {
        let stated = |day: &str| Stated { day: day.to_owned(), who: String::new(), at_ms: 0 };
        let dates = dates.iter().map(|(key, day)| ((*key).to_owned(), stated(day))).collect();
        Preparation { summary, dates, ..Preparation::default() }
    }

    fn one(key: &str, preparation: &Preparation, today: &str) -> (Option<String>, Standing) {
        let rules = shipped("vn-criminal-first-instance");
        let all = of(&plan(PointKind::Detention), preparation, &rules, today.parse().unwrap());
        let found = all.iter().find(|deadline| deadline.step.key == key).unwrap();
        (found.due.map(|due| due.to_string()), found.standing)
    }

    #[test]
    fn limits_are_counted_on_the_calendar() {
        let dates = [("trial-decision", "2026-03-03"), ("procuracy-notice", "2026-02-27")];
        let ordinary = prepared(false, &dates);
        let due = |day: &str| Some(day.to_owned());
        assert_eq!(one("online-decision", &ordinary, "2026-02-20"), (due("2026-02-24"), Standing::Open));
        assert_eq!(one("procuracy-answer", &ordinary, "2026-02-27"), (due("2026-03-02"), Standing::Near));
        assert_eq!(one("procuracy-answer", &ordinary, "2026-03-02").1, Standing::Near, "the last day counts whole");
        assert_eq!(one("procuracy-answer", &ordinary, "2026-03-03").1, Standing::Overdue);
        assert_eq!(one("facility-request", &ordinary, "2026-03-03"), (None, Standing::Waits));
        let summary = prepared(true, &dates);
        assert_eq!(one("procuracy-answer", &summary, "2026-02-27").0, due("2026-02-28"));
        assert_eq!(one("online-decision", &summary, "2026-02-27"), (None, Standing::Open), "no limit there");
    }

    #[test]
    fn what_was_done_too_late_is_not_in_time() {
        let done = |day| prepared(false, &[("procuracy-notice", "2026-11-13"), ("procuracy-answer", day)]);
        assert_eq!(one("procuracy-answer", &done("2026-11-16"), "2026-12-01").1, Standing::Done);
        assert_eq!(one("procuracy-answer", &done("2026-11-17"), "2026-12-01").1, Standing::Late);
    }

    #[test]
    fn the_detention_centre_is_asked_where_there_is_one() {
        let rules = shipped("vn-criminal-first-instance");
        let count = |kind| of(&plan(kind), &Preparation::default(), &rules, "2026-11-13".parse().unwrap()).len();
        assert_eq!(count(PointKind::Detention), count(PointKind::OtherCourt) + 2);
    }
}
