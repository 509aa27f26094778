//! Hearings while they run: one task each, which takes commands one at a time and asks `core`.

mod absence;
mod again;
pub mod clock;
pub mod feed;
mod gaps;
mod health;
pub mod hearing;
mod journal;
pub mod keys;
mod listened;
pub mod metrics;
pub mod outlet;
pub mod ports;
mod registry;
mod seal;
mod settings;
mod sitting;
mod speech;
pub(crate) mod stamp;
mod stated;
mod takeup;
pub mod wiring;

#[cfg(test)]
mod tests;

pub use registry::Registry;
pub use settings::Settings;
pub(crate) use takeup::stamped;
