//! Which packets are lost: each by itself, or in bursts after Gilbert and Elliott.

use crate::Loss;
use crate::chance::Chance;

/// A chain of two states, of which the bad one loses everything and the good one nothing (Gilbert 1960). The bad one is
/// left with 1/burst a packet, so that its stay has the mean that is asked for, and entered as often as the share wants.
#[derive(Debug)]
pub(crate) struct Losses {
    chance: Chance,
    bad: bool,
}

impl Losses {
    pub(crate) fn new(seed: u64) -> Self {
        Self { chance: Chance::new(seed, 1), bad: false }
    }

    pub(crate) fn takes(&mut self, loss: Loss) -> bool {
        let Some(burst) = loss.burst else {
            self.bad = false;
            return self.chance.happens(loss.share);
        };
        let leave = 1.0 / burst;
        let enter = leave * loss.share / (1.0 - loss.share);
        self.bad = if self.bad { !self.chance.happens(leave) } else { self.chance.happens(enter) };
        self.bad
    }
}
