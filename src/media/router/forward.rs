//! One track on its legs: which layer each is to carry, and packets to all that have a place for them.

use super::cursor::{Cursor, Placed};
use super::leg::{Cap, Leg, Start};
use super::outgoing::write_picture;
use super::ring::{Meta, Stored};
use super::select;
use super::track::{MAX_LAYERS, Source, Track};
use super::{Event, Shared};
use crate::outbox::Outbox;
use assize_rtp::rtcp::write;
use assize_rtp::tap::Codec;
use assize_rtp::vp8;

impl Track {
    /// Sends one stored packet to every leg that has a place for it, or begins with it.
    ///
    /// Picture ids are moved in the ring's own copy, from leg to leg, and put back at the end: no copy is made, and legs
    /// that need the same ids (all that never switched) need no write at all.
    pub(super) fn fan_out(
        &mut self,
        stored: &Stored,
        start: Start,
        descriptor: Option<&vp8::Descriptor>,
        shared: &mut Shared,
        out: &mut impl Outbox,
    ) {
        let Some(source) = &self.source else { return };
        let payload = shared.pool.payload(stored);
        let (meta, layer) = (&stored.meta, stored.meta.layer);
        let key = source.layers[usize::from(layer)].within_key;
        let (mut moved, mut behind, mut sent, mut waits) = ((0, 0), false, 0, false);
        for leg in &mut self.legs {
            if !leg.out.takes(meta.codec) {
                continue;
            }
            if leg.fewer.any() && leg.leaves_out(meta, descriptor, start != Start::No) {
                continue;
            }
            let cursor = &mut leg.out.cursor;
            let placed = match cursor.place(layer, meta, descriptor) {
                Some(placed) => placed,
                None if start != Start::No
                    && meta.ext > leg.floors[usize::from(layer)]
                    && leg.choice.accepts(layer, cursor.layer())
                    && !(start == Start::Recovered && source.is_behind(cursor, meta)) =>
                {
                    // What waits of the source before it would only delay it.
                    leg.out.give_up_waiting();
                    let cursor = &mut leg.out.cursor;
                    let Some(placed) = begin(source, layer, cursor, meta, descriptor) else { continue };
                    leg.fewer.key_frame();
                    shared.fresh.push(leg.to);
                    leg.behind = start == Start::Recovered;
                    behind |= leg.behind;
                    placed
                }
                None => continue,
            };
            let line = shared.lines.at(leg.line);
            if leg.out.waits(placed.seq, key, line, shared.now_us) {
                waits = true;
                continue;
            }
            let steps = (placed.steps.picture, placed.steps.tl0);
            if let Some(descriptor) = descriptor.filter(|_| steps != moved) {
                write_picture(descriptor, payload, steps.0, steps.1);
                moved = steps;
            }
            leg.out.number(line, shared.now_us, payload.len(), 0);
            leg.out.send(leg.to, placed, meta, payload, out);
            sent += 1;
        }
        if let Some(descriptor) = descriptor.filter(|_| moved != (0, 0)) {
            write_picture(descriptor, payload, 0, 0);
        }
        shared.stats.packets_out += sent;
        (self.pacing, shared.pacing) = (self.pacing | waits, shared.pacing | waits);
        if self.ending && meta.marker {
            self.end_legs(layer);
        }
        if behind {
            self.catch_up(layer, meta.ext, shared, out);
        }
    }

    /// Legs began at a recovered packet: sends them what came after it before.
    fn catch_up(&mut self, layer: u8, from: u64, shared: &mut Shared, out: &mut impl Outbox) {
        let Some(source) = &self.source else { return };
        let source_layer = &source.layers[usize::from(layer)];
        let highest = source_layer.highest().unwrap_or(from);
        for leg in self.legs.iter_mut().filter(|leg| leg.behind) {
            leg.behind = false;
            for stored in (from + 1..=highest).filter_map(|ext| source_layer.ring.get(ext)) {
                let payload = shared.pool.payload(stored);
                let vp8 = if stored.meta.codec == Codec::Vp8 { vp8::Descriptor::parse(payload).ok() } else { None };
                let Some(placed) = leg.out.cursor.place(layer, &stored.meta, vp8.as_ref()) else { continue };
                let line = shared.lines.at(leg.line);
                if leg.out.waits(placed.seq, true, line, shared.now_us) {
                    (self.pacing, shared.pacing) = (true, true);
                    continue;
                }
                send_stored(leg, placed, stored, vp8.as_ref(), shared, out);
            }
        }
    }

