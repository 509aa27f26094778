//! Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).

use crate::Malformed;
use crate::bits::{be16, be24};

/// Unit of the reference time, and of the deltas, in microseconds.
const REFERENCE_US: i64 = 64_000;
const DELTA_US: i64 = 250;

/// Most packets one feedback packet reports, received or not: keeps it within a datagram whatever the deltas.
pub const MAX_REPORTED: usize = 400;

/// A packet that came: its transport-wide number, unwrapped, and its arrival in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    pub seq: u64,
    pub at_us: i64,
}

/// Writes one feedback packet that reports numbers from `base` on: all between it and the last one taken from
/// `arrivals` that are not there are reported lost. `arrivals` is sorted by number, without doubles, none below `base`,
/// with times that are not negative. Gives how many arrivals were taken, at least one of a non-empty list; the rest
/// belongs to the next packet, whose base is the number after the last one taken.
///
/// The chunks are status vectors of two-bit symbols only: never longer than needed by much, and simple.
pub fn write(out: &mut Vec<u8>, sender: u32, media: u32, count: u8, base: u64, arrivals: &[Arrival]) -> usize {
    let Some(first) = arrivals.first() else { return 0 };
    // A base too far behind to be spanned: what lies before the first arrival is not reported at all.
    let base = if first.seq.saturating_sub(base) >= MAX_REPORTED as u64 { first.seq } else { base.min(first.seq) };
    let reference = first.at_us.max(0) / REFERENCE_US;
    let mut taken = 0;
    let mut time = reference * REFERENCE_US;
    // Deltas are rounded against the running sum, so that rounding errors do not add up.
    for arrival in arrivals {
        let delta = (arrival.at_us - time).div_euclid(DELTA_US);
        if arrival.seq - base >= MAX_REPORTED as u64 || i16::try_from(delta).is_err() {
            break;
        }
        time += delta * DELTA_US;
        taken += 1;
    }
    // The first always fits: it is less than the reference unit away.
    let reported = (arrivals[taken - 1].seq - base + 1) as u16;
    super::write::transport_feedback(out, sender, media, |out| {
        out.extend_from_slice(&(base as u16).to_be_bytes());
        out.extend_from_slice(&reported.to_be_bytes());
        out.extend_from_slice(&((reference as u32) << 8 | u32::from(count)).to_be_bytes());
        symbols(out, base, reported, reference, &arrivals[..taken]);
        deltas(out, reference, &arrivals[..taken]);
    });
    taken
}

fn steps(reference: i64, arrivals: &[Arrival]) -> impl Iterator<Item = (u64, i64)> {
    let mut time = reference * REFERENCE_US;
    arrivals.iter().map(move |arrival| {
        let delta = (arrival.at_us - time).div_euclid(DELTA_US);
        time += delta * DELTA_US;
        (arrival.seq, delta)
    })
}

fn symbols(out: &mut Vec<u8>, base: u64, reported: u16, reference: i64, arrivals: &[Arrival]) {
    let mut received = steps(reference, arrivals).peekable();
    for start in (0..reported).step_by(7) {
        let mut chunk = 0xc000_u16;
        for place in 0..7 {
            let seq = base + u64::from(start + place);
            if let Some((_, delta)) = received.next_if(|(number, _)| *number == seq) {
                let symbol = if (0..=255).contains(&delta) { 1 } else { 2 };
                chunk |= symbol << (12 - 2 * place);
            }
        }
        out.extend_from_slice(&chunk.to_be_bytes());
    }
}

fn deltas(out: &mut Vec<u8>, reference: i64, arrivals: &[Arrival]) {
    for (_, delta) in steps(reference, arrivals) {
        match u8::try_from(delta) {
            Ok(small) => out.push(small),
            Err(_) => out.extend_from_slice(&(delta as i16).to_be_bytes()),
        }
    }
}

/// A feedback packet as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feedback<'a> {
    pub media: u32,
    pub base: u16,
    /// How many numbers are reported.
    pub reported: u16,
    /// 24 bits, in units of 64 ms.
    pub reference: u32,
    /// Running number of feedback packets.
    pub count: u8,
    chunks: &'a [u8],
    deltas: &'a [u8],
}

impl<'a> Feedback<'a> {
    pub(super) fn parse(body: &'a [u8]) -> Result<Self, Malformed> {
        let reported = be16(body, 10)?;
        let media = crate::bits::be32(body, 4)?;
        let (base, reference) = (be16(body, 8)?, be24(body, 12)?);
        let count = *body.get(15).ok_or(Malformed)?;
        let rest = body.get(16..).ok_or(Malformed)?;
        let mut symbols = Symbols { chunks: rest, left: reported, chunk: 0, in_chunk: 0 };
        let mut bytes = 0;
        while symbols.left > 0 {
            bytes += match symbols.next().ok_or(Malformed)? {
                1 => 1,
                2 => 2,
                _ => 0,
            };
        }
        let (chunks, deltas) = rest.split_at(rest.len() - symbols.chunks.len());
        let deltas = deltas.get(..bytes).ok_or(Malformed)?;
        Ok(Self { media, base, reported, reference, count, chunks, deltas })
    }

    /// The reported numbers in order: `Some` gives the arrival in microseconds on the receiver's clock.
    #[must_use]
    pub fn statuses(&self) -> Statuses<'a> {
        let symbols = Symbols { chunks: self.chunks, left: self.reported, chunk: 0, in_chunk: 0 };
        Statuses { symbols, deltas: self.deltas, seq: self.base, time: i64::from(self.reference) * REFERENCE_US }
    }
}

