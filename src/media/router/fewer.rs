//! Fewer pictures a second for a leg whose line has no room for all of its lowest layer: those that others build on, which
//! are those of the lower temporal layers (RFC 7741 section 4.2), and no others.

use super::leg::Leg;
use super::meter::Meter;
use super::ring::Meta;
use assize_rtp::vp8;

/// Temporal layers that can be a leg's highest; more than one above them are left out together.
const LOWER: usize = 2;
/// Less is a picture that stands still, and is to be called so.
const PICTURES: f64 = 5.0;
/// Fewer pictures are worth it if they take less than this share of all.
const WORTH: f64 = 0.9;

/// What the temporal layers of one encoding take.
#[derive(Debug, Default)]
pub(super) struct Temporal {
    /// Bits and pictures a second, up to each.
    bits: [Meter; LOWER],
    pictures: [Meter; LOWER],
    highest: u8,
}

impl Temporal {
    pub(super) fn packet(&mut self, now_us: i64, descriptor: &vp8::Descriptor, payload: usize) {
        let Some(temporal) = descriptor.temporal else { return };
        self.highest = self.highest.max(temporal);
        for at in usize::from(temporal)..LOWER {
            self.bits[at].add(now_us, payload);
            if descriptor.frame_start {
                self.pictures[at].count(now_us, 1);
            }
        }
    }

    /// Of an encoding of so many bits a second, the lowest temporal layer up to which there are enough pictures to be called
    /// moving, and their bits a second. `None`: there is nothing to leave out, or nothing would be won.
    pub(super) fn fewer(&self, now_us: i64, all: f64) -> Option<(u8, f64)> {
        let moves = |at: &u8| self.pictures[usize::from(*at)].rate(now_us) >= PICTURES;
        let layer = (0..LOWER as u8).filter(|at| *at < self.highest).find(moves)?;
        let bits = self.bits[usize::from(layer)].rate(now_us);
        (bits < all * WORTH).then_some((layer, bits))
    }
}

/// Which pictures of its layer a leg gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fewer {
    /// There is no room for more than those up to this temporal layer.
    pub(super) wanted: Option<u8>,
    /// Those above it are left out now.
    now: Option<u8>,
}

impl Fewer {
    /// Whether there is anything to be done.
    #[inline]
    pub(super) fn any(self) -> bool {
        self.wanted.is_some() || self.now.is_some()
    }

    /// The leg goes on with a key frame, on which all pictures behind it build.
    pub(super) fn key_frame(&mut self) {
        self.now = None;
    }

    /// Whether a packet beyond all before is left out. Never from the middle of a picture on; and more pictures come again
    /// with one that builds on none that was left out.
    fn leaves_out(&mut self, descriptor: &vp8::Descriptor) -> bool {
        let Some(temporal) = descriptor.temporal.filter(|temporal| *temporal > 0) else { return false };
        let (wanted, now) = (self.wanted.unwrap_or(u8::MAX), self.now.unwrap_or(u8::MAX));
        // The one above builds on all that was sent, if it is the next or says so.
        let again = now > 0 || temporal == 1 && descriptor.layer_sync;
        if descriptor.frame_start && (wanted < now || wanted > now && again) {
            self.now = self.wanted;
        }
        self.now.is_some_and(|highest| temporal > highest)
    }
}

