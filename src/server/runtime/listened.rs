//! What the recorded tracks sound and look like, as somebody found who listened to what was read back.

use assize_core::ids::TrackId;
use assize_core::signal::{HeardTrack, ReadLevel};
use assize_record::listen::Found;
use std::collections::{BTreeMap, BTreeSet};

/// A peak below this, in dBFS, is no quiet room: the microphone gives nothing.
const SILENT_DB: i32 = -80;
/// Nothing but silence for so long, in microseconds, is told. The reader looks every five seconds at what was durable a
/// second before: a microphone that falls silent is told of within fifteen.
const SILENT_US: u64 = 4_000_000;
/// What is to be recorded is listened to after at most so long.
const LATE_US: u64 = 15_000_000;
/// A key picture is asked for every ten seconds, and comes in a piece that is looked at five seconds later.
const STILL_US: u64 = 30_000_000;

/// Each track that is to be recorded now. Times are hearing microseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Listened {
    tracks: BTreeMap<TrackId, Track>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Track {
    /// Since when it is to be recorded.
    since_us: u64,
    /// Up to when it was listened to.
    up_to_us: Option<u64>,
    last: Option<Found>,
    /// Silence at the end of what was listened to.
    silent_us: u64,
    /// The last picture that was decoded.
    picture_us: Option<u64>,
}

impl Track {
    fn new(since_us: u64) -> Self {
        Self { since_us, up_to_us: None, last: None, silent_us: 0, picture_us: None }
    }

    fn take(&mut self, from_us: u64, up_to_us: u64, found: Found) {
        match &found {
            Found::Sound { peak_db, .. } if *peak_db < SILENT_DB => {
                self.silent_us += up_to_us.saturating_sub(from_us.max(self.since_us));
            }
            Found::Sound { .. } => self.silent_us = 0,
            Found::Picture { key_ms } => self.picture_us = key_ms.map(|ms| ms * 1000).or(self.picture_us),
            Found::Nothing { .. } => {}
        }
        self.up_to_us = Some(up_to_us);
        self.last = Some(found);
    }

    fn level(&self, now_us: u64) -> ReadLevel {
        let late = |since_us| now_us.saturating_sub(since_us) > LATE_US;
        let Some((up_to_us, last)) = self.up_to_us.zip(self.last.as_ref()) else {
            return if late(self.since_us) { ReadLevel::Missing } else { ReadLevel::Awaited };
        };
        match last {
            _ if late(up_to_us.max(self.since_us)) => ReadLevel::Late,
            Found::Nothing { .. } => ReadLevel::Unheard,
            Found::Sound { .. } if self.silent_us >= SILENT_US => ReadLevel::Silent,
            Found::Sound { clipped: true, .. } => ReadLevel::Clipped,
            Found::Picture { .. } => {
                let still = now_us.saturating_sub(self.picture_us.unwrap_or(self.since_us)) > STILL_US;
                if still { ReadLevel::Unheard } else { ReadLevel::Good }
            }
            Found::Sound { .. } => ReadLevel::Good,
        }
    }
}

impl Listened {
    /// From `at_us` on these tracks are to be recorded and no others.
    pub(super) fn follow(&mut self, recorded: &BTreeSet<TrackId>, at_us: u64) {
        self.tracks.retain(|track, _| recorded.contains(track));
        for track in recorded {
            self.tracks.entry(*track).or_insert_with(|| Track::new(at_us));
        }
    }

    /// A piece of the record was listened to. What is of the time before the track was last switched on says nothing of now.
    pub(super) fn heard(&mut self, track: TrackId, from_us: u64, up_to_us: u64, found: Found) {
        if let Some(one) = self.tracks.get_mut(&track).filter(|one| up_to_us > one.since_us) {
            one.take(from_us, up_to_us, found);
        }
    }

