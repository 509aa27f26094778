#![allow(clippy::unwrap_used)]
use super::*;
use assize_core::hearing::{Actor, Entrant, Room};
use assize_core::ids::{ConnectionId, DeviceKind, PersonId, SeatId};
use assize_core::time::Now;
use uuid::Uuid;

const SEAT: SeatId = SeatId(7);
const SOUND: TrackId = TrackId { seat: SEAT, device: DeviceKind::Microphone };
const PICTURE: TrackId = TrackId { seat: SEAT, device: DeviceKind::Camera1 };

const MS: u64 = 1_000;
const S: u64 = 1_000_000;

fn lost(track: TrackId, from_us: u64, to_us: u64) -> Loss {
    Loss { track, from_us, to_us, reason: GapReason::Network }
}

/// Begin, end and, of several, how many and how much.
type Told = (u64, u64, Option<(u32, u64)>);

fn told(lines: &[Stating]) -> Vec<Told> {
    let pieces = |Pieces { count, missing_us }| (count, missing_us);
    lines.iter().map(|line| (line.loss.from_us, line.loss.to_us, line.pieces.map(pieces))).collect()
}

/// A hearing in session from second 1, in which this seat sends sound and picture.
struct Scene {
    hearing: Hearing,
    events: Vec<Stamped>,
}

impl Scene {
    fn new() -> Self {
        let plan = crate::runtime::tests::plan();
        let planned = Stamped { now: at(0), actor: Actor::System, event: Event::Planned { plan, procedure: None } };
        let mut scene = Self { hearing: Hearing::begin(&planned).unwrap(), events: vec![planned] };
        let connection = ConnectionId(Uuid::from_u128(1));
        let entrant = Entrant::Person { person: PersonId(Uuid::from_u128(99)) };
        let room = Room::Courtroom;
        scene.happens(0, Event::Entered { seat: SEAT, entrant, connection, room, microphone_open: true, link: None });
        let devices = vec![DeviceKind::Microphone, DeviceKind::Camera1];
        scene.happens(0, Event::Published { seat: SEAT, devices });
        scene.happens(S, Event::Opened { recording: true, reason: None, missing: Vec::new() });
        scene
    }

    fn happens(&mut self, t_us: u64, event: Event) {
        let stamped = Stamped { now: at(t_us), actor: Actor::System, event };
        self.hearing.apply(&stamped);
        self.events.push(stamped);
    }

    fn pauses(&mut self, t_us: u64) {
        self.happens(t_us, Event::Paused { reason: String::new() });
    }

    fn resumes(&mut self, t_us: u64) {
        self.happens(t_us, Event::Resumed { by: None, recording: Some(true), reason: None });
    }

    fn states(&mut self, now_us: u64, line: Stating) {
        let Loss { track, from_us, to_us, reason } = line.loss;
        self.happens(now_us, Event::Gap { track, from_us, to_us, reason, pieces: line.pieces });
    }
}

fn at(t_us: u64) -> Now {
    Now { t_us, utc_ms: 0 }
}

#[test]
fn a_few_gaps_are_a_line_each_at_once() {
    let mut lines = GapLines::default();
    for n in 1..=AT_ONCE {
        let (from, to) = (n * S, n * S + 20 * MS);
        assert_eq!(told(&lines.take(lost(SOUND, from, to), to)), [(from, to, None)]);
    }
    // And for ever, as long as they are no more than one in so long.
    for n in 1..100 {
        let from = 10 * S + n * EVERY_US;
        assert_eq!(told(&lines.take(lost(SOUND, from, from + MS), from)), [(from, from + MS, None)]);
    }
}

#[test]
fn a_hundred_a_second_are_a_line_in_five_seconds_that_says_how_many_and_how_much() {
    let mut lines = GapLines::default();
    let mut stated = Vec::new();
    for n in 0..6_000 {
        let now = n * 10 * MS;
        stated.extend(lines.take(lost(SOUND, now, now + 4 * MS), now));
        stated.extend(lines.due(now));
    }
    stated.extend(lines.rest(60 * S));
    let told = told(&stated);
    assert_eq!(told.len() as u64, AT_ONCE + 60 / (EVERY_US / S), "{told:?}");
    let (from, to, pieces) = told[10];
    assert_eq!((to - from + 6 * MS, pieces), (EVERY_US, Some((500, 500 * 4 * MS))), "{told:?}");
    let pieces: u64 = told.iter().map(|(.., pieces)| u64::from(pieces.map_or(1, |(count, _)| count))).sum();
    let missing: u64 = told.iter().map(|(from, to, pieces)| pieces.map_or(to - from, |(_, missing)| missing)).sum();
    assert_eq!((pieces, missing), (6_000, 6_000 * 4 * MS), "none is left out");
    assert!(told.windows(2).all(|two| two[0].1 <= two[1].0), "they do not overlap: {told:?}");
}

#[test]
fn tracks_and_reasons_have_lines_of_their_own() {
    let mut lines = GapLines::default();
    for n in 0..100 {
        let _ = lines.take(lost(SOUND, n * MS, n * MS + 500), S);
    }
    assert_eq!(lines.take(lost(PICTURE, 0, MS), S).len(), 1);
    assert_eq!(lines.take(Loss { reason: GapReason::Keyframe, ..lost(SOUND, 200 * MS, S) }, S).len(), 1);
}

