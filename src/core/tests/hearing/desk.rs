//! The desk: messages between the clerk and whoever takes part, what was taken of what waits, and who stands large.

use crate::court::*;
use assize_core::hearing::{Command, Layout, Off, SignalKind, Task, Trouble};
use assize_core::ids::{SeatId, SignalId};
use assize_core::refusal::Refusal;
use assize_core::view::{View, view};

fn of(world: &World, seat: SeatId) -> View {
    view(&world.hearing, seat, BEGAN_MS).unwrap()
}

fn write(to: Option<SeatId>, text: &str) -> Command {
    Command::Message { to, text: text.into() }
}

fn read(world: &World, seat: SeatId) -> Vec<String> {
    of(world, seat).messages.into_iter().map(|message| message.text).collect()
}

#[test]
fn a_message_is_between_the_clerk_and_one_other() {
    let mut world = World::in_session();
    world.seat(OFFICER, write(None, " Moving the microphone ")).unwrap();
    world.seat(CLERK, write(Some(OFFICER), "Thank you")).unwrap();
    world.seat(COUNSEL, write(None, "A document is missing")).unwrap();
    assert_eq!(read(&world, CLERK), ["Moving the microphone", "Thank you", "A document is missing"]);
    assert_eq!(read(&world, OFFICER), ["Moving the microphone", "Thank you"]);
    assert_eq!(read(&world, COUNSEL), ["A document is missing"]);
    for other in PLANNED.into_iter().filter(|seat| ![CLERK, OFFICER, COUNSEL].contains(seat)) {
        assert!(read(&world, other).is_empty(), "{other} reads what is none of theirs");
    }
    let told = &of(&world, OFFICER).messages[1];
    assert_eq!((told.from, told.to, told.id.0), (CLERK, Some(OFFICER), 2));
}

#[test]
fn who_waits_outside_may_write_and_a_screen_that_a_room_reads_may_not() {
    let mut world = World::waiting();
    world.seat(WITNESS, write(None, "I am ill")).unwrap();
    world.seat(CLERK, write(Some(WITNESS), "Help is coming")).unwrap();
    assert_eq!(read(&world, WITNESS).len(), 2);
    assert_eq!(world.seat(DETENTION, write(None, "hello")), Err(Refusal::NotYourAct));
    assert_eq!(world.seat(CLERK, write(Some(DETENTION), "hello")), Err(Refusal::SitsAtPoint));
    assert_eq!(world.seat(CLERK, write(Some(LISTENER), "hello")), Err(Refusal::OnlyReceives));
    assert_eq!(world.seat(LISTENER, write(None, "hello")), Err(Refusal::NotYourAct));
    assert_eq!(world.seat(CLERK, write(None, "to myself")), Err(Refusal::NotReachable));
    assert_eq!(world.seat(CLERK, write(Some(CLERK), "to myself")), Err(Refusal::NotReachable));
    assert_eq!(world.seat(COUNSEL, write(Some(PROSECUTOR), "hello")), Err(Refusal::NotReachable), "only to the clerk");
    assert_eq!(world.seat(CLERK, write(Some(SeatId(99)), "hello")), Err(Refusal::NoSuchSeat));
}

#[test]
fn a_message_says_something_is_short_and_they_are_not_too_many() {
    let mut world = World::in_session();
    assert_eq!(world.seat(PARTY, write(None, "  ")), Err(Refusal::NothingWritten));
    assert_eq!(world.seat(PARTY, write(None, &"ă".repeat(501))), Err(Refusal::TooMuch { limit: 500 }));
    world.seat(PARTY, write(None, &"ă".repeat(500))).unwrap();
    for _ in 1..12 {
        world.seat(PARTY, write(None, "again")).unwrap();
    }
    assert_eq!(world.seat(PARTY, write(None, "again")), Err(Refusal::TooOften));
    world.seat(COUNSEL, write(None, "others may")).unwrap();
    world.pass(60);
    world.seat(PARTY, write(None, "later")).unwrap();
}

#[test]
fn who_was_removed_neither_reads_nor_is_written_to() {
    let mut world = World::in_session();
    world.seat(CLERK, write(Some(PARTY), "before")).unwrap();
    world.seat(JUDGE, Command::Remove { seat: PARTY, reason: "noise".into() }).unwrap();
    assert!(read(&world, PARTY).is_empty());
    assert_eq!(world.seat(CLERK, write(Some(PARTY), "after")), Err(Refusal::NotReachable));
}

fn take(task: Task, taken: bool) -> Command {
    Command::TakeTask { task, taken }
}

