//! One track of sound on its way in and out: redundancy taken apart, and made for those who take it.

use super::Shared;
use super::forward::begin;
use super::leg::Start;
use super::redundancy::{self, Earlier};
use super::ring::{Meta, Stored};
use super::track::Track;
use crate::outbox::Outbox;
use assize_rtp::opus;
use assize_rtp::red::{Block, MAX_EARLIER, Red};

impl Track {
    /// A packet of sound with earlier ones in it (RFC 2198), each of payload type `pt`: what of them is missing here goes
    /// first, and then the packet's own sound.
    pub(super) fn redundant(
        &mut self,
        seq: u16,
        mut meta: Meta,
        payload: &[u8],
        pt: u8,
        shared: &mut Shared,
        out: &mut impl Outbox,
    ) {
        let red = match Red::parse(payload) {
            Ok(red) if red.own().payload_type == pt => red,
            _ => {
                shared.stats.malformed += 1;
                return;
            }
        };
        let own = red.own().payload;
        let Some(newest) = self.arrived(seq, &mut meta, own, shared) else { return };
        self.repair(&red, &meta, pt, shared, out);
        self.deliver(meta, newest, own, shared, out);
    }

    /// Fills gaps with what came along. Earlier packets have no numbers: the one before is the one whose length is its
    /// distance, and so on; behind one of which that does not hold nothing is known.
    fn repair(&mut self, red: &Red<'_>, meta: &Meta, pt: u8, shared: &mut Shared, out: &mut impl Outbox) {
        if !self.has_gap(meta.layer) {
            return;
        }
        let mut blocks = [None::<Block<'_>>; MAX_EARLIER];
        let count = red.earlier().zip(&mut blocks).map(|(block, place)| *place = Some(block)).count();
        let mut offset = 0;
        let follows = |block: &&Option<Block<'_>>| {
            block.is_some_and(|block| {
                offset += opus::ticks(block.payload);
                block.payload_type == pt && block.offset == offset
            })
        };
        let known = blocks[..count].iter().rev().take_while(follows).count();
        for (at, block) in blocks[..count].iter().enumerate().skip(count - known) {
            let (Some(block), Some(ext)) = (block, meta.ext.checked_sub((count - at) as u64)) else { continue };
            let layer = self.source.as_mut().and_then(|source| source.layers.get_mut(usize::from(meta.layer)));
            if layer.is_none_or(|layer| !layer.repaired(ext, meta.arrival_us)) {
                continue;
            }
            shared.stats.repaired += 1;
            let meta = Meta { ext, timestamp: meta.timestamp.wrapping_sub(block.offset), marker: false, ..*meta };
            self.deliver(meta, false, block.payload, shared, out);
        }
    }

    /// Sends one stored packet to every leg that has a place for it, or begins with it: with as many packets before it as
    /// the leg takes and was sent.
    pub(super) fn fan_out_sound(&mut self, stored: &Stored, start: Start, shared: &mut Shared, out: &mut impl Outbox) {
        let Some(source) = &self.source else { return };
        let meta = &stored.meta;
        let layer = usize::from(meta.layer);
        let ring = &source.layers[layer].ring;
        let at_hand = redundancy::at_hand(ring, stored);
        let Shared { pool, redundant, fresh, stats, lines, .. } = shared;
        let mut written = None;
        for leg in self.legs.iter_mut().filter(|leg| leg.out.takes(meta.codec)) {
            let cursor = &mut leg.out.cursor;
            let placed = match cursor.place(meta.layer, meta, None) {
                Some(placed) => placed,
                None if start == Start::Yes
                    && meta.ext > leg.floors[layer]
                    && leg.choice.accepts(meta.layer, cursor.layer()) =>
                {
                    let Some(placed) = begin(source, meta.layer, cursor, meta, None) else { continue };
                    fresh.push(leg.to);
                    placed
                }
                None => continue,
            };
            let (earlier, pt) = leg.out.earlier(meta, at_hand);
            if earlier == Earlier::NONE {
                lines.at(leg.line).sounds(stored.len());
                leg.out.send(leg.to, placed, meta, pool.payload(stored), out);
            } else {
                if written != Some((earlier, pt)) && !redundancy::write(stored, earlier, pt, ring, pool, redundant) {
                    continue;
                }
                written = Some((earlier, pt));
                lines.at(leg.line).sounds(redundant.len());
                leg.out.send_with(leg.to, placed, meta, earlier, redundant, out);
            }
            stats.packets_out += 1;
        }
    }
}
