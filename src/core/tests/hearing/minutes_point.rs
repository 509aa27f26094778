//! The minutes at a point's device: each of those who sit there reads what is theirs, and nobody else reads at all.

use crate::court::*;
use crate::exhibits::file;
use assize_core::access::reads_minutes_at_point;
use assize_core::hearing::{Command, Identity, IdentityMethod, SignalKind};
use assize_core::ids::{PersonId, SeatId};
use assize_core::minutes::{Line, Minutes, Reader, Reason, Said, Wish, hides_voice};
use assize_core::plan::{Plan, Role, Screen};
use assize_core::refusal::Refusal;

/// With both defendants at the detention centre.
fn together() -> Plan {
    let mut plan = plan();
    plan.people.iter_mut().filter(|one| one.id == person(8)).for_each(|one| one.point = Some(point(DETENTION_POINT)));
    plan
}

fn minutes(world: &World) -> Minutes {
    Minutes::of(&world.ledger).unwrap()
}

fn at(world: &World, number: u128) -> Result<Reader, Refusal> {
    minutes(world).reader_at(device(DETENTION_POINT), person(number))
}

fn read(world: &World, number: u128) -> Vec<Line> {
    minutes(world).read(at(world, number).unwrap())
}

fn json(lines: &[Line]) -> String {
    serde_json::to_string(lines).unwrap()
}

fn listed(world: &World, point: u128) -> Vec<(PersonId, Option<String>)> {
    minutes(world).readers_at(device(point)).into_iter().map(|(id, name)| (id, name.name)).collect()
}

fn count(lines: &[Line], which: impl Fn(&Said) -> bool) -> usize {
    lines.iter().filter(|line| which(&line.said)).count()
}

#[test]
fn who_sits_there_and_takes_part_reads_and_nobody_else() {
    let mut world = World::session_of(together());
    world.seat(JUDGE, Command::Close {}).unwrap();
    for number in [7, 8] {
        assert_eq!(at(&world, number), Ok(Reader::Person { seat: DETENTION, person: person(number) }));
    }
    assert_eq!(at(&world, 17), Err(Refusal::NotReadHere), "an interpreter");
    for stranger in [1, 5, 9, 11, 14, 18, 99] {
        assert_eq!(at(&world, stranger), Err(Refusal::NotAtThisPoint), "{stranger}");
    }
    let minutes = minutes(&world);
    let reader_at = |point, number| minutes.reader_at(device(point), person(number));
    assert_eq!(reader_at(CENTRAL, 6), Err(Refusal::NotReadHere), "everybody in the room reaches it: never the court's");
    assert_eq!(reader_at(CENTRAL, 4), Err(Refusal::NotAtThisPoint), "with a screen of his own");
    assert_eq!(reader_at(PLACE_POINT, 9), Err(Refusal::NotReadHere), "a witness");
    assert_eq!(reader_at(OTHER_POINT, 7), Err(Refusal::NotAtThisPoint), "at another point");
    assert_eq!(reader_at(UNIT_POINT, 7), Err(Refusal::NotReadHere));
    assert_eq!(reader_at(99, 7), Err(Refusal::NotAdmitted), "a device that never came");
    assert_eq!(minutes.reader(DETENTION), Err(Refusal::NotYourAct), "for the room as such there are none");
    let name = |number: u128, name: &str| (person(number), Some(name.to_owned()));
    assert_eq!(listed(&world, DETENTION_POINT), [name(7, "Thien the defendant"), name(8, "Tu the defendant")]);
    for point in [CENTRAL, OTHER_POINT, PLACE_POINT, UNIT_POINT, 99] {
        assert_eq!(listed(&world, point), [], "{point}");
    }
}

#[test]
fn roles_that_read_at_a_point_are_parties_and_who_speaks_for_them() {
    let may: Vec<Role> = Role::ALL.into_iter().filter(|role| reads_minutes_at_point(*role)).collect();
    assert_eq!(may, [Role::Prosecutor, Role::Counsel, Role::Defendant, Role::Party]);
}

