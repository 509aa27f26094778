//! The continuity meter at work: what screens say that they perceive, what `core` finds in it, and the hold that follows
//! when a point has not seen, heard or been heard for too long (Resolution 33 Art. 1(2), ruling 11).

use super::task::Task;
use assize_core::hearing::{Actor, Command, Continuity, Off, Perceives, SessionState};
use assize_core::ids::{ConnectionId, PointId, SeatId, TrackId};
use assize_core::routing::{Sink, routes};
use std::collections::{BTreeMap, BTreeSet};

/// A track counts as perceived for as long after it was said to be: two messages of every two seconds, and one on its way.
const FRESH_US: u64 = 5_000_000;
const EVERY_US: u64 = 1_000_000;
/// Tracks of one message that are looked at: more than a hearing has.
const MOST_TRACKS: usize = 512;

/// When a screen last said of each track that it perceives it.
pub(super) type Said = BTreeMap<TrackId, u64>;

#[derive(Debug, Default)]
pub(super) struct Meter {
    /// The beginning of the stretch in session that is measured: what was before it counts for nothing.
    began_us: Option<u64>,
    looked_us: u64,
    /// Since when what is routed to screens that say anything has been: what has just begun is not missed yet.
    routed: BTreeMap<(SeatId, TrackId), u64>,
    /// When a point was last found whole.
    whole: BTreeMap<PointId, u64>,
    off: BTreeMap<(SeatId, Off), u64>,
}

/// What the links say, at one moment.
struct Heard<'a> {
    now_us: u64,
    said: BTreeMap<SeatId, &'a Said>,
    routed: &'a BTreeMap<(SeatId, TrackId), u64>,
}

impl Perceives for Heard<'_> {
    fn says(&self, seat: SeatId) -> bool {
        self.said.contains_key(&seat)
    }

    fn gets(&self, seat: SeatId, track: TrackId) -> bool {
        let said = self.said.get(&seat).and_then(|said| said.get(&track));
        let last = said.max(self.routed.get(&(seat, track)));
        last.is_none_or(|last| self.now_us < last + FRESH_US)
    }
}

impl Task {
    pub(super) fn perceived(&mut self, connection: ConnectionId, tracks: &[TrackId], hidden: bool) {
        let now_us = self.clock.now().t_us;
        let Some(link) = self.links.get_mut(&connection) else { return };
        link.heard.hear(now_us);
        let watches = self.hearing.seats.get(&link.seat).is_some_and(|seat| self.hearing.only_receives(seat));
        // Observers may be hundreds, and nothing depends on what they see.
        if hidden || watches {
            link.perceives = None;
            return;
        }
        let said = link.perceives.get_or_insert_default();
        said.retain(|_, at| now_us < *at + FRESH_US);
        said.extend(tracks.iter().take(MOST_TRACKS).map(|track| (*track, now_us)));
    }

    /// Looks at every point, puts on record what has changed, and holds the session when one has been without for too long.
    pub(super) async fn measure(&mut self) {
        let now_us = self.clock.now().t_us;
        if self.hearing.state != SessionState::InSession {
            self.meter = Meter::default();
            return;
        }
        if self.meter.began_us != self.hearing.in_session_since_us {
            self.meter = Meter { began_us: self.hearing.in_session_since_us, ..Meter::default() };
        }
        if now_us < self.meter.looked_us + EVERY_US {
            return;
        }
        self.meter.looked_us = now_us;
        for (point, continuity, since_us) in self.findings(now_us) {
            let report = Command::ReportContinuity { point, continuity, since_us };
            // Refused: it is as it was.
            let _ = self.fact(report, Actor::System).await;
        }
        for (seat, off) in self.off_for_too_long(now_us) {
            let _ = self.fact(Command::ReportOff { seat, off }, Actor::System).await;
        }
        if let Some(cause) = self.hearing.breach(now_us) {
            self.hold(cause).await;
        }
    }

    fn findings(&mut self, now_us: u64) -> Vec<(PointId, Continuity, u64)> {
        self.note_routed(now_us);
        let said = self.links.values().filter_map(|link| Some((link.seat, link.perceives.as_ref()?))).collect();
        let found = self.hearing.continuity_now(&Heard { now_us, said, routed: &self.meter.routed });
        self.meter.whole.retain(|point, _| found.contains_key(point));
        let began_us = self.hearing.in_session_since_us.unwrap_or(now_us);
        let mut findings = Vec::new();
        for (point, continuity) in found {
            let known = self.hearing.continuity.get(&point).map(|measured| measured.continuity);
            let since_us = if !continuity.is_broken() {
                self.meter.whole.insert(point, now_us);
                now_us
            } else if continuity == Continuity::NONE {
                self.meter.whole.get(&point).copied().unwrap_or(now_us)
            } else {
                // It is missed only after a while.
                now_us.saturating_sub(FRESH_US)
            };
            if known != Some(continuity) {
                findings.push((point, continuity, since_us.max(began_us)));
            }
        }
        findings
    }

    fn note_routed(&mut self, now_us: u64) {
        let speaks: BTreeSet<SeatId> =
            self.links.values().filter(|link| link.perceives.is_some()).map(|link| link.seat).collect();
        let mut routed = BTreeMap::new();
        for route in routes(&self.hearing) {
            if let Sink::Seat(seat) = route.sink
                && speaks.contains(&seat)
            {
                let way = (seat, route.source);
                routed.insert(way, self.meter.routed.get(&way).copied().unwrap_or(now_us));
            }
        }
        self.meter.routed = routed;
    }

    /// The seats of whose devices something else is to be said than was.
    fn off_for_too_long(&mut self, now_us: u64) -> Vec<(SeatId, BTreeSet<Off>)> {
        let off = self.hearing.off_now();
        let pairs = off.iter().flat_map(|(seat, off)| off.iter().map(|off| (*seat, *off)));
        self.meter.off = pairs.map(|pair| (pair, self.meter.off.get(&pair).copied().unwrap_or(now_us))).collect();
        let limit_us = u64::from(self.hearing.procedure.limits.device_off_s) * 1_000_000;
        let mut due: BTreeMap<SeatId, BTreeSet<Off>> =
            self.hearing.off.keys().map(|seat| (*seat, BTreeSet::new())).collect();
        for ((seat, off), _) in self.meter.off.iter().filter(|(_, since)| now_us >= **since + limit_us) {
            due.entry(*seat).or_default().insert(*off);
        }
        due.into_iter()
            .filter(|(seat, off)| self.hearing.off.get(seat).map_or(!off.is_empty(), |was| was != off))
            .collect()
    }
}
