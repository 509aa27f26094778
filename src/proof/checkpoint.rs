//! `checkpoints.jsonl`: every minute the signed state of all files of an open record.
//!
//! Every file of a record only grows, so a checkpoint states, for each that has grown since the one before, its length and
//! the SHA-256 of that many bytes; media files are stated through their chain files. A line is the RFC 8785 form of
//! [`Checkpoint`]; `signature` is Ed25519 (base64) over the form without `signature`; `prev` is the SHA-256 of the line
//! before, the first one's being that of `hearing/sitting/checkpoints.jsonl`.

use crate::canonical::{self, NotCanonical};
use crate::hash::Hash;
use crate::key::{CourtKey, PublicKey};
use crate::torn;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Name of the file in a record.
pub const FILE: &str = "checkpoints.jsonl";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    pub v: u32,
    pub n: u64,
    pub epoch: u32,
    /// Hearing time in microseconds.
    pub t_us: u64,
    pub utc: String,
    pub heads: Vec<FileHead>,
    /// Fingerprint of the signing key.
    pub key: Hash,
    pub prev: Hash,
}

/// The first `bytes` bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileHead {
    /// Path below the record's folder, with `/`.
    pub file: String,
    pub bytes: u64,
    pub sha256: Hash,
}

impl Checkpoint {
    /// The signed line, without its line feed.
    ///
    /// # Errors
    /// A number beyond 53 bits.
    pub fn sign(&self, key: &CourtKey) -> Result<String, NotCanonical> {
        let mut value = serde_json::to_value(self)?;
        let signature = STANDARD.encode(key.sign(canonical::to_string(&value)?.as_bytes()));
        if let Value::Object(map) = &mut value {
            map.insert("signature".to_owned(), Value::from(signature));
        }
        canonical::to_string(&value)
    }
}

/// A line as found.
#[derive(Debug, Clone)]
pub struct Found {
    pub checkpoint: Checkpoint,
    signed: String,
    signature: Vec<u8>,
    /// The line's place in the file.
    pub from: u64,
    pub to: u64,
}

impl Found {
    /// Whether its signature is that of the key it names; `None` if that is none of `keys`.
    #[must_use]
    pub fn signed_by(&self, keys: &[PublicKey]) -> Option<bool> {
        let key = keys.iter().find(|key| key.id() == self.checkpoint.key)?;
        Some(key.verifies(self.signed.as_bytes(), &self.signature))
    }
}

#[derive(Debug, Default)]
pub struct FileCheck {
    pub found: Vec<Found>,
    /// Hash of the last good line: the next one's `prev`.
    pub last: Option<Hash>,
    /// Lines that are wrong: place and reason.
    pub bad: Vec<(u64, u64, &'static str)>,
    /// Bytes of an unfinished last line, or of one that a power cut left in part.
    pub torn_bytes: u64,
}

/// Reads the file. A damaged line is tolerated only as the torn end of an earlier epoch: the line after it then follows
/// the last good one and belongs to a later epoch.
#[must_use]
pub fn check_file(bytes: &[u8], genesis: Hash) -> FileCheck {
    let mut out = FileCheck::default();
    let mut damaged: Option<(u64, u64, &'static str)> = None;
    let (mut at, mut prev, mut n) = (0, genesis, 0);
    for piece in bytes.split_inclusive(|b| *b == b'\n') {
        let (from, to) = (at, at + piece.len() as u64);
        at = to;
        let Some(text) = piece.strip_suffix(b"\n") else {
            out.torn_bytes = piece.len() as u64;
            break;
        };
        let Some((checkpoint, signed, signature)) = parse(text) else {
            if let Some(bad) = damaged.replace((from, to, "not a checkpoint in its canonical form")) {
                out.bad.push(bad);
            }
            continue;
        };
        if checkpoint.prev != prev || checkpoint.n != n + 1 {
            out.bad.push((from, to, "does not follow the checkpoint before it"));
        }
        let last_epoch = out.found.last().map_or(0, |f: &Found| f.checkpoint.epoch);
        if let Some(bad) = damaged.take().filter(|_| checkpoint.epoch <= last_epoch) {
            out.bad.push(bad);
        }
        (prev, n) = (Hash::of(text), checkpoint.n);
        out.last = Some(prev);
        out.found.push(Found { checkpoint, signed, signature, from, to });
    }
    match damaged {
        Some((from, to, _)) if usize::try_from(from).is_ok_and(|from| torn::lacks_blocks(bytes, from)) => {
            out.torn_bytes += to - from;
        }
        damaged => out.bad.extend(damaged),
    }
    out
}

/// The checkpoint, what was signed, and the signature.
fn parse(text: &[u8]) -> Option<(Checkpoint, String, Vec<u8>)> {
    let text = std::str::from_utf8(text).ok()?;
    let mut value: Value = serde_json::from_str(text).ok()?;
    if canonical::to_string(&value).ok()? != text {
        return None;
    }
    let Some(Value::String(signature)) = value.as_object_mut()?.remove("signature") else { return None };
    let signature = STANDARD.decode(signature).ok()?;
    let signed = canonical::to_string(&value).ok()?;
    Some((serde_json::from_value(value).ok()?, signed, signature))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn file(key: &CourtKey, genesis: Hash, epochs: &[u32]) -> Vec<u8> {
        let (mut out, mut prev) = (Vec::new(), genesis);
        for (i, epoch) in epochs.iter().enumerate() {
            let heads = vec![FileHead { file: "hearing.json".to_owned(), bytes: 3, sha256: Hash::of(b"abc") }];
            let (n, t_us) = (i as u64 + 1, i as u64);
            let utc = "2026-11-21T00:00:00.000Z".to_owned();
            let checkpoint = Checkpoint { v: 1, n, epoch: *epoch, t_us, utc, heads, key: key.public().id(), prev };
            let text = checkpoint.sign(key).unwrap();
            prev = Hash::of(text.as_bytes());
            out.extend_from_slice(text.as_bytes());
            out.push(b'\n');
        }
        out
    }

    #[test]
    fn only_a_vouched_key_counts_and_every_flipped_bit_is_found() {
        let (key, other) = (CourtKey::generate().unwrap(), CourtKey::generate().unwrap());
        let genesis = Hash::of(b"x");
        let bytes = file(&key, genesis, &[1, 1]);
        let good = check_file(&bytes, genesis);
        assert!(good.bad.is_empty() && good.found.iter().all(|f| f.signed_by(&[key.public()]) == Some(true)));
        assert!(good.found.iter().all(|f| f.signed_by(&[other.public()]).is_none()));
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bad = bytes.clone();
                bad[at] ^= 1 << bit;
                let check = check_file(&bad, genesis);
                let unsigned = check.found.iter().any(|f| f.signed_by(&[key.public()]) != Some(true));
                assert!(!check.bad.is_empty() || check.torn_bytes > 0 || unsigned, "{at}.{bit}");
            }
        }
    }

    #[test]
    fn a_torn_line_between_epochs_is_no_tampering() {
        let key = CourtKey::generate().unwrap();
        let genesis = Hash::of(b"x");
        let bytes = file(&key, genesis, &[1, 2]);
        let first = bytes.iter().position(|b| *b == b'\n').unwrap() + 1;
        let torn = [&bytes[..first], b"{\"epoch\":1,\n", &bytes[first..]].concat();
        assert!(check_file(&torn, genesis).bad.is_empty());
        let bytes = file(&key, genesis, &[1, 1]);
        let torn = [&bytes[..first], b"{\"epoch\":1,\n", &bytes[first..]].concat();
        assert_eq!(check_file(&torn, genesis).bad.len(), 1);
    }
}
