//! What somebody missed in session whose line broke, and the court's leave to see it.
//!
//! Resolution 33/2021/QH15 Art. 1(2): who takes part from elsewhere follows continuously. Whoever could not is told what they
//! missed, asks by a button, and sees it from the record if the presiding judge allows it.

use super::{Answer, Hearing, Presence, Room, Seat, Signal, SignalKind};
use crate::ids::{SeatId, TrackId};
use crate::routing::Channel;

/// Spans of one seat that are kept, the last ones.
const MAX_SPANS: usize = 20;
/// Less is not worth a word, in microseconds: a link is heard of every two seconds, and may be taken up anew.
const LEAST_US: u64 = 3_000_000;

/// A span of hearing time in session for which a seat had no line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    pub from_us: u64,
    pub to_us: u64,
}

impl Hearing {
    /// What of the sitting the seat missed, in the order of time, and whether it may see it.
    pub fn missed_by(&self, seat: SeatId) -> impl Iterator<Item = (Missed, bool)> {
        let of_seat = |signal: &&Signal| signal.seat == seat && signal.kind == SignalKind::SeeMissed;
        let answers = self.signals.values().filter(of_seat).filter_map(|signal| signal.answer.as_ref());
        let granted =
            answers.filter(|answered| answered.answer == Answer::Granted).map(|answered| answered.at_us).max();
        let spans = self.missed.get(&seat).into_iter().flatten();
        spans.map(move |missed| (*missed, granted.is_some_and(|at_us| missed.to_us <= at_us)))
    }

    /// Whether there is something that the seat might ask to see.
    #[must_use]
    pub fn may_ask_for_missed(&self, seat: SeatId) -> bool {
        self.missed_by(seat).any(|(_, leave)| !leave)
    }

    /// Whether what the track recorded would have reached the seat: not its own, not what an order withholds, no sound of its
    /// own room, interpretation only if it listens to that, and no recording, which was shown to some and not to others.
    #[must_use]
    pub fn would_have_had(&self, id: SeatId, track: TrackId) -> bool {
        let seats = self.seats.get(&id).zip(self.seats.get(&track.seat));
        let Some((seat, source)) = seats.filter(|_| id != track.seat) else { return false };
        let here = self.point_of(seat);
        let same_room = here.is_some() && here == self.point_of(source);
        let withheld = self.withheld(source, seat);
        let kept = if track.device.is_audio() { withheld.voice } else { withheld.picture };
        let channel = self.channel_of(source, track.device);
        let listens = channel == Channel::Floor || seat.listens == channel;
        let audible = !track.device.is_audio() || (!same_room && listens);
        !kept && audible && !track.device.is_played() && seat.room == Room::Courtroom && !seat.removed
    }

    /// A seat is back.
    pub(super) fn came_back(&mut self, id: SeatId, t_us: u64) {
        if let Some(missed) = self.seats.get(&id).and_then(|seat| self.misses(seat, t_us)) {
            self.miss(id, missed);
        }
    }

    /// The session rests: whoever is away misses no more.
    pub(super) fn nothing_to_miss(&mut self, t_us: u64) {
        let missed: Vec<_> = self.seats.values().filter_map(|seat| Some((seat.id, self.misses(seat, t_us)?))).collect();
        for (id, missed) in missed {
            self.miss(id, missed);
        }
    }

    fn misses(&self, seat: &Seat, to_us: u64) -> Option<Missed> {
        let expected = seat.presence() == Presence::Lost && seat.room == Room::Courtroom && seat.private.is_none();
        let absent = seat.silent_since_us.or(seat.absent_since_us);
        let (since, absent) = self.in_session_since_us.zip(absent).filter(|_| expected)?;
        let missed = Missed { from_us: since.max(absent), to_us };
        (to_us.saturating_sub(missed.from_us) >= LEAST_US && !self.only_receives(seat)).then_some(missed)
    }

    fn miss(&mut self, id: SeatId, missed: Missed) {
        let spans = self.missed.entry(id).or_default();
        spans.push(missed);
        let old = spans.len().saturating_sub(MAX_SPANS);
        spans.drain(..old);
    }
}
