//! Steps before and after a hearing with their time limits, and the usual tasks of a plan.

use super::node::{Section, Word};
use super::read::{Once, cited, draft_of, wording};
use super::{Anchor, Counts, Step, Tasks, TimeLimit, Wording};
use crate::plan::PointKind;

const COUNTS: [Counts; 2] = [Counts::Before, Counts::After];
const KINDS: [PointKind; 3] = [PointKind::Detention, PointKind::OtherCourt, PointKind::AcceptedPlace];
/// Days that are no steps of the clerk's.
const RESERVED: [(&str, Anchor); 2] = [("hearing", Anchor::Hearing), ("suspension", Anchor::Suspension)];

pub(super) fn steps(file: &Section<'_, '_>, draft: bool) -> Vec<Step> {
    let mut ids = Once::default();
    let mut steps: Vec<Step> = Vec::new();
    for section in file.sections("steps") {
        let step = Step {
            id: ids.id(&section),
            name: wording(&section, "name"),
            limit: limit(&section, &steps),
            only: section.get("only").and_then(|_| section.choice("only", &KINDS)),
            draft: draft_of(&section, draft),
            article: cited(&section),
        };
        if RESERVED.iter().any(|(word, _)| *word == step.id) {
            section.source().fault(
                section.at,
                format!("`{}` is the name of a day already", step.id),
                "name it otherwise",
            );
        }
        section.end();
        steps.push(step);
    }
    steps
}

fn limit(step: &Section<'_, '_>, before: &[Step]) -> Option<TimeLimit> {
    let section = step.section("limit")?;
    let limit = TimeLimit {
        days: section.number("days", 0..=365),
        summary_days: section.get("summary_days").map(|_| section.number("summary_days", 0..=365)),
        counts: section.choice("counts", &COUNTS).unwrap_or(Counts::Before),
        from: anchor(&section, before),
    };
    section.end();
    Some(limit)
}

/// A step that stands before this one, or a day of the hearing's own.
fn anchor(limit: &Section<'_, '_>, before: &[Step]) -> Anchor {
    let Some(Word { text, at }) = limit.word("from") else { return Anchor::Hearing };
    if let Some((_, anchor)) = RESERVED.iter().find(|(word, _)| *word == text) {
        return anchor.clone();
    }
    if !before.iter().any(|step| step.id == text) {
        let known: Vec<&str> =
            before.iter().map(|step| step.id.as_str()).chain(RESERVED.map(|(word, _)| word)).collect();
        let remedy = format!("use a step that stands before this one: {}", known.join(", "));
        limit.source().fault(at, format!("nothing is called `{text}` to count from"), remedy);
    }
    Anchor::Step(text)
}

pub(super) fn tasks(file: &Section<'_, '_>) -> Tasks {
    let Some(section) = file.section("tasks") else { return Tasks::default() };
    let list = |key| section.sections(key).into_iter().map(both).collect();
    let tasks = Tasks { during: list("during"), after: list("after") };
    section.end();
    tasks
}

fn both(section: Section<'_, '_>) -> Wording {
    let wording = Wording { vi: section.text("vi"), en: section.text("en") };
    section.end();
    wording
}
