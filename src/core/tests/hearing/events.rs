//! The ledger's words: what is written today must be read for as long as records are kept.

use crate::court::*;
use assize_core::hearing::{Actor, Event, Hearing, LeaveReason, Room, Stamped};
use assize_core::time::Now;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const C: &str = "00000000-0000-0000-0000-000000000001";

const POINT: &str = "00000000-0000-0000-0000-000000000066";

/// Every kind of event as format version 1 writes it, the plan apart.
fn version_1() -> Vec<Value> {
    let seat = || json!({"seat": 7});
    let event = |kind: &str, data: Value| json!({"kind": kind, "data": data});
    let entered = |entrant: Value, room: &str| json!({"seat": 7, "entrant": entrant, "connection": C, "room": room, "microphone_open": true});
    let left = |reason: &str| json!({"seat": 7, "connection": C, "reason": reason});
    let gap = |reason: &str| json!({"track": "07-camera1", "from_us": 1, "to_us": 2, "reason": reason});
    let held = |cause: Value| json!({ "cause": cause });
    vec![
        json!({"kind": "awaited"}),
        event("entered", entered(json!({"type": "person", "person": C}), "courtroom")),
        event("entered", entered(json!({"type": "device", "point": C, "device": C}), "waiting")),
        event("entered", entered(json!({"type": "observer", "name": "Vân"}), "witness_waiting")),
        event(
            "entered",
            json!({"seat": 7, "entrant": {"type": "person", "person": C}, "connection": C, "room": "waiting", "microphone_open": false, "link": C}),
        ),
        event("left", left("left")),
        event("left", left("lost")),
        event("left", left("removed")),
        event("left", left("replaced")),
        event("left", left("restart")),
        event("admitted", seat()),
        event("muted", seat()),
        event("unmuted", seat()),
        event("mute_locked", seat()),
        event("unlocked", seat()),
        event("microphone_set", json!({"seat": 7, "open": false})),
        event("removed", json!({"seat": 7, "reason": "Gây rối"})),
        event("published", json!({"seat": 7, "devices": ["microphone", "camera1", "document"]})),
        event("unpublished", json!({"seat": 7, "devices": ["screen", "interpretation"]})),
        event("playback_blocked", seat()),
        event("playback_unblocked", seat()),
        event("second_use", seat()),
        event("second_use_seen", seat()),
        event("opened", json!({"recording": true, "reason": null})),
        event("opened", json!({"recording": false, "reason": "Xét xử kín"})),
        event("held", held(json!({"type": "pressed", "reason": "Mất đường truyền"}))),
        event("held", held(json!({"type": "restart"}))),
        event("held", held(json!({"type": "recorder_fault", "detail": "EIO"}))),
        event("held", held(json!({"type": "ledger_fault"}))),
        event("held", held(json!({"type": "media_fault"}))),
        event("paused", json!({"reason": ""})),
        event("resumed", json!({"by": 1})),
        event("resumed", json!({"by": null})),
        event("resumed", json!({"by": 1, "recording": true})),
        event("resumed", json!({"by": 1, "recording": false, "reason": "Đĩa đầy"})),
        json!({"kind": "closed"}),
        event("taken_up", json!({"epoch": 2, "outage_us": 3_000_000})),
        event("gap", gap("network")),
        event("gap", gap("crash")),
        event("gap", gap("outage")),
        event("gap", gap("shed")),
        event("gap", gap("keyframe")),
        event("gap", gap("disk")),
        event("recorder_fault", json!({"track": null, "detail": "EIO"})),
        event("recorder_fault", json!({"track": "07-microphone", "detail": "EIO"})),
        event("recorder_recovered", json!({"track": "07-microphone"})),
        event("recorder_fault_lapsed", json!({"track": "07-microphone"})),
        event("opened", json!({"recording": true, "reason": "Vắng", "missing": ["clerk", "prosecutor"]})),
        event("phase_began", json!({"phase": "opening"})),
        event("phase_began", json!({"phase": "debate", "unread": ["indictment"], "reason": "Đã công bố"})),
        event("prompt_read", json!({"prompt": "rights"})),
        event("floor_given", seat()),
        json!({"kind": "floor_taken"}),
        event("hand_raised", seat()),
        event("hand_lowered", seat()),
        json!({"kind": "hands_lowered"}),
        event("left", left("dismissed")),
        event("left", json!({"seat": 7, "connection": "00000000-0000-0000-0000-0000000003e7", "reason": "lost", "heard_us": 5_000_000})),
        event("dismissed", seat()),
        event("room_opened", json!({"room": 1, "kind": "consultation", "seats": [5, 7]})),
        event("room_opened", json!({"room": 2, "kind": "technical", "seats": [3, 7]})),
        event("room_opened", json!({"room": 3, "kind": "deliberation", "seats": [1, 2]})),
        event("room_entered", json!({"room": 1, "seat": 7})),
        event("room_left", json!({"room": 1, "seat": 7})),
        event("room_closed", json!({"room": 1})),
        event("consultation_allowed", json!({"seat": 7, "allowed": true})),
    ]
    .into_iter()
    .chain([channels_and_meter(), sittings(), exhibits(), desk(), minutes()].concat())
    .collect()
}

