//! What follows from a ledger and a catalogue, without any media.
#![allow(clippy::unwrap_used)]

use super::facts::{Facts, facts};
use super::script::{CARD, Expected, FRAME_US, Piece, Script, Shows, Stand, script};
use super::wall::{self, BAR, HEAD, HEIGHT, Rect, WIDTH};
use crate::catalogue::{Gap, Segment, Summary, Track};
use assize_core::hearing::{Actor, Entrant, Event, GapReason, Layout, Room};
use assize_core::ids::{ConnectionId, CourtId, DeviceKind, HearingId, PersonId, SeatId, TrackId};
use assize_core::ledger::Line;
use assize_core::plan::{Court, Person, Plan, Role};
use assize_core::procedure::PhaseId;
use assize_core::routing::Channel;
use assize_proof::hash::Hash;
use assize_proof::hearing_file::{Clock, HearingFile, Procedure, Software};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

const SECOND: u64 = 1_000_000;
const MICROPHONE: DeviceKind = DeviceKind::Microphone;
const CAMERA: DeviceKind = DeviceKind::Camera1;

fn person(n: u128, name: &str, role: Role) -> Person {
    let id = PersonId(Uuid::from_u128(n));
    Person { id, name: name.to_owned(), role, point: None, own_screen: true, account: None, with: vec![] }
}

fn plan() -> Plan {
    let mut interpreter = person(4, "Sùng A Páo", Role::Interpreter);
    interpreter.with = vec![PersonId(Uuid::from_u128(3))];
    Plan {
        hearing: HearingId(Uuid::from_u128(7)),
        court: Court { id: CourtId(Uuid::from_u128(1)), name: "TAND".to_owned(), zone: "Asia/Ho_Chi_Minh".to_owned() },
        case: "45/2026/TLST-HS".to_owned(),
        title: "Trộm cắp tài sản".to_owned(),
        procedure: "vn-criminal-first-instance".to_owned(),
        starts: "2026-11-21T08:00:00+07:00".to_owned(),
        points: Vec::new(),
        people: vec![
            person(1, "Nguyễn Thị Hòa", Role::PresidingJudge),
            person(2, "Lê Thu Hà", Role::Counsel),
            person(3, "Đặng Văn Thức", Role::Defendant),
            interpreter,
        ],
        screens: vec![],
        rehearsal: false,
    }
}

/// Seats are counted from 1 in the plan's order.
fn track(seat: u16, device: DeviceKind) -> TrackId {
    TrackId { seat: SeatId(seat), device }
}

fn line(t_us: u64, event: Event) -> Line {
    let utc = assize_proof::time::rfc3339(1_795_226_400_000 + t_us.cast_signed() / 1000);
    let (prev, hash) = (String::new(), String::new());
    Line { v: 1, n: 0, epoch: 1, t_us, utc, actor: Actor::System, event, salt: None, prev, hash }
}

/// Everybody comes with camera and microphone, and then this.
fn ledger(then: Vec<(u64, Event)>) -> Vec<Line> {
    let mut events = vec![(0, Event::Planned { plan: plan(), procedure: None }), (0, Event::Awaited)];
    for (seat, person) in (1..).zip(&plan().people) {
        let (seat, entrant) = (SeatId(seat), Entrant::Person { person: person.id });
        let connection = ConnectionId(Uuid::from_u128(100 + u128::from(seat.0)));
        let room = Room::Courtroom;
        events.push((0, Event::Entered { seat, entrant, connection, room, microphone_open: true, link: None }));
        events.push((0, Event::Published { seat, devices: vec![MICROPHONE, CAMERA] }));
    }
    events.into_iter().chain(then).map(|(t_us, event)| line(t_us, event)).collect()
}

fn opened(t_us: u64) -> (u64, Event) {
    (t_us, Event::Opened { recording: true, reason: None, missing: Vec::new() })
}

fn paused(t_us: u64) -> (u64, Event) {
    (t_us, Event::Paused { reason: "x".to_owned() })
}

