//! From what a clerk writes to a plan: the same for the HTTP interface, the command line and the demonstration.

use crate::app::Base;
use crate::prepare::voided::{Voided, take_back};
use crate::problem::Problem;
use crate::procedures::Procedures;
use crate::store::{Account, HearingRow};
use crate::times;
use assize_core::hearing::SessionState;
use assize_core::ids::{CourtId, HearingId, PersonId, PointId};
use assize_core::plan::{Court, Person, Plan, Point, PointKind, Role, Screen};
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
    /// Who must not see or hear whom.
    #[serde(default)]
    pub screens: Vec<DraftScreen>,
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
    /// With whom the person may speak in private: others of this plan, by id or name.
    #[serde(default)]
    pub with: Vec<String>,
}

/// As [`Screen`], with people and points by id or name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftScreen {
    pub of: Vec<String>,
    #[serde(default)]
    pub people: Vec<String>,
    #[serde(default)]
    pub points: Vec<String>,
    #[serde(default)]
    pub observers: bool,
    #[serde(default)]
    pub picture: bool,
    #[serde(default)]
    pub voice: bool,
    #[serde(default)]
    pub name: bool,
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
        let with: Vec<Vec<String>> = self.people.iter().map(|person| person.with.clone()).collect();
        for (n, draft) in self.people.into_iter().enumerate() {
            people.push(draft.person(&format!("people[{n}]"), &points, world, &mut mint)?);
        }
        bind(&mut people, &with)?;
        let screens = self.screens.iter().enumerate();
        let screens = screens.map(|(n, screen)| screen.checked(&format!("screens[{n}]"), &people, &points));
        let screens = screens.collect::<Result<Vec<_>, _>>()?;
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
            screens,
            rehearsal: false,
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
            with: Vec::new(),
        })
    }
}

/// Who may speak in private with whom. The court, the prosecution and those who only watch over or observe have nobody
/// whom a plan could bind them to.
fn bind(people: &mut [Person], with: &[Vec<String>]) -> Result<(), Problem> {
    let may =
        |role: Role| matches!(role, Role::Counsel | Role::Defendant | Role::Party | Role::Witness | Role::Interpreter);
    for (n, named) in with.iter().enumerate() {
        for (k, name) in named.iter().enumerate() {
            let field = format!("people[{n}].with[{k}]");
            let Some(other) = one(people, name) else {
                return Err(bad(&field, "names one person of this plan, by id or by a name that no other has"));
            };
            if other.id == people[n].id || !may(other.role) || !may(people[n].role) {
                return Err(bad(&field, "counsel, a party or a witness with whom they may speak, or an interpreter"));
            }
            let other = other.id;
            if !people[n].with.contains(&other) {
                people[n].with.push(other);
            }
        }
    }
    Ok(())
}

impl DraftScreen {
    /// The court is kept from nobody, nor is the courtroom: what the court hears, everybody there hears.
    fn checked(&self, field: &str, people: &[Person], points: &[Point]) -> Result<Screen, Problem> {
        let central = |id: PointId| points.iter().any(|p| p.id == id && p.kind == PointKind::Central);
        let person = |what: &str, name: &String| {
            one(people, name).ok_or_else(|| bad(&format!("{field}.{what}"), "no such person of this plan"))
        };
        let of = self.of.iter().map(|name| person("of", name));
        let of = of.collect::<Result<Vec<&Person>, _>>()?;
        let from = self.people.iter().map(|name| person("people", name));
        let from = from.collect::<Result<Vec<&Person>, _>>()?;
        if of.iter().chain(&from).any(|person| person.role.is_court())
            || from.iter().any(|p| p.point.is_some_and(central))
        {
            return Err(bad(&format!("{field}.people"), "neither the court nor anybody in the courtroom"));
        }
        if (self.picture || self.voice) && of.iter().any(|p| p.point.is_some_and(central)) {
            let detail = "somebody in the courtroom is seen and heard with the court: give them a place of their own";
            return Err(bad(&format!("{field}.of"), detail));
        }
        let at = |name: &String| {
            let point = find(points, name).map(|point| point.id).filter(|point| !central(*point));
            point.ok_or_else(|| bad(&format!("{field}.points"), "a point of this hearing other than the courtroom"))
        };
        let points = self.points.iter().map(at).collect::<Result<Vec<PointId>, _>>()?;
        if of.is_empty() || (from.is_empty() && points.is_empty() && !self.observers) {
            return Err(bad(&format!("{field}.of"), "who is withheld, and from whom"));
        }
        if !(self.picture || self.voice || self.name) {
            return Err(bad(&format!("{field}.picture"), "picture, voice or name"));
        }
        let ids = |people: Vec<&Person>| people.into_iter().map(|person| person.id).collect();
        let (observers, picture, voice, name) = (self.observers, self.picture, self.voice, self.name);
        Ok(Screen { of: ids(of), people: ids(from), points, observers, picture, voice, name })
    }
}

