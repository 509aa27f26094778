//! The log of what happens to a sealed record's minutes after the close: asked for, ruled on, agreed to. It lies beside the
//! bag and never in it; its first line names the seal, each line the hash of the one before, and the court's key signs
//! each hash.

use crate::canonical::{self, NotCanonical};
use crate::hash::{Hash, hex};
use crate::key::{CourtKey, PublicKey};
pub use crate::ledger::Head;
use serde_json::{Map, Value};

pub const VERSION: u32 = 1;

/// One line as it was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub n: u64,
    /// RFC 3339, UTC.
    pub utc: String,
    pub kind: String,
    pub data: Value,
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLog {
    #[error("line {0}: not a line of JSON in canonical form (RFC 8785)")]
    Form(u64),
    #[error("line {0}: the hash does not match")]
    Hash(u64),
    #[error("line {0}: does not follow the line before it")]
    Chain(u64),
    #[error("line {0}: is signed by no key that is vouched for")]
    Signature(u64),
    #[error("the last line is torn")]
    Torn,
}

/// The next line's text, without its line feed. `head` moves on.
///
/// # Errors
/// `data` holds a number that has no canonical form; `head` stays.
pub fn encode(head: &mut Head, utc: &str, kind: &str, data: &Value, key: &CourtKey) -> Result<String, NotCanonical> {
    let mut line = Map::new();
    let n = head.n + 1;
    for (name, value) in [
        ("v", Value::from(VERSION)),
        ("n", Value::from(n)),
        ("utc", Value::from(utc)),
        ("kind", Value::from(kind)),
        ("data", data.clone()),
        ("prev", Value::from(head.hash.clone())),
    ] {
        line.insert(name.to_owned(), value);
    }
    let hash = Hash::of(canonical::to_string(&Value::Object(line.clone()))?.as_bytes()).to_string();
    let signature = hex(&key.sign(hash.as_bytes()));
    line.insert("hash".to_owned(), Value::from(hash.clone()));
    line.insert("sig".to_owned(), Value::from(signature));
    let text = canonical::to_string(&Value::Object(line))?;
    *head = Head { n, hash };
    Ok(text)
}

/// How many bytes of a log are whole lines. What stands behind them was never written to its end, and nobody was told that
/// it was.
#[must_use]
pub fn whole(log: &[u8]) -> usize {
    log.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

/// Checks a whole log; gives its lines and where it stands.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(text: &str, vouched: &[PublicKey]) -> Result<(Vec<Line>, Head), BadLog> {
    if !text.is_empty() && !text.ends_with('\n') {
        return Err(BadLog::Torn);
    }
    let (mut head, mut lines) = (Head::default(), Vec::new());
    for text in text.lines() {
        lines.push(check_line(&mut head, text, vouched)?);
    }
    Ok((lines, head))
}

fn check_line(head: &mut Head, text: &str, vouched: &[PublicKey]) -> Result<Line, BadLog> {
    let at = head.n + 1;
    let value: Value = serde_json::from_str(text).map_err(|_| BadLog::Form(at))?;
    if canonical::to_string(&value).ok().as_deref() != Some(text) {
        return Err(BadLog::Form(at));
    }
    let Value::Object(mut line) = value else { return Err(BadLog::Form(at)) };
    let mut taken = |name: &str| line.remove(name).and_then(|value| value.as_str().map(str::to_owned));
    let (hash, signature) = (taken("hash").ok_or(BadLog::Form(at))?, taken("sig").ok_or(BadLog::Form(at))?);
    let bare = canonical::to_string(&Value::Object(line.clone())).map_err(|_| BadLog::Form(at))?;
    if Hash::of(bare.as_bytes()).to_string() != hash {
        return Err(BadLog::Hash(at));
    }
    let text_of = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    if line.get("n").and_then(Value::as_u64) != Some(at) || text_of("prev").as_deref() != Some(&head.hash) {
        return Err(BadLog::Chain(at));
    }
    let bytes = unhex(&signature).ok_or(BadLog::Signature(at))?;
    if !vouched.iter().any(|key| key.verifies(hash.as_bytes(), &bytes)) {
        return Err(BadLog::Signature(at));
    }
    *head = Head { n: at, hash: hash.clone() };
    let (utc, kind) = (text_of("utc").ok_or(BadLog::Form(at))?, text_of("kind").ok_or(BadLog::Form(at))?);
    Ok(Line { n: at, utc, kind, data: line.get("data").cloned().unwrap_or_default(), hash })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (text.is_ascii() && text.len().is_multiple_of(2)).then(|| (0..text.len()).step_by(2).map(pair).collect())?
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn log(key: &CourtKey) -> String {
        let mut head = Head::default();
        let line = |head: &mut Head, n: u64| {
            encode(head, "2026-11-23T01:02:03.000Z", "requested", &json!({ "line": n, "text": "sửa" }), key).unwrap()
                + "\n"
        };
        line(&mut head, 1) + &line(&mut head, 2) + &line(&mut head, 3)
    }

    #[test]
    fn a_log_is_read_as_it_was_written() {
        let key = CourtKey::generate().unwrap();
        let (lines, head) = check(&log(&key), &[key.public()]).unwrap();
        assert_eq!((lines.len(), head.n, lines[1].data["text"].as_str()), (3, 3, Some("sửa")));
        assert_eq!((&lines[2].hash, check("", &[]).unwrap().1), (&head.hash, Head::default()));
    }

    #[test]
    fn a_log_is_whole_to_the_end_of_its_last_line() {
        let good = log(&CourtKey::generate().unwrap());
        let first = good.find('\n').unwrap() + 1;
        let last = good[..good.len() - 1].rfind('\n').unwrap() + 1;
        assert_eq!((whole(good.as_bytes()), whole(&good.as_bytes()[..good.len() - 1])), (good.len(), last));
        assert_eq!((whole(&good.as_bytes()[..first + 9]), whole(b"{"), whole(b"")), (first, 0, 0));
    }

    #[test]
    fn whatever_is_changed_is_found() {
        let key = CourtKey::generate().unwrap();
        let (good, keys) = (log(&key), [key.public()]);
        let wrong = |text: &str| check(text, &keys).unwrap_err();
        assert_eq!(wrong(&good.replacen("sửa", "bỏ", 1)), BadLog::Hash(1));
        let mut lines: Vec<&str> = good.lines().collect();
        lines.remove(1);
        assert_eq!(wrong(&(lines.join("\n") + "\n")), BadLog::Chain(2));
        assert_eq!(wrong(good.trim_end()), BadLog::Torn);
        assert_eq!(wrong("{ }\n"), BadLog::Form(1));
        let other = CourtKey::generate().unwrap();
        assert_eq!(wrong(&log(&other)), BadLog::Signature(1));
        for at in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(text) = String::from_utf8(bytes) else { continue };
            assert!(check(&text, &keys).is_err(), "byte {at}");
        }
    }
}
