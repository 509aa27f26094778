//! Our answers: to a client that publishes (WHIP's exchange), and to one that receives on its own offer (WHEP's).

use super::codec::{choose, extensions, has_feedback, pts, write_extensions, write_payloads};
use super::parse::{Description, Kind, Section, parse};
use super::{Local, SdpError, UpAnswer, candidates, head, place};
use crate::negotiated::{PayloadType, Published, Subscribed};
use assize_rtp::tap::TrackKey;
use std::fmt::Write as _;

fn usable(section: &Section) -> bool {
    !section.rejected && section.bundled && section.mux && section.kind != Kind::Other
}

fn check_setup(offer: &Description) -> Result<(), SdpError> {
    // We are the DTLS server always, so that the client's first flight need not wait for our answer.
    if matches!(offer.setup.as_str(), "actpass" | "active") {
        return Ok(());
    }
    Err(SdpError::Unusable("the offer leaves us no passive DTLS role"))
}

fn reject(sdp: &mut String, section: &Section) {
    let Section { media, proto, first_format, mid, .. } = section;
    let _ = write!(sdp, "m={media} 0 {proto} {first_format}\r\nc=IN IP4 0.0.0.0\r\na=inactive\r\na=mid:{mid}\r\n");
}

fn open(sdp: &mut String, section: &Section, payloads: &[PayloadType], local: &Local<'_>, direction: &str) {
    let media = if section.kind == Kind::Audio { "audio" } else { "video" };
    let _ = write!(sdp, "m={media} 9 UDP/TLS/RTP/SAVPF{}\r\n", pts(payloads));
    place(sdp, local, "passive", &section.mid);
    let _ = write!(sdp, "a={direction}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n");
}

fn with_payloads(offer: &Description) -> Vec<(&Section, Vec<PayloadType>)> {
    let choose = |section: &Section| if usable(section) { choose(section) } else { Vec::new() };
    offer.sections.iter().map(|section| (section, choose(section))).collect()
}

fn open_mids<'a>(sections: &[(&'a Section, Vec<PayloadType>)]) -> Result<Vec<&'a str>, SdpError> {
    let open: Vec<&str> = sections.iter().filter(|(_, p)| !p.is_empty()).map(|(s, _)| s.mid.as_str()).collect();
    if open.is_empty() {
        return Err(SdpError::Unusable("no section with rtcp-mux, BUNDLE and a codec that we carry"));
    }
    Ok(open)
}

fn start(sections: &[(&Section, Vec<PayloadType>)], local: &Local<'_>) -> Result<String, SdpError> {
    Ok(head(local, &open_mids(sections)?))
}

/// Whether [`up`] or [`slots`] can answer this offer: for owners that must know before they change anything for it.
///
/// # Errors
/// The offer cannot be read, or nothing in it is usable.
pub fn answerable(offer: &str) -> Result<(), SdpError> {
    let offer = parse(offer)?;
    check_setup(&offer)?;
    open_mids(&with_payloads(&offer)).map(|_| ())
}

/// Answers a publishing client. A section whose mid is not in `tracks` is held inactive.
///
/// # Errors
/// Nothing in the offer is usable.
pub fn up(offer: &Description, tracks: &[(String, TrackKey)], local: &Local<'_>) -> Result<UpAnswer, SdpError> {
    check_setup(offer)?;
    let sections = with_payloads(offer);
    let mut sdp = start(&sections, local)?;
    let mut published = Vec::new();
    for (section, payloads) in sections {
        if payloads.is_empty() {
            reject(&mut sdp, section);
            continue;
        }
        let track = tracks.iter().find(|(mid, _)| *mid == section.mid).map(|(_, track)| *track);
        let track = track.filter(|_| section.direction.sends());
        let direction = if track.is_some() { "recvonly" } else { "inactive" };
        let ids = extensions(section);
        open(&mut sdp, section, &payloads, local, direction);
        write_extensions(&mut sdp, &ids);
        write_payloads(&mut sdp, &payloads, |name| has_feedback(section, &payloads, name));
        for rid in &section.rids {
            let _ = write!(sdp, "a=rid:{rid} recv\r\n");
        }
        if !section.rids.is_empty() {
            let _ = write!(sdp, "a=simulcast:recv {}\r\n", section.rids.join(";"));
        }
        candidates(&mut sdp, local);
        if let Some(track) = track {
            published.push(Published {
                mid: section.mid.clone(),
                track,
                nack: has_feedback(section, &payloads, "nack"),
                payloads,
                rids: section.rids.clone(),
                ssrcs: section.ssrcs.clone(),
                extensions: ids,
            });
        }
    }
    Ok(UpAnswer { sdp, published })
}

/// Answers a receiving client's own offer; `ssrcs` mints a pair (media, retransmission) for each section.
///
/// # Errors
/// Nothing in the offer is usable.
pub fn slots(
    offer: &Description,
    local: &Local<'_>,
    mut ssrcs: impl FnMut(&str) -> (u32, u32),
) -> Result<(String, Vec<Subscribed>), SdpError> {
    check_setup(offer)?;
    let sections = with_payloads(offer);
    let mut sdp = start(&sections, local)?;
    let mut subscribed = Vec::new();
    for (section, payloads) in sections {
        if payloads.is_empty() {
            reject(&mut sdp, section);
            continue;
        }
        let receives = section.direction.receives();
        let (ssrc, rtx_ssrc) = ssrcs(&section.mid);
        let mut ids = extensions(section);
        // Feedback from viewers feeds no estimator yet: what is negotiated must be used.
        (ids.rid, ids.rrid, ids.transport_cc) = (None, None, None);
        open(&mut sdp, section, &payloads, local, if receives { "sendonly" } else { "inactive" });
        write_extensions(&mut sdp, &ids);
        let feedback = |name: &str| name != "transport-cc" && has_feedback(section, &payloads, name);
        write_payloads(&mut sdp, &payloads, feedback);
        let section = Subscribed {
            mid: section.mid.clone(),
            audio: section.kind == Kind::Audio,
            nack: has_feedback(section, &payloads, "nack"),
            payloads,
            rejected: false,
            ssrc,
            rtx_ssrc,
            extensions: ids,
        };
        if receives {
            super::offer::write_sources(&mut sdp, &section, &section.payloads);
        }
        candidates(&mut sdp, local);
        if receives {
            subscribed.push(section);
        }
    }
    Ok((sdp, subscribed))
}
