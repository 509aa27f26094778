//! Our offers to receiving clients, and what they make of them.

use super::codec::{extensions, has_feedback, pts, write_extensions, write_payloads};
use super::parse::Description;
use super::{Local, SdpError, candidates, head, place};
use crate::negotiated::{ExtensionIds, PayloadType, Subscribed};
use assize_rtp::tap::Codec;
use std::fmt::Write as _;

/// Payload types are the same in every offer, so that a leg may change its source without a new one.
fn offered(audio: bool) -> Vec<PayloadType> {
    if audio {
        return vec![PayloadType { codec: Codec::Opus, pt: 111, rtx: None, red: Some(63) }];
    }
    [(Codec::Vp8, 96), (Codec::Vp9, 98), (Codec::Av1, 100), (Codec::H264, 102)]
        .into_iter()
        .filter(|(codec, _)| codec.is_recorded())
        .map(|(codec, pt)| PayloadType { codec, pt, rtx: Some(pt + 1), red: None })
        .collect()
}

fn offered_extensions(audio: bool) -> ExtensionIds {
    let (audio_level, transport_cc) = (audio.then_some(2), (!audio).then_some(3));
    ExtensionIds { mid: Some(1), audio_level, transport_cc, ..ExtensionIds::default() }
}

/// Sender's identifiers of a section: stream, SSRCs.
pub(super) fn write_sources(sdp: &mut String, section: &Subscribed, payloads: &[PayloadType]) {
    let Subscribed { mid, ssrc, rtx_ssrc, .. } = section;
    let _ = write!(sdp, "a=msid:assize leg-{mid}\r\n");
    let rtx = payloads.iter().any(|payload| payload.rtx.is_some());
    if rtx {
        let _ = write!(sdp, "a=ssrc-group:FID {ssrc} {rtx_ssrc}\r\n");
    }
    let _ = write!(sdp, "a=ssrc:{ssrc} cname:assize\r\n");
    if rtx {
        let _ = write!(sdp, "a=ssrc:{rtx_ssrc} cname:assize\r\n");
    }
}

/// Offers `sections`: all there ever were on this transport, in the order of their beginning.
#[must_use]
pub fn down(sections: &[Subscribed], local: &Local<'_>) -> String {
    let mids: Vec<&str> = sections.iter().map(|section| section.mid.as_str()).collect();
    let mut sdp = head(local, &mids);
    for section in sections {
        let payloads = offered(section.audio);
        let media = if section.audio { "audio" } else { "video" };
        let _ = write!(sdp, "m={media} 9 UDP/TLS/RTP/SAVPF{}\r\n", pts(&payloads));
        place(&mut sdp, local, "actpass", &section.mid);
        sdp.push_str("a=sendonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n");
        write_extensions(&mut sdp, &offered_extensions(section.audio));
        write_payloads(&mut sdp, &payloads, |name| name == "nack" || !section.audio);
        write_sources(&mut sdp, section, &payloads);
        candidates(&mut sdp, local);
    }
    sdp
}

/// Enters into `sections` what the client's answer takes of the offer. A section that it rejects gets no payload types.
///
/// # Errors
/// The answer does not fit the offer.
pub fn accept(sections: &mut [Subscribed], answer: &Description) -> Result<(), SdpError> {
    if answer.setup != "active" {
        return Err(SdpError::Unusable("the answer does not take the active DTLS role"));
    }
    if answer.sections.len() != sections.len() || answer.sections.iter().zip(&*sections).any(|(a, s)| a.mid != s.mid) {
        return Err(SdpError::Unusable("the answer's sections are not the offer's"));
    }
    for (section, theirs) in sections.iter_mut().zip(&answer.sections) {
        let takes = !theirs.rejected && theirs.direction.receives() && theirs.mux;
        let has = |pt: u8| theirs.formats.iter().any(|format| format.pt == pt);
        section.payloads = offered(section.audio)
            .into_iter()
            .filter(|payload| takes && has(payload.pt))
            .map(|payload| {
                let (rtx, red) = (payload.rtx.filter(|rtx| has(*rtx)), payload.red.filter(|red| has(*red)));
                PayloadType { rtx, red, ..payload }
            })
            .collect();
        section.rejected = section.payloads.is_empty();
        let (ours, ids) = (offered_extensions(section.audio), extensions(theirs));
        section.extensions = ExtensionIds {
            mid: ours.mid.filter(|_| ids.mid == ours.mid),
            audio_level: ours.audio_level.filter(|_| ids.audio_level == ours.audio_level),
            transport_cc: ours.transport_cc.filter(|_| {
                ids.transport_cc == ours.transport_cc && has_feedback(theirs, &section.payloads, "transport-cc")
            }),
            ..ExtensionIds::default()
        };
        section.nack = has_feedback(theirs, &section.payloads, "nack");
    }
    Ok(())
}
