//! One direction of a line.

use crate::bottleneck::Bottleneck;
use crate::chance::Chance;
use crate::loss::Losses;
use crate::{Conditions, Invalid};
use std::collections::{BTreeMap, VecDeque};

/// What became of the packets. `sent + doubled` is the sum of what arrived, of the three ways of not arriving, and of what
/// is [`Way::under_way`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counters {
    /// Handed in.
    pub sent: u64,
    /// Of those, sent a second time.
    pub doubled: u64,
    pub arrived: u64,
    /// Bytes of those that arrived.
    pub arrived_bytes: u64,
    /// Lost at random or in a burst.
    pub lost: u64,
    /// Runs of those: lost ones without another between them.
    pub bursts: u64,
    /// Found the queue full.
    pub dropped: u64,
    /// Met an outage, or waited when it began.
    pub cut: u64,
    /// Held up for others to overtake.
    pub held: u64,
    /// Longest time from hand-in to arrival, microseconds.
    pub slowest_us: i64,
}

#[derive(Debug)]
struct Packet<T> {
    sent_us: i64,
    bytes: usize,
    what: T,
}

/// See the module. `T` is whatever goes over it; its size in bytes is said beside it.
#[derive(Debug)]
pub struct Way<T> {
    conditions: Conditions,
    /// Changes to come, by time.
    changes: VecDeque<(i64, Conditions)>,
    now_us: i64,
    narrow: Option<Bottleneck<Packet<T>>>,
    losses: Losses,
    delays: Chance,
    reorders: Chance,
    doubles: Chance,
    /// On the way, by arrival; then in the order in which they set out.
    flying: BTreeMap<(i64, u64), Packet<T>>,
    departed: u64,
    /// Latest arrival so far of a packet that is not held up.
    last_us: i64,
    lost_last: bool,
    counters: Counters,
}

impl<T: Clone> Way<T> {
    /// # Errors
    /// The conditions contradict themselves.
    pub fn new(conditions: Conditions, seed: u64) -> Result<Self, Invalid> {
        conditions.check()?;
        Ok(Self {
            conditions,
            changes: VecDeque::new(),
            now_us: i64::MIN,
            narrow: conditions.rate.map(Bottleneck::new),
            losses: Losses::new(seed),
            delays: Chance::new(seed, 2),
            reorders: Chance::new(seed, 3),
            doubles: Chance::new(seed, 4),
            flying: BTreeMap::new(),
            departed: 0,
            last_us: i64::MIN,
            lost_last: false,
            counters: Counters::default(),
        })
    }

    /// From `at_us` on the line is like this; what was to be in the past begins now.
    ///
    /// # Errors
    /// The conditions contradict themselves.
    pub fn change(&mut self, at_us: i64, conditions: Conditions) -> Result<(), Invalid> {
        conditions.check()?;
        let at_us = at_us.max(self.now_us);
        let at = self.changes.partition_point(|(other, _)| *other <= at_us);
        self.changes.insert(at, (at_us, conditions));
        Ok(())
    }

    /// Hands in a packet of so many bytes. Time never goes back: what is handed in late is handed in now.
    pub fn send(&mut self, now_us: i64, bytes: usize, what: T) {
        self.advance(now_us);
        self.counters.sent += 1;
        if self.doubles.happens(self.conditions.duplicate) {
            self.counters.doubled += 1;
            self.enter(Packet { sent_us: self.now_us, bytes, what: what.clone() });
        }
        self.enter(Packet { sent_us: self.now_us, bytes, what });
    }

    /// The next packet that has arrived by now, and when it did.
    pub fn receive(&mut self, now_us: i64) -> Option<(i64, T)> {
        self.advance(now_us);
        let first = self.flying.first_entry().filter(|entry| entry.key().0 <= self.now_us)?;
        let ((at_us, _), packet) = first.remove_entry();
        self.counters.arrived += 1;
        self.counters.arrived_bytes += packet.bytes as u64;
        self.counters.slowest_us = self.counters.slowest_us.max(at_us - packet.sent_us);
        Some((at_us, packet.what))
    }

    /// When something happens next: nothing arrives before.
    #[must_use]
    pub fn next_us(&self) -> Option<i64> {
        let arrival = self.flying.first_key_value().map(|((at_us, _), _)| *at_us);
        let served = self.narrow.as_ref().and_then(Bottleneck::done_us);
        // A change matters to what waits for the rate, and to nothing else that is under way.
        let change = self.changes.front().map(|(at_us, _)| *at_us).filter(|_| served.is_some());
        [arrival, served, change].into_iter().flatten().min()
    }

    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Packets that have neither arrived nor been lost.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.flying.len() + self.narrow.as_ref().map_or(0, Bottleneck::len)
    }

    /// Changes and services up to now, each at its own time.
    fn advance(&mut self, now_us: i64) {
        self.now_us = self.now_us.max(now_us);
        loop {
            let served = self.narrow.as_ref().and_then(Bottleneck::done_us).filter(|at| *at <= self.now_us);
            let change = self.changes.front().map(|(at, _)| *at).filter(|at| *at <= self.now_us);
            match (served, change) {
                (_, Some(at)) if served.is_none_or(|served| at < served) => self.become_next(),
                (Some(at), _) => {
                    if let Some((_, packet)) = self.narrow.as_mut().and_then(Bottleneck::pop) {
                        self.depart(at, packet);
                    }
                }
                (None, _) => return,
            }
        }
    }

    fn become_next(&mut self) {
        let Some((at, conditions)) = self.changes.pop_front() else { return };
        self.conditions = conditions;
        match (&mut self.narrow, conditions.rate) {
            (Some(narrow), Some(rate)) => narrow.change(at, rate),
            (None, Some(rate)) => self.narrow = Some(Bottleneck::new(rate)),
            (Some(_), None) | (None, None) => {}
        }
        if conditions.down {
            let waiting = self.narrow.as_mut().map_or(0, |narrow| narrow.drain().count());
            self.counters.cut += waiting as u64;
        } else if conditions.rate.is_none()
            && let Some(mut narrow) = self.narrow.take()
        {
            narrow.drain().for_each(|(_, packet)| self.depart(at, packet));
        }
    }

    fn enter(&mut self, packet: Packet<T>) {
        if self.conditions.down {
            self.counters.cut += 1;
            return;
        }
        match &mut self.narrow {
            None => self.depart(self.now_us, packet),
            Some(narrow) => {
                if narrow.push(self.now_us, packet.bytes, packet).is_err() {
                    self.counters.dropped += 1;
                }
            }
        }
    }

    /// A packet has left the narrow place: it is lost, or arrives some time later.
    fn depart(&mut self, at_us: i64, packet: Packet<T>) {
        let Conditions { delay_us, jitter_us, loss, reorder, held_us, .. } = self.conditions;
        let lost = self.losses.takes(loss);
        if lost {
            self.counters.lost += 1;
            self.counters.bursts += u64::from(!self.lost_last);
        }
        self.lost_last = lost;
        // Drawn for lost ones too: other losses do not change the delays.
        let mut arrival = at_us + delay_us + self.delays.up_to(jitter_us);
        let held = self.reorders.happens(reorder);
        if lost {
            return;
        }
        if held {
            self.counters.held += 1;
            arrival = arrival.max(self.last_us) + self.reorders.up_to(held_us);
        } else {
            arrival = arrival.max(self.last_us);
            self.last_us = arrival;
        }
        self.departed += 1;
        self.flying.insert((arrival, self.departed), packet);
    }
}
