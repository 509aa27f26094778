//! One track: what comes in on its layers, and the legs it goes out on.

use super::cursor::Cursor;
use super::demand::Demand;
use super::layer::{Layer, Received};
use super::leg::{Floors, Leg, Start};
use super::levels::Loudness;
use super::outgoing::Outgoing;
use super::recorder::RecorderLeg;
use super::ring::Meta;
use super::select::LayerView;
use super::up::Binding;
use super::{Event, Shared};
use crate::negotiated::{PayloadType, Published};
use crate::outbox::Outbox;
use crate::plane::TransportKey;
use assize_rtp::frame;
use assize_rtp::tap::{Codec, TrackKey};
use assize_rtp::vp8;

/// More layers than this are not looked at.
pub(super) const MAX_LAYERS: usize = 8;

/// Where a track comes from while it is published.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) transport: TransportKey,
    /// Our SSRC towards it, for RTCP.
    pub(super) feedback_ssrc: u32,
    pub(super) audio: bool,
    pub(super) nack: bool,
    pub(super) payloads: Vec<PayloadType>,
    pub(super) rids: Vec<String>,
    pub(super) layers: Vec<Layer>,
    pub(super) flowing: bool,
    pub(super) demand: Demand,
}

/// What a payload type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carries {
    Media(Codec),
    Rtx(Codec),
    /// With redundancy; the codec's own payload type.
    Red(Codec, u8),
}

impl Source {
    pub(super) fn new(now_us: i64, transport: TransportKey, feedback_ssrc: u32, section: &Published) -> Self {
        let audio = section.payloads.first().is_some_and(|payload| payload.codec.is_audio());
        let layers = section.rids.len().clamp(1, MAX_LAYERS);
        Self {
            transport,
            feedback_ssrc,
            audio,
            nack: section.nack,
            payloads: section.payloads.clone(),
            rids: section.rids.clone(),
            layers: (0..layers).map(|_| Layer::new(audio)).collect(),
            flowing: false,
            demand: Demand::new(now_us, layers),
        }
    }

    pub(super) fn carries(&self, pt: u8) -> Option<Carries> {
        self.payloads.iter().find_map(|payload| {
            if payload.pt == pt {
                Some(Carries::Media(payload.codec))
            } else if payload.red == Some(pt) {
                Some(Carries::Red(payload.codec, payload.pt))
            } else {
                (payload.rtx == Some(pt)).then_some(Carries::Rtx(payload.codec))
            }
        })
    }

    /// Whether a stream takes any of the codecs.
    pub(super) fn fits(&self, stream: &Outgoing) -> bool {
        self.payloads.iter().any(|payload| stream.takes(payload.codec))
    }

    pub(super) fn floors(&self) -> Floors {
        let mut floors = Floors::default();
        for (floor, layer) in floors.iter_mut().zip(&self.layers) {
            *floor = layer.highest().unwrap_or(0);
        }
        floors
    }

    pub(super) fn views(&self, now_us: i64) -> ([LayerView; MAX_LAYERS], usize) {
        let mut views = [LayerView::default(); MAX_LAYERS];
        for (view, layer) in views.iter_mut().zip(&self.layers) {
            *view = layer.view(now_us);
        }
        (views, self.layers.len())
    }

    /// Whether the picture of a layer that is being sent has not come whole yet.
    pub(super) fn is_within_picture(&self, layer: Option<u8>) -> bool {
        layer.and_then(|layer| self.layers.get(usize::from(layer))).is_some_and(|layer| layer.within_picture)
    }

    /// The timestamp step by which a stream that last carried `clock` goes on in `layer`, by the sender's reports.
    pub(super) fn aligned(&self, layer: u8, clock: Option<(u8, u32)>, rate: u32) -> Option<u32> {
        let (from, step) = clock?;
        if from == layer {
            return Some(step);
        }
        let (old, new) = (self.layers.get(usize::from(from))?.report?, self.layers.get(usize::from(layer))?.report?);
        let passed = i128::from(new.ntp.wrapping_sub(old.ntp) as i64);
        let old_then = old.rtp.wrapping_add(((passed * i128::from(rate)) >> 32) as u32);
        Some(step.wrapping_add(old_then).wrapping_sub(new.rtp))
    }

    /// Whether a recovered packet was captured before what a stream has sent of another layer, or nobody knows: to begin
    /// there would show again what was shown.
    pub(super) fn is_behind(&self, cursor: &Cursor, meta: &Meta) -> bool {
        let step = self.aligned(meta.layer, cursor.clock(), meta.codec.clock_rate());
        cursor.layer().is_some() && step.is_none_or(|step| cursor.is_behind(meta, step))
    }
}

