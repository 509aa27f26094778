//! From what a clerk writes to a plan: the same for the HTTP interface, the command line and the demonstration.

use crate::app::Base;
use crate::prepare::rules;
use crate::prepare::voided::{Voided, take_back};
use crate::problem::Problem;
use crate::store::{Account, HearingRow};
use crate::times;
use assize_core::hearing::SessionState;
use assize_core::ids::{CourtId, HearingId, PersonId, PointId};
use assize_core::plan::{Court, Person, Plan, Point, PointKind, Role};
use serde::Deserialize;
use uuid::Uuid;

const TEXT: usize = 500;
const PEOPLE: usize = 200;
const POINTS: usize = 100;
/// Used when a plan names no procedure.
pub const PROCEDURE: &str = "vn-criminal-first-instance";

/// A plan as written. Unknown fields are refused, so that a misspelt one is not silently lost.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    pub case: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub procedure: Option<String>,
    /// RFC 3339 with offset.
    pub starts: String,
    /// Points of the court, by id or name.
    #[serde(default)]
    pub points: Vec<String>,
    #[serde(default)]
    pub people: Vec<DraftPerson>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftPerson {
    /// Given when a plan is changed, so that the person keeps their code.
    #[serde(default)]
    pub id: Option<PersonId>,
    pub name: String,
    pub role: Role,
    /// Point by id or name; none: a place of their own.
    #[serde(default)]
    pub point: Option<String>,
    /// Default: true without a point or with an account.
    #[serde(default)]
    pub own_screen: Option<bool>,
    #[serde(default)]
    pub account: Option<String>,
}

/// What a plan is checked against.
#[derive(Debug)]
pub struct World<'a> {
    pub court: &'a Court,
    pub points: &'a [Point],
    pub accounts: &'a [Account],
}

impl Draft {
    /// The plan, if everything in it can be. Ids are the caller's, so that a test knows them.
    ///
    /// # Errors
    /// [`Problem::BadField`] with the path of the field.
    pub fn plan(self, hearing: HearingId, world: &World<'_>, mut mint: impl FnMut() -> Uuid) -> Result<Plan, Problem> {
        if times::parse(&self.starts).is_none() {
            return Err(bad("starts", "RFC 3339 with offset, such as 2026-11-25T08:00:00+07:00"));
        }
        if self.points.len() > POINTS || self.people.len() > PEOPLE {
            return Err(bad("people", "at most 200 people and 100 points"));
        }
        let mut points: Vec<Point> = Vec::new();
        for (n, named) in self.points.iter().enumerate() {
            let point =
                find(world.points, named).ok_or_else(|| bad(&format!("points[{n}]"), "no such point of this court"))?;
            if !points.contains(point) {
                points.push(point.clone());
            }
        }
        let procedure = procedure(self.procedure)?;
        if let Some(most) = rules::of(&procedure).component_points
            && component_points(&points) > most
        {
            return Err(bad("points", &format!("at most {most} component points")));
        }
        let mut people = Vec::new();
        for (n, draft) in self.people.into_iter().enumerate() {
            people.push(draft.person(&format!("people[{n}]"), &points, world, &mut mint)?);
        }
        if people.iter().filter(|person| person.role == Role::PresidingJudge).count() > 1 {
            return Err(bad("people", "a hearing has one presiding judge"));
        }
        Ok(Plan {
            hearing,
            court: world.court.clone(),
            case: text("case", &self.case, false)?,
            title: text("title", &self.title, true)?,
            procedure,
            starts: self.starts,
            points,
            people,
        })
    }
}

