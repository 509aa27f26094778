//! What the line is known to carry: bytes that arrived, over the receiver's own time.

use std::collections::VecDeque;

/// Over so long; less than this is no rate yet.
const WINDOW_US: i64 = 500_000;
const LEAST_US: i64 = 100_000;
const MOST: usize = 2048;

#[derive(Debug, Default)]
pub(super) struct Received {
    packets: VecDeque<(i64, u16)>,
    bytes: u64,
}

impl Received {
    pub(super) fn packet(&mut self, arrived_us: i64, bytes: u16) {
        self.packets.push_back((arrived_us, bytes));
        self.bytes += u64::from(bytes);
        let latest = self.packets.iter().rev().take(8).map(|packet| packet.0).max().unwrap_or(arrived_us);
        while let Some((at, bytes)) = self.packets.front().copied()
            && (latest - at > WINDOW_US || self.packets.len() > MOST)
        {
            self.packets.pop_front();
            self.bytes -= u64::from(bytes);
        }
    }

    /// Bits a second; `None` while too little is known.
    pub(super) fn rate(&self) -> Option<f64> {
        let (first, last) = (self.packets.front()?, self.packets.back()?);
        let passed_us = last.0 - first.0;
        // The first packet took its time before the window began.
        let bytes = self.bytes - u64::from(first.1);
        (passed_us >= LEAST_US).then(|| bytes as f64 * 8e6 / passed_us as f64)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_half_second() {
        let mut received = Received::default();
        assert_eq!(received.rate(), None);
        (0..100).for_each(|n| received.packet(n * 10_000, 1000));
        assert!((received.rate().unwrap() - 800_000.0).abs() < 1.0);
        (0..100).for_each(|n| received.packet(1_000_000 + n * 20_000, 1000));
        assert!((received.rate().unwrap() - 400_000.0).abs() < 1.0);
    }
}
