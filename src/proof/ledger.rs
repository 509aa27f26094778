//! Encoding, hashing and checking of ledger lines (`assize_core::ledger::Line`).

use crate::canonical::{self, NotCanonical};
use crate::hash::Hash;
use crate::time;
use crate::torn;
use assize_core::hearing::Stamped;
use assize_core::ledger::{GENESIS, Line, VERSION};
use serde_json::Value;

/// Where a chain of lines stands: number and hash of its last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub n: u64,
    pub hash: String,
}

impl Default for Head {
    fn default() -> Self {
        Self { n: 0, hash: GENESIS.to_owned() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadLine {
    #[error("not a line of JSON")]
    Json,
    #[error("not in canonical form (RFC 8785)")]
    Form,
    #[error("the hash does not match the line")]
    Hash,
    #[error("does not follow the line before it")]
    Chain,
    #[error("an event or format that this version does not know")]
    Unknown,
}

/// Random bytes for one line.
pub type Salt = [u8; 16];

/// The line that follows `head`, and its text without the line feed. `head` moves on.
///
/// # Errors
/// The event holds a number that has no canonical form; `head` stays.
pub fn encode(head: &mut Head, epoch: u32, stamped: &Stamped, salt: &Salt) -> Result<(Line, String), NotCanonical> {
    let mut line = Line {
        v: VERSION,
        n: head.n + 1,
        epoch,
        t_us: stamped.now.t_us,
        utc: time::rfc3339(stamped.now.utc_ms),
        actor: stamped.actor,
        event: stamped.event.clone(),
        salt: Some(crate::hash::hex(salt)),
        prev: head.hash.clone(),
        hash: String::new(),
    };
    let mut value = serde_json::to_value(&line)?;
    line.hash = hash_of(&mut value)?;
    if let Value::Object(map) = &mut value {
        map.insert("hash".to_owned(), Value::from(line.hash.clone()));
    }
    let text = canonical::to_string(&value)?;
    *head = Head { n: line.n, hash: line.hash.clone() };
    Ok((line, text))
}

/// SHA-256 (hex) over the canonical form without `hash`, which is taken out of `value`.
fn hash_of(value: &mut Value) -> Result<String, NotCanonical> {
    if let Value::Object(map) = value {
        map.remove("hash");
    }
    Ok(Hash::of(canonical::to_string(value)?.as_bytes()).to_string())
}

/// Checks one line's text (without its line feed) against the line before it; `head` moves on if all is well, and also
/// after [`BadLine::Unknown`], which says that the line is whole and in its place.
///
/// # Errors
/// What is wrong with the line.
pub fn check(head: &mut Head, text: &str) -> Result<Line, BadLine> {
    let mut value: Value = serde_json::from_str(text).map_err(|_| BadLine::Json)?;
    if canonical::to_string(&value).ok().as_deref() != Some(text) {
        return Err(BadLine::Form);
    }
    let (Some(n), Some(prev), Some(hash)) = (
        value.get("n").and_then(Value::as_u64),
        value.get("prev").and_then(Value::as_str).map(str::to_owned),
        value.get("hash").and_then(Value::as_str).map(str::to_owned),
    ) else {
        return Err(BadLine::Json);
    };
    let line = serde_json::from_value::<Line>(value.clone());
    if hash_of(&mut value).ok().as_deref() != Some(&hash) {
        return Err(BadLine::Hash);
    }
    if n != head.n + 1 || prev != head.hash {
        return Err(BadLine::Chain);
    }
    *head = Head { n, hash };
    match line {
        Ok(line) if line.v == VERSION => Ok(line),
        _ => Err(BadLine::Unknown),
    }
}

/// What one ledger file holds, read from its start.
#[derive(Debug, Default)]
pub struct FileCheck {
    pub lines: Vec<Line>,
    /// Bytes from the start that are whole, chained lines.
    pub good_bytes: u64,
    /// Bytes after the last whole line: the write that the crash interrupted, with whatever a power cut left of it.
    pub torn_bytes: u64,
    /// The first whole line that is wrong: its first byte, its end, and what is wrong.
    pub bad: Option<(u64, u64, BadLine)>,
    /// Whole lines in their place whose event this version does not know.
    pub unknown: u64,
}

/// Checks a ledger file that continues the chain at `head`.
#[must_use]
pub fn check_file(head: &mut Head, bytes: &[u8]) -> FileCheck {
    let mut out = FileCheck::default();
    let mut good = 0;
    for piece in bytes.split_inclusive(|b| *b == b'\n') {
        let Some(text) = piece.strip_suffix(b"\n") else {
            out.torn_bytes = piece.len() as u64;
            break;
        };
        let checked = std::str::from_utf8(text).map_err(|_| BadLine::Json).and_then(|text| check(head, text));
        match checked {
            Ok(line) => out.lines.push(line),
            Err(BadLine::Unknown) => out.unknown += 1,
            Err(_) if torn::lacks_blocks(bytes, good) => {
                out.torn_bytes = (bytes.len() - good) as u64;
                break;
            }
            Err(bad) => {
                out.bad = Some((out.good_bytes, out.good_bytes + piece.len() as u64, bad));
                break;
            }
        }
        good += piece.len();
        out.good_bytes = good as u64;
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use assize_core::hearing::{Actor, Event};
    use assize_core::time::Now;
    use proptest::prelude::*;

    fn file(reasons: &[String]) -> Vec<u8> {
        let mut head = Head::default();
        let mut out = Vec::new();
        for (i, reason) in reasons.iter().enumerate() {
            let now = Now { t_us: i as u64 * 1000, utc_ms: 1_795_226_523_000 };
            let event = Event::Paused { reason: reason.clone() };
            let (_, text) = encode(&mut head, 1, &Stamped { now, actor: Actor::System, event }, &[7; 16]).unwrap();
            out.extend_from_slice(text.as_bytes());
            out.push(b'\n');
        }
        out
    }

    #[test]
    fn a_line_is_canonical_and_checks_with_stock_tools() {
        let text = String::from_utf8(file(&["Nghỉ giải lao".to_owned()])).unwrap();
        let cut = text.trim_end();
        assert!(cut.starts_with(r#"{"actor":{"type":"system"},"data":{"reason":"Nghỉ giải lao"},"epoch":1,"hash":""#));
        let mut head = Head::default();
        let line = check(&mut head, cut).unwrap();
        let without = cut.replace(&format!(r#""hash":"{}","#, line.hash), "");
        assert_eq!(Hash::of(without.as_bytes()).to_string(), line.hash);
        assert_eq!(head.n, 1);
    }

    #[test]
    fn an_event_of_a_later_version_is_whole_but_unknown() {
        let mut value: Value = serde_json::json!({"v": 2, "n": 1, "kind": "later", "prev": GENESIS});
        let hash = hash_of(&mut value).unwrap();
        value["hash"] = Value::from(hash);
        let mut head = Head::default();
        assert_eq!(check(&mut head, &canonical::to_string(&value).unwrap()), Err(BadLine::Unknown));
        assert_eq!(head.n, 1);
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_found(reasons in prop::collection::vec(".{0,12}", 1..5), at in any::<prop::sample::Index>(), bit in 0u8..8) {
            let good = file(&reasons);
            let mut head = Head::default();
            let check_good = check_file(&mut head, &good);
            prop_assert_eq!(check_good.lines.len(), reasons.len());
            let mut bad = good.clone();
            let at = at.index(bad.len());
            bad[at] ^= 1 << bit;
            let mut head = Head::default();
            let found = check_file(&mut head, &bad);
            prop_assert!(found.bad.is_some() || found.torn_bytes > 0);
        }
    }
}
