//! The files that the server has with it.

use assize_core::hearing::{Room, SessionState};
use assize_core::plan::Role;
use assize_core::procedure::{PhaseId, Procedure, Reading};
use std::collections::BTreeSet;

pub(crate) const FILES: [(&str, &str); 6] = [
    ("vn-criminal-first-instance", include_str!("../../../../config/procedures/vn-criminal-first-instance.toml")),
    ("vn-criminal-appeal", include_str!("../../../../config/procedures/vn-criminal-appeal.toml")),
    ("vn-civil-first-instance", include_str!("../../../../config/procedures/vn-civil-first-instance.toml")),
    ("vn-administrative", include_str!("../../../../config/procedures/vn-administrative.toml")),
    ("vn-meeting", include_str!("../../../../config/procedures/vn-meeting.toml")),
    ("common-law-generic", include_str!("../../../../config/procedures/common-law-generic.toml")),
];

pub(crate) fn shipped(id: &str) -> Procedure {
    let (_, text) = FILES.into_iter().find(|(name, _)| *name == id).unwrap();
    Procedure::read(text).unwrap_or_else(|faults| panic!("{id}: {faults:#?}"))
}

fn all() -> impl Iterator<Item = Procedure> {
    FILES.into_iter().map(|(id, _)| shipped(id))
}

#[test]
fn every_shipped_procedure_reads_and_is_named_as_its_file() {
    for (id, _) in FILES {
        let procedure = shipped(id);
        assert_eq!(procedure.id, id);
        assert!(procedure.draft, "{id}: no jurist has read it");
        assert_eq!((procedure.states.len(), procedure.roles.len()), (SessionState::ALL.len(), Role::ALL.len()));
        assert_eq!(procedure.limits.continuity_s, 30, "ruling 11");
    }
}

#[test]
fn the_law_of_the_circular_is_in_the_trials() {
    for id in ["vn-criminal-first-instance", "vn-criminal-appeal", "vn-civil-first-instance", "vn-administrative"] {
        let procedure = shipped(id);
        assert_eq!(procedure.limits.component_points, 3, "{id}: Joint Circular 05/2021 Art. 4(2)");
        let decision = procedure.steps.iter().find(|step| step.id == "online-decision").unwrap();
        let limit = decision.limit.as_ref().unwrap();
        assert_eq!((limit.days, limit.summary_days), (7, None), "{id}: Art. 3(1)");
        assert!(
            procedure.gate.present.contains(&Role::PresidingJudge) && procedure.gate.present.contains(&Role::Clerk)
        );
        assert!(procedure.eligibility.iter().any(|criterion| criterion.bars), "{id}: Resolution 33 Art. 1(1)");
        assert_eq!(procedure.waits(Role::Witness), Room::WitnessWaiting, "{id}: L36");
        let first = &procedure.phases[0];
        let online = first.prompts.iter().find(|prompt| prompt.id.0 == "online-form").unwrap();
        assert!(online.required, "{id}: Art. 13");
        assert_eq!(online.article.as_ref().unwrap().read, Reading::Text);
    }
    for id in ["vn-criminal-first-instance", "vn-criminal-appeal"] {
        let procedure = shipped(id);
        assert!(procedure.gate.present.contains(&Role::Prosecutor), "{id}: Art. 10(1)");
        let limit = |id| procedure.steps.iter().find(|step| step.id == id).unwrap().limit.as_ref().unwrap();
        let days = |id| (limit(id).days, limit(id).summary_days);
        assert_eq!(
            (days("procuracy-answer"), days("facility-request")),
            ((3, Some(1)), (3, Some(3))),
            "{id}: Art. 6, 7"
        );
        let last = procedure.phase(&PhaseId::from("last-word")).unwrap();
        assert_eq!(last.speak, [Role::Defendant, Role::Interpreter], "{id}: nobody interrupts the last word");
    }
}

#[test]
fn from_every_phase_a_way_leads_to_an_end() {
    for procedure in all() {
        for phase in &procedure.phases {
            let (mut seen, mut open) = (BTreeSet::new(), vec![phase.id.clone()]);
            while let Some(id) = open.pop() {
                if seen.insert(id.clone()) {
                    open.extend(procedure.following(&id).map(|next| next.id.clone()));
                }
            }
            let ends = |id: &PhaseId| procedure.phase(id).is_some_and(|phase| phase.ends);
            assert!(seen.iter().any(ends), "{}: no end is reached from {}", procedure.id, phase.id);
        }
    }
}

#[test]
fn a_procedure_keeps_its_words_in_the_ledger() {
    for procedure in all() {
        let written = serde_json::to_string(&procedure).unwrap();
        assert_eq!(serde_json::from_str::<Procedure>(&written).unwrap(), procedure);
    }
}

#[test]
fn the_next_phase_comes_first_and_none_twice() {
    let civil = shipped("vn-civil-first-instance");
    let after = |id: &str| civil.following(&PhaseId::from(id)).map(|phase| phase.id.0.clone()).collect::<Vec<_>>();
    assert_eq!(after("debate"), ["procuracy", "questioning", "deliberation"]);
    assert_eq!(after("verdict"), [""; 0]);
    assert_eq!(after("nowhere"), [""; 0]);
    let meeting = shipped("vn-meeting");
    assert!(meeting.following(&PhaseId::from("decision")).next().is_none(), "what ends does not go on in order");
}

#[test]
fn the_public_is_told_names_and_rules_and_nothing_of_how_the_court_conducts() {
    let full = shipped("vn-criminal-first-instance");
    let told = full.for_the_public();
    assert!(told.phases.iter().all(|phase| phase.prompts.is_empty()));
    assert!(told.steps.is_empty() && told.eligibility.is_empty() && told.gate.present.is_empty());
    assert_eq!((&told.texts.rules, &told.texts.suspension.vi), (&full.texts.rules, &String::new()));
    assert_eq!(told.phases.len(), full.phases.len());
}
