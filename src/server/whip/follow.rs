//! What a fixed set of legs shows: one picture and up to three voices that follow the hearing's speaker.

use assize_core::ids::{SeatId, TrackId};
use std::collections::BTreeSet;

/// Voices at once.
const VOICES: usize = 3;
/// The picture stays at least this long, in microseconds: a cough does not switch it.
const DWELL_US: u64 = 1_500_000;

/// Follows the speaker for one viewer.
#[derive(Debug, Clone, Default)]
pub struct Follow {
    shown: Option<SeatId>,
    since_us: u64,
    /// Seats lately heard, latest first.
    heard: Vec<SeatId>,
}

impl Follow {
    /// Seats heard now, loudest first.
    pub fn heard(&mut self, seats: &[SeatId], now_us: u64) {
        for seat in seats.iter().rev() {
            self.heard.retain(|known| known != seat);
            self.heard.insert(0, *seat);
        }
        self.heard.truncate(16);
        let Some(loudest) = seats.first().copied() else { return };
        let may_switch = self.shown.is_none() || now_us.saturating_sub(self.since_us) >= DWELL_US;
        if may_switch && self.shown != Some(loudest) {
            self.shown = Some(loudest);
            self.since_us = now_us;
        }
    }

    /// Out of the tracks routed to the viewer, those that fill the legs.
    #[must_use]
    pub fn select(&self, routed: &BTreeSet<TrackId>) -> BTreeSet<TrackId> {
        let (voices, pictures): (Vec<TrackId>, Vec<TrackId>) = routed.iter().partition(|track| track.device.is_audio());
        // What the court plays comes before whoever speaks.
        let played = pictures.iter().find(|track| track.device.is_played()).copied();
        let rank = |seat: SeatId| self.heard.iter().position(|known| *known == seat).unwrap_or(usize::MAX);
        let mut voices = voices;
        voices.sort_by_key(|track| (!track.device.is_played(), rank(track.seat), *track));
        let shown = pictures.iter().find(|track| Some(track.seat) == self.shown).or_else(|| pictures.first());
        voices.into_iter().take(VOICES).chain(played.or_else(|| shown.copied())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_core::ids::DeviceKind;

    fn court(seats: u16) -> BTreeSet<TrackId> {
        (1..=seats)
            .flat_map(|seat| {
                [DeviceKind::Microphone, DeviceKind::Camera1].map(|device| TrackId { seat: SeatId(seat), device })
            })
            .collect()
    }

    fn picture(selected: &BTreeSet<TrackId>) -> Vec<u16> {
        selected.iter().filter(|track| !track.device.is_audio()).map(|track| track.seat.0).collect()
    }

    #[test]
    fn before_anyone_speaks_there_is_a_picture_and_three_voices() {
        let selected = Follow::default().select(&court(5));
        assert_eq!(picture(&selected), [1]);
        assert_eq!(selected.len(), 4);
    }

    #[test]
    fn the_picture_follows_the_speaker_but_not_a_cough() {
        let mut follow = Follow::default();
        follow.heard(&[SeatId(4)], 10);
        assert_eq!(picture(&follow.select(&court(5))), [4]);
        follow.heard(&[SeatId(2)], 500_000);
        assert_eq!(picture(&follow.select(&court(5))), [4], "too soon");
        follow.heard(&[SeatId(2)], 2_000_000);
        assert_eq!(picture(&follow.select(&court(5))), [2]);
    }

    #[test]
    fn whoever_speaks_is_heard_at_once() {
        let mut follow = Follow::default();
        follow.heard(&[SeatId(5)], 10);
        let selected = follow.select(&court(5));
        assert!(selected.contains(&TrackId { seat: SeatId(5), device: DeviceKind::Microphone }));
    }

    #[test]
    fn nothing_that_is_not_routed_is_selected() {
        let mut follow = Follow::default();
        follow.heard(&[SeatId(9)], 10);
        assert!(follow.select(&court(5)).is_subset(&court(5)));
        assert!(follow.select(&BTreeSet::new()).is_empty());
    }
}
