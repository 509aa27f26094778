//! The clerk's notes, and the minutes that the ledger gives: who reads what of them.

use crate::adjournment::{next, suspend};
use crate::court::*;
use crate::exhibits::file;
use assize_core::hearing::{
    Answer, Command, Continuity, Event, Identity, IdentityMethod, LeaveReason, Occupant, RoomKind, Seat, SignalKind,
};
use assize_core::ids::{ExhibitId, NoteId, SeatId, SignalId};
use assize_core::minutes::{Line, Minutes, Name, Reader, Said, hides_voice};
use assize_core::plan::{Plan, Screen};
use assize_core::refusal::Refusal;
use assize_core::view::{Act, view};

fn note(text: &str) -> Command {
    Command::Note { text: text.into(), ago_ms: 0 }
}

fn minutes(world: &World) -> Minutes {
    Minutes::of(&world.ledger).unwrap()
}

fn read(world: &World, reader: Reader) -> Vec<Line> {
    minutes(world).read(reader)
}

fn json(lines: &[Line]) -> String {
    serde_json::to_string(lines).unwrap()
}

/// What holds of the minutes of any ledger, for every reader.
pub(crate) fn check(world: &World) {
    let minutes = minutes(world);
    assert_eq!(minutes.hearing(), &world.hearing, "the minutes know another hearing");
    for seat in world.hearing.seats.values() {
        if let Ok(reader) = minutes.reader(seat.id) {
            check_for(world, &minutes, reader, seat);
        }
        let Occupant::Point { device: Some(device), .. } = seat.occupant else { continue };
        for person in &world.hearing.plan.people {
            let Ok(reader) = minutes.reader_at(device, person.id) else { continue };
            let own = Occupant::Person { person: person.id };
            check_for(world, &minutes, reader, &Seat { occupant: own, ..seat.clone() });
        }
    }
}

fn check_for(world: &World, minutes: &Minutes, reader: Reader, viewer: &Seat) {
    let (lines, court) = (minutes.read(reader), minutes.read(Reader::Court));
    assert!(lines.is_sorted_by_key(|line| (line.at_us, line.n)));
    for line in &lines {
        assert!(line.at_us <= world.t_us && line.to_us.is_none_or(|to| line.at_us <= to && to <= world.t_us));
        assert!(line.n <= world.ledger.len() as u64 && line.revision <= minutes.revision());
        assert!(court.iter().any(|known| known.n == line.n), "the court knows less than {reader:?}");
        assert!(minutes.has(reader, line.n));
    }
    let text = json(&lines);
    for person in world.hearing.plan.people.iter().filter(|one| world.hearing.is_nameless_to(one, viewer)) {
        assert!(!text.contains(&person.name), "{reader:?} reads the name of {}", person.name);
    }
    for line in &lines {
        let Said::Spoke { who: Name { name: Some(name), .. } } = &line.said else { continue };
        let person = world.hearing.plan.people.iter().find(|person| person.name == *name).unwrap();
        let seats = world.hearing.seats.values();
        let own = seats.filter(|source| world.hearing.people(source).any(|one| one.id == person.id));
        let mut heard = own.map(|source| !world.hearing.withheld(source, viewer).voice);
        let me = world.hearing.people(viewer).any(|one| one.id == person.id);
        assert!(me || heard.any(|heard| heard), "{reader:?} reads that {name} spoke");
    }
}

