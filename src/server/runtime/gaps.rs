//! How gaps become lines of the ledger: one each, unless a track has so many that they are stated together.
//!
//! Whoever publishes can cause gaps as fast as it sends (docs/security.md), and a line of the ledger is an event that is
//! made durable and read for years. A track may have [`AT_ONCE`] lines of one reason right away and one more every
//! [`EVERY_US`]; what comes faster is held back for as long and becomes one line: the span from the first begin to the
//! last end, how many pieces, and how much of it is missing. No line reaches over a time in which the track was not
//! recorded. What was held back when a server dies is known from the ledger it leaves: [`unstated`]. Who was absent,
//! and what a server lost by dying, waits for nothing: nobody causes that fast.

use super::absence::recorded;
use assize_core::hearing::{Event, GapReason, Hearing, Pieces, Stamped};
use assize_core::ids::TrackId;
use assize_record::recover::Loss;
use std::collections::{BTreeMap, BTreeSet};

/// Lines that a track may have at once, of one reason.
const AT_ONCE: u64 = 5;
/// And one more each, in microseconds.
const EVERY_US: u64 = 5_000_000;
/// So long after its turn, in microseconds, a line is in the ledger at the latest: a tick of the hearing's task, which may
/// wait for the media worker and for the disk before it. Far less than what [`AT_ONCE`] lines leave, so that ordinary
/// losses are not doubted.
const LATE_US: u64 = 6_000_000;

/// A gap, or several that are stated as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stating {
    pub(super) loss: Loss,
    pub(super) pieces: Option<Pieces>,
}

type Kind = (TrackId, GapReason);

/// Whether gaps of this reason may wait for others, to be stated with them.
fn may_wait(reason: GapReason) -> bool {
    match reason {
        GapReason::Absent | GapReason::Outage | GapReason::Crash => false,
        GapReason::Network | GapReason::Shed | GapReason::Keyframe | GapReason::Disk => true,
    }
}

/// The lines that each track may have, and what is held back. Times are hearing microseconds.
#[derive(Debug, Default)]
pub(super) struct GapLines {
    rates: BTreeMap<Kind, Rate>,
    held: BTreeMap<Kind, Held>,
    /// What was recorded last.
    recorded: BTreeSet<TrackId>,
    /// When the recording of a track last began or ended.
    cuts: BTreeMap<TrackId, u64>,
}

impl GapLines {
    /// Follows what is recorded from `at_us` on: gaps on both sides of a change are not stated as one.
    pub(super) fn follow(&mut self, hearing: &Hearing, at_us: u64) {
        let now = recorded(hearing);
        for track in self.recorded.symmetric_difference(&now) {
            self.cuts.insert(*track, at_us);
            let held = self.held.iter_mut().filter(|((of, _), held)| of == track && held.from_us < at_us);
            held.for_each(|(_, held)| held.until_us = held.until_us.min(at_us));
        }
        self.recorded = now;
    }

    /// A gap: what is to be stated now.
    pub(super) fn take(&mut self, loss: Loss, now_us: u64) -> Vec<Stating> {
        if !may_wait(loss.reason) {
            return vec![Stating { loss, pieces: None }];
        }
        let kind = (loss.track, loss.reason);
        let mut out = Vec::new();
        if let Some(held) = self.held.get_mut(&kind) {
            if held.join(&loss) {
                return out;
            }
            // No line for both: the one that waits is stated before its time.
            out.extend(self.state(kind, now_us));
        }
        let cut_us = self.cuts.get(&loss.track).copied().filter(|cut_us| loss.from_us < *cut_us);
        self.held.insert(kind, Held::new(&loss, cut_us.unwrap_or(u64::MAX)));
        if self.rates.entry(kind).or_default().may(now_us) {
            out.extend(self.state(kind, now_us));
        }
        out
    }

    /// What was held back long enough.
    pub(super) fn due(&mut self, now_us: u64) -> Vec<Stating> {
        let may = |kind: &&Kind| self.rates.get(kind).is_none_or(|rate| rate.may(now_us));
        let due: Vec<Kind> = self.held.keys().filter(may).copied().collect();
        due.into_iter().filter_map(|kind| self.state(kind, now_us)).collect()
    }

    /// All that is held back, since nothing will come any more.
    pub(super) fn rest(&mut self, now_us: u64) -> Vec<Stating> {
        let kinds: Vec<Kind> = self.held.keys().copied().collect();
        kinds.into_iter().filter_map(|kind| self.state(kind, now_us)).collect()
    }

