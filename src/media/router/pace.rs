//! Pacing: of pictures that come faster than a subscriber's line takes them, as a key frame or several at once do, what is
//! too much for now waits in the ring, in order, so that the sound beside it does not wait behind it on the line.

use super::cursor::Placed;
use super::forward::send_stored;
use super::leg::Leg;
use super::outgoing::NOTHING_WAITS;
use super::track::{Source, Track};
use super::{Router, Shared};
use crate::outbox::Outbox;
use assize_rtp::tap::Codec;
use assize_rtp::vp8;

/// What waits is looked at in this rhythm.
pub(super) const EVERY_US: i64 = 5_000;
/// So much is sent at once after a pause, to a line that is wide enough for everything and to a narrow one.
const BURST_US: (i64, i64) = (40_000, 10_000);
/// How much faster than its budget a line is sent to: one that is wide enough for everything, a narrow one, and a narrow
/// one on which packets wait.
const FASTER: (f64, f64, f64) = (4.0, 1.1, 0.9);
const QUEUE_US: i64 = 50_000;
/// What has waited so long goes at once: a key frame that is too much for the line has to get through all the same.
const PATIENCE_US: i64 = 1_000_000;
/// What was sent without waiting delays what waits by no more than this.
const DEBT_US: i64 = 200_000;

/// When a line may be sent to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pace {
    /// What 1024 bytes take, in microseconds; 0: nothing is known of the line, and all goes at once.
    kib_us: i64,
    burst_us: i64,
    /// The line is free from then on.
    free_us: i64,
}

impl Pace {
    /// The line has room for so many bits a second of pictures, and is given so many; `narrow`: more could be used. Packets
    /// wait on it for so long.
    pub(super) fn set(&mut self, budget: f64, given: f64, narrow: bool, queue_us: i64) {
        let rate = match narrow {
            false => budget * FASTER.0,
            true if queue_us < QUEUE_US => budget.max(given) * FASTER.1,
            true => budget.max(given) * FASTER.2,
        };
        self.kib_us = (8e6 * 1024.0 / rate.max(1.0)) as i64;
        self.burst_us = if narrow { BURST_US.1 } else { BURST_US.0 };
    }

    #[inline(always)]
    pub(super) fn sent(&mut self, now_us: i64, bytes: usize) {
        let free_us = self.free_us.max(now_us - self.burst_us) + ((bytes as i64 * self.kib_us) >> 10);
        self.free_us = free_us.min(now_us + DEBT_US);
    }

    #[inline(always)]
    pub(super) fn is_spent(&self, now_us: i64) -> bool {
        self.free_us > now_us
    }
}

impl Router {
    /// Sends what has waited and may go now, who speaks first; whether anything waits still.
    pub(super) fn pace(&mut self, now_us: i64, out: &mut impl Outbox) -> bool {
        let [speaker, _] = self.turns();
        let mut waits = false;
        for speaks in [true, false] {
            for track in self.tracks.iter_mut().flatten().filter(|track| track.pacing) {
                if track.source.as_ref().is_none_or(|source| (Some(source.transport) == speaker) == speaks) {
                    waits |= track.pace(now_us, &mut self.shared, out);
                }
            }
        }
        waits
    }
}

impl Track {
    fn pace(&mut self, now_us: i64, shared: &mut Shared, out: &mut impl Outbox) -> bool {
        self.pacing = false;
        let Self { source: Some(source), legs, pacing, .. } = self else { return false };
        for leg in legs.iter_mut().filter(|leg| leg.out.later != NOTHING_WAITS) {
            send_later(now_us, source, leg, shared, out);
            *pacing |= leg.out.later != NOTHING_WAITS;
        }
        *pacing
    }
}

fn send_later(now_us: i64, source: &Source, leg: &mut Leg, shared: &mut Shared, out: &mut impl Outbox) {
    while leg.out.later <= leg.out.cursor.highest() {
        let seq = leg.out.later;
        let found = leg
            .out
            .cursor
            .sent_as(seq)
            .and_then(|(layer, ext, steps)| Some((source.layers.get(usize::from(layer))?.ring.get(ext)?, steps)));
        // What has not come yet, or not any more, is a hole as it is without pacing.
        if let Some((stored, steps)) = found {
            let fresh = now_us - stored.meta.arrival_us < PATIENCE_US;
            if fresh && shared.lines.at(leg.line).pace.is_spent(now_us) {
                return;
            }
            let is_vp8 = stored.meta.codec == Codec::Vp8;
            let vp8 = vp8::Descriptor::parse(shared.pool.payload(stored)).ok().filter(|_| is_vp8);
            send_stored(leg, Placed { seq, steps }, stored, vp8.as_ref(), shared, out);
        }
        leg.out.later = seq + 1;
    }
    leg.out.later = NOTHING_WAITS;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_pause_a_burst_goes_at_once_and_then_so_much_a_second() {
        let mut pace = Pace::default();
        pace.sent(0, 1_000_000);
        assert!(!pace.is_spent(0), "nothing is known of the line");
        // 1 Mb/s: a byte takes 8 us, and 5 000 go at once.
        pace.set(250_000.0, 0.0, false, 0);
        let at_once = |pace: &mut Pace, now_us| {
            let mut bytes = 0;
            while !pace.is_spent(now_us) {
                pace.sent(now_us, 100);
                bytes += 100;
            }
            bytes
        };
        assert!((5_000..=5_100).contains(&at_once(&mut pace, 10_000_000)));
        assert!(!pace.is_spent(10_000_900));
        let sent: usize = (1..=1000).map(|ms| at_once(&mut pace, 10_000_000 + ms * 1000)).sum();
        assert!((124_000..=126_000).contains(&sent), "{sent}");
        pace.set(50_000.0, 100_000.0, true, 0);
        assert_eq!(at_once(&mut pace, 30_000_000), 200, "15 ms of it");
    }
}
