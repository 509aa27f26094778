//! Names of the media plane: 64-bit keys that carry which hearing, seat and device they stand for.

use assize_core::ids::{DeviceKind, SeatId, TrackId};
use assize_media::plane::HearingKey;
use assize_rtp::tap::TrackKey;

/// A running hearing's number within this process. A hearing that is taken up again gets a new one, so that nothing
/// late from its former life is mistaken for news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

const DEVICE_BITS: u32 = 8;
const SEAT_BITS: u32 = 16;

impl Slot {
    #[must_use]
    pub fn hearing(self) -> HearingKey {
        HearingKey(u64::from(self.0))
    }

    /// Slot, seat and device in one number: 32, 16 and 8 bits.
    #[must_use]
    pub fn track(self, track: TrackId) -> TrackKey {
        let device = DeviceKind::ALL.iter().position(|kind| *kind == track.device).unwrap_or_default() as u64;
        let seat = u64::from(track.seat.0);
        TrackKey((u64::from(self.0) << (SEAT_BITS + DEVICE_BITS)) | (seat << DEVICE_BITS) | device)
    }

    /// The track behind a key, if the key is this slot's.
    #[must_use]
    pub fn name(self, key: TrackKey) -> Option<TrackId> {
        let device = *DeviceKind::ALL.get(usize::try_from(key.0 & 0xff).ok()?)?;
        let seat = SeatId(u16::try_from((key.0 >> DEVICE_BITS) & 0xffff).ok()?);
        let slot = key.0 >> (SEAT_BITS + DEVICE_BITS);
        (slot == u64::from(self.0)).then_some(TrackId { seat, device })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_track_comes_back_from_its_key() {
        for slot in [0, 1, 77, u32::MAX] {
            for seat in [0, 1, 300, u16::MAX] {
                for device in DeviceKind::ALL {
                    let track = TrackId { seat: SeatId(seat), device };
                    assert_eq!(Slot(slot).name(Slot(slot).track(track)), Some(track));
                }
            }
        }
    }

    #[test]
    fn a_key_of_another_hearing_has_no_name_here() {
        let key = Slot(1).track(TrackId { seat: SeatId(3), device: DeviceKind::Microphone });
        assert_eq!(Slot(2).name(key), None);
        assert_eq!(Slot(1).name(TrackKey(key.0 | 0xff)), None);
    }
}
