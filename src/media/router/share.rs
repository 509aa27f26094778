//! Sharing a line among the pictures that go over it: a pure function. Who speaks comes first, then who is shown largest;
//! everybody gets the lowest layer before anybody gets a higher one. Sound is not asked: it is never shed for a picture.

use super::track::MAX_LAYERS;
use assize_rtp::tap::TrackKey;
use std::cmp::Reverse;

/// Room that must be there before more is sent than now, so that a line on the brink does not go up and down.
const ROOM: f64 = 1.1;
const ROOM_TO_RESUME: f64 = 1.2;
/// Who comes first keeps the picture down to this share of what it needs: an estimate that is a little too low must not
/// make it come and go. Not on a line that has a queue for long: that one is really too narrow for it.
const KEPT_FIRST: f64 = 0.7;

/// Smaller comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Place in the order of who speaks: the first, the second, everybody else.
    pub(super) turn: u8,
    pub(super) tile: Reverse<u32>,
    pub(super) track: TrackKey,
}

/// What one leg asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    pub(super) rank: Rank,
    /// Bits a second of each layer; 0: it does not flow.
    pub(super) rates: [f64; MAX_LAYERS],
    /// The highest layer of use.
    pub(super) ceiling: u8,
    /// What it was given last.
    pub(super) before: Option<u8>,
    /// What it is given: no picture, or layers up to this one.
    pub(super) given: Option<u8>,
}

impl Ask {
    fn rate(&self, layer: Option<u8>) -> f64 {
        layer.map_or(0.0, |layer| self.rates[usize::from(layer)])
    }

    /// The next layer above that flows and is of use; the lowest that flows if there is none yet.
    fn above(&self, layer: Option<u8>) -> Option<u8> {
        let from = layer.map_or(0, |layer| layer + 1);
        let flows = |layer: &u8| self.rates[usize::from(*layer)] > 0.0;
        let useful = (from..=self.ceiling).find(flows);
        // With nothing up to the ceiling, what there is above it.
        useful.or_else(|| if layer.is_none() { (self.ceiling..MAX_LAYERS as u8).find(flows) } else { None })
    }

    /// Bits a second that it was given.
    pub(super) fn used(&self) -> f64 {
        self.rate(self.given)
    }

    /// Bits a second that there must be for it to be shown at all, if it is not.
    pub(super) fn waits_for(&self) -> Option<f64> {
        let least = self.above(None).filter(|_| self.given.is_none());
        least.map(|least| self.rate(Some(least)) * ROOM_TO_RESUME)
    }

    /// What it would get if the line were wide.
    pub(super) fn highest(&self) -> Option<u8> {
        let mut layer = None;
        while let Some(above) = self.above(layer) {
            layer = Some(above);
        }
        layer
    }

    /// Bits a second of that.
    pub(super) fn wants(&self) -> f64 {
        self.rate(self.highest())
    }
}

/// What is known of the line beside its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// Otherwise nobody gets more than before.
    pub(super) may_rise: bool,
    /// Who comes first may take the room of others: not again soon after that.
    pub(super) may_take: bool,
    /// Packets have been waiting for long.
    pub(super) crowded: bool,
}

