//! Which codecs and header extensions we deal in.

use super::parse::{Format, Kind, Section};
use crate::negotiated::{ExtensionIds, PayloadType};
use assize_rtp::tap::Codec;
use std::fmt::Write as _;

pub(super) const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
pub(super) const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
pub(super) const RRID: &str = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
pub(super) const TRANSPORT_CC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
pub(super) const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// Feedback we send or take: for sound `nack` (and `transport-cc` of publishers), all of it for pictures.
pub(super) const FEEDBACK: [&str; 4] = ["transport-cc", "ccm fir", "nack", "nack pli"];

/// The codec of a described payload type, if it is one that we carry: of those that we know, one that can be recorded.
fn codec(kind: Kind, format: &Format) -> Option<Codec> {
    known(kind, format).filter(|codec| codec.is_recorded())
}

fn known(kind: Kind, format: &Format) -> Option<Codec> {
    match (kind, format.name.as_str(), format.clock) {
        (Kind::Audio, "opus", 48_000) => Some(Codec::Opus),
        (Kind::Video, "vp8", 90_000) => Some(Codec::Vp8),
        (Kind::Video, "vp9", 90_000) => {
            format.parameter("profile-id").is_none_or(|profile| profile == "0").then_some(Codec::Vp9)
        }
        (Kind::Video, "av1", 90_000) => {
            format.parameter("profile").is_none_or(|profile| profile == "0").then_some(Codec::Av1)
        }
        (Kind::Video, "h264", 90_000) => {
            let baseline = format.parameter("profile-level-id").is_none_or(|id| id.starts_with("42"));
            (baseline && format.parameter("packetization-mode") == Some("1")).then_some(Codec::H264)
        }
        _ => None,
    }
}

/// The codecs of a section that we carry, one payload type each: VP8 first, because everybody decodes it, then in the
/// order given.
pub(super) fn choose(section: &Section) -> Vec<PayloadType> {
    let mut chosen: Vec<PayloadType> = Vec::new();
    for format in &section.formats {
        let Some(codec) = codec(section.kind, format) else { continue };
        if chosen.iter().any(|payload| payload.codec == codec) {
            continue;
        }
        let rtx = section.formats.iter().find(|other| {
            other.name == "rtx" && other.parameter("apt").and_then(|apt| apt.parse().ok()) == Some(format.pt)
        });
        let rtx = rtx.map(|rtx| rtx.pt).filter(|rtx| *rtx != format.pt);
        let red = section.formats.iter().find(|other| codec == Codec::Opus && carries(other, format.pt));
        chosen.push(PayloadType { codec, pt: format.pt, rtx, red: red.map(|red| red.pt) });
    }
    chosen.sort_by_key(|payload| payload.codec != Codec::Vp8);
    chosen
}

/// Whether a format is redundancy (RFC 2198) of nothing but this payload type.
fn carries(format: &Format, pt: u8) -> bool {
    let is_red = format.name == "red" && format.clock == 48_000 && format.pt != pt;
    is_red && format.fmtp.split('/').all(|listed| listed.trim().parse() == Ok(pt))
}

/// Whether the first chosen codec has the feedback.
pub(super) fn has_feedback(section: &Section, chosen: &[PayloadType], feedback: &str) -> bool {
    let first = chosen.first().map(|payload| payload.pt);
    section.formats.iter().any(|format| Some(format.pt) == first && format.feedback.iter().any(|f| f == feedback))
}

/// The extensions of a section that we know, as the writer numbered them.
pub(super) fn extensions(section: &Section) -> ExtensionIds {
    let id = |uri: &str| section.extensions.iter().find(|(_, known)| known == uri).map(|(id, _)| *id);
    ExtensionIds {
        mid: id(MID),
        rid: id(RID),
        rrid: id(RRID),
        transport_cc: id(TRANSPORT_CC),
        audio_level: id(AUDIO_LEVEL).filter(|_| section.kind == Kind::Audio),
        abs_send_time: None,
    }
}

pub(super) fn write_extensions(sdp: &mut String, ids: &ExtensionIds) {
    let all = [
        (ids.mid, MID),
        (ids.rid, RID),
        (ids.rrid, RRID),
        (ids.transport_cc, TRANSPORT_CC),
        (ids.audio_level, AUDIO_LEVEL),
    ];
    for (id, uri) in all {
        if let Some(id) = id {
            let _ = write!(sdp, "a=extmap:{id} {uri}\r\n");
        }
    }
}

/// Payload types for an m-line, retransmission behind its codec, redundancy before it: who sends takes the first.
pub(super) fn pts(payloads: &[PayloadType]) -> String {
    let all = payloads.iter().flat_map(|payload| [payload.red, Some(payload.pt), payload.rtx]).flatten();
    all.fold(String::new(), |text, pt| format!("{text} {pt}"))
}

/// `rtpmap`, `fmtp` and `rtcp-fb` lines; `feedback` says which feedback is in use.
pub(super) fn write_payloads(sdp: &mut String, payloads: &[PayloadType], feedback: impl Fn(&str) -> bool) {
    for PayloadType { codec, pt, rtx, red } in payloads {
        let (map, fmtp) = match codec {
            // FEC is asked for, DTX is not: silence in a courtroom is evidence too.
            Codec::Opus => ("opus/48000/2", "minptime=10;useinbandfec=1"),
            Codec::Vp8 => ("VP8/90000", ""),
            Codec::H264 => ("H264/90000", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
            Codec::Vp9 => ("VP9/90000", "profile-id=0"),
            Codec::Av1 => ("AV1/90000", "level-idx=5;profile=0;tier=0"),
        };
        let _ = write!(sdp, "a=rtpmap:{pt} {map}\r\n");
        if !fmtp.is_empty() {
            let _ = write!(sdp, "a=fmtp:{pt} {fmtp}\r\n");
        }
        for name in FEEDBACK.iter().filter(|name| feedback(name)) {
            let _ = write!(sdp, "a=rtcp-fb:{pt} {name}\r\n");
        }
        if let Some(red) = red {
            let _ = write!(sdp, "a=rtpmap:{red} red/48000/2\r\na=fmtp:{red} {pt}/{pt}\r\n");
        }
        if let Some(rtx) = rtx {
            let _ = write!(sdp, "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={pt}\r\n");
        }
    }
}