#[test]
fn a_device_that_was_kept_out_does_not_read() {
    let mut world = World::planned(together());
    world.enter(JUDGE).unwrap();
    world.enter(DETENTION).unwrap();
    world.seat(JUDGE, Command::Open { record: true, reason: Some("test".into()) }).unwrap();
    assert_eq!((at(&world, 7), listed(&world, DETENTION_POINT)), (Err(Refusal::NotAdmitted), vec![]));
    world.seat(JUDGE, Command::Admit { seat: DETENTION }).unwrap();
    assert!(at(&world, 7).is_ok());
    world.seat(JUDGE, Command::Remove { seat: DETENTION, reason: "ồn".into() }).unwrap();
    assert_eq!((at(&world, 7), listed(&world, DETENTION_POINT)), (Err(Refusal::RemovedByCourt), vec![]));
}

#[test]
fn who_was_found_absent_or_to_be_somebody_else_does_not_read() {
    let mut world = World::session_of(together());
    let present = |present| Command::ReportPresence { person: person(7), present, note: None };
    world.seat(CLERK, present(false)).unwrap();
    assert_eq!(at(&world, 7), Err(Refusal::NotPresent));
    assert_eq!(listed(&world, DETENTION_POINT).len(), 1);
    world.seat(CLERK, present(true)).unwrap();
    assert!(at(&world, 7).is_ok() && at(&world, 8).is_ok());
    let is =
        |identity| Command::CheckIdentity { person: person(7), identity, method: IdentityMethod::Papers, note: None };
    world.seat(CLERK, is(Identity::Wrong)).unwrap();
    assert_eq!((at(&world, 7), at(&world, 8).is_ok()), (Err(Refusal::NotPresent), true));
    world.seat(CLERK, is(Identity::Right)).unwrap();
    assert!(at(&world, 7).is_ok());
}

#[test]
fn each_reads_their_own_and_never_what_is_their_neighbours() {
    let mut world = World::session_of(together());
    for (kind, number) in
        [(SignalKind::WantLawyer, Some(8)), (SignalKind::CannotHear, Some(7)), (SignalKind::CannotSee, None)]
    {
        world.seat(DETENTION, Command::Signal { kind, person: number.map(person) }).unwrap();
    }
    for (n, whose, title) in [(1, Some(8), "Đơn của Tú"), (2, None, "Đơn không tên")] {
        let (title, person) = (title.into(), whose.map(person));
        world.system(Command::ReceiveExhibit { seat: DETENTION, title, file: file(n), person }).unwrap();
    }
    world.seat(JUDGE, Command::Pause { reason: "nghỉ".into() }).unwrap();
    world.seat(COUNSEL, Command::Consult { with: vec![DETENTION] }).unwrap();
    world.seat(DETENTION, Command::AcceptConsultation { from: COUNSEL }).unwrap();
    world.seat(COUNSEL, Command::LeaveRoom {}).unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    let (thien, tu) = (read(&world, 7), read(&world, 8));
    let signal = |kind| move |said: &Said| matches!(said, Said::Signal { signal, .. } if *signal == kind);
    let both = |which: &dyn Fn(&Said) -> bool| (count(&thien, which), count(&tu, which));
    assert_eq!(both(&signal(SignalKind::WantLawyer)), (0, 1));
    assert_eq!(both(&signal(SignalKind::CannotHear)), (1, 0));
    assert_eq!(both(&signal(SignalKind::CannotSee)), (1, 1), "nobody said whose it is: it may be the reader's");
    assert_eq!(both(&|said| matches!(said, Said::ExhibitReceived { .. })), (0, 1));
    assert!(!json(&thien).contains("Đơn") && json(&tu).contains("Đơn của Tú") && !json(&tu).contains("không tên"));
    assert_eq!(both(&|said| matches!(said, Said::Private { .. })), (1, 0), "counsel spoke with her own client");
    crate::minutes::check(&world);
}

