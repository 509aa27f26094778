//! Which layers of a camera are of use to anybody. A publisher that is told does not encode and send the others: an old
//! line's way up is narrow too. The lowest goes on in any case, so that whoever's line narrows has something to fall back on
//! at once.

use super::select::LayerView;
use super::track::MAX_LAYERS;

/// A layer is let go of so long after it was last of use: a screen that is arranged anew must not make it come and go.
const RELEASE_US: i64 = 10_000_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Demand {
    /// When each was last of use.
    wanted_us: [i64; MAX_LAYERS],
    /// Those that are to flow, a bit each.
    flows: u8,
    layers: usize,
}

impl Demand {
    /// Of a publisher that begins with all of them.
    pub(super) fn new(now_us: i64, layers: usize) -> Self {
        Self { wanted_us: [now_us; MAX_LAYERS], flows: u8::MAX, layers }
    }

    /// The layer is of use to somebody. As long as it does not flow steadily, those below are as well: not every browser
    /// sends all that it offered.
    pub(super) fn up_to(&mut self, layer: u8, views: &[LayerView], now_us: i64) {
        let steady = views.get(usize::from(layer)).is_some_and(|view| view.steady);
        let lowest = if steady { layer } else { 0 };
        (lowest..=layer).for_each(|layer| self.want(layer, now_us));
    }

    fn want(&mut self, layer: u8, now_us: i64) {
        if let Some(wanted_us) = self.wanted_us.get_mut(usize::from(layer)) {
            *wanted_us = now_us;
        }
    }

    pub(super) fn flows(&self, layer: usize) -> bool {
        self.flows & (1 << layer) != 0
    }

    /// Ends a look at all that want something; true if the publisher is to be told.
    pub(super) fn settle(&mut self, now_us: i64) -> bool {
        let before = self.flows;
        for (layer, wanted_us) in self.wanted_us.iter().enumerate().take(self.layers).skip(1) {
            let bit = 1 << layer;
            if now_us - wanted_us < RELEASE_US {
                self.flows |= bit;
            } else {
                self.flows &= !bit;
            }
        }
        self.flows != before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_a_layer_that_does_not_come_all_go_on() {
        let mut demand = Demand::new(0, 3);
        let view = |steady| LayerView { flowing: steady, steady, height: 0 };
        for now_us in (0..30).map(|s| s * 1_000_000) {
            demand.up_to(2, &[view(true), view(true), view(false)], now_us);
            assert!(!demand.settle(now_us));
        }
        demand.up_to(2, &[view(true), view(true), view(true)], 39_000_000);
        assert!(demand.settle(39_000_000) && demand.flows(2) && !demand.flows(1));
    }

    #[test]
    fn a_layer_is_let_go_of_after_a_while_and_wanted_again_at_once_and_the_lowest_always_flows() {
        let mut demand = Demand::new(0, 3);
        assert!(!demand.settle(9_900_000));
        demand.want(2, 9_900_000);
        assert!(demand.settle(10_000_000));
        assert_eq!([0, 1, 2].map(|layer| demand.flows(layer)), [true, false, true]);
        assert!(demand.settle(19_900_000));
        assert_eq!([0, 1, 2].map(|layer| demand.flows(layer)), [true, false, false]);
        demand.want(1, 20_000_000);
        assert!(demand.settle(20_000_000) && demand.flows(1) && !demand.settle(20_100_000));
    }
}
