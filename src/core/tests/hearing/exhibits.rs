//! What is handed in, ruled on and shown, and who learns of it.

use crate::court::*;
use assize_core::hearing::{
    Command, Event, ExhibitFile, FileHash, HoldCause, MediaType, Room, SessionState, Spot, Standing,
};
use assize_core::ids::{ExhibitId, SeatId};
use assize_core::refusal::Refusal;
use assize_core::view::{Act, View, view};

pub(crate) fn hash(n: u8) -> FileHash {
    format!("{n:064x}").parse().unwrap()
}

pub(crate) fn file(n: u8) -> ExhibitFile {
    ExhibitFile { sha256: hash(n), bytes: 1000, media_type: MediaType::Pdf, pages: Some(3), length_ms: None }
}

/// A recording of a minute.
pub(crate) fn recording(n: u8) -> ExhibitFile {
    ExhibitFile { media_type: MediaType::Webm, pages: None, length_ms: Some(60_000), ..file(n) }
}

pub(crate) fn receive(world: &mut World, seat: SeatId, n: u8) -> Result<Vec<Event>, Refusal> {
    world.system(Command::ReceiveExhibit { seat, title: format!("Paper {n}"), file: file(n), person: None })
}

pub(crate) fn submit(n: u32) -> Command {
    Command::SubmitExhibit { exhibit: ExhibitId(n) }
}

pub(crate) fn rule(n: u32, admit: bool) -> Command {
    let reason = (!admit).then(|| "not of this case".to_owned());
    Command::RuleExhibit { exhibit: ExhibitId(n), admit, reason }
}

pub(crate) fn show(n: u32) -> Command {
    Command::ShowExhibit { exhibit: ExhibitId(n), to: None, observers: false, page: None }
}

fn show_to(n: u32, to: &[SeatId], observers: bool) -> Command {
    Command::ShowExhibit { exhibit: ExhibitId(n), to: Some(to.to_vec()), observers, page: None }
}

/// The next exhibit of this seat, admitted.
pub(crate) fn admitted(world: &mut World, seat: SeatId, n: u8) {
    receive(world, seat, n).unwrap();
    let id = *world.hearing.exhibits.all.keys().next_back().unwrap();
    world.seat(CLERK, submit(id.0)).unwrap();
    world.seat(JUDGE, rule(id.0, true)).unwrap();
}

fn of(world: &World, seat: SeatId) -> View {
    view(&world.hearing, seat, BEGAN_MS).unwrap()
}

/// Who sees it, by their views.
fn see(world: &World) -> Vec<SeatId> {
    PLANNED.into_iter().filter(|seat| of(world, *seat).shown.is_some()).collect()
}

fn may_read(world: &World, seat: SeatId, n: u8) -> bool {
    world.hearing.may_read(&world.hearing.seats[&seat], &hash(n))
}

#[test]
fn what_a_point_hands_in_gets_a_number_and_goes_by_the_clerk_to_the_judge() {
    let mut world = World::in_session();
    let events = receive(&mut world, DETENTION, 1).unwrap();
    let received = Event::ExhibitReceived {
        exhibit: ExhibitId(1),
        title: "Paper 1".into(),
        file: file(1),
        seat: DETENTION,
        person: None,
        point: Some(point(DETENTION_POINT)),
    };
    assert_eq!(events, [received]);
    assert_eq!(receive(&mut world, DETENTION, 1), Err(Refusal::AlreadySo), "the same file again");
    receive(&mut world, PARTY, 1).unwrap();
    assert_eq!(world.hearing.exhibits.all[&ExhibitId(2)].person, Some(person(11)), "another's, by whom is plain");
    assert_eq!(world.seat(JUDGE, rule(1, true)), Err(Refusal::ExhibitNotSubmitted));
    assert_eq!(world.seat(JUDGE, show(1)), Err(Refusal::ExhibitNotAdmitted));
    world.seat(CLERK, submit(1)).unwrap();
    assert_eq!(world.seat(CLERK, submit(1)), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(CLERK, submit(9)), Err(Refusal::NoSuchExhibit));
    let silent = Command::RuleExhibit { exhibit: ExhibitId(1), admit: false, reason: Some("  ".into()) };
    assert_eq!(world.seat(JUDGE, silent), Err(Refusal::ReasonMissing));
    world.seat(JUDGE, rule(1, false)).unwrap();
    let own = of(&world, DETENTION).exhibits.list;
    assert_eq!((own.len(), own[0].standing), (1, Standing::Refused), "told to whom it belongs");
    assert_eq!(own[0].reason.as_deref(), Some("not of this case"));
    world.seat(JUDGE, rule(1, true)).unwrap();
    assert_eq!(of(&world, DETENTION).exhibits.list[0].reason, None, "the judge thought again");
    assert_eq!(world.seat(JUDGE, rule(1, true)), Err(Refusal::AlreadySo));
}