#[test]
fn what_waits_is_taken_once_and_is_nobodys_when_it_is_over() {
    let mut world = World::in_session();
    let task = Task::Signal { signal: SignalId(1) };
    assert_eq!(world.seat(CLERK, take(task, true)), Err(Refusal::NoSuchSignal));
    world.seat(PARTY, Command::Signal { kind: SignalKind::CannotHear, person: None }).unwrap();
    assert_eq!(world.seat(CLERK, take(task, false)), Err(Refusal::AlreadySo), "nobody has it");
    world.seat(CLERK, take(task, true)).unwrap();
    assert_eq!(world.seat(CLERK, take(task, true)), Err(Refusal::AlreadySo));
    for court in [JUDGE, PANEL, CLERK] {
        let told = of(&world, court).tasks;
        assert_eq!(told.iter().map(|one| (one.task, one.by)).collect::<Vec<_>>(), [(task, CLERK)], "{court}");
    }
    assert!(of(&world, PARTY).tasks.is_empty() && of(&world, OFFICER).tasks.is_empty());
    world.seat(CLERK, take(task, false)).unwrap();
    assert!(world.hearing.tasks.is_empty());
    world.seat(CLERK, take(task, true)).unwrap();
    world.seat(PARTY, Command::WithdrawSignal { signal: SignalId(1) }).unwrap();
    assert!(world.hearing.tasks.is_empty(), "it waits no longer");
    assert_eq!(world.seat(CLERK, take(task, true)), Err(Refusal::AlreadySo));
}

#[test]
fn trouble_at_a_seat_that_comes_again_has_to_be_taken_again() {
    let mut world = World::in_session();
    let task = |trouble| Task::Seat { seat: PARTY, trouble };
    assert_eq!(world.seat(CLERK, take(task(Trouble::Playback), true)), Err(Refusal::AlreadySo), "there is none");
    world.seat(PARTY, Command::ReportPlayback { blocked: true }).unwrap();
    world.system(Command::ReportOff { seat: PARTY, off: [Off::Camera].into() }).unwrap();
    world.seat(CLERK, take(task(Trouble::Playback), true)).unwrap();
    world.seat(CLERK, take(task(Trouble::Camera), true)).unwrap();
    assert_eq!(world.seat(CLERK, take(task(Trouble::Microphone), true)), Err(Refusal::AlreadySo));
    world.seat(PARTY, Command::ReportPlayback { blocked: false }).unwrap();
    assert_eq!(world.hearing.tasks.keys().copied().collect::<Vec<_>>(), [task(Trouble::Camera)]);
    world.seat(PARTY, Command::ReportPlayback { blocked: true }).unwrap();
    assert_eq!(world.hearing.tasks.len(), 1, "and is nobody's again");
}

fn large(layout: Option<Layout>) -> Command {
    Command::SetLayout { layout }
}

#[test]
fn whoever_the_judge_sets_stands_large_for_all_who_are_inside() {
    let mut world = World::in_session();
    let spotlight = Some(Layout::Spotlight { seat: COUNSEL });
    assert_eq!(world.seat(CLERK, large(spotlight)), Err(Refusal::NotYourAct));
    world.seat(JUDGE, large(spotlight)).unwrap();
    assert_eq!(world.seat(JUDGE, large(spotlight)), Err(Refusal::AlreadySo));
    for inside in [JUDGE, CLERK, DETENTION, LISTENER] {
        assert_eq!(of(&world, inside).session.layout, spotlight, "{inside}");
    }
    world.seat(JUDGE, large(Some(Layout::Speaker {}))).unwrap();
    world.seat(JUDGE, large(None)).unwrap();
    assert_eq!(of(&world, DETENTION).session.layout, None);
    assert_eq!(world.seat(JUDGE, large(Some(Layout::Spotlight { seat: LISTENER }))), Err(Refusal::OnlyReceives));
    assert_eq!(world.seat(JUDGE, large(Some(Layout::Spotlight { seat: SeatId(99) }))), Err(Refusal::NoSuchSeat));
}

#[test]
fn nobody_stands_large_who_was_sent_out_and_a_lost_line_changes_nothing() {
    let mut world = World::in_session();
    world.seat(JUDGE, large(Some(Layout::Spotlight { seat: PARTY }))).unwrap();
    world.lose(PARTY);
    assert_eq!(world.hearing.layout, Some(Layout::Spotlight { seat: PARTY }), "who comes back is large again");
    world.seat(JUDGE, Command::Remove { seat: PARTY, reason: "noise".into() }).unwrap();
    assert_eq!(world.hearing.layout, None);
    assert_eq!(world.seat(JUDGE, large(Some(Layout::Spotlight { seat: PARTY }))), Err(Refusal::NotAdmitted));
}
