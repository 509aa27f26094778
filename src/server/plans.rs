//! From what a clerk writes to a plan: the same for the HTTP interface, the command line and the demonstration.

use crate::app::Base;
use crate::prepare::voided::{Voided, take_back};
use crate::problem::Problem;
use crate::procedures::Procedures;
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
    pub procedures: &'a Procedures,
    /// The court's own limit of component points, in place of the procedure's.
    pub component_points: Option<u32>,
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
        let procedure = procedure(self.procedure, world, &points)?;
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

/// A procedure that the server has, and points within its limit.
fn procedure(given: Option<String>, world: &World<'_>, points: &[Point]) -> Result<String, Problem> {
    let name = given.filter(|name| !name.is_empty()).unwrap_or_else(|| PROCEDURE.to_owned());
    let Some(known) = world.procedures.get(&name) else {
        let names: Vec<&str> = world.procedures.names().collect();
        return Err(bad("procedure", &format!("no such procedure; there is {}", names.join(", "))));
    };
    let most = world.component_points.unwrap_or(known.procedure.limits.component_points);
    let component = points.iter().filter(|point| is_component(point.kind)).count();
    if component > most as usize {
        return Err(bad("points", &format!("{component} component points; this procedure allows at most {most}")));
    }
    Ok(name)
}

/// Observers are counted apart, and the central point is the courtroom.
pub(crate) fn is_component(kind: PointKind) -> bool {
    match kind {
        PointKind::Detention | PointKind::OtherCourt | PointKind::AcceptedPlace => true,
        PointKind::Central | PointKind::Observer => false,
    }
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
    let world = World {
        court: &court,
        points: &points,
        accounts: &accounts,
        procedures: &base.procedures,
        component_points: base.config.court.component_points,
    };
    draft.plan(hearing, &world, Uuid::now_v7)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::path::Path;

    fn court() -> Court {
        Court { id: CourtId(Uuid::from_u128(1)), name: "T".to_owned(), zone: "Asia/Ho_Chi_Minh".to_owned() }
    }

    fn points() -> Vec<Point> {
        let point = |n: u128, name: &str, kind| Point { id: PointId(Uuid::from_u128(n)), name: name.to_owned(), kind };
        vec![
            point(2, "Trại", PointKind::Detention),
            point(3, "Tòa khác", PointKind::OtherCourt),
            point(4, "Trung tâm", PointKind::AcceptedPlace),
            point(5, "Nhà văn hóa", PointKind::AcceptedPlace),
            point(6, "Phòng xử án", PointKind::Central),
            point(7, "Dự khán", PointKind::Observer),
        ]
    }

    fn draft(json: serde_json::Value) -> Result<Plan, Problem> {
        draft_with(json, None)
    }

    fn draft_with(json: serde_json::Value, component_points: Option<u32>) -> Result<Plan, Problem> {
        let draft: Draft = serde_json::from_value(json).unwrap();
        let (court, points) = (court(), points());
        let procedures = Procedures::load(Path::new("/nowhere")).unwrap();
        let world = World { court: &court, points: &points, accounts: &[], procedures: &procedures, component_points };
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
    fn an_unknown_procedure_is_refused_with_those_there_are() {
        let json = serde_json::json!({"case": "1", "starts": "2026-11-25T08:00:00+07:00", "procedure": "vn-crimnal"});
        let Err(Problem::BadField { field, detail }) = draft(json) else { panic!("planned") };
        assert_eq!(field, "procedure");
        assert!(detail.contains("vn-criminal-first-instance") && detail.contains("vn-meeting"), "{detail}");
    }

    #[test]
    fn component_points_are_at_most_as_many_as_the_procedure_says_unless_the_court_says_otherwise() {
        let with = |names: &[&str], procedure: &str| serde_json::json!({"case": "1", "starts": "2026-11-25T08:00:00+07:00", "points": names, "procedure": procedure});
        let three = ["Trại", "Tòa khác", "Trung tâm", "Phòng xử án", "Dự khán"];
        let four = ["Trại", "Tòa khác", "Trung tâm", "Nhà văn hóa"];
        let trial = "vn-criminal-first-instance";
        assert!(draft(with(&three, trial)).is_ok(), "the courtroom and observers are no component points");
        assert_eq!(field(with(&four, trial)), "points");
        assert!(draft_with(with(&four, trial), Some(4)).is_ok());
        assert!(draft_with(with(&three, trial), Some(2)).is_err());
        assert!(draft(with(&four, "common-law-generic")).is_ok());
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        let json = serde_json::json!({"case": "1", "starts": "x", "poeple": []});
        assert!(serde_json::from_value::<Draft>(json).is_err());
    }
}
