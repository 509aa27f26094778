//! Recordings that are shown: who plays them, who hears and sees them, and what is kept of it.

use crate::court::*;
use crate::exhibits::{recording, rule, show, submit};
use assize_core::hearing::{Command, Event, HoldCause, LeaveReason, PlayedPart};
use assize_core::ids::{DeviceKind, ExhibitId, SeatId, TrackId};
use assize_core::plan::Plan;
use assize_core::refusal::Refusal;
use assize_core::routing::{Sink, routes};
use assize_core::view::{View, view};

const BOTH: [DeviceKind; 2] = [DeviceKind::Played, DeviceKind::PlayedSound];

fn play(playing: bool, at_ms: Option<u64>) -> Command {
    Command::PlayExhibit { playing, at_ms }
}

fn of(world: &World, seat: SeatId) -> View {
    view(&world.hearing, seat, BEGAN_MS).unwrap()
}

/// Exhibit 1 is a recording of a minute, from the party, admitted.
fn admitted() -> World {
    with_recording(World::in_session())
}

fn with_recording(mut world: World) -> World {
    let (title, file) = ("Camera".into(), recording(1));
    world.system(Command::ReceiveExhibit { seat: PARTY, title, file, person: None }).unwrap();
    world.seat(CLERK, submit(1)).unwrap();
    world.seat(JUDGE, rule(1, true)).unwrap();
    world
}

fn show_to(to: &[SeatId]) -> Command {
    Command::ShowExhibit { exhibit: ExhibitId(1), to: Some(to.to_vec()), observers: false, page: None }
}

/// The clerk shows it to everybody, and sends it.
fn shown(by: SeatId, command: Command) -> World {
    let mut world = admitted();
    world.seat(by, command).unwrap();
    world.seat(by, Command::Publish { devices: BOTH.to_vec() }).unwrap();
    world
}

/// Where picture and sound of it go: seats, and whether the record has them.
fn reached(world: &World, device: DeviceKind) -> (Vec<SeatId>, bool) {
    let all = routes(&world.hearing);
    let led = all.iter().filter(|route| route.source.device == device);
    let seat = |sink: &Sink| if let Sink::Seat(seat) = sink { Some(*seat) } else { None };
    let record = led.clone().any(|route| route.sink == Sink::Recorder);
    (led.filter_map(|route| seat(&route.sink)).collect(), record)
}

fn nothing_flows(world: &World) -> bool {
    BOTH.iter().all(|device| reached(world, *device) == (vec![], false))
}

#[test]
fn it_goes_to_whom_it_is_shown_and_to_the_court_and_the_record() {
    let world = shown(CLERK, show_to(&[DETENTION]));
    let (seen, recorded) = reached(&world, DeviceKind::Played);
    let court = [JUDGE, PANEL];
    assert!(recorded && seen.iter().all(|seat| court.contains(seat) || *seat == DETENTION), "{seen:?}");
    assert!(seen.contains(&JUDGE) && seen.contains(&DETENTION));
    let (heard, recorded) = reached(&world, DeviceKind::PlayedSound);
    assert!(recorded && heard.contains(&DETENTION) && !heard.contains(&PARTY) && !heard.contains(&OTHER));
    for seat in PLANNED {
        let led = of(&world, seat).tracks.iter().any(|track| track.device.is_played());
        assert_eq!(led, seen.contains(&seat) || heard.contains(&seat), "{seat} is told of what reaches it");
        let devices = of(&world, seat).seats.into_iter().flat_map(|other| other.devices);
        assert!(devices.into_iter().all(|device| !device.is_played()), "{seat} learns by the showing alone");
    }
}

#[test]
fn it_sounds_out_of_one_loudspeaker_of_a_room() {
    let world = shown(CLERK, show(1));
    let (heard, _) = reached(&world, DeviceKind::PlayedSound);
    for seat in &heard {
        let point = world.hearing.point_of(&world.hearing.seats[seat]);
        let same = |other: &&SeatId| point.is_some() && world.hearing.point_of(&world.hearing.seats[*other]) == point;
        assert_eq!(heard.iter().filter(same).count(), usize::from(point.is_some()), "{seat} is not alone");
    }
    let clerks = world.hearing.point_of(&world.hearing.seats[&CLERK]);
    assert_eq!(clerks, world.hearing.point_of(&world.hearing.seats[&ROOM]));
    assert!(heard.contains(&ROOM), "the courtroom's own device sounds, and not the clerk's browser");
    assert!(!of(&world, CLERK).shown.unwrap().play.unwrap().sounds);
}

