//! One outgoing stream's numbering: sequence numbers from the stream's own start, timestamps that never jump, VP8
//! picture ids without a hole, over any number of sources and layers.
//!
//! Holes in a source are kept, so that the receiver asks for what the uplink still recovers.

use super::ring::Meta;
pub(super) use super::stretch::{Placed, Steps};
use super::stretch::{Stretch, Stretches};
use assize_rtp::seq::distance32;
use assize_rtp::vp8;

/// Longest step of a timestamp beyond the time that really passed, in microseconds.
const SLACK_US: i64 = 500_000;

/// Reports of two layers of one picture may be so far apart, in microseconds.
const ALIGNED_US: i64 = 10_000;

/// See the module. It outlives its sources: a section that is reused goes on where it was.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    current: Option<Stretch>,
    older: Stretches,
    /// Timestamp step of the layer sent last, while its clock is the same.
    clock: Option<(u8, u32)>,
    /// Highest number given out.
    highest: u64,
    timestamp: u32,
    arrival_us: i64,
    picture: Option<u16>,
    tl0: u8,
    /// Picture id of the source's that was left out last.
    left_out: Option<u16>,
    started: bool,
}

impl Cursor {
    /// The first number given out is the one after `before`; a stream's first timestamp is its source's moved by
    /// `step`.
    pub(super) fn new(before: u64, step: u32) -> Self {
        Self {
            current: None,
            older: Stretches::default(),
            clock: None,
            highest: before,
            timestamp: step,
            arrival_us: 0,
            picture: None,
            tl0: 0,
            left_out: None,
            started: false,
        }
    }

    pub(super) fn layer(&self) -> Option<u8> {
        self.current.map(|stretch| stretch.layer)
    }

    /// The number in the present source from which on the stream is made of it.
    pub(super) fn first_of(&self, layer: u8) -> Option<u64> {
        self.current.filter(|stretch| stretch.layer == layer).map(|stretch| stretch.first_in)
    }

    pub(super) fn highest(&self) -> u64 {
        self.highest
    }

    /// Of the newest packet sent.
    pub(super) fn last_timestamp(&self) -> u32 {
        self.timestamp
    }

    pub(super) fn started(&self) -> bool {
        self.started
    }

    /// What the present source's timestamps are moved by.
    pub(super) fn timestamp_step(&self) -> Option<u32> {
        self.current.map(|stretch| stretch.steps.timestamp)
    }

    /// The layer sent last and its timestamp step, if its clock still runs.
    pub(super) fn clock(&self) -> Option<(u8, u32)> {
        self.clock
    }

    /// The place of a packet of `layer`, if it has one.
    #[inline]
    pub(super) fn place(&mut self, layer: u8, meta: &Meta, vp8: Option<&vp8::Descriptor>) -> Option<Placed> {
        if let Some(placed) =
            self.current.filter(|stretch| stretch.layer == layer).and_then(|stretch| stretch.place(meta.ext))
        {
            self.advance(placed, meta, vp8);
            return Some(placed);
        }
        self.older.place(layer, meta.ext)
    }

    /// Whether a packet is of the present source and beyond all that was placed.
    pub(super) fn is_beyond(&self, layer: u8, ext: u64) -> bool {
        let of_layer = self.current.filter(|stretch| stretch.layer == layer && ext >= stretch.first_in);
        of_layer.is_some_and(|stretch| stretch.first_out + (ext - stretch.first_in) > self.highest)
    }

    /// Leaves a packet of the present source out: what comes behind it has the number that it would have had, and the next
    /// picture the id. False if its number is promised already, or it has none here.
    pub(super) fn leave_out(&mut self, layer: u8, ext: u64, vp8: &vp8::Descriptor) -> bool {
        let Some(mut stretch) = self.current.filter(|_| self.is_beyond(layer, ext)) else { return false };
        let seq = stretch.first_out + (ext - stretch.first_in);
        let id = vp8.picture_id.map(|id| id.value);
        let mut behind = Stretch { first_in: ext + 1, first_out: seq, ..stretch };
        if self.left_out != id {
            // Pictures before it that have not come are promised too.
            self.picture = id.map(|id| id.wrapping_add(stretch.steps.picture).wrapping_sub(1) & 0x7fff);
            self.tl0 = vp8.tl0.map_or(self.tl0, |tl0| tl0.value.wrapping_add(stretch.steps.tl0));
            behind.steps.picture = stretch.steps.picture.wrapping_sub(1);
            self.left_out = id;
        }
        stretch.end_in = ext;
        if !stretch.is_empty() {
            self.older.add_part(stretch);
        }
        self.highest = seq - 1;
        self.current = Some(behind);
        true
    }