fn resumed(t_us: u64) -> (u64, Event) {
    (t_us, Event::Resumed { by: None, recording: Some(true), reason: None })
}

fn phase(t_us: u64, name: &str) -> (u64, Event) {
    (t_us, Event::PhaseBegan { phase: PhaseId::from(name), unread: Vec::new(), reason: None })
}

/// A catalogue with one file for each track from the first to the last second.
fn summary(tracks: &[TrackId], to_us: u64, gaps: BTreeMap<TrackId, Vec<Gap>>) -> Summary {
    let file = HearingFile {
        v: 1,
        sitting: "01".to_owned(),
        previous_seal: None,
        plan: plan(),
        procedure: Procedure { name: String::new(), sha256: None },
        software: Software { assize: String::new(), muxer: String::new() },
        clock: Clock { zero_utc: "2026-11-21T01:00:00.000Z".to_owned(), synchronised: true },
        key: Hash::of(b"key"),
    };
    let segment = |id: &TrackId| Segment {
        file: format!("tracks/{id}/1-0001.webm"),
        from_us: 0,
        to_us,
        bytes: 1,
        codec: String::new(),
        mime: String::new(),
    };
    let track = |id: &TrackId| Track {
        id: *id,
        person: String::new(),
        segments: vec![segment(id)],
        gaps: gaps.get(id).cloned().unwrap_or_default(),
    };
    Summary {
        hearing: file,
        sealed: true,
        from: None,
        to: None,
        from_us: 0,
        to_us,
        zero_utc: None,
        tracks: tracks.iter().map(track).collect(),
        events: 0,
        last_verify: None,
    }
}

fn all_tracks() -> Vec<TrackId> {
    (1..=4).flat_map(|seat| [track(seat, MICROPHONE), track(seat, CAMERA)]).collect()
}

fn played(then: Vec<(u64, Event)>) -> Script {
    let lines = ledger(then);
    script(&summary(&all_tracks(), lines.last().unwrap().t_us, BTreeMap::new()), facts(&lines)).unwrap()
}

#[test]
fn what_is_not_in_session_is_left_out_with_a_card_unless_it_is_short() {
    let script = played(vec![
        opened(10 * SECOND),
        paused(20 * SECOND),
        resumed(24 * SECOND),
        paused(30 * SECOND),
        resumed(90 * SECOND),
        (100 * SECOND, Event::Closed),
    ]);
    let hearing = |at, seconds: u64, from: u64| Piece {
        at,
        frames: seconds * 25,
        shows: Shows::Hearing { from_us: from * SECOND },
    };
    let card = Shows::Card { state: "Tạm nghỉ".to_owned(), from_us: 30 * SECOND, to_us: 90 * SECOND };
    assert_eq!(
        script.pieces,
        [hearing(0, 20, 10), Piece { at: 500, frames: CARD, shows: card }, hearing(550, 10, 90)],
        "four seconds are shown, a minute is not"
    );
    assert_eq!(script.piece(499).unwrap().1, Some(30 * SECOND - FRAME_US));
    assert_eq!(script.piece(520).unwrap().1, None);
    assert_eq!(script.piece(550).unwrap().1, Some(90 * SECOND));
    assert_eq!((script.frames(), script.piece(800)), (800, None));
    // The picture's clock is the court's: the ledger's line before it tells.
    assert_eq!(script.utc_ms(90 * SECOND + 500_000) - script.utc_ms(10 * SECOND), 80_500);
}

#[test]
fn an_outage_of_the_server_and_time_off_the_record_are_left_out_too() {
    let outage = Event::TakenUp { epoch: 2, outage_us: 15 * SECOND };
    let held = Event::Held { cause: assize_core::hearing::HoldCause::Restart };
    let script = played(vec![
        opened(10 * SECOND),
        (40 * SECOND, outage),
        (40 * SECOND, held),
        (50 * SECOND, Event::Resumed { by: None, recording: Some(false), reason: Some("x".to_owned()) }),
        resumed(60 * SECOND),
        (70 * SECOND, Event::Closed),
    ]);
    let cards: Vec<_> = script.pieces.iter().map(|piece| piece.shows.clone()).collect();
    let card = Shows::Card { state: "Dừng chờ".to_owned(), from_us: 25 * SECOND, to_us: 60 * SECOND };
    assert_eq!(
        cards,
        [Shows::Hearing { from_us: 10 * SECOND }, card, Shows::Hearing { from_us: 60 * SECOND }],
        "from when the server died"
    );
}

