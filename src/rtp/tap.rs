//! The way from the media plane to the recorder: a queue that never makes forwarding wait and never sheds audio.
//!
//! Route changes travel in the same queue as packets, so that a cut lies between two packets and not between two threads.

use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// A published track as the server minted it. Opaque here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackKey(pub u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    Opus,
    Vp8,
    H264,
    Vp9,
    Av1,
}

impl Codec {
    #[must_use]
    pub fn is_audio(self) -> bool {
        matches!(self, Self::Opus)
    }

    /// Whether the record takes it. Nothing else is offered or accepted: a court does not let anybody be seen whom it
    /// cannot record.
    #[must_use]
    pub fn is_recorded(self) -> bool {
        !matches!(self, Self::Av1)
    }

    /// RTP clock rate in Hz.
    #[must_use]
    pub fn clock_rate(self) -> u32 {
        if self.is_audio() { 48_000 } else { 90_000 }
    }
}

/// What the recorder's leg carries. Times are microseconds of `CLOCK_MONOTONIC`.
#[derive(Debug, Clone)]
pub enum TapItem {
    /// From here on the track is routed to the recorder.
    On { track: TrackKey, codec: Codec, at_us: i64 },
    /// A packet in order of arrival; `seq` is the leg's own unbroken extended number, so that a hole is a loss.
    /// `level`: how loud it is by its sender's word (RFC 6464), 0 to 127 dB below overload; 127: silence, or nobody said.
    Packet { track: TrackKey, seq: u64, rtp_ts: u32, marker: bool, level: u8, arrival_us: i64, payload: Bytes },
    /// A sender report of the source, RTP time already in the leg's numbering.
    SenderReport { track: TrackKey, ntp: u64, rtp_ts: u32, arrival_us: i64 },
    /// From here on the track is no longer routed to the recorder.
    Off { track: TrackKey, at_us: i64 },
    /// Video packets were dropped because the recorder is behind.
    Shed { track: TrackKey, packets: u64, at_us: i64 },
}

impl TapItem {
    fn cost(&self) -> usize {
        match self {
            Self::Packet { payload, .. } => 96 + payload.len(),
            Self::On { .. } | Self::SenderReport { .. } | Self::Off { .. } | Self::Shed { .. } => 96,
        }
    }
}

#[derive(Debug, Clone)]
pub struct TapSender {
    queue: Sender<TapItem>,
    bytes: Arc<AtomicUsize>,
    limit: usize,
}

#[derive(Debug)]
pub struct TapReceiver {
    queue: Receiver<TapItem>,
    bytes: Arc<AtomicUsize>,
}

/// A queue that sheds video beyond `limit` bytes.
#[must_use]
pub fn tap(limit: usize) -> (TapSender, TapReceiver) {
    let (sender, receiver) = channel();
    let bytes = Arc::new(AtomicUsize::new(0));
    (TapSender { queue: sender, bytes: Arc::clone(&bytes), limit }, TapReceiver { queue: receiver, bytes })
}

impl TapSender {
    /// Whether a video packet would be shed now: the caller then counts it and says so with [`TapItem::Shed`] once
    /// there is room.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > self.limit
    }

    /// Never waits. A recorder that is gone is noticed by its owner, not here.
    pub fn push(&self, item: TapItem) {
        let cost = item.cost();
        if self.queue.send(item).is_ok() {
            self.bytes.fetch_add(cost, Ordering::Relaxed);
        }
    }
}

impl TapReceiver {
    /// The next item, or why there is none.
    ///
    /// # Errors
    /// Timeout, or the media plane is gone.
    pub fn next(&self, wait: Duration) -> Result<TapItem, RecvTimeoutError> {
        let item = self.queue.recv_timeout(wait)?;
        // The sender adds after sending, so the count may lag: it must not wrap below zero.
        let cost = item.cost();
        let _ = self.bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |b| Some(b.saturating_sub(cost)));
        Ok(item)
    }

    /// Bytes waiting.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}