    #[inline]
    fn advance(&mut self, placed: Placed, meta: &Meta, vp8: Option<&vp8::Descriptor>) {
        if placed.seq <= self.highest {
            return;
        }
        self.highest = placed.seq;
        let timestamp = meta.timestamp.wrapping_add(placed.steps.timestamp);
        if distance32(self.timestamp, timestamp) > 0 || !self.started {
            (self.timestamp, self.arrival_us) = (timestamp, meta.arrival_us);
        }
        self.started = true;
        let Some(vp8) = vp8 else { return };
        if let Some(id) = vp8.picture_id {
            self.picture = Some(id.value.wrapping_add(placed.steps.picture) & 0x7fff);
        }
        if let Some(tl0) = vp8.tl0 {
            self.tl0 = tl0.value.wrapping_add(placed.steps.tl0);
        }
    }

    /// From this packet on the stream is made of `layer`. `aligned` is the timestamp step by which the source's reports
    /// say that time goes on; where it is not known, or makes no sense, time goes on by arrival.
    pub(super) fn switch(&mut self, layer: u8, meta: &Meta, vp8: Option<&vp8::Descriptor>, aligned: Option<u32>) {
        if self.current.is_none() {
            // Nothing was sent for a while: what was lost before is of no use behind a key frame, and would be in its way.
            self.older = Stretches::default();
        }
        self.retire();
        let picture = match (self.picture, vp8.and_then(|d| d.picture_id)) {
            (Some(last), Some(id)) => last.wrapping_add(1).wrapping_sub(id.value),
            _ => 0,
        };
        let tl0 = match (self.picture, vp8.and_then(|d| d.tl0)) {
            (Some(_), Some(tl0)) => self.tl0.wrapping_add(1).wrapping_sub(tl0.value),
            _ => 0,
        };
        let steps = Steps { timestamp: self.timestamp_for(meta, aligned), picture, tl0 };
        let first_out = self.highest + 1;
        self.current = Some(Stretch { layer, first_in: meta.ext, end_in: u64::MAX, first_out, steps });
        self.clock = Some((layer, steps.timestamp));
        self.left_out = None;
    }

    fn timestamp_for(&self, meta: &Meta, aligned: Option<u32>) -> u32 {
        if !self.started {
            return self.timestamp;
        }
        let rate = i64::from(meta.codec.clock_rate());
        let ticks = |us: i64| us.clamp(0, 3_600_000_000) * rate / 1_000_000;
        let passed = meta.arrival_us - self.arrival_us;
        let sensible = |step: &u32| {
            let ahead = i64::from(distance32(self.timestamp, meta.timestamp.wrapping_add(*step)));
            ahead > 0 && ahead <= ticks(passed) + ticks(SLACK_US)
        };
        aligned.filter(sensible).unwrap_or_else(|| {
            let next = self.timestamp.wrapping_add(ticks(passed).max(1) as u32);
            next.wrapping_sub(meta.timestamp)
        })
    }

    /// Whether a packet, its timestamp moved by `step`, is older than what was sent last.
    pub(super) fn is_behind(&self, meta: &Meta, step: u32) -> bool {
        let rate = i64::from(meta.codec.clock_rate());
        let ahead = i64::from(distance32(self.timestamp, meta.timestamp.wrapping_add(step)));
        ahead < -rate * ALIGNED_US / 1_000_000
    }

    /// The present source ends: nothing new is placed until the next [`Cursor::switch`]. Late packets still are.
    pub(super) fn retire(&mut self) {
        if let Some(mut stretch) = self.current.take() {
            stretch.end_in = stretch.first_in + (self.highest + 1).saturating_sub(stretch.first_out);
            if !stretch.is_empty() {
                self.older.add(stretch);
            }
        }
    }

    /// The places from `from` on have not been used and are given out again; the present source ends.
    pub(super) fn take_back(&mut self, from: u64) {
        self.retire();
        self.older.cut(from);
        self.highest = self.highest.min(from - 1);
    }

    /// The clock of the present layer means nothing any more (its sender began a new stream).
    pub(super) fn lose_clock(&mut self) {
        self.clock = None;
    }

    /// Nothing of what was sent may be sent again, and nothing is placed until the next switch.
    pub(super) fn forget(&mut self) {
        self.current = None;
        self.older = Stretches::default();
        self.clock = None;
    }

