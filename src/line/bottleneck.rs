//! The narrowest place: a queue of bytes with tail drop, served at a rate that may change while a packet is under way.

use crate::Rate;
use std::collections::VecDeque;

/// Bits times this are left of a packet, so that a rate in bits a second takes them off by the microsecond.
const MICROS: i128 = 1_000_000;

#[derive(Debug)]
pub(crate) struct Bottleneck<T> {
    rate: Rate,
    waiting: VecDeque<(usize, T)>,
    /// Bytes of all that waits behind the first.
    queued: usize,
    /// Of the first one, in millionths of a bit.
    left: i128,
    /// Up to when that is reckoned.
    at_us: i64,
}

fn work(bytes: usize) -> i128 {
    bytes as i128 * 8 * MICROS
}

impl<T> Bottleneck<T> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, waiting: VecDeque::new(), queued: 0, left: 0, at_us: 0 }
    }

    /// Takes a packet, or gives it back if the queue has no room.
    pub(crate) fn push(&mut self, now_us: i64, bytes: usize, packet: T) -> Result<(), T> {
        if self.waiting.is_empty() {
            (self.left, self.at_us) = (work(bytes), now_us);
        } else if self.queued + bytes > self.rate.queue {
            return Err(packet);
        } else {
            self.queued += bytes;
        }
        self.waiting.push_back((bytes, packet));
        Ok(())
    }

    /// When the first packet is through: whole microseconds, never early.
    pub(crate) fn done_us(&self) -> Option<i64> {
        self.waiting.front()?;
        let rate = i128::from(self.rate.bits_per_s);
        let needed = (self.left.max(0) + rate - 1) / rate;
        Some(self.at_us.saturating_add(i64::try_from(needed).unwrap_or(i64::MAX)))
    }

    /// The first packet, which is through at [`Bottleneck::done_us`]. What was left of that microsecond serves the next.
    pub(crate) fn pop(&mut self) -> Option<(usize, T)> {
        let done = self.done_us()?;
        self.serve_until(done);
        let first = self.waiting.pop_front()?;
        if let Some((bytes, _)) = self.waiting.front() {
            self.left += work(*bytes);
            self.queued -= bytes;
        }
        Some(first)
    }

    fn serve_until(&mut self, now_us: i64) {
        self.left -= i128::from(now_us - self.at_us) * i128::from(self.rate.bits_per_s);
        self.at_us = now_us;
    }

    /// Another rate from now on. What waits beyond a smaller queue stays.
    pub(crate) fn change(&mut self, now_us: i64, rate: Rate) {
        if !self.waiting.is_empty() {
            self.serve_until(now_us);
        }
        self.rate = rate;
    }

    /// Empties it.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = (usize, T)> + '_ {
        self.queued = 0;
        self.waiting.drain(..)
    }

    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}
