//! What a client may say, word for word: a message with a field that nobody knows is refused, whatever the message.

#![allow(clippy::unwrap_used)]

use assize_core::hearing::Command;
use assize_core::signal::ClientMessage;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use ts_rs::{Config, TS};

const PERSON: &str = "0198a7f0-0000-7000-8000-000000000007";

fn messages() -> Vec<Value> {
    let others = [
        json!({"type": "hello", "ticket": "T"}),
        json!({"type": "resume", "token": "R", "last": 7}),
        json!({"type": "up_offer", "id": 1, "sdp": "v=0", "tracks": [{"mid": "0", "device": "microphone"}], "sealed": true}),
        json!({"type": "down_answer", "offer": 1, "sdp": "v=0"}),
        json!({"type": "receive", "sealed": true}),
        json!({"type": "restart_down"}),
        json!({"type": "tiles", "tiles": [{"track": "03-camera1", "height": 360}]}),
        json!({"type": "perceived", "tracks": ["07-camera1"], "hidden": false}),
        json!({"type": "ping", "client_ms": 1.5}),
        json!({"type": "sealed", "to": 5, "data": "AAEC"}),
        json!({"type": "bye"}),
    ];
    let commands = commands().into_iter().map(|command| json!({"type": "command", "id": 1, "command": command}));
    others.into_iter().chain(commands).collect()
}

fn commands() -> Vec<Value> {
    vec![
        json!({"type": "admit", "seat": 3}),
        json!({"type": "mute", "seat": 3}),
        json!({"type": "unmute", "seat": 3}),
        json!({"type": "mute_lock", "seat": 3}),
        json!({"type": "unlock", "seat": 3}),
        json!({"type": "remove", "seat": 3, "reason": ""}),
        json!({"type": "open", "record": true, "reason": null}),
        json!({"type": "hold", "reason": ""}),
        json!({"type": "pause", "reason": ""}),
        json!({"type": "resume", "reason": null}),
        json!({"type": "resume", "reason": "the disk is full"}),
        json!({"type": "close"}),
        json!({"type": "suspend", "reason": "the line", "frozen_ms": 5, "until_ms": null}),
        json!({"type": "suspend", "reason": "the line", "frozen_ms": 5, "until_ms": 9}),
        json!({"type": "postpone", "reason": "the line", "until_ms": 9}),
        json!({"type": "take_note"}),
        json!({"type": "set_microphone", "open": true}),
        json!({"type": "publish", "devices": ["microphone"]}),
        json!({"type": "unpublish", "devices": ["camera1"]}),
        json!({"type": "report_playback", "blocked": true}),
        json!({"type": "dismiss", "seat": 3, "stays": true}),
        json!({"type": "consult", "with": [3, 4]}),
        json!({"type": "technical_line", "seat": 3}),
        json!({"type": "accept_consultation", "from": 3}),
        json!({"type": "decline_consultation", "from": 3}),
        json!({"type": "lock_room", "locked": true}),
        json!({"type": "leave_room"}),
        json!({"type": "deliberate"}),
        json!({"type": "end_deliberation"}),
        json!({"type": "allow_consultation", "seat": 3, "allowed": true}),
        json!({"type": "set_encryption", "key": format!("BA{}", "k".repeat(85)), "sends": false}),
        json!({"type": "set_encryption", "key": null, "sends": false}),
        json!({"type": "signal", "kind": "cannot_hear", "person": null}),
        json!({"type": "name_signal", "signal": 1, "person": PERSON}),
        json!({"type": "withdraw_signal", "signal": 1}),
        json!({"type": "answer_signal", "signal": 1, "answer": "not_now", "text": "after the break"}),
        json!({"type": "report_presence", "person": PERSON, "present": true, "note": null}),
        json!({"type": "check_identity", "person": PERSON, "identity": "right", "method": "papers", "note": null}),
        json!({"type": "name_speaker", "seat": 3, "person": PERSON}),
        json!({"type": "advance", "phase": "debate", "reason": null}),
        json!({"type": "read_prompt", "prompt": "rights"}),
        json!({"type": "give_floor", "seat": 3}),
        json!({"type": "take_floor"}),
        json!({"type": "raise_hand", "raised": true}),
        json!({"type": "lower_hands"}),
        json!({"type": "mute_all", "lock": true}),
        json!({"type": "submit_exhibit", "exhibit": 1}),
        json!({"type": "rule_exhibit", "exhibit": 1, "admit": false, "reason": "not of this case"}),
        json!({"type": "show_exhibit", "exhibit": 1, "to": [3, 4], "observers": false, "page": 2}),
        json!({"type": "turn_exhibit", "page": 2}),
        json!({"type": "point_exhibit", "spot": {"x": 1, "y": 2}}),
        json!({"type": "play_exhibit", "playing": true, "at_ms": 61500}),
        json!({"type": "stop_exhibit"}),
        json!({"type": "speak_on", "channel": "interpretation"}),
        json!({"type": "listen", "seat": 7, "channel": "floor"}),
        json!({"type": "note", "text": "Bị cáo khai", "ago_ms": 1500}),
        json!({"type": "correct_note", "note": 1, "text": "Bị hại khai"}),
        json!({"type": "allow_presenting", "seat": 3, "allowed": true}),
        json!({"type": "message", "to": 14, "text": "Xin gọi lại"}),
        json!({"type": "message", "to": null, "text": "Xin gọi lại"}),
        json!({"type": "take_task", "task": {"what": "signal", "signal": 1}, "taken": true}),
        json!({"type": "take_task", "task": {"what": "seat", "seat": 7, "trouble": "line"}, "taken": false}),
        json!({"type": "set_layout", "layout": {"layout": "spotlight", "seat": 7}}),
        json!({"type": "set_layout", "layout": {"layout": "grid"}}),
        json!({"type": "set_layout", "layout": null}),
    ]
}

