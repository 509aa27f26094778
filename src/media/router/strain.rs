//! Pictures that pause while the machine is behind: those that matter least, and whole ones. Sound never does.

use super::allocate::turn;
use super::track::Track;
use super::{Event, Router, spread};
use std::cmp::Reverse;

/// All pictures.
pub(super) const ALL: u16 = 1000;

/// A leg of a picture that could be sent, the last to pause first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    turn: u8,
    tile: Reverse<u32>,
    /// Among equals always the same ones, of each track others.
    lot: u64,
    track: usize,
    leg: usize,
}

impl Router {
    /// From now on so many of a thousand pictures are carried.
    pub fn carry(&mut self, now_us: i64, permille: u16) {
        self.carried = permille.min(ALL);
        self.due.choose(now_us);
    }

    /// Chooses which legs pause.
    pub(super) fn strain(&mut self) {
        if self.carried == ALL && !self.strained {
            return;
        }
        self.strained = self.carried < ALL;
        // Those that are hidden or do not flow at the moment must not stay paused.
        for leg in self.tracks.iter_mut().flatten().flat_map(|track| &mut track.legs) {
            leg.was_strained = std::mem::take(&mut leg.strained);
        }
        let turns = self.turns();
        let mut weights = std::mem::take(&mut self.weights);
        weights.clear();
        for (place, track) in self.tracks.iter().enumerate() {
            let Some(track) = track else { continue };
            let Some(source) = track.source.as_ref().filter(|source| !source.audio && source.flowing) else { continue };
            let turn = turn(turns, source.transport);
            let legs = track.legs.iter().enumerate().filter(|(_, leg)| leg.tile != Some(0));
            weights.extend(legs.map(|(at, leg)| Weight {
                turn,
                tile: Reverse(leg.tile.unwrap_or(u32::MAX)),
                lot: spread(leg.to.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(place as u64)),
                track: place,
                leg: at,
            }));
        }
        weights.sort_unstable();
        // At least one, while anything can be carried.
        let go = (weights.len() * usize::from(self.carried)).div_ceil(usize::from(ALL));
        for weight in &weights[go..] {
            if let Some(leg) = self.tracks[weight.track].as_mut().and_then(|track| track.legs.get_mut(weight.leg)) {
                leg.strained = true;
            }
        }
        for leg in self.tracks.iter().flatten().flat_map(|track| &track.legs) {
            if leg.strained != leg.was_strained {
                self.shared.tell_once(Event::Narrow(leg.to));
            }
        }
        self.weights = weights;
    }
}

impl Track {
    /// A picture of `layer` is over: the legs that end with it end.
    #[cold]
    pub(super) fn end_legs(&mut self, layer: u8) {
        self.ending = false;
        for leg in self.legs.iter_mut().filter(|leg| leg.ends) {
            if leg.out.cursor.layer().is_none_or(|current| current == layer) {
                leg.out.cursor.retire();
                leg.ends = false;
            }
            self.ending |= leg.ends;
        }
    }
}
