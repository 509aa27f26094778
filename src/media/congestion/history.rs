//! What was sent under which transport-wide number, until feedback tells what became of it.

use assize_rtp::seq::near;

/// Packets remembered: two seconds of 8 Mb/s in packets of a kilobyte. A power of two.
const KEPT: usize = 2048;
/// The reference time of feedback wraps after so many microseconds (24 bits of 64 ms).
const WRAP_US: i64 = (1 << 24) * 64_000;

/// A packet that left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sent {
    pub(super) at_us: i64,
    pub(super) bytes: u16,
    /// The probe it belongs to; 0: none.
    pub(super) probe: u8,
    /// It is not remembered, or feedback has spoken of it as received.
    done: bool,
}

/// What became of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) sent: Sent,
    /// On the receiver's clock, unwrapped; `None`: lost, for all that is known.
    pub(super) arrived_us: Option<i64>,
}

#[derive(Debug)]
pub(super) struct History {
    ring: Vec<Sent>,
    /// The next number.
    next: u64,
    /// The last arrival told, and what is added to the receiver's times for the wraps so far.
    arrival_us: Option<i64>,
    wrapped_us: i64,
}

impl History {
    pub(super) fn new() -> Self {
        Self { ring: Vec::new(), next: 0, arrival_us: None, wrapped_us: 0 }
    }

    #[inline]
    pub(super) fn sent(&mut self, at_us: i64, bytes: usize, probe: u8) -> u16 {
        if self.ring.is_empty() {
            self.ring.resize(KEPT, Sent { done: true, ..Sent::default() });
        }
        let seq = self.next;
        self.next += 1;
        self.ring[seq as usize % KEPT] =
            Sent { at_us, bytes: u16::try_from(bytes).unwrap_or(u16::MAX), probe, done: false };
        seq as u16
    }

    /// What feedback says of one number; `None` if that is nothing new, or nothing was sent under it.
    pub(super) fn told(&mut self, seq: u16, arrived_us: Option<i64>) -> Option<Fate> {
        let number = near(self.next.checked_sub(1)?, seq);
        if number >= self.next || self.next - number > KEPT as u64 {
            return None;
        }
        let arrived_us = arrived_us.map(|at| self.unwrap(at));
        let sent = &mut self.ring[number as usize % KEPT];
        if sent.done {
            return None;
        }
        sent.done = arrived_us.is_some();
        Some(Fate { sent: *sent, arrived_us })
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
        assert_eq!(history.told(last.wrapping_sub(KEPT as u16), Some(1)), None);
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