/// The one person with this id, or with this name that no other has.
fn one<'a>(people: &'a [Person], named: &str) -> Option<&'a Person> {
    let id: Option<PersonId> = named.parse().ok();
    let mut known = people.iter().filter(|person| Some(person.id) == id || person.name == *named);
    known.next().filter(|_| known.next().is_none())
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
    // What a plan is made as it stays.
    let plan = Plan { rehearsal: old.rehearsal, ..check(base, old.court.id, old.hearing, draft).await? };
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
        let point = |n: u128, name: &str, kind| Point {
            id: PointId(Uuid::from_u128(n)),
            name: name.to_owned(),
            kind,
            province: None,
        };
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
    fn who_may_speak_in_private_is_named_in_the_plan() {
        let people = |who: &str, role: &str| {
            serde_json::json!({
                "case": "1", "starts": "2026-11-25T08:00:00+07:00",
                "people": [
                    {"id": Uuid::from_u128(7), "name": "A", "role": role, "with": [who]},
                    {"id": Uuid::from_u128(8), "name": "B", "role": "defendant"},
                    {"id": Uuid::from_u128(9), "name": "J", "role": "presiding_judge"},
                ],
            })
        };
        for who in ["B".to_owned(), Uuid::from_u128(8).to_string()] {
            assert_eq!(draft(people(&who, "counsel")).unwrap().people[0].with, [PersonId(Uuid::from_u128(8))]);
        }
        for who in ["A", "J", "Nobody"] {
            assert_eq!(field(people(who, "counsel")), "people[0].with[0]", "{who}");
        }
        assert_eq!(field(people("B", "prosecutor")), "people[0].with[0]");
    }

    #[test]
    fn a_screen_names_who_is_kept_from_whom() {
        let with = |screen: serde_json::Value| {
            serde_json::json!({
                "case": "1", "starts": "2026-11-25T08:00:00+07:00", "points": ["Trại", "Phòng xử án"], "screens": [screen],
                "people": [
                    {"name": "C", "role": "witness", "point": "Phòng xử án"},
                    {"id": Uuid::from_u128(7), "name": "W", "role": "witness"},
                    {"id": Uuid::from_u128(8), "name": "D", "role": "defendant", "point": "Trại"},
                    {"id": Uuid::from_u128(9), "name": "J", "role": "presiding_judge"},
                ],
            })
        };
        let plan = draft(with(serde_json::json!({"of": ["W"], "people": ["D"], "picture": true}))).unwrap();
        assert_eq!((plan.screens[0].of[0].0.as_u128(), plan.screens[0].people[0].0.as_u128()), (7, 8));
        let wrong = [
            (serde_json::json!({"of": ["X"], "people": ["D"], "picture": true}), "of"),
            (serde_json::json!({"of": [], "people": ["D"], "picture": true}), "of"),
            (serde_json::json!({"of": ["W"], "picture": true}), "of"),
            (serde_json::json!({"of": ["W"], "people": ["J"], "voice": true}), "people"),
            (serde_json::json!({"of": ["J"], "people": ["D"], "voice": true}), "people"),
            (serde_json::json!({"of": ["W"], "points": ["Nowhere"], "voice": true}), "points"),
            (serde_json::json!({"of": ["W"], "observers": true}), "picture"),
            (serde_json::json!({"of": ["C"], "people": ["D"], "voice": true}), "of"),
        ];
        for (screen, what) in wrong {
            assert_eq!(field(with(screen)), format!("screens[0].{what}"));
        }
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        let json = serde_json::json!({"case": "1", "starts": "x", "poeple": []});
        assert!(serde_json::from_value::<Draft>(json).is_err());
    }
}