impl Leg {
    /// Whether the leg gets a packet of its layer not at all.
    pub(super) fn leaves_out(&mut self, meta: &Meta, descriptor: Option<&vp8::Descriptor>, key: bool) -> bool {
        let Some(descriptor) = descriptor.filter(|_| self.out.cursor.is_beyond(meta.layer, meta.ext)) else {
            return false;
        };
        if key {
            self.fewer.key_frame();
        }
        self.fewer.leaves_out(descriptor) && self.out.cursor.leave_out(meta.layer, meta.ext, descriptor)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Of the temporal layer; with `Y`; the packet that begins it.
    fn picture(temporal: u8, sync: bool, start: bool) -> vp8::Descriptor {
        let bytes = [0x80 | (u8::from(start) << 4), 0x20, (temporal << 6) | (u8::from(sync) << 5), 0];
        vp8::Descriptor::parse(&bytes).unwrap()
    }

    #[test]
    fn pictures_are_left_out_whole_until_one_that_builds_on_none_of_them() {
        let mut fewer = Fewer::default();
        assert!(!fewer.any() && !fewer.leaves_out(&picture(2, false, true)));
        fewer.wanted = Some(0);
        assert!(!fewer.leaves_out(&picture(2, false, false)), "the rest of a picture that has been sent");
        assert!(fewer.leaves_out(&picture(1, true, true)) && fewer.leaves_out(&picture(1, true, false)));
        assert!(!fewer.leaves_out(&picture(0, false, true)));
        fewer.wanted = None;
        assert!(fewer.any() && fewer.leaves_out(&picture(2, true, true)), "what follows it builds on one of layer 1");
        assert!(fewer.leaves_out(&picture(1, false, true)));
        assert!(fewer.leaves_out(&picture(1, true, false)), "its beginning is lost");
        assert!(!fewer.leaves_out(&picture(1, true, true)) && !fewer.leaves_out(&picture(2, false, true)));
        assert!(!fewer.any());
    }

    #[test]
    fn half_of_the_pictures_are_left_out_and_come_again_without_further_ado() {
        let mut fewer = Fewer { wanted: Some(1), now: None };
        assert!(fewer.leaves_out(&picture(2, true, true)) && !fewer.leaves_out(&picture(1, false, true)));
        fewer.wanted = Some(0);
        assert!(fewer.leaves_out(&picture(1, false, true)));
        fewer.wanted = Some(1);
        assert!(fewer.leaves_out(&picture(1, false, true)) && !fewer.leaves_out(&picture(1, true, true)));
        assert!(fewer.leaves_out(&picture(2, true, true)));
        fewer.wanted = None;
        assert!(fewer.leaves_out(&picture(2, false, false)) && !fewer.leaves_out(&picture(2, false, true)));
    }

    #[test]
    fn with_a_key_frame_all_come_and_without_temporal_layers_all_always_do() {
        let mut fewer = Fewer { wanted: Some(0), now: None };
        let plain = vp8::Descriptor::parse(&[0x10, 0]).unwrap();
        assert!(!fewer.leaves_out(&plain) && fewer.leaves_out(&picture(1, false, true)));
        fewer.wanted = None;
        assert!(fewer.leaves_out(&picture(1, false, true)));
        fewer.key_frame();
        assert!(!fewer.leaves_out(&picture(1, false, true)));
    }

    #[test]
    fn so_many_are_left_out_that_the_picture_still_moves() {
        let fewer = |us: i64| {
            let mut temporal = Temporal::default();
            for n in 0..200_i64 {
                let layer = [0, 2, 1, 2][n as usize % 4];
                temporal.packet(n * us, &picture(layer, false, true), 200);
                temporal.packet(n * us, &picture(layer, false, false), 200);
            }
            temporal.fewer(200 * us, 1e6).map(|(layer, _)| layer)
        };
        assert_eq!([fewer(33_333), fewer(66_667), fewer(125_000)], [Some(0), Some(1), None]);
        let mut temporal = Temporal::default();
        (0..60).for_each(|n| temporal.packet(n * 33_333, &picture(0, false, true), 200));
        assert_eq!(temporal.fewer(2_000_000, 1e6), None, "nothing to leave out");
        temporal.packet(2_000_000, &picture(1, false, true), 1);
        assert_eq!(temporal.fewer(2_000_000, 1e6).map(|(layer, _)| layer), Some(0));
        assert_eq!(temporal.fewer(2_000_000, 6e4), None, "nothing to be won");
    }
}
