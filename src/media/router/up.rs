//! An *up* transport: which of its SSRCs carries what. Nothing here is shared with another transport, so no stranger can
//! take an SSRC over.

use super::clock::SenderClock;
use super::feedback::TransportFeedback;
use super::track::{Carries, Source};
use crate::negotiated::{ExtensionIds, Published};
use assize_rtp::packet::Packet;

/// SSRCs bound on one transport at most.
const MAX_BINDINGS: usize = 96;

/// What an SSRC carries: the track's place in the router's table, and a layer of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Binding {
    pub(super) ssrc: u32,
    pub(super) track: usize,
    pub(super) layer: u8,
    pub(super) rtx: bool,
}

#[derive(Debug)]
pub(super) struct UpSection {
    pub(super) mid: String,
    pub(super) track: usize,
}

#[derive(Debug)]
pub(super) struct Up {
    pub(super) sections: Vec<UpSection>,
    pub(super) bindings: Vec<Binding>,
    pub(super) ids: ExtensionIds,
    pub(super) feedback: TransportFeedback,
    pub(super) clock: SenderClock,
    /// Our SSRC towards it.
    pub(super) ssrc: u32,
    pub(super) next_report_us: i64,
}

impl Up {
    pub(super) fn new(ssrc: u32, now_us: i64) -> Self {
        Self {
            sections: Vec::new(),
            bindings: Vec::new(),
            ids: ExtensionIds::default(),
            feedback: TransportFeedback::default(),
            clock: SenderClock::default(),
            ssrc,
            next_report_us: now_us + 250_000,
        }
    }

    pub(super) fn bound(&self, ssrc: u32) -> Option<Binding> {
        self.bindings.iter().find(|binding| binding.ssrc == ssrc).copied()
    }

    /// Takes the sections of a description. Extension ids are one set for all sections of a bundle (RFC 8843 section
    /// 9.2): sections that leave some out do not take them from the others.
    pub(super) fn describe(&mut self, sections: &[Published]) {
        self.ids = ExtensionIds::default();
        for ids in sections.iter().map(|section| section.extensions) {
            self.ids.mid = self.ids.mid.or(ids.mid);
            self.ids.rid = self.ids.rid.or(ids.rid);
            self.ids.rrid = self.ids.rrid.or(ids.rrid);
            self.ids.transport_cc = self.ids.transport_cc.or(ids.transport_cc);
            self.ids.audio_level = self.ids.audio_level.or(ids.audio_level);
        }
    }

    /// Counts a packet for transport-wide feedback, if it is numbered for it.
    pub(super) fn arrived(&mut self, packet: &Packet<'_>, arrival_us: i64) -> bool {
        let number = self.ids.transport_cc.and_then(|id| packet.extensions.get(id));
        let Some(&[high, low]) = number else { return false };
        self.feedback.arrived(u16::from_be_bytes([high, low]), arrival_us);
        true
    }

    /// The value of the audio level element; silence without one.
    pub(super) fn level(&self, packet: &Packet<'_>) -> u8 {
        let level = self.ids.audio_level.and_then(|id| packet.extensions.get(id)?.first().copied());
        level.unwrap_or(127)
    }

    /// Finds out what an unknown SSRC carries, by mid and rid (media) or rrid (retransmission), or by a payload type that
    /// only one section has; and keeps it. `source` gives a track's source by its place.
    pub(super) fn bind<'a>(
        &mut self,
        packet: &Packet<'_>,
        source: impl Fn(usize) -> Option<&'a Source>,
    ) -> Option<Binding> {
        let value = |id: Option<u8>| id.and_then(|id| packet.extensions.get(id));
        let mut fitting = self.sections.iter().filter(|section| match value(self.ids.mid) {
            Some(mid) => section.mid.as_bytes() == mid,
            None => source(section.track).is_some_and(|source| source.carries(packet.payload_type).is_some()),
        });
        let track = fitting.next()?.track;
        if fitting.next().is_some() {
            return None;
        }
        let source = source(track)?;
        let rtx = matches!(source.carries(packet.payload_type)?, Carries::Rtx(_));
        let named = value(if rtx { self.ids.rrid } else { self.ids.rid }).or_else(|| value(self.ids.rid));
        let layer = match named {
            Some(rid) if !source.rids.is_empty() => source.rids.iter().position(|known| known.as_bytes() == rid)?,
            _ if source.layers.len() == 1 => 0,
            _ => return None,
        };
        if layer >= source.layers.len() || self.bindings.len() >= MAX_BINDINGS {
            return None;
        }
        // Guessed by payload type: good enough to begin with, not to push aside what is known.
        let taken = |b: &Binding| (b.track, usize::from(b.layer), b.rtx) == (track, layer, rtx);
        if value(self.ids.mid).is_none() && self.bindings.iter().any(taken) {
            return None;
        }
        Some(self.keep(Binding { ssrc: packet.ssrc, track, layer: layer as u8, rtx }))
    }

    /// Adds a binding in place of the one that this layer had.
    pub(super) fn keep(&mut self, binding: Binding) -> Binding {
        let same = |b: &Binding| (b.track, b.layer, b.rtx) == (binding.track, binding.layer, binding.rtx);
        self.bindings.retain(|b| !same(b) && b.ssrc != binding.ssrc);
        self.bindings.push(binding);
        binding
    }

    pub(super) fn drop_track(&mut self, track: usize) {
        self.sections.retain(|section| section.track != track);
        self.bindings.retain(|binding| binding.track != track);
    }
}
