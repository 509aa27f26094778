//! What is to be sent to one peer, sealed, in the order it goes out: the destination-major arena.

use super::sys::Outgoing;
use std::net::SocketAddr;

/// Bytes kept for a peer until the next flush; more is dropped.
const LIMIT: usize = 512 * 1024;
/// Of them, bytes that pictures leave to sound, whose packets are short.
const KEPT: usize = 64 * 1024;
pub(super) const SHORT: usize = 600;
/// Datagrams in one message to the kernel: enough to win most of what segmentation offload gives, few enough not to
/// shoot a burst through a client's access link.
const RUN: usize = 8;
/// A message stays below the largest UDP payload.
const MESSAGE: usize = 60_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Queue {
    bytes: Vec<u8>,
    lens: Vec<u16>,
    /// When the oldest forwarded packet in it arrived, microseconds.
    pub(super) oldest_us: Option<i64>,
}

impl Queue {
    pub(super) fn is_empty(&self) -> bool {
        self.lens.is_empty()
    }

    /// Appends a datagram made of `header` and `payload` with `overhead` bytes to spare behind them; `seal` turns it into
    /// what goes out and returns its length. `false`: the queue is full, or sealing failed.
    pub(super) fn push(
        &mut self,
        header: &[u8],
        payload: &[u8],
        overhead: usize,
        seal: impl FnOnce(&mut [u8], usize) -> Option<usize>,
    ) -> bool {
        let (at, len) = (self.bytes.len(), header.len() + payload.len());
        let limit = if len > SHORT { LIMIT - KEPT } else { LIMIT };
        if at + len + overhead > limit {
            return false;
        }
        self.bytes.extend_from_slice(header);
        self.bytes.extend_from_slice(payload);
        self.bytes.resize(at + len + overhead, 0);
        let sealed = seal(&mut self.bytes[at..], len).and_then(|len| Some((len, u16::try_from(len).ok()?)));
        self.bytes.truncate(at + sealed.map_or(0, |(len, _)| len));
        self.lens.extend(sealed.map(|(_, len)| len));
        sealed.is_some()
    }

    /// Messages to send from datagram `first` on: the next one, and the first datagram behind it.
    pub(super) fn message(
        &self,
        first: usize,
        offset: usize,
        to: SocketAddr,
        gso: bool,
    ) -> Option<(Outgoing<'_>, usize)> {
        let segment = *self.lens.get(first)?;
        let (mut end, mut len) = (first + 1, usize::from(segment));
        while gso && end < self.lens.len() && end - first < RUN && len + usize::from(segment) <= MESSAGE {
            let next = self.lens[end];
            if next > segment {
                break;
            }
            len += usize::from(next);
            end += 1;
            // Only the last one may be shorter.
            if next < segment {
                break;
            }
        }
        let bytes = self.bytes.get(offset..offset + len)?;
        Some((Outgoing { to, bytes, segment: if end - first > 1 { segment } else { 0 } }, end))
    }

    /// The datagrams one by one.
    pub(super) fn datagrams(&self) -> impl Iterator<Item = &[u8]> {
        let mut offset = 0;
        self.lens.iter().filter_map(move |len| {
            let from = offset;
            offset += usize::from(*len);
            self.bytes.get(from..offset)
        })
    }

    /// Datagrams in it.
    pub(super) fn count(&self) -> u64 {
        self.lens.len() as u64
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.lens.clear();
        self.oldest_us = None;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn runs(lens: &[usize], gso: bool) -> Vec<(usize, u16)> {
        let mut queue = Queue::default();
        for len in lens {
            assert!(queue.push(&vec![1; *len - 2], &[2], 1, |_, len| Some(len + 1)));
        }
        let (mut first, mut offset, mut runs) = (0, 0, Vec::new());
        let to = SocketAddr::from(([127, 0, 0, 1], 1));
        while let Some((message, next)) = queue.message(first, offset, to, gso) {
            runs.push((message.bytes.len(), message.segment));
            offset += message.bytes.len();
            first = next;
        }
        runs
    }

    #[test]
    fn equal_lengths_go_in_one_message_with_a_shorter_last_one() {
        assert_eq!(runs(&[100, 100, 60, 100], true), [(260, 100), (100, 0)]);
        assert_eq!(runs(&[60, 100, 100], true), [(60, 0), (200, 100)]);
        assert_eq!(runs(&[100; 19], true), [(800, 100), (800, 100), (300, 100)]);
        assert_eq!(runs(&[100, 100], false), [(100, 0), (100, 0)]);
    }

    #[test]
    fn what_cannot_be_sealed_leaves_nothing_behind() {
        let mut queue = Queue::default();
        assert!(!queue.push(b"ab", b"c", 4, |_, _| None));
        assert!(queue.is_empty() && queue.bytes.is_empty());
    }

    #[test]
    fn a_full_queue_takes_no_more() {
        let mut queue = Queue::default();
        let taken = (0..1000).filter(|_| queue.push(&[0; 1200], &[], 16, |_, len| Some(len))).count();
        assert_eq!(taken, (LIMIT - KEPT) / 1200);
        let voices = (0..1000).filter(|_| queue.push(&[0; 240], &[], 16, |_, len| Some(len))).count();
        assert!(voices >= KEPT / 256, "sound still goes");
    }
}
