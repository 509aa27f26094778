//! Who hears and sees whom, enumerated by hand.

use crate::court::*;
use assize_core::hearing::{Command, Entrant, HoldCause, LeaveReason, SessionState};
use assize_core::ids::{DeviceKind, SeatId};
use assize_core::routing::{Routes, Sink, routes};

/// Everybody admitted and publishing, in session. A row is who is heard and seen, a column who hears and sees; the last
/// column is the recorder. s: sound and picture, p: picture only.
///
/// Seats 1 to 4 and 6 are in the courtroom, where 6 is the loudspeaker; 7 and 14 are at one point, where 7 is; 10 and 15
/// only observe.
const IN_SESSION: &str = "
    1 2 3 4 5 6 7 8 9 0 1 2 3 4 5  rec
 1  . p p p s p s s s s s s s p s  s
 2  p . p p s p s s s s s s s p s  s
 3  p p . p s p s s s s s s s p s  s
 4  p p p . s p s s s s s s s p s  s
 5  p p p p . s s s s s s s s p s  s
 6  p p p p s . s s s s s s s p s  s
 7  p p p p s s . s s s s s s p s  s
 8  p p p p s s s . s s s s s p s  s
 9  p p p p s s s s . s s s s p s  s
10  . . . . . . . . . . . . . . .  .
11  p p p p s s s s s s . s s p s  s
12  p p p p s s s s s s s . s p s  s
13  p p p p s s s s s s s s . p s  s
14  p p p p s s p s s s s s s . s  s
15  . . . . . . . . . . . . . . .  .
";

/// The same people while the court is waiting to open, holding or in recess: pictures, among those who take part.
const OUT_OF_SESSION: &str = "
    1 2 3 4 5 6 7 8 9 0 1 2 3 4 5  rec
 1  . p p p p p p p p . p p p p .  .
 2  p . p p p p p p p . p p p p .  .
 3  p p . p p p p p p . p p p p .  .
 4  p p p . p p p p p . p p p p .  .
 5  p p p p . p p p p . p p p p .  .
 6  p p p p p . p p p . p p p p .  .
 7  p p p p p p . p p . p p p p .  .
 8  p p p p p p p . p . p p p p .  .
 9  p p p p p p p p . . p p p p .  .
10  . . . . . . . . . . . . . . .  .
11  p p p p p p p p p . . p p p .  .
12  p p p p p p p p p . p . p p .  .
13  p p p p p p p p p . p p . p .  .
14  p p p p p p p p p . p p p . .  .
15  . . . . . . . . . . . . . . .  .
";

fn mark(routes: &Routes, source: SeatId, sink: Sink) -> &'static str {
    let has = |device| routes.iter().any(|r| r.source.seat == source && r.source.device == device && r.sink == sink);
    match (has(DeviceKind::Microphone), has(DeviceKind::Camera1)) {
        (true, true) => "s",
        (false, true) => "p",
        (true, false) => "sound without picture",
        (false, false) => ".",
    }
}

fn assert_table(world: &World, table: &str) {
    let routes = routes(&world.hearing);
    let rows: Vec<&str> = table.trim_matches('\n').lines().skip(1).collect();
    assert_eq!(rows.len(), PLANNED.len());
    for (source, row) in PLANNED.into_iter().zip(rows) {
        let mut cells = row.split_whitespace();
        assert_eq!(cells.next(), Some(source.0.to_string().as_str()));
        let sinks = PLANNED.into_iter().map(Sink::Seat).chain([Sink::Recorder]);
        for (sink, cell) in sinks.zip(cells.by_ref()) {
            assert_eq!(mark(&routes, source, sink), cell, "{source} to {sink:?} while {:?}", world.state());
        }
        assert_eq!(cells.next(), None);
    }
}

fn audio(routes: &Routes) -> usize {
    routes.iter().filter(|route| route.source.device.is_audio()).count()
}

#[test]
fn in_session_everybody_sees_all_and_hears_all_but_their_own_room() {
    assert_table(&World::in_session(), IN_SESSION);
}

