//! From view to view: what is told of a change makes the new view out of the old, between any two that there are.

use crate::court::*;
use assize_core::hearing::{Command, HoldCause, Layout, SignalKind, Task, Trouble};
use assize_core::view::{View, changes, view};
use std::collections::BTreeSet;

/// Hearings that differ in everything a view tells of.
fn worlds() -> Vec<World> {
    let mut muted = World::in_session();
    muted.seat(CLERK, Command::MuteLock { seat: PARTY }).unwrap();
    muted.seat(PARTY, Command::Signal { kind: SignalKind::CannotHear, person: None }).unwrap();
    muted.seat(COUNSEL, Command::ReportPlayback { blocked: true }).unwrap();
    muted.system(Command::ReportSecondUse { seat: DETENTION }).unwrap();
    let mut away = World::in_session();
    away.lose(PROSECUTOR);
    away.seat(JUDGE, Command::Remove { seat: PARTY, reason: "noise".into() }).unwrap();
    let mut held = World::in_session();
    held.system(Command::AutoHold { cause: HoldCause::RecorderFault { detail: "EIO".into() } }).unwrap();
    let mut paused = World::in_session();
    paused.pass(59);
    paused.seat(JUDGE, Command::Pause { reason: "noon".into() }).unwrap();
    let mut closed = World::in_session();
    closed.seat(JUDGE, Command::Close {}).unwrap();
    let mut renamed = World::in_session();
    renamed.hearing.plan.title = "Robbery".into();
    let mut asking = World::lawful_session();
    asking.seat(COUNSEL, Command::RaiseHand { raised: true }).unwrap();
    asking.seat(JUDGE, Command::ReadPrompt { prompt: "rights".into() }).unwrap();
    asking.seat(JUDGE, Command::GiveFloor { seat: PARTY }).unwrap();
    asking.seat(CLERK, Command::ReportPresence { person: person(4), present: true, note: None }).unwrap();
    let mut showing = World::in_session();
    crate::exhibits::admitted(&mut showing, PARTY, 1);
    showing.seat(CLERK, crate::exhibits::show(1)).unwrap();
    let mut writing = World::in_session();
    writing.seat(OFFICER, Command::Message { to: None, text: "Moving the microphone".into() }).unwrap();
    let task = Task::Seat { seat: PARTY, trouble: Trouble::Line };
    writing.seat(CLERK, Command::TakeTask { task, taken: true }).unwrap();
    writing.seat(JUDGE, Command::SetLayout { layout: Some(Layout::Speaker {}) }).unwrap();
    vec![
        showing,
        writing,
        World::lawful_and_admitted(),
        asking,
        World::new(),
        World::waiting(),
        World::admitted(),
        World::in_session(),
        muted,
        away,
        held,
        paused,
        closed,
        renamed,
    ]
}

fn views() -> Vec<View> {
    let of = |world: &World| PLANNED.map(|seat| view(&world.hearing, seat, BEGAN_MS).unwrap());
    worlds().iter().flat_map(of).collect()
}

#[test]
fn what_is_told_of_a_change_makes_the_new_view_of_the_old() {
    let views = views();
    let mut sections = BTreeSet::new();
    for old in &views {
        for new in &views {
            let told = changes(old, new);
            assert_eq!(told.is_empty(), old == new);
            let mut followed = old.clone();
            for change in told {
                let section = serde_json::to_value(&change).unwrap()["section"].as_str().unwrap().to_owned();
                sections.insert(section);
                followed.apply(change);
            }
            assert_eq!(followed, *new);
        }
    }
    // Every section was among them: else the above says nothing of it.
    let fields = serde_json::to_value(&views[0]).unwrap();
    let fields: BTreeSet<String> = fields.as_object().unwrap().keys().cloned().collect();
    assert_eq!(sections, fields);
}