fn channels_and_meter() -> Vec<Value> {
    let event = |kind: &str, data: Value| json!({"kind": kind, "data": data});
    let held = |cause: Value| json!({ "cause": cause });
    vec![
        event("speaks_on", json!({"seat": 13, "channel": "interpretation"})),
        event("listens", json!({"seat": 7, "channel": "interpretation"})),
        event(
            "continuity",
            json!({"point": POINT, "sees": true, "hears": false, "heard": null, "since_us": 5_000_000}),
        ),
        event("devices_off", json!({"seat": 7, "off": ["camera", "microphone"]})),
        event(
            "held",
            held(
                json!({"type": "continuity", "point": POINT, "name": "Trại", "continuity": {"sees": false, "hears": false, "heard": false}}),
            ),
        ),
    ]
}

fn desk() -> Vec<Value> {
    let event = |kind: &str, data: Value| json!({"kind": kind, "data": data});
    let taken = |task: Value, by: Value| event("task_taken", json!({"task": task, "by": by}));
    let layout = |layout: Value| event("layout_set", json!({ "layout": layout }));
    vec![
        event("messaged", json!({"message": 1, "from": 14, "text": "Đang dời micrô"})),
        event("messaged", json!({"message": 2, "from": 3, "to": 14, "text": "Cảm ơn"})),
        taken(json!({"what": "signal", "signal": 1}), json!(3)),
        taken(json!({"what": "exhibit", "exhibit": 1}), json!(3)),
        taken(json!({"what": "seat", "seat": 7, "trouble": "line"}), Value::Null),
        layout(json!({"layout": "grid"})),
        layout(json!({"layout": "speaker"})),
        layout(json!({"layout": "spotlight", "seat": 7})),
        layout(Value::Null),
    ]
}

fn sittings() -> Vec<Value> {
    let event = |kind: &str, data: Value| json!({"kind": kind, "data": data});
    let exhibit = json!({
        "title": "Biên bản", "file": {"sha256": "ab".repeat(32), "bytes": 5, "media_type": "pdf"}, "seat": 7, "person": C,
        "point": null, "at_us": 9, "standing": "admitted", "reason": null, "shown": [[1, 2], [3, null]],
    });
    let seat = |seat: u16, occupant: Value| {
        json!({
            "seat": seat, "occupant": occupant, "muted": true, "locked": true, "removed": false,
            "speaks_on": "floor", "listens": "interpretation",
        })
    };
    let known = json!({
        "presence": {"found": true, "by": 14, "at_us": 3},
        "identity": {"found": ["right", "papers"], "by": null, "at_us": 4},
    });
    let carried = json!({
        "phase": "questioning", "phase_since_us": 7, "past_phases": ["opening"],
        "read": [{"prompt": "rights", "at_us": 5}], "in_session_before_us": 11,
        "seats": [
            seat(1, json!({"type": "person", "person": C})), seat(7, json!({"type": "point", "point": POINT, "device": null})),
            seat(16, json!({"type": "observer", "name": "Vân"})),
        ],
        "attendance": [{"person": C, "known": known}], "exhibits": [{"number": 1, "exhibit": exhibit}],
    });
    vec![
        event("suspended", json!({"reason": "Mất đường truyền", "frozen_ms": 5, "until_ms": null})),
        event(
            "suspended",
            json!({
                "reason": "Mất đường truyền", "frozen_ms": 5, "until_ms": 9,
                "fault": {"point": POINT, "since_us": 4}, "pack": "ab".repeat(32),
            }),
        ),
        event("postponed", json!({"reason": "Chưa nối được", "until_ms": 9})),
        event("notice_taken", json!({"seat": 14})),
        event("continued", json!({"before": {"sitting": "01", "seal": "ab".repeat(32)}, "carried": carried})),
    ]
}

