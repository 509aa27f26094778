//! Who hears and sees whom: the one place. Media and recorder execute the difference between two route sets.
//!
//! Nothing reaches an ear, an eye or the disk unless [`routes`] says so.

use crate::hearing::Hearing;
use crate::ids::{SeatId, TrackId};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sink {
    Seat(SeatId),
    /// A sink like any other.
    Recorder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    Floor,
    Interpretation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route {
    pub source: TrackId,
    pub sink: Sink,
    pub channel: Channel,
    /// Added delay in milliseconds.
    pub delay_ms: u32,
    /// End-to-end encrypted: forwarded without looking inside, never to the recorder.
    pub opaque: bool,
}

/// The full set of (source, sink) pairs of a hearing.
pub type Routes = BTreeSet<Route>;

/// Computes the routes of a hearing from its state alone.
#[must_use]
pub fn routes(_hearing: &Hearing) -> Routes {
    Routes::new()
}