    /// Chooses layers anew and asks for the key frames that are needed to get there.
    pub(super) fn retarget(&mut self, now_us: i64, shared: &mut Shared, out: &mut impl Outbox) {
        let Some(source) = &mut self.source else { return };
        let (views, count) = source.views(now_us);
        let views = &views[..count];
        let mut asked = [false; MAX_LAYERS];
        for leg in &mut self.legs {
            leg.choice = select::for_tile(views, leg.tile);
            if leg.tile != Some(0) && leg.cap != Cap::Nothing {
                let useful = if leg.narrow { leg.cap.layer(leg.choice.ceiling) } else { Some(leg.choice.ceiling) };
                useful.into_iter().for_each(|layer| source.demand.up_to(layer, views, now_us));
            }
            if leg.held || leg.strained || leg.cap != Cap::None {
                let room = leg.cap.layer(leg.choice.ceiling).filter(|_| !leg.held && !leg.strained);
                leg.choice = select::within(views, leg.choice, room);
            }
            let Some(want) = leg.choice.want else {
                // Not within a picture, unless the rest of it does not come, or the line's queue cannot wait for it.
                leg.ends = leg.strained && !leg.ends && source.is_within_picture(leg.out.cursor.layer());
                self.ending |= leg.ends;
                if !leg.ends {
                    if !leg.strained {
                        leg.out.give_up_waiting();
                    }
                    leg.out.cursor.retire();
                }
                continue;
            };
            leg.ends = false;
            let current = leg.out.cursor.layer();
            if current == Some(want) || !leg.out.answered() {
                continue;
            }
            asked[usize::from(want)] = true;
            if current.is_none() {
                // Whatever flows lowest comes fastest; the rest follows.
                asked[views.iter().position(|view| view.flowing).unwrap_or(0)] = true;
            }
        }
        if self.recorder.routed {
            let current = self.recorder.cursor.layer();
            self.recorder.choice = select::for_record(views, current);
            source.demand.up_to(count.saturating_sub(1) as u8, views, now_us);
            if let Some(want) = self.recorder.choice.want.filter(|want| current != Some(*want)) {
                asked[usize::from(want)] = true;
            }
        }
        if source.demand.settle(now_us) {
            shared.tell_once(Event::Layers(self.key));
        }
        for (at, layer) in source.layers.iter_mut().enumerate() {
            layer.rest(now_us, !source.demand.flows(at));
        }
        if !source.audio {
            source.layers.iter_mut().zip(asked).for_each(|(layer, asked)| layer.wants_key |= asked);
            self.mend(now_us, shared, out);
        }
    }

    /// Asks for key frames of layers that somebody gets and that build on what will never come.
    pub(super) fn mend(&mut self, now_us: i64, shared: &mut Shared, out: &mut impl Outbox) {
        let Some(source) = self.source.as_mut().filter(|source| !source.audio) else { return };
        for (at, layer) in source.layers.iter_mut().enumerate() {
            let carried = |cursor: &Cursor| cursor.layer() == Some(at as u8);
            let sent = self.legs.iter().any(|leg| carried(&leg.out.cursor));
            let recorded = self.recorder.routed && carried(&self.recorder.cursor);
            layer.wants_key |= (sent || recorded) && layer.is_broken(now_us);
        }
        self.request_keys(now_us, shared, out);
    }

    /// Sends the key-frame requests that are due.
    pub(super) fn request_keys(&mut self, now_us: i64, shared: &mut Shared, out: &mut impl Outbox) {
        let Some(source) = &mut self.source else { return };
        for layer in &mut source.layers {
            if let Some(ssrc) = layer.ssrc.filter(|_| layer.request_due(now_us)) {
                shared.scratch.clear();
                write::pli(&mut shared.scratch, source.feedback_ssrc, ssrc);
                out.rtcp(source.transport, &shared.scratch);
            }
        }
    }
}

/// Sends a packet that is in the ring to one leg.
pub(super) fn send_stored(
    leg: &mut Leg,
    placed: Placed,
    stored: &Stored,
    vp8: Option<&vp8::Descriptor>,
    shared: &mut Shared,
    out: &mut impl Outbox,
) {
    let payload = shared.pool.payload(stored);
    if let Some(descriptor) = vp8 {
        write_picture(descriptor, payload, placed.steps.picture, placed.steps.tl0);
    }
    leg.out.number(shared.lines.at(leg.line), shared.now_us, payload.len(), 0);
    leg.out.send(leg.to, placed, &stored.meta, payload, out);
    shared.stats.packets_out += 1;
    if let Some(descriptor) = vp8 {
        write_picture(descriptor, payload, 0, 0);
    }
}

pub(super) fn begin(
    source: &Source,
    layer: u8,
    cursor: &mut Cursor,
    meta: &Meta,
    descriptor: Option<&vp8::Descriptor>,
) -> Option<Placed> {
    let aligned = source.aligned(layer, cursor.clock(), meta.codec.clock_rate());
    cursor.switch(layer, meta, descriptor, aligned);
    cursor.place(layer, meta, descriptor)
}