fn minutes() -> Vec<Value> {
    let event = |kind: &str, data: Value| json!({"kind": kind, "data": data});
    vec![
        event("note_written", json!({"note": 1, "by": 3, "at_us": 5, "text": "Bị cáo khai"})),
        event("note_corrected", json!({"note": 1, "text": "Bị hại khai"})),
        event("spoke", json!({"seat": 7, "from_us": 1, "to_us": 2})),
        event("spoke", json!({"seat": 7, "person": C, "from_us": 1, "to_us": 2})),
    ]
}

fn exhibits() -> Vec<Value> {
    let event = |kind: &str, data: Value| json!({"kind": kind, "data": data});
    let exhibit =
        |file: Value| json!({"exhibit": 1, "title": "Biên bản", "file": file, "seat": 7, "person": C, "point": C});
    vec![
        event("exhibit_received", exhibit(json!({"sha256": "ab".repeat(32), "bytes": 5, "media_type": "pdf"}))),
        event(
            "exhibit_received",
            exhibit(json!({"sha256": "cd".repeat(32), "bytes": 5, "media_type": "webp", "pages": 1})),
        ),
        event(
            "exhibit_received",
            exhibit(json!({"sha256": "ef".repeat(32), "bytes": 5, "media_type": "mp4", "length_ms": 61500})),
        ),
        event("exhibit_submitted", json!({"exhibit": 1})),
        event("exhibit_ruled", json!({"exhibit": 1, "admitted": true})),
        event("exhibit_ruled", json!({"exhibit": 2, "admitted": false, "reason": "Không liên quan"})),
        event("exhibit_shown", json!({"exhibit": 1, "page": 1})),
        event("exhibit_shown", json!({"exhibit": 1, "to": [4, 7], "observers": true, "page": 2})),
        event("exhibit_page", json!({"exhibit": 1, "page": 3})),
        event("exhibit_pointed", json!({"exhibit": 1, "page": 3, "spot": {"x": 10000, "y": 0}})),
        event("exhibit_pointed", json!({"exhibit": 1, "page": 3, "last": {"x": 1, "y": 2}})),
        event("exhibit_played", json!({"exhibit": 1, "at_ms": 61500, "playing": true})),
        event("exhibit_stopped", json!({"exhibit": 1})),
        event("presenting_allowed", json!({"seat": 7, "allowed": true})),
    ]
}

#[test]
fn version_1_is_read_and_written_as_ever() {
    for written in version_1() {
        let event: Event = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), written);
        assert_eq!(event.kind(), written["kind"].as_str().unwrap());
    }
}

#[test]
fn a_plan_is_read_and_written_as_ever() {
    let planned = Event::Planned { plan: plan(), procedure: None };
    let written = serde_json::to_value(&planned).unwrap();
    assert_eq!(written["kind"], planned.kind());
    assert_eq!(
        written["data"]["plan"]["points"][0],
        json!({
            "id": "00000000-0000-0000-0000-000000000065", "name": "Point 1", "kind": "central",
        })
    );
    assert_eq!(written["data"].as_object().unwrap().len(), 1, "nothing of a procedure");
    let clerk = &written["data"]["plan"]["people"][3];
    assert_eq!(
        (&clerk["role"], &clerk["own_screen"], &clerk["account"]),
        (&json!("clerk"), &json!(true), &json!("ha"))
    );
    assert_eq!(serde_json::from_value::<Event>(written).unwrap(), planned);
}