/// Shares `budget`, in bits a second, among `asks`, which are in the order of their ranks.
pub(super) fn share(budget: f64, State { may_rise, may_take, crowded }: State, asks: &mut [Ask]) {
    let mut left = budget;
    let others = asks.iter().skip(1).filter(|ask| ask.before.is_some());
    let others: f64 = others.map(|ask| ask.rate(ask.above(None))).sum();
    let mut starved = false;
    for (place, ask) in asks.iter_mut().enumerate() {
        ask.given = None;
        let Some(lowest) = ask.above(None) else { continue };
        let (kept, least) = (ask.before.is_some(), ask.rate(Some(lowest)));
        // Who comes first now takes the room of those who came first before.
        let takes = may_take && place == 0 && !kept && least <= others;
        let factor = match (kept, place) {
            (true, 0) if !crowded => KEPT_FIRST,
            (true, _) => 1.0,
            (false, _) if takes => 1.0,
            (false, _) => ROOM_TO_RESUME,
        };
        if least * factor <= left && (kept || takes || may_rise && !starved) {
            left = (left - least).max(0.0);
            ask.given = Some(lowest);
        } else {
            // What it waits for is not given to who comes later.
            starved |= place == 0;
        }
    }
    // One at a time: a higher layer begins with a key frame, and several would be a queue.
    let mut may_rise = may_rise;
    for ask in asks.iter_mut().filter(|ask| ask.given.is_some()) {
        while let Some(above) = ask.above(ask.given) {
            let rises = ask.before.is_none_or(|before| above > before);
            let more = ask.rate(Some(above)) - ask.rate(ask.given);
            let needed = if rises { more + ask.rate(Some(above)) * (ROOM - 1.0) } else { more };
            if needed > left || (rises && !may_rise) {
                break;
            }
            left -= more;
            ask.given = Some(above);
        }
        may_rise &= ask.given <= ask.before;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn ask(silent: bool, tile: u32, before: Option<u8>) -> Ask {
        let turn = if silent { 2 } else { 0 };
        let mut rates = [0.0; MAX_LAYERS];
        rates[..3].copy_from_slice(&[150e3, 500e3, 1200e3]);
        let rank = Rank { turn, tile: Reverse(tile), track: TrackKey(u64::from(tile)) };
        Ask { rank, rates, ceiling: 2, before, given: None }
    }

    fn calm(may_rise: bool) -> State {
        State { may_rise, may_take: true, crowded: false }
    }

    fn given(budget: f64, may_rise: bool, mut asks: Vec<Ask>) -> Vec<Option<u8>> {
        asks.sort_by_key(|ask| ask.rank);
        share(budget, calm(may_rise), &mut asks);
        asks.iter().map(|ask| ask.given).collect()
    }

    #[test]
    fn who_speaks_and_who_is_large_comes_first_and_nobody_goes_without_before_anybody_has_much() {
        let all = |before| vec![ask(true, 700, before), ask(false, 300, before), ask(true, 200, before)];
        assert_eq!(given(9e6, true, all(Some(0))), [Some(2), Some(0), Some(0)], "one at a time");
        assert_eq!(given(9e6, true, all(Some(2))), [Some(2), Some(2), Some(2)]);
        assert_eq!(given(2.0e6, true, all(Some(2))), [Some(2), Some(1), Some(0)]);
        assert_eq!(given(0.9e6, true, all(Some(2))), [Some(1), Some(0), Some(0)]);
        assert_eq!(given(0.3e6, true, all(Some(2))), [Some(0), Some(0), None]);
        assert_eq!(given(0.11e6, true, all(Some(2))), [Some(0), None, None]);
        assert_eq!(given(0.1e6, true, all(Some(2))), [None; 3]);
    }

    #[test]
    fn the_first_is_not_kept_on_a_line_whose_queue_does_not_go_away() {
        let mut one = [ask(false, 700, Some(0))];
        share(0.12e6, calm(true), &mut one);
        assert_eq!(one[0].given, Some(0));
        share(0.12e6, State { may_rise: true, may_take: true, crowded: true }, &mut one);
        assert_eq!(one[0].given, None);
    }

    #[test]
    fn more_is_only_given_with_room_to_spare_and_when_allowed() {
        assert_eq!(given(0.50e6, true, vec![ask(false, 1, Some(1))]), [Some(1)]);
        assert_eq!(given(0.50e6, true, vec![ask(false, 1, Some(0))]), [Some(0)]);
        assert_eq!(given(0.56e6, true, vec![ask(false, 1, Some(0))]), [Some(1)]);
        assert_eq!(
            given(9e6, false, vec![ask(true, 1, Some(0)), ask(true, 2, Some(0)), ask(true, 0, None)]),
            [Some(0), Some(0), None]
        );
    }

    #[test]
    fn who_begins_to_speak_takes_the_room_of_who_spoke_before() {
        let turn = || vec![ask(true, 700, Some(0)), ask(false, 200, None)];
        assert_eq!(given(0.16e6, false, turn()), [Some(0), None]);
        assert_eq!(given(0.4e6, false, turn()), [Some(0), Some(0)], "nobody has to go where there is room for both");
        assert_eq!(given(0.14e6, false, turn()), [None, None], "too little for either");
        let mut soon = [ask(false, 200, None), ask(true, 700, Some(0))];
        share(0.16e6, State { may_rise: false, may_take: false, crowded: false }, &mut soon);
        assert_eq!(soon.map(|ask| ask.given), [None, Some(0)], "not each time somebody says a word");
        let first = || vec![ask(true, 700, None), ask(false, 200, None)];
        assert_eq!(given(0.16e6, true, first()), [None, None], "what the speaker waits for is nobody else's");
        assert_eq!(given(0.2e6, true, first()), [Some(0), None]);
    }

    #[test]
    fn layers_that_do_not_flow_are_passed_over() {
        let mut tested = ask(false, 1, None);
        tested.rates[0] = 0.0;
        assert_eq!(given(0.7e6, true, vec![tested]), [Some(1)]);
        tested.ceiling = 0;
        assert_eq!(given(0.7e6, true, vec![tested]), [Some(1)], "better too large than nothing");
        assert_eq!((tested.wants(), ask(false, 1, None).wants()), (500e3, 1200e3));
    }

    proptest! {
        #[test]
        fn no_more_is_given_than_there_is_and_who_comes_first_never_has_less_for_one_who_comes_later(
            budget in 0.0..6e6, may_rise: bool,
            asks in prop::collection::vec((any::<bool>(), 0_u32..1000, prop::option::of(0_u8..3)), 0..12)
        ) {
            let mut asks: Vec<Ask> = asks.into_iter().map(|(silent, tile, before)| ask(silent, tile, before)).collect();
            asks.sort_by_key(|ask| ask.rank);
            share(budget, calm(may_rise), &mut asks);
            prop_assert!(asks.iter().map(|ask| ask.rate(ask.given)).sum::<f64>() <= budget.max(150e3) + 1.0);
            if may_rise && asks.iter().all(|ask| ask.before == Some(2)) {
                prop_assert!(asks.windows(2).all(|two| two[0].given >= two[1].given));
            }
            if !may_rise {
                prop_assert!(asks.iter().skip(1).all(|ask| ask.given <= ask.before));
                prop_assert!(asks.first().is_none_or(|ask| ask.given <= ask.before.max(Some(0))));
            }
            let alone = asks.first().copied().map(|mut first| { share(budget, calm(may_rise), std::slice::from_mut(&mut first)); first.given });
            let enough = budget > 12.0 * 1.4e6;
            prop_assert!(!enough || alone == asks.first().map(|ask| ask.given));
        }
    }
}