#[test]
fn a_mute_is_about_a_microphone_and_a_stop_is_about_what_is_shown() {
    let mut world = shown(CLERK, show(1));
    let before = reached(&world, DeviceKind::PlayedSound);
    world.seat(JUDGE, Command::MuteLock { seat: CLERK }).unwrap();
    assert_eq!(reached(&world, DeviceKind::PlayedSound), before, "the clerk is muted, the recording is not");
    let voice = TrackId { seat: CLERK, device: DeviceKind::Microphone };
    assert!(routes(&world.hearing).iter().all(|route| route.source != voice));
    world.seat(JUDGE, Command::StopExhibit {}).unwrap();
    assert!(nothing_flows(&world));
}

#[test]
fn whatever_ends_the_session_cuts_it() {
    let ends: [fn(&mut World); 4] = [
        |world| _ = world.seat(JUDGE, Command::Pause { reason: "x".into() }).unwrap(),
        |world| _ = world.seat(CLERK, Command::Hold { reason: "x".into() }).unwrap(),
        |world| _ = world.system(Command::AutoHold { cause: HoldCause::MediaFault }).unwrap(),
        |world| _ = world.seat(JUDGE, Command::Close {}).unwrap(),
    ];
    for end in ends {
        let mut world = shown(CLERK, show(1));
        world.seat(CLERK, play(true, None)).unwrap();
        end(&mut world);
        assert!(nothing_flows(&world));
        let part = *world.hearing.exhibits.all[&ExhibitId(1)].played.last().unwrap();
        assert_eq!((part.from_ms, part.to_ms), (0, Some(1000)), "and it ends there");
    }
}

#[test]
fn nothing_flows_of_what_nobody_shows() {
    let mut world = admitted();
    let publish = || Command::Publish { devices: BOTH.to_vec() };
    assert_eq!(world.seat(PARTY, publish()), Err(Refusal::NotPresenting));
    world.seat(CLERK, publish()).unwrap();
    assert!(nothing_flows(&world), "nothing is shown");
    world.seat(JUDGE, show(1)).unwrap();
    assert!(nothing_flows(&world), "another shows it");
    let plays = |world: &World, seat| of(world, seat).shown.unwrap().play.unwrap();
    assert!(plays(&world, JUDGE).mine && !plays(&world, CLERK).mine && !plays(&world, CLERK).ready);
    assert_eq!(world.seat(JUDGE, show(1)), Err(Refusal::AlreadySo));
    world.seat(CLERK, show(1)).unwrap();
    assert!(!nothing_flows(&world), "the clerk took it over");
    assert!(plays(&world, CLERK).mine && plays(&world, PARTY).ready);
    world.seat(CLERK, Command::Unpublish { devices: BOTH.to_vec() }).unwrap();
    assert!(nothing_flows(&world) && !plays(&world, PARTY).ready);
}

#[test]
fn who_shows_pages_sends_nothing() {
    let mut world = World::in_session();
    crate::exhibits::admitted(&mut world, PARTY, 1);
    world.seat(CLERK, show(1)).unwrap();
    world.seat(CLERK, Command::Publish { devices: BOTH.to_vec() }).unwrap();
    assert!(nothing_flows(&world));
    assert_eq!(world.seat(CLERK, play(true, None)), Err(Refusal::NothingToPlay));
    assert!(of(&world, CLERK).shown.unwrap().play.is_none());
}

#[test]
fn orders_keep_a_recording_from_whom_they_keep_its_presenter() {
    let mut world = with_recording(World::session_of(Plan { screens: screens(), ..plan() }));
    world.seat(JUDGE, Command::AllowPresenting { seat: PARTY, allowed: true }).unwrap();
    world.seat(PARTY, show(1)).unwrap();
    world.seat(PARTY, Command::Publish { devices: BOTH.to_vec() }).unwrap();
    let (seen, recorded) = reached(&world, DeviceKind::Played);
    assert!(recorded && seen.contains(&JUDGE) && seen.contains(&DETENTION));
    assert!(!seen.contains(&OTHER), "the victim's picture is kept from there: {seen:?}");
}

