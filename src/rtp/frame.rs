//! What a forwarder needs to know of a payload, whatever the codec.

use crate::tap::Codec;
use crate::{av1, h264, vp8, vp9};

/// Whether decoding can start with this packet: the first packet of a key frame, or any packet of audio.
///
/// For H.264 the packet that begins a sequence parameter set or an IDR picture counts: a sender may put both into one
/// frame, and then the second is no other frame.
#[must_use]
pub fn starts_key_frame(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::Opus => true,
        Codec::Vp8 => vp8::key_frame(payload).is_some(),
        Codec::H264 => h264::starts_key_frame(payload),
        Codec::Vp9 => vp9::Descriptor::parse(payload).is_ok_and(|d| d.starts_key_frame()),
        Codec::Av1 => av1::starts_key_frame(payload),
    }
}

/// Width and height in pixels, if this payload gives them in the clear.
#[must_use]
pub fn dimensions(codec: Codec, payload: &[u8]) -> Option<(u16, u16)> {
    match codec {
        Codec::Vp8 => vp8::key_frame(payload),
        Codec::Vp9 => vp9::Descriptor::parse(payload).ok()?.size,
        Codec::H264 => match h264::Payload::parse(payload).ok()? {
            h264::Payload::Single(unit) => h264::dimensions(unit).ok(),
            h264::Payload::Aggregate(mut units) => units.find_map(|unit| h264::dimensions(unit).ok()),
            h264::Payload::Fragment { .. } => None,
        },
        Codec::Opus | Codec::Av1 => None,
    }
}