/// Symbols out of run-length and vector chunks: 0 lost, 1 small delta, 2 large delta.
#[derive(Debug, Clone, Copy)]
struct Symbols<'a> {
    chunks: &'a [u8],
    left: u16,
    chunk: u16,
    /// Symbols left in the present chunk.
    in_chunk: u16,
}

impl Iterator for Symbols<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.left == 0 {
            return None;
        }
        while self.in_chunk == 0 {
            self.chunk = be16(self.chunks, 0).ok()?;
            self.chunks = &self.chunks[2..];
            self.in_chunk = match self.chunk >> 14 {
                0 | 1 => self.chunk & 0x1fff,
                2 => 14,
                _ => 7,
            };
        }
        self.in_chunk -= 1;
        self.left -= 1;
        Some(match self.chunk >> 14 {
            0 | 1 => ((self.chunk >> 13) & 3) as u8,
            2 => ((self.chunk >> self.in_chunk) & 1) as u8,
            _ => ((self.chunk >> (2 * self.in_chunk)) & 3) as u8,
        })
    }
}

/// See [`Feedback::statuses`].
#[derive(Debug, Clone, Copy)]
pub struct Statuses<'a> {
    symbols: Symbols<'a>,
    deltas: &'a [u8],
    seq: u16,
    time: i64,
}

impl Iterator for Statuses<'_> {
    type Item = (u16, Option<i64>);

    fn next(&mut self) -> Option<Self::Item> {
        let delta = match self.symbols.next()? {
            1 => {
                let (&small, rest) = self.deltas.split_first()?;
                self.deltas = rest;
                Some(i64::from(small))
            }
            2 => {
                let large = be16(self.deltas, 0).ok()? as i16;
                self.deltas = &self.deltas[2..];
                Some(i64::from(large))
            }
            _ => None,
        };
        let seq = self.seq;
        self.seq = seq.wrapping_add(1);
        Some((
            seq,
            delta.map(|delta| {
                self.time += delta * DELTA_US;
                self.time
            }),
        ))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Compound, Rtcp};
    use super::*;

    fn read(bytes: &[u8]) -> (Feedback<'_>, Vec<(u16, Option<i64>)>) {
        let Some(Ok(Rtcp::Transport(feedback))) = Compound::new(bytes).next() else { panic!("{bytes:?}") };
        (feedback, feedback.statuses().collect())
    }

    fn at(seq: u64, at_us: i64) -> Arrival {
        Arrival { seq, at_us }
    }

    #[test]
    fn arrivals_come_back_within_a_quarter_millisecond_and_holes_as_lost() {
        let start = 1_000_000_000;
        let sent = [at(65_534, start), at(65_535, start + 130), at(65_537, start + 70_000), at(65_540, start + 69_000)];
        let mut bytes = Vec::new();
        assert_eq!(write(&mut bytes, 1, 2, 9, 65_533, &sent), 4);
        assert_eq!(bytes.len() % 4, 0);
        let (feedback, statuses) = read(&bytes);
        assert_eq!((feedback.base, feedback.reported, feedback.count, feedback.media), (65_533, 8, 9, 2));
        for (place, (seq, time)) in statuses.into_iter().enumerate() {
            let number = 65_533 + place as u64;
            assert_eq!(seq, number as u16);
            match sent.iter().find(|a| a.seq == number) {
                Some(arrival) => assert!((0..250).contains(&(arrival.at_us - time.unwrap())), "{number}"),
                None => assert_eq!(time, None, "{number}"),
            }
        }
    }

    #[test]
    fn what_a_delta_cannot_span_goes_into_the_next_packet() {
        let sent = [at(1, 0), at(2, 8_000_000), at(3, 16_300_000)];
        let mut bytes = Vec::new();
        assert_eq!(write(&mut bytes, 1, 2, 0, 1, &sent), 2);
        let sent = [at(1, 0), at(1000, 10)];
        assert_eq!(write(&mut bytes, 1, 2, 0, 1, &sent), 1);
        assert_eq!(write(&mut bytes, 1, 2, 0, 2, &sent[1..]), 1);
        assert_eq!(write(&mut bytes, 1, 2, 0, 2, &[]), 0);
    }

    #[test]
    fn run_length_and_one_bit_chunks_are_read() {
        // 3 lost, then one-bit vector 10100000000000, one small delta each.
        let bytes = [0x8f, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 10, 0, 6, 0, 0, 1, 5, 0x00, 3, 0xa8, 0, 4, 8, 0, 0];
        let (_, statuses) = read(&bytes);
        let expected = [(10, None), (11, None), (12, None), (13, Some(65_000)), (14, None), (15, Some(67_000))];
        assert_eq!(statuses, expected);
    }

    #[test]
    fn chunks_of_nothing_and_missing_deltas_are_refused() {
        let empty_runs = [0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 10, 0, 6, 0, 0, 1, 5, 0, 0, 0, 0];
        assert_eq!(Compound::new(&empty_runs).next(), Some(Err(Malformed)));
        let no_delta = [0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 10, 0, 6, 0, 0, 1, 5, 0x20, 6, 1, 1];
        assert_eq!(Compound::new(&no_delta).next(), Some(Err(Malformed)));
    }
}
