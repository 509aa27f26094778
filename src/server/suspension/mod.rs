//! The suspension pack (Joint circular 05/2021 Art. 14): what was measured of each point's line, the draft of the decision,
//! and the paper of both that is kept in the record of the sitting.

pub mod draft;
pub mod paper;

use assize_core::hearing::Fault;
use assize_core::ids::PointId;
use assize_core::plan::Plan;
use assize_core::procedure::Procedure;
use serde::{Deserialize, Serialize};

/// The figure begins so long before the moment that was fixed.
pub const WINDOW_MS: i64 = 600_000;

/// What is known of a point's line at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// UTC milliseconds.
    pub at_ms: i64,
    pub line: Line,
    /// Of the best of the point's links, if any answered of late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_trip_ms: Option<u32>,
    /// Packets of a thousand, on the worse way of the worst of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_permille: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    Good,
    /// A link is there; the continuity meter finds that sight or sound does not come through.
    Broken,
    /// No link of the point is there.
    None,
}

impl Line {
    #[must_use]
    pub fn is_good(self) -> bool {
        self == Self::Good
    }
}

/// One point's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointLine {
    pub point: PointId,
    pub name: String,
    pub samples: Vec<Sample>,
}

impl PointLine {
    /// Since when the line has been bad up to the last sample, in UTC milliseconds.
    #[must_use]
    pub fn bad_since_ms(&self) -> Option<i64> {
        let bad = self.samples.iter().rev().take_while(|sample| !sample.line.is_good());
        bad.last().map(|sample| sample.at_ms)
    }
}

/// `suspension.json` of a record, named by its hash in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    pub v: u32,
    /// RFC 3339 with the court's offset: the window of the figure.
    pub from: String,
    pub to: String,
    pub points: Vec<PointLine>,
}

/// Everything about a hearing that a draft is made of.
#[derive(Debug, Clone)]
pub struct Facts {
    pub plan: Plan,
    pub procedure: std::sync::Arc<Procedure>,
    /// The moment that is fixed, UTC milliseconds.
    pub frozen_ms: i64,
    pub fault: Option<Fault>,
    /// UTC milliseconds of the fault's beginning.
    pub fault_ms: Option<i64>,
    /// The phase in which it continues, in both languages.
    pub phase: Option<assize_core::procedure::PhaseId>,
    pub lines: Vec<PointLine>,
}
