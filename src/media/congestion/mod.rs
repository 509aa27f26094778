//! How much the line to one subscriber carries: an estimate by delay, loss, what is known to have arrived, and probes.
//!
//! After draft-ietf-rmcat-gcc-02, with what it lacks on bad lines: the estimate never falls below what the line was just
//! seen to carry, loss that sending less does not mend is the line's own ([`loss`]), and what is not being sent is probed
//! for before it is sent. Sans-IO; time is passed in, in microseconds. Rates are bits a second of RTP packets, headers
//! included.

mod delay;
mod drain;
mod history;
mod loss;
mod probe;
mod received;
mod standing;
#[cfg(test)]
mod tests;

use assize_rtp::rtcp::transport::Feedback;
use delay::{Delay, Usage};
use drain::Drain;
use history::History;
use loss::{Loss, Verdict};
use probe::Probes;
use received::Received;
use standing::Standing;

pub(crate) use probe::Train;

/// Before anything is known: what one party's picture and some voices need.
const START: f64 = 1_000_000.0;
const LEAST: f64 = 40_000.0;
const MOST: f64 = 100_000_000.0;
/// What is left of what arrived when the queue grows.
const BACK_OFF: f64 = 0.85;
/// A queue this long is one, whatever its trend.
const LONG_QUEUE_US: i64 = 200_000;
/// Shorter, it is a burst's own, a key frame's.
const SHORT_QUEUE_US: i64 = 50_000;
/// And one with which no train is sent, which would only make it longer.
const PROBED_QUEUE_US: i64 = 30_000;
/// A second of a line that is not full.
const GROWTH: f64 = 1.08;
/// Not beyond this multiple of what is known to arrive.
const BEYOND: f64 = 1.5;
/// Between decreases, beside the round trip: what the last one did has to be seen first.
const DECREASE_US: i64 = 200_000;
/// Packets sent for so long without any feedback: the line is down or full. Then one packet goes out now and then, to
/// learn when it carries again.
const SILENT_US: i64 = 2_000_000;
const KNOCK_US: i64 = 300_000;
const STALE_US: i64 = 1_000_000;

/// See the module.
#[derive(Debug)]
pub(crate) struct Control {
    history: History,
    delay: Delay,
    received: Received,
    loss: Loss,
    probes: Probes,
    drain: Drain,
    estimate: f64,
    /// Bits a second of what shares the line without being numbered.
    beside: f64,
    /// Where the queue grew last: slower growth near it.
    full_at: Option<f64>,
    updated_us: i64,
    decreased_us: i64,
    heard_us: Option<i64>,
    sent_us: i64,
    /// The first packet sent since feedback was heard last.
    unheard_us: Option<i64>,
    silent: bool,
    standing: Standing,
}

impl Control {
    pub(crate) fn new(now_us: i64) -> Self {
        Self {
            history: History::new(),
            delay: Delay::new(),
            received: Received::default(),
            loss: Loss::default(),
            probes: Probes::new(),
            drain: Drain::No,
            estimate: START,
            beside: 0.0,
            full_at: None,
            updated_us: now_us,
            decreased_us: i64::MIN / 2,
            heard_us: None,
            sent_us: now_us,
            unheard_us: None,
            silent: false,
            standing: Standing::default(),
        }
    }

    /// The number of a packet that leaves now; `probe` is the train's it belongs to, 0 if none.
    #[inline]
    pub(crate) fn sent(&mut self, now_us: i64, bytes: usize, probe: u8) -> u16 {
        self.sent_us = now_us;
        self.unheard_us.get_or_insert(now_us);
        self.history.sent(now_us, bytes, probe)
    }

    /// What may be sent, in bits a second; `None`: nothing is known, since the subscriber gives no feedback.
    pub(crate) fn budget(&self) -> Option<f64> {
        self.heard_us.map(|_| self.estimate)
    }

    /// So many bits a second go over the line beside what is numbered. A train finds what there is for both.
    pub(crate) fn shares_with(&mut self, beside: f64) {
        self.beside = beside;
    }

    /// Whether pictures are to wait until a long queue is empty, or the line carries again.
    pub(crate) fn holds(&self, now_us: i64) -> bool {
        self.silent || self.drain.holds(now_us)
    }

    /// How long packets wait on the line now, in microseconds.
    pub(crate) fn queue_us(&self) -> i64 {
        self.delay.queue_us()
    }

    /// Packets wait so long, as if feedback had said so.
    #[cfg(test)]
    pub(crate) fn waits(&mut self, queue_us: i64) {
        self.delay.waits(queue_us);
    }