#[test]
fn the_ledger_has_every_act_and_the_parts_follow_from_it() {
    let mut world = shown(CLERK, show(1));
    let played = |at_ms, playing| vec![Event::ExhibitPlayed { exhibit: ExhibitId(1), at_ms, playing }];
    assert_eq!(world.seat(CLERK, play(false, None)), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(PARTY, play(true, None)), Err(Refusal::NotPresenting));
    assert_eq!(world.seat(CLERK, play(true, None)), Ok(played(0, true)));
    assert_eq!(world.seat(CLERK, play(true, None)), Err(Refusal::AlreadySo));
    world.pass(9);
    assert_eq!(world.seat(JUDGE, play(false, None)), Ok(played(11_000, false)), "the judge may as well");
    assert_eq!(world.seat(CLERK, play(false, Some(30_000))), Ok(played(30_000, false)), "gone to, standing");
    assert_eq!(world.seat(CLERK, play(false, Some(30_000))), Err(Refusal::AlreadySo));
    assert_eq!(world.seat(CLERK, play(true, None)), Ok(played(30_000, true)));
    assert_eq!(world.seat(CLERK, play(true, Some(5000))), Ok(played(5000, true)), "gone to, playing");
    assert_eq!(world.seat(CLERK, play(true, Some(99_000))), Ok(played(60_000, true)), "no further than its end");
    let parts = |world: &World| -> Vec<(u64, Option<u64>)> {
        let part = |part: &PlayedPart| (part.from_ms, part.to_ms);
        world.hearing.exhibits.all[&ExhibitId(1)].played.iter().map(part).collect()
    };
    let known = [(0, Some(11_000)), (30_000, Some(31_000)), (5000, Some(6000)), (60_000, None)];
    assert_eq!(parts(&world), known);
    let told = of(&world, JUDGE).exhibits.list;
    assert_eq!(told[0].played.len(), 4);
    world.seat(CLERK, play(true, Some(50_000))).unwrap();
    world.pass(100);
    world.seat(CLERK, Command::StopExhibit {}).unwrap();
    assert_eq!(parts(&world)[4], (50_000, Some(60_000)), "it ran to its end");
}

#[test]
fn it_stands_still_when_nobody_sends_it_any_more() {
    let mut world = shown(CLERK, show(1));
    world.seat(CLERK, play(true, None)).unwrap();
    world.pass(6);
    let connection = world.hearing.seats[&CLERK].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Lost }).unwrap();
    let told = of(&world, DETENTION).shown.unwrap().play.unwrap();
    assert!(!told.playing && !told.ready && told.position_ms == 7000, "{told:?}");
    assert!(nothing_flows(&world));
    assert_eq!(world.seat(JUDGE, play(true, None)), Err(Refusal::NothingToPlay));
}

#[test]
fn a_recording_has_no_pages_and_is_nobodys_voice() {
    let mut world = shown(CLERK, show(1));
    assert_eq!(world.seat(CLERK, Command::TurnExhibit { page: 2 }), Err(Refusal::NoSuchPage));
    let spot = Some(assize_core::hearing::Spot { x: 1, y: 1 });
    assert_eq!(world.seat(CLERK, Command::PointExhibit { spot }), Err(Refusal::NoSuchPage));
    world.seat(CLERK, Command::SetMicrophone { open: false }).unwrap();
    let told = of(&world, CLERK);
    assert!(told.heard_by.is_empty(), "nobody hears the clerk");
    let sound = TrackId { seat: CLERK, device: DeviceKind::PlayedSound };
    assert!(!world.hearing.would_have_had(PARTY, sound), "nobody is given it afterwards as what they missed");
    assert!(world.hearing.sounds(sound));
    world.seat(CLERK, Command::StopExhibit {}).unwrap();
    assert!(!world.hearing.sounds(sound));
}
