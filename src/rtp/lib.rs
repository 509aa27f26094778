//! RTP, RTCP, header extensions, codec descriptors and key-frame detection: views over bytes, without allocation and
//! without panic, whatever comes.
//!
//! What it is not: no state of a stream (see `assize-media`), no frames (see `assize-record`), no encryption. Parsers
//! take a slice and give a view or [`Malformed`]; writers append to a buffer that the caller keeps and reuses.

pub mod av1;
mod bits;
pub mod frame;
pub mod h264;
pub mod header;
#[cfg(test)]
mod hostile;
pub mod opus;
pub mod packet;
pub mod red;
pub mod rtcp;
pub mod seq;
pub mod tap;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod vp8;
pub mod vp9;

/// The bytes are not what they claim to be. There is nothing to do but drop them, so there is nothing more to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("malformed packet")
    }
}

impl std::error::Error for Malformed {}

/// Whether a datagram of the RTP range (first byte 128 to 191) is RTCP (RFC 5761 section 4).
#[must_use]
pub fn is_rtcp(datagram: &[u8]) -> bool {
    datagram.get(1).is_some_and(|second| (192..=223).contains(second))
}