    /// Takes what the subscriber says of what came. `rtt_us` is the round trip to it.
    pub(crate) fn feedback(&mut self, now_us: i64, feedback: &Feedback<'_>, rtt_us: i64) {
        (self.heard_us, self.unheard_us, self.silent) = (Some(now_us), None, false);
        let (mut found, mut spoken_us) = (None, i64::MIN);
        for (seq, arrived_us) in feedback.statuses() {
            let Some(fate) = self.history.told(seq, arrived_us) else { continue };
            self.loss.packet(arrived_us.is_some());
            let Some(arrived_us) = fate.arrived_us else { continue };
            spoken_us = spoken_us.max(fate.sent.at_us);
            self.received.packet(arrived_us, fate.sent.bytes);
            self.delay.packet(fate.sent.at_us, arrived_us);
            found = self.probes.told(now_us, &fate).or(found);
        }
        self.update(now_us, rtt_us, found);
        if self.drain.look(now_us, self.delay.queue_us(), spoken_us) {
            self.delay.way_changed();
        }
    }

    fn update(&mut self, now_us: i64, rtt_us: i64, found: Option<f64>) {
        let passed_s = ((now_us - self.updated_us) as f64 / 1e6).clamp(0.0, 1.0);
        self.updated_us = now_us;
        let arriving = self.received.rate();
        let settled = now_us - self.decreased_us > DECREASE_US + rtt_us;
        let (queue_us, usage) = (self.delay.queue_us(), self.delay.usage());
        let stands = self.standing.look(now_us, queue_us);
        if stands == standing::Verdict::LongerWay {
            self.delay.way_changed();
        }
        let long = queue_us > LONG_QUEUE_US || stands == standing::Verdict::Queue;
        let usage = if usage == Usage::Over && queue_us < SHORT_QUEUE_US { Usage::Normal } else { usage };
        if (usage == Usage::Over && !self.probes.is_flying()) || (long && usage != Usage::Under) {
            if let Some(arriving) = arriving.filter(|_| settled) {
                self.decrease(now_us, BACK_OFF * arriving);
                self.full_at = Some(arriving);
                self.loss.distracted();
            }
        } else if usage == Usage::Normal && !self.standing.is_there() {
            self.grow(passed_s, arriving, rtt_us);
        }
        match self.loss.look(now_us, self.estimate, self.delay.queue_us()) {
            Verdict::Nothing => {}
            Verdict::Less => self.decrease(now_us, arriving.unwrap_or(self.estimate) * 0.95),
            Verdict::GiveBack(rate) => self.estimate = self.estimate.max(rate),
        }
        let found = found.map(|found| found - self.beside);
        if let Some(found) = found.filter(|found| *found > self.estimate) {
            self.estimate = found.min(MOST);
            self.full_at = self.full_at.filter(|full| *full > found);
        }
        // What just arrived, the line does carry.
        if let Some(arriving) = arriving.filter(|_| usage == Usage::Normal && !long) {
            self.estimate = self.estimate.max(arriving * BACK_OFF);
        }
        self.estimate = self.estimate.clamp(LEAST, MOST);
    }

    fn grow(&mut self, passed_s: f64, arriving: Option<f64>, rtt_us: i64) {
        let Some(arriving) = arriving else { return };
        let limit = arriving / (1.0 - self.loss.own()) * BEYOND + 10_000.0;
        if self.estimate >= limit {
            return;
        }
        let near = self.full_at.is_some_and(|full| self.estimate > full * 0.8 && self.estimate < full * 1.1);
        let grown = if near {
            // One packet a response time.
            self.estimate + 9_600.0 / ((100_000 + rtt_us) as f64 / 1e6) * passed_s
        } else {
            self.estimate * GROWTH.powf(passed_s)
        };
        self.estimate = grown.min(limit);
    }

    fn decrease(&mut self, now_us: i64, to: f64) {
        if to < self.estimate {
            self.estimate = to.max(LEAST);
            self.probes.decreased(now_us);
        }
        self.decreased_us = now_us;
    }

    /// Does what is due by the clock, and gives the train to send, if one is: `wanted` could be used.
    pub(crate) fn tick(&mut self, now_us: i64, wanted: f64) -> Option<Train> {
        let heard_us = self.heard_us?;
        let silent = self.unheard_us.is_some_and(|since| self.sent_us - since > SILENT_US);
        if silent {
            if !std::mem::replace(&mut self.silent, true) {
                self.decrease(now_us, self.estimate * 0.5);
            }
            return (now_us - self.sent_us >= KNOCK_US).then_some(Train { number: 0, bytes: 1, packets: 1 });
        }
        // Of a line on which nothing was sent for a while, what was seen last says nothing.
        let stale = now_us - heard_us > STALE_US;
        let calm = stale || self.delay.usage() == Usage::Normal && self.delay.queue_us() < PROBED_QUEUE_US;
        if calm { self.probes.plan(now_us, self.estimate + self.beside, wanted + self.beside) } else { None }
    }

    /// Nothing could be sent for the train.
    pub(crate) fn no_train(&mut self, now_us: i64) {
        self.probes.cancelled(now_us);
    }
}
