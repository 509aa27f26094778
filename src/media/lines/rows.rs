//! The lines that are looked at, what is measured on each, and what the plane shall do on it.

use super::court::Court;
use super::ear::Heard;
use super::eye::Watched;
use assize_line::{Conditions, Loss, Rate};

pub(super) const MS: i64 = 1000;
pub(super) const SECOND: i64 = 1_000_000;
/// Layers have risen and key frames have come.
pub(super) const WARM_UP_US: i64 = 10 * SECOND;
/// What was sent in the last second may still be under way.
const COOL_DOWN_US: i64 = SECOND;
/// The second party begins so much later, or their pictures would always meet.
pub(super) const APART_US: i64 = 7 * MS;
/// The line of the other party.
pub(super) const NEAR: Conditions = Conditions { delay_us: 5 * MS, ..clean(0) };

/// Nothing wrong but the way.
pub(super) const fn clean(delay_us: i64) -> Conditions {
    Conditions {
        delay_us,
        jitter_us: 0,
        loss: Loss { share: 0.0, burst: None },
        rate: None,
        reorder: 0.0,
        held_us: 0,
        duplicate: 0.0,
        down: false,
    }
}

/// A demand on a row, and whether an outcome meets it.
pub(super) struct Demand {
    pub(super) shall: &'static str,
    pub(super) met: fn(&Outcome) -> bool,
}

/// A line, and what is demanded on it.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) conditions: Conditions,
    pub(super) with_picture: bool,
    pub(super) demands: &'static [Demand],
}

/// One direction: what the far party gets (*down* its line) or what the near one gets of it (*up*).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Side {
    pub(super) heard: Heard,
    pub(super) watched: Option<Watched>,
    /// Pictures' packets sent again over the line, and those that were of no use.
    pub(super) again: u64,
    pub(super) vain: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    pub(super) down: Side,
    pub(super) up: Side,
}

impl Outcome {
    /// Whether it holds for the sound of both directions.
    fn sound(&self, good: impl Fn(&Heard) -> bool) -> bool {
        good(&self.down.heard) && good(&self.up.heard)
    }

    /// Whether it holds for the picture of both directions, if there is one.
    fn picture(&self, good: impl Fn(&Watched) -> bool) -> bool {
        [self.down.watched, self.up.watched].iter().flatten().all(good)
    }
}

const GAPS_BELOW_HALF_A_PERCENT: Demand =
    Demand { shall: "audio gaps < 0.5 %", met: |outcome| outcome.sound(|heard| heard.gaps < 0.005) };
const GAPS_BELOW_TWO_PERCENT: Demand =
    Demand { shall: "audio gaps < 2 %", met: |outcome| outcome.sound(|heard| heard.gaps < 0.02) };
const SHORT_GAPS: Demand =
    Demand { shall: "audio gap p99 < 300 ms", met: |outcome| outcome.sound(|heard| heard.p99_ms < 300) };
const SOUND_IN_ORDER: Demand = Demand { shall: "audio in order", met: |outcome| outcome.sound(|heard| heard.in_order) };
const ALL_SOUND: Demand = Demand { shall: "no audio gap", met: |outcome| outcome.sound(|heard| heard.gaps == 0.0) };
const FULL_LAYER: Demand =
    Demand { shall: "video at full layer", met: |outcome| outcome.picture(|watched| watched.full == 1.0) };
const NO_FREEZE: Demand =
    Demand { shall: "no freeze > 500 ms", met: |outcome| outcome.picture(|watched| watched.freezes == 0) };
const SOME_PICTURE: Demand = Demand {
    shall: "some video kept: >= 5 pictures/s in any 10 s",
    met: |outcome| outcome.picture(|watched| watched.worst_fps >= 5.0),
};
const EVERY_PICTURE: Demand =
    Demand { shall: "every picture shown", met: |outcome| outcome.picture(|watched| watched.shown == 1.0) };