#[test]
fn files_come_from_those_who_have_something_to_hand_in_and_by_the_server_only() {
    let mut world = World::in_session();
    let may = |world: &World| PLANNED.into_iter().filter(|seat| world.hearing.may_hand_in(*seat).is_ok()).collect();
    let handing: Vec<SeatId> = may(&world);
    assert_eq!(handing, [CLERK, PROSECUTOR, COUNSEL, ROOM, DETENTION, OTHER, PLACE, PARTY, OFFICER]);
    for seat in PLANNED {
        let offered = of(&world, seat).acts.contains(&Act::HandIn);
        assert_eq!(offered, handing.contains(&seat), "{seat} is offered what it may");
        assert_eq!(receive(&mut world, seat, 1).is_ok(), offered, "{seat}");
        let forged = Command::ReceiveExhibit { seat, title: String::new(), file: file(2), person: None };
        assert_eq!(world.seat(seat, forged), Err(Refusal::NotYourAct), "{seat}: nobody says themselves what is here");
    }
    world.seat(JUDGE, Command::Remove { seat: PARTY, reason: "noise".into() }).unwrap();
    assert_eq!(receive(&mut world, PARTY, 3), Err(Refusal::RemovedByCourt));
    world.seat(JUDGE, Command::Close {}).unwrap();
    assert_eq!(may(&world), Vec::<SeatId>::new());
    assert_eq!(world.state(), SessionState::Closed);
}

#[test]
fn a_device_that_the_court_does_not_know_hands_in_nothing_and_learns_nothing_of_what_was() {
    let mut world = World::new();
    world.enter(JUDGE).unwrap();
    world.by_code(PARTY, false, 1).unwrap();
    receive(&mut world, PARTY, 1).unwrap();
    assert!(of(&world, PARTY).exhibits.list.len() == 1 && may_read(&world, PARTY, 1), "while waiting");
    world.lose(PARTY);
    world.by_code(PARTY, false, 2).unwrap();
    assert_eq!(receive(&mut world, PARTY, 2), Err(Refusal::NotAdmitted));
    let stranger = of(&world, PARTY);
    assert!(stranger.exhibits.list.is_empty() && !stranger.acts.contains(&Act::HandIn));
    assert!(!may_read(&world, PARTY, 1), "nor the file");
}

#[test]
fn nobody_learns_of_what_was_handed_in_but_the_court_and_whose_it_is() {
    let mut world = World::in_session();
    receive(&mut world, PARTY, 1).unwrap();
    for seat in PLANNED {
        let knows = [JUDGE, PANEL, CLERK, PARTY].contains(&seat);
        assert_eq!(of(&world, seat).exhibits.list.len(), usize::from(knows), "{seat}");
        assert_eq!(may_read(&world, seat, 1), knows, "{seat}");
        assert!(of(&world, seat).shown.is_none() && !may_read(&world, seat, 9));
    }
    world.lose(JUDGE);
    assert!(!may_read(&world, JUDGE, 1), "a link that is gone fetches nothing");
}

#[test]
fn what_is_shown_is_before_those_it_is_shown_to_and_nobody_else() {
    let mut world = World::in_session();
    admitted(&mut world, PARTY, 1);
    world.seat(JUDGE, show(1)).unwrap();
    let all: Vec<SeatId> = PLANNED.into_iter().filter(|seat| ![UNIT, LISTENER].contains(seat)).collect();
    assert_eq!(see(&world), all, "everybody but those who only watch");
    assert!(PLANNED.iter().all(|seat| may_read(&world, *seat, 1) == (all.contains(seat))));
    assert_eq!(world.seat(CLERK, show(1)), Err(Refusal::AlreadySo));
    world.seat(CLERK, show_to(1, &[COUNSEL, WITNESS], true)).unwrap();
    assert_eq!(see(&world), [JUDGE, PANEL, CLERK, COUNSEL, UNIT, WITNESS, LISTENER]);
    assert_eq!(of(&world, JUDGE).shown.unwrap().to, Some(vec![COUNSEL, WITNESS]));
    assert_eq!(of(&world, COUNSEL).shown.unwrap().to, None, "who else sees it is the court's business");
    assert!(of(&world, COUNSEL).exhibits.list.is_empty() && may_read(&world, PARTY, 1) && !may_read(&world, OTHER, 1));
    world.seat(JUDGE, Command::Dismiss { seat: WITNESS, stays: true }).unwrap();
    assert!(!see(&world).contains(&WITNESS) && !may_read(&world, WITNESS, 1), "sent out while it is shown");
    assert_eq!(world.seat(JUDGE, show_to(1, &[SeatId(99)], false)), Err(Refusal::NoSuchSeat));
    world.seat(JUDGE, rule(1, false)).unwrap();
    assert_eq!(see(&world), [], "what is refused is taken away");
}

