//! Gives each leg the layers that its subscriber's line has room for, and probes lines for more.

use super::cursor::Placed;
use super::leg::{Cap, Leg};
use super::line::Sound;
use super::redundancy;
use super::select;
use super::share::{Ask, Rank, Rates, Rung, State, share};
use super::track::{MAX_LAYERS, Source, Track};
use super::{Event, Router, Shared};
use crate::congestion::Train;
use crate::outbox::Outbox;
use crate::plane::TransportKey;
use assize_rtp::rtcp::transport::Feedback;
use assize_rtp::tap::TrackKey;
use std::cmp::Reverse;

/// Probed for beyond what is wanted.
const ROOM: f64 = 1.2;

/// A packet of a picture, about.
const PICTURE_BYTES: u64 = 600;

/// An ask, and the leg it is for: the line, the track's place and the leg's in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    line: usize,
    track: usize,
    leg: usize,
    ask: Ask,
}

/// What is still to be sent of a train.
#[derive(Debug, Clone, Copy)]
struct Left {
    bytes: u64,
    packets: u32,
}

impl Left {
    fn any(self) -> bool {
        self.bytes > 0 || self.packets > 0
    }

    fn take(&mut self, size: usize) {
        (self.bytes, self.packets) = (self.bytes.saturating_sub(size as u64), self.packets.saturating_sub(1));
    }
}

/// A train to be sent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probe {
    to: TransportKey,
    line: usize,
    train: Train,
}

impl Router {
    /// A subscriber says what came of what was sent.
    pub(super) fn transport_told(&mut self, now_us: i64, t: TransportKey, feedback: &Feedback<'_>) {
        let Some(down) = self.downs.get(&t) else { return };
        let control = &mut self.shared.lines.at(down.line).control;
        let before = control.budget().unwrap_or(f64::MAX);
        control.feedback(now_us, feedback, down.rtt_us);
        let now = control.budget().unwrap_or(f64::MAX);
        if now < before * 0.95 || control.holds(now_us) {
            self.due.choose(now_us);
        }
    }

    /// The tracks whose picture the subscriber's line, or the machine, has no room for now, in order.
    #[must_use]
    pub fn without_picture(&self, t: TransportKey) -> Vec<TrackKey> {
        let picture = |track: &&Track| track.source.as_ref().is_some_and(|source| !source.audio);
        let narrow = |track: &&Track| {
            picture(track) && track.legs.iter().any(|leg| leg.to == t && (leg.cap == Cap::Nothing || leg.strained))
        };
        let mut tracks: Vec<TrackKey> = self.tracks.iter().flatten().filter(narrow).map(|track| track.key).collect();
        tracks.sort_unstable();
        tracks
    }

    /// The transport that publishes a track, and the names of the layers that are of use to anybody.
    #[must_use]
    pub fn useful_layers(&self, track: TrackKey) -> Option<(TransportKey, Vec<String>)> {
        let source = self.tracks[*self.places.get(&track)?].as_ref()?.source.as_ref()?;
        let rids = source.rids.iter().enumerate().filter(|(at, _)| source.demand.flows(*at));
        Some((source.transport, rids.map(|(_, rid)| rid.clone()).collect()))
    }

    /// Shares every line among its pictures.
    pub(super) fn allocate(&mut self, now_us: i64) {
        let mut asked = std::mem::take(&mut self.shared.asked);
        asked.clear();
        self.ask(now_us, &mut asked);
        self.rank_voices(now_us);
        asked.sort_unstable_by_key(|asked| (asked.line, asked.ask.rank));
        for of_line in asked.chunk_by_mut(|a, b| a.line == b.line) {
            self.share_line(now_us, of_line);
        }
        self.shared.asked = asked;
    }

    /// The *up* transports of the two loudest speakers: who pauses for breath keeps the turn.
    pub(super) fn turns(&self) -> [Option<TransportKey>; 2] {
        let mut loudest = self.speakers.loudest().map(|track| {
            let track = self.tracks[*self.places.get(&track)?].as_ref()?;
            Some(track.source.as_ref()?.transport)
        });
        [loudest.next().flatten(), loudest.next().flatten()]
    }

