//! What is seen of a camera: packets put together to pictures, asked for again and shown as libwebrtc does (its
//! `NackRequester`, packet and frame buffer, `VideoReceiveStream2`), but without a jitter buffer: a picture is shown the moment
//! it can be, so that every stall shows.

use super::send::{FRAME_US, TOP, Truth};
use assize_rtp::frame;
use assize_rtp::packet::Packet;
use assize_rtp::rtcp::write;
use assize_rtp::tap::Codec;
use assize_rtp::vp8::Descriptor;
use std::collections::BTreeMap;

/// A receiver that sends no media never learns the round trip, and asks again after this.
const AGAIN_US: i64 = 100_000;
const TRIES: u8 = 10;
/// More missing than this, and a new key frame is asked for instead.
const MOST_MISSING: usize = 1000;
/// A picture older than this is no live one.
const LIVE_US: i64 = 500_000;
/// No picture for so long, and a new key frame is asked for: while none was ever shown, and afterwards.
const KEY_US: (i64, i64) = (200_000, 3_000_000);
/// What is missing before a picture that could be decoded without it is waited for so long.
const PATIENCE_US: i64 = 400_000;
/// What is called a freeze.
const FREEZE_US: i64 = 500_000;

#[derive(Debug)]
struct Piece {
    at_us: i64,
    start: bool,
    end: bool,
    key: bool,
    picture: u16,
    tl0: u8,
    temporal: u8,
    sync: bool,
    truth: Truth,
}

/// What was shown last, as pictures name it that build on it.
#[derive(Debug, Clone, Copy)]
struct Built {
    /// Number of the packet behind it.
    next: u64,
    picture: u16,
    tl0: u8,
    /// Pictures up to it, with those that never came; of them the newest of each temporal layer, and the newest that never
    /// came.
    count: u64,
    layers: [u64; 3],
    missing: u64,
}

impl Built {
    /// How many pictures behind this one a later one is.
    fn ahead(&self, picture: u16) -> u64 {
        u64::from(picture.wrapping_sub(self.picture) & 0x7fff)
    }

    /// Whether a picture can be decoded without any that has not come.
    fn carries(&self, piece: &Piece) -> bool {
        let before = self.count + self.ahead(piece.picture) - 1;
        let missing = if before > self.count { before } else { self.missing };
        match piece.temporal {
            0 => piece.tl0 == self.tl0.wrapping_add(1),
            _ if piece.sync => piece.tl0 == self.tl0,
            temporal => piece.tl0 == self.tl0 && self.layers[..=usize::from(temporal)].iter().all(|at| *at > missing),
        }
    }

    fn then(before: Option<Self>, piece: &Piece, next: u64) -> Self {
        let (picture, tl0) = (piece.picture, piece.tl0);
        let Some(before) = before else { return Self { next, picture, tl0, count: 1, layers: [1; 3], missing: 0 } };
        let count = before.count + before.ahead(picture).max(1);
        let missing = if count > before.count + 1 && !piece.key { count - 1 } else { before.missing };
        let mut layers = before.layers;
        if piece.key {
            layers = [count; 3];
        }
        layers[usize::from(piece.temporal)] = count;
        Self { next, picture, tl0, count, layers, missing }
    }
}

#[derive(Debug, Clone, Copy)]
struct Shown {
    at_us: i64,
    number: u32,
    layer: u8,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Eye {
    ssrc: u32,
    began_us: i64,
    pieces: BTreeMap<u64, Piece>,
    highest: Option<u64>,
    built: Option<Built>,
    /// When it was last asked for, and how often.
    missing: BTreeMap<u64, (i64, u8)>,
    requests: Vec<Vec<u8>>,
    key_asked_us: i64,
    shown: Vec<Shown>,
    /// Packets that were there already.
    pub(super) twice: u64,
}

/// Of the picture of one party at another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Watched {
    /// Share of the pictures taken that were shown.
    pub(super) shown: f64,
    /// Of those, share in the highest layer.
    pub(super) full: f64,
    /// Times at which nothing new was shown for more than 500 ms.
    pub(super) freezes: usize,
    pub(super) longest_ms: i64,
    /// Pictures a second in the worst ten seconds.
    pub(super) worst_fps: f64,
}