#[derive(Debug)]
pub(super) struct Track {
    pub(super) key: TrackKey,
    pub(super) source: Option<Source>,
    pub(super) legs: Vec<Leg>,
    /// One of them ends with the picture at hand.
    pub(super) ending: bool,
    /// Packets of a leg wait for its line.
    pub(super) pacing: bool,
    /// Transports that a route leads to and that have no section for it yet.
    pub(super) waiting: Vec<TransportKey>,
    pub(super) recorder: RecorderLeg,
    pub(super) loudness: Loudness,
}

impl Track {
    pub(super) fn new(key: TrackKey) -> Self {
        let (legs, waiting) = (Vec::new(), Vec::new());
        Self {
            key,
            source: None,
            legs,
            ending: false,
            pacing: false,
            waiting,
            recorder: RecorderLeg::new(),
            loudness: Loudness::default(),
        }
    }

    /// Whether packets of the layer are missing.
    pub(super) fn has_gap(&self, layer: u8) -> bool {
        let source = self.source.as_ref();
        source.and_then(|source| source.layers.get(usize::from(layer))).is_some_and(|layer| !layer.gaps.is_empty())
    }

    pub(super) fn is_idle(&self) -> bool {
        self.source.is_none() && self.legs.is_empty() && self.waiting.is_empty() && !self.recorder.routed
    }

    /// A packet on a media SSRC; its place is found here.
    pub(super) fn media(
        &mut self,
        seq: u16,
        mut meta: Meta,
        payload: &[u8],
        shared: &mut Shared,
        out: &mut impl Outbox,
    ) {
        let Some(newest) = self.arrived(seq, &mut meta, payload, shared) else { return };
        self.deliver(meta, newest, payload, shared, out);
        // After the packet, which may be the key frame itself.
        let layer = self.source.as_mut().and_then(|source| source.layers.get_mut(usize::from(meta.layer)));
        if newest && layer.is_some_and(|layer| layer.is_broken(meta.arrival_us)) {
            self.mend(meta.arrival_us, shared, out);
        }
    }

    /// Finds the place of a packet of the media SSRC, whose sound or picture is `payload`, and counts it; whether it is
    /// beyond all before. `None`: it has no place.
    pub(super) fn arrived(&mut self, seq: u16, meta: &mut Meta, payload: &[u8], shared: &mut Shared) -> Option<bool> {
        let source = self.source.as_mut()?;
        let at = usize::from(meta.layer);
        let newest = match source.layers[at].receive(seq, meta.arrival_us) {
            Received::New(ext) => {
                meta.ext = ext;
                true
            }
            Received::Late(ext) => {
                meta.ext = ext;
                false
            }
            Received::Stray => {
                shared.stats.stray += 1;
                return None;
            }
        };
        let layer = &mut source.layers[at];
        layer.weigh(meta.arrival_us, payload.len());
        layer.within_picture = newest && !meta.marker || !newest && layer.within_picture;
        let new_frame = layer.count(meta.ext, meta.timestamp, meta.arrival_us, meta.codec.clock_rate());
        layer.within_key &= !new_frame;
        if new_frame && source.layers.len() > 1 {
            source.layers.iter_mut().enumerate().filter(|(other, _)| *other != at).for_each(|(_, l)| l.sibling_frame());
        }
        if !source.flowing && !payload.is_empty() {
            source.flowing = true;
            shared.events.push(Event::Flowing(self.key));
        }
        if source.audio {
            self.loudness.packet(meta.level);
        }
        Some(newest)
    }

    /// A packet on a retransmission SSRC (RFC 4588): two bytes of original number, then the media.
    pub(super) fn retransmitted(&mut self, mut meta: Meta, payload: &[u8], shared: &mut Shared, out: &mut impl Outbox) {
        let Some(source) = &mut self.source else { return };
        // A probe that is only padding says nothing of media.
        let Some((number, payload)) = payload.split_at_checked(2) else { return };
        let original = u16::from_be_bytes([number[0], number[1]]);
        let Some(ext) = source.layers[usize::from(meta.layer)].recovered(original, meta.arrival_us) else {
            shared.stats.stray += 1;
            return;
        };
        meta.ext = ext;
        shared.stats.recovered += 1;
        self.deliver(meta, false, payload, shared, out);
    }