    fn ask(&mut self, now_us: i64, asked: &mut Vec<Asked>) {
        let turns = self.turns();
        self.shared.lines.forget_voices();
        for (place, track) in self.tracks.iter_mut().enumerate() {
            let Some(track) = track else { continue };
            let Some(source) = track.source.as_ref().filter(|_| !track.legs.is_empty()) else { continue };
            if source.audio {
                for leg in &mut track.legs {
                    let line = self.shared.lines.at(leg.line);
                    line.voices += 1;
                    leg.out.redundancy = if line.sound == Sound::Whole { redundancy::MOST } else { 0 };
                }
                continue;
            }
            let (views, count) = source.views(now_us);
            let rates = source.rates(now_us);
            let flows = views[..count].iter().any(|view| view.flowing);
            let turn = turn(turns, source.transport);
            for (at, leg) in track.legs.iter_mut().enumerate() {
                let known = self.shared.lines.at(leg.line).control.budget().is_some();
                if !known || !flows || leg.tile == Some(0) {
                    if leg.cap == Cap::Nothing {
                        self.shared.tell_once(Event::Narrow(leg.to));
                    }
                    (leg.cap, leg.narrow, leg.held) = (Cap::None, false, false);
                    leg.fewer.wanted = None;
                    continue;
                }
                let tile = Reverse(leg.tile.unwrap_or(u32::MAX));
                let rank = Rank { turn, tile, track: track.key };
                let ceiling = select::for_tile(&views[..count], leg.tile).ceiling;
                let before = leg.cap.layer(ceiling).map(|before| before.min(ceiling));
                let before = before.map(if leg.fewer.wanted.is_some() { Rung::Fewer } else { Rung::All });
                let ask = Ask { rank, rates, ceiling, before, given: None };
                asked.push(Asked { line: leg.line, track: place, leg: at, ask });
            }
        }
    }

    /// Where a line has no room for all voices, the loudest go over it.
    fn rank_voices(&mut self, now_us: i64) {
        for place in self.speakers.loudest().filter_map(|track| self.places.get(&track)) {
            for leg in self.tracks[*place].iter_mut().flat_map(|track| &mut track.legs) {
                let goes = self.shared.lines.at(leg.line).next_voice(now_us);
                leg.cap = if goes { Cap::None } else { Cap::Nothing };
            }
        }
    }

    fn share_line(&mut self, now_us: i64, asked: &mut [Asked]) {
        let Some(first) = asked.first() else { return };
        let line = self.shared.lines.at(first.line);
        line.weigh_sound(now_us);
        let Some(budget) = line.control.budget() else { return };
        // In place: `share` wants the asks alone, and there is no room to allocate.
        let mut asks = std::mem::take(&mut self.shared.asks);
        asks.clear();
        asks.extend(asked.iter().map(|asked| asked.ask));
        let state = State {
            may_rise: line.may_rise(now_us, budget),
            may_take: line.may_take(now_us),
            full: line.is_full(now_us),
            crowded: line.is_crowded(now_us),
        };
        share(budget, state, &mut asks);
        line.wanted = asks.iter().map(Ask::wants).sum::<f64>() * ROOM;
        let lowered = asks.iter().any(|ask| ask.given < ask.before);
        let raised = asks.iter().any(|ask| ask.given > ask.before);
        line.changed(now_us, budget, lowered, raised);
        if lowered && asks.first().is_some_and(|first| first.before.is_none() && first.given.is_some()) {
            line.took(now_us);
        }
        let holds = line.control.holds(now_us);
        let given = if holds { 0.0 } else { asks.iter().map(Ask::used).sum() };
        let narrow = asks.iter().any(|ask| ask.given < ask.highest());
        line.pace.set(budget, given, narrow, line.control.queue_us());
        let first = asks.first().map_or(0.0, Ask::used).min(given);
        line.listen(now_us, budget, given, first, asks.first().and_then(Ask::waits_for));
        for (asked, ask) in asked.iter().zip(&asks) {
            let Some(track) = &mut self.tracks[asked.track] else { continue };
            let leg = &mut track.legs[asked.leg];
            let cap = ask.given.map_or(Cap::Nothing, |given| Cap::UpTo(given.layer()));
            if (cap == Cap::Nothing) != (leg.cap == Cap::Nothing) {
                self.shared.tell_once(Event::Narrow(leg.to));
            }
            leg.cap = cap;
            leg.fewer.wanted = ask.given.and_then(|given| track.source.as_ref()?.fewer(now_us, given));
            leg.narrow = ask.given != ask.highest();
            leg.held = holds;
        }
        self.shared.asks = asks;
    }

