//! Sharing a line among the pictures that go over it: a pure function. Who speaks comes first, then who is shown largest;
//! everybody gets the lowest layer, if need be with fewer pictures a second, before anybody gets a higher one. Sound is not
//! asked: it is never shed for a picture.

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

/// How much a leg gets of a picture. What is less comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rung {
    /// Of this layer, the pictures alone that others build on: only of the lowest there is.
    Fewer(u8),
    /// This layer.
    All(u8),
}

impl Rung {
    pub(super) fn layer(self) -> u8 {
        let (Self::Fewer(layer) | Self::All(layer)) = self;
        layer
    }
}

/// Bits a second of each layer. 0: it does not flow, or leaving pictures out would be no use.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rates {
    pub(super) all: [f64; MAX_LAYERS],
    pub(super) fewer: [f64; MAX_LAYERS],
}

/// What one leg asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    pub(super) rank: Rank,
    pub(super) rates: Rates,
    /// The highest layer of use.
    pub(super) ceiling: u8,
    /// What it was given last.
    pub(super) before: Option<Rung>,
    /// What it is given; `None`: no picture.
    pub(super) given: Option<Rung>,
}

impl Ask {
    fn rate(&self, rung: Option<Rung>) -> f64 {
        match rung {
            None => 0.0,
            Some(Rung::Fewer(layer)) => self.rates.fewer[usize::from(layer)],
            Some(Rung::All(layer)) => self.rates.all[usize::from(layer)],
        }
    }

    fn flows(&self, layer: u8) -> bool {
        self.rates.all[usize::from(layer)] > 0.0
    }

    /// The lowest layer that flows: one that is of use, else one above.
    fn lowest(&self) -> Option<u8> {
        let useful = (0..=self.ceiling).find(|layer| self.flows(*layer));
        useful.or_else(|| (self.ceiling..MAX_LAYERS as u8).find(|layer| self.flows(*layer)))
    }

    /// The next rung above.
    fn above(&self, rung: Option<Rung>) -> Option<Rung> {
        match rung {
            None => {
                let lowest = self.lowest()?;
                let fewer = self.rates.fewer[usize::from(lowest)] > 0.0;
                Some(if fewer { Rung::Fewer(lowest) } else { Rung::All(lowest) })
            }
            Some(Rung::Fewer(layer)) => self.flows(layer).then_some(Rung::All(layer)),
            Some(Rung::All(layer)) => (layer + 1..=self.ceiling).find(|layer| self.flows(*layer)).map(Rung::All),
        }
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
    pub(super) fn highest(&self) -> Option<Rung> {
        let mut rung = None;
        while let Some(above) = self.above(rung) {
            rung = Some(above);
        }
        rung
    }

    /// Bits a second of that.
    pub(super) fn wants(&self) -> f64 {
        self.rate(self.highest())
    }

    /// Takes the next rung if there is room for it; gives what is left then. `may_rise`: it may be above the one before.
    fn climb(&mut self, left: f64, may_rise: bool, kept: f64) -> Option<f64> {
        let above = self.above(self.given)?;
        let rises = self.before.is_none_or(|before| above > before);
        let more = self.rate(Some(above)) - self.rate(self.given);
        let needed = if rises {
            more + self.rate(Some(above)) * (ROOM - 1.0)
        } else {
            self.rate(Some(above)) * kept - self.rate(self.given)
        };
        if needed > left || (rises && !may_rise) {
            return None;
        }
        self.given = Some(above);
        Some((left - more).max(0.0))
    }
}

/// What is known of the line beside its budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// Otherwise nobody gets more than before.
    pub(super) may_rise: bool,
    /// Who comes first may take the room of others: not again soon after that.
    pub(super) may_take: bool,
    /// Packets wait, and not for a burst alone.
    pub(super) full: bool,
    /// Packets have been waiting for long.
    pub(super) crowded: bool,
}

