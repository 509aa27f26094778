//! Transport-wide feedback to one publisher: what came when, told every 50 ms. Negotiated but silent it starves the
//! sender; and what is told as received is never sent again, so only authenticated packets may be counted.

use assize_rtp::rtcp::transport::{Arrival, write};
use assize_rtp::seq::Extended;

/// Arrivals kept until the next feedback: more means that the next one is late.
const MAX_PENDING: usize = 2048;
/// Longest compound sent, in bytes.
const DATAGRAM: usize = 1200;

#[derive(Debug, Default)]
pub(crate) struct TransportFeedback {
    seq: Option<Extended>,
    /// The number after the last one told.
    next: Option<u64>,
    pending: Vec<Arrival>,
    count: u8,
}

impl TransportFeedback {
    /// A packet with this transport-wide number came.
    pub(crate) fn arrived(&mut self, seq: u16, at_us: i64) {
        let ext = match &mut self.seq {
            Some(extended) => extended.extend(seq),
            None => self.seq.insert(Extended::new(seq)).highest(),
        };
        if self.pending.len() < MAX_PENDING {
            self.pending.push(Arrival { seq: ext, at_us });
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Tells what came since the last time: each compound goes to `send`.
    pub(crate) fn flush(&mut self, sender: u32, media: u32, scratch: &mut Vec<u8>, mut send: impl FnMut(&[u8])) {
        self.pending.sort_unstable();
        self.pending.dedup_by_key(|arrival| arrival.seq);
        let mut rest = self.pending.as_slice();
        scratch.clear();
        while let Some(first) = rest.first() {
            // Numbers between the last feedback and this one are lost; a late packet is told by itself.
            let base = self.next.unwrap_or(first.seq).min(first.seq);
            let before = scratch.len();
            let taken = write(scratch, sender, media, self.count, base, rest);
            if scratch.len() > DATAGRAM && before > 0 {
                send(&scratch[..before]);
                scratch.drain(..before);
            }
            self.count = self.count.wrapping_add(1);
            self.next = Some(self.next.unwrap_or(0).max(rest[taken - 1].seq + 1));
            rest = &rest[taken..];
        }
        if !scratch.is_empty() {
            send(scratch);
        }
        self.pending.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use assize_rtp::rtcp::{Compound, Rtcp};
    use std::collections::BTreeMap;

    /// Number to arrival as a sender understands it.
    fn told(feedback: &mut TransportFeedback) -> BTreeMap<u16, Option<i64>> {
        let mut told = BTreeMap::new();
        feedback.flush(1, 2, &mut Vec::new(), |compound| {
            assert!(compound.len() <= 1400);
            for part in Compound::new(compound) {
                let Rtcp::Transport(feedback) = part.unwrap() else { panic!() };
                told.extend(feedback.statuses());
            }
        });
        told
    }

    #[test]
    fn holes_are_told_as_lost_even_between_two_feedbacks() {
        let mut feedback = TransportFeedback::default();
        [(65_534, 0), (65_535, 900), (1, 1200)].into_iter().for_each(|(seq, at)| feedback.arrived(seq, at));
        let first = told(&mut feedback);
        assert_eq!(first.keys().copied().collect::<Vec<_>>(), [0, 1, 65_534, 65_535]);
        assert_eq!((first[&0], first[&65_535]), (None, Some(750)));
        assert!(feedback.is_empty() && told(&mut feedback).is_empty());
        feedback.arrived(4, 50_000);
        assert_eq!(told(&mut feedback), BTreeMap::from([(2, None), (3, None), (4, Some(50_000))]));
        feedback.arrived(3, 60_000);
        assert_eq!(told(&mut feedback), BTreeMap::from([(3, Some(60_000))]), "late, and told as it came");
    }

    #[test]
    fn a_burst_goes_into_several_datagrams() {
        let mut feedback = TransportFeedback::default();
        (0..2000_u16).for_each(|seq| feedback.arrived(seq, i64::from(seq) * 25_000));
        assert_eq!(told(&mut feedback).values().flatten().count(), 2000);
    }
}