#[test]
fn those_who_only_watch_are_delayed_as_the_procedure_says_and_nobody_else_is() {
    let mut world = World::in_session();
    let mut procedure = (*world.hearing.procedure).clone();
    procedure.limits.observer_delay_s = 20;
    let before = routes(&world.hearing);
    assert!(before.iter().all(|route| route.delay_ms == 0));
    world.hearing.procedure = std::sync::Arc::new(procedure);
    let delayed = routes(&world.hearing);
    assert_eq!(delayed.len(), before.len(), "the same routes");
    for route in delayed {
        let watches = [SeatId(10), SeatId(15)].map(Sink::Seat).contains(&route.sink);
        assert_eq!(route.delay_ms, if watches { 20_000 } else { 0 }, "{route:?}");
    }
}

#[test]
fn out_of_session_there_are_pictures_for_those_who_take_part_and_nothing_else() {
    assert_table(&World::admitted(), OUT_OF_SESSION);
    for stop in [Command::Hold { reason: String::new() }, Command::Pause { reason: String::new() }] {
        let mut world = World::in_session();
        world.seat(JUDGE, stop).unwrap();
        assert_table(&world, OUT_OF_SESSION);
        // Not even who opens the microphone meanwhile.
        world.set_microphone(COUNSEL, true).unwrap();
        assert_table(&world, OUT_OF_SESSION);
    }
    for cause in [HoldCause::Restart, HoldCause::LedgerFault] {
        let mut world = World::in_session();
        world.system(Command::AutoHold { cause }).unwrap();
        assert_table(&world, OUT_OF_SESSION);
    }
}

#[test]
fn states_without_a_session_have_no_routes() {
    let mut world = World::in_session();
    for state in SessionState::ALL {
        world.hearing.state = state;
        let none = matches!(
            state,
            SessionState::Scheduled | SessionState::Suspended | SessionState::Postponed | SessionState::Closed
        );
        assert_eq!(routes(&world.hearing).is_empty(), none, "{state:?}");
    }
}

#[test]
fn who_waits_hears_and_sees_nothing_and_is_not_heard_or_seen() {
    let mut world = World::waiting();
    world.seat(JUDGE, Command::Open { record: true, reason: None }).unwrap();
    let inside = [JUDGE, PANEL, CLERK, ROOM];
    let audience = [UNIT, LISTENER];
    for route in routes(&world.hearing) {
        assert!(inside.contains(&route.source.seat), "{route:?}");
        let told = |sink| inside.contains(&sink) || audience.contains(&sink);
        assert!(matches!(route.sink, Sink::Seat(sink) if told(sink)) || route.sink == Sink::Recorder, "{route:?}");
    }
    world.seat(CLERK, Command::Admit { seat: WITNESS }).unwrap();
    let now = routes(&world.hearing);
    assert_eq!(mark(&now, JUDGE, Sink::Seat(WITNESS)), "s");
    assert_eq!(mark(&now, WITNESS, Sink::Recorder), "s");
}

#[test]
fn who_is_removed_or_gone_is_cut_both_ways() {
    let mut world = World::in_session();
    world.seat(JUDGE, Command::Remove { seat: PARTY, reason: String::new() }).unwrap();
    world.lose(COUNSEL);
    for route in routes(&world.hearing) {
        assert!(![PARTY, COUNSEL].contains(&route.source.seat) && route.sink != Sink::Seat(PARTY), "{route:?}");
        assert_ne!(route.sink, Sink::Seat(COUNSEL));
    }
}

#[test]
fn a_muted_microphone_reaches_neither_ear_nor_record() {
    for command in [Command::Mute { seat: PARTY }, Command::MuteLock { seat: PARTY }] {
        let mut world = World::in_session();
        let before = routes(&world.hearing);
        world.seat(JUDGE, command).unwrap();
        let after = routes(&world.hearing);
        let cut: Vec<_> = before.difference(&after).collect();
        assert!(cut.iter().all(|route| route.source.seat == PARTY && route.source.device == DeviceKind::Microphone));
        assert_eq!(cut.len(), audio(&before) - audio(&after));
        assert!(cut.iter().any(|route| route.sink == Sink::Recorder));
        assert_eq!(mark(&after, PARTY, Sink::Seat(COUNSEL)), "p");
    }
    let mut world = World::in_session();
    world.set_microphone(PARTY, false).unwrap();
    assert_eq!(mark(&routes(&world.hearing), PARTY, Sink::Recorder), "p");
}