#[test]
fn no_line_reaches_over_a_pause_nor_far_back() {
    let (mut scene, mut lines) = (Scene::new(), GapLines::default());
    lines.follow(&scene.hearing, S);
    for n in 0..AT_ONCE {
        let from = S + n * 10 * MS;
        assert_eq!(lines.take(lost(SOUND, from, from + MS), 2 * S).len(), 1);
    }
    assert_eq!(lines.take(lost(SOUND, 2_000 * MS, 2_100 * MS), 2_100 * MS), []);
    scene.pauses(2_500 * MS);
    lines.follow(&scene.hearing, 2_500 * MS);
    // Told late: it was before the pause.
    assert_eq!(lines.take(lost(SOUND, 2_300 * MS, 2_500 * MS), 2_600 * MS), []);
    scene.resumes(3_000 * MS);
    lines.follow(&scene.hearing, 3_000 * MS);
    let before = lines.take(lost(SOUND, 3_100 * MS, 3_200 * MS), 3_200 * MS);
    assert_eq!(told(&before), [(2_000 * MS, 2_500 * MS, Some((2, 300 * MS)))]);
    // What a disk did not take a minute ago has nothing to do with it either.
    let after = lines.take(lost(SOUND, 63_000 * MS, 63_500 * MS), 3_300 * MS);
    assert_eq!(told(&after), [(3_100 * MS, 3_200 * MS, None)]);
}

/// Ten gaps of four milliseconds at the beginning of the second, and the lines that the server wrote before it died.
fn flooded(scene: &mut Scene, second: u64) -> GapLines {
    let mut lines = GapLines::default();
    lines.follow(&scene.hearing, S);
    for n in 0..10 {
        let from = second * S + n * 10 * MS;
        for line in lines.take(lost(PICTURE, from, from + 4 * MS), from + 5 * MS) {
            scene.states(from + 5 * MS, line);
        }
    }
    lines
}

#[test]
fn what_was_held_back_by_a_server_that_died_is_missing_as_far_as_anybody_knows() {
    let mut scene = Scene::new();
    let mut lines = flooded(&mut scene, 2);
    let stated_us = 2 * S + 44 * MS;
    assert_eq!(unstated(&scene.events, 4 * S), [lost(PICTURE, stated_us, 4 * S)]);
    // The next owner has lines of its own, and states it once.
    let mut taken_up = Scene { hearing: scene.hearing.clone(), events: scene.events.clone() };
    taken_up.happens(5 * S, Event::TakenUp { epoch: 2, outage_us: S });
    assert_eq!(unstated(&taken_up.events, 6 * S), []);
    // Where the session was paused nothing was to be recorded.
    scene.pauses(3 * S);
    scene.resumes(3_500 * MS);
    let both = [lost(PICTURE, stated_us, 3 * S), lost(PICTURE, 3_500 * MS, 4 * S)];
    assert_eq!(unstated(&scene.events, 4 * S), both);
    // What had its turn in time is stated; afterwards nothing was held back.
    let due = lines.due(2 * S + EVERY_US + 5 * MS);
    assert_eq!(told(&due), [(2_050 * MS, 2_094 * MS, Some((5, 20 * MS)))]);
    scene.states(2 * S + EVERY_US + 5 * MS, due[0]);
    assert_eq!(unstated(&scene.events, 2 * S + 2 * EVERY_US + 5 * MS + LATE_US), []);
}

#[test]
fn a_line_whose_turn_has_just_come_may_not_be_written_yet() {
    let mut scene = Scene::new();
    let mut lines = flooded(&mut scene, 2);
    let (stated_us, turn_us) = (2 * S + 44 * MS, 2 * S + EVERY_US + 5 * MS);
    assert_eq!(lines.due(turn_us - 1), []);
    for last_us in [turn_us, turn_us + 500 * MS, turn_us + LATE_US - 1] {
        assert_eq!(unstated(&scene.events, last_us), [lost(PICTURE, stated_us, last_us)]);
    }
    assert_eq!(lines.due(turn_us).len(), 1, "its turn");
    assert_eq!(unstated(&scene.events, turn_us + LATE_US), [], "it would be there");
}

#[test]
fn who_was_absent_and_what_a_crash_cost_waits_for_nothing() {
    for reason in [GapReason::Absent, GapReason::Outage, GapReason::Crash] {
        let (mut scene, mut lines) = (Scene::new(), GapLines::default());
        lines.follow(&scene.hearing, S);
        for n in 2..20 {
            let (from, to) = (n * 100 * MS + S, n * 100 * MS + S + 50 * MS);
            let stated = lines.take(Loss { reason, ..lost(SOUND, from, to) }, to);
            assert_eq!(told(&stated), [(from, to, None)], "{reason:?}");
            scene.states(to, stated[0]);
        }
        assert_eq!(lines.rest(4 * S), []);
        // A server that died then had stated all of it: what was recorded since is not said to be missing.
        assert_eq!(unstated(&scene.events, 4 * S), [], "{reason:?}");
    }
}

#[test]
fn after_ordinary_losses_nothing_was_held_back() {
    let mut scene = Scene::new();
    for n in 0..20 {
        let from = S + n * EVERY_US;
        scene.states(from, Stating { loss: lost(SOUND, from, from + 20 * MS), pieces: None });
    }
    assert_eq!(unstated(&scene.events, S + 19 * EVERY_US + MS), []);
}
