//! The publishing side of a row: VP8-shaped frames at a steady rate, each packet stamped with its time of sending.

use crate::description::{MID, TRANSPORT_CC, VP8};
use crate::peer::{Peer, now_us};
use assize_media::dtls::Identity;
use assize_media::srtp::{RTCP_OVERHEAD, RTP_OVERHEAD};
use assize_media::transport::Received;
use assize_rtp::rtcp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

pub(crate) const SSRC: u32 = 0x0a55_12e0;
pub(crate) const RTX: u32 = 0x0a55_12e1;
/// Fixed part, extension head, mid, transport-cc number, filled to words.
const HEADER: usize = 12 + 4 + 8;
/// Marks a payload that ends with its time of sending, microseconds.
pub(crate) const MAGIC: [u8; 4] = *b"load";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// Bytes of a packet before sealing, RTP header included.
    pub(crate) size: usize,
    /// Packets of a frame.
    pub(crate) frame: usize,
    /// Packets a second.
    pub(crate) pps: usize,
}

pub(crate) struct Publisher {
    pub(crate) peer: Peer,
    shape: Shape,
    seq: u64,
    timestamp: u32,
    frames: u64,
    packet: Vec<u8>,
    /// Worst lateness of a frame since the last [`Publisher::run`] began.
    pub(crate) late: Duration,
}

impl Publisher {
    pub(crate) fn new(peer: Peer, shape: Shape) -> Self {
        let packet = vec![0x55; shape.size + RTP_OVERHEAD];
        Self { peer, shape, seq: 1, timestamp: 0, frames: 0, packet, late: Duration::ZERO }
    }

    /// Publishes until told to stop; returns packets sent.
    pub(crate) fn run(&mut self, identity: &Identity, stop: &AtomicBool) -> u64 {
        let period = Duration::from_secs_f64(self.shape.frame as f64 / self.shape.pps as f64);
        let start = Instant::now();
        let mut buffer = [0; 2048];
        let (mut sent, mut n, mut report_at) = (0, 0u32, Instant::now());
        self.late = Duration::ZERO;
        while !stop.load(Ordering::Relaxed) {
            let due = start + period * n;
            n += 1;
            match due.checked_duration_since(Instant::now()) {
                Some(wait) => std::thread::sleep(wait),
                None => self.late = self.late.max(due.elapsed()),
            }
            sent += self.send_frame();
            let mut key = false;
            while let Some(received) = self.peer.receive(&mut buffer) {
                if let Received::Rtcp(len) = received {
                    key |= wants_key(&buffer[..len]);
                }
            }
            if key {
                self.frames = 0;
            }
            if report_at.elapsed() >= Duration::from_secs(1) {
                report_at = Instant::now();
                self.report(sent);
                self.peer.drive(identity);
            }
        }
        sent
    }

    fn send_frame(&mut self) -> u64 {
        self.timestamp = self.timestamp.wrapping_add(90_000 / 30);
        let mut sent = 0;
        for index in 0..self.shape.frame {
            self.write(index);
            let len = self.shape.size;
            let Some(outbound) = self.peer.client.outbound() else { return sent };
            if let Some(len) = outbound.seal_rtp(self.seq, &mut self.packet, len)
                && self.peer.socket.send(&self.packet[..len]).is_ok()
            {
                sent += 1;
            }
            self.seq += 1;
        }
        self.frames += 1;
        sent
    }

    /// A packet of a VP8 frame (RFC 7741): descriptor with a 15-bit picture id, then a key frame's or another's head.
    fn write(&mut self, index: usize) {
        let (first, last) = (index == 0, index + 1 == self.shape.frame);
        let packet = &mut self.packet;
        packet[0] = 0x90;
        packet[1] = VP8 | if last { 0x80 } else { 0 };
        packet[2..4].copy_from_slice(&((self.seq & 0xffff) as u16).to_be_bytes());
        packet[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        packet[8..12].copy_from_slice(&SSRC.to_be_bytes());
        packet[12..16].copy_from_slice(&[0xbe, 0xde, 0, 2]);
        packet[16..18].copy_from_slice(&[MID << 4, b'0']);
        packet[18] = (TRANSPORT_CC << 4) | 1;
        packet[19..21].copy_from_slice(&((self.seq & 0xffff) as u16).to_be_bytes());
        packet[21..HEADER].fill(0);
        packet[HEADER] = 0x80 | if first { 0x10 } else { 0 };
        packet[HEADER + 1] = 0x80;
        let picture = (self.frames & 0x7fff) as u16 | 0x8000;
        packet[HEADER + 2..HEADER + 4].copy_from_slice(&picture.to_be_bytes());
        if first {
            let key = self.frames.is_multiple_of(300);
            packet[HEADER + 4] = u8::from(!key);
            packet[HEADER + 5..HEADER + 7].fill(0);
            packet[HEADER + 7..HEADER + 14].copy_from_slice(&[0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01]);
        }
        let end = self.shape.size;
        packet[end - 12..end - 8].copy_from_slice(&MAGIC);
        packet[end - 8..end].copy_from_slice(&now_us().to_be_bytes());
    }

    fn report(&mut self, sent: u64) {
        let mut compound = Vec::with_capacity(64);
        let ntp = (now_us() as u64) << 12;
        rtcp::write::sender_report(&mut compound, SSRC, ntp, self.timestamp, sent as u32, 0);
        let len = compound.len();
        compound.resize(len + RTCP_OVERHEAD, 0);
        if let Some(outbound) = self.peer.client.outbound()
            && let Some(len) = outbound.seal_rtcp(&mut compound, len)
        {
            let _ = self.peer.socket.send(&compound[..len]);
        }
    }
}

fn wants_key(compound: &[u8]) -> bool {
    // PLI (RFC 4585) or FIR (RFC 5104): payload-specific feedback with format 1 or 4.
    let mut rest = compound;
    while let [first, kind, high, low, ..] = rest {
        if *kind == 206 && matches!(first & 31, 1 | 4) {
            return true;
        }
        let len = 4 * (usize::from(u16::from_be_bytes([*high, *low])) + 1);
        rest = rest.get(len..).unwrap_or_default();
    }
    false
}
