//! What is done by the clock: requests for lost packets, feedback, reports, choice of layers, levels.

use super::clock;
use super::levels;
use super::pace;
use super::speakers::Heard;
use super::track::Track;
use super::{Event, Router};
use crate::outbox::Outbox;
use assize_rtp::rtcp::{Report, write};

const FEEDBACK_US: i64 = 50_000;
/// A gap is looked at after the time reordering is waited out, and then in this rhythm.
const GAP_US: i64 = 10_000;
const GAPS_US: i64 = 10_000;
const CHOICE_US: i64 = 100_000;
const LEVELS_US: i64 = 200_000;
const REPORTS_US: i64 = 1_000_000;
/// Sender reports of one compound, so that it stays within a datagram with its descriptions.
const REPORTS_PER_COMPOUND: usize = 15;
const NACKS_PER_PACKET: usize = 200;

/// When each thing is due.
#[derive(Debug)]
pub(super) struct Due {
    gaps: i64,
    feedback: i64,
    choice: i64,
    levels: i64,
    pace: i64,
}

impl Due {
    pub(super) fn new(now_us: i64) -> Self {
        Self { gaps: i64::MAX, feedback: i64::MAX, choice: now_us, levels: now_us, pace: i64::MAX }
    }

    /// A packet came that feedback is to be given for.
    pub(super) fn feedback(&mut self, now_us: i64) {
        if self.feedback == i64::MAX {
            self.feedback = now_us + FEEDBACK_US;
        }
    }

    pub(super) fn gap(&mut self, now_us: i64) {
        if self.gaps == i64::MAX {
            self.gaps = now_us + GAP_US;
        }
    }

    /// Packets wait for their line.
    pub(super) fn pace(&mut self, now_us: i64) {
        if self.pace == i64::MAX {
            self.pace = now_us + pace::EVERY_US;
        }
    }

    /// Layers are to be chosen anew at once.
    pub(super) fn choose(&mut self, now_us: i64) {
        self.choice = self.choice.min(now_us);
    }

    fn next(&self) -> i64 {
        self.gaps.min(self.feedback).min(self.choice).min(self.levels).min(self.pace)
    }
}

impl Router {
    /// When [`Router::tick`] is due; may come nearer with each packet.
    #[must_use]
    pub fn deadline(&self) -> i64 {
        self.due.next()
    }

    /// Does what is due and says when to call again at the latest.
    pub fn tick(&mut self, now_us: i64, out: &mut impl Outbox) -> i64 {
        self.shared.now_us = now_us;
        if now_us >= self.due.gaps {
            self.ask_for_lost(now_us, out);
        }
        if now_us >= self.due.pace {
            self.due.pace = if self.pace(now_us, out) { now_us + pace::EVERY_US } else { i64::MAX };
        }
        if now_us >= self.due.feedback {
            self.due.feedback = i64::MAX;
            self.transport_feedback(out);
        }
        if now_us >= self.due.choice {
            self.due.choice = now_us + CHOICE_US;
            self.allocate(now_us);
            self.strain();
            for track in self.tracks.iter_mut().flatten() {
                track.retarget(now_us, &mut self.shared, out);
            }
            self.probe(now_us, out);
            self.receiver_reports(now_us, out);
            self.sender_reports(now_us, out);
        }
        if now_us >= self.due.levels {
            self.due.levels = now_us + LEVELS_US;
            self.rank_levels();
        }
        self.due.next()
    }

    fn ask_for_lost(&mut self, now_us: i64, out: &mut impl Outbox) {
        let mut open = false;
        let shared = &mut self.shared;
        for track in self.tracks.iter_mut().flatten() {
            let Some(source) = &mut track.source else { continue };
            let mut given_up = false;
            for layer in source.layers.iter_mut().filter(|layer| !layer.gaps.is_empty()) {
                shared.numbers.clear();
                layer.gaps.due(now_us, source.nack, &mut shared.numbers);
                open |= !layer.gaps.is_empty();
                given_up |= layer.gaps.given_up.is_some();
                let Some(ssrc) = layer.ssrc else { continue };
                for chunk in shared.numbers.chunks(NACKS_PER_PACKET) {
                    let mut raw = [0; NACKS_PER_PACKET];
                    let mut count = 0;
                    for seq in chunk.iter().filter_map(|ext| layer.raw(*ext)) {
                        raw[count] = seq;
                        count += 1;
                    }
                    shared.scratch.clear();
                    write::nack(&mut shared.scratch, source.feedback_ssrc, ssrc, &raw[..count]);
                    out.rtcp(source.transport, &shared.scratch);
                }
            }
            if given_up {
                track.mend(now_us, shared, out);
            }
        }
        self.due.gaps = if open { now_us + GAPS_US } else { i64::MAX };
    }

