//! The composite, made of real records by the process that makes it, and looked at by stock tools.

mod cost;
mod film;
mod interruptions;
mod process;
mod sample;
