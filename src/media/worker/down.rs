//! Our offers on a *down* transport: which sections there are, which offer is under way, what the client was told.
//!
//! One offer at a time. Changes that come in a burst are offered together, and a change that the sections at hand can
//! carry is told without an offer. Offers are numbered over all transports of a worker, so that an answer to a transport's
//! predecessor is known for what it is.

use crate::negotiated::{ExtensionIds, Subscribed};
use crate::router::Wanted;
use crate::sdp::{Description, MAX_SECTIONS, SdpError, accept};
use assize_rtp::tap::TrackKey;

/// Microseconds to wait for more changes before telling.
const BURST_US: i64 = 4_000;
/// Microseconds after which a client that has not answered an offer is taken not to answer at all: it has to begin anew.
const ANSWER_US: i64 = 20_000_000;

pub(super) type Legs = Vec<(String, Option<TrackKey>)>;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Down {
    pub(super) sections: Vec<Subscribed>,
    /// Number of the last offer; 0: none yet.
    last: u32,
    /// Since when an answer is awaited.
    offered_us: Option<i64>,
    told: Legs,
    due_us: Option<i64>,
    /// The next offer restarts ICE.
    restart: bool,
}

/// What the client is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tell {
    /// The sections have grown and want an offer of this number.
    Offer(u32),
    /// The same sections carry something else; the number of the last offer.
    Legs(u32),
}

impl Down {
    /// Something changed.
    pub(super) fn touch(&mut self, now_us: i64) {
        self.due_us.get_or_insert(now_us + BURST_US);
    }

    /// The client wants to look for another way: to be offered, if anything ever was.
    pub(super) fn restart(&mut self, now_us: i64) {
        if self.last > 0 {
            self.restart = true;
            self.touch(now_us);
        }
    }

    /// Whether the offer that is made now restarts ICE; not while another is under way.
    pub(super) fn takes_restart(&mut self) -> bool {
        self.offered_us.is_none() && std::mem::take(&mut self.restart)
    }

    pub(super) fn due_us(&self) -> Option<i64> {
        self.due_us
    }

    /// Adds the sections that are wanted, if an offer may be made now. `ssrc` mints one.
    pub(super) fn grow(&mut self, wanted: Wanted, mut ssrc: impl FnMut() -> u32) -> bool {
        if self.offered_us.is_some() || (wanted.audio == 0 && wanted.video == 0) {
            return false;
        }
        let audio = std::iter::repeat_n(true, wanted.audio);
        let before = self.sections.len();
        for audio in audio.chain(std::iter::repeat_n(false, wanted.video)) {
            if self.sections.len() >= MAX_SECTIONS {
                break;
            }
            self.sections.push(Subscribed {
                mid: self.sections.len().to_string(),
                audio,
                payloads: Vec::new(),
                rejected: false,
                ssrc: ssrc(),
                rtx_ssrc: ssrc(),
                extensions: ExtensionIds::default(),
                nack: false,
            });
        }
        self.sections.len() > before
    }

    /// Settles what to tell, given whether the sections grew and what they carry now; `number` was the last offer's.
    pub(super) fn settle(&mut self, now_us: i64, grew: bool, legs: &Legs, number: &mut u32) -> Option<Tell> {
        self.due_us = None;
        if grew {
            *number = number.checked_add(1).unwrap_or(1);
            self.last = *number;
            self.offered_us = Some(now_us);
            self.told.clone_from(legs);
            return Some(Tell::Offer(self.last));
        }
        if self.told == *legs || self.last == 0 {
            return None;
        }
        self.told.clone_from(legs);
        Some(Tell::Legs(self.last))
    }

    /// Whether an answer to this offer is awaited.
    pub(super) fn awaits(&self, offer: u32) -> bool {
        self.offered_us.is_some() && offer == self.last
    }

    /// Whether an answer has been awaited for too long.
    pub(super) fn is_ignored(&self, now_us: i64) -> bool {
        self.offered_us.is_some_and(|since| now_us - since >= ANSWER_US)
    }

    /// Takes the awaited answer.
    pub(super) fn answered(&mut self, answer: &Description, now_us: i64) -> Result<(), SdpError> {
        accept(&mut self.sections, answer)?;
        self.offered_us = None;
        self.touch(now_us);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(audio: usize, video: usize) -> Wanted {
        Wanted { audio, video }
    }

    #[test]
    fn a_burst_becomes_one_offer_and_the_next_waits_for_its_answer() {
        let mut down = Down::default();
        down.touch(0);
        down.touch(1000);
        assert_eq!(down.due_us(), Some(BURST_US));
        assert!(down.grow(wanted(2, 1), || 7));
        let legs: Legs = vec![("0".into(), Some(TrackKey(1)))];
        let mut number = 6;
        assert_eq!(down.settle(0, true, &legs, &mut number), Some(Tell::Offer(7)));
        assert!(down.awaits(7) && !down.awaits(8) && !down.awaits(1));
        assert!(!down.grow(wanted(1, 0), || 8), "one offer at a time");
        assert_eq!(down.settle(0, false, &legs, &mut number), None);
        assert_eq!(down.sections.iter().map(|s| s.audio).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn a_changed_mapping_is_told_without_an_offer() {
        let mut down = Down::default();
        assert!(down.grow(wanted(1, 0), || 7));
        let mut number = 0;
        down.settle(0, true, &vec![("0".into(), Some(TrackKey(1)))], &mut number);
        number = 9;
        assert_eq!(down.settle(0, false, &vec![("0".into(), None)], &mut number), Some(Tell::Legs(1)));
    }

    #[test]
    fn a_restart_is_offered_once_and_waits_for_an_answer_under_way() {
        let mut down = Down::default();
        down.restart(0);
        assert!(!down.takes_restart() && down.due_us().is_none(), "nothing to restart before the first offer");
        assert!(down.grow(wanted(1, 0), || 7));
        let mut number = 0;
        down.settle(0, true, &Vec::new(), &mut number);
        down.restart(1);
        down.restart(2);
        assert_eq!(down.due_us(), Some(1 + BURST_US));
        assert!(!down.takes_restart(), "the first offer is not answered yet");
        down.offered_us = None;
        assert!(down.takes_restart() && !down.takes_restart());
        assert_eq!(down.settle(5, true, &Vec::new(), &mut number), Some(Tell::Offer(2)));
    }

    #[test]
    fn an_answer_is_not_awaited_for_ever() {
        let mut down = Down::default();
        assert!(down.grow(wanted(1, 0), || 7) && !down.is_ignored(i64::MAX));
        down.settle(5, true, &Vec::new(), &mut 0);
        assert!(!down.is_ignored(5 + ANSWER_US - 1) && down.is_ignored(5 + ANSWER_US));
    }

    #[test]
    fn sections_are_limited() {
        let mut down = Down::default();
        assert!(down.grow(wanted(500, 500), || 7));
        assert_eq!(down.sections.len(), MAX_SECTIONS);
    }
}