impl Eye {
    pub(super) fn new(ssrc: u32, now_us: i64) -> Self {
        Self {
            ssrc,
            began_us: now_us,
            pieces: BTreeMap::new(),
            highest: None,
            built: None,
            missing: BTreeMap::new(),
            requests: Vec::new(),
            key_asked_us: now_us,
            shown: Vec::new(),
            twice: 0,
        }
    }

    /// A packet of the stream; `seq` and `payload` are the original ones of a retransmission.
    pub(super) fn packet(&mut self, now_us: i64, packet: &Packet<'_>, seq: u16, payload: &[u8]) {
        let ext = self.highest.unwrap_or_else(|| u64::from(seq) + (1 << 16));
        let ext = assize_rtp::seq::near(ext, seq);
        if self.pieces.contains_key(&ext) || self.built.is_some_and(|built| ext < built.next) {
            self.twice += 1;
            return;
        }
        let descriptor = Descriptor::parse(payload).unwrap();
        let piece = Piece {
            at_us: now_us,
            start: descriptor.frame_start,
            end: packet.marker,
            key: frame::starts_key_frame(Codec::Vp8, payload),
            picture: descriptor.picture_id.unwrap().value,
            tl0: descriptor.tl0.unwrap().value,
            temporal: descriptor.temporal.unwrap(),
            sync: descriptor.layer_sync,
            truth: Truth::read(payload),
        };
        self.pieces.insert(ext, piece);
        self.missing.remove(&ext);
        let highest = *self.highest.get_or_insert(ext);
        if ext > highest {
            let skipped: Vec<u64> = (highest + 1..ext).collect();
            self.highest = Some(ext);
            if self.missing.len() + skipped.len() > MOST_MISSING {
                self.missing.clear();
                self.ask_for_key(now_us);
            } else {
                self.missing.extend(skipped.iter().map(|ext| (*ext, (now_us, 1))));
                self.ask(&skipped);
            }
        }
        while self.show(now_us) {}
    }

    fn ask(&mut self, lost: &[u64]) {
        for chunk in lost.chunks(200) {
            let raw: Vec<u16> = chunk.iter().map(|ext| *ext as u16).collect();
            let mut compound = Vec::new();
            write::nack(&mut compound, 1, self.ssrc, &raw);
            self.requests.push(compound);
        }
    }

    fn ask_for_key(&mut self, now_us: i64) {
        self.key_asked_us = now_us;
        let mut compound = Vec::new();
        write::pli(&mut compound, 1, self.ssrc);
        self.requests.push(compound);
    }

    /// The number behind the picture that begins at `first`, if all of it is here.
    fn complete(&self, first: u64) -> Option<u64> {
        let picture = self.pieces.get(&first).filter(|piece| piece.start)?.picture;
        let mut at = first;
        loop {
            // A picture may be cut off in its middle, and another one begins.
            let piece = self.pieces.get(&at).filter(|piece| piece.picture == picture)?;
            at += 1;
            if piece.end {
                return Some(at);
            }
        }
    }

    /// The number of the first packet of the next picture that can be decoded, as libwebrtc's `RtpVp8RefFinder` finds it: the
    /// next of temporal layer 0, one of another layer whose predecessors are here, or a key frame.
    fn decodable(&self, now_us: i64) -> Option<u64> {
        let from = self.built.map_or(0, |built| built.next);
        let follows = |piece: &Piece| {
            let Some(built) = self.built.filter(|_| !piece.key) else { return piece.key };
            built.carries(piece) && (built.ahead(piece.picture) == 1 || now_us - piece.at_us >= PATIENCE_US)
        };
        let mut starts = self.pieces.range(from..).filter(|(_, piece)| piece.start && follows(piece));
        starts.find(|(first, _)| self.complete(**first).is_some()).map(|(first, _)| *first)
    }

    /// Shows the next picture, if there is one.
    fn show(&mut self, now_us: i64) -> bool {
        let Some(first) = self.decodable(now_us) else { return false };
        let Some(end) = self.complete(first) else { return false };
        let Piece { truth, picture, .. } = self.pieces[&first];
        for (part, (_, piece)) in self.pieces.range(first..end).enumerate() {
            let whole = Truth { part: part as u8, ..truth };
            assert_eq!((piece.truth, piece.picture), (whole, picture), "a picture is made of its own packets");
        }
        assert_eq!(u64::from(truth.parts), end - first, "and of all of them");
        let was_shown = |number| self.shown.iter().rev().any(|s| (s.number, s.layer) == (number, truth.layer));
        assert!(truth.builds_on().all(was_shown), "{truth:?} builds on what was shown");
        // Another layer begins with its key frame, which may be of the picture that was shown last.
        let changes = |last: &Shown| truth.key && truth.layer != last.layer && truth.number == last.number;
        let later = |last: &Shown| truth.number > last.number || changes(last);
        assert!(self.shown.last().is_none_or(later), "time does not go back: {:?}, {truth:?}", self.shown.last());
        self.shown.push(Shown { at_us: now_us, number: truth.number, layer: truth.layer });
        self.built = Some(Built::then(self.built, &self.pieces[&first], end));
        self.pieces = self.pieces.split_off(&end);
        self.missing = self.missing.split_off(&end);
        true
    }

