//! Writers: each appends one packet to a buffer that the caller keeps and reuses.

use super::{Report, kind};

/// Most report blocks of one packet, and most chunks of one description: the count has five bits.
pub const MAX_COUNT: usize = 31;

/// Version, count and type; the length is filled in by [`close`].
fn open(out: &mut Vec<u8>, count: u8, kind: u8) -> usize {
    let at = out.len();
    out.extend_from_slice(&[0x80 | (count & 31), kind, 0, 0]);
    at
}

fn close(out: &mut [u8], at: usize) {
    let words = ((out.len() - at) / 4 - 1) as u16;
    out[at + 2..at + 4].copy_from_slice(&words.to_be_bytes());
}

fn put(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_be_bytes());
}

/// A sender report without report blocks.
pub fn sender_report(out: &mut Vec<u8>, ssrc: u32, ntp: u64, rtp: u32, packets: u32, octets: u32) {
    let at = open(out, 0, kind::SENDER_REPORT);
    put(out, ssrc);
    out.extend_from_slice(&ntp.to_be_bytes());
    put(out, rtp);
    put(out, packets);
    put(out, octets);
    close(out, at);
}

/// A receiver report; blocks beyond [`MAX_COUNT`] are left out.
pub fn receiver_report(out: &mut Vec<u8>, ssrc: u32, reports: &[Report]) {
    let reports = &reports[..reports.len().min(MAX_COUNT)];
    let at = open(out, reports.len() as u8, kind::RECEIVER_REPORT);
    put(out, ssrc);
    for report in reports {
        put(out, report.ssrc);
        let lost = report.lost.clamp(-0x80_0000, 0x7f_ffff) as u32 & 0xff_ffff;
        put(out, (u32::from(report.fraction_lost) << 24) | lost);
        put(out, report.highest);
        put(out, report.jitter);
        put(out, report.last_sr);
        put(out, report.delay);
    }
    close(out, at);
}

/// A description that gives the same canonical name for each SSRC; those beyond [`MAX_COUNT`] are left out.
pub fn cname(out: &mut Vec<u8>, ssrcs: &[u32], name: &str) {
    let ssrcs = &ssrcs[..ssrcs.len().min(MAX_COUNT)];
    let name = &name.as_bytes()[..name.len().min(255)];
    let at = open(out, ssrcs.len() as u8, kind::DESCRIPTION);
    for ssrc in ssrcs {
        put(out, *ssrc);
        out.extend_from_slice(&[1, name.len() as u8]);
        out.extend_from_slice(name);
        // At least one zero byte ends the chunk.
        let fill = 4 - (out.len() - at) % 4;
        out.resize(out.len() + fill, 0);
    }
    close(out, at);
}

pub fn bye(out: &mut Vec<u8>, ssrc: u32) {
    let at = open(out, 1, kind::BYE);
    put(out, ssrc);
    close(out, at);
}

pub fn pli(out: &mut Vec<u8>, sender: u32, media: u32) {
    let at = open(out, 1, kind::PAYLOAD_FEEDBACK);
    put(out, sender);
    put(out, media);
    close(out, at);
}

/// A NACK of these numbers, which are in order (over the wrap); nothing for none.
pub fn nack(out: &mut Vec<u8>, sender: u32, media: u32, lost: &[u16]) {
    let Some((&first, rest)) = lost.split_first() else { return };
    let at = open(out, 1, kind::TRANSPORT_FEEDBACK);
    put(out, sender);
    put(out, media);
    let (mut base, mut mask) = (first, 0u16);
    for &seq in rest {
        match seq.wrapping_sub(base) {
            0 => {}
            step @ 1..=16 => mask |= 1 << (step - 1),
            _ => {
                put(out, (u32::from(base) << 16) | u32::from(mask));
                (base, mask) = (seq, 0);
            }
        }
    }
    put(out, (u32::from(base) << 16) | u32::from(mask));
    close(out, at);
}

/// A transport-wide feedback packet is written by [`super::transport::write`]; this frames its body.
pub(super) fn transport_feedback(out: &mut Vec<u8>, sender: u32, media: u32, body: impl FnOnce(&mut Vec<u8>)) {
    let at = open(out, 15, kind::TRANSPORT_FEEDBACK);
    put(out, sender);
    put(out, media);
    body(out);
    let len = (out.len() - at).next_multiple_of(4);
    out.resize(at + len, 0);
    close(out, at);
}
