//! Frames from packets: the packets of one leg in, whole frames and the holes between them out.
//!
//! Pure: time comes with the packets or as an argument. Nothing here panics or grows, whatever the payloads are.

mod bits;
pub mod h264;
pub mod vp8;
pub mod vp9;

use assize_rtp::tap::Codec;
use bytes::Bytes;
use std::collections::VecDeque;

/// Most packets that are held while one is missing.
pub const RING: u64 = 512;
/// How long a missing packet is waited for, in microseconds. With the 500 ms of a cluster it must stay below the second
/// that a crash may cost.
pub const PATIENCE_US: i64 = 300_000;
/// By how many packets the first one to come may have overtaken others.
const EARLIER: u64 = 16;
/// Largest frame that is assembled; beyond it the frame is lost.
const LARGEST_FRAME: usize = 8 << 20;

/// A packet of the recorder's leg; `seq` is unbroken, so that a hole is a loss.
#[derive(Debug, Clone)]
pub struct Packet {
    pub seq: u64,
    pub rtp_ts: u32,
    pub marker: bool,
    /// In dB below overload (RFC 6464); 127: silence, or nobody said.
    pub level: u8,
    pub arrival_us: i64,
    pub payload: Bytes,
}

/// A whole frame: one picture, or one Opus packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub seq: u64,
    pub rtp_ts: u32,
    /// Arrival of its first packet.
    pub arrival_us: i64,
    /// Can be decoded without anything before it. Always true for sound.
    pub key: bool,
    /// Of a key frame, in pixels.
    pub size: Option<(u16, u16)>,
    /// Decoder configuration of a key frame, for codecs that have one (`avcC`).
    pub config: Option<Vec<u8>>,
    pub data: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    Frame(Frame),
    /// Packets that never came; a picture now needs a key frame before it can go on.
    Lost {
        from_seq: u64,
        to_seq: u64,
    },
    /// Packets that came but hold no usable frame.
    Unusable {
        from_seq: u64,
        to_seq: u64,
    },
}

#[derive(Debug)]
pub struct Assembler {
    codec: Codec,
    /// Packets from `next` on, with holes.
    ring: VecDeque<Option<Packet>>,
    next: Option<u64>,
    /// Whether anything was taken from the ring since the last flush.
    begun: bool,
    /// Frames are withheld until one that can be decoded by itself.
    need_key: bool,
    /// After a loss: the RTP time whose packets may be the rest of a broken frame.
    broken_ts: Option<u32>,
    h264: h264::Parameters,
}

impl Assembler {
    #[must_use]
    pub fn new(codec: Codec) -> Self {
        Self {
            codec,
            ring: VecDeque::new(),
            next: None,
            begun: false,
            need_key: !codec.is_audio(),
            broken_ts: None,
            h264: h264::Parameters::default(),
        }
    }

    /// Whether pictures are withheld until the next key frame.
    #[must_use]
    pub fn needs_key(&self) -> bool {
        self.need_key
    }

    /// Takes a packet and puts out what it completes.
    pub fn push(&mut self, packet: Packet, out: &mut Vec<Output>) {
        let mut next = *self.next.get_or_insert(packet.seq);
        // The first packet to come need not be the first that was sent.
        while packet.seq < next && !self.begun && next - packet.seq <= EARLIER {
            self.ring.push_front(None);
            next -= 1;
            self.next = Some(next);
        }
        let Some(ahead) = packet.seq.checked_sub(next) else { return };
        if ahead >= RING {
            self.give_up_before(packet.seq - RING / 2, out);
            return self.push(packet, out);
        }
        let (now, slot) = (packet.arrival_us, ahead as usize);
        if self.ring.len() <= slot {
            self.ring.resize(slot + 1, None);
        }
        self.ring[slot].get_or_insert(packet);
        self.drain(out);
        self.expire(now, out);
    }

    /// Gives up on packets that have been waited for long enough at `now_us`.
    pub fn expire(&mut self, now_us: i64, out: &mut Vec<Output>) {
        while let Some(oldest) = self.behind_hole() {
            if now_us - oldest.1 < PATIENCE_US {
                return;
            }
            self.give_up_before(oldest.0, out);
        }
    }

    /// Puts out what is complete and forgets the rest; the next packet begins anew, wherever it is. Used at a cut.
    pub fn flush(&mut self, out: &mut Vec<Output>) {
        while let Some((seq, _)) = self.behind_hole() {
            self.give_up_before(seq, out);
        }
        // A frame that the cut has halved is not lost: what follows the cut was not to be taken.
        self.ring.clear();
        self.next = None;
        self.begun = false;
        self.broken_ts = None;
        self.need_key = !self.codec.is_audio();
    }

