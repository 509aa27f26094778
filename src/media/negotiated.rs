//! What session descriptions agreed on, in the form the router works with: the boundary between `sdp` and `router`.

use assize_rtp::tap::{Codec, TrackKey};

/// Header extension ids in use on a section, 1 to 14; `None`: not negotiated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ExtensionIds {
    /// urn:ietf:params:rtp-hdrext:sdes:mid
    pub mid: Option<u8>,
    /// urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
    pub rid: Option<u8>,
    /// urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
    pub rrid: Option<u8>,
    /// http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
    pub transport_cc: Option<u8>,
    /// RFC 6464
    pub audio_level: Option<u8>,
    /// http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
    pub abs_send_time: Option<u8>,
}

/// One payload type, its retransmission payload type (RFC 4588), and the one that carries it with redundancy (RFC 2198,
/// sound only).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadType {
    pub codec: Codec,
    pub pt: u8,
    pub rtx: Option<u8>,
    pub red: Option<u8>,
}

/// A section on which the client sends: one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub mid: String,
    pub track: TrackKey,
    /// The agreed codecs, preferred first; a source may switch between them.
    pub payloads: Vec<PayloadType>,
    /// Simulcast rids, lowest layer first; empty: a single layer.
    pub rids: Vec<String>,
    /// Declared SSRCs (media, retransmission), if the offer has any.
    pub ssrcs: Vec<(u32, Option<u32>)>,
    pub extensions: ExtensionIds,
    pub nack: bool,
}

/// A section on which we send: one leg, or a free place for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscribed {
    pub mid: String,
    pub audio: bool,
    /// What the client takes, out of what we offered; empty until it has answered.
    pub payloads: Vec<PayloadType>,
    /// The client's answer takes nothing on it.
    pub rejected: bool,
    /// Ours, minted with the section.
    pub ssrc: u32,
    pub rtx_ssrc: u32,
    pub extensions: ExtensionIds,
    pub nack: bool,
}
