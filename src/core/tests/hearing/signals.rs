//! What people say by a button, and what is found of them at the roll call.

use crate::court::*;
use assize_core::hearing::{Answer, Command, Event, Identity, IdentityMethod, SignalKind};
use assize_core::ids::SignalId;
use assize_core::refusal::Refusal;
use assize_core::view::{FindingView, View, view};

fn of(world: &World, seat: assize_core::ids::SeatId) -> View {
    view(&world.hearing, seat, BEGAN_MS).unwrap()
}

fn press(kind: SignalKind, n: Option<u128>) -> Command {
    Command::Signal { kind, person: n.map(person) }
}

fn answer(n: u32, answer: Answer, text: Option<&str>) -> Command {
    Command::AnswerSignal { signal: SignalId(n), answer, text: text.map(Into::into) }
}

#[test]
fn who_cannot_hear_is_with_the_court_at_once_and_until_it_answers() {
    let mut world = World::in_session();
    let events = world.seat(PARTY, press(SignalKind::CannotHear, None)).unwrap();
    let own = Event::Signalled {
        signal: SignalId(1),
        seat: PARTY,
        person: Some(person(11)),
        signal_kind: SignalKind::CannotHear,
    };
    assert_eq!(events, [own]);
    assert_eq!(world.seat(PARTY, press(SignalKind::CannotHear, None)), Err(Refusal::AlreadySo), "pressed again");
    for court in [JUDGE, PANEL, CLERK] {
        let seen = of(&world, court).signals;
        assert_eq!((seen.len(), seen[0].seat, seen[0].answer.is_none()), (1, PARTY, true), "{court}");
    }
    assert_eq!(of(&world, PARTY).signals.len(), 1, "it is told that the court knows");
    for other in [PROSECUTOR, COUNSEL, DETENTION, LISTENER, WITNESS] {
        assert!(of(&world, other).signals.is_empty(), "{other}: it is nobody else's business");
    }
    world.pass(5);
    assert_eq!(world.seat(CLERK, answer(1, Answer::NotNow, None)), Err(Refusal::ReasonMissing));
    assert_eq!(world.seat(CLERK, answer(1, Answer::Withdrawn, None)), Err(Refusal::NotYourAct));
    world.seat(CLERK, answer(1, Answer::WorksAgain, Some("the sound was turned up"))).unwrap();
    let seen = of(&world, PARTY).signals[0].clone();
    let answered = seen.answer.unwrap();
    assert_eq!((answered.answer, answered.at_ms - seen.since_ms), (Answer::WorksAgain, 9000));
    assert_eq!(world.seat(CLERK, answer(1, Answer::Granted, None)), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(CLERK, answer(9, Answer::Granted, None)), Err(Refusal::NoSuchSignal));
    world.seat(PARTY, press(SignalKind::CannotHear, None)).unwrap();
    assert_eq!(world.hearing.open_signals().count(), 1, "it may happen again");
}

#[test]
fn a_signal_from_a_camera_with_several_people_is_named_by_somebody_there() {
    let mut world = World::in_session();
    world.seat(DETENTION, press(SignalKind::WantLawyer, None)).unwrap();
    assert_eq!(world.hearing.signals[&SignalId(1)].person, None, "a defendant and an interpreter sit there");
    let name = |n| Command::NameSignal { signal: SignalId(1), person: person(n) };
    assert_eq!(world.seat(DETENTION, name(8)), Err(Refusal::NoSuchPerson), "who sits elsewhere");
    assert_eq!(world.seat(OTHER, name(7)), Err(Refusal::NotYourAct), "another point");
    world.seat(OFFICER, name(7)).unwrap();
    assert_eq!(of(&world, JUDGE).signals[0].person, Some(person(7)));
    assert_eq!(of(&world, OFFICER).signals.len(), 1, "the officer of the point sees it");
    world.seat(DETENTION, press(SignalKind::WantLawyer, Some(17))).unwrap();
    assert_eq!(world.hearing.open_signals().count(), 2, "of another person there");
    assert_eq!(world.seat(OTHER, Command::WithdrawSignal { signal: SignalId(2) }), Err(Refusal::NotYourAct));
    world.seat(DETENTION, Command::WithdrawSignal { signal: SignalId(2) }).unwrap();
    assert_eq!(world.hearing.signals[&SignalId(2)].answer.as_ref().unwrap().answer, Answer::Withdrawn);
}

