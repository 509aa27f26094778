//! What a change of the plan takes back: the entrance of whoever sits elsewhere now, or not at all, and of the devices of a
//! point that is no longer one of the hearing's (circular 05/2021 Art. 7: the summons is issued anew with the place).

use crate::app::Base;
use crate::http::comes_by_account;
use crate::problem::Problem;
use crate::store::LinkEnd;
use assize_core::ids::{PersonId, PointId};
use assize_core::plan::{Person, Plan};
use serde::Serialize;

/// What ended, for the clerk, who has to tell those concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Voided {
    /// Whose codes no longer work.
    pub codes: Vec<Named<PersonId>>,
    /// Whose devices no longer enter this hearing.
    pub points: Vec<Named<PointId>>,
    /// How many entrances ended, used or not.
    pub links: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named<T> {
    pub id: T,
    pub name: String,
}

/// Whether somebody's entrance is no longer theirs.
fn has_moved(old: &Person, new: Option<&Person>) -> bool {
    let Some(new) = new else { return true };
    old.point != new.point || (old.own_screen && !new.own_screen) || comes_by_account(old) != comes_by_account(new)
}

/// Takes back what the new plan no longer gives.
///
/// # Errors
/// The store does not answer: the plan is changed then, and what was not taken back is taken back by saving it again.
pub async fn take_back(base: &Base, old: &Plan, new: &Plan) -> Result<Voided, Problem> {
    let mut voided = Voided::default();
    for person in &old.people {
        if !has_moved(person, new.people.iter().find(|other| other.id == person.id)) {
            continue;
        }
        voided.links += base.store.end_links(&LinkEnd::Person(old.hearing, person.id)).await?.len();
        if base.store.delete_codes(old.hearing, Some(person.id)).await? > 0 {
            voided.codes.push(Named { id: person.id, name: person.name.clone() });
        }
    }
    for point in old.points.iter().filter(|point| !new.points.iter().any(|other| other.id == point.id)) {
        voided.links += base.store.end_links(&LinkEnd::Point(old.hearing, point.id)).await?.len();
        voided.points.push(Named { id: point.id, name: point.name.clone() });
    }
    base.live.look();
    Ok(voided)
}