    /// Keeps a packet and sends it on its ways.
    pub(super) fn deliver(
        &mut self,
        meta: Meta,
        newest: bool,
        payload: &[u8],
        shared: &mut Shared,
        out: &mut impl Outbox,
    ) {
        let Some(source) = &mut self.source else { return };
        let (layer, codec) = (meta.layer, meta.codec);
        let Some(stored) = source.layers[usize::from(layer)].ring.insert(&mut shared.pool, meta, payload) else {
            shared.stats.stray += 1;
            return;
        };
        let descriptor = if codec == Codec::Vp8 { vp8::Descriptor::parse(payload).ok() } else { None };
        if let Some(descriptor) = &descriptor {
            source.layers[usize::from(layer)].temporal.packet(meta.arrival_us, descriptor, payload.len());
        }
        let starts = !payload.is_empty() && if source.audio { newest } else { frame::starts_key_frame(codec, payload) };
        if starts && !source.audio {
            let height = frame::dimensions(codec, payload).map(|(_, height)| height);
            source.layers[usize::from(layer)].key_frame(meta.ext, height);
            source.layers[usize::from(layer)].within_key |= newest;
        }
        let start = match (starts, newest) {
            (false, _) => Start::No,
            (true, true) => Start::Yes,
            (true, false) => Start::Recovered,
        };
        self.record(&meta, start, payload, descriptor.as_ref(), shared, out);
        if codec.is_audio() {
            self.fan_out_sound(&stored, start, shared, out);
        } else {
            self.fan_out(&stored, start, descriptor.as_ref(), shared, out);
        }
    }

    fn record(
        &mut self,
        meta: &Meta,
        start: Start,
        payload: &[u8],
        descriptor: Option<&vp8::Descriptor>,
        shared: &mut Shared,
        out: &mut impl Outbox,
    ) {
        let Some(source) = self.source.as_ref().filter(|_| self.recorder.routed) else { return };
        let (layer, recorder) = (meta.layer, &mut self.recorder);
        recorder.announce(self.key, meta.codec, meta.arrival_us, out);
        let cursor = &mut recorder.cursor;
        let (placed, began) = match cursor.place(layer, meta, descriptor) {
            Some(placed) => (placed, false),
            None if start != Start::No
                && meta.ext > recorder.floors[usize::from(layer)]
                && recorder.choice.accepts(layer, cursor.layer())
                && !(start == Start::Recovered && source.is_behind(cursor, meta)) =>
            {
                let aligned = source.aligned(layer, cursor.clock(), meta.codec.clock_rate());
                cursor.switch(layer, meta, descriptor, aligned);
                let Some(placed) = cursor.place(layer, meta, descriptor) else { return };
                (placed, true)
            }
            None => return,
        };
        // The last report goes first, so that the recorder need not guess when the first packet was captured.
        if let Some(report) = source.layers[usize::from(layer)].report.filter(|_| began) {
            recorder.report(self.key, layer, report, out);
        }
        if recorder.packet(self.key, placed, meta, payload, &mut shared.copier, out) {
            shared.stats.recorded += 1;
        } else {
            shared.stats.shed += 1;
        }
    }

    /// An SSRC of the track is known. Where another one was before, legs on the layer go on by arrival time, video at its
    /// next key frame.
    pub(super) fn bound(&mut self, binding: Binding) {
        let layer = binding.layer;
        let Some(known) = self.source.as_mut().and_then(|source| source.layers.get_mut(usize::from(layer))) else {
            return;
        };
        if binding.rtx {
            known.rtx_ssrc = Some(binding.ssrc);
            return;
        }
        let before = known.ssrc.replace(binding.ssrc);
        if before.is_none_or(|before| before == binding.ssrc) {
            return;
        }
        known.restart();
        let cursors = self.legs.iter_mut().map(|leg| &mut leg.out.cursor).chain([&mut self.recorder.cursor]);
        for cursor in cursors {
            if cursor.clock().is_some_and(|(clock, _)| clock == layer) {
                cursor.lose_clock();
            }
            if cursor.layer() == Some(layer) {
                cursor.retire();
            }
        }
    }

    /// Ends the source: nothing of it is sent again. Legs and routes stay for the next one.
    pub(super) fn end_source(&mut self, shared: &mut Shared) {
        let Some(mut source) = self.source.take() else { return };
        source.layers.iter_mut().for_each(|layer| layer.ring.clear(&mut shared.pool));
        for leg in &mut self.legs {
            leg.out.cursor.forget();
            leg.floors = Floors::default();
        }
        self.recorder.cursor.forget();
        self.recorder.floors = Floors::default();
        self.loudness = Loudness::default();
    }
}