    fn transport_feedback(&mut self, out: &mut impl Outbox) {
        for (t, up) in self.ups.iter_mut().filter(|(_, up)| !up.feedback.is_empty()) {
            let media = up.bindings.iter().find(|binding| !binding.rtx).map_or(0, |binding| binding.ssrc);
            up.feedback.flush(up.ssrc, media, &mut self.shared.scratch, |compound| out.rtcp(*t, compound));
        }
    }

    /// One receiver report a publisher and second, about all its layers.
    fn receiver_reports(&mut self, now_us: i64, out: &mut impl Outbox) {
        for (t, up) in self.ups.iter_mut().filter(|(_, up)| up.next_report_us <= now_us) {
            up.next_report_us = now_us + REPORTS_US;
            let mut blocks = [Report::default(); write::MAX_COUNT];
            let mut count = 0;
            for binding in up.bindings.iter().filter(|binding| !binding.rtx) {
                let Some(track) = self.tracks[binding.track].as_mut() else { continue };
                let layer = track.source.as_mut().and_then(|s| s.layers.get_mut(usize::from(binding.layer)));
                let Some(report) = layer.and_then(|layer| layer.reception_report(now_us)) else { continue };
                if let Some(block) = blocks.get_mut(count) {
                    *block = report;
                    count += 1;
                }
            }
            if count > 0 {
                let scratch = &mut self.shared.scratch;
                scratch.clear();
                write::receiver_report(scratch, up.ssrc, &blocks[..count]);
                write::cname(scratch, &[up.ssrc], "assize");
                out.rtcp(*t, scratch);
            }
        }
    }

    /// Sender reports for all legs of a transport, each second, and soon after one of them has begun. A leg's report is
    /// its source's last one, brought forward to now on the sender's clock; without one there is none.
    fn sender_reports(&mut self, now_us: i64, out: &mut impl Outbox) {
        for t in self.shared.fresh.drain(..) {
            if let Some(down) = self.downs.get_mut(&t) {
                down.next_report_us = now_us;
            }
        }
        let ntp = clock::ntp(now_us);
        for (t, down) in self.downs.iter_mut().filter(|(_, down)| down.next_report_us <= now_us) {
            down.next_report_us = now_us + REPORTS_US;
            let scratch = &mut self.shared.scratch;
            let mut ssrcs = [0; REPORTS_PER_COMPOUND];
            let mut count = 0;
            scratch.clear();
            for section in &down.sections {
                let Some(track) = section.track.and_then(|place| self.tracks[place].as_ref()) else { continue };
                let ssrc = section.described.ssrc;
                let Some(leg) = track.legs.iter().find(|leg| leg.to == *t && leg.out.ssrc == ssrc) else { continue };
                let clock = track.source.as_ref().and_then(|source| self.ups.get(&source.transport));
                let Some(rtp) = clock.and_then(|up| track.leg_time(leg, &up.clock, now_us)) else { continue };
                write::sender_report(scratch, ssrc, ntp, rtp, leg.out.packets, leg.out.octets);
                ssrcs[count] = ssrc;
                count += 1;
                if count == REPORTS_PER_COMPOUND {
                    write::cname(scratch, &ssrcs, &down.cname);
                    out.rtcp(*t, scratch);
                    scratch.clear();
                    count = 0;
                }
            }
            if count > 0 {
                write::cname(scratch, &ssrcs[..count], &down.cname);
                out.rtcp(*t, scratch);
            }
        }
    }

    /// Only tracks that somebody is meant to hear count.
    fn rank_levels(&mut self) {
        self.audible.clear();
        self.heard.clear();
        for track in self.tracks.iter_mut().flatten() {
            let meant = !track.legs.is_empty() || track.recorder.routed;
            if let Some(loudness) = track.loudness.window().filter(|_| meant) {
                self.audible.push((loudness, track.key));
            }
            if meant && track.source.as_ref().is_some_and(|source| source.audio) {
                let (loudness, audible) = track.loudness.last();
                self.heard.push(Heard { track: track.key, loudness, audible });
            }
        }
        self.speakers.window(&self.heard);
        levels::rank(&mut self.audible);
        let same = self.audible.iter().map(|(_, key)| key).eq(&self.levels);
        if !same {
            self.levels = self.audible.iter().map(|(_, key)| *key).collect();
            self.shared.events.push(Event::Levels(self.levels.clone()));
        }
    }
}

impl Track {
    /// The leg's RTP time now, by the last report of the layer it carries.
    fn leg_time(&self, leg: &super::leg::Leg, clock: &clock::SenderClock, now_us: i64) -> Option<u32> {
        let source = self.source.as_ref()?;
        let (layer, step) = (leg.out.cursor.layer()?, leg.out.cursor.timestamp_step()?);
        let layer = source.layers.get(usize::from(layer))?;
        let report = layer.report.filter(|_| leg.out.cursor.started())?;
        let rate = i128::from(source.payloads.first()?.codec.clock_rate());
        let passed = i128::from(clock.since(report.ntp, now_us)?) * rate / 1_000_000;
        Some(report.rtp.wrapping_add(passed as u32).wrapping_add(step))
    }
}