#[test]
fn a_note_has_the_time_at_which_its_writing_began() {
    let mut world = World::in_session();
    let begun = world.t_us;
    world.pass(7);
    let typed = Command::Note { text: " Bị cáo\nkhai:  không biết ".into(), ago_ms: 8000 };
    world.seat(CLERK, typed).unwrap();
    let lines = read(&world, Reader::Court);
    let Said::Note { text, by, first, .. } = &lines.last().unwrap().said else { panic!("{lines:?}") };
    assert_eq!((text.as_str(), first), ("Bị cáo khai: không biết", &None));
    assert_eq!(by.name.as_deref(), Some("Ha the clerk"));
    assert_eq!(lines.last().unwrap().at_us, begun);
    // Not before the hearing, nor when a draft was left lying for hours.
    world.seat(CLERK, Command::Note { text: "x".into(), ago_ms: u32::MAX }).unwrap();
    assert!(read(&world, Reader::Court).iter().any(|line| matches!(line.said, Said::Note { .. }) && line.at_us == 0));
    world.pass(7200);
    world.seat(CLERK, Command::Note { text: "y".into(), ago_ms: u32::MAX }).unwrap();
    assert_eq!(read(&world, Reader::Court).last().unwrap().at_us, world.t_us - 600 * SECOND);
}

