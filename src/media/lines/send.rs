//! What a party sends: a voice and a camera with three layers, as a browser does, and again what is asked for.

use assize_rtp::packet::Packet;
use assize_rtp::red;
use std::collections::VecDeque;

pub(super) const OPUS: u8 = 111;
pub(super) const RED: u8 = 63;
pub(super) const VP8: u8 = 96;
pub(super) const RTX: u8 = 97;
/// Ids of our header extensions.
pub(super) const MID: u8 = 1;
pub(super) const RID: u8 = 2;
pub(super) const RRID: u8 = 3;
pub(super) const TRANSPORT_CC: u8 = 4;
pub(super) const LEVEL: u8 = 5;

pub(super) const RIDS: [&str; 3] = ["q", "h", "f"];
pub(super) const TOP: u8 = 2;
pub(super) const VOICE_US: i64 = 20_000;
/// Of one voice packet, before sealing: Opus at 32 kb/s.
const VOICE_BYTES: usize = 80;
/// 30 frames a second.
pub(super) const FRAME_US: i64 = 33_333;
/// Packets of a frame, by layer, of one that others build on, a quarter of all, and of any other; of a key frame; bytes of
/// each of them. 0.15, 0.5 and 1.1 Mb/s, of which those that others build on take two fifths.
const PACKETS: [[usize; 3]; 3] = [[1, 3, 6], [1, 2, 3], [3, 7, 14]];
const BYTES: [[usize; 3]; 3] = [[980, 1120, 1180], [500, 860, 1180], [620, 1040, 1150]];
/// The eight pictures of a pattern with three temporal layers as libvpx makes them for browsers: the temporal layer, and
/// whether it builds on layer 0 alone (`Y`, RFC 7741 section 4.2).
const PATTERN: [(u8, bool); 8] =
    [(0, false), (2, true), (1, true), (2, false), (0, false), (2, false), (1, false), (2, false)];
/// An encoder makes no two key frames within this.
const KEY_US: i64 = 300_000;
/// How long a browser keeps what it may have to send again.
const HISTORY_US: i64 = 3_000_000;

/// One packet to be sealed: the stream's own 64-bit number and the packet.
pub(super) type Numbered = (u64, Vec<u8>);

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    pt: u8,
    next: u64,
    extensions: Vec<(u8, Vec<u8>)>,
}

impl Stream {
    fn new(ssrc: u32, pt: u8, extensions: &[(u8, &str)]) -> Self {
        let extensions = extensions.iter().map(|(id, value)| (*id, value.as_bytes().to_vec())).collect();
        Self { ssrc, pt, next: u64::from(ssrc) * 97 % 30_000, extensions }
    }

    /// A packet with the transport-wide number `wide`.
    fn packet(&mut self, wide: &mut u16, marker: bool, timestamp: u32, payload: &[u8]) -> Numbered {
        let seq = self.next;
        self.next += 1;
        let mut bytes = vec![0x90, (u8::from(marker) << 7) | self.pt];
        bytes.extend((seq as u16).to_be_bytes());
        bytes.extend(timestamp.to_be_bytes());
        bytes.extend(self.ssrc.to_be_bytes());
        let mut block = vec![(TRANSPORT_CC << 4) | 1];
        block.extend(wide.to_be_bytes());
        *wide = wide.wrapping_add(1);
        for (id, value) in &self.extensions {
            block.push((id << 4) | (value.len() as u8 - 1));
            block.extend(value);
        }
        block.resize(block.len().next_multiple_of(4), 0);
        bytes.extend([0xbe, 0xde, 0, (block.len() / 4) as u8]);
        bytes.extend(block);
        bytes.extend(payload);
        (seq, bytes)
    }
}

/// A microphone: a packet every 20 ms, with its own number in it, and the one before with it as Chromium does.
#[derive(Debug)]
pub(super) struct Voice {
    stream: Stream,
    pub(super) number: u32,
    history: VecDeque<Sent>,
}

/// An Opus packet of 20 ms with a number in it.
fn sound(number: u32) -> [u8; VOICE_BYTES] {
    let mut packet = [0; VOICE_BYTES];
    packet[0] = 0xf8;
    packet[1..5].copy_from_slice(&number.to_be_bytes());
    packet
}

/// That number.
pub(super) fn number_of(sound: &[u8]) -> u32 {
    assert_eq!((sound.len(), sound[0]), (VOICE_BYTES, 0xf8), "what was sent");
    u32::from_be_bytes(sound[1..5].try_into().unwrap())
}

impl Voice {
    pub(super) fn new(ssrc: u32) -> Self {
        Self { stream: Stream::new(ssrc, RED, &[(MID, "a"), (LEVEL, "\x1e")]), number: 0, history: VecDeque::new() }
    }

    /// In dB below full scale (RFC 6464).
    pub(super) fn level(&mut self, level: u8) {
        for (_, value) in self.stream.extensions.iter_mut().filter(|(id, _)| *id == LEVEL) {
            *value = vec![level];
        }
    }

