//! One stream of RTP packets, shaped like a browser's, each stamped with its time of sending.

use crate::description::{Kind, LEVEL, MID, OPUS, TRANSPORT_CC, VP8};
use crate::peer::{Peer, now_us};
use assize_media::srtp::RTP_OVERHEAD;
use assize_rtp::rtcp;
use std::time::Duration;

/// Fixed part, extension head, and mid, transport-cc number and level, filled to words.
pub(crate) const HEADER: usize = 12 + 4 + 8;
/// Largest packet before sealing.
pub(crate) const LARGEST: usize = 1200;
/// Smallest: room for a key frame's head and the stamp.
pub(crate) const SMALLEST: usize = 64;
/// Stands before the rest of the stamp, at the end of a payload that counts.
const COUNTS: [u8; 4] = *b"load";
const STAMP: usize = 4 + 8 + 4 + 2;

/// What a packet that counts says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// When it was sent, microseconds.
    pub(crate) sent_us: i64,
    /// Number of its frame.
    pub(crate) frame: u32,
    /// Packets of its frame; sound has no frames.
    pub(crate) packets: u16,
}

impl Stamp {
    /// None: the packet does not count.
    pub(crate) fn read(packet: &[u8]) -> Option<Self> {
        let rest = packet.get(packet.len().checked_sub(STAMP)?..)?.strip_prefix(&COUNTS)?;
        let (sent, rest) = rest.split_first_chunk()?;
        let (frame, packets) = rest.split_first_chunk()?;
        let packets = u16::from_be_bytes(packets.try_into().ok()?);
        Some(Self { sent_us: i64::from_be_bytes(*sent), frame: u32::from_be_bytes(*frame), packets })
    }

    fn write(self, tail: &mut [u8], counts: bool) {
        tail[..4].copy_from_slice(if counts { &COUNTS } else { b"warm" });
        tail[4..12].copy_from_slice(&self.sent_us.to_be_bytes());
        tail[12..16].copy_from_slice(&self.frame.to_be_bytes());
        tail[16..].copy_from_slice(&self.packets.to_be_bytes());
    }
}

/// Where a packet stands in its frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) first: bool,
    pub(crate) last: bool,
    /// The frame can be decoded by itself.
    pub(crate) key: bool,
    /// Packets of the frame; sound has no frames.
    pub(crate) packets: u16,
}

pub(crate) struct Stream {
    kind: Kind,
    mid: u8,
    ssrc: u32,
    seq: u64,
    frames: u64,
    packets: u32,
    octets: u32,
    packet: Vec<u8>,
}

impl Stream {
    /// A stream on the section with this number.
    pub(crate) fn new(kind: Kind, section: u8, ssrc: u32) -> Self {
        let packet = vec![0x55; LARGEST + RTP_OVERHEAD];
        Self { kind, mid: b'0' + section, ssrc, seq: 1, frames: 0, packets: 0, octets: 0, packet }
    }

    /// The next packet's frame is a new one.
    pub(crate) fn next_frame(&mut self) {
        self.frames += 1;
    }

    fn clock_rate(&self) -> u128 {
        if self.kind == Kind::Sound { 48_000 } else { 90_000 }
    }

    /// The RTP time of something captured so long after the beginning.
    fn timestamp(&self, captured: Duration) -> u32 {
        // RTP times wrap.
        (captured.as_nanos() * self.clock_rate() / 1_000_000_000) as u32
    }

    /// Sends a packet of `size` bytes, header included; false if the kernel did not take it.
    pub(crate) fn send(
        &mut self,
        peer: &mut Peer,
        number: u16,
        captured: Duration,
        size: usize,
        place: Place,
        counts: bool,
    ) -> bool {
        self.header(number, self.timestamp(captured), place.last);
        match self.kind {
            // 20 ms of CELT, fullband, mono, one frame (RFC 6716 section 3.1).
            Kind::Sound => self.packet[HEADER] = 31 << 3,
            Kind::Picture => self.descriptor(place),
        }
        // Numbers of frames may wrap.
        let stamp = Stamp { sent_us: now_us(), frame: self.frames as u32, packets: place.packets };
        stamp.write(&mut self.packet[size - STAMP..size], counts);
        let seq = self.seq;
        self.seq += 1;
        let Some(len) = peer.client.outbound().and_then(|out| out.seal_rtp(seq, &mut self.packet, size)) else {
            return false;
        };
        let sent = peer.socket.send(&self.packet[..len]).is_ok();
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add((size - HEADER) as u32);
        sent
    }

    fn header(&mut self, number: u16, timestamp: u32, marker: bool) {
        let (pt, marker) = match self.kind {
            Kind::Sound => (OPUS, false),
            Kind::Picture => (VP8, marker),
        };
        let packet = &mut self.packet;
        packet[0] = 0x90;
        packet[1] = pt | if marker { 0x80 } else { 0 };
        packet[2..4].copy_from_slice(&((self.seq & 0xffff) as u16).to_be_bytes());
        packet[4..8].copy_from_slice(&timestamp.to_be_bytes());
        packet[8..12].copy_from_slice(&self.ssrc.to_be_bytes());
        packet[12..16].copy_from_slice(&[0xbe, 0xde, 0, 2]);
        packet[16..18].copy_from_slice(&[MID << 4, self.mid]);
        packet[18] = (TRANSPORT_CC << 4) | 1;
        packet[19..21].copy_from_slice(&number.to_be_bytes());
        packet[21..HEADER].fill(0);
        if self.kind == Kind::Sound {
            // A voice at -30 dBov (RFC 6464).
            packet[21..23].copy_from_slice(&[LEVEL << 4, 0x80 | 30]);
        }
    }

    /// A descriptor with a 15-bit picture id (RFC 7741), then a key frame's or another's head (RFC 6386 section 9.1).
    fn descriptor(&mut self, place: Place) {
        let payload = &mut self.packet[HEADER..];
        payload[0] = 0x80 | if place.first { 0x10 } else { 0 };
        payload[1] = 0x80;
        let picture = (self.frames & 0x7fff) as u16 | 0x8000;
        payload[2..4].copy_from_slice(&picture.to_be_bytes());
        if place.first {
            payload[4..7].copy_from_slice(&[u8::from(!place.key), 0, 0]);
            payload[7..14].copy_from_slice(&[0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01]);
        }
    }

    /// A sender report that says what RTP time it is now.
    pub(crate) fn report(&self, peer: &mut Peer, now: Duration) {
        let mut compound = Vec::with_capacity(64);
        // Seconds since an arbitrary beginning, in units of 2^-32.
        let ntp = ((u128::from(now_us().unsigned_abs()) << 32) / 1_000_000) as u64;
        rtcp::write::sender_report(&mut compound, self.ssrc, ntp, self.timestamp(now), self.packets, self.octets);
        peer.send_rtcp(compound);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_counts_has_a_stamp() {
        let mut packet = vec![0; 40 + STAMP];
        let stamp = Stamp { sent_us: 77, frame: 1 << 20, packets: 4 };
        stamp.write(&mut packet[40..], true);
        assert_eq!(Stamp::read(&packet), Some(stamp));
        stamp.write(&mut packet[40..], false);
        assert_eq!(Stamp::read(&packet), None);
        assert_eq!(Stamp::read(&packet[..5]), None);
    }

    #[test]
    fn times_count_in_the_clock_of_the_codec() {
        let second = Duration::from_secs(1);
        assert_eq!(Stream::new(Kind::Sound, 0, 1).timestamp(second), 48_000);
        assert_eq!(Stream::new(Kind::Picture, 1, 2).timestamp(second), 90_000);
    }
}
