//! SRTP and SRTCP (RFC 3711), in place: AES-GCM (RFC 7714) by ourselves, AES-CM with HMAC-SHA1-80 through `rtc-srtp`
//! for clients without GCM.
//!
//! Nothing is remembered of a packet that did not authenticate: a stream's state begins with its first authentic packet.

mod cm;
mod gcm;
mod session;
mod window;

#[cfg(test)]
mod tests;

pub use session::{Inbound, Outbound};

/// Bytes to leave free behind an RTP packet that is to be sealed.
pub const RTP_OVERHEAD: usize = 16;
/// Bytes to leave free behind an RTCP compound that is to be sealed.
pub const RTCP_OVERHEAD: usize = 20;
/// Streams a peer may send on one transport; more are refused.
pub const MAX_STREAMS: usize = 128;
/// Longest packet that is opened, bytes.
pub const MAX_PACKET: usize = 2048;

/// Protection profiles we accept (RFC 5764, RFC 7714), never `_32` or NULL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    AesGcm128,
    AesGcm256,
    AesCmSha1,
}

impl Profile {
    /// Master key and master salt, bytes.
    #[must_use]
    pub fn lengths(self) -> (usize, usize) {
        match self {
            Self::AesGcm128 => (16, 12),
            Self::AesGcm256 => (32, 12),
            Self::AesCmSha1 => (16, 14),
        }
    }
}

/// One direction's secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Master {
    pub key: Vec<u8>,
    pub salt: Vec<u8>,
}

impl std::fmt::Debug for Master {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Master")
    }
}

/// What DTLS exported for both directions (RFC 5764 section 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    pub profile: Profile,
    pub client: Master,
    pub server: Master,
}

impl Keys {
    /// Splits the exported material: client key, server key, client salt, server salt. `None` if its length is wrong.
    #[must_use]
    pub fn from_export(profile: Profile, material: &[u8]) -> Option<Self> {
        let (key, salt) = profile.lengths();
        if material.len() != 2 * (key + salt) {
            return None;
        }
        let (keys, salts) = material.split_at(2 * key);
        let master = |at: usize| Master {
            key: keys[at * key..(at + 1) * key].to_vec(),
            salt: salts[at * salt..(at + 1) * salt].to_vec(),
        };
        Some(Self { profile, client: master(0), server: master(1) })
    }

    /// Both directions for one who was the DTLS server (`server` true) or client.
    ///
    /// # Errors
    /// The keys do not fit the profile.
    pub fn sessions(&self, server: bool) -> Result<(Inbound, Outbound), BadKeys> {
        let (theirs, ours) = if server { (&self.client, &self.server) } else { (&self.server, &self.client) };
        Ok((Inbound::new(self.profile, theirs)?, Outbound::new(self.profile, ours)?))
    }
}

/// Why a packet was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("too short or too long for what it claims to be")]
    Shape,
    #[error("does not authenticate")]
    Forged,
    #[error("seen before, or too old to tell")]
    Replayed,
    #[error("too many streams")]
    Streams,
}

/// The keys do not fit the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keys do not fit the profile")]
pub struct BadKeys;

/// Length of an RTP header with contributing sources and extension (RFC 3550 section 5.1), or `None` if the packet
/// does not hold it.
fn rtp_header_len(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    if first >> 6 != 2 {
        return None;
    }
    let mut len = 12 + 4 * usize::from(first & 15);
    if first & 0x10 != 0 {
        let words = packet.get(len + 2..len + 4)?;
        len += 4 + 4 * usize::from(u16::from_be_bytes([words[0], words[1]]));
    }
    (packet.len() >= len).then_some(len)
}

/// Reads a big-endian word; the caller has checked the length.
fn word(packet: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([packet[at], packet[at + 1], packet[at + 2], packet[at + 3]])
}
