//! The rules of a hearing, spoken to through the public API in simulated time.

#![allow(clippy::unwrap_used)]

mod access_table;
mod adjournment;
mod changes;
mod continuity;
mod copies;
mod course;
mod court;
mod desk;
mod entering;
mod events;
mod exhibits;
mod interpretation;
mod microphones;
mod minutes;
mod minutes_point;
mod missed;
mod model;
mod played;
mod random;
mod recorded;
mod reference;
mod rooms;
mod routes;
mod screening;
mod session;
mod signals;
mod statistics;
mod told;
mod witness;