    /// What is told of each track. `utc_ms` gives the wall time of a moment of the hearing.
    pub(super) fn told(&self, now_us: u64, utc_ms: impl Fn(u64) -> i64) -> Vec<HeardTrack> {
        let one = |(track, of): (&TrackId, &Track)| HeardTrack {
            track: *track,
            level: of.level(now_us),
            up_to_ms: of.up_to_us.map(&utc_ms),
            peak_db: match of.last {
                Some(Found::Sound { peak_db, .. }) => Some(peak_db),
                _ => None,
            },
            picture_ms: of.picture_us.map(&utc_ms),
        };
        self.tracks.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_core::ids::{DeviceKind, SeatId};

    const SECOND: u64 = 1_000_000;

    fn track(device: DeviceKind) -> TrackId {
        TrackId { seat: SeatId(3), device }
    }

    fn sound(peak_db: i32) -> Found {
        Found::Sound { peak_db, clipped: peak_db >= 0 }
    }

    fn following(device: DeviceKind, since_s: u64) -> Listened {
        let mut listened = Listened::default();
        listened.follow(&BTreeSet::from([track(device)]), since_s * SECOND);
        listened
    }

    fn level(listened: &Listened, now_s: u64) -> ReadLevel {
        listened.told(now_s * SECOND, |_| 0)[0].level
    }

    #[test]
    fn what_is_switched_on_is_awaited_then_good_and_late_when_nobody_listens_any_more() {
        let mut listened = following(DeviceKind::Microphone, 10);
        assert_eq!(level(&listened, 25), ReadLevel::Awaited);
        assert_eq!(level(&listened, 26), ReadLevel::Missing, "nothing of it is in the record");
        listened.heard(track(DeviceKind::Microphone), 10 * SECOND, 15 * SECOND, sound(-30));
        assert_eq!(level(&listened, 30), ReadLevel::Good);
        assert_eq!(level(&listened, 31), ReadLevel::Late);
    }

    #[test]
    fn a_microphone_that_gives_nothing_is_told_of_after_one_piece_and_a_word_ends_it() {
        let mut listened = following(DeviceKind::Microphone, 0);
        let microphone = track(DeviceKind::Microphone);
        listened.heard(microphone, 0, 3 * SECOND, sound(-100));
        assert_eq!(level(&listened, 4), ReadLevel::Good, "too short to say");
        listened.heard(microphone, 3 * SECOND, 8 * SECOND, sound(-90));
        assert_eq!(level(&listened, 9), ReadLevel::Silent);
        listened.heard(microphone, 8 * SECOND, 13 * SECOND, sound(SILENT_DB));
        assert_eq!(level(&listened, 14), ReadLevel::Good, "a quiet room");
    }

    #[test]
    fn silence_before_the_microphone_was_opened_is_none_of_its_own() {
        let mut listened = following(DeviceKind::Microphone, 10);
        let microphone = track(DeviceKind::Microphone);
        listened.heard(microphone, 2 * SECOND, 10 * SECOND, sound(-100));
        assert_eq!(level(&listened, 12), ReadLevel::Awaited);
        listened.heard(microphone, 2 * SECOND, 13 * SECOND, sound(-100));
        assert_eq!(level(&listened, 14), ReadLevel::Good, "three seconds");
        listened.follow(&BTreeSet::new(), 15 * SECOND);
        assert!(listened.told(15 * SECOND, |_| 0).is_empty(), "closed");
        listened.follow(&BTreeSet::from([microphone]), 20 * SECOND);
        assert_eq!(level(&listened, 21), ReadLevel::Awaited, "and opened anew");
    }

    #[test]
    fn what_is_cut_off_or_cannot_be_decoded_is_told() {
        let mut listened = following(DeviceKind::Microphone, 0);
        listened.heard(track(DeviceKind::Microphone), 0, 5 * SECOND, sound(0));
        assert_eq!(level(&listened, 6), ReadLevel::Clipped);
        listened.heard(
            track(DeviceKind::Microphone),
            5 * SECOND,
            10 * SECOND,
            Found::Nothing { why: "it died".into() },
        );
        assert_eq!(level(&listened, 11), ReadLevel::Unheard);
        assert_eq!(listened.told(11 * SECOND, |us| us.cast_signed())[0].up_to_ms, Some(10_000_000));
    }

    #[test]
    fn pictures_of_which_none_can_be_decoded_for_long_are_told() {
        let mut listened = following(DeviceKind::Camera1, 0);
        let camera = track(DeviceKind::Camera1);
        listened.heard(camera, 0, 5 * SECOND, Found::Picture { key_ms: Some(2_000) });
        for to in [10, 15, 20, 25, 30, 35] {
            listened.heard(camera, (to - 5) * SECOND, to * SECOND, Found::Picture { key_ms: None });
        }
        assert_eq!(level(&listened, 32), ReadLevel::Good);
        assert_eq!(level(&listened, 33), ReadLevel::Unheard);
        listened.heard(camera, 30 * SECOND, 35 * SECOND, Found::Picture { key_ms: Some(33_000) });
        assert_eq!(level(&listened, 36), ReadLevel::Good);
    }
}
