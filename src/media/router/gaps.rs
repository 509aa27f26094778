//! Numbers of a layer that have not come: when to ask for them again, and when to give them up.

/// Reordering is waited out for this long before a packet is asked for.
const REORDER_US: i64 = 10_000;
/// A packet is asked for at most so often.
const MAX_TRIES: u8 = 10;
/// A gap that nobody asks for (any more) is held open for this long, for late packets.
const PATIENCE_US: i64 = 1_000_000;
/// A picture is not worth waiting for longer: a new key frame is sooner there.
const WORTH_US: i64 = 2_000_000;
/// What a listener's buffer gives lost sound, besides the round trip, until it has to be played.
pub(super) const SOUND_US: i64 = 250_000;
/// More than this at once is an outage and not worth repairing packet by packet: the oldest are given up.
const MAX_OPEN: usize = 512;
/// Bounds of the time between two requests for one packet.
const SPACING_US: (i64, i64) = (25_000, 1_000_000);
/// A line is long when an answer takes longer than this.
const LONG_US: i64 = 100_000;
/// The round trip taken while none is known.
const UNKNOWN_US: i64 = 50_000;
/// Answers after which an older round trip is forgotten, at the latest twice as many.
const ANSWERS: u8 = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gap {
    ext: u64,
    since_us: i64,
    /// When it was first and last asked for.
    first_us: i64,
    asked_us: i64,
    tries: u8,
}

/// The round trip to a publisher by its answers: the time from the first request for a packet to its coming. Where that
/// request or its answer was lost it is too long, so that the shortest of the last answers counts.
#[derive(Debug, Clone, Copy)]
struct RoundTrip {
    /// Of the answers before, and of the present ones.
    shortest_us: [i64; 2],
    answers: u8,
}

impl RoundTrip {
    const NONE: Self = Self { shortest_us: [i64::MAX; 2], answers: 0 };

    fn answered(&mut self, after_us: i64) {
        self.shortest_us[1] = self.shortest_us[1].min(after_us.max(0));
        self.answers += 1;
        if self.answers == ANSWERS {
            *self = Self { shortest_us: [self.shortest_us[1], i64::MAX], answers: 0 };
        }
    }

    fn known_us(&self) -> Option<i64> {
        let [before, now] = self.shortest_us;
        Some(before.min(now)).filter(|us| *us < i64::MAX)
    }

    /// Time to the next request for a packet after so many. Of an unknown line nothing is expected soon: the time doubles.
    /// On a long line a request is repeated before it can have been answered: it is cheap, it may have been lost, and a
    /// sender does not answer twice within the round trip (`RtpPacketHistory` of libwebrtc).
    /// Sound has no time to wait for an answer in any case.
    fn spacing_us(&self, tries: u8, sound: bool) -> i64 {
        let us = match self.known_us() {
            Some(rtt_us) if sound => rtt_us / 2,
            Some(rtt_us) => (rtt_us + rtt_us / 4).min(LONG_US.max(rtt_us / 2)),
            None => (UNKNOWN_US + UNKNOWN_US / 4) << tries.saturating_sub(1),
        };
        us.clamp(SPACING_US.0, SPACING_US.1)
    }
}

/// The open gaps of a layer, in order.
#[derive(Debug)]
pub(super) struct Gaps {
    open: Vec<Gap>,
    sound: bool,
    round_trip: RoundTrip,
    /// Packets given up.
    pub(super) lost: u64,
    /// The highest of them since this was last looked at.
    pub(super) given_up: Option<u64>,
}

