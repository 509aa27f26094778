//! One encoding of a published track as it comes in: its numbering, gaps, ring, reports and key-frame requests.

use super::fewer::Temporal;
use super::flow::Flow;
use super::gaps::Gaps;
use super::meter::Meter;
use super::reception::{Reception, SourceReport};
use super::ring::Ring;
use super::select::LayerView;
use assize_rtp::rtcp::Report;
use assize_rtp::seq::distance32;

/// A step of more than this in either direction is no loss or reordering (RFC 3550 appendix A.1).
const MAX_STEP: u64 = 1000;
/// How far the numbering moves on when a sender starts numbering anew: an honest hole.
const RESYNC_STEP: u64 = 64;
/// What has not spoken for so long is asked for nothing: the line may be down, and requests would become rare in vain.
const SPEAKS_US: i64 = 500_000;
/// Key-frame requests are at least so far apart; unanswered ones become rarer.
const REQUEST_US: i64 = 300_000;
const PATIENT_REQUEST_US: i64 = 2_000_000;
const PATIENT_AFTER: u32 = 5;

/// What a packet's number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Received {
    /// Beyond all before.
    New(u64),
    /// It fills a gap.
    Late(u64),
    /// Seen before, too late, or out of all order.
    Stray,
}

#[derive(Debug, Clone, Copy)]
struct Numbering {
    raw: u16,
    ext: u64,
    /// The first packet's place, and which places just before it have been filled by packets it overtook.
    first: u64,
    overtaken: u32,
}

impl Numbering {
    fn place(self, seq: u16) -> u64 {
        self.ext.wrapping_add_signed(i64::from(seq.wrapping_sub(self.raw) as i16))
    }

    /// Whether this place is one just before the first and still free; then it is taken.
    fn take_overtaken(&mut self, place: u64) -> bool {
        let bit = match self.first.checked_sub(place) {
            Some(before @ 1..=32) => 1 << (before - 1),
            _ => return false,
        };
        let free = self.overtaken & bit == 0;
        self.overtaken |= bit;
        free
    }
}

#[derive(Debug)]
pub(super) struct Layer {
    pub(super) ssrc: Option<u32>,
    pub(super) rtx_ssrc: Option<u32>,
    pub(super) gaps: Gaps,
    pub(super) ring: Ring,
    pub(super) report: Option<SourceReport>,
    pub(super) height: u16,
    numbering: Option<Numbering>,
    /// The number after one that made no sense.
    suspect: Option<u16>,
    /// The next packet begins a new numbering, wherever it is.
    anew: bool,
    reception: Reception,
    timestamp: u32,
    meter: Meter,
    pub(super) temporal: Temporal,
    flow: Flow,
    requested_us: i64,
    requests: u32,
    /// A key frame has been asked for and the request has not gone out.
    pub(super) wants_key: bool,
    /// The newest packet is not the last of its picture.
    pub(super) within_picture: bool,
    /// The newest packet is a key frame's.
    pub(super) within_key: bool,
    /// Last packet of the media SSRC.
    spoke_us: i64,
    /// Where the newest key frame begins, and the newest packet that will never come.
    key: u64,
    hole: Option<u64>,
}

impl Layer {
    pub(super) fn new(audio: bool) -> Self {
        Self {
            ssrc: None,
            rtx_ssrc: None,
            gaps: Gaps::new(audio),
            ring: Ring::new(if audio { 256 } else { 1024 }),
            report: None,
            height: 0,
            numbering: None,
            suspect: None,
            anew: false,
            reception: Reception::default(),
            timestamp: 0,
            meter: Meter::default(),
            temporal: Temporal::default(),
            flow: Flow::default(),
            requested_us: i64::MIN / 2,
            requests: 0,
            within_picture: false,
            within_key: false,
            wants_key: false,
            spoke_us: i64::MIN / 2,
            key: 0,
            hole: None,
        }
    }

    /// A sender speaks with another SSRC: its clock and numbers mean nothing here any more.
    pub(super) fn restart(&mut self) {
        self.report = None;
        self.gaps.clear();
        self.anew = self.numbering.is_some();
    }