#[test]
fn what_is_withheld_from_one_is_not_read_because_the_other_may_know_it() {
    // Thien and the witness are withheld from Tu, who sits beside Thien: the room's screen is told of both, for one of the
    // room may know.
    let of = vec![person(7), person(9)];
    let screen = Screen { of, people: vec![person(8)], name: true, voice: true, ..Screen::default() };
    let mut world = World::session_of(Plan { screens: vec![screen], ..together() });
    world
        .seat(CLERK, Command::Note { text: "MAI the witness khai; Thien the defendant im".into(), ago_ms: 0 })
        .unwrap();
    let to_us = world.t_us;
    world.system(Command::ReportSpoke { seat: PLACE, from_us: to_us - 9 * SECOND, to_us }).unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    let minutes = minutes(&world);
    let (thien, tu) = (at(&world, 7).unwrap(), at(&world, 8).unwrap());
    let room = json(&minutes.read(Reader::Seat(DETENTION)));
    assert!(room.contains("MAI the witness"), "the danger: {room}");
    assert!(json(&minutes.read(thien)).contains("MAI the witness khai; Thien the defendant im"));
    let text = json(&minutes.read(tu));
    assert!(text.contains("[…] khai; […] im") && !text.contains("Mai") && !text.contains("Thien"), "{text}");
    let spoke = |said: &Said| matches!(said, Said::Spoke { .. });
    assert_eq!((count(&minutes.read(thien), spoke), count(&minutes.read(tu), spoke)), (1, 0));
    assert!(hides_voice(&minutes, tu, PLACE) && !hides_voice(&minutes, thien, PLACE));
    assert!(hides_voice(&minutes, tu, DETENTION), "the room's sound has both their voices");
    assert!(!hides_voice(&minutes, tu, JUDGE) && !hides_voice(&minutes, tu, COUNSEL));
    // The list is seen by all in the room.
    assert_eq!(listed(&world, DETENTION_POINT), [(person(7), None), (person(8), Some("Tu the defendant".into()))]);
    crate::minutes::check(&world);
}

#[test]
fn an_order_against_the_room_holds_for_everybody_in_it() {
    let screen = Screen {
        of: vec![person(9)],
        points: vec![point(DETENTION_POINT)],
        name: true,
        voice: true,
        ..Screen::default()
    };
    let mut world = World::session_of(Plan { screens: vec![screen], ..together() });
    world.seat(CLERK, Command::Note { text: "Mai the witness khai".into(), ago_ms: 0 }).unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    for number in [7, 8] {
        let text = json(&read(&world, number));
        assert!(text.contains("[…] khai") && !text.contains("Mai"), "{number}: {text}");
        assert!(hides_voice(&minutes(&world), at(&world, number).unwrap(), PLACE));
    }
    // Whom nobody knows reads and hears nothing.
    let minutes = minutes(&world);
    for nobody in [Reader::Seat(SeatId(99)), Reader::Person { seat: SeatId(99), person: person(7) }] {
        assert!(minutes.read(nobody).is_empty() && !minutes.has(nobody, 1) && hides_voice(&minutes, nobody, JUDGE));
    }
}

#[test]
fn nothing_is_typed_at_a_point() {
    let reader = Reader::Person { seat: DETENTION, person: person(7) };
    let typed = Wish::Text("20 giờ".into());
    assert_eq!(reader.may_ask(&typed), Err(Refusal::NotTypedHere));
    assert_eq!(reader.may_ask(&Wish::Reason(Reason::NotSaid)), Ok(()));
    for other in [Reader::Court, Reader::Seat(COUNSEL)] {
        assert_eq!((other.may_ask(&typed), other.may_ask(&Wish::Reason(Reason::Missing))), (Ok(()), Ok(())));
    }
}
