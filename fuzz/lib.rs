//! What strangers can send, parser by parser: each function takes any bytes, must not panic, and says whether they were
//! understood. `fuzz_targets` hands them to libFuzzer, `tests/replay.rs` replays the seeds.

use assize_media::ice::{Request, local_ufrag};
use assize_media::sdp::{self, Fragment};
use assize_record::frames::{Assembler, Packet};
use assize_rtp::packet::Packet as Rtp;
use assize_rtp::rtcp::{Compound, Rtcp};
use assize_rtp::tap::Codec;
use assize_rtp::{av1 as av1_rtp, frame, h264 as h264_rtp, opus, red as red_rtp, vp8 as vp8_rtp, vp9 as vp9_rtp};
use bytes::Bytes;

/// Any bytes in; whether they were understood out.
pub type Target = fn(&[u8]) -> bool;

/// All of them by name; seeds lie in the folder of that name.
pub const TARGETS: [(&str, Target); 12] = [
    ("stun", stun),
    ("turn", turn),
    ("rtp", rtp),
    ("rtcp", rtcp),
    ("sdp", sdp),
    ("sdp_fragment", sdp_fragment),
    ("red", red),
    ("vp8", vp8),
    ("vp9", vp9),
    ("h264", h264),
    ("av1", av1),
    ("assembler", assembler),
];

/// A STUN binding request (RFC 8489) as ICE-lite reads it.
#[must_use]
pub fn stun(bytes: &[u8]) -> bool {
    let _ = local_ufrag(bytes);
    Request::parse(bytes).is_some()
}

/// A request or indication of TURN (RFC 8656) as the relay reads it, with its framing and its credentials.
#[must_use]
pub fn turn(bytes: &[u8]) -> bool {
    assize::relay::fuzz(bytes)
}

/// An RTP packet with its extensions (RFC 3550, RFC 8285).
#[must_use]
pub fn rtp(bytes: &[u8]) -> bool {
    let Ok(packet) = Rtp::parse(bytes) else { return false };
    let inside: usize = packet.extensions.map(|(_, value)| value.len()).sum();
    assert!(inside <= packet.header_len);
    assert_eq!(packet.header_len + packet.payload.len() + usize::from(packet.padding), bytes.len());
    true
}

/// An RTCP compound (RFC 3550, RFC 4585, RFC 5104, transport-wide feedback).
#[must_use]
pub fn rtcp(bytes: &[u8]) -> bool {
    let mut understood = !bytes.is_empty();
    for part in Compound::new(bytes) {
        understood &= part.is_ok();
        match part {
            Ok(Rtcp::SenderReport(report)) => _ = report.reports.count(),
            Ok(Rtcp::ReceiverReport { reports, .. }) => _ = reports.count(),
            Ok(Rtcp::Description(chunks)) => _ = chunks.count(),
            Ok(Rtcp::Bye(ssrcs)) => _ = ssrcs.count(),
            Ok(Rtcp::Nack { lost, .. }) => _ = lost.count(),
            Ok(Rtcp::Fir(targets)) => _ = targets.count(),
            Ok(Rtcp::Transport(feedback)) => assert_eq!(feedback.statuses().count(), usize::from(feedback.reported)),
            Ok(Rtcp::Pli { .. } | Rtcp::Other { .. }) | Err(_) => {}
        }
    }
    understood
}

/// A session description (RFC 8866, RFC 9429).
#[must_use]
pub fn sdp(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let _ = sdp::sections(text);
    sdp::parse(text).is_ok()
}

/// A fragment of trickle ICE (RFC 8840).
#[must_use]
pub fn sdp_fragment(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| Fragment::parse(text).is_ok())
}

/// Redundant audio (RFC 2198) of Opus packets.
#[must_use]
pub fn red(bytes: &[u8]) -> bool {
    let Ok(red) = red_rtp::Red::parse(bytes) else { return false };
    let inside: usize = red.earlier().map(|block| block.payload.len()).sum();
    assert_eq!(4 * red.earlier().count() + 1 + inside + red.own().payload.len(), bytes.len());
    let _ = red.earlier().map(|block| opus::ticks(block.payload)).sum::<u32>();
    true
}

/// A VP8 payload (RFC 7741).
#[must_use]
pub fn vp8(bytes: &[u8]) -> bool {
    let _ = (vp8_rtp::key_frame(bytes), frame::dimensions(Codec::Vp8, bytes));
    let Ok(descriptor) = vp8_rtp::Descriptor::parse(bytes) else { return false };
    let mut copy = bytes.to_vec();
    if let Some(id) = descriptor.picture_id {
        id.write_moved(&mut copy, 77);
    }
    vp8_rtp::Descriptor::parse(&copy).is_ok_and(|moved| moved.len == descriptor.len)
}

/// A VP9 payload (RFC 9628).
#[must_use]
pub fn vp9(bytes: &[u8]) -> bool {
    let _ = (frame::starts_key_frame(Codec::Vp9, bytes), frame::dimensions(Codec::Vp9, bytes));
    vp9_rtp::Descriptor::parse(bytes).is_ok()
}

/// An H.264 payload (RFC 6184), and its bytes as a sequence parameter set.
#[must_use]
pub fn h264(bytes: &[u8]) -> bool {
    let _ = (h264_rtp::starts_key_frame(bytes), h264_rtp::dimensions(bytes), frame::dimensions(Codec::H264, bytes));
    h264_rtp::Payload::parse(bytes).is_ok()
}

/// An AV1 payload (the AV1 RTP specification of AOMedia).
#[must_use]
pub fn av1(bytes: &[u8]) -> bool {
    let _ = av1_rtp::starts_key_frame(bytes);
    av1_rtp::Aggregation::parse(bytes).is_ok_and(|aggregation| aggregation.elements().all(|element| element.is_ok()))
}

/// The recorder's frame assembler. The first byte chooses the codec; then each packet has a byte for its place (seven
/// bits on from the last, or a step back) and marker, one for its length, and its payload.
#[must_use]
pub fn assembler(bytes: &[u8]) -> bool {
    const CODECS: [Codec; 4] = [Codec::Opus, Codec::Vp8, Codec::Vp9, Codec::H264];
    let Some((first, mut rest)) = bytes.split_first() else { return false };
    let mut assembler = Assembler::new(CODECS[usize::from(*first) % CODECS.len()]);
    let (mut out, mut seq, mut rtp_ts, mut now_us) = (Vec::new(), 1_000_u64, 0_u32, 0_i64);
    while let [place, len, behind @ ..] = rest {
        let (payload, next) = behind.split_at(usize::from(*len).min(behind.len()));
        rest = next;
        let marker = place & 1 == 1;
        let step = i64::from(place >> 1 & 0x1f) - i64::from(place >> 6) * 16;
        seq = seq.saturating_add_signed(step);
        now_us += 10_000;
        let payload = Bytes::copy_from_slice(payload);
        assembler.push(Packet { seq, rtp_ts, marker, level: 127, arrival_us: now_us, payload }, &mut out);
        assembler.expire(now_us - 300_000, &mut out);
        rtp_ts = rtp_ts.wrapping_add(if marker { 3_000 } else { 0 });
    }
    assembler.flush(&mut out);
    out.iter().any(|output| matches!(output, assize_record::frames::Output::Frame(_)))
}