    fn state(&mut self, kind: Kind, now_us: u64) -> Option<Stating> {
        self.rates.entry(kind).or_default().count(now_us);
        let held = self.held.remove(&kind)?;
        let loss = Loss { track: kind.0, from_us: held.from_us, to_us: held.to_us, reason: kind.1 };
        let pieces = Pieces { count: held.count, missing_us: held.missing_us };
        Some(Stating { loss, pieces: (held.count > 1).then_some(pieces) })
    }
}

/// Lines so far, as the time at which they would all have had their turn.
#[derive(Debug, Clone, Copy, Default)]
struct Rate {
    turn_us: u64,
}

impl Rate {
    fn may(self, now_us: u64) -> bool {
        self.turn_us <= now_us + (AT_ONCE - 1) * EVERY_US
    }

    fn count(&mut self, now_us: u64) {
        self.turn_us = self.turn_us.max(now_us) + EVERY_US;
    }
}

#[derive(Debug)]
struct Held {
    from_us: u64,
    to_us: u64,
    count: u32,
    missing_us: u64,
    /// What begins here or later is stated by itself.
    until_us: u64,
}

impl Held {
    fn new(loss: &Loss, until_us: u64) -> Self {
        let missing_us = loss.to_us - loss.from_us;
        Self { from_us: loss.from_us, to_us: loss.to_us, count: 1, missing_us, until_us }
    }

    /// Takes in what follows closely, in the same stretch of recording.
    fn join(&mut self, loss: &Loss) -> bool {
        let close = loss.from_us <= self.to_us + EVERY_US && self.from_us <= loss.to_us + EVERY_US;
        if !close || loss.from_us >= self.until_us {
            return false;
        }
        (self.from_us, self.to_us) = (self.from_us.min(loss.from_us), self.to_us.max(loss.to_us));
        self.count = self.count.saturating_add(1);
        self.missing_us += loss.to_us - loss.from_us;
        true
    }
}

/// What may have been held back when the server that wrote this ledger died at `last_us`: of each track that had as many
/// lines as it may have, all that was recorded after the last of them. How much of it is missing nobody knows any more.
pub(super) fn unstated(events: &[Stamped], last_us: u64) -> Vec<Loss> {
    let of_kind = |((track, reason), from_us): (Kind, u64)| {
        let loss = move |(from_us, to_us)| Loss { track, from_us, to_us, reason };
        stretches(events, track, from_us, last_us).into_iter().map(loss)
    };
    held_back(events, last_us).into_iter().flat_map(of_kind).collect()
}

/// Of what there may have been lines in waiting at `last_us`, and up to when it is stated.
fn held_back(events: &[Stamped], last_us: u64) -> Vec<(Kind, u64)> {
    let mut last: BTreeMap<Kind, (Rate, u64)> = BTreeMap::new();
    for Stamped { now, event, .. } in events {
        match event {
            // Another server began anew.
            Event::TakenUp { .. } => last.clear(),
            Event::Gap { track, to_us, reason, .. } if may_wait(*reason) => {
                let (rate, until_us) = last.entry((*track, *reason)).or_default();
                rate.count(now.t_us);
                *until_us = (*until_us).max(*to_us);
            }
            _ => {}
        }
    }
    let waits = |rate: Rate| !rate.may(last_us.saturating_sub(LATE_US));
    last.into_iter().filter(|(_, (rate, _))| waits(*rate)).map(|(kind, (_, until_us))| (kind, until_us)).collect()
}

/// When the track was recorded between two times.
fn stretches(events: &[Stamped], track: TrackId, from_us: u64, to_us: u64) -> Vec<(u64, u64)> {
    let Some(mut hearing) = events.first().and_then(Hearing::begin) else { return Vec::new() };
    let (mut out, mut since_us) = (Vec::new(), None);
    for stamped in &events[1..] {
        hearing.apply(stamped);
        if recorded(&hearing).contains(&track) {
            since_us.get_or_insert(stamped.now.t_us);
        } else if let Some(since_us) = since_us.take() {
            out.push((since_us, stamped.now.t_us));
        }
    }
    out.extend(since_us.map(|since_us| (since_us, to_us)));
    let cut = |(from, to): (u64, u64)| (from.max(from_us), to.min(to_us));
    out.into_iter().map(cut).filter(|(from, to)| from < to).collect()
}

#[cfg(test)]
mod tests;
