//! One line of a good file made wrong: the fault names that line.

use crate::shipped::FILES;
use assize_core::procedure::{Fault, Procedure};

fn good() -> &'static str {
    FILES[0].1
}

/// The line, from 1, of the first line that begins so.
fn line(text: &str, begins: &str) -> usize {
    text.lines().position(|line| line.starts_with(begins)).unwrap() + 1
}

fn faults(text: &str) -> Vec<Fault> {
    Procedure::read(text).unwrap_err()
}

/// What reading says when the first line that begins with `old` is written as `new`: one fault, on that line.
#[track_caller]
fn broken(old: &str, new: &str, what: &str, remedy: &str) {
    let at = line(good(), old);
    let lines = good().lines().enumerate().map(|(n, line)| if n + 1 == at { new } else { line });
    let text = lines.collect::<Vec<_>>().join("\n");
    let faults = faults(&text);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0].line, at, "{faults:#?}");
    assert!(faults[0].what.contains(what) && faults[0].remedy.contains(remedy), "{faults:#?}");
}

#[test]
fn what_is_no_toml_is_told_where_it_is() {
    broken("component_points", "component_points = = 3", "not TOML", "mend the line");
}

#[test]
fn an_unknown_key_is_told_with_the_one_that_was_meant() {
    broken("draft = true", "draff = true", "unknown key `draff`", "did you mean `draft`?");
    broken(
        "deliberation = true",
        "delibration = true",
        "unknown key `phases.delibration`",
        "did you mean `deliberation`?",
    );
}

#[test]
fn a_text_in_one_language_is_not_enough() {
    broken("waiting = ", "waiting = { vi = \"Chờ khai mạc\" }", "`states.waiting.en` is missing", "en = ");
    broken("waiting = ", "waiting = { vi = \"Chờ khai mạc\", en = \" \" }", "`states.waiting.en` is empty", "write");
}

#[test]
fn unknown_roles_and_phases_are_told_with_those_there_are() {
    broken("present = ", "present = [\"presiding_judge\", \"bailiff\"]", "`bailiff`", "clerk");
    broken("also = [\"questioning\"]", "also = [\"question\"]", "no phase `question`", "questioning");
    broken("[gate]", "[gate]\nif_planned = [\"observer\"]", "observer", "only watch");
}

#[test]
fn limits_out_of_range_are_told_with_the_range() {
    let limits = [
        ("component_points", 0, 50),
        ("continuity_s", 5, 600),
        ("observer_delay_s", 0, 120),
        ("suspension_days", 1, 365),
    ];
    for (key, least, most) in limits {
        let what = format!("`limits.{key}` is out of range");
        for wrong in ["-1", "100000"] {
            broken(key, &format!("{key} = {wrong}"), &what, &format!("from {least} to {most}"));
        }
        broken(key, &format!("{key} = \"3\""), "wrong kind", &format!("from {least} to {most}"));
    }
}

#[test]
fn names_are_used_once() {
    broken("id = \"last-word\"", "id = \"questioning\"", "`questioning` is used twice", "its own name");
    broken("id = \"identity\"", "id = \"presence\"", "`presence` is used twice", "its own name");
    broken("id = \"presence\"", "id = \"Có mặt\"", "`Có mặt` is no name", "small letters");
}

#[test]
fn a_phase_that_nobody_can_reach_is_told() {
    let text = good().replacen("deliberation = true", "deliberation = true\nends = true", 1);
    let faults = faults(&text);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    let verdict = line(&text, "id = \"verdict\"");
    assert_eq!((faults[0].line, faults[0].what.as_str()), (verdict - 1, "no phase leads to `verdict`"));
}

#[test]
fn nobody_is_heard_in_a_deliberation() {
    let text = good().replacen("deliberation = true", "deliberation = true\nspeak = [\"counsel\"]", 1);
    let faults = faults(&text);
    assert_eq!(faults[0].line, line(&text, "id = \"deliberation\"") - 1, "{faults:#?}");
}

#[test]
fn a_place_that_nothing_fills_is_told() {
    broken("vi = \"Chủ tọa {judge}", "vi = \"Chủ tọa {juge}\"", "nothing is filled in for {juge}", "{judge}");
}

#[test]
fn all_faults_come_at_once_in_the_order_of_their_lines() {
    let text = good()
        .replacen("name = {", "nam = {", 1)
        .replacen("present = [\"presiding_judge\"", "present = [\"judge\"", 1)
        .replacen("continuity_s = 30", "continuity_s = 4", 1);
    let lines: Vec<usize> = faults(&text).iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [1, line(&text, "nam = "), line(&text, "present"), line(&text, "continuity_s")]);
}

#[test]
fn an_empty_file_names_what_is_missing() {
    let whats: Vec<String> = faults("").into_iter().map(|fault| fault.what).collect();
    for key in ["id", "name", "states", "roles", "limits", "texts"] {
        assert!(whats.contains(&format!("`{key}` is missing")), "{whats:?}");
    }
}
