//! ICE-TCP without sockets (RFC 6544, passive side): frames in a stream of bytes, who may connect, what waits to be sent.

mod admission;
mod backlog;
mod frames;

#[cfg(test)]
mod tests;

pub use admission::{Admission, Refused};
pub use backlog::Backlog;
pub use frames::{Frames, HEADER, Partial, TooLong};

use crate::transport::MAX_DATAGRAM;

/// Longest frame that is looked at, bytes: as long as a datagram may be.
pub const MAX_FRAME: usize = MAX_DATAGRAM;
