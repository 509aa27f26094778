//! What is heard of a voice: which packets were there when they had to be played.

use super::send::VOICE_US;
use assize_rtp::rtcp::write;
use assize_rtp::seq::near;
use std::collections::{BTreeMap, BTreeSet};

/// What a listener's buffer waits for a packet beyond the fastest one's time. A browser's buffer grows with jitter to more
/// than this; a conversation bears no more.
const BUDGET_US: i64 = 120_000;

/// Packets behind a missing one before it is asked for, as NetEq does, and the time until it is again.
const BEHIND: u64 = 2;
const AGAIN_US: i64 = 100_000;

#[derive(Debug, Default)]
pub(super) struct Ear {
    ssrc: u32,
    highest: Option<u64>,
    /// What may still be played: when it was missed, and when last asked for.
    missing: BTreeMap<u64, (i64, Option<i64>)>,
    /// Number and time, as they came.
    heard: Vec<(u32, i64)>,
    /// Those numbers.
    known: BTreeSet<u32>,
    last: Option<(u16, u32, u32)>,
}

/// Of the sound of one party at another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Heard {
    /// Share of the sound that was not there when it had to be played.
    pub(super) gaps: f64,
    /// Lengths of the gaps, milliseconds.
    pub(super) p99_ms: i64,
    pub(super) longest_ms: i64,
    /// Nothing came after what followed it.
    pub(super) in_order: bool,
}

impl Ear {
    pub(super) fn new(ssrc: u32) -> Self {
        Self { ssrc, ..Self::default() }
    }

    fn miss(&mut self, at_us: i64, seq: u16) -> u64 {
        let ext = near(self.highest.unwrap_or_else(|| u64::from(seq) + (1 << 16)), seq);
        self.missing.remove(&ext);
        let highest = self.highest.get_or_insert(ext);
        if ext > *highest {
            // What lies further back is no longer waited for.
            let from = (*highest + 1).max(ext.saturating_sub(50));
            self.missing.extend((from..ext).map(|ext| (ext, (at_us, None))));
            *highest = ext;
        }
        ext
    }

    /// The compound that asks for what is missing and may still be in time, if there is any.
    pub(super) fn requests(&mut self, now_us: i64) -> Option<Vec<u8>> {
        let highest = self.highest?;
        self.missing.retain(|_, (since_us, _)| now_us - *since_us < BUDGET_US);
        let due = self.missing.iter_mut().filter(|(ext, (_, asked_us))| {
            **ext + BEHIND <= highest && asked_us.is_none_or(|asked_us| now_us - asked_us >= AGAIN_US)
        });
        let mut lost = Vec::new();
        for (ext, (_, asked_us)) in due {
            *asked_us = Some(now_us);
            lost.push(*ext as u16);
        }
        let mut compound = Vec::new();
        write::nack(&mut compound, 1, self.ssrc, &lost);
        (!compound.is_empty()).then_some(compound)
    }

    /// A packet: number and RTP time on the wire, the number in it, and those of earlier packets that came with it.
    pub(super) fn packet(&mut self, at_us: i64, seq: u16, timestamp: u32, number: u32, earlier: &[u32]) {
        if let Some((last_seq, last_time, last_number)) = self.last {
            let step = number.wrapping_sub(last_number);
            let passed = timestamp.wrapping_sub(last_time);
            if step > 1 && seq.wrapping_sub(last_seq) == 1 {
                // It was left out for a while, by intent: nothing is missing, and time goes on.
                assert!(passed.abs_diff(step.wrapping_mul(960)) < 4800, "{passed} ticks for {step} packets");
            } else {
                // After a hole of more than a thousand the plane takes it that the sender numbers anew.
                let told = seq.wrapping_sub(last_seq) == step as u16 || step > 1000;
                assert!(told, "numbers on the wire tell what is missing: {step}");
                assert_eq!(passed, step.wrapping_mul(960), "and so does its time");
            }
        }
        self.last = Some((seq, timestamp, number));
        let ext = self.miss(at_us, seq);
        for earlier in earlier {
            self.missing.remove(&(ext - u64::from(number - earlier)));
            if self.known.insert(*earlier) {
                self.heard.push((*earlier, at_us));
            }
        }
        if self.known.insert(number) {
            self.heard.push((number, at_us));
        }
    }

    /// When the first packet came after a time.
    pub(super) fn next(&self, after_us: i64) -> Option<i64> {
        self.heard.iter().map(|(_, at)| *at).find(|at| *at >= after_us)
    }

    /// How much longer than the fastest the slowest packet took of those that came between two times, in milliseconds.
    pub(super) fn slowest_ms(&self, began_us: i64, from_us: i64, until_us: i64) -> i64 {
        let transit = |(number, at): &(u32, i64)| at - began_us - i64::from(*number) * VOICE_US;
        let fastest = self.heard.iter().map(transit).min().unwrap_or(0);
        let then = self.heard.iter().filter(|(_, at)| (from_us..until_us).contains(at));
        then.map(|heard| transit(heard) - fastest).max().unwrap_or(i64::MAX) / 1000
    }

    /// Of the packets captured between two times, where number 0 was captured at `began_us`.
    pub(super) fn heard(&self, began_us: i64, from_us: i64, until_us: i64) -> Heard {
        let captured = |number: u32| began_us + i64::from(number) * VOICE_US;
        let transit = |(number, at): &(u32, i64)| at - captured(*number);
        let fastest = self.heard.iter().map(transit).min().unwrap_or(0);
        let number_at = |us: i64| ((us - began_us) / VOICE_US) as usize;
        let (first, end) = (number_at(from_us), number_at(until_us));
        let mut played = vec![false; end - first];
        for heard in self.heard.iter().filter(|heard| transit(heard) <= fastest + BUDGET_US) {
            if let Some(played) = (heard.0 as usize).checked_sub(first).and_then(|at| played.get_mut(at)) {
                *played = true;
            }
        }
        let missing = played.iter().filter(|played| !**played).count();
        let mut runs: Vec<usize> = played.chunk_by(|a, b| a == b).filter(|run| !run[0]).map(<[bool]>::len).collect();
        runs.sort_unstable();
        let ms = |packets: Option<&usize>| packets.map_or(0, |packets| *packets as i64 * VOICE_US / 1000);
        Heard {
            gaps: missing as f64 / played.len().max(1) as f64,
            p99_ms: ms(runs.get((runs.len() * 99).div_ceil(100).saturating_sub(1))),
            longest_ms: ms(runs.last()),
            in_order: self.heard.is_sorted_by(|a, b| a.0 < b.0),
        }
    }
}
