//! The media plane: packets between transports, by routes it is told. Knows no people, roles, HTTP or databases.

mod congestion;
pub mod dtls;
pub mod ice;
#[cfg(test)]
mod lines;
pub mod negotiated;
pub mod outbox;
#[allow(clippy::disallowed_types, reason = "commands go in here, and answers come out")]
pub mod plane;
pub mod remote;
pub mod router;
pub mod sdp;
pub mod srtp;
pub mod tcp;
pub mod transport;
mod worker;
