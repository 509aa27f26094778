//! Redundancy for sound (RFC 2198): with a packet go those just before it, for whoever takes that. Made out of the ring,
//! where sound is plain, whatever its publisher sends.

use super::ring::{Pool, Ring, Stored};
use assize_rtp::red;

/// Packets before it that go with one at most.
pub(super) const MOST: u8 = 2;
/// Longest payload with redundancy, bytes: what sound needs that much, has no need of more.
const LONGEST: usize = 1_100;

/// Which packets before one go with it: bit `k - 1` for the `k`th before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Earlier(pub(super) u8);

impl Earlier {
    pub(super) const NONE: Self = Self(0);

    /// Numbers, the oldest first.
    fn of(self, ext: u64) -> impl Iterator<Item = u64> {
        (1..=u64::from(MOST)).rev().filter(move |back| self.0 & (1 << (back - 1)) != 0).map(move |back| ext - back)
    }

    /// Those of them that are from `first` on, and not further back than `most`.
    pub(super) fn limited(self, ext: u64, first: u64, most: u8) -> Self {
        let back = ext.saturating_sub(first).min(u64::from(most)) as u32;
        Self(self.0 & ((1_u8 << back.min(7)) - 1))
    }
}

/// The packets that are here and fit to go with a stored one.
pub(super) fn at_hand(ring: &Ring, stored: &Stored) -> Earlier {
    let (mut len, mut mask) = (stored.len(), 0);
    for back in 1..=u64::from(MOST) {
        let Some(earlier) = stored.meta.ext.checked_sub(back).and_then(|ext| ring.get(ext)) else { continue };
        let offset = stored.meta.timestamp.wrapping_sub(earlier.meta.timestamp);
        if earlier.meta.codec != stored.meta.codec || earlier.len() == 0 || !red::fits(offset, earlier.len()) {
            continue;
        }
        len += earlier.len();
        if len <= LONGEST {
            mask |= 1 << (back - 1);
        }
    }
    Earlier(mask)
}

/// Writes a stored packet with `earlier` ones; `pt` is its codec's payload type. False if one of them is gone.
pub(super) fn write(stored: &Stored, earlier: Earlier, pt: u8, ring: &Ring, pool: &Pool, out: &mut Vec<u8>) -> bool {
    out.clear();
    for ext in earlier.of(stored.meta.ext) {
        let Some(earlier) = ring.get(ext) else { return false };
        red::write_head(out, pt, stored.meta.timestamp.wrapping_sub(earlier.meta.timestamp), earlier.len());
    }
    red::write_last(out, pt);
    let earlier = earlier.of(stored.meta.ext).filter_map(|ext| ring.get(ext));
    earlier.chain([stored]).for_each(|stored| out.extend_from_slice(pool.read(stored)));
    true
}

/// What went with each of the last packets of a stream, as many as a ring of sound keeps: sent again, a packet has to be
/// the very same, since other bytes sealed under its number would give the key away.
#[derive(Debug)]
pub(super) struct Made(Box<[Earlier; 256]>);

impl Made {
    pub(super) fn new() -> Self {
        Self(Box::new([Earlier::NONE; 256]))
    }

    pub(super) fn set(&mut self, seq: u64, earlier: Earlier) {
        self.0[seq as usize & 255] = earlier;
    }

    pub(super) fn get(&self, seq: u64) -> Earlier {
        self.0[seq as usize & 255]
    }
}
