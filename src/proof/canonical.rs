//! RFC 8785 (JSON Canonicalization Scheme), for the shapes of a record: no fractions, no number beyond 2^53 - 1.

use serde::Serialize;
use serde_json::Value;
use std::fmt::Write;

/// Largest integer that every JSON reader keeps exactly (RFC 7493 section 2.2).
const MAX_SAFE: u64 = (1 << 53) - 1;

#[derive(Debug, thiserror::Error)]
pub enum NotCanonical {
    #[error("a number that is no integer of at most 53 bits: {0}")]
    Number(String),
    #[error("not JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// The canonical text of anything that serialises.
///
/// # Errors
/// A fraction or too large a number inside, or the value does not serialise.
pub fn encode<T: Serialize>(value: &T) -> Result<String, NotCanonical> {
    to_string(&serde_json::to_value(value)?)
}

/// The canonical text of a JSON value.
///
/// # Errors
/// A fraction or too large a number inside.
pub fn to_string(value: &Value) -> Result<String, NotCanonical> {
    let mut out = String::new();
    write_value(&mut out, value)?;
    Ok(out)
}

fn write_value(out: &mut String, value: &Value) -> Result<(), NotCanonical> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => write_number(out, n)?,
        Value::String(s) => write_string(out, s)?,
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_value(out, item)?;
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            // Section 3.2.3: by UTF-16 code units, which is not the order of UTF-8 bytes.
            members.sort_by(|a, b| a.0.encode_utf16().cmp(b.0.encode_utf16()));
            out.push('{');
            for (i, (key, item)) in members.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_string(out, key)?;
                out.push(':');
                write_value(out, item)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

fn write_number(out: &mut String, n: &serde_json::Number) -> Result<(), NotCanonical> {
    let safe = n.as_u64().or_else(|| n.as_i64().map(i64::unsigned_abs)).is_some_and(|n| n <= MAX_SAFE);
    if !safe {
        return Err(NotCanonical::Number(n.to_string()));
    }
    let _ = write!(out, "{n}");
    Ok(())
}

/// `serde_json` escapes exactly as section 3.2.2.2 asks: short forms, `\u00xx` in lower case, nothing else.
fn write_string(out: &mut String, s: &str) -> Result<(), NotCanonical> {
    out.push_str(&serde_json::to_string(s)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sorts_and_escapes_as_the_rfc_does() {
        // RFC 8785 section 3.2.3, with the numbers taken out.
        let text = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
            "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        let out = to_string(&value).unwrap();
        let order: Vec<usize> = ["\"\\r\"", "\"1\"", "\"\u{80}\"", "\"ö\"", "\"€\"", "\"😀\"", "\"\u{fb33}\""]
            .iter()
            .map(|key| out.find(key).unwrap())
            .collect();
        assert!(order.is_sorted(), "{out}");
        assert_eq!(to_string(&Value::from("\u{f}\u{8}\"\\/\n€")).unwrap(), r#""\u000f\b\"\\/\n€""#);
    }

    #[test]
    fn refuses_what_readers_do_not_agree_on() {
        assert!(to_string(&Value::from(1.5)).is_err());
        assert!(to_string(&Value::from(1u64 << 53)).is_err());
        assert_eq!(to_string(&Value::from(-(1i64 << 53) + 1)).unwrap(), "-9007199254740991");
    }

    proptest! {
        #[test]
        fn reading_back_gives_the_same_value(keys in prop::collection::vec(".*", 0..8), n in any::<i32>()) {
            let value: Value = keys.iter().map(|k| (k.clone(), Value::from(n))).collect::<serde_json::Map<_, _>>().into();
            let text = to_string(&value).unwrap();
            let back: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&back, &value);
            prop_assert_eq!(to_string(&back).unwrap(), text);
        }
    }
}