    /// Places a packet of the media SSRC. Opens the gaps it jumps over.
    pub(super) fn receive(&mut self, seq: u16, now_us: i64) -> Received {
        let Some(mut numbering) = self.numbering else {
            let ext = assize_rtp::seq::Extended::new(seq).highest();
            self.numbering = Some(Numbering { raw: seq, ext, first: ext, overtaken: 0 });
            return Received::New(ext);
        };
        if self.anew {
            return self.resync(seq, numbering);
        }
        let place = numbering.place(seq);
        if place.abs_diff(numbering.ext) > MAX_STEP {
            if self.suspect == Some(seq) {
                return self.resync(seq, numbering);
            }
            self.suspect = Some(seq.wrapping_add(1));
            return Received::Stray;
        }
        self.suspect = None;
        if place > numbering.ext {
            if place > numbering.ext + 1 {
                self.gaps.jumped(numbering.ext + 1, place, now_us);
            }
            (numbering.raw, numbering.ext) = (seq, place);
            self.numbering = Some(numbering);
            return Received::New(place);
        }
        // With a stream for retransmissions what comes here is only late, whatever was asked for.
        let answer = self.rtx_ssrc.is_none();
        let expected = self.gaps.filled(place, now_us, answer).is_some() || numbering.take_overtaken(place);
        self.numbering = Some(numbering);
        if expected { Received::Late(place) } else { Received::Stray }
    }

    fn resync(&mut self, seq: u16, numbering: Numbering) -> Received {
        let ext = numbering.ext + RESYNC_STEP;
        self.anew = false;
        self.gaps.clear();
        self.suspect = None;
        self.hole = Some(ext - 1);
        self.reception = Reception::default();
        self.numbering = Some(Numbering { raw: seq, ext, first: ext, overtaken: 0 });
        Received::New(ext)
    }

    /// Places a retransmission; `None` if it answers no open gap.
    pub(super) fn recovered(&mut self, original: u16, now_us: i64) -> Option<u64> {
        let ext = self.numbering?.place(original);
        self.gaps.filled(ext, now_us, true)?;
        Some(ext)
    }

    /// A packet came along with a later one. False if it answers no open gap.
    pub(super) fn repaired(&mut self, ext: u64, now_us: i64) -> bool {
        self.gaps.filled(ext, now_us, false).is_some()
    }

    /// The number on the wire of a number here.
    pub(super) fn raw(&self, ext: u64) -> Option<u16> {
        let numbering = self.numbering?;
        Some(numbering.raw.wrapping_sub(numbering.ext.wrapping_sub(ext) as u16))
    }

    pub(super) fn highest(&self) -> Option<u64> {
        self.numbering.map(|numbering| numbering.ext)
    }

    /// Counts a packet of the media SSRC. True if it begins a frame (a new timestamp).
    pub(super) fn count(&mut self, ext: u64, timestamp: u32, arrival_us: i64, rate: u32) -> bool {
        self.reception.packet(ext, timestamp, arrival_us, rate);
        let new_frame = self.reception.is_first() || distance32(self.timestamp, timestamp) > 0;
        if new_frame {
            self.timestamp = timestamp;
        }
        self.flow.packet(arrival_us);
        self.spoke_us = arrival_us;
        new_frame
    }

    /// Counts the bytes of a packet for its rate.
    pub(super) fn weigh(&mut self, now_us: i64, bytes: usize) {
        self.meter.add(now_us, bytes);
    }

    /// Bits a second that came lately, with what they take on a line.
    pub(super) fn rate(&self, now_us: i64) -> f64 {
        self.meter.rate(now_us)
    }

    /// A sibling began a frame.
    pub(super) fn sibling_frame(&mut self) {
        self.flow.sibling_frame();
    }

    pub(super) fn view(&self, now_us: i64) -> LayerView {
        LayerView { flowing: self.flow.is_believed(now_us), steady: self.flow.is_steady(now_us), height: self.height }
    }

    /// Nobody wants it (any more): its publisher is told. Or somebody does.
    pub(super) fn rest(&mut self, now_us: i64, rests: bool) {
        self.flow.rest(now_us, rests);
    }

    pub(super) fn rests(&self) -> bool {
        self.flow.rests()
    }

