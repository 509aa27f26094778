//! Which frames came whole to a viewer, and which only in part.

/// Frames that are open at the same time: packets may overtake each other within so many.
const OPEN: usize = 16;

/// Frames of which anything came.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) whole: u64,
    /// Some of their packets did not come.
    pub(crate) torn: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.whole += other.whole;
        self.torn += other.torn;
    }

    fn close(&mut self, Open { came, of, .. }: Open) {
        self.whole += u64::from(came > 0 && came >= of);
        self.torn += u64::from(came > 0 && came < of);
    }
}

#[derive(Debug, Default, Clone, Copy)]
struct Open {
    number: u32,
    came: u16,
    of: u16,
}

/// The frames of one publisher, as they come to one viewer.
#[derive(Debug, Default, Clone)]
pub(crate) struct Frames {
    open: [Open; OPEN],
    tally: Tally,
}

impl Frames {
    /// A packet came of the frame with this number, which has `of` packets.
    pub(crate) fn note(&mut self, number: u32, of: u16) {
        let open = &mut self.open[number as usize % OPEN];
        if open.number != number {
            self.tally.close(*open);
            *open = Open { number, came: 0, of };
        }
        (open.came, open.of) = (open.came + 1, of);
    }

    /// Nothing more comes of what was sent: counts everything since the last time.
    pub(crate) fn settle(&mut self) -> Tally {
        for open in std::mem::take(&mut self.open) {
            self.tally.close(open);
        }
        std::mem::take(&mut self.tally)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(packets: &[(u32, u16)]) -> Tally {
        let mut frames = Frames::default();
        packets.iter().for_each(|(number, of)| frames.note(*number, *of));
        frames.settle()
    }

    #[test]
    fn a_frame_is_whole_when_all_its_packets_came_and_torn_when_some_did() {
        assert_eq!(came(&[]), Tally::default());
        assert_eq!(came(&[(0, 2), (0, 2), (1, 3), (1, 3), (3, 1)]), Tally { whole: 2, torn: 1 });
        // In another order; and many more than are open at once, each by its first packet only.
        assert_eq!(came(&[(7, 2), (8, 2), (7, 2), (8, 2)]), Tally { whole: 2, torn: 0 });
        let firsts: Vec<_> = (0..100).map(|number| (number, 4)).collect();
        assert_eq!(came(&firsts), Tally { whole: 0, torn: 100 });
    }

    #[test]
    fn what_was_settled_is_not_counted_again() {
        let mut frames = Frames::default();
        frames.note(5, 1);
        assert_eq!(frames.settle(), Tally { whole: 1, torn: 0 });
        assert_eq!(frames.settle(), Tally::default());
    }
}
