//! Five parties, and one whose line grows narrow: what it still hears and sees.

use super::court::Court;
use super::rows::{APART_US, MS, NARROW_S, NEAR, SECOND, WARM_UP_US, clean, told};
use assize_line::{Conditions, Rate};

/// What became of the one of five whose line is narrow for a minute, and wide again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Crowd {
    /// Of each of the others, who speaks first: the sound that was missing while it was narrow, from 3 s on; ...
    pub(super) gaps: [f64; 4],
    /// ... the longest wait of it, in milliseconds; ...
    pub(super) wait_ms: [i64; 4],
    /// ... and the sound missing from 25 s after it was wide again.
    pub(super) wide: [f64; 4],
    /// Pictures a second of the first speaker in the worst ten seconds.
    pub(super) fps: f64,
    /// For how much of the time the party was told of a picture that has no room.
    pub(super) told: f64,
    /// Changes of what pictures it gets, a minute.
    pub(super) changes: usize,
    /// Pictures at full layer in the end, of all.
    pub(super) full: f64,
}

/// How loud each of the others is, in dB below full scale: two speak, two rustle.
const LEVELS: [u8; 4] = [20, 24, 50, 54];

/// Five parties, a line of 3 Mb/s, then of `kbps` for a minute, then of 3 Mb/s again.
pub(super) fn crowd(kbps: u64, seed: u64) -> Crowd {
    let rate = |kbps: u64| Some(Rate { bits_per_s: kbps * 1000, queue: (kbps * 1000 / 8) as usize });
    let wide = Conditions { rate: rate(3000), ..clean(20 * MS) };
    let mut court = Court::of(5, seed);
    (0..5).for_each(|party| court.impair(party, NEAR, seed + 2 + party as u64));
    court.impair(1, wide, seed + 1);
    let mut began = Vec::new();
    for (at, level) in [0, 2, 3, 4, 1].into_iter().zip(LEVELS.into_iter().chain([60])) {
        court.run(APART_US);
        court.parties[at].speak(level);
        let now = court.now_us();
        court.parties[at].begin(now, true);
        began.push(now);
    }
    let narrows = began[0] + WARM_UP_US;
    let widens = narrows + NARROW_S * SECOND;
    let way = &mut court.lines[1].back;
    way.change(narrows, Conditions { rate: rate(kbps), ..wide }).unwrap();
    way.change(widens, wide).unwrap();
    court.run(WARM_UP_US + (NARROW_S + 45) * SECOND);
    let others = &court.parties[1].others;
    let (settled, after) = (narrows + 3 * SECOND, widens + 25 * SECOND);
    let each = |n: usize| (&others[n], began[n]);
    let speaker = others[0].eye.watched(began[0], settled, widens);
    let told_then = court.narrow.iter().filter(|(at, _)| (settled..widens).contains(at)).count();
    let shown = |n: usize| others[n].eye.changes(settled, widens);
    Crowd {
        gaps: [0, 1, 2, 3].map(each).map(|(other, began)| other.ear.heard(began, settled, widens).gaps),
        wait_ms: [0, 1, 2, 3].map(each).map(|(other, began)| other.ear.slowest_ms(began, settled, widens)),
        wide: [0, 1, 2, 3].map(each).map(|(other, began)| other.ear.heard(began, after, after + 15 * SECOND).gaps),
        fps: speaker.worst_fps,
        told: told(&court.narrow, settled, widens),
        changes: told_then + (0..4).map(shown).sum::<usize>(),
        full: others[0].eye.watched(began[0], after, after + 15 * SECOND).full,
    }
}