#[test]
fn a_sitting_of_which_nothing_was_recorded_has_no_composite() {
    for then in [
        vec![(9, Event::Closed)],
        vec![(5, Event::Opened { recording: false, reason: None, missing: vec![] }), (9 * SECOND, Event::Closed)],
    ] {
        let lines = ledger(then);
        assert_eq!(script(&summary(&[], SECOND, BTreeMap::new()), facts(&lines)), None);
    }
    assert_eq!(facts(&[]), Facts::default());
}

#[test]
fn chapters_follow_phases_and_breaks() {
    let script = played(vec![
        opened(10 * SECOND),
        phase(10 * SECOND, "opening"),
        phase(20 * SECOND, "questioning"),
        paused(30 * SECOND),
        resumed(60 * SECOND),
        phase(65 * SECOND, "debate"),
        paused(70 * SECOND),
        phase(80 * SECOND, "verdict"),
        resumed(90 * SECOND),
        (95 * SECOND, Event::Closed),
    ]);
    let chapters: Vec<(u64, u64, &str)> =
        script.chapters.iter().map(|chapter| (chapter.at.start, chapter.at.end, chapter.title.as_str())).collect();
    assert_eq!(
        chapters,
        [
            (0, 250, "opening"),
            (250, 500, "questioning"),
            (500, 550, "Tạm nghỉ"),
            (550, 675, "questioning (tiếp)"),
            (675, 800, "debate"),
            (800, 850, "Tạm nghỉ"),
            (850, 975, "verdict"),
        ]
    );
}

#[test]
fn without_phases_there_is_one_chapter() {
    let script = played(vec![opened(SECOND), (3 * SECOND, Event::Closed)]);
    assert_eq!(script.chapters.len(), 1);
    assert_eq!((script.chapters[0].at.clone(), script.chapters[0].title.as_str()), (0..50, "Phiên tòa"));
}

#[test]
fn the_layout_the_speaker_and_what_is_shared_stand_large_when_they_should() {
    let judge = SeatId(1);
    let spoke = |seat: u16, from_us, to_us| (to_us, Event::Spoke { seat: SeatId(seat), person: None, from_us, to_us });
    let layout = |t_us, layout| (t_us, Event::LayoutSet { layout });
    let screen = vec![DeviceKind::Screen];
    let script = played(vec![
        opened(SECOND),
        layout(10 * SECOND, Some(Layout::Grid {})),
        layout(20 * SECOND, Some(Layout::Spotlight { seat: judge })),
        layout(30 * SECOND, Some(Layout::Speaker {})),
        spoke(2, 32 * SECOND, 35 * SECOND),
        // A cough.
        spoke(3, 36 * SECOND, 37 * SECOND),
        (40 * SECOND, Event::Published { seat: judge, devices: screen.clone() }),
        (50 * SECOND, Event::Unpublished { seat: judge, devices: screen }),
        layout(55 * SECOND, None),
        (60 * SECOND, Event::Closed),
    ]);
    let stand = |seconds: u64| script.scenes[script.scene(seconds * SECOND)].stand;
    assert_eq!([5, 15, 25].map(stand), [Stand::Places, Stand::Grid, Stand::Large(judge)]);
    assert_eq!(
        [31, 33, 36, 39].map(stand),
        [Stand::Places, Stand::Large(SeatId(2)), Stand::Large(SeatId(2)), Stand::Large(SeatId(2))]
    );
    assert_eq!(stand(56), Stand::Places);
    let presented = |seconds: u64| script.scenes[script.scene(seconds * SECOND)].presented.clone();
    assert_eq!((presented(39), presented(45), presented(51)), (vec![], vec![track(1, DeviceKind::Screen)], vec![]));
    let speaking = |seconds: u64| script.scenes[script.scene(seconds * SECOND)].speaking.len();
    assert_eq!([33, 35, 36, 38].map(speaking), [1, 0, 1, 0]);
    let large = |seconds: u64| {
        let placed = wall::placed(&script, &script.scenes[script.scene(seconds * SECOND)]);
        placed.into_iter().max_by_key(|placed| placed.cell.w).unwrap().tile.source
    };
    assert_eq!([25, 33, 45].map(large), [track(1, CAMERA), track(2, CAMERA), track(1, DeviceKind::Screen)]);
}

