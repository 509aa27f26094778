//! The plaintext ring of one published layer, in slots of one pool: it serves forwarding, retransmission and the recorder.

use assize_rtp::tap::Codec;

/// Longest payload kept; a datagram has at most 1500 bytes.
pub(super) const SLOT: usize = 1500;

/// Slots the pool grows by at a time.
const CHUNK: usize = 64;

/// What is older is of no use to anybody: players have given up on it.
const KEEP_US: i64 = 3_000_000;

/// Payload slots of equal size, reused and never given back to the system while the hearing lives.
#[derive(Debug, Default)]
pub(super) struct Pool {
    chunks: Vec<Box<[u8]>>,
    free: Vec<u32>,
}

impl Pool {
    fn take(&mut self) -> u32 {
        if let Some(slot) = self.free.pop() {
            return slot;
        }
        let first = (self.chunks.len() * CHUNK) as u32;
        self.chunks.push(vec![0; SLOT * CHUNK].into_boxed_slice());
        self.free.extend((first + 1..first + CHUNK as u32).rev());
        first
    }

    fn give(&mut self, slot: u32) {
        self.free.push(slot);
    }

    /// The payload of a stored packet.
    pub(super) fn payload(&mut self, stored: &Stored) -> &mut [u8] {
        let (chunk, at) = (stored.slot as usize / CHUNK, stored.slot as usize % CHUNK * SLOT);
        &mut self.chunks[chunk][at..at + usize::from(stored.len)]
    }

    /// As [`Pool::payload`], to read.
    pub(super) fn read(&self, stored: &Stored) -> &[u8] {
        let (chunk, at) = (stored.slot as usize / CHUNK, stored.slot as usize % CHUNK * SLOT);
        &self.chunks[chunk][at..at + stored.len()]
    }

    #[cfg(test)]
    pub(super) fn in_use(&self) -> usize {
        self.chunks.len() * CHUNK - self.free.len()
    }
}

/// What is known of a received packet besides its payload.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meta {
    pub(super) layer: u8,
    /// Place in the layer's unwrapped numbering.
    pub(super) ext: u64,
    pub(super) timestamp: u32,
    pub(super) arrival_us: i64,
    pub(super) marker: bool,
    pub(super) codec: Codec,
    /// Value of the audio level element; 127: silence, or none given.
    pub(super) level: u8,
}

/// A packet in the ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    pub(super) meta: Meta,
    slot: u32,
    len: u16,
}

impl Stored {
    /// Of the payload, bytes.
    pub(super) fn len(&self) -> usize {
        usize::from(self.len)
    }
}

/// The last packets of a layer by number. Its table is made with the first packet.
#[derive(Debug)]
pub(super) struct Ring {
    entries: Vec<Option<Stored>>,
    capacity: usize,
    /// Nothing below it is kept.
    tail: u64,
    head: u64,
}

impl Ring {
    /// `capacity` in packets, a power of two.
    pub(super) fn new(capacity: usize) -> Self {
        debug_assert!(capacity.is_power_of_two());
        Self { entries: Vec::new(), capacity, tail: 0, head: 0 }
    }

    /// Nothing below it is kept.
    pub(super) fn tail(&self) -> u64 {
        self.tail
    }

    fn at(&self, ext: u64) -> usize {
        ext as usize & (self.capacity - 1)
    }

    pub(super) fn get(&self, ext: u64) -> Option<&Stored> {
        self.entries.get(self.at(ext))?.as_ref().filter(|stored| stored.meta.ext == ext)
    }

    /// Keeps a packet; `None` if it is too long or too old to be kept.
    pub(super) fn insert(&mut self, pool: &mut Pool, meta: Meta, payload: &[u8]) -> Option<Stored> {
        if payload.len() > SLOT {
            return None;
        }
        if self.entries.is_empty() {
            self.entries.resize(self.capacity, None);
            (self.tail, self.head) = (meta.ext, meta.ext);
        }
        if meta.ext > self.head {
            self.head = meta.ext;
            self.trim(pool, meta.arrival_us);
        } else if self.head - meta.ext >= self.capacity as u64 {
            return None;
        } else {
            self.tail = self.tail.min(meta.ext);
        }
        let at = self.at(meta.ext);
        let slot = match self.entries[at].take() {
            Some(old) => old.slot,
            None => pool.take(),
        };
        let stored = Stored { meta, slot, len: payload.len() as u16 };
        pool.payload(&stored).copy_from_slice(payload);
        self.entries[at] = Some(stored);
        Some(stored)
    }

    /// Gives back what is too old or does not fit any more.
    fn trim(&mut self, pool: &mut Pool, now_us: i64) {
        while self.tail < self.head {
            let crowded = self.head - self.tail >= self.capacity as u64;
            let at = self.at(self.tail);
            match &self.entries[at] {
                Some(stored) if stored.meta.ext == self.tail => {
                    if !crowded && now_us - stored.meta.arrival_us < KEEP_US {
                        return;
                    }
                    pool.give(stored.slot);
                    self.entries[at] = None;
                }
                // A number that never came is passed once a kept one behind it is passed; a stale one cannot be here.
                _ => {}
            }
            self.tail += 1;
        }
    }

    /// Gives all slots back.
    pub(super) fn clear(&mut self, pool: &mut Pool) {
        for stored in self.entries.drain(..).flatten() {
            pool.give(stored.slot);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn meta(ext: u64, arrival_us: i64) -> Meta {
        Meta { layer: 0, ext, timestamp: 0, arrival_us, marker: false, codec: Codec::Vp8, level: 127 }
    }

    #[test]
    fn the_newest_packets_are_kept_and_slots_are_reused() {
        let (mut pool, mut ring) = (Pool::default(), Ring::new(16));
        for ext in 100..200 {
            ring.insert(&mut pool, meta(ext, 0), &[ext as u8; 3]).unwrap();
        }
        assert_eq!(pool.in_use(), 16);
        assert!(ring.get(183).is_none());
        let stored = *ring.get(184).unwrap();
        assert_eq!(pool.payload(&stored), [184; 3]);
        assert!(ring.insert(&mut pool, meta(180, 0), &[1]).is_none(), "too old");
        ring.clear(&mut pool);
        assert_eq!(pool.in_use(), 0);
    }

    #[test]
    fn what_is_older_than_three_seconds_gives_its_slot_back() {
        let (mut pool, mut ring) = (Pool::default(), Ring::new(1024));
        for ext in 0..500_u64 {
            ring.insert(&mut pool, meta(ext, ext as i64 * 100_000), &[0]).unwrap();
        }
        assert!(pool.in_use() <= 31, "{}", pool.in_use());
        ring.insert(&mut pool, meta(1499, 50_100_000), &[0]).unwrap();
        assert!(ring.get(499).is_some());
        ring.insert(&mut pool, meta(1600, 60_000_000), &[0]).unwrap();
        assert_eq!(pool.in_use(), 1);
    }

    #[test]
    fn a_reordered_first_packet_finds_room() {
        let (mut pool, mut ring) = (Pool::default(), Ring::new(16));
        ring.insert(&mut pool, meta(100, 0), &[1]).unwrap();
        ring.insert(&mut pool, meta(98, 0), &[2]).unwrap();
        ring.insert(&mut pool, meta(99, 0), &[3]).unwrap();
        assert!((98..=100).all(|ext| ring.get(ext).is_some()));
    }
}