    pub(super) fn packet(&mut self, now_us: i64, wide: &mut u16) -> Numbered {
        let mut payload = Vec::new();
        let before = self.number.checked_sub(1);
        before.iter().for_each(|_| red::write_head(&mut payload, OPUS, 960, VOICE_BYTES));
        red::write_last(&mut payload, OPUS);
        before.into_iter().chain([self.number]).for_each(|number| payload.extend(sound(number)));
        let packet = self.stream.packet(wide, false, self.number.wrapping_mul(960), &payload);
        self.number += 1;
        self.history.push_back(Sent { packet: packet.1.clone(), at_us: now_us, again_us: None });
        while self.history.front().is_some_and(|sent| now_us - sent.at_us > HISTORY_US) {
            self.history.pop_front();
        }
        packet
    }

    /// As [`Camera::resend`], but the very same packet once more.
    pub(super) fn resend(&mut self, now_us: i64, (ssrc, seq): (u32, u16), rtt_us: i64) -> Option<Numbered> {
        if ssrc != self.stream.ssrc {
            return None;
        }
        let (ext, sent) = find(&mut self.history, self.stream.next, seq)?;
        sent.again(now_us, rtt_us).then(|| (ext, sent.packet.clone()))
    }

    /// Its SSRC and RTP time now.
    pub(super) fn clock(&self, since_us: i64) -> (u32, u32) {
        (self.stream.ssrc, (since_us * 48 / 1000) as u32)
    }
}

/// What is written into every packet of a picture, to hold against what is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Truth {
    pub(super) number: u32,
    pub(super) layer: u8,
    pub(super) part: u8,
    pub(super) parts: u8,
    pub(super) key: bool,
    /// Place in the pattern.
    pub(super) place: u8,
}

impl Truth {
    fn write(self, payload: &mut Vec<u8>) {
        payload.extend(self.number.to_be_bytes());
        payload.extend([self.layer, self.part, self.parts, (u8::from(self.key) << 7) | self.place]);
    }

    pub(super) fn read(payload: &[u8]) -> Self {
        let [a, b, c, d, layer, part, parts, last]: [u8; 8] = payload[payload.len() - 8..].try_into().unwrap();
        let number = u32::from_be_bytes([a, b, c, d]);
        Self { number, layer, part, parts, key: last & 0x80 != 0, place: last & 7 }
    }

    /// The pictures without which it cannot be decoded, by their numbers.
    pub(super) fn builds_on(self) -> impl Iterator<Item = u32> {
        // Back to the newest of temporal layer 0; and to the newest of layer 1, unless it builds on none.
        let (zero, one) = match self.place {
            _ if self.key => (None, None),
            0 | 4 => (Some(4), None),
            1 => (Some(1), None),
            2 => (Some(2), None),
            3 => (Some(3), Some(1)),
            5 => (Some(1), Some(3)),
            6 => (Some(2), Some(4)),
            _ => (Some(3), Some(1)),
        };
        [zero, one].into_iter().flatten().map(move |back| self.number - back)
    }
}

#[derive(Debug)]
struct Sent {
    packet: Vec<u8>,
    at_us: i64,
    again_us: Option<i64>,
}

impl Sent {
    /// Whether it is sent again: not within a round trip of the last time.
    fn again(&mut self, now_us: i64, rtt_us: i64) -> bool {
        if self.again_us.is_some_and(|again| now_us - again < rtt_us) {
            return false;
        }
        self.again_us = Some(now_us);
        true
    }
}

/// What was sent as `seq`, and its number.
fn find(history: &mut VecDeque<Sent>, next: u64, seq: u16) -> Option<(u64, &mut Sent)> {
    let ext = assize_rtp::seq::near(next - 1, seq);
    let first = next - history.len() as u64;
    Some((ext, history.get_mut(usize::try_from(ext.checked_sub(first)?).ok()?)?))
}

#[derive(Debug)]
struct Layer {
    media: Stream,
    rtx: Stream,
    /// The newest is the one before `media.next`.
    history: VecDeque<Sent>,
    picture: u16,
    /// Of the next picture.
    place: usize,
    tl0: u8,
    key_wanted: bool,
    key_us: i64,
    useful: bool,
    able: bool,
}

/// A camera: three layers, each its own stream.
#[derive(Debug)]
pub(super) struct Camera {
    layers: Vec<Layer>,
    pub(super) number: u32,
    /// Packets sent again.
    pub(super) again: u64,
}