/// Shares `budget`, in bits a second, among `asks`, which are in the order of their ranks.
pub(super) fn share(budget: f64, State { may_rise, may_take, full, crowded }: State, asks: &mut [Ask]) {
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
        // An estimate that is too high is so by a share of all that goes over the line.
        let spare = if kept || takes { 0.0 } else { (budget - left) * (ROOM - 1.0) };
        if least * factor + spare <= left && (kept || takes || may_rise && !starved) {
            left = (left - least).max(0.0);
            ask.given = Some(lowest);
            // And has all pictures of its lowest layer before others have any.
            if place == 0 && lowest == Rung::Fewer(lowest.layer()) {
                let factor = if full { 1.0 } else { KEPT_FIRST };
                left = ask.climb(left, may_rise, factor).unwrap_or(left);
            }
        } else {
            // What it waits for is not given to who comes later.
            starved |= place == 0;
        }
    }
    for ask in asks.iter_mut().filter(|ask| matches!(ask.given, Some(Rung::Fewer(_)))) {
        left = ask.climb(left, may_rise, 1.0).unwrap_or(left);
    }
    // One at a time: a higher layer begins with a key frame, and several would be a queue.
    let mut may_rise = may_rise && asks.iter().all(|ask| ask.given <= ask.before);
    for ask in asks.iter_mut().filter(|ask| ask.given.is_some()) {
        while let Some(rest) = ask.climb(left, may_rise, 1.0) {
            left = rest;
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
        let mut rates = Rates::default();
        rates.all[..3].copy_from_slice(&[150e3, 500e3, 1200e3]);
        let before = before.map(Rung::All);
        let rank = Rank { turn, tile: Reverse(tile), track: TrackKey(u64::from(tile)) };
        Ask { rank, rates, ceiling: 2, before, given: None }
    }

    fn calm(may_rise: bool) -> State {
        State { may_rise, may_take: true, full: false, crowded: false }
    }

    fn given(budget: f64, may_rise: bool, mut asks: Vec<Ask>) -> Vec<Option<u8>> {
        asks.sort_by_key(|ask| ask.rank);
        share(budget, calm(may_rise), &mut asks);
        assert!(asks.iter().all(|ask| !matches!(ask.given, Some(Rung::Fewer(_)))), "of all there are all pictures");
        asks.iter().map(|ask| ask.given.map(Rung::layer)).collect()
    }

    /// As `ask`, of a camera with temporal layers.
    fn temporal(silent: bool, tile: u32, before: Option<Rung>) -> Ask {
        let mut ask = Ask { before, ..ask(silent, tile, None) };
        ask.rates.fewer[..3].copy_from_slice(&[60e3, 200e3, 480e3]);
        ask
    }

    fn rungs<const N: usize>(budget: f64, state: State, mut asks: [Ask; N]) -> [Option<Rung>; N] {
        share(budget, state, &mut asks);
        asks.map(|ask| ask.given)
    }

    #[test]
    fn layers_go_first_and_then_pictures_a_second_and_who_speaks_last_of_all() {
        let (all, fewer) = (Some(Rung::All(0)), Some(Rung::Fewer(0)));
        let three = |before| [temporal(false, 700, before), temporal(true, 300, before), temporal(true, 200, before)];
        assert_eq!(rungs(0.46e6, calm(true), three(Some(Rung::All(1)))), [all; 3]);
        assert_eq!(rungs(0.4e6, calm(true), three(all)), [all, all, fewer]);
        assert_eq!(rungs(0.28e6, calm(true), three(all)), [all, fewer, fewer]);
        assert_eq!(rungs(0.25e6, calm(true), three(all)), [all, fewer, None]);
        assert_eq!(rungs(0.11e6, calm(true), three(all)), [all, None, None]);
        assert_eq!(rungs(0.1e6, calm(true), three(all)), [fewer, None, None]);
        assert_eq!(rungs(0.04e6, calm(true), three(fewer)), [None; 3]);
        assert_eq!(rungs(9e6, calm(true), three(fewer)), [all; 3], "everybody first");
        assert_eq!(rungs(9e6, calm(true), three(all)), [Some(Rung::All(2)), all, all], "one at a time");
        assert_eq!(rungs(9e6, calm(false), three(fewer)), [fewer; 3]);
        assert_eq!(rungs(0.16e6, calm(true), [temporal(false, 1, fewer)]), [fewer], "room to spare");
        assert_eq!(rungs(0.166e6, calm(true), [temporal(false, 1, fewer)]), [all]);
        let full = State { full: true, ..calm(true) };
        assert_eq!(rungs(0.12e6, full, [temporal(false, 1, all)]), [fewer]);
    }

    #[test]
    fn who_begins_to_speak_takes_no_more_of_others_room_than_fewer_pictures_need() {
        let turn = |second| [temporal(false, 200, None), temporal(true, 700, second)];
        let (all, fewer) = (Some(Rung::All(0)), Some(Rung::Fewer(0)));
        assert_eq!(rungs(0.16e6, calm(false), turn(all)), [fewer, fewer]);
        assert_eq!(rungs(0.08e6, calm(false), turn(fewer)), [fewer, None]);
        assert_eq!(turn(None)[0].waits_for(), Some(72e3));
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
        assert_eq!(one[0].given, Some(Rung::All(0)));
        share(0.12e6, State { may_rise: true, may_take: true, full: false, crowded: true }, &mut one);
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
        share(0.16e6, State { may_rise: false, may_take: false, full: false, crowded: false }, &mut soon);
        assert_eq!(soon.map(|ask| ask.given), [None, Some(Rung::All(0))], "not each time somebody says a word");
        let first = || vec![ask(true, 700, None), ask(false, 200, None)];
        assert_eq!(given(0.16e6, true, first()), [None, None], "what the speaker waits for is nobody else's");
        assert_eq!(given(0.2e6, true, first()), [Some(0), None]);
    }

    #[test]
    fn layers_that_do_not_flow_are_passed_over() {
        let mut tested = ask(false, 1, None);
        tested.rates.all[0] = 0.0;
        assert_eq!(given(0.7e6, true, vec![tested]), [Some(1)]);
        tested.ceiling = 0;
        assert_eq!(given(0.7e6, true, vec![tested]), [Some(1)], "better too large than nothing");
        assert_eq!((tested.wants(), ask(false, 1, None).wants()), (500e3, 1200e3));
    }

    proptest! {
        #[test]
        fn no_more_is_given_than_there_is_and_who_comes_first_never_has_less_for_one_who_comes_later(
            budget in 0.0..6e6, may_rise: bool, fewer: bool,
            asks in prop::collection::vec((any::<bool>(), 0_u32..1000, prop::option::of(0_u8..3)), 0..12)
        ) {
            let of = |(silent, tile, before): (bool, u32, Option<u8>)| {
                if fewer { temporal(silent, tile, before.map(Rung::All)) } else { ask(silent, tile, before) }
            };
            let mut asks: Vec<Ask> = asks.into_iter().map(of).collect();
            asks.sort_by_key(|ask| ask.rank);
            share(budget, calm(may_rise), &mut asks);
            prop_assert!(asks.iter().map(|ask| ask.rate(ask.given)).sum::<f64>() <= budget.max(150e3) + 1.0);
            if may_rise && asks.iter().all(|ask| ask.before == Some(Rung::All(2))) {
                prop_assert!(asks.windows(2).all(|two| two[0].given >= two[1].given));
            }
            if !may_rise {
                prop_assert!(asks.iter().skip(1).all(|ask| ask.given <= ask.before));
                prop_assert!(asks.first().is_none_or(|ask| ask.given <= ask.before.max(Some(Rung::All(0)))));
            }
            let alone = asks.first().copied().map(|mut first| { share(budget, calm(may_rise), std::slice::from_mut(&mut first)); first.given });
            let enough = budget > 12.0 * 1.4e6;
            prop_assert!(!enough || alone == asks.first().map(|ask| ask.given));
        }
    }
}