    /// Whether pictures that come now build on what will never come.
    #[inline]
    pub(super) fn is_broken(&mut self, now_us: i64) -> bool {
        self.hole = self.hole.max(self.gaps.given_up.take());
        self.hole.is_some_and(|hole| hole > self.key) && now_us - self.spoke_us < SPEAKS_US
    }

    /// Whether a packet is kept no more and no key frame came after it: whoever misses it gets no further without one.
    pub(super) fn is_gone(&self, ext: u64) -> bool {
        ext >= self.key && ext < self.ring.tail()
    }

    /// A key frame begins at `ext`.
    pub(super) fn key_frame(&mut self, ext: u64, height: Option<u16>) {
        self.requests = 0;
        self.wants_key = false;
        self.key = self.key.max(ext);
        self.height = height.unwrap_or(self.height);
    }

    /// Whether a request for a key frame is to go out now.
    pub(super) fn request_due(&mut self, now_us: i64) -> bool {
        let spacing = if self.requests < PATIENT_AFTER { REQUEST_US } else { PATIENT_REQUEST_US };
        if !self.wants_key || self.ssrc.is_none() || now_us - self.requested_us < spacing {
            return false;
        }
        self.wants_key = false;
        self.requested_us = now_us;
        self.requests = self.requests.saturating_add(1);
        true
    }

    /// Packets that were lost on the way here, and all that were sent, since the last look.
    pub(super) fn since_look(&mut self) -> (u64, u64) {
        self.numbering.as_ref().map_or((0, 0), |numbering| self.reception.since_look(numbering.ext))
    }