#[test]
fn who_waits_may_signal_and_who_only_watches_may_not() {
    let mut world = World::waiting();
    world.seat(DETENTION, press(SignalKind::WantLawyer, Some(7))).unwrap();
    world.seat(WITNESS, press(SignalKind::CannotHear, None)).unwrap();
    for observer in [LISTENER, UNIT] {
        assert_eq!(world.seat(observer, press(SignalKind::CannotHear, None)), Err(Refusal::NotYourAct));
    }
    assert!(of(&world, JUDGE).signals.len() == 2 && of(&world, WITNESS).signals.len() == 1);
}

#[test]
fn a_stuck_button_makes_no_endless_list_and_what_was_answered_long_ago_goes_from_the_screen() {
    let mut world = World::in_session();
    for n in 1..=30 {
        world.seat(PARTY, press(SignalKind::HearAgain, None)).unwrap();
        world.seat(JUDGE, answer(n, Answer::Granted, None)).unwrap();
    }
    world.seat(PARTY, press(SignalKind::HearAgain, None)).unwrap();
    let seen = of(&world, JUDGE).signals;
    assert_eq!((seen.len(), seen[0].id, seen[20].id), (21, SignalId(11), SignalId(31)));
}

#[test]
fn the_presiding_judge_grants_by_word_and_act_in_session_and_anybody_else_by_word() {
    let grant = |world: &mut World, by, kind| {
        world.seat(DETENTION, press(kind, None)).unwrap();
        let last = *world.hearing.signals.keys().last().unwrap();
        world.seat(by, answer(last.0, Answer::Granted, None)).unwrap();
    };
    let mut world = World::in_session();
    for kind in [SignalKind::CannotHear, SignalKind::CannotSee, SignalKind::WantLawyer] {
        grant(&mut world, CLERK, kind);
    }
    assert_eq!((world.hearing.course.floor, world.hearing.rooms.allowed.len()), (None, 0), "the clerk's word");
    grant(&mut world, JUDGE, SignalKind::HearAgain);
    assert_eq!((world.hearing.course.floor, world.hearing.rooms.allowed.len()), (None, 0), "nothing to be done");
    world.seat(JUDGE, Command::MuteLock { seat: DETENTION }).unwrap();
    grant(&mut world, JUDGE, SignalKind::CannotHear);
    let microphone = &world.hearing.seats[&DETENTION].microphone;
    assert_eq!((world.hearing.course.floor, microphone.muted, microphone.locked), (Some(DETENTION), false, false));
    // It has the floor, and has leave: an answer and no more.
    for kind in [SignalKind::CannotSee, SignalKind::WantLawyer, SignalKind::WantLawyer] {
        grant(&mut world, JUDGE, kind);
    }
    assert_eq!(world.hearing.rooms.allowed, [DETENTION].into());
    let mut waiting = World::admitted();
    grant(&mut waiting, JUDGE, SignalKind::CannotHear);
    grant(&mut waiting, JUDGE, SignalKind::WantLawyer);
    assert_eq!((waiting.hearing.course.floor, waiting.hearing.rooms.allowed.len()), (None, 0), "before the opening");
}

#[test]
fn the_officer_reports_on_the_own_point_from_a_screen_of_their_own_and_the_clerk_on_everybody() {
    let mut world = World::waiting();
    let present = |n, present| Command::ReportPresence { person: person(n), present, note: None };
    world.seat(OFFICER, present(7, true)).unwrap();
    assert_eq!(world.seat(OFFICER, present(7, true)), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(OFFICER, present(8, true)), Err(Refusal::NotYourAct), "another point");
    assert_eq!(world.seat(DETENTION, present(7, false)), Err(Refusal::NotYourAct), "anybody there can reach it");
    assert_eq!(world.seat(COUNSEL, present(5, true)), Err(Refusal::NotYourAct));
    assert_eq!(world.seat(CLERK, present(99, true)), Err(Refusal::NoSuchPerson));
    world.seat(CLERK, present(8, false)).unwrap();
    let check = Command::CheckIdentity {
        person: person(7),
        identity: Identity::NotSure,
        method: IdentityMethod::Papers,
        note: Some("the card has expired".into()),
    };
    world.seat(OFFICER, check).unwrap();
    let seen = of(&world, CLERK);
    let at = |view: &View, seat| view.seats.iter().find(|shown| shown.seat == seat).unwrap().people[0].clone();
    let defendant = at(&seen, DETENTION);
    assert_eq!((defendant.present, defendant.identity), (Some(true), Some(Identity::NotSure)));
    assert_eq!(at(&seen, OTHER).present, Some(false));
    let by = world.hearing.attendance[&person(7)].presence.unwrap();
    assert_eq!(by.by, Some(OFFICER), "who confirmed it");
    let report = seen.reports.iter().find(|report| report.person == person(7)).unwrap();
    let reported = |finding: Option<FindingView>| finding.unwrap().by;
    assert_eq!((reported(report.presence), reported(report.identity)), (Some(OFFICER), Some(OFFICER)));
    assert_eq!(report.method, Some(IdentityMethod::Papers));
    assert!(report.presence.unwrap().at_ms < report.identity.unwrap().at_ms, "each when it was reported");
    assert!([OFFICER, COUNSEL, DETENTION].iter().all(|seat| of(&world, *seat).reports.is_empty()));
    let charges = of(&world, OFFICER).charges;
    let names: Vec<_> = charges.iter().map(|person| (person.id.unwrap(), person.present)).collect();
    assert_eq!(names, [(person(7), Some(true)), (person(14), None), (person(17), None)]);
    assert!([CLERK, COUNSEL, DETENTION].iter().all(|seat| of(&world, *seat).charges.is_empty()));
}