const MOST_PICTURES: Demand =
    Demand { shall: "95 % of the pictures shown", met: |outcome| outcome.picture(|watched| watched.shown >= 0.95) };

const fn lossy(share: f64, burst: Option<f64>) -> Conditions {
    Conditions { loss: Loss { share, burst }, ..clean(20 * MS) }
}

pub(super) const CLEAN: Row = Row {
    name: "nothing lost, 40 ms RTT",
    conditions: clean(20 * MS),
    with_picture: true,
    demands: &[ALL_SOUND, SOUND_IN_ORDER, FULL_LAYER, NO_FREEZE, EVERY_PICTURE],
};
pub(super) const FIVE: Row = Row {
    name: "5 % random loss",
    conditions: lossy(0.05, None),
    with_picture: true,
    demands: &[FULL_LAYER, NO_FREEZE, GAPS_BELOW_HALF_A_PERCENT],
};
pub(super) const TWENTY: Row = Row {
    name: "20 % random loss",
    conditions: lossy(0.2, None),
    with_picture: true,
    demands: &[GAPS_BELOW_TWO_PERCENT, SOME_PICTURE],
};
pub(super) const BURSTS: Row = Row {
    name: "bursts of 8 packets, 5 % lost",
    conditions: lossy(0.05, Some(8.0)),
    with_picture: true,
    demands: &[SHORT_GAPS],
};
pub(super) const MANY_BURSTS: Row = Row {
    name: "bursts of 8 packets, 20 % lost",
    conditions: lossy(0.2, Some(8.0)),
    with_picture: true,
    demands: &[SHORT_GAPS],
};
pub(super) const BURSTS_OF_SOUND: Row = Row {
    name: "bursts of 8 packets, 5 % lost, sound alone",
    conditions: lossy(0.05, Some(8.0)),
    with_picture: false,
    demands: &[SHORT_GAPS],
};
pub(super) const FAR: Row = Row {
    name: "300 ms RTT, 50 ms jitter",
    conditions: Conditions { jitter_us: 50 * MS, ..clean(150 * MS) },
    with_picture: true,
    demands: &[SOUND_IN_ORDER, ALL_SOUND, FULL_LAYER, NO_FREEZE, EVERY_PICTURE],
};
/// Between the rows of the issue: what the reference proposes as a target.
pub(super) const TEN: Row = Row {
    name: "200 ms RTT, 10 % random loss",
    conditions: Conditions { delay_us: 100 * MS, ..lossy(0.1, None) },
    with_picture: true,
    demands: &[NO_FREEZE, GAPS_BELOW_TWO_PERCENT],
};
/// Asked for by nobody: what the round trip does to retransmission.
pub(super) const FAR_AND_LOSSY: Row = Row {
    name: "300 ms RTT, 50 ms jitter, 5 % random loss",
    conditions: Conditions { jitter_us: 50 * MS, loss: Loss { share: 0.05, burst: None }, ..clean(150 * MS) },
    with_picture: true,
    demands: &[MOST_PICTURES, GAPS_BELOW_TWO_PERCENT],
};

pub(super) const ROWS: [Row; 9] = [CLEAN, FIVE, TWENTY, BURSTS, MANY_BURSTS, BURSTS_OF_SOUND, FAR, FAR_AND_LOSSY, TEN];

/// Two parties for so many simulated seconds, one of them on the row's line, both ways.
pub(super) fn run(row: &Row, seed: u64, seconds: i64) -> Outcome {
    let mut court = Court::new(seed);
    court.impair(0, NEAR, seed);
    court.impair(1, row.conditions, seed + 1);
    let began = court.now_us();
    court.parties[0].begin(began, row.with_picture);
    court.run(APART_US);
    court.parties[1].begin(began + APART_US, row.with_picture);
    court.run(WARM_UP_US + seconds * SECOND + COOL_DOWN_US);
    let (from, until) = (began + WARM_UP_US, began + WARM_UP_US + seconds * SECOND);
    let side = |to: usize, again, vain| {
        let party = &court.parties[to];
        let sender_began = if to == 1 { began } else { began + APART_US };
        let watched = row.with_picture.then(|| party.eye().watched(sender_began, from, until));
        Side { heard: party.ear().heard(sender_began, from, until), watched, again, vain }
    };
    let stats = court.stats();
    let sent_again = court.parties[1].again();
    Outcome {
        down: side(1, stats.resent, court.parties[1].eye().twice),
        up: side(0, sent_again, sent_again.saturating_sub(stats.recovered)),
    }
}