impl DraftPerson {
    fn person(
        self,
        field: &str,
        points: &[Point],
        world: &World<'_>,
        mint: &mut impl FnMut() -> Uuid,
    ) -> Result<Person, Problem> {
        let point = match self.point.as_deref().filter(|named| !named.is_empty()) {
            Some(named) => Some(
                find(points, named).ok_or_else(|| bad(&format!("{field}.point"), "not among the hearing's points"))?.id,
            ),
            None => None,
        };
        let account = self.account.filter(|name| !name.is_empty());
        if let Some(name) = &account
            && !world.accounts.iter().any(|account| account.name == *name && account.court == world.court.id)
        {
            return Err(bad(&format!("{field}.account"), "no such account of this court"));
        }
        let own_screen = self.own_screen.unwrap_or_else(|| point.is_none() || account.is_some());
        if !own_screen && point.is_none() {
            return Err(bad(&format!("{field}.own_screen"), "somebody without a point needs a screen of their own"));
        }
        Ok(Person {
            id: self.id.unwrap_or_else(|| PersonId(mint())),
            name: text(&format!("{field}.name"), &self.name, false)?,
            role: self.role,
            point,
            own_screen,
            account,
        })
    }
}

/// How many of these are component points: neither the courtroom nor observers (circular 05/2021 Art. 2, 4(2)).
#[must_use]
pub fn component_points(points: &[Point]) -> usize {
    points.iter().filter(|point| !matches!(point.kind, PointKind::Central | PointKind::Observer)).count()
}

fn find<'a>(points: &'a [Point], named: &str) -> Option<&'a Point> {
    let id: Option<PointId> = named.parse().ok();
    points.iter().find(|point| Some(point.id) == id || point.name == named)
}

/// Names are stored composed (NFC) and without outer blanks, so that equal names are equal.
pub(crate) fn text(field: &str, value: &str, may_be_empty: bool) -> Result<String, Problem> {
    use unicode_normalization::UnicodeNormalization as _;
    let value: String = value.trim().nfc().collect();
    if (value.is_empty() && !may_be_empty) || value.chars().count() > TEXT || value.chars().any(char::is_control) {
        return Err(bad(field, "1 to 500 characters without line breaks"));
    }
    Ok(value)
}

/// A procedure names a file: letters, digits and hyphens only.
fn procedure(given: Option<String>) -> Result<String, Problem> {
    let name = given.filter(|name| !name.is_empty()).unwrap_or_else(|| PROCEDURE.to_owned());
    let plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain { Ok(name) } else { Err(bad("procedure", "letters, digits and hyphens")) }
}

pub(crate) fn bad(field: &str, detail: &str) -> Problem {
    Problem::BadField { field: field.to_owned(), detail: detail.to_owned() }
}

/// Makes a hearing of a court from a draft.
///
/// # Errors
/// A field that cannot be, or the store does not answer.
pub async fn create(base: &Base, court: CourtId, draft: Draft) -> Result<HearingRow, Problem> {
    let plan = check(base, court, HearingId(Uuid::now_v7()), draft).await?;
    let row = HearingRow {
        plan,
        state: SessionState::Scheduled,
        created_ms: base.clock.utc_ms(),
        seal_fault: None,
        shelf_fault: None,
    };
    base.store.put_hearing(&row).await?;
    Ok(row)
}

/// Replaces the plan of a hearing that nobody has entered yet, and takes back what it no longer gives.
///
/// # Errors
/// [`Problem::PlanHasBegun`], a field that cannot be, or the store does not answer.
pub async fn replace(base: &Base, old: &Plan, draft: Draft) -> Result<(Plan, Voided), Problem> {
    let plan = check(base, old.court.id, old.hearing, draft).await?;
    if !base.store.replace_plan(&plan).await? {
        return Err(Problem::PlanHasBegun);
    }
    let voided = take_back(base, old, &plan).await?;
    Ok((plan, voided))
}

