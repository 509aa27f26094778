//! What is heard of a voice: which packets were there when they had to be played.

use super::send::VOICE_US;

/// What a listener's buffer waits for a packet beyond the fastest one's time. A browser's buffer grows with jitter to more
/// than this; a conversation bears no more.
const BUDGET_US: i64 = 120_000;

#[derive(Debug, Default)]
pub(super) struct Ear {
    /// Number and time, as they came.
    heard: Vec<(u32, i64)>,
    last: Option<(u16, u32)>,
}

/// Of the sound of one party at another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Heard {
    /// Share of the sound that was not there when it had to be played.
    pub(super) gaps: f64,
    /// Lengths of the gaps, milliseconds.
    pub(super) p99_ms: i64,
    pub(super) longest_ms: i64,
    /// Nothing came twice or after what followed it.
    pub(super) in_order: bool,
}

impl Ear {
    /// A packet: number and RTP time on the wire, and the number in it.
    pub(super) fn packet(&mut self, at_us: i64, seq: u16, timestamp: u32, number: u32) {
        if let (Some((last_seq, last_time)), Some((last_number, _))) = (self.last, self.heard.last()) {
            let step = number.wrapping_sub(*last_number);
            // After a hole of more than a thousand the plane takes it that the sender numbers anew.
            let told = seq.wrapping_sub(last_seq) == step as u16 || step > 1000;
            assert!(told, "numbers on the wire tell what is missing: {step}");
            assert_eq!(timestamp.wrapping_sub(last_time), step.wrapping_mul(960), "and so does its time");
        }
        self.last = Some((seq, timestamp));
        self.heard.push((number, at_us));
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
