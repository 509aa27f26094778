//! What a copy of the ledger for a party keeps.

use crate::court::*;
use assize_core::hearing::{Command, Event, Hearing, SignalKind, Stamped};
use assize_core::ids::{DeviceKind, PersonId, SeatId, TrackId};
use assize_core::plan::{Plan, Role};
use assize_core::view::copy::{Copy, Line, is_party};

/// The ledger's lines with what becomes of each in the copy for a person.
pub(crate) fn copied(ledger: &[Stamped], person: PersonId) -> Vec<(Event, Line)> {
    let mut hearing = Hearing::begin(&ledger[0]).unwrap();
    let mut lines = vec![(ledger[0].event.clone(), Copy::new(&hearing, &hearing, person).line(&ledger[0]))];
    for stamped in &ledger[1..] {
        let before = hearing.clone();
        hearing.apply(stamped);
        lines.push((stamped.event.clone(), Copy::new(&before, &hearing, person).line(stamped)));
    }
    lines
}

/// No line that is whole says anything of those who are withheld from its recipient, nor of a private room that they were
/// not in, nor what others pressed.
pub(crate) fn check(world: &World) {
    for person in world.hearing.plan.people.iter().filter(|person| is_party(person.role)) {
        let own = |seat: &SeatId| world.hearing.people(&world.hearing.seats[seat]).any(|one| one.id == person.id);
        for (event, line) in copied(&world.ledger, person.id) {
            let text = serde_json::to_string(&event).unwrap();
            for hidden in world.hearing.plan.screens.iter().filter(|_| line == Line::Whole) {
                let against =
                    hidden.people.contains(&person.id) || person.point.is_some_and(|at| hidden.points.contains(&at));
                let of = || hidden.of.iter().filter(|of| **of != person.id);
                let named = of().any(|of| text.contains(&of.0.to_string()));
                assert!(!(against && named), "{} is told {text}", person.name);
            }
            if line == Line::Hash {
                continue;
            }
            match &event {
                Event::RoomOpened { seats, .. } => assert!(seats.iter().any(own), "{}: {text}", person.name),
                Event::RoomEntered { seat, .. } | Event::RoomLeft { seat, .. } | Event::Signalled { seat, .. } => {
                    assert!(own(seat), "{}: {text}", person.name);
                }
                Event::RoomClosed { .. } | Event::SecondUse { .. } | Event::Continuity { .. } => {
                    panic!("{}: {text}", person.name)
                }
                _ => {}
            }
        }
    }
}

fn screened() -> World {
    let mut world = World::planned(Plan { screens: screens(), ..plan() });
    for seat in PLANNED {
        world.enter(seat).unwrap();
        _ = world.seat(seat, Command::Publish { devices: vec![DeviceKind::Microphone, DeviceKind::Camera1] });
        _ = world.seat(CLERK, Command::Admit { seat });
    }
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    world
}

const DEFENDANT: u128 = 7;
const DEFENCE: u128 = 5;

fn of(world: &World, recipient: u128, wanted: impl Fn(&Event) -> bool) -> Vec<Line> {
    let lines = copied(&world.ledger, person(recipient)).into_iter();
    lines.filter(|(event, _)| wanted(event)).map(|(_, line)| line).collect()
}

#[test]
fn what_happens_before_everybody_is_in_everybodys_copy() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::Pause { reason: "nghỉ".into() }).unwrap();
    world.seat(JUDGE, Command::Close {}).unwrap();
    let open = |event: &Event| {
        matches!(event, Event::Planned { .. } | Event::Opened { .. } | Event::Paused { .. } | Event::Closed)
    };
    assert_eq!(of(&world, DEFENDANT, open), [Line::Whole; 4]);
}

#[test]
fn a_protected_witness_is_in_no_line_of_the_prisoners_copy() {
    let world = screened();
    let witness = |event: &Event| matches!(event, Event::Entered { seat, .. } | Event::Published { seat, .. } | Event::Admitted { seat } if *seat == PLACE);
    let lines = of(&world, DEFENDANT, witness);
    assert!(lines.len() >= 2 && lines.iter().all(|line| *line == Line::Hash), "{lines:?}");
    assert!(of(&world, DEFENCE, witness).contains(&Line::Whole), "counsel saw and heard the witness");
    assert_eq!(
        of(&world, DEFENCE, |event| matches!(event, Event::Planned { .. })),
        [Line::Kind],
        "who is kept from whom"
    );
    let copy = Copy::new(&world.hearing, &world.hearing, person(DEFENDANT));
    let track = |seat, device| copy.has(TrackId { seat, device });
    assert!(!track(PLACE, DeviceKind::Microphone) && !track(PLACE, DeviceKind::Camera1));
    assert!(track(JUDGE, DeviceKind::Microphone) && track(COUNSEL, DeviceKind::Camera1));
    check(&world);
}

#[test]
fn what_one_pressed_is_ones_own() {
    let mut world = World::in_session();
    world.seat(DETENTION, Command::Signal { kind: SignalKind::CannotHear, person: None }).unwrap();
    let pressed = |event: &Event| matches!(event, Event::Signalled { .. });
    assert_eq!(of(&world, DEFENDANT, pressed), [Line::Whole]);
    assert_eq!(of(&world, 4, pressed), [Line::Hash], "not the prosecutor's");
}

#[test]
fn copies_are_for_parties() {
    let parties: Vec<Role> = Role::ALL.into_iter().filter(|role| is_party(*role)).collect();
    assert_eq!(parties, [Role::Prosecutor, Role::Counsel, Role::Defendant, Role::Party]);
}