#[test]
fn no_kind_was_left_out() {
    let mut kinds: BTreeSet<String> =
        version_1().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect();
    kinds.insert("planned".into());
    assert_eq!(kinds.len(), 63, "{kinds:?}");
}

/// What a ledger says holds even where it surprises: events about seats that are not there change nothing.
#[test]
fn any_order_of_events_can_be_folded() {
    let mut hearing = World::new().hearing;
    let mut lines = version_1();
    lines.rotate_left(7);
    for (n, line) in lines.into_iter().chain(version_1()).enumerate() {
        let event: Event = serde_json::from_value(line).unwrap();
        let t_us = if n % 3 == 0 { 0 } else { n as u64 };
        hearing.apply(&Stamped { now: Now { t_us, utc_ms: 0 }, actor: Actor::System, event });
    }
}

fn fold(world: &mut World, event: Event) {
    let now = world.now();
    world.hearing.apply(&Stamped { now, actor: Actor::System, event });
}

#[test]
fn the_end_of_an_old_link_does_not_end_the_new_one() {
    let mut world = World::in_session();
    let mut before = world.hearing.clone();
    fold(
        &mut world,
        Event::Left { seat: PARTY, connection: connection(999), reason: LeaveReason::Lost, heard_us: None },
    );
    before.minutes += 1;
    assert_eq!(world.hearing, before);
}

#[test]
fn a_new_link_publishes_nothing_yet() {
    let mut world = World::in_session();
    let (connection, room) = (connection(999), Room::Courtroom);
    fold(
        &mut world,
        Event::Entered { seat: PARTY, entrant: entrant(PARTY), connection, room, microphone_open: true, link: None },
    );
    assert!(world.hearing.seats[&PARTY].devices.is_empty());
}

/// Folds the ledger's JSON from its first line.
pub(crate) fn replay(ledger: &[Stamped]) -> Hearing {
    let json: Vec<String> = ledger.iter().map(|stamped| serde_json::to_string(stamped).unwrap()).collect();
    let read: Vec<Stamped> = json.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, ledger);
    let mut hearing = Hearing::begin(&read[0]).unwrap();
    for stamped in &read[1..] {
        hearing.apply(stamped);
    }
    hearing
}

#[test]
fn a_ledger_gives_the_hearing_back() {
    for world in [World::in_session(), World::lawful_session()] {
        assert_eq!(replay(&world.ledger), world.hearing);
    }
}

/// A ledger as the server wrote it before there were procedures: its first line has none, and everything is as it was.
#[test]
fn a_ledger_of_before_there_were_procedures_is_replayed() {
    let lines = include_str!("ledger-without-procedure.jsonl").lines().map(|line| {
        let line: assize_core::ledger::Line = serde_json::from_str(line).unwrap();
        Stamped { now: line.at(BEGAN_MS), actor: line.actor, event: line.event }
    });
    let lines: Vec<Stamped> = lines.collect();
    let mut hearing = Hearing::begin(&lines[0]).unwrap();
    let mut states = vec![hearing.state];
    for stamped in &lines[1..] {
        hearing.apply(stamped);
        states.extend((states.last() != Some(&hearing.state)).then_some(hearing.state));
        for seat in hearing.seats.values() {
            assert_eq!(hearing.may_speak(seat), !hearing.only_receives(seat), "no phase keeps anybody silent");
        }
    }
    use assize_core::hearing::SessionState::{Closed, Held, InSession, Paused, Scheduled, Waiting};
    assert_eq!(states, [Scheduled, Waiting, InSession, Paused, InSession, Held, InSession, Closed]);
    assert!(hearing.procedure.phases.is_empty() && hearing.missing().is_empty());
    assert_eq!(hearing.in_session_before_us, 6_123_190 + 5_145_226 + 8_537_181);
    assert_eq!(lines.len(), 42);
}
