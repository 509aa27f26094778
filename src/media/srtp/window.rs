//! Replay protection (RFC 3711 section 3.3.2): which of the last numbers were seen.

const WORDS: usize = 16;
const SIZE: u64 = WORDS as u64 * 64;

/// A window of 1024 numbers below the highest authentic one.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    highest: u64,
    any: bool,
    seen: [u64; WORDS],
}

impl Window {
    /// The highest authentic number, if there is one.
    pub(super) fn highest(&self) -> Option<u64> {
        self.any.then_some(self.highest)
    }

    /// Whether `number` is new and not too old to tell.
    pub(super) fn is_fresh(&self, number: u64) -> bool {
        if !self.any || number > self.highest {
            return true;
        }
        self.highest - number < SIZE && self.seen[slot(number)] & bit(number) == 0
    }

    /// Whether `number` lies so far back that nothing is known of it.
    pub(super) fn is_past(&self, number: u64) -> bool {
        self.any && number < self.highest && self.highest - number >= SIZE
    }

    /// Notes an authentic number.
    pub(super) fn note(&mut self, number: u64) {
        if !self.any {
            self.any = true;
            self.highest = number;
        } else if number > self.highest {
            if number - self.highest >= SIZE {
                self.seen = [0; WORDS];
            } else {
                for passed in self.highest + 1..number {
                    self.seen[slot(passed)] &= !bit(passed);
                }
            }
            self.highest = number;
        } else if self.highest - number >= SIZE {
            return;
        }
        self.seen[slot(number)] |= bit(number);
    }
}

fn slot(number: u64) -> usize {
    usize::try_from(number / 64 % WORDS as u64).unwrap_or_default()
}

fn bit(number: u64) -> u64 {
    1 << (number % 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        /// The ring of bits answers as a set of everything seen would.
        #[test]
        fn answers_as_a_plain_set_would(steps in prop::collection::vec(-1500_i64..1500, 1..400)) {
            let (mut window, mut seen, mut at) = (Window::default(), HashSet::new(), 100_000_i64);
            for step in steps {
                at = (at + step).max(0);
                let number = at.unsigned_abs();
                let highest = seen.iter().copied().max();
                let old = highest.is_some_and(|h: u64| number + SIZE <= h);
                prop_assert_eq!(window.is_fresh(number), !old && !seen.contains(&number));
                window.note(number);
                seen.insert(number);
            }
        }
    }
}