    /// Which packet was sent as `seq`: layer, number, and what was added.
    pub(super) fn sent_as(&self, seq: u64) -> Option<(u8, u64, Steps)> {
        if seq > self.highest {
            return None;
        }
        let current = self.current.and_then(|stretch| Some((stretch.layer, stretch.source(seq)?, stretch.steps)));
        current.or_else(|| self.older.sent_as(seq))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use assize_rtp::tap::Codec;

    fn meta(ext: u64, timestamp: u32, arrival_us: i64) -> Meta {
        Meta { layer: 0, ext, timestamp, arrival_us, marker: false, codec: Codec::Vp8, level: 127 }
    }

    fn picture(value: u16, tl0: u8) -> vp8::Descriptor {
        vp8::Descriptor::parse(&[0x90, 0xc0, 0x80 | (value >> 8) as u8, value as u8, tl0, 0]).unwrap()
    }

    #[test]
    fn numbers_go_on_over_a_switch_and_late_packets_keep_their_old_place() {
        let mut cursor = Cursor::new(65_534, 500);
        let first = meta(1000, 90_000, 0);
        cursor.switch(0, &first, None, None);
        assert_eq!(
            cursor.place(0, &first, None).unwrap(),
            Placed { seq: 65_535, steps: Steps { timestamp: 500, ..Steps::default() } }
        );
        assert_eq!(cursor.place(0, &meta(1003, 93_000, 33_000), None).unwrap().seq, 65_538);
        let key = meta(7, 4_000_000_000, 66_000);
        cursor.switch(2, &key, None, None);
        let placed = cursor.place(2, &key, None).unwrap();
        assert_eq!(placed.seq, 65_539);
        assert_eq!(4_000_000_000_u32.wrapping_add(placed.steps.timestamp), 93_500 + 33 * 90);
        assert_eq!(cursor.place(0, &meta(1001, 91_000, 70_000), None).unwrap().seq, 65_536, "late");
        assert_eq!(cursor.place(0, &meta(1004, 96_000, 70_000), None), None, "the old layer's next");
        assert_eq!(cursor.place(2, &meta(6, 0, 70_000), None), None, "before the key frame");
        assert_eq!(cursor.sent_as(65_537), Some((0, 1002, Steps { timestamp: 500, ..Steps::default() })));
        assert_eq!(cursor.sent_as(65_539).unwrap().1, 7);
        assert_eq!((cursor.sent_as(65_540), cursor.sent_as(65_534)), (None, None));
    }

    #[test]
    fn reports_align_time_unless_they_make_it_jump() {
        let start = |cursor: &mut Cursor| {
            cursor.switch(0, &meta(1, 10_000, 0), None, None);
            cursor.place(0, &meta(1, 10_000, 0), None);
        };
        let key = meta(50, 700_000, 40_000);
        let out = |aligned: u32| {
            let mut cursor = Cursor::new(0, 0);
            start(&mut cursor);
            cursor.switch(1, &key, None, Some(aligned.wrapping_sub(700_000)));
            700_000_u32.wrapping_add(cursor.timestamp_step().unwrap())
        };
        assert_eq!(out(13_000), 13_000, "a little sooner than it came: believed");
        assert_eq!(out(10_000), 13_600, "not later than the last: by arrival");
        assert_eq!(out(90_000_000), 13_600, "far ahead: by arrival");
    }

    #[test]
    fn picture_ids_go_on_over_a_switch_and_wrap() {
        let mut cursor = Cursor::new(0, 0);
        let send = |cursor: &mut Cursor, layer, ext, d: vp8::Descriptor| {
            let steps =
                cursor.place(layer, &meta(ext, ext as u32 * 3000, ext as i64 * 33_000), Some(&d)).unwrap().steps;
            (
                (d.picture_id.unwrap().value.wrapping_add(steps.picture)) & 0x7fff,
                d.tl0.unwrap().value.wrapping_add(steps.tl0),
            )
        };
        cursor.switch(0, &meta(1, 3000, 33_000), Some(&picture(0x7fff, 255)), None);
        assert_eq!(send(&mut cursor, 0, 1, picture(0x7fff, 255)), (0x7fff, 255));
        cursor.switch(1, &meta(9, 27_000, 297_000), Some(&picture(40, 7)), None);
        assert_eq!(send(&mut cursor, 1, 9, picture(40, 7)), (0, 0));
        assert_eq!(send(&mut cursor, 1, 10, picture(41, 8)), (1, 1));
    }

    #[test]
    fn places_that_are_taken_back_are_given_out_again() {
        let mut cursor = Cursor::new(9, 0);
        cursor.switch(0, &meta(1, 0, 0), None, None);
        (1..=4).for_each(|ext| assert!(cursor.place(0, &meta(ext, 0, 0), None).is_some()));
        cursor.switch(1, &meta(50, 900, 0), None, None);
        (50..=52).for_each(|ext| assert!(cursor.place(1, &meta(ext, 900, 0), None).is_some()));
        assert_eq!(cursor.highest(), 16);
        cursor.take_back(12);
        assert_eq!((cursor.highest(), cursor.layer()), (11, None));
        assert_eq!((cursor.sent_as(11).unwrap().1, cursor.sent_as(12)), (2, None));
        assert_eq!((cursor.place(0, &meta(3, 0, 0), None), cursor.place(1, &meta(50, 900, 0), None)), (None, None));
        cursor.switch(1, &meta(60, 1800, 0), None, None);
        assert_eq!(cursor.place(1, &meta(60, 1800, 0), None).unwrap().seq, 12);
        assert_eq!(cursor.sent_as(12).unwrap().1, 60);
    }

    /// The picture `id` of a layer whose every fourth picture is one that others build on.
    fn one_of_four(id: u16) -> vp8::Descriptor {
        let temporal = [0x00, 0x80, 0x40, 0x80][usize::from(id % 4)];
        vp8::Descriptor::parse(&[0x90, 0xe0, 0x80 | (id >> 8) as u8, id as u8, (id / 4) as u8, temporal, 0]).unwrap()
    }

    /// Its number, picture id and TL0PICIDX in the stream; two packets a picture, the first numbered `2 * id`.
    fn sent(cursor: &mut Cursor, ext: u64) -> Option<(u64, u16, u8)> {
        let picture = one_of_four((ext / 2) as u16);
        let placed = cursor.place(0, &meta(ext, (ext / 2) as u32 * 3000, 0), Some(&picture))?;
        let id = picture.picture_id.unwrap().value.wrapping_add(placed.steps.picture) & 0x7fff;
        Some((placed.seq, id, picture.tl0.unwrap().value.wrapping_add(placed.steps.tl0)))
    }

    fn leave_out(cursor: &mut Cursor, ext: u64) -> bool {
        cursor.leave_out(0, ext, &one_of_four((ext / 2) as u16))
    }

    #[test]
    fn over_pictures_that_are_left_out_numbers_and_ids_have_no_hole() {
        let mut cursor = Cursor::new(99, 0);
        cursor.switch(0, &meta(8, 12_000, 0), Some(&one_of_four(4)), None);
        let mut got = Vec::new();
        for ext in 8..32 {
            if ext / 2 % 4 != 0 {
                assert!(leave_out(&mut cursor, ext));
            } else {
                got.push(sent(&mut cursor, ext).unwrap());
            }
        }
        assert_eq!(got, [(100, 4, 1), (101, 4, 1), (102, 5, 2), (103, 5, 2), (104, 6, 3), (105, 6, 3)]);
        assert_eq!([100, 102, 105].map(|seq| cursor.sent_as(seq).unwrap().1), [8, 16, 25]);
        assert_eq!(sent(&mut cursor, 17), Some((103, 5, 2)), "a late one has its place");
        assert_eq!(sent(&mut cursor, 12), None, "and what was left out none");
        // All of them again, and then another layer.
        assert_eq!(sent(&mut cursor, 32), Some((106, 7, 4)));
        assert_eq!(sent(&mut cursor, 34), Some((108, 8, 4)), "one is missing");
        cursor.switch(1, &meta(7, 0, 0), Some(&picture(300, 80)), None);
        let placed = cursor.place(1, &meta(7, 0, 0), Some(&picture(300, 80))).unwrap();
        assert_eq!((placed.seq, 300_u16.wrapping_add(placed.steps.picture)), (109, 9));
        assert_eq!(80_u8.wrapping_add(placed.steps.tl0), 5);
    }

    #[test]
    fn what_is_missing_before_a_picture_that_is_left_out_is_still_waited_for() {
        let mut cursor = Cursor::new(99, 0);
        cursor.switch(0, &meta(8, 12_000, 0), Some(&one_of_four(4)), None);
        assert_eq!(sent(&mut cursor, 8), Some((100, 4, 1)));
        // 9 is of a picture that others build on, 10 was of one that is left out: nobody can know.
        assert!(leave_out(&mut cursor, 11) && leave_out(&mut cursor, 12));
        assert_eq!(cursor.highest(), 102);
        assert_eq!(sent(&mut cursor, 16), Some((106, 6, 2)), "13 to 15 are missing too");
        assert_eq!(sent(&mut cursor, 9), Some((101, 4, 1)));
        assert!(!leave_out(&mut cursor, 10));
        assert_eq!(sent(&mut cursor, 10), Some((102, 5, 1)));
        assert!(!leave_out(&mut cursor, 14), "its number is promised");
        cursor.take_back(102);
        assert_eq!((cursor.sent_as(101).unwrap().1, cursor.sent_as(102)), (9, None));
    }

    #[test]
    fn a_forgotten_source_is_never_sent_again_but_numbers_go_on() {
        let mut cursor = Cursor::new(9, 0);
        cursor.switch(0, &meta(1, 0, 0), None, None);
        cursor.place(0, &meta(1, 0, 0), None);
        cursor.forget();
        assert_eq!((cursor.sent_as(10), cursor.place(0, &meta(2, 0, 0), None)), (None, None));
        cursor.switch(0, &meta(90, 0, 0), None, None);
        assert_eq!(cursor.place(0, &meta(90, 0, 0), None).unwrap().seq, 11);
    }
}
