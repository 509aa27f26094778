//! What one connection has not taken yet: frames, whole or not at all.

use super::HEADER;

/// Bytes that may wait: a third of a second of a full picture.
const LIMIT: usize = 128 * 1024;
/// What pictures leave free for sound and control.
const FOR_PICTURES: usize = LIMIT / 4 * 3;
/// Microseconds after which a connection that takes nothing is given up.
const STUCK_US: i64 = 15_000_000;

/// See the module. Its room is kept for the next frames.
#[derive(Debug, Default)]
pub struct Backlog {
    bytes: Vec<u8>,
    /// Bytes of the front that are gone already.
    taken: usize,
    /// Since when nothing was taken though something waits.
    since_us: Option<i64>,
}

impl Backlog {
    /// Appends a datagram as a frame. `false`: no room for it, and nothing was appended. `picture`: it may not use the
    /// last quarter of the room.
    pub fn push(&mut self, now_us: i64, datagram: &[u8], picture: bool) -> bool {
        let Ok(len) = u16::try_from(datagram.len()) else { return false };
        let limit = if picture { FOR_PICTURES } else { LIMIT };
        if self.waiting().len() + HEADER + datagram.len() > limit {
            return false;
        }
        // Half of what is kept is gone: moving the rest costs no more than writing it did.
        if self.taken > 0 && self.taken >= self.bytes.len() / 2 {
            self.bytes.copy_within(self.taken.., 0);
            self.bytes.truncate(self.bytes.len() - self.taken);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(&len.to_be_bytes());
        self.bytes.extend_from_slice(datagram);
        self.since_us.get_or_insert(now_us);
        true
    }

    /// What is to be sent, in order.
    #[must_use]
    pub fn waiting(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    /// The connection took so many bytes of it.
    pub fn took(&mut self, now_us: i64, bytes: usize) {
        if bytes == 0 {
            return;
        }
        self.taken = (self.taken + bytes).min(self.bytes.len());
        self.since_us = Some(now_us);
        if self.taken == self.bytes.len() {
            self.bytes.clear();
            (self.taken, self.since_us) = (0, None);
        }
    }

    /// Whether it has taken nothing for too long.
    #[must_use]
    pub fn is_stuck(&self, now_us: i64) -> bool {
        self.since_us.is_some_and(|since| now_us - since >= STUCK_US)
    }
}