async fn check(base: &Base, court: CourtId, hearing: HearingId, draft: Draft) -> Result<Plan, Problem> {
    let court = base.store.court(court).await?.ok_or(Problem::NotFound)?;
    let (points, accounts) = (base.store.points(court.id).await?, base.store.accounts().await?);
    draft.plan(hearing, &World { court: &court, points: &points, accounts: &accounts }, Uuid::now_v7)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn court() -> Court {
        Court { id: CourtId(Uuid::from_u128(1)), name: "T".to_owned(), zone: "Asia/Ho_Chi_Minh".to_owned() }
    }

    fn points() -> Vec<Point> {
        vec![Point { id: PointId(Uuid::from_u128(2)), name: "Trại".to_owned(), kind: PointKind::Detention }]
    }

    fn draft(json: serde_json::Value) -> Result<Plan, Problem> {
        let draft: Draft = serde_json::from_value(json).unwrap();
        let (court, points) = (court(), points());
        let world = World { court: &court, points: &points, accounts: &[] };
        draft.plan(HearingId(Uuid::from_u128(3)), &world, || Uuid::from_u128(9))
    }

    fn field(json: serde_json::Value) -> String {
        match draft(json) {
            Err(Problem::BadField { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn points_are_named_by_name_or_id_and_people_sit_at_them() {
        let plan = draft(serde_json::json!({
            "case": " 1/2026 ", "starts": "2026-11-25T08:00:00+07:00", "points": ["Trại"],
            "people": [
                {"name": "A", "role": "defendant", "point": Uuid::from_u128(2).to_string()},
                {"name": "B", "role": "counsel"},
            ],
        }))
        .unwrap();
        assert_eq!(plan.case, "1/2026");
        assert_eq!(plan.procedure, PROCEDURE);
        assert!(!plan.people[0].own_screen && plan.people[1].own_screen);
        assert_eq!(plan.people[0].point, Some(PointId(Uuid::from_u128(2))));
    }

    #[test]
    fn what_cannot_be_is_named() {
        let with = |people: serde_json::Value| serde_json::json!({"case": "1", "starts": "2026-11-25T08:00:00+07:00", "points": [], "people": people});
        assert_eq!(field(serde_json::json!({"case": "1", "starts": "tomorrow"})), "starts");
        assert_eq!(field(serde_json::json!({"case": " ", "starts": "2026-11-25T08:00:00+07:00"})), "case");
        assert_eq!(
            field(with(serde_json::json!([{"name": "A", "role": "counsel", "point": "Nowhere"}]))),
            "people[0].point"
        );
        assert_eq!(
            field(with(serde_json::json!([{"name": "A", "role": "clerk", "account": "x"}]))),
            "people[0].account"
        );
        assert_eq!(
            field(with(serde_json::json!([{"name": "A", "role": "party", "own_screen": false}]))),
            "people[0].own_screen"
        );
        let judge = serde_json::json!({"name": "A", "role": "presiding_judge"});
        assert_eq!(field(with(serde_json::json!([judge, judge]))), "people");
        let path = serde_json::json!({"case": "1", "starts": "2026-11-25T08:00:00+07:00", "procedure": "../x"});
        assert_eq!(field(path), "procedure");
    }

    #[test]
    fn a_trial_has_three_component_points_and_observers_besides() {
        let kinds = [PointKind::Central, PointKind::Observer, PointKind::Detention, PointKind::OtherCourt];
        let kinds = kinds.into_iter().chain([PointKind::AcceptedPlace; 2]).enumerate();
        let points: Vec<Point> = kinds
            .map(|(n, kind)| Point { id: PointId(Uuid::from_u128(n as u128)), name: format!("P{n}"), kind })
            .collect();
        let court = court();
        let plan = |procedure: &str, named: &[&str]| {
            let draft = serde_json::json!({
                "case": "1", "starts": "2026-11-25T08:00:00+07:00", "procedure": procedure, "points": named,
            });
            let draft: Draft = serde_json::from_value(draft).unwrap();
            let world = World { court: &court, points: &points, accounts: &[] };
            draft.plan(HearingId(Uuid::from_u128(3)), &world, || Uuid::from_u128(9))
        };
        let four = ["P0", "P1", "P2", "P3", "P4", "P5"];
        assert!(plan("vn-civil-first-instance", &four[..5]).is_ok());
        assert!(
            matches!(plan("vn-civil-first-instance", &four), Err(Problem::BadField { field, .. }) if field == "points")
        );
        assert!(plan("vn-meeting", &four).is_ok(), "no limit of law");
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        let json = serde_json::json!({"case": "1", "starts": "x", "poeple": []});
        assert!(serde_json::from_value::<Draft>(json).is_err());
    }
}