#[test]
fn without_recording_the_record_gets_nothing() {
    let mut world = World::admitted();
    world.seat(JUDGE, Command::Open { record: false, reason: Some("closed session".into()) }).unwrap();
    let routes = routes(&world.hearing);
    assert!(audio(&routes) > 0);
    assert!(routes.iter().all(|route| route.sink != Sink::Recorder));
}

#[test]
fn another_seat_speaks_for_the_room_when_the_loudspeaker_is_gone() {
    let mut world = World::in_session();
    world.lose(ROOM);
    let without = routes(&world.hearing);
    assert_eq!(mark(&without, COUNSEL, Sink::Seat(JUDGE)), "s");
    for seat in [PANEL, CLERK, PROSECUTOR] {
        assert_eq!(mark(&without, COUNSEL, Sink::Seat(seat)), "p");
    }
    world.lose(DETENTION);
    assert_eq!(mark(&routes(&world.hearing), COUNSEL, Sink::Seat(OFFICER)), "s");
    world.enter(DETENTION).unwrap();
    assert_eq!(mark(&routes(&world.hearing), COUNSEL, Sink::Seat(OFFICER)), "p");
}

#[test]
fn a_second_device_of_a_point_sees_the_first_and_hears_nobody() {
    let mut world = World::in_session();
    world.enter_as(Entrant::Device { point: point(DETENTION_POINT), device: device(77) }, false).unwrap();
    world.seat(JUDGE, Command::Admit { seat: FIRST_NEW }).unwrap();
    let both = vec![DeviceKind::Microphone, DeviceKind::Camera1];
    world.seat(FIRST_NEW, Command::Publish { devices: both }).unwrap();
    let routes = routes(&world.hearing);
    assert_eq!(mark(&routes, DETENTION, Sink::Seat(FIRST_NEW)), "p");
    assert_eq!(mark(&routes, FIRST_NEW, Sink::Seat(DETENTION)), "p");
    assert_eq!(mark(&routes, JUDGE, Sink::Seat(FIRST_NEW)), "p");
    assert_eq!(mark(&routes, FIRST_NEW, Sink::Seat(ROOM)), "s");
}

#[test]
fn an_observer_without_a_seat_in_the_plan_only_receives() {
    let mut world = World::in_session();
    world.enter_as(Entrant::Observer { name: "Van".into() }, false).unwrap();
    let to_observer = |world: &World| routes(&world.hearing).iter().any(|r| r.sink == Sink::Seat(FIRST_NEW));
    assert!(to_observer(&world), "nobody has to let an observer in");
    world.seat(JUDGE, Command::Pause { reason: String::new() }).unwrap();
    assert!(!to_observer(&world));
}

#[test]
fn after_a_restart_nothing_flows_until_the_judges_act() {
    let mut world = World::in_session();
    world.system(Command::TakeUp { epoch: 2, outage_us: 0 }).unwrap();
    assert!(routes(&world.hearing).is_empty());
    for seat in PLANNED {
        world.resume(seat).unwrap();
        let usual = vec![DeviceKind::Microphone, DeviceKind::Camera1];
        _ = world.seat(seat, Command::Publish { devices: usual });
    }
    assert_table(&world, OUT_OF_SESSION);
    world.seat(JUDGE, Command::Resume { reason: None }).unwrap();
    assert_table(&world, IN_SESSION);
}

#[test]
fn what_a_seat_takes_back_flows_nowhere() {
    let mut world = World::in_session();
    world.seat(PARTY, Command::Unpublish { devices: vec![DeviceKind::Camera1] }).unwrap();
    assert_eq!(mark(&routes(&world.hearing), PARTY, Sink::Recorder), "sound without picture");
    let connection = world.hearing.seats[&PARTY].connection.unwrap();
    world.system(Command::Leave { connection, reason: LeaveReason::Left }).unwrap();
    assert_eq!(mark(&routes(&world.hearing), PARTY, Sink::Recorder), ".");
}

/// `decide` lets no observer publish; should a state ever say one does, it still flows nowhere.
#[test]
fn an_observers_track_would_flow_nowhere() {
    let mut world = World::in_session();
    for id in [UNIT, LISTENER] {
        let seat = world.hearing.seats.get_mut(&id).unwrap();
        seat.devices.extend(DeviceKind::ALL);
        seat.microphone.open = true;
    }
    assert_table(&world, IN_SESSION);
}