impl Gaps {
    pub(super) fn new(sound: bool) -> Self {
        Self { open: Vec::new(), sound, round_trip: RoundTrip::NONE, lost: 0, given_up: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The numbers from `from` up to and without `to` have been jumped over.
    pub(super) fn jumped(&mut self, from: u64, to: u64, now_us: i64) {
        let first = from.max(to.saturating_sub(MAX_OPEN as u64));
        let crowd = (self.open.len() + (to - first) as usize).saturating_sub(MAX_OPEN);
        let given_up = self.open.drain(..crowd).map(|gap| gap.ext).next_back().max((first > from).then(|| first - 1));
        self.given_up = self.given_up.max(given_up);
        self.lost += first - from + crowd as u64;
        let gap = |ext| Gap { ext, since_us: now_us, first_us: 0, asked_us: 0, tries: 0 };
        self.open.extend((first..to).map(gap));
    }

    /// A packet came after all; `None` if it answers no open gap. Gives whether it had been asked for. `answer`: it can
    /// only have come because it was asked for, or nobody can tell.
    pub(super) fn filled(&mut self, ext: u64, now_us: i64, answer: bool) -> Option<bool> {
        let at = self.open.binary_search_by_key(&ext, |gap| gap.ext).ok()?;
        let gap = self.open.remove(at);
        if gap.tries > 0 && answer {
            self.round_trip.answered(now_us - gap.first_us);
        }
        Some(gap.tries > 0)
    }

    /// Appends the numbers to be asked for now, in order, and gives up those that were asked for often or long enough.
    /// Without `ask` nothing is asked for.
    pub(super) fn due(&mut self, now_us: i64, ask: bool, due: &mut Vec<u64>) {
        let (before, round_trip, sound) = (self.open.len(), self.round_trip, self.sound);
        let worth_us = if sound { SOUND_US } else { WORTH_US };
        let mut given_up = self.given_up;
        self.open.retain_mut(|gap| {
            let age_us = now_us - gap.since_us;
            let rested = match gap.tries {
                0 => age_us >= REORDER_US,
                tries => now_us - gap.asked_us >= round_trip.spacing_us(tries, sound),
            };
            if !rested {
                return true;
            }
            if ask && gap.tries < MAX_TRIES && age_us < worth_us {
                if gap.tries == 0 {
                    gap.first_us = now_us;
                }
                (gap.tries, gap.asked_us) = (gap.tries + 1, now_us);
                due.push(gap.ext);
                return true;
            }
            // What was asked for may be under way; listeners and the recorder judge for themselves what is too late.
            let held = (sound || !ask) && age_us < PATIENCE_US;
            if !held {
                given_up = given_up.max(Some(gap.ext));
            }
            held
        });
        self.given_up = given_up;
        self.lost += (before - self.open.len()) as u64;
    }

    pub(super) fn clear(&mut self) {
        self.lost += self.open.len() as u64;
        self.given_up = self.given_up.max(self.open.last().map(|gap| gap.ext));
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
        let mut gaps = Gaps::new(false);
        gaps.jumped(5, 8, 0);
        assert_eq!(due(&mut gaps, 9_000), []);
        assert_eq!(gaps.filled(6, 9_500, true), Some(false));
        assert_eq!(due(&mut gaps, 10_000), [5, 7]);
        assert_eq!(due(&mut gaps, 30_000), []);
        assert_eq!(gaps.filled(5, 40_000, true), Some(true));
        assert_eq!(gaps.filled(5, 40_000, true), None, "a second copy answers nothing");
        assert_eq!(due(&mut gaps, 80_000), [7]);
    }

    /// Asks of a line with this round trip, where the first `lost` requests are lost; gives how often it asked.
    fn asked(gaps: &mut Gaps, ext: u64, began_us: i64, rtt_us: i64, lost: usize) -> usize {
        gaps.jumped(ext, ext + 1, began_us);
        let mut requests = Vec::new();
        for now in (began_us..began_us + 5_000_000).step_by(10_000) {
            if requests.get(lost).is_some_and(|asked| now >= asked + rtt_us) {
                assert_eq!(gaps.filled(ext, now, true), Some(true));
                break;
            }
            requests.extend(due(gaps, now).iter().map(|_| now));
        }
        requests.len()
    }

    #[test]
    fn the_round_trip_is_learnt_from_answers_however_long_it_is_and_whatever_is_lost() {
        for rtt_us in [20_000, 300_000, 900_000] {
            let mut gaps = Gaps::new(false);
            assert!(asked(&mut gaps, 1, 0, rtt_us, 0) <= 5, "the first time it can only be guessed");
            for n in 2..50_u64 {
                let lost = usize::from(n % 3 == 0);
                let requests = asked(&mut gaps, n, n as i64 * 10_000_000, rtt_us, lost);
                // One is under way when the answer comes.
                let most = if rtt_us < LONG_US { 1 + lost } else { 2 + lost };
                assert!(requests <= most, "{requests} requests, {rtt_us} us, the {n}th");
            }
            assert_eq!((gaps.lost, gaps.given_up), (0, None));
        }
    }

    #[test]
    fn a_packet_that_comes_by_itself_says_nothing_of_the_round_trip() {
        let mut gaps = Gaps::new(false);
        asked(&mut gaps, 1, 0, 300_000, 0);
        gaps.jumped(2, 4, 10_000_000);
        assert_eq!(due(&mut gaps, 10_010_000), [2, 3]);
        assert_eq!(gaps.filled(2, 10_012_000, false), Some(true), "late, on its own stream");
        assert_eq!(due(&mut gaps, 10_150_000), []);
        assert_eq!(due(&mut gaps, 10_160_000), [3]);
    }

    #[test]
    fn a_shorter_way_counts_at_once_and_a_longer_one_soon() {
        let mut gaps = Gaps::new(false);
        asked(&mut gaps, 1, 0, 300_000, 0);
        asked(&mut gaps, 2, 10_000_000, 40_000, 0);
        assert_eq!(gaps.round_trip.known_us(), Some(40_000));
        for n in 3..19 {
            asked(&mut gaps, n, n as i64 * 10_000_000, 200_000, 0);
        }
        assert_eq!(gaps.round_trip.known_us(), Some(200_000));
    }

    #[test]
    fn after_ten_requests_or_two_seconds_a_packet_is_given_up() {
        for (rtt_us, requests) in [(40_000, 10), (900_000, 5)] {
            let mut gaps = Gaps::new(false);
            gaps.round_trip.answered(rtt_us);
            gaps.jumped(5, 6, 0);
            let asked = (0..300).map(|step| due(&mut gaps, step * 10_000).len()).sum::<usize>();
            assert_eq!((asked, gaps.lost, gaps.is_empty(), gaps.given_up), (requests, 1, true, Some(5)));
        }
    }

    #[test]
    fn sound_is_asked_for_while_it_can_be_played_and_taken_for_longer() {
        let mut gaps = Gaps::new(true);
        gaps.round_trip.answered(40_000);
        gaps.jumped(5, 7, 0);
        let asked: Vec<i64> = (0..90).map(|n| n * 10_000).filter(|now| !due(&mut gaps, *now).is_empty()).collect();
        assert_eq!(asked, [10_000, 40_000, 70_000, 100_000, 130_000, 160_000, 190_000, 220_000]);
        assert_eq!(gaps.filled(5, 890_000, false), Some(true));
        assert_eq!((due(&mut gaps, 1_000_000), gaps.lost), (Vec::new(), 1));
    }

    #[test]
    fn an_outage_leaves_only_the_newest_open() {
        let mut gaps = Gaps::new(false);
        gaps.jumped(0, 400, 0);
        gaps.jumped(401, 1301, 0);
        assert_eq!((gaps.open.len(), gaps.lost), (MAX_OPEN, 1300 - MAX_OPEN as u64));
        assert_eq!(gaps.given_up, Some(1300 - MAX_OPEN as u64));
        assert!(gaps.filled(1300, 0, true).is_some() && gaps.filled(700, 0, true).is_none());
    }
}
