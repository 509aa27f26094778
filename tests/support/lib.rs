//! What the integration tests are written in: a court with the real server, and people who take part through the
//! `webrtc` crate as any client would.
//!
//! Nothing here asserts how long something takes; waits have a ceiling against hanging.

#![allow(clippy::expect_used, clippy::missing_panics_doc)]

pub mod court;
pub mod flood;
pub mod http;
pub mod ledger;
pub mod link;
pub mod marker;
pub mod peer;
pub mod person;
pub mod ports;
pub mod tsa;
pub mod turn;

pub use court::{CEILING, TestCourt, tag, text};
pub use marker::Kind;
pub use peer::Road;
pub use person::Person;
