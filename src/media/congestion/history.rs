//! What was sent under which transport-wide number, until feedback tells what became of it.

use assize_rtp::seq::near;

/// Packets remembered at first, and at most: two seconds of 8 Mb/s in packets of a kilobyte. Powers of two.
const KEPT: (usize, usize) = (256, 2048);
/// A table that is filled within this is too small.
const SPEAKS_US: i64 = 2_000_000;
/// The reference time of feedback wraps after so many microseconds (24 bits of 64 ms).
const WRAP_US: i64 = (1 << 24) * 64_000;

/// A packet that left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) at_us: i64,
    pub(super) bytes: u16,
    /// The probe it belongs to; 0: none.
    pub(super) probe: u8,
}

/// A packet that left, in eight bytes: there is a table of them for each connection.
#[derive(Debug, Clone, Copy)]
struct Kept {
    /// The low half of the time; what is remembered is less than 71 minutes old, or of no use.
    at_us: u32,
    bytes: u16,
    probe: u8,
    /// It is not remembered, or feedback has spoken of it as received.
    done: bool,
}

const NEVER: Kept = Kept { at_us: 0, bytes: 0, probe: 0, done: true };

/// What became of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) sent: Sent,
    /// On the receiver's clock, unwrapped; `None`: lost, for all that is known.
    pub(super) arrived_us: Option<i64>,
}

#[derive(Debug)]
pub(super) struct History {
    /// Its length is a power of two; it grows with the rate.
    ring: Vec<Kept>,
    /// Its length less one.
    mask: u64,
    /// When its first place was written last.
    lap_us: i64,
    /// The next number.
    next: u64,
    /// When the last one left.
    last_us: i64,
    /// The last arrival told, and what is added to the receiver's times for the wraps so far.
    arrival_us: Option<i64>,
    wrapped_us: i64,
}

impl History {
    pub(super) fn new() -> Self {
        Self { ring: Vec::new(), mask: 0, lap_us: 0, next: 0, last_us: 0, arrival_us: None, wrapped_us: 0 }
    }

    #[inline]
    pub(super) fn sent(&mut self, at_us: i64, bytes: usize, probe: u8) -> u16 {
        let seq = self.next;
        if seq & self.mask == 0 {
            self.begin_lap(seq, at_us);
        }
        if let Some(entry) = self.ring.get_mut((seq & self.mask) as usize) {
            let bytes = u16::try_from(bytes).unwrap_or(u16::MAX);
            *entry = Kept { at_us: at_us as u32, bytes, probe, done: false };
        }
        (self.next, self.last_us) = (seq + 1, at_us);
        seq as u16
    }

    /// The table is full, or there is none yet.
    #[cold]
    fn begin_lap(&mut self, seq: u64, at_us: i64) {
        let (former, len) = (self.ring.len(), (self.ring.len() * 2).clamp(KEPT.0, KEPT.1));
        let grows = former < len && (former == 0 || at_us - self.lap_us < SPEAKS_US);
        if grows {
            let old = std::mem::replace(&mut self.ring, vec![NEVER; len]);
            self.mask = len as u64 - 1;
            for number in seq.saturating_sub(former as u64)..seq {
                self.ring[(number & self.mask) as usize] = old[number as usize & (former - 1)];
            }
        }
        // A table that grew goes on with the lap of the former one.
        if !grows || former == 0 {
            self.lap_us = at_us;
        }
    }

    /// What feedback says of one number; `None` if that is nothing new, or nothing was sent under it.
    pub(super) fn told(&mut self, seq: u16, arrived_us: Option<i64>) -> Option<Fate> {
        let number = near(self.next.checked_sub(1)?, seq);
        if number >= self.next || self.next - number > self.ring.len() as u64 {
            return None;
        }
        let arrived_us = arrived_us.map(|at| self.unwrap(at));
        let kept = self.ring.get_mut((number & self.mask) as usize)?;
        if kept.done {
            return None;
        }
        kept.done = arrived_us.is_some();
        let age = (self.last_us as u32).wrapping_sub(kept.at_us);
        let sent = Sent { at_us: self.last_us - i64::from(age), bytes: kept.bytes, probe: kept.probe };
        Some(Fate { sent, arrived_us })
    }

    fn unwrap(&mut self, at_us: i64) -> i64 {
        let mut at = at_us + self.wrapped_us;
        if let Some(last) = self.arrival_us {
            while at - last < -WRAP_US / 2 {
                self.wrapped_us += WRAP_US;
                at += WRAP_US;
            }
            while at - last > WRAP_US / 2 && self.wrapped_us >= WRAP_US {
                at -= WRAP_US;
            }
        }
        self.arrival_us = Some(self.arrival_us.map_or(at, |last| last.max(at)));
        at
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_packet_is_told_of_once_and_a_loss_may_turn_out_to_be_none() {
        let mut history = History::new();
        assert_eq!(history.told(0, Some(1)), None, "nothing was sent");
        let seq = history.sent(10, 1200, 0);
        assert_eq!(history.told(seq, None).unwrap().arrived_us, None);
        let fate = history.told(seq, Some(500)).unwrap();
        assert_eq!((fate.sent.at_us, fate.sent.bytes, fate.arrived_us), (10, 1200, Some(500)));
        assert_eq!((history.told(seq, Some(500)), history.told(seq + 1, Some(1))), (None, None));
    }

    #[test]
    fn what_is_too_old_is_forgotten_and_numbers_wrap() {
        let mut history = History::new();
        for at in 0..70_000 {
            history.sent(at, 100, 0);
        }
        let last = (69_999 % 65_536) as u16;
        assert_eq!(history.told(last, Some(1)).unwrap().sent.at_us, 69_999);
        assert_eq!(history.told(last.wrapping_sub(KEPT.1 as u16), Some(1)), None);
    }

    #[test]
    fn it_remembers_two_seconds_and_takes_the_room_for_them() {
        for (every_us, room) in [(100_000, 256), (10_000, 256), (5_000, 512), (1000, 2048), (100, 2048)] {
            let mut history = History::new();
            // The clock's low half wraps in between.
            let begun = (1_i64 << 40) - 3_000_000;
            let count = (6_000_000 / every_us).max(100);
            for n in 0..count {
                history.sent(begun + n * every_us, n as usize % 1000, 0);
            }
            assert_eq!(history.ring.len(), room, "every {every_us} us");
            let last = (count - 1) as u16;
            for back in 0..(1_900_000 / every_us).min(2000).min(count - 1) {
                let fate = history.told(last.wrapping_sub(back as u16), None).unwrap();
                let n = count - 1 - back;
                assert_eq!((fate.sent.at_us, fate.sent.bytes), (begun + n * every_us, (n % 1000) as u16));
            }
        }
    }

    #[test]
    fn the_receivers_clock_wraps() {
        let mut history = History::new();
        (0..3).for_each(|at| {
            history.sent(at, 100, 0);
        });
        let at = |fate: Option<Fate>| fate.unwrap().arrived_us.unwrap();
        let before = at(history.told(0, Some(WRAP_US - 1000)));
        assert_eq!(at(history.told(1, Some(2000))) - before, 3000);
        assert_eq!(at(history.told(2, Some(WRAP_US - 500))) - before, 500, "late, from before the wrap");
    }
}
