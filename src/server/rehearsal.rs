//! Rehearsals: a hearing's plan once more with made-up parties, for training and acceptance.
//!
//! Procedure, points and roles are those of the hearing. Whoever has no account and is not of the court becomes somebody
//! made up, so that no name of a case stands in a rehearsal.

use crate::app::Base;
use crate::problem::{Language, Problem, role_text};
use crate::store::{Filter, HearingRow};
use crate::times;
use assize_core::hearing::SessionState;
use assize_core::ids::{HearingId, PersonId};
use assize_core::plan::{Person, Plan, Screen};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Stands behind the number of the case, and behind each made-up name: whatever is printed says so.
const MARK: &str = " (diễn tập";

/// Makes a rehearsal of a hearing, to begin now.
///
/// # Errors
/// The store does not answer.
pub async fn make(base: &Base, of: &Plan) -> Result<HearingRow, Problem> {
    let court = Filter { court: Some(of.court.id), ..Filter::default() };
    let case = case_of(&of.case);
    let known = base.store.hearings(&court).await?;
    let before = known.iter().filter(|row| row.plan.rehearsal && case_of(&row.plan.case) == case).count();
    let now = base.clock.utc_ms();
    let plan = Plan {
        hearing: HearingId(Uuid::now_v7()),
        case: format!("{case}{MARK} {})", before + 1),
        starts: times::rfc3339(now, &of.court.zone),
        ..made_up(of, Uuid::now_v7)
    };
    let row = HearingRow { plan, state: SessionState::Scheduled, created_ms: now, seal_fault: None, shelf_fault: None };
    base.store.put_hearing(&row).await?;
    Ok(row)
}

/// The number of the case itself.
fn case_of(case: &str) -> &str {
    case.split(MARK).next().unwrap_or(case)
}

/// The same with made-up parties. Everybody is somebody else there: no code or seat of the one leads into the other.
fn made_up(of: &Plan, mut mint: impl FnMut() -> Uuid) -> Plan {
    let ids: BTreeMap<PersonId, PersonId> = of.people.iter().map(|person| (person.id, PersonId(mint()))).collect();
    let named = |of: &[PersonId]| of.iter().filter_map(|id| ids.get(id).copied()).collect::<Vec<_>>();
    let mut plan = Plan { rehearsal: true, ..of.clone() };
    for (n, person) in plan.people.iter_mut().enumerate() {
        if is_made_up(&of.people[n]) {
            person.name = name(&of.people, n);
            // A title may name the accused.
            plan.title = plan.title.replace(&of.people[n].name, &person.name);
        }
        person.with = named(&of.people[n].with);
        person.id = ids[&of.people[n].id];
    }
    let screen = |screen: &Screen| Screen { of: named(&screen.of), people: named(&screen.people), ..screen.clone() };
    plan.screens = of.screens.iter().map(screen).collect();
    plan
}

/// Whether somebody of a plan is played in its rehearsal.
fn is_made_up(person: &Person) -> bool {
    person.account.is_none() && !person.role.is_court()
}

/// `Bị cáo (diễn tập)`; of several in a role `Bị cáo 2 (diễn tập)`.
fn name(people: &[Person], n: usize) -> String {
    let alike = |other: &&Person| is_made_up(other) && other.role == people[n].role;
    let role = capital(role_text(people[n].role, Language::Vi));
    if people.iter().filter(alike).count() == 1 {
        return format!("{role}{MARK})");
    }
    format!("{role} {}{MARK})", people[..=n].iter().filter(alike).count())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use assize_core::ids::CourtId;
    use assize_core::plan::{Court, Role};

    fn person(n: u128, name: &str, role: Role, account: Option<&str>, with: &[u128]) -> Person {
        Person {
            id: PersonId(Uuid::from_u128(n)),
            name: name.to_owned(),
            role,
            point: None,
            own_screen: true,
            account: account.map(str::to_owned),
            with: with.iter().map(|n| PersonId(Uuid::from_u128(*n))).collect(),
        }
    }

    fn plan() -> Plan {
        let of = vec![PersonId(Uuid::from_u128(5))];
        let people = vec![PersonId(Uuid::from_u128(3))];
        Plan {
            hearing: HearingId(Uuid::nil()),
            court: Court { id: CourtId(Uuid::nil()), name: "T".to_owned(), zone: "UTC".to_owned() },
            case: "45/2026/TLST-HS".to_owned(),
            title: "Lục Văn Sơn, trộm cắp tài sản".to_owned(),
            procedure: "vn-criminal-first-instance".to_owned(),
            starts: "2026-11-25T08:00:00+07:00".to_owned(),
            points: vec![],
            people: vec![
                person(1, "Nguyễn Thị Hòa", Role::PresidingJudge, Some("judge"), &[]),
                person(2, "Trần Văn Bình", Role::PanelMember, None, &[]),
                person(3, "Lục Văn Sơn", Role::Defendant, None, &[]),
                person(4, "Ma Đình Tú", Role::Defendant, None, &[]),
                person(5, "Lê Thu Hà", Role::Counsel, None, &[3]),
                person(6, "Vũ Thanh Bình", Role::Prosecutor, Some("prosecutor"), &[]),
            ],
            screens: vec![Screen { of, people, name: true, ..Screen::default() }],
            rehearsal: false,
        }
    }

    #[test]
    fn nobody_of_the_case_is_named_and_the_court_stays_as_it_is() {
        let mut next = 100;
        let made = made_up(&plan(), || {
            next += 1;
            Uuid::from_u128(next)
        });
        let names: Vec<&str> = made.people.iter().map(|person| person.name.as_str()).collect();
        let wanted = [
            "Nguyễn Thị Hòa",
            "Trần Văn Bình",
            "Bị cáo 1 (diễn tập)",
            "Bị cáo 2 (diễn tập)",
            "Người bào chữa (diễn tập)",
            "Vũ Thanh Bình",
        ];
        assert_eq!(names, wanted);
        assert_eq!(made.title, "Bị cáo 1 (diễn tập), trộm cắp tài sản");
        assert!(made.rehearsal);
        assert!(made.people.iter().zip(&plan().people).all(|(made, real)| made.id != real.id));
        assert_eq!(made.people[4].with, [made.people[2].id], "counsel may speak with the same defendant");
        assert_eq!(
            (&made.screens[0].of, &made.screens[0].people),
            (&vec![made.people[4].id], &vec![made.people[2].id])
        );
    }

    #[test]
    fn a_rehearsal_of_a_rehearsal_has_the_number_of_the_case() {
        assert_eq!(case_of("45/2026/TLST-HS (diễn tập 2)"), "45/2026/TLST-HS");
        assert_eq!(case_of("45/2026/TLST-HS"), "45/2026/TLST-HS");
    }

    #[test]
    fn older_plans_are_written_as_ever() {
        assert!(!serde_json::to_string(&plan()).unwrap().contains("rehearsal"));
        assert!(!serde_json::from_value::<Plan>(serde_json::to_value(plan()).unwrap()).unwrap().rehearsal);
    }
}
