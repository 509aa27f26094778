//! Time is an argument: the core never reads a clock.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// One reading of the hearing's clock and of the wall clock, taken by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Now {
    /// Microseconds since the hearing began, from a monotonic clock; continues over a restart by the wall clock.
    #[ts(type = "number")]
    pub t_us: u64,
    /// Milliseconds since 1970-01-01 UTC.
    #[ts(type = "number")]
    pub utc_ms: i64,
}