    /// Sends the trains that lines are to be probed with.
    pub(super) fn probe(&mut self, now_us: i64, out: &mut impl Outbox) {
        let mut probes = std::mem::take(&mut self.shared.trains);
        for (t, down) in &self.downs {
            let line = self.shared.lines.at(down.line);
            if let Some(train) = line.control.tick(now_us, line.wanted) {
                probes.push(Probe { to: *t, line: down.line, train });
            }
        }
        for probe in probes.drain(..) {
            if !self.send_train(now_us, probe.to, probe.train, out) {
                self.shared.lines.at(probe.line).control.no_train(now_us);
            }
        }
        self.shared.trains = probes;
    }

    /// What was sent last is sent again, so that a probe is of use beside; where no picture flows, or packets of it would be
    /// more than is asked for, padding.
    fn send_train(&mut self, now_us: i64, t: TransportKey, train: Train, out: &mut impl Outbox) -> bool {
        let Some(down) = self.downs.get_mut(&t) else { return false };
        let mut left = Left { bytes: train.bytes, packets: train.packets };
        let pictures = train.bytes >= u64::from(train.packets) * PICTURE_BYTES;
        for section in down.sections.iter().filter(|_| pictures) {
            let Some(track) = section.track.and_then(|place| self.tracks[place].as_mut()) else { continue };
            let Some(source) = &track.source else { continue };
            let ssrc = section.described.ssrc;
            let leg = track.legs.iter_mut().find(|leg| leg.to == t && leg.out.ssrc == ssrc);
            if let Some(leg) = leg.filter(|leg| leg.out.is_numbered()) {
                send_again(now_us, source, leg, train.number, &mut left, &mut self.shared, out);
            }
        }
        for section in &mut down.sections {
            let ssrc = section.described.ssrc;
            let legs = section.track.and_then(|place| self.tracks[place].as_mut()).map(|track| &mut track.legs);
            let leg = legs.and_then(|legs| legs.iter_mut().find(|leg| leg.to == t && leg.out.ssrc == ssrc));
            let stream = leg.map(|leg| &mut leg.out).or(section.idle.as_mut());
            let Some(stream) = stream else { continue };
            while left.any()
                && let Some(size) = stream.pad(t, self.shared.lines.at(down.line), now_us, train.number, out)
            {
                left.take(size);
            }
        }
        !left.any()
    }
}

/// Place of a transport in the order of who speaks.
pub(super) fn turn(turns: [Option<TransportKey>; 2], t: TransportKey) -> u8 {
    turns.iter().position(|other| *other == Some(t)).unwrap_or(turns.len()) as u8
}

/// Sends the last packets of a leg again, newest first, until `left` bytes have gone out or there is nothing more.
fn send_again(
    now_us: i64,
    source: &Source,
    leg: &mut Leg,
    probe: u8,
    left: &mut Left,
    shared: &mut Shared,
    out: &mut impl Outbox,
) {
    let mut seq = leg.out.sent_up_to();
    while left.any() {
        let Some((layer, ext, steps)) = leg.out.cursor.sent_as(seq) else { return };
        let Some(stored) = source.layers.get(usize::from(layer)).and_then(|layer| layer.ring.get(ext)) else { return };
        let payload = shared.pool.payload(stored);
        let size = leg.out.number(shared.lines.at(leg.line), now_us, payload.len(), probe);
        if !leg.out.resend(leg.to, Placed { seq, steps }, &stored.meta, payload, &mut shared.scratch, out) {
            return;
        }
        shared.stats.packets_out += 1;
        left.take(size);
        seq -= 1;
    }
}

impl Source {
    /// The highest temporal layer that a leg gets which was given so much; `None`: all.
    fn fewer(&self, now_us: i64, given: Rung) -> Option<u8> {
        let Rung::Fewer(layer) = given else { return None };
        let layer = self.layers.get(usize::from(layer))?;
        layer.temporal.fewer(now_us, layer.rate(now_us)).map(|(highest, _)| highest)
    }

    /// Bits a second of each layer; of one that rests because nobody wanted it, what it last had.
    fn rates(&self, now_us: i64) -> Rates {
        let mut rates = Rates::default();
        for (at, layer) in self.layers.iter().enumerate().take(MAX_LAYERS) {
            if layer.view(now_us).flowing || layer.rests() {
                rates.all[at] = layer.rate(now_us);
                rates.fewer[at] = layer.temporal.fewer(now_us, rates.all[at]).map_or(0.0, |(_, rate)| rate);
            }
        }
        rates
    }
}
