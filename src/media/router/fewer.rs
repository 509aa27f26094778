//! Fewer pictures a second for a leg whose line has no room for all of its lowest layer: those that others build on, which
//! are those of temporal layer 0 (RFC 7741 section 4.2), and no others.

use super::leg::Leg;
use super::ring::Meta;
use assize_rtp::vp8;

/// Which pictures of its layer a leg gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fewer {
    /// There is no room for all of them.
    pub(super) wanted: bool,
    /// Pictures are left out now.
    now: bool,
}

impl Fewer {
    /// Whether there is anything to be done.
    #[inline]
    pub(super) fn any(self) -> bool {
        self.wanted || self.now
    }

    /// The leg goes on with a key frame, on which all pictures behind it build.
    pub(super) fn key_frame(&mut self) {
        self.now = false;
    }

    /// Whether a packet beyond all before is left out. Never from the middle of a picture on; and all pictures come again
    /// with one that builds on none that was left out.
    fn leaves_out(&mut self, descriptor: &vp8::Descriptor) -> bool {
        let upper = descriptor.temporal.filter(|temporal| *temporal > 0);
        let Some(temporal) = upper else { return false };
        if descriptor.frame_start {
            let again = temporal == 1 && descriptor.layer_sync;
            self.now = self.wanted || self.now && !again;
        }
        self.now
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
        fewer.wanted = true;
        assert!(!fewer.leaves_out(&picture(2, false, false)), "the rest of a picture that has been sent");
        assert!(fewer.leaves_out(&picture(1, true, true)) && fewer.leaves_out(&picture(1, true, false)));
        assert!(!fewer.leaves_out(&picture(0, false, true)));
        fewer.wanted = false;
        assert!(fewer.any() && fewer.leaves_out(&picture(2, true, true)), "what follows it builds on one of layer 1");
        assert!(fewer.leaves_out(&picture(1, false, true)));
        assert!(fewer.leaves_out(&picture(1, true, false)), "its beginning is lost");
        assert!(!fewer.leaves_out(&picture(1, true, true)) && !fewer.leaves_out(&picture(2, false, true)));
        assert!(!fewer.any());
    }

    #[test]
    fn with_a_key_frame_all_come_and_without_temporal_layers_all_always_do() {
        let mut fewer = Fewer { wanted: true, now: false };
        let plain = vp8::Descriptor::parse(&[0x10, 0]).unwrap();
        assert!(!fewer.leaves_out(&plain) && fewer.leaves_out(&picture(1, false, true)));
        fewer.wanted = false;
        assert!(fewer.leaves_out(&picture(1, false, true)));
        fewer.key_frame();
        assert!(!fewer.leaves_out(&picture(1, false, true)));
    }
}
