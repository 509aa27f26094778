//! assize

pub mod runtime;
pub mod whip;
