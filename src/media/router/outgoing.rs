//! One outgoing stream of a *down* transport: its SSRCs, numbers and header for as long as the section lives, whatever
//! it carries in turn.

use super::cursor::{Cursor, Placed, Steps};
use super::line::Line;
use super::redundancy::{Earlier, MOST, Made};
use super::ring::Meta;
use crate::negotiated::{PayloadType, Subscribed};
use crate::outbox::Outbox;
use crate::plane::TransportKey;
use assize_rtp::header::{Elements, Template};
use assize_rtp::tap::Codec;
use assize_rtp::vp8;

/// No payload type agreed on.
const NONE: u8 = 0xff;
/// Retransmissions a stream may send without having sent anything, and at most.
const RESEND_START: u32 = 512;
const RESEND_MAX: u32 = 2048;
/// [`Outgoing::later`]: nothing does.
pub(super) const NOTHING_WAITS: u64 = u64::MAX;
/// What one retransmission costs; a packet earns one.
const RESEND_COST: u32 = 2;
/// The last retransmissions remembered, so that one request is not answered twice.
const REMEMBERED: usize = 64;
/// Another request for one packet within this is the same one repeated.
const RECENT_US: i64 = 2_000_000;
/// Browsers report on sound every 5 s.
const REPORT_SPEAKS_US: i64 = 12_000_000;
/// What was sent again is not sent a third time before the subscriber can have missed it: a round trip, somewhat less for
/// one that varies. Bounds of that.
const REPEAT_US: (i64, i64) = (10_000, 1_000_000);

/// What a packet is beside header and payload on the wire: the SRTP tag, UDP and IPv4.
const BELOW: usize = 16 + 28;
/// Longest padding of a packet (RFC 3550 section 5.1).
const PADDING: [u8; 255] = {
    let mut padding = [0; 255];
    padding[254] = 255;
    padding
};

/// Payload types by codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Types {
    media: [u8; 5],
    rtx: [u8; 5],
    /// Sound with redundancy.
    red: u8,
}

impl Types {
    fn new(payloads: &[PayloadType]) -> Self {
        let mut types = Self { media: [NONE; 5], rtx: [NONE; 5], red: NONE };
        // The first of a codec is the preferred one.
        for payload in payloads.iter().rev() {
            types.media[payload.codec as usize] = payload.pt;
            types.rtx[payload.codec as usize] = payload.rtx.unwrap_or(NONE);
            if payload.codec.is_audio() {
                types.red = payload.red.unwrap_or(NONE);
            }
        }
        types
    }
}

/// What a subscriber last reported of a stream.
#[derive(Debug, Clone, Copy)]
struct Loss {
    at_us: i64,
    /// Packets sent in all by then, and since the report before.
    up_to: u32,
    sent: u32,
    /// Lost of them, in 256ths.
    fraction: u8,
}

/// A packet that is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) layer: u8,
    /// Its number in the layer, and here.
    pub(super) ext: u64,
    pub(super) seq: u64,
    pub(super) steps: Steps,
    /// It was asked for a short time ago too, and what was sent then is lost: a picture waits for it.
    pub(super) twice: bool,
}

#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) ssrc: u32,
    pub(super) cursor: Cursor,
    /// From this number on, packets that have their place wait for the line.
    pub(super) later: u64,
    /// For sender reports.
    pub(super) packets: u32,
    pub(super) octets: u32,
    header: Template,
    types: Types,
    /// How many packets before it go with one, at most.
    pub(super) redundancy: u8,
    /// What went with the last ones; of streams of sound.
    made: Option<Made>,
    nack: bool,
    rtx_header: Template,
    rtx_seq: u64,
    /// Packets before this number may not be sent again as they were: their header was another, and the same number
    /// sealed twice over different bytes would give the key away.
    plain_from: u64,
    credit: u32,
    loss: Option<Loss>,
    resent: Option<Box<[(u16, i64); REMEMBERED]>>,
}

