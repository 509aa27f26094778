//! The floor and the interpreters' channel.

use crate::court::*;
use assize_core::hearing::Command;
use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_core::refusal::Refusal;
use assize_core::routing::{Channel, Sink, routes};
use assize_core::view::{Act, view};

const VOICE: TrackId = TrackId { seat: INTERPRETER, device: DeviceKind::Microphone };

/// In session; the victim listens to the interpretation.
fn interpreted() -> World {
    let mut world = World::in_session();
    world.seat(INTERPRETER, Command::SpeakOn { channel: Channel::Interpretation }).unwrap();
    world.seat(PARTY, Command::Listen { seat: None, channel: Channel::Interpretation }).unwrap();
    world
}

/// Whose voices a seat hears.
fn hears(world: &World, sink: SeatId) -> Vec<SeatId> {
    let routes = routes(&world.hearing);
    let voices = routes.iter().filter(|route| route.sink == Sink::Seat(sink) && route.source.device.is_audio());
    voices.map(|route| route.source.seat).collect()
}

#[test]
fn who_listens_to_the_interpretation_hears_it_alone_and_the_others_hear_the_floor_without_it() {
    let world = interpreted();
    assert_eq!(hears(&world, PARTY), [INTERPRETER]);
    for other in [COUNSEL, DETENTION, ROOM] {
        let heard = hears(&world, other);
        assert!(!heard.contains(&INTERPRETER) && heard.contains(&PARTY), "{other}: {heard:?}");
    }
    let recorded: Vec<_> = routes(&world.hearing).into_iter().filter(|route| route.sink == Sink::Recorder).collect();
    let channel =
        |seat| recorded.iter().find(|route| route.source == TrackId { seat, ..VOICE }).map(|route| route.channel);
    assert_eq!((channel(INTERPRETER), channel(PARTY)), (Some(Channel::Interpretation), Some(Channel::Floor)), "both");
}

#[test]
fn while_nobody_interprets_the_floor_is_heard() {
    let mut world = interpreted();
    world.seat(INTERPRETER, Command::SetMicrophone { open: false }).unwrap();
    assert!(hears(&world, PARTY).contains(&JUDGE), "{:?}", hears(&world, PARTY));
    world.seat(INTERPRETER, Command::SetMicrophone { open: true }).unwrap();
    assert_eq!(hears(&world, PARTY), [INTERPRETER]);
    world.seat(INTERPRETER, Command::SpeakOn { channel: Channel::Floor }).unwrap();
    let heard = hears(&world, PARTY);
    assert!(
        heard.contains(&JUDGE) && heard.contains(&INTERPRETER),
        "an interpreter on the floor is a voice among others"
    );
}

#[test]
fn a_voice_withheld_does_not_leave_a_listener_in_silence() {
    let mut world = World::planned(assize_core::plan::Plan { screens: screens(), ..plan() });
    for seat in PLANNED {
        world.enter(seat).unwrap();
        _ = world.seat(seat, Command::Publish { devices: vec![DeviceKind::Microphone] });
        _ = world.seat(CLERK, Command::Admit { seat });
    }
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    world.seat(INTERPRETER, Command::SpeakOn { channel: Channel::Interpretation }).unwrap();
    world.seat(CLERK, Command::Listen { seat: Some(DETENTION), channel: Channel::Interpretation }).unwrap();
    let heard = hears(&world, DETENTION);
    assert!(!heard.contains(&INTERPRETER) && heard.contains(&JUDGE), "{heard:?}");
}

#[test]
fn what_is_interpreted_is_heard_in_every_phase_but_a_deliberation() {
    let mut world = World::lawful_session();
    world.seat(INTERPRETER, Command::SpeakOn { channel: Channel::Interpretation }).unwrap();
    world.seat(PARTY, Command::Listen { seat: None, channel: Channel::Interpretation }).unwrap();
    let phases: Vec<_> =
        world.hearing.procedure.phases.iter().map(|phase| (phase.id.clone(), phase.deliberation)).collect();
    for (phase, deliberation) in phases {
        world.hearing.course.phase = Some(phase.clone());
        assert_eq!(hears(&world, PARTY) == [INTERPRETER], !deliberation, "{phase}");
    }
}

#[test]
fn only_interpreters_choose_a_channel_to_speak_on_and_only_the_court_chooses_what_others_hear() {
    let mut world = interpreted();
    let on = || Command::SpeakOn { channel: Channel::Interpretation };
    // At the detention centre's camera an interpreter sits beside the defendant.
    for seat in [COUNSEL, JUDGE, DETENTION] {
        assert_eq!(world.seat(seat, on()), Err(Refusal::NotYourAct), "{seat}");
    }
    assert_eq!(world.seat(INTERPRETER, on()), Err(Refusal::AlreadySo));
    let listen = |seat| Command::Listen { seat, channel: Channel::Interpretation };
    assert_eq!(world.seat(COUNSEL, listen(Some(OTHER))), Err(Refusal::NotYourAct));
    assert_eq!(world.seat(CLERK, listen(Some(OTHER))).map(|events| events.len()), Ok(1));
    assert_eq!(world.seat(CLERK, listen(Some(SeatId(99)))), Err(Refusal::NoSuchSeat));
    let told = |viewer, of| {
        let view = view(&world.hearing, viewer, BEGAN_MS).unwrap();
        view.seats.into_iter().find(|seat| seat.seat == of).unwrap().listens
    };
    assert_eq!(
        (told(CLERK, OTHER), told(COUNSEL, OTHER)),
        (Channel::Interpretation, Channel::Floor),
        "the court's business"
    );
}

#[test]
fn an_interpreter_is_shown_beside_whom_they_interpret_for() {
    let world = interpreted();
    let view = view(&world.hearing, COUNSEL, BEGAN_MS).unwrap();
    let beside = |of| view.seats.iter().find(|seat| seat.seat == of).unwrap().beside;
    assert_eq!((beside(INTERPRETER), beside(PARTY), beside(DETENTION)), (Some(PARTY), None, None));
    assert!(view.acts.contains(&Act::Listen) && !view.acts.contains(&Act::SpeakOn));
}
