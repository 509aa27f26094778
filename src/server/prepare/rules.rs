//! What a hearing's procedure asks before it, as the clerk's plan shows it. Every rule stands in the procedure's file.

use crate::app::Base;
use assize_core::plan::{Plan, PointKind};
use assize_core::procedure::{Anchor, Article, Counts, Criterion, Procedure, Step as Written, Wording};

/// A question of the checklist: all must be answered yes before anybody is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub key: String,
    pub text: Wording,
    pub source: Wording,
}

/// A step before the hearing, with its time limit if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub key: String,
    pub text: Wording,
    pub source: Wording,
    pub due: Option<Due>,
    /// Only for hearings with a point of this kind.
    pub only: Option<PointKind>,
}

/// A limit, in days counted on the calendar: negative is before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The step it counts from; `None`: the day of the hearing.
    pub from: Option<String>,
    pub days: i32,
    /// In the summary procedure; `None`: no limit there.
    pub summary: Option<i32>,
}

/// What a procedure asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Most component points; observers are counted apart.
    pub component_points: u32,
    pub checklist: Vec<Item>,
    pub steps: Vec<Step>,
    /// What is to be done during and after the hearing, unless the clerk writes otherwise.
    pub during: Vec<Wording>,
    pub after: Vec<Wording>,
    /// What those who take part keep to, for the invitation.
    pub conduct: Vec<Wording>,
}

/// The rules of a procedure, by its name: none if this server does not have it any more.
fn of(base: &Base, procedure: &str) -> Rules {
    base.procedures.get(procedure).map(|known| Rules::from(&known.procedure)).unwrap_or_default()
}

/// What is asked before the hearing of this plan. A rehearsal waits for nothing that the law wants of a hearing: neither
/// for the answers nor for the days.
#[must_use]
pub fn of_plan(base: &Base, plan: &Plan) -> Rules {
    let rules = of(base, &plan.procedure);
    if !plan.rehearsal {
        return rules;
    }
    Rules { checklist: Vec::new(), steps: Vec::new(), ..rules }
}

impl From<&Procedure> for Rules {
    fn from(procedure: &Procedure) -> Self {
        let rules = &procedure.texts.rules;
        let lines = rules.vi.lines().zip(rules.en.lines());
        Self {
            component_points: procedure.limits.component_points,
            checklist: procedure.eligibility.iter().map(item).collect(),
            steps: procedure.steps.iter().filter_map(step).collect(),
            during: procedure.tasks.during.clone(),
            after: procedure.tasks.after.clone(),
            conduct: lines.map(|(vi, en)| Wording { vi: vi.to_owned(), en: en.to_owned() }).collect(),
        }
    }
}

fn cited(article: Option<&Article>) -> Wording {
    article.map(|article| Wording { vi: article.vi.clone(), en: article.en.clone() }).unwrap_or_default()
}

fn item(criterion: &Criterion) -> Item {
    Item { key: criterion.id.clone(), text: criterion.text.clone(), source: cited(criterion.article.as_ref()) }
}

/// A step of the plan; `None`: what follows a suspension is none before the hearing.
fn step(written: &Written) -> Option<Step> {
    let due = match &written.limit {
        None => None,
        Some(limit) => {
            let from = match &limit.from {
                Anchor::Step(step) => Some(step.clone()),
                Anchor::Hearing => None,
                Anchor::Suspension => return None,
            };
            let signed = |days: u32| {
                let days = i32::try_from(days).unwrap_or(i32::MAX);
                if limit.counts == Counts::Before { -days } else { days }
            };
            Some(Due { from, days: signed(limit.days), summary: limit.summary_days.map(signed) })
        }
    };
    let (key, text, source) = (written.id.clone(), written.name.clone(), cited(written.article.as_ref()));
    Some(Step { key, text, source, due, only: written.only })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use crate::procedures::Procedures;
    use std::path::Path;

    /// Of a procedure that is shipped.
    pub(crate) fn shipped(name: &str) -> Rules {
        Rules::from(&Procedures::load(Path::new("/nowhere")).unwrap().get(name).unwrap().procedure)
    }

    #[test]
    fn the_procuracy_is_asked_in_criminal_cases_only() {
        let asks = |procedure| shipped(procedure).steps.iter().any(|step| step.key == "procuracy-notice");
        assert!(asks("vn-criminal-appeal") && !asks("vn-civil-first-instance") && !asks("vn-meeting"));
        assert_eq!(shipped("vn-administrative").component_points, 3);
    }

    #[test]
    fn what_follows_a_suspension_is_no_step_before_the_hearing() {
        let steps = shipped("vn-civil-first-instance").steps;
        let keys: Vec<_> = steps.iter().map(|step| step.key.as_str()).collect();
        assert_eq!(keys, ["trial-decision", "online-decision"]);
        assert_eq!(steps[1].due, Some(Due { from: Some("trial-decision".to_owned()), days: -7, summary: None }));
    }

    #[test]
    fn each_rule_of_conduct_is_there_in_both_languages() {
        let conduct = shipped("vn-criminal-first-instance").conduct;
        assert!(conduct.len() >= 6 && conduct.iter().all(|rule| !rule.vi.is_empty() && !rule.en.is_empty()));
    }
}