impl Outgoing {
    /// `random` gives the first numbers.
    pub(super) fn new(section: &Subscribed, random: [u32; 3]) -> Self {
        // Below 2^15, so that the first packets are not near a wrap (RFC 3711 section 3.3.1).
        let start = |random: u32| u64::from(random & 0x7fff);
        let (header, rtx_header) = headers(section);
        Self {
            ssrc: section.ssrc,
            cursor: Cursor::new(start(random[0]), random[2]),
            later: NOTHING_WAITS,
            packets: 0,
            octets: 0,
            header,
            types: Types::new(&section.payloads),
            redundancy: MOST,
            made: section.audio.then(Made::new),
            nack: section.nack,
            rtx_header,
            rtx_seq: start(random[1]),
            plain_from: 0,
            credit: RESEND_START,
            loss: None,
            resent: None,
        }
    }

    /// The section was negotiated again.
    pub(super) fn renegotiated(&mut self, section: &Subscribed) {
        let (header, rtx_header) = headers(section);
        let types = Types::new(&section.payloads);
        self.nack = section.nack;
        if header != self.header || rtx_header != self.rtx_header || types != self.types {
            (self.header, self.rtx_header, self.types) = (header, rtx_header, types);
            self.plain_from = self.cursor.highest() + 1;
        }
    }

    pub(super) fn takes(&self, codec: Codec) -> bool {
        self.types.media[codec as usize] != NONE
    }

    /// Whether anything is agreed on yet.
    pub(super) fn answered(&self) -> bool {
        self.types.media.iter().any(|pt| *pt != NONE)
    }

    /// Whether its packets carry transport-wide numbers.
    #[inline]
    pub(super) fn is_numbered(&self) -> bool {
        self.header.is_numbered()
    }

    /// Numbers the next packet for its line, if packets of the stream are numbered; gives its bytes on the line. `probe`
    /// is the train's it belongs to, 0 if none.
    #[inline(always)]
    pub(super) fn number(&mut self, line: &mut Line, now_us: i64, payload: usize, probe: u8) -> usize {
        let size = self.header.size() + payload + BELOW;
        if self.is_numbered() {
            line.pace.sent(now_us, size);
            let wide = line.control.sent(now_us, size, probe);
            self.header.number(wide);
            self.rtx_header.number(wide);
        }
        size
    }

    /// Whether a packet waits for its line: behind others that do, or as part of a key frame because the line is spent for
    /// now.
    #[inline(always)]
    pub(super) fn waits(&mut self, seq: u64, key: bool, line: &Line, now_us: i64) -> bool {
        let begins = key && line.pace.is_spent(now_us) && self.may_wait(seq);
        if begins {
            self.later = seq;
        }
        begins || seq >= self.later
    }

    #[cold]
    fn may_wait(&self, seq: u64) -> bool {
        self.later == NOTHING_WAITS && seq == self.cursor.highest() && self.is_numbered()
    }

    /// The newest number that has been sent.
    pub(super) fn sent_up_to(&self) -> u64 {
        self.cursor.highest().min(self.later - 1)
    }

    /// What waits is of no use any more, and was never sent: the next source goes on where that ended.
    pub(super) fn give_up_waiting(&mut self) {
        if self.later != NOTHING_WAITS {
            self.cursor.take_back(self.later);
            self.later = NOTHING_WAITS;
        }
    }

    /// Sends a retransmission that is nothing but padding, to fill the line; gives its bytes there. `None`: it cannot.
    pub(super) fn pad(
        &mut self,
        to: TransportKey,
        line: &mut Line,
        now_us: i64,
        probe: u8,
        out: &mut impl Outbox,
    ) -> Option<usize> {
        let rtx = self.types.rtx.into_iter().find(|pt| *pt != NONE).filter(|_| self.is_numbered())?;
        let size = self.number(line, now_us, PADDING.len(), probe);
        self.rtx_seq += 1;
        let timestamp = self.cursor.last_timestamp();
        let header = self.rtx_header.stamp_padding(rtx, self.rtx_seq as u16, timestamp);
        out.rtp(to, self.rtx_seq, header, &PADDING);
        self.rtx_header.end_padding();
        Some(size)
    }

