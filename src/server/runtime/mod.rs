//! Hearings while they run: one task each, which takes commands one at a time and asks `core`.

pub mod clock;
pub mod feed;
pub mod keys;
pub mod outlet;
pub mod ports;
pub mod wiring;