#[test]
fn an_interpreter_sits_beside_whom_they_interpret_for_and_names_stand_with_roles() {
    let script = played(vec![opened(SECOND), (9 * SECOND, Event::Closed)]);
    let names: Vec<(&str, &str)> = script.tiles.iter().map(|tile| (tile.name.as_str(), tile.role.as_str())).collect();
    assert_eq!(
        names,
        [
            ("Nguyễn Thị Hòa", "chủ tọa phiên tòa"),
            ("Lê Thu Hà", "người bào chữa"),
            ("Đặng Văn Thức", "bị cáo"),
            ("Sùng A Páo", "người phiên dịch"),
        ]
    );
}

#[test]
fn sound_is_on_the_channel_that_the_interpreter_spoke_on() {
    let speaks = |t_us, channel| (t_us, Event::SpeaksOn { seat: SeatId(4), channel });
    let script = played(vec![
        opened(10 * SECOND),
        speaks(20 * SECOND, Channel::Interpretation),
        speaks(30 * SECOND, Channel::Floor),
        (40 * SECOND, Event::Closed),
    ]);
    assert_eq!(script.interpretation.first(), Some(&(20 * SECOND..30 * SECOND)));
    assert_eq!(script.interpretation.len(), 1);
    let channel = |seat, seconds: u64| script.tracks[&track(seat, MICROPHONE)].channel(seconds * SECOND);
    assert_eq!([15, 25, 35].map(|at| channel(4, at)), [Channel::Floor, Channel::Interpretation, Channel::Floor]);
    assert_eq!(channel(1, 25), Channel::Floor);
    assert!(script.is_interpreted(25 * SECOND) && !script.is_interpreted(31 * SECOND));
}

#[test]
fn a_stated_gap_is_missing_and_what_was_switched_off_is_not() {
    let camera = track(2, CAMERA);
    let gap = |from: u64, to: u64, pieces| Gap {
        from_us: from * SECOND,
        to_us: to * SECOND,
        reason: GapReason::Network,
        pieces,
    };
    let many = assize_core::hearing::Pieces { count: 3, missing_us: SECOND };
    let lines = ledger(vec![
        opened(10 * SECOND),
        (30 * SECOND, Event::Unpublished { seat: SeatId(2), devices: vec![CAMERA] }),
        (40 * SECOND, Event::Closed),
    ]);
    let gaps = [(camera, vec![gap(15, 18, None), gap(20, 25, Some(many))])].into();
    let script = script(&summary(&all_tracks(), 40 * SECOND, gaps), facts(&lines)).unwrap();
    let expected = |seconds: u64| script.tracks[&camera].expected(seconds * SECOND);
    assert_eq!(expected(5), Expected::Nothing, "before the session");
    assert_eq!(expected(12), Expected::Media);
    assert_eq!(expected(16), Expected::Gap);
    assert_eq!(expected(22), Expected::Media, "of many gaps in one line the rest is there");
    assert_eq!(expected(35), Expected::Nothing, "switched off");
}

