//! What a seal says (`data/seal/head.json`): the whole payload in one signed page.
//!
//! `head.sig` is the Ed25519 signature over the bytes of `head.json`, 64 bytes as `openssl pkeyutl -verify -rawin` takes
//! them; `key.pub` beside it is the public key.

use crate::chain::ChainLine;
use crate::hash::Hash;
use crate::merkle;
use serde::{Deserialize, Serialize};

/// Paths in a bag.
pub const HEAD: &str = "data/seal/head.json";
pub const SIGNATURE: &str = "data/seal/head.sig";
pub const TIME_STAMP: &str = "data/seal/head.tsr";
pub const PUBLIC_KEY: &str = "data/seal/key.pub";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub v: u32,
    pub hearing: String,
    pub case: String,
    /// No hearing of a case; absent in seals of real ones.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rehearsal: bool,
    pub sitting: String,
    /// SHA-256 of the `head.json` of the sitting before.
    pub previous_seal: Option<Hash>,
    /// RFC 3339 UTC.
    pub sealed: String,
    /// Fingerprint of the signing key.
    pub key: Hash,
    pub software: String,
    pub ledger: LedgerHead,
    /// Every media file with the end of its chain, in order of path.
    pub chains: Vec<ChainHead>,
    /// RFC 9162 tree over all sync points in that order; see [`leaf`].
    pub merkle_root: Hash,
    pub merkle_leaves: u64,
    pub payload: Payload,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerHead {
    pub lines: u64,
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// Below the record's folder (in a bag: below `data/`).
    pub file: String,
    /// Bytes that the chain proves.
    pub offset: u64,
    pub links: u64,
    pub head: Hash,
}

/// A digest over every other payload file's hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    pub files: u64,
    /// SHA-256 of the lines of `manifest-sha256.txt` in order of path, without those of `head.*`.
    pub sha256: Hash,
}

/// The leaf of one sync point: the chain file's line behind its media file's path.
#[must_use]
pub fn leaf(file: &str, line: &ChainLine) -> Hash {
    merkle::leaf(format!("{file}\n{}", line.text()).as_bytes())
}

/// Whether a path of a bag belongs to the seal itself.
#[must_use]
pub fn is_seal(path: &str) -> bool {
    [HEAD, SIGNATURE, TIME_STAMP].contains(&path)
}

/// The payload digest over `(path in the bag, hash)`, which must be in order of path.
#[must_use]
pub fn payload<'a>(files: impl Iterator<Item = (&'a str, Hash)>) -> Payload {
    let mut text = String::new();
    let mut count = 0;
    for (path, hash) in files.filter(|(path, _)| !is_seal(path)) {
        text.push_str(&crate::bag::manifest_line(path, hash));
        count += 1;
    }
    Payload { files: count, sha256: Hash::of(text.as_bytes()) }
}