    /// A report block about this layer since the last one; `None` before the first packet.
    pub(super) fn reception_report(&mut self, now_us: i64) -> Option<Report> {
        let (ssrc, numbering) = (self.ssrc?, self.numbering?);
        let first_raw = self.raw(self.reception.first())?;
        self.reception.report(now_us, ssrc, first_raw, numbering.ext, self.report)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn layer() -> Layer {
        let mut layer = Layer::new(false);
        layer.ssrc = Some(1);
        layer
    }

    fn feed(layer: &mut Layer, seq: u16, now_us: i64) -> Received {
        let received = layer.receive(seq, now_us);
        if let Received::New(ext) | Received::Late(ext) = received {
            layer.count(ext, (now_us / 1000 * 90) as u32, now_us, 90_000);
        }
        received
    }

    #[test]
    fn wrapping_gaps_and_duplicates() {
        let mut layer = layer();
        let Received::New(first) = feed(&mut layer, 65_534, 0) else { panic!() };
        assert_eq!(feed(&mut layer, 1, 1000), Received::New(first + 3));
        assert_eq!(feed(&mut layer, 65_535, 2000), Received::Late(first + 1));
        assert_eq!(feed(&mut layer, 65_535, 2000), Received::Stray);
        assert_eq!(feed(&mut layer, 65_534, 2000), Received::Stray);
        assert_eq!(layer.raw(first + 2), Some(0));
        assert_eq!(layer.recovered(0, 3000), Some(first + 2));
        assert_eq!(layer.recovered(0, 3000), None);
    }

    #[test]
    fn what_the_first_packet_overtook_is_taken_once() {
        let mut layer = layer();
        let Received::New(first) = feed(&mut layer, 1, 0) else { panic!() };
        assert_eq!(feed(&mut layer, 65_535, 0), Received::Late(first - 2));
        assert_eq!(feed(&mut layer, 65_535, 0), Received::Stray);
        assert_eq!(feed(&mut layer, 0, 0), Received::Late(first - 1));
        assert_eq!(feed(&mut layer, 65_500, 0), Received::Stray);
        assert_eq!(layer.reception_report(0).unwrap().highest, 65_537, "one wrap is counted");
    }

    #[test]
    fn a_sender_that_numbers_anew_is_followed_after_its_second_packet() {
        let mut layer = layer();
        let Received::New(first) = feed(&mut layer, 100, 0) else { panic!() };
        assert_eq!(feed(&mut layer, 30_000, 1000), Received::Stray);
        assert_eq!(feed(&mut layer, 101, 1000), Received::New(first + 1), "one odd packet changes nothing");
        assert_eq!(feed(&mut layer, 30_001, 1000), Received::Stray);
        assert_eq!(feed(&mut layer, 30_002, 1000), Received::New(first + 1 + RESYNC_STEP));
        assert_eq!(feed(&mut layer, 30_003, 1000), Received::New(first + 2 + RESYNC_STEP));
        assert!(layer.gaps.is_empty());
    }

    #[test]
    fn a_new_ssrc_goes_on_in_the_numbering_wherever_it_starts() {
        let mut layer = layer();
        let Received::New(first) = feed(&mut layer, 100, 0) else { panic!() };
        layer.restart();
        assert_eq!(feed(&mut layer, 99, 0), Received::New(first + RESYNC_STEP));
    }

    #[test]
    fn a_look_at_the_line_tells_what_was_lost_since_the_one_before() {
        let mut layer = layer();
        assert_eq!(layer.since_look(), (0, 0));
        for seq in (0..100).filter(|seq| seq % 10 != 5) {
            feed(&mut layer, seq, i64::from(seq) * 10_000);
        }
        assert_eq!(layer.since_look(), (10, 100));
        assert_eq!(layer.since_look(), (0, 0));
        (100..150).for_each(|seq| _ = feed(&mut layer, seq, i64::from(seq) * 10_000));
        assert_eq!(layer.since_look(), (0, 50));
        layer.restart();
        feed(&mut layer, 7, 2_000_000);
        assert_eq!(layer.since_look(), (0, 1), "a new stream is counted anew");
    }

    #[test]
    fn reports_tell_loss_of_the_interval_and_in_all() {
        let mut layer = layer();
        assert_eq!(layer.reception_report(0), None);
        for seq in (0..100).filter(|seq| seq % 10 != 5) {
            feed(&mut layer, seq, i64::from(seq) * 10_000);
        }
        let report = layer.reception_report(1_000_000).unwrap();
        assert_eq!((report.lost, report.highest, report.fraction_lost), (10, 99, 25));
        for seq in 100..200 {
            feed(&mut layer, seq, i64::from(seq) * 10_000);
        }
        let report = layer.reception_report(2_000_000).unwrap();
        assert_eq!((report.lost, report.fraction_lost, report.jitter), (10, 0, 0));
    }

    #[test]
    fn a_layer_flows_until_its_siblings_leave_it_behind() {
        let mut layer = layer();
        feed(&mut layer, 1, 0);
        assert!(!layer.view(100_000).flowing);
        assert!(layer.view(400_000).flowing && !layer.view(400_000).steady);
        assert!(layer.view(60_000_000).steady, "a still picture of one layer is no stall");
        (0..20).for_each(|_| layer.sibling_frame());
        assert!(!layer.view(60_000_000).flowing);
        feed(&mut layer, 2, 60_000_000);
        assert!(layer.view(60_400_000).flowing && !layer.view(60_400_000).steady);
    }

    #[test]
    fn what_will_never_come_breaks_the_picture_until_the_next_key_frame() {
        let mut layer = layer();
        let Received::New(first) = feed(&mut layer, 1, 0) else { panic!() };
        layer.key_frame(first, None);
        feed(&mut layer, 3, 0);
        let mut due = Vec::new();
        (0..30).for_each(|n| layer.gaps.due(n * 100_000, true, &mut due));
        assert!(!layer.is_broken(2_900_000), "nobody speaks");
        feed(&mut layer, 4, 3_000_000);
        assert!(layer.is_broken(3_000_000) && layer.is_broken(3_100_000));
        layer.key_frame(first, None);
        assert!(layer.is_broken(3_100_000), "an older key frame mends nothing");
        layer.key_frame(first + 3, None);
        assert!(!layer.is_broken(3_100_000));
        for seq in 40_000..40_003 {
            feed(&mut layer, seq, 3_200_000);
        }
        assert!(layer.is_broken(3_200_000), "what was numbered anew");
    }

    #[test]
    fn requests_for_key_frames_are_coalesced_and_become_patient() {
        let mut layer = layer();
        let asked = (0..600).filter(|step| {
            layer.wants_key = true;
            layer.request_due(step * 10_000)
        });
        assert_eq!(asked.count(), 5 + 2);
        layer.key_frame(1, Some(720));
        layer.wants_key = true;
        assert!(layer.request_due(6_500_000));
    }
}
