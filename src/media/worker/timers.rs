//! What a worker does by the clock: transports, routers, offers, figures.

use super::peers::{Kind, Out};
use super::run::{Hearing, Inner, SECOND_US};
use super::strain;
use crate::plane::{HearingKey, PlaneEvent, WorkerStats};
use crate::router::{Event, Router};
use crate::transport::Dropped;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Microseconds between looks at the transports' timers.
const TRANSPORTS_US: i64 = 20_000;

impl Inner {
    pub(super) fn timers(&mut self, now: i64) {
        if now >= self.transports_at {
            self.transports_at = now + TRANSPORTS_US;
            (0..self.peers.places()).for_each(|at| self.transport_timer(now, at));
            self.close_overdue(now);
        }
        let (mut failed, mut failed_late) = (None, None);
        let mut hearings = std::mem::take(&mut self.hearings);
        for (key, hearing) in &mut hearings {
            // What only those who receive later need costs nobody else anything.
            if catch_unwind(AssertUnwindSafe(|| self.tick_late(now, *key, hearing))).is_err() {
                self.peers.drops.count(Dropped::Panic);
                hearing.late = None;
                failed_late = Some(*key);
            }
            if catch_unwind(AssertUnwindSafe(|| self.tick(now, *key, hearing))).is_err() {
                tracing::error!(hearing = key.0, "the router of a hearing panicked");
                self.peers.drops.count(Dropped::Panic);
                failed = Some(*key);
            }
        }
        self.hearings = hearings;
        if let Some(key) = failed_late {
            tracing::error!(hearing = key.0, "the later router of a hearing panicked");
            self.lose_late(now, key);
        }
        if let Some(key) = failed {
            self.fail_hearing(key);
        }
        self.offers(now);
        if now >= self.stats_at {
            self.stats_at = now + SECOND_US;
            self.publish_stats(now);
            self.tell_lines(now);
        }
    }

    fn transport_timer(&mut self, now: i64, at: usize) {
        let Some(peer) = self.peers.peek(at) else { return };
        if matches!(&peer.kind, Kind::Down(down) if down.is_ignored(now)) {
            return self.lose(now, at, "an offer was not answered");
        }
        if peer.transport.next_timeout().is_some_and(|due| due <= now) {
            self.for_peer(now, at, |inner| {
                if let Some(peer) = inner.peers.get(at) {
                    peer.transport.timeout(now);
                }
                inner.after_control(now, at);
            });
        }
    }

    fn tick(&mut self, now: i64, key: HearingKey, hearing: &mut Hearing) {
        let Hearing { router, tap, .. } = hearing;
        if router.deadline() <= now {
            router.tick(now, &mut Out { tap: tap.as_ref(), ..Out::silent(&mut self.peers) });
        }
        self.tell(now, key, router, true);
    }

    fn tick_late(&mut self, now: i64, key: HearingKey, hearing: &mut Hearing) {
        if let Some(late) = &mut hearing.late {
            late.tick(now, &mut self.peers);
            self.tell(now, key, &mut late.router, false);
        }
    }

    /// Those who receive later have to come back.
    fn lose_late(&mut self, now: i64, key: HearingKey) {
        for at in self.peers.positions(Some(key)) {
            if self.peers.peek(at).is_some_and(|peer| peer.late) {
                self.lose(now, at, "what comes later failed");
            }
        }
    }

    /// What a router has to tell; what is not `live` says nothing of tracks.
    fn tell(&mut self, now: i64, key: HearingKey, router: &mut Router, live: bool) {
        let (mut narrow, mut layers) = (Vec::new(), Vec::new());
        for event in router.events() {
            match event {
                Event::Flowing(_) | Event::Levels(_) | Event::Layers(_) if !live => {}
                Event::Flowing(track) => {
                    let _ = self.estate.events.send(PlaneEvent::Flowing { hearing: key, track });
                }
                Event::Levels(tracks) => {
                    let _ = self.estate.events.send(PlaneEvent::Levels { hearing: key, tracks });
                }
                Event::Narrow(t) => narrow.push(t),
                Event::Layers(track) => layers.push(track),
                Event::Legs(t) => {
                    let peer = self.peers.at(t).and_then(|at| self.peers.get(at));
                    if let Some(Kind::Down(down)) = peer.map(|peer| &mut peer.kind) {
                        down.touch(now);
                        self.offers_due.get_or_insert(now);
                    }
                }
            }
        }
        for transport in narrow {
            let tracks = router.without_picture(transport);
            let _ = self.estate.events.send(PlaneEvent::Narrow { hearing: key, transport, tracks });
        }
        for track in layers {
            if let Some((transport, rids)) = router.useful_layers(track) {
                let _ = self.estate.events.send(PlaneEvent::Layers { hearing: key, transport, track, rids });
            }
        }
    }

    pub(super) fn next_due(&mut self) -> i64 {
        let hearings = self.hearings.values().map(Hearing::deadline).min().unwrap_or(i64::MAX);
        let transports = if self.peers.len() > 0 { self.transports_at } else { i64::MAX };
        hearings.min(transports).min(self.stats_at).min(self.next_offer())
    }

    /// Each second the figures of half of the hearings.
    fn tell_lines(&mut self, now: i64) {
        self.lines_turn = !self.lines_turn;
        for (key, hearing) in self.hearings.iter_mut().filter(|(key, _)| key.0.is_multiple_of(2) == self.lines_turn) {
            let mut lines = hearing.router.lines(now);
            if let Some(late) = &mut hearing.late {
                // Of publishers the live router speaks.
                lines.extend(late.router.lines(now).into_iter().filter(|line| line.trip_us.is_some()));
            }
            let _ = self.estate.events.send(PlaneEvent::Lines { hearing: *key, lines });
        }
    }

    fn publish_stats(&mut self, now: i64) {
        let mut stats = WorkerStats {
            packets_in: self.packets_in,
            packets_out: self.peers.sent,
            transports: self.peers.len() as u64,
            busy: self.busy.take(now),
            paused: 1.0 - f64::from(self.strain.carried()) / f64::from(strain::ALL),
            dropped: self.peers.all_drops().iter().filter(|(_, n)| *n > 0).collect(),
            forward_us: self.times.counts(),
            forward_total_us: self.times.total_us(),
            ..WorkerStats::default()
        };
        for hearing in self.hearings.values() {
            stats.tracks += hearing.router.stats().tracks as u64;
            for router in hearing.routers() {
                stats.legs += router.stats().legs as u64;
                let (lost, sent) = router.loss(now);
                stats.leg_loss = (stats.leg_loss.0 + lost, stats.leg_loss.1 + sent);
            }
        }
        self.estate.shared.publish(stats);
    }
}