/// What a publisher sends of layers that nobody looks at, and how fast it is back when somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rest {
    /// Packets of each layer in five seconds, ten after its picture became small.
    pub(super) sent: [u64; 3],
    /// From the wish for a large picture to the first one at full layer.
    pub(super) back_ms: Option<i64>,
    /// Longest time without a picture about it.
    pub(super) longest_ms: i64,
}

/// Packets of each layer in five seconds, of a publisher that never sends its largest one, half a minute after the beginning.
pub(super) fn without_largest(seed: u64) -> [u64; 3] {
    let mut court = Court::new(seed);
    (0..2).for_each(|party| court.impair(party, NEAR, seed + party as u64));
    let began = court.now_us();
    court.parties[0].cannot(2);
    court.parties.iter_mut().for_each(|party| party.begin(began, true));
    court.run(30 * SECOND);
    let before = court.parties[0].sent();
    court.run(5 * SECOND);
    let after = court.parties[0].sent();
    [0, 1, 2].map(|layer| after[layer] - before[layer])
}

pub(super) fn rest(seed: u64) -> Rest {
    let mut court = Court::new(seed);
    (0..2).for_each(|party| court.impair(party, NEAR, seed + party as u64));
    let began = court.now_us();
    court.parties.iter_mut().for_each(|party| party.begin(began, true));
    court.run(5 * SECOND);
    court.show(180);
    court.run(11 * SECOND);
    let before = court.parties[0].sent();
    court.run(5 * SECOND);
    let after = court.parties[0].sent();
    let asked = court.now_us();
    court.show(720);
    court.run(5 * SECOND);
    let eye = court.parties[1].eye();
    Rest {
        sent: [0, 1, 2].map(|layer| after[layer] - before[layer]),
        back_ms: eye.full(asked).map(|at| (at - asked) / MS),
        longest_ms: eye.watched(began, asked - SECOND, asked + 4 * SECOND).longest_ms,
    }
}

/// How long after its return a line carried again: milliseconds until the first sound, and the first live picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Return {
    pub(super) sound_ms: Option<i64>,
    pub(super) picture_ms: Option<i64>,
}

impl Return {
    pub(super) fn within(&self, ms: i64) -> bool {
        [self.sound_ms, self.picture_ms].iter().all(|back| back.is_some_and(|back| back <= ms))
    }
}

/// A line of 40 ms RTT that is down for so many milliseconds; what comes *down* it afterwards, and *up*.
pub(super) fn outage(ms: i64, seed: u64) -> [Return; 2] {
    let line = clean(20 * MS);
    let mut court = Court::new(seed);
    court.impair(0, NEAR, seed);
    court.impair(1, line, seed + 1);
    let began = court.now_us();
    court.parties.iter_mut().for_each(|party| party.begin(began, true));
    let down = began + WARM_UP_US;
    let back = down + ms * MS;
    let line_down = &mut court.lines[1];
    for way in [&mut line_down.there, &mut line_down.back] {
        way.change(down, Conditions { down: true, ..line }).unwrap();
        way.change(back, line).unwrap();
    }
    // Longer than any browser waits before it asks for a key frame.
    court.run(WARM_UP_US + ms * MS + 20 * SECOND);
    [1, 0].map(|to: usize| {
        let party = &court.parties[to];
        let ms = |at: Option<i64>| at.map(|at| (at - back) / MS);
        Return { sound_ms: ms(party.ear().next(back)), picture_ms: ms(party.eye().live(began, back)) }
    })
}