    /// Does what is due, each 20 ms, and gives the RTCP compounds to send.
    pub(super) fn requests(&mut self, now_us: i64, due: bool) -> std::vec::Drain<'_, Vec<u8>> {
        if due {
            while self.show(now_us) {}
            let mut again = Vec::new();
            self.missing.retain(|ext, (asked_us, tries)| {
                if now_us - *asked_us < AGAIN_US {
                    return true;
                }
                if *tries == TRIES {
                    return false;
                }
                (*asked_us, *tries) = (now_us, *tries + 1);
                again.push(*ext);
                true
            });
            self.ask(&again);
            let wait = if self.built.is_none() { KEY_US.0 } else { KEY_US.1 };
            let last = self.shown.last().map_or(self.began_us, |shown| shown.at_us).max(self.key_asked_us);
            if now_us - last >= wait {
                self.ask_for_key(now_us);
            }
        }
        self.requests.drain(..)
    }

    /// When the first live picture was shown after a time, if picture 0 was taken at `began_us`.
    pub(super) fn live(&self, began_us: i64, after_us: i64) -> Option<i64> {
        let taken = |shown: &Shown| began_us + i64::from(shown.number) * FRAME_US;
        let live = |shown: &&Shown| shown.at_us >= after_us && shown.at_us - taken(shown) <= LIVE_US;
        self.shown.iter().find(live).map(|shown| shown.at_us)
    }

    /// When the first picture at full layer was shown after a time.
    pub(super) fn full(&self, after_us: i64) -> Option<i64> {
        self.shown.iter().find(|shown| shown.at_us >= after_us && shown.layer == TOP).map(|shown| shown.at_us)
    }

    /// How often the layer changed of what was shown between two times.
    pub(super) fn changes(&self, from_us: i64, until_us: i64) -> usize {
        let then: Vec<u8> =
            self.shown.iter().filter(|s| (from_us..until_us).contains(&s.at_us)).map(|s| s.layer).collect();
        then.windows(2).filter(|two| two[0] != two[1]).count()
    }

    /// Of the pictures taken between two times, if picture 0 was taken at `began_us`; stalls are of what was shown then.
    pub(super) fn watched(&self, began_us: i64, from_us: i64, until_us: i64) -> Watched {
        let number_at = |us: i64| ((us - began_us) / FRAME_US) as u32;
        let taken = number_at(from_us)..number_at(until_us);
        let whole: BTreeMap<u32, u8> =
            self.shown.iter().filter(|s| taken.contains(&s.number)).map(|s| (s.number, s.layer)).collect();
        let shown: Vec<Shown> =
            self.shown.iter().copied().filter(|shown| (from_us..until_us).contains(&shown.at_us)).collect();
        // What lies before the first and behind the last is a stall as well.
        let times: Vec<i64> = [from_us].into_iter().chain(shown.iter().map(|s| s.at_us)).chain([until_us]).collect();
        let stalls: Vec<i64> = times.windows(2).map(|two| two[1] - two[0]).collect();
        let window = 10_000_000;
        let in_window = |at: i64| shown.iter().filter(|s| (at..at + window).contains(&s.at_us)).count();
        let worst = (from_us..=until_us - window).step_by(1_000_000).map(in_window).min().unwrap_or(0);
        Watched {
            shown: whole.len() as f64 / taken.len() as f64,
            full: whole.values().filter(|layer| **layer == TOP).count() as f64 / whole.len().max(1) as f64,
            freezes: stalls.iter().filter(|stall| **stall > FREEZE_US).count(),
            longest_ms: stalls.iter().max().map_or(0, |us| us / 1000),
            worst_fps: worst as f64 * 1e6 / window as f64,
        }
    }
}