#[test]
fn a_note_is_bounded_and_corrected_by_whose_it_is() {
    let mut world = World::in_session();
    assert_eq!(world.seat(CLERK, note(" \u{202e} \n")), Err(Refusal::NothingWritten));
    assert_eq!(world.seat(CLERK, note(&"x".repeat(2001))), Err(Refusal::TooMuch { limit: 2000 }));
    world.seat(CLERK, note(&"ộ".repeat(2000))).unwrap();
    let correct = |note, text: &str| Command::CorrectNote { note: NoteId(note), text: text.into() };
    assert_eq!(world.seat(CLERK, correct(2, "x")), Err(Refusal::NoSuchNote));
    assert_eq!(world.seat(CLERK, correct(1, "")), Err(Refusal::NothingWritten));
    world.seat(CLERK, correct(1, "Một")).unwrap();
    assert_eq!(world.seat(CLERK, correct(1, "Một ")), Err(Refusal::AlreadySo));
    world.seat(CLERK, correct(1, "Hai")).unwrap();
    let written: Vec<&str> = world
        .ledger
        .iter()
        .filter_map(|stamped| match &stamped.event {
            Event::NoteWritten { text, .. } | Event::NoteCorrected { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(written[1..], ["Một", "Hai"], "what stood there before stays in the ledger");
    let lines = read(&world, Reader::Court);
    let Said::Note { text, first, .. } = &lines.last().unwrap().said else { panic!("{lines:?}") };
    assert_eq!((text.as_str(), first.as_deref().map(|first| first.chars().count())), ("Hai", Some(2000)));
    let party = json(&read(&world, Reader::Seat(PARTY)));
    assert!(party.contains("Hai") && !party.contains("ộộ"), "the first wording is the court's business");
    world.hearing.notes.all.get_mut(&NoteId(1)).unwrap().by = SeatId(99);
    assert_eq!(world.seat(CLERK, correct(1, "Ba")), Err(Refusal::NotYourAct));
}

#[test]
fn nobody_writes_more_than_forty_notes_in_a_minute() {
    let mut world = World::in_session();
    for n in 0..40 {
        world.seat(CLERK, note(&format!("{n}"))).unwrap();
    }
    assert_eq!(world.seat(CLERK, note("x")), Err(Refusal::TooOften));
    world.pass(20);
    world.seat(CLERK, note("x")).unwrap();
}

#[test]
fn notes_are_for_the_court_while_the_session_runs() {
    let mut world = World::in_session();
    let told = |world: &World, seat| view(&world.hearing, seat, BEGAN_MS).unwrap();
    let before = told(&world, JUDGE).minutes.unwrap();
    world.seat(CLERK, note("Nguyễn Văn A khai")).unwrap();
    for seat in PLANNED {
        let view = told(&world, seat);
        assert_eq!(view.minutes, [JUDGE, PANEL, CLERK].contains(&seat).then_some(before + 1), "{seat}");
        assert_eq!(view.acts.contains(&Act::Note), seat == CLERK, "{seat}");
        assert!(!serde_json::to_string(&view).unwrap().contains("Nguyễn Văn A"), "{seat}");
    }
}

#[test]
fn short_words_are_joined_or_left_out_and_phases_divide_them() {
    let mut world = World::lawful_session();
    let base = world.t_us;
    let spoke = |world: &mut World, seat, from: u64, to: u64| {
        let (from_us, to_us) = (base + from * SECOND, base + to * SECOND);
        world.pass(to.saturating_sub((world.t_us - base) / SECOND));
        world.system(Command::ReportSpoke { seat, from_us, to_us }).unwrap();
    };
    spoke(&mut world, JUDGE, 0, 10);
    spoke(&mut world, COUNSEL, 11, 12);
    spoke(&mut world, JUDGE, 30, 31);
    spoke(&mut world, COUNSEL, 40, 50);
    spoke(&mut world, JUDGE, 51, 60);
    world.advance("questioning");
    spoke(&mut world, JUDGE, 70, 80);
    assert_eq!(world.system(Command::ReportSpoke { seat: JUDGE, from_us: 5, to_us: 5 }), Err(Refusal::AlreadySo));
    let lines = read(&world, Reader::Court);
    let spoken: Vec<(String, u64, u64)> = lines
        .iter()
        .filter_map(|line| match &line.said {
            Said::Spoke { who } => {
                let second = |us: u64| (us - base) / SECOND;
                Some((who.name.clone().unwrap(), second(line.at_us), second(line.to_us.unwrap())))
            }
            _ => None,
        })
        .collect();
    let who = |name: &str, from, to| (name.to_owned(), from, to);
    let (judge, counsel) = ("Hanh presiding", "Diep the counsel");
    assert_eq!(spoken, [who(judge, 0, 31), who(counsel, 40, 50), who(judge, 51, 60), who(judge, 70, 80)]);
    assert_eq!(lines.last().unwrap().phase, Some("questioning".into()));
}

/// A session with something of every kind.
fn eventful() -> World {
    let mut world = World::session_of(Plan { screens: screens(), ..plan() });
    world
        .seat(CLERK, Command::ReportPresence { person: person(7), present: true, note: Some("áo xanh".into()) })
        .unwrap();
    let (identity, method) = (Identity::Right, IdentityMethod::Papers);
    let check = Command::CheckIdentity { person: person(7), identity, method, note: Some("CCCD 0792".into()) };
    world.seat(CLERK, check).unwrap();
    world.seat(PARTY, Command::Signal { kind: SignalKind::CannotHear, person: None }).unwrap();
    world.pass(20);
    let answer = Command::AnswerSignal { signal: SignalId(1), answer: Answer::WorksAgain, text: None };
    world.seat(CLERK, answer).unwrap();
    let received =
        Command::ReceiveExhibit { seat: COUNSEL, title: "Giấy bán xe".into(), file: file(1), person: None };
    world.system(received).unwrap();
    world.seat(CLERK, Command::SubmitExhibit { exhibit: ExhibitId(1) }).unwrap();
    world.seat(JUDGE, Command::RuleExhibit { exhibit: ExhibitId(1), admit: true, reason: None }).unwrap();
    let show = Command::ShowExhibit { exhibit: ExhibitId(1), to: Some(vec![PROSECUTOR]), observers: false, page: None };
    world.seat(JUDGE, show).unwrap();
    world.seat(JUDGE, Command::TurnExhibit { page: 3 }).unwrap();
    world.seat(CLERK, note("Mai the witness khai; Sen the witness đứng")).unwrap();
    world.seat(JUDGE, Command::Pause { reason: "nghỉ trưa".into() }).unwrap();
    world.seat(COUNSEL, Command::Consult { with: vec![DETENTION] }).unwrap();
    world.seat(DETENTION, Command::AcceptConsultation { from: COUNSEL }).unwrap();
    world.pass(300);
    world.seat(COUNSEL, Command::LeaveRoom {}).unwrap();
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    let broken = Continuity { hears: Some(false), ..Continuity::default() };
    let since_us = world.t_us;
    world.system(Command::ReportContinuity { point: point(3), continuity: broken, since_us }).unwrap();
    world.pass(15);
    let mended = Continuity::default();
    world.system(Command::ReportContinuity { point: point(3), continuity: mended, since_us }).unwrap();
    world.lose(PARTY);
    world.pass(40);
    world.resume(PARTY).unwrap();
    world.system(Command::TakeUp { epoch: 2, outage_us: SECOND }).unwrap();
    world
}

fn find(lines: &[Line], which: impl Fn(&Said) -> bool) -> Option<&Line> {
    lines.iter().find(|line| which(&line.said))
}

#[test]
fn what_lasts_has_its_span() {
    let world = eventful();
    let lines = read(&world, Reader::Court);
    let lasted = |which: fn(&Said) -> bool| {
        let line = find(&lines, which).unwrap_or_else(|| panic!("{lines:?}"));
        (line.to_us.unwrap() - line.at_us) / SECOND
    };
    assert_eq!(lasted(|said| matches!(said, Said::Paused { .. })), 304);
    assert_eq!(lasted(|said| matches!(said, Said::Private { room: RoomKind::Consultation, .. })), 301);
    assert_eq!(lasted(|said| matches!(said, Said::Broken { .. })), 17);
    assert_eq!(lasted(|said| matches!(said, Said::Away { .. })), 41);
    assert_eq!(lasted(|said| matches!(said, Said::Outage)), 1);
    assert_eq!(lasted(|said| matches!(said, Said::ExhibitShown { .. })), 3, "the pause ended it");
    let shown = find(&lines, |said| matches!(said, Said::ExhibitShown { .. })).unwrap();
    assert_eq!(
        shown.said,
        Said::ExhibitShown { exhibit: ExhibitId(1), title: "Giấy bán xe".into(), pages: vec![1, 3], played: vec![] }
    );
    let held = find(&lines, |said| matches!(said, Said::Held { .. })).unwrap();
    assert_eq!(held.to_us, None, "it has not gone on yet");
    check(&world);
}

#[test]
fn a_reader_is_told_no_more_than_a_view_would() {
    let world = eventful();
    let has = |seat, which: fn(&Said) -> bool| find(&read(&world, Reader::Seat(seat)), which).is_some();
    let shown = |said: &Said| matches!(said, Said::ExhibitShown { .. });
    let received = |said: &Said| matches!(said, Said::ExhibitReceived { .. });
    let ruled = |said: &Said| matches!(said, Said::ExhibitRuled { .. });
    let signal = |said: &Said| matches!(said, Said::Signal { .. });
    let private = |said: &Said| matches!(said, Said::Private { .. });
    assert_eq!((has(PROSECUTOR, shown), has(COUNSEL, shown), has(PARTY, shown)), (true, false, false));
    assert_eq!((has(PROSECUTOR, received), has(COUNSEL, received)), (false, true));
    assert_eq!((has(PROSECUTOR, ruled), has(COUNSEL, ruled), has(PARTY, ruled)), (true, true, false));
    assert_eq!((has(PARTY, signal), has(COUNSEL, signal)), (true, false));
    assert_eq!((has(COUNSEL, private), has(PARTY, private)), (true, false));
    assert!(!json(&read(&world, Reader::Seat(PARTY))).contains("CCCD"), "what the papers say is the court's");
    assert!(json(&read(&world, Reader::Court)).contains("CCCD"));
    // The witness at the accepted place has no name for the prisoner, whose counsel may know it.
    let text = |seat| json(&read(&world, Reader::Seat(seat)));
    assert!(text(COUNSEL).contains("Mai the witness khai"));
    let officer = text(OFFICER);
    assert!(officer.contains("[…] khai") && !officer.contains("Mai the witness"), "{officer}");
}

#[test]
fn names_are_withheld_in_notes_and_voices_from_the_ear() {
    let screen = Screen { of: vec![person(9)], people: vec![person(11)], voice: true, name: true, ..Screen::default() };
    let mut world = World::session_of(Plan { screens: vec![screen], ..plan() });
    world.seat(CLERK, note("MAI THE WITNESS khai trước")).unwrap();
    let to_us = world.t_us;
    world.system(Command::ReportSpoke { seat: PLACE, from_us: to_us - 9 * SECOND, to_us }).unwrap();
    let party = read(&world, Reader::Seat(PARTY));
    assert!(json(&party).contains("[…] khai trước"), "{}", json(&party));
    assert!(find(&party, |said| matches!(said, Said::Spoke { .. })).is_none());
    assert!(find(&read(&world, Reader::Seat(COUNSEL)), |said| matches!(said, Said::Spoke { .. })).is_some());
    let minutes = minutes(&world);
    assert!(hides_voice(&minutes, Reader::Seat(PARTY), PLACE) && !hides_voice(&minutes, Reader::Seat(COUNSEL), PLACE));
    assert!(!hides_voice(&minutes, Reader::Court, PLACE));
    check(&world);
}

#[test]
fn a_witness_reads_what_was_while_they_were_there() {
    let mut world = World::waiting();
    for seat in PLANNED.into_iter().filter(|seat| *seat != WITNESS) {
        _ = world.seat(CLERK, Command::Admit { seat });
    }
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    world.seat(CLERK, note("trước")).unwrap();
    assert_eq!(minutes(&world).reader(WITNESS), Err(Refusal::NotAdmitted));
    world.seat(CLERK, Command::Admit { seat: WITNESS }).unwrap();
    world.seat(CLERK, note("trong")).unwrap();
    world.seat(JUDGE, Command::Dismiss { seat: WITNESS, stays: false }).unwrap();
    world.seat(CLERK, note("sau")).unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    let minutes = minutes(&world);
    let reader = minutes.reader(WITNESS).unwrap();
    let text = json(&minutes.read(reader));
    assert!(text.contains("trong") && !text.contains("trước") && !text.contains("sau"), "{text}");
    assert!(hides_voice(&minutes, reader, JUDGE), "and hears nothing of it again");
}

#[test]
fn only_the_court_and_people_with_a_screen_of_their_own_read() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::Remove { seat: PARTY, reason: "ồn".into() }).unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    let minutes = minutes(&world);
    assert_eq!(minutes.reader(CLERK), Ok(Reader::Court));
    assert_eq!(minutes.reader(COUNSEL), Ok(Reader::Seat(COUNSEL)));
    assert_eq!(minutes.reader(PARTY), Err(Refusal::RemovedByCourt));
    assert_eq!(minutes.reader(SeatId(99)), Err(Refusal::NoSuchSeat));
    for seat in [ROOM, DETENTION, UNIT, LISTENER] {
        assert_eq!(minutes.reader(seat), Err(Refusal::NotYourAct), "{seat}");
    }
    let removed = minutes.read(Reader::Seat(COUNSEL));
    let line = find(&removed, |said| matches!(said, Said::Removed { .. })).unwrap();
    assert!(matches!(&line.said, Said::Removed { reason: None, .. }));
    assert!(matches!(removed.last().unwrap().said, Said::Closed));
}

#[test]
fn who_went_and_who_was_replaced_are_told_apart() {
    let mut world = World::in_session();
    world.resume(PARTY).unwrap();
    let link = world.hearing.seats[&COUNSEL].connection.unwrap();
    world.system(Command::Leave { connection: link, reason: LeaveReason::Left }).unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    let lines = read(&world, Reader::Court);
    let away: Vec<&Line> = lines.iter().filter(|line| matches!(line.said, Said::Away { .. })).collect();
    assert_eq!(away.len(), 0, "a second is no absence: {away:?}");
    let mut world = World::in_session();
    let link = world.hearing.seats[&COUNSEL].connection.unwrap();
    world.system(Command::Leave { connection: link, reason: LeaveReason::Left }).unwrap();
    world.pass(60);
    world.seat(JUDGE, Command::Close {}).unwrap();
    assert!(find(&read(&world, Reader::Court), |said| matches!(said, Said::Away { .. })).is_some());
}

#[test]
fn a_deliberation_is_a_span_and_nothing_else() {
    let mut world = World::lawful_session();
    for phase in ["questioning", "debate", "last-word", "deliberation"] {
        world.advance(phase);
    }
    world.pass(600);
    world.advance("verdict");
    let lines = read(&world, Reader::Seat(COUNSEL));
    let deliberation =
        find(&lines, |said| matches!(said, Said::Phase { name, .. } if name.0 == "deliberation")).unwrap();
    assert_eq!((deliberation.to_us.unwrap() - deliberation.at_us) / SECOND, 601);
    check(&world);
}

#[test]
fn a_further_sitting_says_what_it_continues_and_in_which_phase() {
    let mut world = World::lawful_session();
    world.advance("questioning");
    let command = suspend(&world, None);
    world.seat(JUDGE, command).unwrap();
    let mut world = next(&world, plan());
    for seat in PLANNED {
        world.enter(seat).unwrap();
        _ = world.seat(CLERK, Command::Admit { seat });
    }
    world.seat(JUDGE, Command::Open { record: true, reason: Some("test".into()) }).unwrap();
    world.seat(CLERK, note("Tiếp tục hỏi")).unwrap();
    let lines = read(&world, Reader::Court);
    let questioning = Some("questioning".into());
    assert_eq!(lines[0].said, Said::Continues { sitting: "01".into(), name: questioning.clone() });
    assert!(lines.len() > 1 && lines.iter().all(|line| line.phase == questioning), "{lines:?}");
    check(&world);
}

#[test]
fn who_was_there_is_established_by_the_roll_call_a_screen_or_a_voice() {
    let mut world = World::in_session();
    let there = |world: &World, number| minutes(world).was_there(person(number));
    let (judge, counsel) = (1, 5);
    assert_eq!((there(&world, judge), there(&world, counsel)), (Some(true), Some(true)), "by their own screens");
    assert_eq!(there(&world, 7), None, "somebody sits at the point, and nobody has said who");
    let report = |present| Command::ReportPresence { person: person(7), present, note: None };
    world.seat(CLERK, report(false)).unwrap();
    assert_eq!(there(&world, 7), Some(false));
    world.seat(CLERK, report(true)).unwrap();
    assert_eq!(there(&world, 7), Some(true));
    // Reported absent while a screen of theirs is there, and come in since.
    let absent = Command::ReportPresence { person: person(counsel), present: false, note: None };
    world.seat(CLERK, absent).unwrap();
    assert_eq!(there(&world, counsel), Some(false));
    let mut world = World::waiting();
    assert_eq!(there(&world, counsel), None, "the waiting room is not the courtroom");
    let absent = Command::ReportPresence { person: person(counsel), present: false, note: None };
    world.seat(CLERK, absent).unwrap();
    world.seat(CLERK, Command::Admit { seat: COUNSEL }).unwrap();
    assert_eq!(there(&world, counsel), Some(true), "late, and there all the same");
    let world = World::new();
    assert_eq!(there(&world, judge), None, "who never came is not there");
}

#[test]
fn what_is_not_in_the_ledger_is_in_no_minutes() {
    let world = eventful();
    let mut live = Minutes::begin(&world.ledger[0]).unwrap();
    world.ledger[1..].iter().for_each(|stamped| live.apply(stamped));
    let kept: Vec<_> = world.ledger.iter().filter(|stamped| stamped.event.is_kept()).cloned().collect();
    let numbers = |minutes: &Minutes| minutes.read(Reader::Court).iter().map(|line| line.n).collect::<Vec<_>>();
    assert_eq!(numbers(&live), numbers(&Minutes::of(&kept).unwrap()), "lines are numbered as the ledger's");
}
