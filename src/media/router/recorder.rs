//! The recorder's leg: like any other, but unsealed, unmoved, and never shed of audio.

use super::cursor::{Cursor, Placed};
use super::leg::Floors;
use super::reception::SourceReport;
use super::ring::Meta;
use super::select::Choice;
use crate::outbox::Outbox;
use assize_rtp::tap::{Codec, TapItem, TrackKey};
use bytes::{Bytes, BytesMut};

/// Payload copies for the recorder are cut from blocks of this size: one allocation for dozens of packets.
const BLOCK: usize = 64 * 1024;

/// Makes payload copies.
#[derive(Debug, Default)]
pub(super) struct Copier {
    block: BytesMut,
}

impl Copier {
    fn copy(&mut self, payload: &[u8]) -> Bytes {
        if self.block.capacity() < payload.len() {
            self.block.reserve(BLOCK);
        }
        self.block.extend_from_slice(payload);
        self.block.split().freeze()
    }
}

/// Numbers go on without a hole from one stretch of recording to the next: a hole is a loss.
#[derive(Debug)]
pub(super) struct RecorderLeg {
    pub(super) routed: bool,
    /// What the recorder was last told of.
    on: Option<Codec>,
    /// A predecessor may have told the recorder that the track is on.
    inherited: bool,
    pub(super) cursor: Cursor,
    pub(super) choice: Choice,
    pub(super) floors: Floors,
    shed: u64,
}

impl RecorderLeg {
    pub(super) fn new() -> Self {
        Self {
            routed: false,
            on: None,
            inherited: false,
            cursor: Cursor::new(0, 0),
            choice: Choice::default(),
            floors: Floors::default(),
            shed: 0,
        }
    }

    /// The recorder has heard of the track from a predecessor, and not that it ended.
    pub(super) fn inherit(&mut self) {
        self.inherited = self.routed;
    }

    /// Tells the recorder that the track is on with this codec, if it does not know.
    pub(super) fn announce(&mut self, track: TrackKey, codec: Codec, at_us: i64, out: &mut impl Outbox) {
        if !self.routed || self.on == Some(codec) {
            return;
        }
        // What a predecessor began goes on, with a gap.
        self.inherited = false;
        self.off(track, at_us, out);
        self.on = Some(codec);
        out.tap(TapItem::On { track, codec, at_us });
    }

    /// Tells the recorder that nothing more comes. What was shed is told first.
    pub(super) fn off(&mut self, track: TrackKey, at_us: i64, out: &mut impl Outbox) {
        self.cursor.forget();
        let inherited = std::mem::take(&mut self.inherited);
        if self.on.take().is_some() || inherited {
            self.tell_shed(track, at_us, out);
            out.tap(TapItem::Off { track, at_us });
        }
    }

    /// Tells how many packets were shed since the last one that was not.
    pub(super) fn tell_shed(&mut self, track: TrackKey, at_us: i64, out: &mut impl Outbox) {
        if self.shed > 0 {
            out.tap(TapItem::Shed { track, packets: self.shed, at_us });
            self.shed = 0;
        }
    }

    /// Hands a placed packet over. False if it was shed.
    pub(super) fn packet(
        &mut self,
        track: TrackKey,
        placed: Placed,
        meta: &Meta,
        payload: &[u8],
        copier: &mut Copier,
        out: &mut impl Outbox,
    ) -> bool {
        if !meta.codec.is_audio() && out.tap_full() {
            self.shed += 1;
            return false;
        }
        self.tell_shed(track, meta.arrival_us, out);
        out.tap(TapItem::Packet {
            track,
            seq: placed.seq,
            rtp_ts: meta.timestamp.wrapping_add(placed.steps.timestamp),
            marker: meta.marker,
            level: meta.level,
            arrival_us: meta.arrival_us,
            payload: copier.copy(payload),
        });
        true
    }

    /// A report of the layer that is being recorded, in this leg's timestamps.
    pub(super) fn report(&self, track: TrackKey, layer: u8, report: SourceReport, out: &mut impl Outbox) {
        let Some(step) = self.cursor.timestamp_step().filter(|_| self.cursor.layer() == Some(layer)) else { return };
        let SourceReport { ntp, rtp, arrival_us } = report;
        out.tap(TapItem::SenderReport { track, ntp, rtp_ts: rtp.wrapping_add(step), arrival_us });
    }
}