#[test]
fn who_is_in_a_private_room_sees_nothing_of_the_courtrooms() {
    let mut world = World::in_session();
    admitted(&mut world, PARTY, 1);
    world.seat(CLERK, show(1)).unwrap();
    world.seat(JUDGE, Command::AllowConsultation { seat: COUNSEL, allowed: true }).unwrap();
    world.seat(COUNSEL, Command::Consult { with: vec![DETENTION] }).unwrap();
    world.seat(DETENTION, Command::AcceptConsultation { from: COUNSEL }).unwrap();
    let shown = see(&world);
    assert!(!shown.contains(&COUNSEL) && !shown.contains(&DETENTION) && shown.contains(&PROSECUTOR), "{shown:?}");
}

#[test]
fn whatever_ends_the_session_ends_the_showing_and_each_time_is_kept() {
    let mut world = World::in_session();
    admitted(&mut world, PARTY, 1);
    let resume = || Command::Resume { reason: None };
    let hold = Command::AutoHold { cause: HoldCause::LedgerFault };
    for (number, end) in [Command::Pause { reason: String::new() }, Command::Hold { reason: String::new() }, hold]
        .into_iter()
        .enumerate()
    {
        world.seat(JUDGE, show(1)).unwrap();
        let shown = world.t_us;
        world.pass(30);
        let actor = if matches!(end, Command::AutoHold { .. }) {
            assize_core::hearing::Actor::System
        } else {
            assize_core::hearing::Actor::Seat { seat: JUDGE }
        };
        world.give(actor, &end).unwrap();
        assert_eq!(world.hearing.exhibits.all[&ExhibitId(1)].shown[number], (shown, Some(shown + 31 * SECOND)));
        assert_eq!(see(&world), []);
        assert_eq!(world.seat(JUDGE, show(1)), Err(Refusal::NotNow { state: world.state() }), "nothing is recorded");
        world.seat(JUDGE, resume()).unwrap();
    }
    world.seat(JUDGE, show(1)).unwrap();
    world.seat(JUDGE, Command::StopExhibit {}).unwrap();
    assert_eq!(world.seat(JUDGE, Command::StopExhibit {}), Err(Refusal::NothingShown));
    assert_eq!(of(&world, CLERK).exhibits.list[0].shown.len(), 4);
}

#[test]
fn nothing_is_shown_while_the_panel_deliberates() {
    let mut world = World::lawful_session();
    admitted(&mut world, PARTY, 1);
    world.seat(JUDGE, show(1)).unwrap();
    for phase in ["questioning", "debate", "last-word", "deliberation"] {
        world.advance(phase);
    }
    assert_eq!(see(&world), []);
    assert_eq!(world.seat(JUDGE, show(1)), Err(Refusal::Deliberating));
}

#[test]
fn whom_the_judge_lets_present_shows_their_own_and_turns_what_is_before_them() {
    let mut world = World::in_session();
    admitted(&mut world, PARTY, 1);
    admitted(&mut world, COUNSEL, 2);
    let allow = |seat, allowed| Command::AllowPresenting { seat, allowed };
    let turn = |page| Command::TurnExhibit { page };
    assert_eq!(world.seat(PARTY, show(1)), Err(Refusal::NotPresenting));
    assert_eq!(world.seat(CLERK, allow(PARTY, true)), Err(Refusal::NotYourAct), "the judge's alone");
    assert_eq!(world.seat(JUDGE, allow(LISTENER, true)), Err(Refusal::OnlyReceives));
    world.seat(JUDGE, allow(PARTY, true)).unwrap();
    assert!(of(&world, PARTY).acts.contains(&Act::Present) && !of(&world, COUNSEL).acts.contains(&Act::Present));
    assert_eq!(of(&world, JUDGE).exhibits.presenters, [PARTY]);
    assert_eq!(of(&world, COUNSEL).exhibits.presenters, []);
    assert_eq!(world.seat(PARTY, show(2)), Err(Refusal::NotPresenting), "another's");
    assert_eq!(world.seat(PARTY, show_to(1, &[COUNSEL], false)), Err(Refusal::NotPresenting), "the court chooses");
    world.seat(PARTY, show(1)).unwrap();
    world.seat(PARTY, turn(2)).unwrap();
    assert_eq!(of(&world, OTHER).shown.map(|shown| (shown.page, shown.presents)), Some((2, false)));
    assert_eq!(world.seat(COUNSEL, turn(3)), Err(Refusal::NotPresenting));
    assert_eq!(world.seat(PARTY, turn(4)), Err(Refusal::NoSuchPage));
    assert_eq!(world.seat(PARTY, turn(0)), Err(Refusal::NoSuchPage));
    assert_eq!(world.seat(PARTY, turn(2)), Err(Refusal::AlreadySo));
    world.seat(CLERK, show_to(2, &[COUNSEL], false)).unwrap();
    assert_eq!(world.seat(PARTY, turn(3)), Err(Refusal::NotPresenting), "it is not before them");
    world.seat(CLERK, turn(3)).unwrap();
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    assert!(world.hearing.exhibits.presenters.is_empty(), "leave is for the session");
}

