//! The router as a whole, in simulated time: publishers and subscribers that count, lose and ask as browsers do.

#![allow(clippy::unwrap_used)]

mod feedback;
mod forwarding;
mod hostile;
mod pace;
mod recording;
mod repair;
mod simulcast;
mod sound;
mod strain;

use super::Router;
use crate::negotiated::{ExtensionIds, PayloadType, Published, Subscribed};
use crate::outbox::Outbox;
use crate::plane::{PlaneRoute, PlaneSink, TransportKey};
use assize_rtp::packet::Packet;
use assize_rtp::rtcp::{Compound, Rtcp};
use assize_rtp::tap::{Codec, TapItem, TrackKey};
use assize_rtp::testing::Random;
use std::collections::BTreeMap;

const UP: TransportKey = TransportKey(1);
const DOWN: TransportKey = TransportKey(2);
const OTHER: TransportKey = TransportKey(3);
const VOICE: TrackKey = TrackKey(10);
const CAMERA: TrackKey = TrackKey(20);
const OPUS_PT: u8 = 111;
const RED_PT: u8 = 63;
const VP8_PT: u8 = 96;
const RTX_PT: u8 = 97;
const IDS: ExtensionIds = ExtensionIds {
    mid: Some(1),
    rid: Some(2),
    rrid: Some(3),
    transport_cc: Some(4),
    audio_level: Some(5),
    abs_send_time: None,
};

/// Remembers all that the router sends.
#[derive(Debug, Default)]
struct Net {
    rtp: Vec<(TransportKey, u64, Vec<u8>)>,
    rtcp: Vec<(TransportKey, Vec<u8>)>,
    tap: Vec<TapItem>,
    full: bool,
}

impl Outbox for Net {
    fn rtp(&mut self, to: TransportKey, seq: u64, header: &[u8], payload: &[u8]) {
        assert_eq!(Packet::parse(header).unwrap().header_len, header.len(), "a header is complete and nothing more");
        self.rtp.push((to, seq, [header, payload].concat()));
    }

    fn rtcp(&mut self, to: TransportKey, compound: &[u8]) {
        assert!(compound.len() <= 1400 && Compound::new(compound).all(|part| part.is_ok()));
        self.rtcp.push((to, compound.to_vec()));
    }

    fn tap(&mut self, item: TapItem) {
        self.tap.push(item);
    }

    fn tap_full(&self) -> bool {
        self.full
    }
}

impl Net {
    /// Media SSRCs of the key-frame requests sent to `to`.
    fn plis(&self, to: TransportKey) -> Vec<u32> {
        let parts = self.rtcp.iter().filter(|(t, _)| *t == to).flat_map(|(_, bytes)| Compound::new(bytes));
        let media = |part| if let Ok(Rtcp::Pli { media }) = part { Some(media) } else { None };
        parts.filter_map(media).collect()
    }
}

/// What happens at a later time, in order.
struct Agenda<T> {
    items: BTreeMap<(i64, u64), T>,
    count: u64,
}

impl<T> Agenda<T> {
    fn new() -> Self {
        Self { items: BTreeMap::new(), count: 0 }
    }

    fn add(&mut self, at_us: i64, item: T) {
        self.count += 1;
        self.items.insert((at_us, self.count), item);
    }

    fn due(&mut self, now_us: i64) -> Option<T> {
        let (&key, _) = self.items.first_key_value().filter(|((at, _), _)| *at <= now_us)?;
        self.items.remove(&key)
    }
}

fn payload_types(audio: bool) -> Vec<PayloadType> {
    if audio {
        vec![PayloadType { codec: Codec::Opus, pt: OPUS_PT, rtx: None, red: Some(RED_PT) }]
    } else {
        vec![PayloadType { codec: Codec::Vp8, pt: VP8_PT, rtx: Some(RTX_PT), red: None }]
    }
}

fn published(mid: &str, track: TrackKey, audio: bool, rids: &[&str]) -> Published {
    Published {
        mid: mid.into(),
        track,
        payloads: payload_types(audio),
        rids: rids.iter().map(|rid| (*rid).into()).collect(),
        ssrcs: Vec::new(),
        extensions: IDS,
        nack: !audio,
    }
}

fn subscribed(mid: &str, audio: bool, ssrc: u32) -> Subscribed {
    Subscribed {
        mid: mid.into(),
        audio,
        // Other numbers than the publisher's, so that a mix-up shows.
        payloads: payload_types(audio)
            .into_iter()
            .map(|p| PayloadType { pt: p.pt + 10, rtx: p.rtx.map(|rtx| rtx + 10), red: None, ..p })
            .collect(),
        rejected: false,
        ssrc,
        rtx_ssrc: ssrc + 1,
        extensions: ExtensionIds { mid: Some(9), audio_level: Some(8), ..ExtensionIds::default() },
        nack: true,
    }
}

fn to(source: TrackKey, t: TransportKey) -> PlaneRoute {
    PlaneRoute { source, sink: PlaneSink::Transport(t) }
}

fn recorded(source: TrackKey) -> PlaneRoute {
    PlaneRoute { source, sink: PlaneSink::Recorder }
}

/// One outgoing stream of a publisher.
struct Sender {
    ssrc: u32,
    pt: u8,
    seq: u16,
    extensions: Vec<(u8, Vec<u8>)>,
}

impl Sender {
    fn new(ssrc: u32, pt: u8, seq: u16, extensions: &[(u8, &str)]) -> Self {
        let extensions = extensions.iter().map(|(id, value)| (*id, value.as_bytes().to_vec())).collect();
        Self { ssrc, pt, seq, extensions }
    }

    fn packet(&mut self, marker: bool, timestamp: u32, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x90, (u8::from(marker) << 7) | self.pt];
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(timestamp.to_be_bytes());
        bytes.extend(self.ssrc.to_be_bytes());
        self.seq = self.seq.wrapping_add(1);
        let mut block: Vec<u8> = Vec::new();
        for (id, value) in &self.extensions {
            block.push((id << 4) | (value.len() as u8 - 1));
            block.extend(value);
        }
        block.resize(block.len().next_multiple_of(4), 0);
        bytes.extend([0xbe, 0xde, 0, (block.len() / 4) as u8]);
        bytes.extend(block);
        bytes.extend(payload);
        bytes
    }
}

/// A VP8 payload: descriptor with picture id and TL0PICIDX, and a frame header at the beginning of a frame.
fn vp8(start: bool, key: Option<(u16, u16)>, picture: u16, tl0: u8, body: &[u8]) -> Vec<u8> {
    let mut payload = vec![0x80 | (u8::from(start) << 4), 0xc0, 0x80 | (picture >> 8) as u8, picture as u8, tl0];
    if start {
        payload.extend([u8::from(key.is_none()), 0, 0]);
        if let Some((width, height)) = key {
            payload.extend([0x9d, 0x01, 0x2a]);
            payload.extend(width.to_le_bytes());
            payload.extend(height.to_le_bytes());
        }
    }
    payload.extend(body);
    payload
}

/// A router with one publisher of a voice and a single-layer camera, and one subscriber with room for both.
fn small_room(net: &mut Net) -> Router {
    let mut router = Router::new(0, 7);
    router.publish(0, UP, &[published("a", VOICE, true, &[]), published("v", CAMERA, false, &[])], net);
    router.subscribe(0, DOWN, &[subscribed("0", true, 1000), subscribed("1", false, 2000)], net);
    router
}

fn voice() -> Sender {
    Sender::new(11, OPUS_PT, 65_500, &[(1, "a")])
}

fn camera() -> Sender {
    Sender::new(21, VP8_PT, 65_500, &[(1, "v")])
}
