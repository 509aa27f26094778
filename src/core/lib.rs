//! The rules of a hearing, without clock, randomness, files, sockets or async: time and ids are arguments.
//!
//! Nothing reaches an ear, an eye or the disk unless [`routing`] says so; nobody learns of anything but through
//! [`view`]; nobody changes anything unless [`access`] allows it in the present state; and every change is an
//! [`hearing::Event`] in the ledger before it is acknowledged.

pub mod access;
pub mod hearing;
pub mod ids;
pub mod ledger;
pub mod minutes;
pub mod plain;
pub mod plan;
pub mod procedure;
pub mod refusal;
pub mod routing;
pub mod signal;
pub mod statistics;
pub mod time;
pub mod view;
