//! Numbers of a layer that have not come: when to ask for them again, and when to give them up.

/// Reordering is waited out for this long before a packet is asked for.
const REORDER_US: i64 = 10_000;
/// A packet is asked for at most so often.
const MAX_TRIES: u8 = 10;
/// A gap nobody asks for (no NACK agreed on) is held open for this long, for late packets.
const PATIENCE_US: i64 = 1_000_000;
/// More than this at once is an outage and not worth repairing packet by packet: the oldest are given up.
const MAX_OPEN: usize = 512;
/// Bounds of the time between two requests for one packet.
const SPACING_US: (i64, i64) = (25_000, 300_000);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gap {
    ext: u64,
    since_us: i64,
    asked_us: i64,
    tries: u8,
}

/// The open gaps of a layer, in order.
#[derive(Debug)]
pub(super) struct Gaps {
    open: Vec<Gap>,
    /// Time from a request to the packet, smoothed.
    rtt_us: i64,
    /// Packets given up.
    pub(super) lost: u64,
}

impl Gaps {
    pub(super) fn new() -> Self {
        Self { open: Vec::new(), rtt_us: 50_000, lost: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The numbers from `from` up to and without `to` have been jumped over.
    pub(super) fn jumped(&mut self, from: u64, to: u64, now_us: i64) {
        let first = from.max(to.saturating_sub(MAX_OPEN as u64));
        self.lost += first - from;
        let crowd = (self.open.len() + (to - first) as usize).saturating_sub(MAX_OPEN);
        self.lost += crowd as u64;
        self.open.drain(..crowd);
        self.open.extend((first..to).map(|ext| Gap { ext, since_us: now_us, asked_us: 0, tries: 0 }));
    }

    /// A packet came after all; `None` if it answers no open gap. Gives whether it had been asked for.
    pub(super) fn filled(&mut self, ext: u64, now_us: i64) -> Option<bool> {
        let at = self.open.binary_search_by_key(&ext, |gap| gap.ext).ok()?;
        let gap = self.open.remove(at);
        // After several requests it is not known which one was answered.
        if gap.tries == 1 {
            self.rtt_us += ((now_us - gap.asked_us).clamp(0, 1_000_000) - self.rtt_us) / 4;
        }
        Some(gap.tries > 0)
    }

    /// Appends the numbers to be asked for now, in order, and gives up those that were asked for often enough. Without
    /// `ask` nothing is asked for.
    pub(super) fn due(&mut self, now_us: i64, ask: bool, due: &mut Vec<u64>) {
        let spacing = (self.rtt_us + self.rtt_us / 4).clamp(SPACING_US.0, SPACING_US.1);
        let before = self.open.len();
        self.open.retain_mut(|gap| {
            if !ask {
                return now_us - gap.since_us < PATIENCE_US;
            }
            let rested =
                if gap.tries == 0 { now_us - gap.since_us >= REORDER_US } else { now_us - gap.asked_us >= spacing };
            if !rested {
                return true;
            }
            if gap.tries == MAX_TRIES {
                return false;
            }
            (gap.tries, gap.asked_us) = (gap.tries + 1, now_us);
            due.push(gap.ext);
            true
        });
        self.lost += (before - self.open.len()) as u64;
    }

    pub(super) fn clear(&mut self) {
        self.lost += self.open.len() as u64;
        self.open.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(gaps: &mut Gaps, now_us: i64) -> Vec<u64> {
        let mut numbers = Vec::new();
        gaps.due(now_us, true, &mut numbers);
        numbers
    }

    #[test]
    fn reordering_is_waited_out_and_requests_are_spaced() {
        let mut gaps = Gaps::new();
        gaps.jumped(5, 8, 0);
        assert_eq!(due(&mut gaps, 9_000), []);
        assert_eq!(gaps.filled(6, 9_500), Some(false));
        assert_eq!(due(&mut gaps, 10_000), [5, 7]);
        assert_eq!(due(&mut gaps, 30_000), []);
        assert_eq!(gaps.filled(5, 40_000), Some(true));
        assert_eq!(gaps.filled(5, 40_000), None, "a second copy answers nothing");
        assert_eq!(due(&mut gaps, 80_000), [7]);
    }

    #[test]
    fn after_ten_requests_a_packet_is_given_up() {
        let mut gaps = Gaps::new();
        gaps.jumped(5, 6, 0);
        let asked = (0..100).map(|step| due(&mut gaps, step * 400_000).len()).sum::<usize>();
        assert_eq!((asked, gaps.lost, gaps.is_empty()), (10, 1, true));
    }

    #[test]
    fn an_outage_leaves_only_the_newest_open() {
        let mut gaps = Gaps::new();
        gaps.jumped(0, 400, 0);
        gaps.jumped(401, 1301, 0);
        assert_eq!((gaps.open.len(), gaps.lost), (MAX_OPEN, 1300 - MAX_OPEN as u64));
        assert!(gaps.filled(1300, 0).is_some() && gaps.filled(700, 0).is_none());
    }
}
