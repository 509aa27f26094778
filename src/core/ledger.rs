//! The shape of a ledger line (contract section 5). Encoding, hashing and checking are `assize-proof`'s.

use crate::hearing::{Actor, Event};
use crate::time::Now;
use serde::{Deserialize, Serialize};

/// Format version of events and records.
pub const VERSION: u32 = 1;

/// Hash of nothing: the `prev` of the first line.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One line of `ledger/<epoch>.jsonl`. `hash` is SHA-256 (hex) over the RFC 8785 form of the line without `hash`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub v: u32,
    /// Counts from 1 over all epochs of a sitting.
    pub n: u64,
    pub epoch: u32,
    /// Microseconds since the hearing began.
    pub t_us: u64,
    /// RFC 3339, UTC, milliseconds.
    pub utc: String,
    pub actor: Actor,
    /// `kind` and `data`.
    #[serde(flatten)]
    pub event: Event,
    /// 16 random bytes (hex): a copy that keeps a line's hash and not its words must not let them be guessed. Absent in
    /// older ledgers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    pub prev: String,
    pub hash: String,
}

impl Line {
    /// The hearing-time half of the stamp; UTC comes from [`Line::utc`].
    #[must_use]
    pub fn at(&self, utc_ms: i64) -> Now {
        Now { t_us: self.t_us, utc_ms }
    }
}