    /// Sequence number and arrival of the first packet after the first hole, if there is a hole.
    fn behind_hole(&self) -> Option<(u64, i64)> {
        let hole = self.ring.iter().position(Option::is_none)?;
        let first = self.ring.iter().skip(hole).flatten().next()?;
        Some((first.seq, first.arrival_us))
    }

    /// Declares everything missing before `seq` lost and goes on from the first packet that is there.
    fn give_up_before(&mut self, seq: u64, out: &mut Vec<Output>) {
        let Some(next) = self.next else { return };
        let drop = usize::try_from(seq.saturating_sub(next)).unwrap_or(usize::MAX).min(self.ring.len());
        // What is dropped with the hole is the front part of a broken frame, or older than the ring is long.
        let last_ts = self.ring.drain(..drop).flatten().last().map(|p| p.rtp_ts);
        let mut start = seq.max(next);
        while matches!(self.ring.front(), Some(None)) {
            self.ring.pop_front();
            start += 1;
        }
        self.next = Some(start);
        self.begun = true;
        out.push(Output::Lost { from_seq: next, to_seq: start.saturating_sub(1).max(next) });
        if !self.codec.is_audio() {
            self.need_key = true;
            self.broken_ts = self.ring.front().and_then(Option::as_ref).map(|p| p.rtp_ts).or(last_ts);
        }
        self.drain(out);
    }

    fn drain(&mut self, out: &mut Vec<Output>) {
        while let Some(len) = self.complete() {
            self.begun = true;
            let packets: Vec<Packet> = self.ring.drain(..len).flatten().collect();
            self.next = self.next.map(|n| n + len as u64);
            self.assemble(&packets, out);
        }
    }

    /// Number of packets of the first frame, if it is all there.
    fn complete(&self) -> Option<usize> {
        let first = self.ring.front()?.as_ref()?;
        if self.codec.is_audio() {
            return Some(1);
        }
        for (i, slot) in self.ring.iter().enumerate() {
            let packet = slot.as_ref()?;
            if packet.rtp_ts != first.rtp_ts {
                return Some(i);
            }
            if packet.marker {
                return Some(i + 1);
            }
        }
        // Longer than the ring: no frame that can be kept.
        (self.ring.len() as u64 >= RING - 1).then_some(self.ring.len())
    }

    fn assemble(&mut self, packets: &[Packet], out: &mut Vec<Output>) {
        let (Some(first), Some(last)) = (packets.first(), packets.last()) else { return };
        if packets.iter().all(|p| p.payload.is_empty()) {
            // Padding for bandwidth probing.
            return;
        }
        let rest_of_broken = self.broken_ts.is_some_and(|ts| ts == first.rtp_ts && !self.starts(&first.payload));
        if self.broken_ts.is_some_and(|ts| ts != first.rtp_ts) {
            self.broken_ts = None;
        }
        let total: usize = packets.iter().map(|p| p.payload.len()).sum();
        let frame = if rest_of_broken || total > LARGEST_FRAME { None } else { self.depacketize(packets) };
        match frame {
            Some(frame) if frame.key || !self.need_key => {
                self.need_key = false;
                out.push(Output::Frame(frame));
            }
            // While a key frame is awaited, what is passed over is part of that gap and not told again.
            _ if self.need_key => {}
            _ => {
                self.need_key = !self.codec.is_audio();
                out.push(Output::Unusable { from_seq: first.seq, to_seq: last.seq });
            }
        }
    }

    /// Whether a payload is certainly the first of a frame.
    fn starts(&self, payload: &[u8]) -> bool {
        match self.codec {
            Codec::Opus => true,
            Codec::Vp8 => vp8::starts(payload),
            Codec::Vp9 => vp9::starts(payload),
            Codec::H264 => h264::starts(payload),
            Codec::Av1 => false,
        }
    }

    fn depacketize(&mut self, packets: &[Packet]) -> Option<Frame> {
        let first = packets.first()?;
        let payloads = packets.iter().map(|p| &p.payload[..]).filter(|p| !p.is_empty());
        let mut frame = Frame {
            seq: first.seq,
            rtp_ts: first.rtp_ts,
            arrival_us: first.arrival_us,
            key: true,
            size: None,
            config: None,
            data: Vec::with_capacity(packets.iter().map(|p| p.payload.len()).sum()),
        };
        match self.codec {
            Codec::Opus => frame.data.extend_from_slice(&first.payload),
            Codec::Vp8 => vp8::frame(payloads, &mut frame)?,
            Codec::Vp9 => vp9::frame(payloads, &mut frame)?,
            Codec::H264 => self.h264.frame(payloads, &mut frame)?,
            Codec::Av1 => return None,
        }
        Some(frame)
    }
}

#[cfg(test)]
mod tests;
