//! A leg: one track on its way to one subscriber.

use super::fewer::Fewer;
use super::outgoing::Outgoing;
use super::select::Choice;
use super::track::MAX_LAYERS;
use crate::plane::TransportKey;

/// The highest number of each layer when a route was made. What is recovered from before it was captured before it, and
/// is nothing for this route.
pub(super) type Floors = [u64; MAX_LAYERS];

/// What the subscriber's line has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Cap {
    /// Not known, or of no interest.
    #[default]
    None,
    /// Layers up to this one.
    UpTo(u8),
    Nothing,
}

impl Cap {
    /// As a layer, of those up to `ceiling`.
    pub(super) fn layer(self, ceiling: u8) -> Option<u8> {
        match self {
            Self::None => Some(ceiling),
            Self::UpTo(layer) => Some(layer),
            Self::Nothing => None,
        }
    }
}

/// Whether a leg can begin with a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    No,
    Yes,
    /// It was recovered: others that follow it have gone by.
    Recovered,
}

#[derive(Debug)]
pub(super) struct Leg {
    pub(super) to: TransportKey,
    /// Height at which the subscriber shows the track, as far as it said.
    pub(super) tile: Option<u32>,
    pub(super) choice: Choice,
    /// Place of the subscriber's line.
    pub(super) line: usize,
    pub(super) cap: Cap,
    pub(super) fewer: Fewer,
    /// Its subscriber's line is what keeps it from a higher layer.
    pub(super) narrow: bool,
    /// Nothing flows for a moment, so that the line's queue runs empty.
    pub(super) held: bool,
    /// The machine is behind, and others matter more.
    pub(super) strained: bool,
    pub(super) was_strained: bool,
    /// Nothing more is sent once the picture at hand is whole.
    pub(super) ends: bool,
    pub(super) out: Outgoing,
    /// It began at a recovered packet: those behind it that have already gone by are still to be sent.
    pub(super) behind: bool,
    pub(super) floors: Floors,
}

impl Leg {
    pub(super) fn new(to: TransportKey, line: usize, tile: Option<u32>, out: Outgoing, floors: Floors) -> Self {
        let (choice, cap) = (Choice::default(), Cap::default());
        Self {
            to,
            tile,
            choice,
            line,
            cap,
            fewer: Fewer::default(),
            narrow: false,
            held: false,
            strained: false,
            was_strained: false,
            ends: false,
            out,
            behind: false,
            floors,
        }
    }
}

impl Choice {
    /// Whether a key frame of `layer` is taken by a leg that carries `current`: the one it wants, any to begin with, and
    /// any better one up to the ceiling, which then needs no request of its own.
    #[inline]
    pub(super) fn accepts(self, layer: u8, current: Option<u8>) -> bool {
        let Some(want) = self.want else { return false };
        match current {
            None => layer == want || layer <= self.ceiling,
            Some(current) => layer != current && (layer == want || layer > current && layer <= self.ceiling),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_frames_that_lead_up_are_taken_and_others_only_if_wanted() {
        let choice = Choice { want: Some(1), ceiling: 2 };
        assert!([0, 1, 2].into_iter().all(|layer| choice.accepts(layer, None)));
        assert!(choice.accepts(2, Some(1)) && choice.accepts(1, Some(2)) && choice.accepts(1, Some(0)));
        assert!(!choice.accepts(0, Some(1)) && !choice.accepts(1, Some(1)));
        let low = Choice { want: Some(0), ceiling: 0 };
        assert!(low.accepts(0, Some(2)) && !low.accepts(1, Some(0)) && !low.accepts(2, None));
        assert!(!Choice::default().accepts(0, None));
    }
}