    /// Sends a packet that has its place; `payload` has been moved by the place's steps.
    #[inline]
    pub(super) fn send(
        &mut self,
        to: TransportKey,
        placed: Placed,
        meta: &Meta,
        payload: &[u8],
        out: &mut impl Outbox,
    ) {
        let timestamp = meta.timestamp.wrapping_add(placed.steps.timestamp);
        let pt = self.types.media[meta.codec as usize];
        let header = self.header.stamp(meta.marker, pt, placed.seq as u16, timestamp, meta.level);
        out.rtp(to, placed.seq, header, payload);
        self.sent(payload.len());
        if let Some(made) = &mut self.made {
            made.set(placed.seq, Earlier::NONE);
        }
    }

    #[inline]
    fn sent(&mut self, len: usize) {
        self.packets = self.packets.wrapping_add(1);
        self.octets = self.octets.wrapping_add(len as u32);
        self.credit = (self.credit + 1).min(RESEND_MAX);
    }

    /// Which of the packets at hand before one go with it, and the payload type of each. Only what the stream was made of
    /// then: a leg gets nothing that was captured before its route.
    pub(super) fn earlier(&self, meta: &Meta, at_hand: Earlier) -> (Earlier, u8) {
        let first = self.cursor.first_of(meta.layer).filter(|_| self.types.red != NONE && self.made.is_some());
        let earlier = first.map_or(Earlier::NONE, |first| at_hand.limited(meta.ext, first, self.redundancy));
        (earlier, self.types.media[meta.codec as usize])
    }

    /// As [`Outgoing::send`], with `earlier` packets, which are in the payload.
    pub(super) fn send_with(
        &mut self,
        to: TransportKey,
        placed: Placed,
        meta: &Meta,
        earlier: Earlier,
        payload: &[u8],
        out: &mut impl Outbox,
    ) {
        let timestamp = meta.timestamp.wrapping_add(placed.steps.timestamp);
        let header = self.header.stamp(meta.marker, self.types.red, placed.seq as u16, timestamp, meta.level);
        out.rtp(to, placed.seq, header, payload);
        self.sent(payload.len());
        if let Some(made) = &mut self.made {
            made.set(placed.seq, earlier);
        }
    }

    /// What went with a packet when it was sent, and the payload type of each; `None`: nothing.
    pub(super) fn made(&self, seq: u64, codec: Codec) -> Option<(Earlier, u8)> {
        let earlier = self.made.as_ref()?.get(seq);
        (earlier != Earlier::NONE).then_some((earlier, self.types.media[codec as usize]))
    }

    /// The subscriber reported the share it lost since its last report, in 256ths. What it lost is reckoned from what was
    /// sent, so that a report that lies speaks for its own leg only.
    pub(super) fn reported(&mut self, now_us: i64, fraction: u8) {
        let before = self.loss.map_or(0, |loss| loss.up_to);
        let sent = self.packets.wrapping_sub(before);
        if sent > 0 {
            self.loss = Some(Loss { at_us: now_us, up_to: self.packets, sent, fraction });
        }
    }

    /// Packets lost and sent in the interval of the last report, if it is not too old to say anything.
    pub(super) fn loss(&self, now_us: i64) -> Option<(f64, f64)> {
        let loss = self.loss.filter(|loss| now_us - loss.at_us < REPORT_SPEAKS_US)?;
        let sent = f64::from(loss.sent);
        Some((sent * f64::from(loss.fraction) / 256.0, sent))
    }

