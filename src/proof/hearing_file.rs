//! `hearing.json`: what a sitting's record says about itself before anything has happened.

use crate::hash::Hash;
use assize_core::plan::Plan;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HearingFile {
    /// Format version of the record.
    pub v: u32,
    /// `01`, `02`, ...
    pub sitting: String,
    /// Fingerprint of the seal of the sitting before (SHA-256 of its `head.json`), for a continued hearing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_seal: Option<Hash>,
    /// The plan as held.
    pub plan: Plan,
    pub procedure: Procedure,
    pub software: Software,
    pub clock: Clock,
    /// Fingerprint of the court's key at the beginning ([`crate::key::PublicKey::id`]).
    pub key: Hash,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Procedure {
    pub name: String,
    /// SHA-256 of the procedure file's bytes; `None`: the court has no such file, and no rule was read from one.
    pub sha256: Option<Hash>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Software {
    pub assize: String,
    /// Version of the muxing library, as `assize_record::muxer_version` gives it.
    pub muxer: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// RFC 3339 UTC of hearing time zero.
    pub zero_utc: String,
    /// Whether the system's clock was disciplined when the record began.
    pub synchronised: bool,
}