fn read(message: &Value) -> Result<ClientMessage, serde_json::Error> {
    serde_json::from_str(&message.to_string())
}

/// The message once for every object in it, each time with a field too many there.
fn with_a_stray_field(value: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match value {
        Value::Object(fields) => {
            let mut more = fields.clone();
            more.insert("force".into(), json!(true));
            all.push(Value::Object(more));
            for (key, inner) in fields {
                all.extend(with_a_stray_field(inner).into_iter().map(|inner| {
                    let mut changed = fields.clone();
                    changed.insert(key.clone(), inner);
                    Value::Object(changed)
                }));
            }
        }
        Value::Array(items) => {
            for (at, inner) in items.iter().enumerate() {
                all.extend(with_a_stray_field(inner).into_iter().map(|inner| {
                    let mut changed = items.clone();
                    changed[at] = inner;
                    Value::Array(changed)
                }));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    all
}

/// The values of `type` that the client's own declaration of a type knows.
fn declared<T: TS>() -> BTreeSet<String> {
    let declaration = T::decl(&Config::new());
    declaration.split("\"type\": \"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn types(of: &[Value]) -> BTreeSet<String> {
    of.iter().map(|value| value["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn no_message_of_the_client_is_missing_here() {
    assert_eq!(types(&messages()), declared::<ClientMessage>());
    assert_eq!(types(&commands()), declared::<Command>());
}

#[test]
fn every_message_is_read_and_written_as_it_stands() {
    for message in messages() {
        let read = read(&message).unwrap_or_else(|error| panic!("{message}: {error}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), message);
    }
}

#[test]
fn a_reason_that_nobody_gives_need_not_be_there() {
    let resume: Command = serde_json::from_value(json!({"type": "resume"})).unwrap();
    assert_eq!(resume, Command::Resume { reason: None });
}

#[test]
fn a_field_that_nobody_knows_is_refused_wherever_it_stands() {
    for message in messages() {
        let strays = with_a_stray_field(&message);
        assert!(!strays.is_empty());
        for stray in strays {
            let error = read(&stray).err().unwrap_or_else(|| panic!("taken as if nothing were wrong: {stray}"));
            assert!(error.to_string().contains("force"), "{stray}: {error}");
        }
    }
}

/// What was measured is the server's to say.
#[test]
fn no_client_names_the_file_of_a_suspension() {
    let forged = json!({"type": "suspend", "reason": "x", "frozen_ms": 5, "until_ms": null, "pack": "ab".repeat(32)});
    assert!(serde_json::from_value::<Command>(forged).is_err());
}

#[test]
fn a_message_that_says_what_it_is_twice_is_refused() {
    assert!(serde_json::from_str::<ClientMessage>(r#"{"type":"bye","type":"receive"}"#).is_err());
    let twice = r#"{"type":"command","id":1,"command":{"type":"hold","reason":"","type":"close"}}"#;
    assert!(serde_json::from_str::<ClientMessage>(twice).is_err());
}