#[test]
fn a_device_that_the_court_does_not_know_says_nothing_in_the_officers_name_and_learns_of_nobody() {
    let mut world = World::new();
    world.enter(JUDGE).unwrap();
    world.enter(DETENTION).unwrap();
    world.by_code(OFFICER, false, 1).unwrap();
    world.seat(DETENTION, press(SignalKind::WantLawyer, Some(7))).unwrap();
    assert!(of(&world, OFFICER).charges.len() == 3 && of(&world, OFFICER).signals.len() == 1);
    world.lose(OFFICER);
    // Somebody who overheard the code.
    world.by_code(OFFICER, false, 2).unwrap();
    let stranger = of(&world, OFFICER);
    assert!(
        stranger.charges.is_empty()
            && stranger.signals.is_empty()
            && stranger
                .acts
                .iter()
                .all(|act| { !matches!(act, assize_core::view::Act::Signal | assize_core::view::Act::RollCall) })
    );
    let present = Command::ReportPresence { person: person(7), present: true, note: None };
    assert_eq!(world.seat(OFFICER, present.clone()), Err(Refusal::NotAdmitted));
    assert_eq!(world.seat(OFFICER, Command::WithdrawSignal { signal: SignalId(1) }), Err(Refusal::NotAdmitted));
    world.seat(JUDGE, Command::Admit { seat: OFFICER }).unwrap();
    world.seat(OFFICER, present).unwrap();
}

#[test]
fn what_is_found_of_a_person_is_told_to_nobody_but_the_court_and_their_officer() {
    let mut world = World::in_session();
    world.seat(CLERK, Command::ReportPresence { person: person(7), present: true, note: None }).unwrap();
    for seat in [PROSECUTOR, COUNSEL, PARTY, OTHER, LISTENER] {
        let seats = of(&world, seat).seats;
        let people = seats.iter().flat_map(|seat| &seat.people);
        assert!(people.clone().all(|person| person.present.is_none() && person.id.is_none()), "{seat}");
    }
    assert!(of(&world, DETENTION).me.people.iter().all(|person| person.id.is_some() && person.present.is_none()));
}

#[test]
fn of_several_at_one_camera_it_is_said_who_speaks() {
    let mut world = World::in_session();
    let speaks = |seat, n: Option<u128>| Command::NameSpeaker { seat, person: n.map(person) };
    assert_eq!(world.seat(OFFICER, speaks(DETENTION, Some(8))), Err(Refusal::NoSuchPerson));
    assert_eq!(world.seat(OFFICER, speaks(OTHER, Some(8))), Err(Refusal::NotYourAct));
    assert_eq!(world.seat(COUNSEL, speaks(DETENTION, Some(7))), Err(Refusal::NotYourAct));
    world.seat(OFFICER, speaks(DETENTION, Some(7))).unwrap();
    for viewer in [JUDGE, COUNSEL, LISTENER] {
        let seats = of(&world, viewer).seats;
        let people = &seats.iter().find(|seat| seat.seat == DETENTION).unwrap().people;
        assert_eq!(people.iter().filter(|person| person.speaking).count(), 1, "{viewer}");
    }
    world.seat(CLERK, speaks(DETENTION, Some(17))).unwrap();
    world.seat(DETENTION, speaks(DETENTION, None)).unwrap();
    assert_eq!(world.seat(CLERK, speaks(DETENTION, None)), Err(Refusal::AlreadySo));
}
