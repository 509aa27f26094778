//! What is written down about a hearing before it begins, beside its plan: whether it may be held online, which steps were
//! taken when, and what is to be done during and after it.

pub mod calendar;
pub mod deadlines;
pub mod readiness;
pub mod rules;
pub mod voided;

use crate::app::Base;
use crate::plans;
use crate::problem::Problem;
use crate::times;
use assize_core::ids::HearingId;
use assize_core::plan::Plan;
use rules::Rules;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most tasks in one part of a plan.
const TASKS: usize = 100;
/// Writers at the same time take turns; one that meets another this often gives up.
const TURNS: usize = 8;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preparation {
    /// Tried by the summary procedure: shorter time limits.
    pub summary: bool,
    /// By the key of [`rules::Item`].
    pub answers: BTreeMap<String, Answer>,
    /// By the key of [`rules::Step`].
    pub dates: BTreeMap<String, Stated>,
    /// `None`: as the rules have them.
    pub during: Option<Vec<Task>>,
    pub after: Option<Vec<Task>>,
}

/// An answer of the checklist: who said so, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub yes: bool,
    #[serde(default)]
    pub note: String,
    /// Name as shown, not the account's.
    pub who: String,
    pub at_ms: i64,
}

/// The day a step was taken, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// `yyyy-mm-dd` in the court's zone.
    pub day: String,
    pub who: String,
    pub at_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    pub text: String,
    #[serde(default)]
    pub owner: String,
    #[serde(default)]
    pub done: bool,
}

/// What changes; what is not named stays, `null` takes an answer or a day back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Patch {
    pub summary: Option<bool>,
    pub answers: BTreeMap<String, Option<Given>>,
    pub dates: BTreeMap<String, Option<String>>,
    pub during: Option<Vec<Task>>,
    pub after: Option<Vec<Task>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    pub yes: bool,
    #[serde(default)]
    pub note: String,
}

impl Preparation {
    /// Writes a change into it.
    ///
    /// # Errors
    /// [`Problem::BadField`] for a key that the rules do not have, a day that is none, or a text that is too long.
    pub fn apply(&mut self, patch: Patch, rules: &Rules, who: &str, at_ms: i64) -> Result<(), Problem> {
        self.summary = patch.summary.unwrap_or(self.summary);
        for (key, given) in patch.answers {
            let field = format!("answers.{key}");
            if !rules.checklist.iter().any(|item| item.key == key) {
                return Err(plans::bad(&field, "no such question"));
            }
            let Some(given) = given else {
                self.answers.remove(&key);
                continue;
            };
            let note = plans::text(&field, &given.note, true)?;
            self.answers.insert(key, Answer { yes: given.yes, note, who: who.to_owned(), at_ms });
        }
        for (key, day) in patch.dates {
            let field = format!("dates.{key}");
            if !rules.steps.iter().any(|step| step.key == key) {
                return Err(plans::bad(&field, "no such step"));
            }
            match day {
                None => drop(self.dates.remove(&key)),
                Some(day) if times::is_day(&day) => {
                    drop(self.dates.insert(key, Stated { day, who: who.to_owned(), at_ms }));
                }
                Some(_) => return Err(plans::bad(&field, "yyyy-mm-dd")),
            }
        }
        for (field, given, kept) in
            [("during", patch.during, &mut self.during), ("after", patch.after, &mut self.after)]
        {
            if let Some(tasks) = given {
                *kept = Some(checked(field, tasks)?);
            }
        }
        Ok(())
    }

    /// Questions of the checklist that are not answered, and those whose answer is no.
    #[must_use]
    pub fn open<'a>(&self, rules: &'a Rules) -> (Vec<&'a str>, Vec<&'a str>) {
        let (mut open, mut against) = (Vec::new(), Vec::new());
        for item in &rules.checklist {
            match self.answers.get(&item.key) {
                None => open.push(item.key.as_str()),
                Some(answer) if !answer.yes => against.push(item.key.as_str()),
                Some(_) => {}
            }
        }
        (open, against)
    }
}