/// What a party sees whose line becomes longer and unsteady, from ten seconds after that on.
pub(super) fn longer(seed: u64) -> Watched {
    let mut court = Court::new(seed);
    court.impair(0, NEAR, seed);
    court.impair(1, clean(20 * MS), seed + 1);
    let began = court.now_us();
    court.parties.iter_mut().for_each(|party| party.begin(began, true));
    let far = began + WARM_UP_US;
    court.lines[1].back.change(far, FAR.conditions).unwrap();
    court.lines[1].there.change(far, FAR.conditions).unwrap();
    court.run(WARM_UP_US + 35 * SECOND);
    court.parties[1].eye().watched(began, far + 10 * SECOND, far + 35 * SECOND)
}

/// What became of a party whose line grew narrow for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// Longest wait of a voice packet while it was narrow, in its first three seconds and after them.
    pub(super) first_ms: i64,
    pub(super) later_ms: i64,
    /// Of the sound, what was missing all the while; dropped by the line, or too late.
    pub(super) gaps: f64,
    pub(super) narrow: Watched,
    /// Changes of the picture's layer then, it being paused and going on among them.
    pub(super) changes: usize,
    /// Of the time then, for how much the party was told that there is no room for the picture; and whether it still is
    /// in the end.
    pub(super) told: f64,
    pub(super) told_last: bool,
    /// From eight seconds after it was wide again.
    pub(super) wide: Watched,
}

/// Share of the time between two times in which it was told that pictures have no room.
pub(super) fn told(narrow: &[(i64, usize)], from: i64, until: i64) -> f64 {
    let ends = narrow.iter().skip(1).map(|(at, _)| *at).chain([i64::MAX]);
    let spans = narrow.iter().zip(ends).filter(|((_, pictures), _)| *pictures > 0);
    let us: i64 = spans.map(|((at, _), end)| (end.min(until) - (*at).max(from)).max(0)).sum();
    us as f64 / (until - from) as f64
}

/// Seconds that the line is narrow.
pub(super) const NARROW_S: i64 = 60;

/// 3 Mb/s, then `kbps`, then 3 Mb/s again, with queues of a second, down to one party.
pub(super) fn step(kbps: u64, seed: u64) -> Step {
    let rate = |kbps: u64| Some(Rate { bits_per_s: kbps * 1000, queue: (kbps * 1000 / 8) as usize });
    let wide = Conditions { rate: rate(3000), ..clean(20 * MS) };
    let mut court = Court::new(seed);
    court.impair(0, NEAR, seed);
    court.impair(1, wide, seed + 1);
    let began = court.now_us();
    court.parties.iter_mut().for_each(|party| party.begin(began, true));
    let narrows = began + WARM_UP_US;
    let widens = narrows + NARROW_S * SECOND;
    let way = &mut court.lines[1].back;
    way.change(narrows, Conditions { rate: rate(kbps), ..wide }).unwrap();
    way.change(widens, wide).unwrap();
    court.run(WARM_UP_US + (NARROW_S + 30) * SECOND);
    let party = &court.parties[1];
    let (settled, full) = (narrows + 3 * SECOND, widens + 8 * SECOND);
    Step {
        first_ms: party.ear().slowest_ms(began, narrows, settled),
        later_ms: party.ear().slowest_ms(began, settled, widens),
        gaps: party.ear().heard(began, settled, widens).gaps,
        narrow: party.eye().watched(began, settled, widens),
        changes: party.eye().changes(settled, widens)
            + court.narrow.iter().filter(|(at, _)| (settled..widens).contains(at)).count(),
        told: told(&court.narrow, settled, widens),
        told_last: court.narrow.last().is_some_and(|(_, pictures)| *pictures > 0),
        wide: party.eye().watched(began, full, full + 20 * SECOND),
    }
}
