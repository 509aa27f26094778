//! What each seat missed in session while its line was broken, and for which the judge gave leave; the buttons that ask for it.

use super::rules::Rules;
use assize_core::hearing::{Answer, Hearing, SignalKind};
use assize_core::ids::SignalId;
use std::collections::BTreeMap;

/// Less is not worth a word.
const LEAST: u64 = 3_000_000;
/// Of each seat the last ones are kept.
const MOST: usize = 20;

#[derive(Debug, Default)]
pub(super) struct Missed {
    /// Since when the session has been on, without a rest.
    on_since: Option<u64>,
    spans: BTreeMap<u16, Vec<(u64, u64)>>,
    /// When the judge last said yes.
    leave: BTreeMap<u16, u64>,
}

impl Rules {
    pub(super) fn goes_on(&mut self, now: u64) {
        self.missed.on_since = Some(now);
    }

    /// From now on nobody misses anything.
    pub(super) fn rests(&mut self, now: u64) {
        let away: Vec<u16> = self.seats.keys().copied().collect();
        away.into_iter().for_each(|seat| self.misses_no_more(seat, now));
        self.missed.on_since = None;
    }

    /// Whose line broke in the courtroom, and who did not go on purpose, has missed what there was up to now. Whoever was in a
    /// private room missed that.
    pub(super) fn misses_no_more(&mut self, seat: u16, now: u64) {
        let Some(place) = self.seats.get(&seat) else { return };
        let broke = place.online.is_none() && !place.for_good && !place.removed && place.inside && !place.observes();
        let broke = broke && place.talk.is_none();
        let (Some(away), Some(on), true) = (place.away, self.missed.on_since, broke) else { return };
        let from = away.max(on);
        if now >= from + LEAST {
            let spans = self.missed.spans.entry(seat).or_default();
            spans.push((from, now));
            if spans.len() > MOST {
                spans.remove(0);
            }
        }
    }

    /// Once for each thing that is said; to see what was missed only if something was.
    pub(super) fn signals(&mut self, actor: u16, kind: SignalKind) -> bool {
        let asks = kind != SignalKind::SeeMissed || self.missed.told(actor).any(|(_, leave)| !leave);
        let new = asks && !self.signals.contains(&Some((actor, kind)));
        if new {
            self.signals.push(Some((actor, kind)));
        }
        new
    }

    fn asked(&self, SignalId(number): SignalId) -> Option<(u16, SignalKind)> {
        self.signals.get(number as usize - 1).copied().flatten()
    }

    fn ends(&mut self, SignalId(number): SignalId) -> bool {
        self.signals[number as usize - 1] = None;
        true
    }

    /// By the room it came from.
    pub(super) fn withdrawn(&mut self, actor: u16, signal: SignalId) -> bool {
        self.asked(signal).is_some_and(|(from, _)| self.shares(actor, from) && self.ends(signal))
    }

    /// The judge lets somebody speak who cannot follow: then the court's mute is lifted as well. What was missed is the
    /// judge's alone to show.
    pub(super) fn answered(&mut self, signal: SignalId, answer: Answer, judge: bool, now: u64) -> bool {
        let Some((from, kind)) = self.asked(signal) else { return false };
        match (kind, answer == Answer::Granted) {
            (SignalKind::SeeMissed, true) if !judge => return false,
            (SignalKind::SeeMissed, true) => _ = self.missed.leave.insert(from, now),
            (SignalKind::CannotHear, true) if judge => self.lets_speak(from),
            _ => {}
        }
        self.ends(signal)
    }
}

impl Missed {
    /// Spans of a seat, and whether it may see them.
    fn told(&self, seat: u16) -> impl Iterator<Item = ((u64, u64), bool)> {
        let leave = self.leave.get(&seat).copied();
        let spans = self.spans.get(&seat).into_iter().flatten();
        spans.map(move |span| (*span, leave.is_some_and(|at| span.1 <= at)))
    }
}

pub(super) fn compare(hearing: &Hearing, rules: &Rules) {
    for seat in hearing.seats.keys() {
        let spans = hearing.missed_by(*seat).map(|(missed, leave)| ((missed.from_us, missed.to_us), leave));
        assert!(spans.eq(rules.missed.told(seat.0)), "{seat}: {:?} {:?}", hearing.missed.get(seat), rules.missed);
    }
}
