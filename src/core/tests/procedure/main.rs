//! Procedure files: what is shipped reads, and what is wrong is told with its line and a remedy.

#![allow(clippy::unwrap_used)]

mod faults;
mod shipped;