impl Camera {
    pub(super) fn new(ssrc: u32) -> Self {
        let layer = |at: usize| {
            let ssrc = ssrc + 2 * at as u32;
            Layer {
                media: Stream::new(ssrc, VP8, &[(MID, "v"), (RID, RIDS[at])]),
                rtx: Stream::new(ssrc + 1, RTX, &[(MID, "v"), (RRID, RIDS[at])]),
                history: VecDeque::new(),
                picture: 1000 * at as u16,
                place: 0,
                tl0: 0,
                key_wanted: true,
                key_us: i64::MIN / 2,
                useful: true,
                able: true,
            }
        };
        Self { layers: (0..RIDS.len()).map(layer).collect(), number: 0, again: 0 }
    }

    /// One picture in all layers.
    pub(super) fn frame(&mut self, now_us: i64, since_us: i64, wide: &mut u16, out: &mut Vec<Numbered>) {
        let number = self.number;
        self.number += 1;
        for (at, layer) in self.layers.iter_mut().enumerate().filter(|(_, layer)| layer.useful && layer.able) {
            let key = layer.key_wanted && now_us - layer.key_us >= KEY_US;
            if key {
                (layer.key_wanted, layer.key_us, layer.place) = (false, now_us, 0);
            }
            let timestamp = (since_us * 9 / 100) as u32;
            let base = PATTERN[layer.place].0 == 0;
            layer.tl0 = layer.tl0.wrapping_add(u8::from(base));
            let kind = if key { 2 } else { usize::from(!base) };
            let (parts, place) = (PACKETS[kind][at], layer.place as u8);
            for part in 0..parts {
                let truth = Truth { number, layer: at as u8, part: part as u8, parts: parts as u8, key, place };
                let payload = layer.payload(truth, BYTES[kind][at]);
                let (seq, packet) = layer.media.packet(wide, part + 1 == parts, timestamp, &payload);
                layer.history.push_back(Sent { packet: packet.clone(), at_us: now_us, again_us: None });
                out.push((seq, packet));
            }
            layer.picture = (layer.picture + 1) & 0x7fff;
            layer.place = (layer.place + 1) % PATTERN.len();
            while layer.history.front().is_some_and(|sent| now_us - sent.at_us > HISTORY_US) {
                layer.history.pop_front();
            }
        }
    }

    /// Answers a request, unless it was answered less than a round trip ago.
    pub(super) fn resend(
        &mut self,
        now_us: i64,
        (ssrc, seq): (u32, u16),
        rtt_us: i64,
        wide: &mut u16,
    ) -> Option<Numbered> {
        let layer = self.layers.iter_mut().find(|layer| layer.media.ssrc == ssrc)?;
        let (_, sent) = find(&mut layer.history, layer.media.next, seq)?;
        if !sent.again(now_us, rtt_us) {
            return None;
        }
        self.again += 1;
        let packet = Packet::parse(&sent.packet).unwrap();
        let payload = [&seq.to_be_bytes()[..], packet.payload].concat();
        Some(layer.rtx.packet(wide, packet.marker, packet.timestamp, &payload))
    }

    /// Layers rest, or begin anew with a key frame.
    pub(super) fn useful(&mut self, rids: &[String]) {
        for (layer, rid) in self.layers.iter_mut().zip(RIDS) {
            let useful = rids.iter().any(|useful| useful == rid);
            layer.key_wanted |= useful && !layer.useful;
            layer.useful = useful;
        }
    }

    /// It never sends this layer, whatever it offered.
    pub(super) fn cannot(&mut self, layer: usize) {
        self.layers[layer].able = false;
    }

    pub(super) fn sent(&self) -> [u64; 3] {
        [0, 1, 2].map(|at| self.layers[at].media.next)
    }

    pub(super) fn want_key(&mut self, ssrc: u32) {
        for layer in self.layers.iter_mut().filter(|layer| layer.media.ssrc == ssrc) {
            layer.key_wanted = true;
        }
    }

    /// SSRC and RTP time of each layer now.
    pub(super) fn clocks(&self, since_us: i64) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.layers.iter().map(move |layer| (layer.media.ssrc, (since_us * 9 / 100) as u32))
    }
}

impl Layer {
    /// Descriptor with picture id, TL0PICIDX and temporal layer, frame header, filling, truth.
    fn payload(&self, truth: Truth, bytes: usize) -> Vec<u8> {
        let start = truth.part == 0;
        let picture = self.picture;
        let (temporal, sync) = PATTERN[self.place];
        let temporal = (temporal << 6) | (u8::from(sync) << 5);
        let first = 0x80 | (u8::from(start) << 4);
        let mut payload = vec![first, 0xe0, 0x80 | (picture >> 8) as u8, picture as u8, self.tl0, temporal];
        if start {
            payload.extend([u8::from(!truth.key), 0, 0]);
            if truth.key {
                let height: u16 = [180, 360, 720][usize::from(truth.layer)];
                payload.extend([0x9d, 0x01, 0x2a]);
                payload.extend((height * 16 / 9).to_le_bytes());
                payload.extend(height.to_le_bytes());
            }
        }
        payload.resize(bytes - 8, 0);
        truth.write(&mut payload);
        payload
    }
}