#[test]
fn of_the_pointer_the_ledger_has_a_place_a_second_and_where_it_was_lifted() {
    let mut world = World::in_session();
    admitted(&mut world, PARTY, 1);
    world.seat(JUDGE, show(1)).unwrap();
    let mut kept = 0;
    for n in 0..20_u16 {
        // Ten places a second: `seat` lets a whole one pass.
        world.t_us -= 900_000;
        let events = world.seat(JUDGE, Command::PointExhibit { spot: Some(Spot { x: n, y: 5000 }) }).unwrap();
        kept += events.iter().filter(|event| event.is_kept()).count();
        assert_eq!(of(&world, OTHER).shown.unwrap().pointer, Some(Spot { x: n, y: 5000 }), "told to all at once");
    }
    assert_eq!(kept, 2);
    let lifted = world.seat(JUDGE, Command::PointExhibit { spot: None }).unwrap();
    let last = Some(Spot { x: 19, y: 5000 });
    assert_eq!(lifted, [Event::ExhibitPointed { exhibit: ExhibitId(1), page: 1, spot: None, last }]);
    let beyond = Command::PointExhibit { spot: Some(Spot { x: 10_001, y: 0 }) };
    assert_eq!(world.seat(JUDGE, beyond), Err(Refusal::TooMuch { limit: 10_000 }));
    world.seat(JUDGE, Command::PointExhibit { spot: last }).unwrap();
    world.seat(JUDGE, Command::TurnExhibit { page: 2 }).unwrap();
    assert_eq!(of(&world, OTHER).shown.unwrap().pointer, None, "it was about the page before");
}

#[test]
fn a_title_cannot_turn_the_line_it_stands_in() {
    let mut world = World::in_session();
    let title = " Bi\u{ea}n b\u{1ea3}n\n\u{202e}fdp.exe\t1 ".to_owned();
    world.system(Command::ReceiveExhibit { seat: PARTY, title, file: file(1), person: None }).unwrap();
    assert_eq!(world.hearing.exhibits.all[&ExhibitId(1)].title, "Bi\u{ea}n b\u{1ea3}n fdp.exe 1");
    let long = Command::ReceiveExhibit { seat: PARTY, title: "x".repeat(201), file: file(2), person: None };
    assert_eq!(world.system(long), Err(Refusal::TooMuch { limit: 200 }));
    for n in 2..=60 {
        receive(&mut world, PARTY, n).unwrap();
    }
    assert_eq!(receive(&mut world, PARTY, 61), Err(Refusal::TooMuch { limit: 60 }));
}

#[test]
fn a_hash_is_a_hash_and_no_path() {
    for bad in ["", "../../etc/passwd", &"A".repeat(64), &"a".repeat(63), &"a".repeat(65)] {
        assert!(bad.parse::<FileHash>().is_err(), "{bad}");
        assert!(serde_json::from_value::<FileHash>(bad.into()).is_err(), "{bad}");
    }
}

#[test]
fn whoever_waits_is_told_of_the_receipt_and_of_nothing_that_follows() {
    let mut world = World::in_session();
    admitted(&mut world, DETENTION, 1);
    assert_eq!(of(&world, DETENTION).exhibits.list[0].standing, Standing::Admitted);
    world.hearing.seats.get_mut(&DETENTION).unwrap().room = Room::Waiting;
    let outside = &of(&world, DETENTION).exhibits.list[0];
    assert_eq!((outside.standing, &outside.reason, outside.shown.len()), (Standing::Received, &None, 0));
}