    /// Which packet a subscriber asks for again: layer and number in it, place here, and what was added. `None` if it
    /// was never sent, is not to be sent again, or was just now.
    pub(super) fn asked_again(&mut self, seq: u16, now_us: i64, rtt_us: i64) -> Option<Asked> {
        let place = assize_rtp::seq::near(self.cursor.highest(), seq);
        if place >= self.later {
            return None;
        }
        let (layer, ext, steps) = self.cursor.sent_as(place)?;
        if !self.nack || self.credit < RESEND_COST {
            return None;
        }
        let resent = self.resent.get_or_insert_with(|| Box::new([(0, i64::MIN / 2); REMEMBERED]));
        let entry = &mut resent[usize::from(seq) % REMEMBERED];
        if entry.0 == seq && now_us - entry.1 < (rtt_us - rtt_us / 4).clamp(REPEAT_US.0, REPEAT_US.1) {
            return None;
        }
        let before = entry.0 == seq && now_us - entry.1 < RECENT_US;
        *entry = (seq, now_us);
        Some(Asked { layer, ext, seq: place, steps, twice: before && self.credit >= 2 * RESEND_COST })
    }

    /// Sends a packet again: as a retransmission (RFC 4588) if agreed on, else as it was. True if it went out.
    pub(super) fn resend(
        &mut self,
        to: TransportKey,
        placed: Placed,
        meta: &Meta,
        payload: &[u8],
        scratch: &mut Vec<u8>,
        out: &mut impl Outbox,
    ) -> bool {
        let timestamp = meta.timestamp.wrapping_add(placed.steps.timestamp);
        let redundant = self.made(placed.seq, meta.codec).is_some();
        let pt = if redundant { self.types.red } else { self.types.media[meta.codec as usize] };
        let rtx = self.types.rtx[meta.codec as usize];
        scratch.clear();
        if rtx != NONE {
            scratch.extend_from_slice(&(placed.seq as u16).to_be_bytes());
        } else if placed.seq < self.plain_from || pt == NONE {
            return false;
        }
        let at = scratch.len();
        scratch.extend_from_slice(payload);
        move_picture(meta.codec, &mut scratch[at..], placed.steps);
        self.credit = self.credit.saturating_sub(RESEND_COST);
        if rtx == NONE {
            let header = self.header.stamp(meta.marker, pt, placed.seq as u16, timestamp, meta.level);
            out.rtp(to, placed.seq, header, scratch);
        } else {
            self.rtx_seq += 1;
            let header = self.rtx_header.stamp(meta.marker, rtx, self.rtx_seq as u16, timestamp, meta.level);
            out.rtp(to, self.rtx_seq, header, scratch);
        }
        true
    }
}

fn headers(section: &Subscribed) -> (Template, Template) {
    let ids = section.extensions;
    let mid = ids.mid.map(|id| (id, section.mid.as_str()));
    let level = ids.audio_level.filter(|_| section.audio);
    // A packet that is sent again as it was keeps its number, or one key stream would seal two packets: only where all
    // is retransmitted in packets of their own (RFC 4588) are they numbered.
    let wide = ids.transport_cc.filter(|_| section.payloads.iter().all(|payload| payload.rtx.is_some()));
    let elements = Elements { mid, level, wide };
    (Template::new(section.ssrc, elements), Template::new(section.rtx_ssrc, elements))
}

/// Moves the picture id and TL0PICIDX of a fresh copy of a payload.
fn move_picture(codec: Codec, payload: &mut [u8], steps: Steps) {
    if codec != Codec::Vp8 || steps.picture == 0 && steps.tl0 == 0 {
        return;
    }
    if let Ok(descriptor) = vp8::Descriptor::parse(payload) {
        write_picture(&descriptor, payload, steps.picture, steps.tl0);
    }
}

/// Writes the ids that `descriptor` was read with, moved, into the payload it was read from.
pub(super) fn write_picture(descriptor: &vp8::Descriptor, payload: &mut [u8], picture: u16, tl0: u8) {
    if let Some(id) = descriptor.picture_id {
        id.write_moved(payload, picture);
    }
    if let Some(place) = descriptor.tl0.and_then(|index| Some((payload.get_mut(index.at)?, index.value))) {
        *place.0 = place.1.wrapping_add(tl0);
    }
}
