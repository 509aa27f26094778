//! A copy of a sealed sitting for somebody who may not know all of it, which still proves itself.
//!
//! Files are whole or not there. A ledger line is whole, or reduced to number, chain and hash; since every line has random
//! bytes in it ([`crate::ledger::Salt`]), nothing can be guessed from a hash. The seal vouches for the manifest and the
//! ledger's head, the manifest for the files that are there, the head for the lines, and the court's signature over
//! `copy.json` for whom the copy was made and for what was left out.

use crate::canonical::{self, NotCanonical};
use crate::hash::Hash;
use crate::ledger::{self, BadLine, Head};
use assize_core::ids::PersonId;
use assize_core::ledger::Line;
use assize_core::plan::Role;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Paths in a copy.
pub const FILE: &str = "copy.json";
/// Ed25519 over the bytes of `copy.json`, by the key beside it.
pub const SIGNATURE: &str = "copy.sig";
pub const PUBLIC_KEY: &str = "copy.pub";

/// `copy.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    pub v: u32,
    /// Fingerprint of the seal of the whole (SHA-256 of its `head.json`).
    pub seal: Hash,
    pub hearing: String,
    pub case: String,
    pub sitting: String,
    pub recipient: Recipient,
    /// RFC 3339 UTC.
    pub made: String,
    pub reason: String,
    /// Fingerprint of the key that signs the copy.
    pub key: Hash,
    /// SHA-256 of each ledger file as it is in the copy, by path.
    pub ledger: BTreeMap<String, Hash>,
    /// Lines that are not whole.
    pub lines_withheld: u64,
    /// Paths that are not there.
    pub files_withheld: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
}

/// What stands in the place of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withheld {
    n: u64,
    prev: String,
    hash: String,
    /// That it happened, and when. Nothing but the signature over the copy vouches for this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    told: Option<Told>,
    withheld: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    kind: String,
    utc: String,
}

/// The text that stands in the place of `line`, without the line feed; `told`: with its kind and time.
///
/// # Errors
/// It has no canonical form.
pub fn withhold(line: &Line, told: bool) -> Result<String, NotCanonical> {
    let Line { n, prev, hash, .. } = line.clone();
    let told = told.then(|| Told { kind: line.event.kind().to_owned(), utc: line.utc.clone() });
    canonical::to_string(&serde_json::to_value(Withheld { n, prev, hash, told, withheld: true })?)
}

/// Checks one line of a copied ledger against the one before it: `None` for one that is withheld. `head` moves on.
///
/// # Errors
/// What is wrong with the line.
pub fn check(head: &mut Head, text: &str) -> Result<Option<Line>, BadLine> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| BadLine::Json)?;
    if value.get("withheld").is_none() {
        return ledger::check(head, text).map(Some);
    }
    if canonical::to_string(&value).ok().as_deref() != Some(text) {
        return Err(BadLine::Form);
    }
    let Withheld { n, prev, hash, withheld, .. } = serde_json::from_value(value).map_err(|_| BadLine::Json)?;
    if !withheld || hash.parse::<Hash>().is_err() {
        return Err(BadLine::Json);
    }
    if n != head.n + 1 || prev != head.hash {
        return Err(BadLine::Chain);
    }
    *head = Head { n, hash };
    Ok(None)
}