#[test]
fn a_track_that_the_ledger_says_nothing_of_is_shown_while_there_is_any() {
    let lines = vec![
        line(0, Event::Planned { plan: plan(), procedure: None }),
        line(SECOND, Event::Opened { recording: true, reason: None, missing: Vec::new() }),
        line(9 * SECOND, Event::Closed),
    ];
    let unknown = track(9, CAMERA);
    let script = script(&summary(&[unknown], 5 * SECOND, BTreeMap::new()), facts(&lines)).unwrap();
    assert_eq!(script.tracks[&unknown].expected(4 * SECOND), Expected::Media);
    assert_eq!(script.tracks[&unknown].expected(6 * SECOND), Expected::Nothing);
    assert_eq!(script.tiles[0].source, unknown);
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

proptest! {
    /// Whatever happens in whatever order: pictures follow each other without a hole, chapters cover them, and hearing time
    /// only grows.
    #[test]
    fn the_script_of_any_sitting_holds_together(acts in prop::collection::vec((0u64..40 * SECOND, 0u8..5), 1..30)) {
        let mut t_us = 10 * SECOND;
        let mut then = vec![opened(t_us)];
        for (wait, act) in acts {
            t_us += wait;
            then.push(match act {
                0 => paused(t_us),
                1 => resumed(t_us),
                2 => phase(t_us, "questioning"),
                3 => (t_us, Event::LayoutSet { layout: Some(Layout::Spotlight { seat: SeatId(2) }) }),
                _ => (t_us, Event::TakenUp { epoch: 2, outage_us: wait }),
            });
        }
        then.push((t_us + SECOND, Event::Closed));
        let lines = ledger(then);
        let Some(script) = script(&summary(&all_tracks(), t_us, BTreeMap::new()), facts(&lines)) else { return Ok(()) };
        let mut at = 0;
        let mut time = 0;
        for piece in &script.pieces {
            prop_assert_eq!(piece.at, at);
            prop_assert!(piece.frames > 0);
            at += piece.frames;
            if let Shows::Hearing { from_us } = piece.shows {
                prop_assert!(from_us + FRAME_US > time, "{} after {}", from_us, time);
                time = from_us + (piece.frames - 1) * FRAME_US;
            }
        }
        prop_assert_eq!(script.frames(), at);
        prop_assert_eq!(script.chapters[0].at.start, 0);
        prop_assert_eq!(script.chapters.last().map(|chapter| chapter.at.end), Some(at));
        prop_assert!(script.chapters.windows(2).all(|two| two[0].at.end == two[1].at.start && !two[0].at.is_empty()));
        for scene in &script.scenes {
            let placed = wall::placed(&script, scene);
            prop_assert_eq!(placed.len(), script.tiles.len() + scene.presented.len());
        }
    }

    /// However many seats, with and without a large one: nothing overlaps, nothing is outside, everything is even, and every
    /// name has its bar.
    #[test]
    fn any_number_of_tiles_has_room(count in 1usize..40, large in 0usize..3) {
        let base = played(vec![opened(SECOND), (9 * SECOND, Event::Closed)]);
        let tile = |n: usize| super::script::Tile {
            source: track(n as u16 + 1, CAMERA),
            name: String::new(),
            role: String::new(),
            main: large == 1 && n == 0,
        };
        let mut script = base;
        script.tiles = (0..count).map(tile).collect();
        let mut scene = script.scenes[0].clone();
        if large == 2 {
            scene.stand = Stand::Large(SeatId(count as u16));
        }
        let placed = wall::placed(&script, &scene);
        prop_assert_eq!(placed.len(), count);
        for (n, one) in placed.iter().enumerate() {
            let cell = one.cell;
            prop_assert!(cell.y >= HEAD && cell.x + cell.w <= WIDTH && cell.y + cell.h <= HEIGHT, "{:?}", cell);
            for number in [cell.x, cell.y, cell.w, cell.h] {
                prop_assert_eq!(number % 2, 0);
            }
            prop_assert!(cell.bar().h == BAR && cell.picture().h > 20, "{:?}", cell);
            let fitted = cell.picture().fitted(640, 360);
            prop_assert!(fitted.w <= cell.picture().w && fitted.h <= cell.picture().h && fitted.w > 0);
            for other in &placed[n + 1..] {
                prop_assert!(!overlap(cell, other.cell), "{:?} {:?}", cell, other.cell);
            }
        }
    }
}