fn checked(field: &str, tasks: Vec<Task>) -> Result<Vec<Task>, Problem> {
    if tasks.len() > TASKS {
        return Err(plans::bad(field, "at most 100"));
    }
    let task = |(n, task): (usize, Task)| {
        let at = |what| format!("{field}[{n}].{what}");
        Ok(Task {
            text: plans::text(&at("text"), &task.text, false)?,
            owner: plans::text(&at("owner"), &task.owner, true)?,
            done: task.done,
        })
    };
    tasks.into_iter().enumerate().map(task).collect()
}

/// What is written down about a hearing.
///
/// # Errors
/// The store does not answer.
pub async fn of(base: &Base, hearing: HearingId) -> Result<Preparation, Problem> {
    Ok(base.store.preparation(hearing).await?.map(|(_, preparation)| preparation).unwrap_or_default())
}

/// Changes what is written down about a hearing. Two clerks who write at the same time lose nothing of each other's.
///
/// # Errors
/// A field that cannot be, or the store does not answer.
pub async fn change(base: &Base, plan: &Plan, who: &str, patch: &Patch) -> Result<Preparation, Problem> {
    let rules = rules::of_plan(base, plan);
    for _ in 0..TURNS {
        let (revision, mut preparation) = base.store.preparation(plan.hearing).await?.unwrap_or_default();
        preparation.apply(patch.clone(), &rules, who, base.clock.utc_ms())?;
        if base.store.put_preparation(plan.hearing, revision, &preparation).await? {
            return Ok(preparation);
        }
    }
    Err(Problem::StorageDown)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::rules::tests::shipped;
    use super::*;

    fn patch(json: serde_json::Value) -> Patch {
        serde_json::from_value(json).unwrap()
    }

    fn applied(json: serde_json::Value) -> Result<Preparation, Problem> {
        let mut preparation = Preparation::default();
        preparation.apply(patch(json), &shipped("vn-criminal-first-instance"), "Hạnh", 7).map(|()| preparation)
    }

    #[test]
    fn an_answer_says_who_gave_it_and_can_be_taken_back() {
        let rules = &shipped("vn-criminal-first-instance");
        let mut now = applied(serde_json::json!({ "answers": {
            "simple": { "yes": true }, "no-state-secret": { "yes": false, "note": "xem lại" },
        } }))
        .unwrap();
        assert_eq!((now.answers["simple"].who.as_str(), now.answers["simple"].at_ms), ("Hạnh", 7));
        let (open, against) = now.open(rules);
        assert_eq!(against, ["no-state-secret"]);
        assert!(!open.contains(&"simple") && open.contains(&"facilities"), "{open:?}");
        now.apply(patch(serde_json::json!({ "answers": { "no-state-secret": null } })), rules, "An", 8).unwrap();
        assert!(now.open(rules).0.contains(&"no-state-secret") && now.answers.len() == 1);
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (json, wanted) in [
            (serde_json::json!({ "answers": { "nothing": { "yes": true } } }), "answers.nothing"),
            (serde_json::json!({ "dates": { "procuracy-notice": "13/11/2026" } }), "dates.procuracy-notice"),
            (serde_json::json!({ "dates": { "nothing": "2026-11-13" } }), "dates.nothing"),
            (serde_json::json!({ "during": [{ "text": " " }] }), "during[0].text"),
            (serde_json::json!({ "after": vec![serde_json::json!({ "text": "x" }); 101] }), "after"),
        ] {
            match applied(json) {
                Err(Problem::BadField { field, .. }) => assert_eq!(field, wanted),
                other => panic!("{wanted}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_hearing_that_is_no_trial_asks_of_secrets_alone() {
        assert_eq!(Preparation::default().open(&shipped("vn-meeting")), (vec!["no-state-secret"], vec![]));
    }
}
