#![allow(clippy::unwrap_used)]

use crate::{Conditions, Counters, Invalid, Line, Loss, Rate, Way};
use proptest::prelude::*;

const MS: i64 = 1000;

/// A packet as the tests send it: its number. Time, bytes.
type Offered = Vec<(i64, usize)>;

/// What came out: number, sent, arrived, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Came {
    number: usize,
    sent_us: i64,
    at_us: i64,
    bytes: usize,
}

/// Hands all in and takes out what comes, at the times at which something is to come.
fn carry(way: &mut Way<usize>, offered: &Offered) -> Vec<Came> {
    let mut came = Vec::new();
    let take = |way: &mut Way<usize>, now: i64, came: &mut Vec<Came>| {
        while let Some((at_us, number)) = way.receive(now) {
            assert!(at_us <= now);
            let (sent_us, bytes) = offered[number];
            came.push(Came { number, sent_us, at_us, bytes });
        }
    };
    for (number, (at, bytes)) in offered.iter().enumerate() {
        while let Some(next) = way.next_us().filter(|next| next < at) {
            take(way, next, &mut came);
        }
        way.send(*at, *bytes, number);
    }
    while let Some(next) = way.next_us() {
        take(way, next, &mut came);
    }
    came
}

fn steady(count: usize, every_us: i64, bytes: usize) -> Offered {
    (0..count).map(|n| (n as i64 * every_us, bytes)).collect()
}

fn accounted(counters: &Counters, under_way: usize) -> bool {
    let Counters { sent, doubled, arrived, lost, dropped, cut, .. } = *counters;
    sent + doubled == arrived + lost + dropped + cut + under_way as u64
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let loss = (0.0..0.4, prop::option::of(1.0..20.0)).prop_map(|(share, burst)| Loss { share, burst });
    let rate = (50_000_u64..20_000_000, 0_usize..200_000).prop_map(|(bits_per_s, queue)| Rate { bits_per_s, queue });
    (0..200 * MS, 0..80 * MS, loss, prop::option::of(rate), 0.0..0.3, 0..50 * MS, 0.0..0.3, prop::bool::weighted(0.1))
        .prop_map(|(delay_us, jitter_us, loss, rate, reorder, held_us, duplicate, down)| Conditions {
            delay_us,
            jitter_us,
            loss,
            rate,
            reorder,
            held_us,
            duplicate,
            down,
        })
}

fn offered() -> impl Strategy<Value = Offered> {
    prop::collection::vec((0..20 * MS, 40_usize..1500), 1..300).prop_map(|steps| {
        let mut at = 0;
        steps
            .into_iter()
            .map(|(step, bytes)| {
                at += step;
                (at, bytes)
            })
            .collect()
    })
}

fn changes() -> impl Strategy<Value = Vec<(i64, Conditions)>> {
    prop::collection::vec((0..3_000 * MS, conditions()), 0..4)
}

fn way(first: Conditions, changes: &[(i64, Conditions)], seed: u64) -> Way<usize> {
    let mut way = Way::new(first, seed).unwrap();
    changes.iter().for_each(|(at, conditions)| way.change(*at, *conditions).unwrap());
    way
}

proptest! {
    #[test]
    fn what_goes_in_comes_out_or_is_counted_as_lost(
        first in conditions(), changes in changes(), offered in offered(), seed: u64,
    ) {
        let mut way = way(first, &changes, seed);
        let came = carry(&mut way, &offered);
        let counters = way.counters();
        prop_assert_eq!(way.under_way(), 0);
        prop_assert!(accounted(&counters, 0), "{counters:?}");
        prop_assert_eq!((counters.sent, counters.arrived), (offered.len() as u64, came.len() as u64));
        prop_assert_eq!(counters.arrived_bytes, came.iter().map(|c| c.bytes as u64).sum::<u64>());
        let twice = offered.len() as u64 + counters.doubled;
        prop_assert!(came.len() as u64 <= twice);
        for number in 0..offered.len() {
            prop_assert!(came.iter().filter(|c| c.number == number).count() <= 2);
        }
    }

    #[test]
    fn nothing_is_faster_than_the_delay_and_its_own_sending(first in conditions(), offered in offered(), seed: u64) {
        for c in carry(&mut way(first, &[], seed), &offered) {
            let sending = first.rate.map_or(0, |rate| (c.bytes as u64 * 8 * 1_000_000 / rate.bits_per_s) as i64);
            // What the packet before left of a microsecond serves this one.
            prop_assert!(c.at_us - c.sent_us >= first.delay_us + sending - 1, "{c:?}");
        }
    }

    #[test]
    fn without_reordering_the_order_is_kept(
        first in conditions(), changes in changes(), offered in offered(), seed: u64,
    ) {
        let ordered = |c: Conditions| Conditions { reorder: 0.0, ..c };
        let changes: Vec<_> = changes.into_iter().map(|(at, c)| (at, ordered(c))).collect();
        let came = carry(&mut way(ordered(first), &changes, seed), &offered);
        prop_assert!(came.windows(2).all(|two| two[0].number <= two[1].number && two[0].at_us <= two[1].at_us));
    }

    #[test]
    fn the_rate_is_never_exceeded(
        bits_per_s in 50_000_u64..20_000_000, queue in 0_usize..100_000, loss in 0.0..0.3, duplicate in 0.0..0.3,
        step in prop::option::of((0..2_000 * MS, 50_000_u64..20_000_000)), offered in offered(), seed: u64,
    ) {
        let at_rate = |bits_per_s| Conditions {
            rate: Some(Rate { bits_per_s, queue }), loss: Loss { share: loss, burst: None }, duplicate,
            ..Conditions::default()
        };
        let changes: Vec<_> = step.into_iter().map(|(at, rate)| (at, at_rate(rate))).collect();
        let came = carry(&mut way(at_rate(bits_per_s), &changes, seed), &offered);
        // Bits that the line could carry up to a time.
        let carried = |until: i64| -> i128 {
            let (at, then) = step.map_or((i64::MAX, 0), |(at, rate)| (at, rate));
            i128::from(until.min(at)) * i128::from(bits_per_s) + i128::from((until - at).max(0)) * i128::from(then)
        };
        for (n, first) in came.iter().enumerate() {
            let mut bits = 0;
            for last in &came[n..] {
                bits += last.bytes as i128 * 8;
                // The first of a window was under way before it, and through within the microsecond that is told.
                let room = carried(last.at_us) - carried(first.at_us - 1);
                prop_assert!((bits - first.bytes as i128 * 8) * 1_000_000 <= room, "{first:?} to {last:?}");
            }
        }
    }

    #[test]
    fn the_queue_holds_no_more_than_it_may(
        bits_per_s in 50_000_u64..5_000_000, queue in 0_usize..60_000, offered in offered(), seed: u64,
    ) {
        let rate = Rate { bits_per_s, queue };
        let came = carry(&mut way(Conditions { rate: Some(rate), ..Conditions::default() }, &[], seed), &offered);
        // The queue, the packet before it and itself, to the next microsecond.
        let most = ((queue + 2 * 1500) as u64 * 8 * 1_000_000 / bits_per_s) as i64 + 2;
        prop_assert!(came.iter().all(|c| c.at_us - c.sent_us <= most));
    }

    #[test]
    fn the_same_seed_gives_the_same_line(
        first in conditions(), changes in changes(), offered in offered(), seed: u64,
    ) {
        let run = || {
            let mut way = way(first, &changes, seed);
            (carry(&mut way, &offered), way.counters())
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn it_does_not_matter_how_often_one_looks(
        first in conditions(), changes in changes(), offered in offered(), seed: u64,
    ) {
        let seldom = {
            let mut way = way(first, &changes, seed);
            offered.iter().enumerate().for_each(|(n, (at, bytes))| way.send(*at, *bytes, n));
            let mut came = Vec::new();
            while let Some((at, n)) = way.receive(i64::MAX / 4) {
                came.push((at, n));
            }
            (came, way.counters())
        };
        let mut way = way(first, &changes, seed);
        let often: Vec<_> = carry(&mut way, &offered).iter().map(|c| (c.at_us, c.number)).collect();
        prop_assert_eq!((often, way.counters()), seldom);
    }
}

/// Share lost and mean length of the runs of lost ones, as seen by the one who receives.
fn seen(loss: Loss, count: usize, seed: u64) -> (f64, f64) {
    let mut way = way(Conditions { loss, ..Conditions::default() }, &[], seed);
    let came = carry(&mut way, &steady(count, MS, 100));
    let mut arrived = vec![false; count];
    came.iter().for_each(|c| arrived[c.number] = true);
    let lost = arrived.iter().filter(|here| !**here).count();
    let bursts = arrived.chunk_by(|a, b| a == b).filter(|run| !run[0]).count();
    assert_eq!((way.counters().lost, way.counters().bursts), (lost as u64, bursts as u64));
    (lost as f64 / count as f64, lost as f64 / bursts.max(1) as f64)
}

/// Whether a measured value is within five standard deviations of what is expected.
fn near(value: f64, expected: f64, deviation: f64) -> bool {
    (value - expected).abs() <= 5.0 * deviation
}

#[test]
fn random_losses_are_as_many_as_asked_for_and_alone() {
    const COUNT: usize = 200_000;
    for (seed, share) in [0.0, 0.001, 0.05, 0.2, 0.5, 1.0].into_iter().enumerate() {
        let (lost, run) = seen(Loss { share, burst: None }, COUNT, seed as u64);
        let n = COUNT as f64;
        assert!(near(lost, share, (share * (1.0 - share) / n).sqrt()), "{share}: {lost}");
        if share > 0.0 && share < 1.0 {
            // A run goes on with the share itself: geometric, mean 1/(1 - p), variance p/(1 - p)^2.
            let (mean, variance) = (1.0 / (1.0 - share), share / (1.0 - share).powi(2));
            assert!(near(run, mean, (variance / (n * share * (1.0 - share))).sqrt()), "{share}: {run}");
        }
    }
}

#[test]
fn bursts_are_as_long_and_losses_as_many_as_asked_for() {
    const COUNT: usize = 400_000;
    for (seed, (share, burst)) in
        [(0.05, 8.0), (0.2, 8.0), (0.02, 3.0), (0.3, 20.0), (0.1, 1.0)].into_iter().enumerate()
    {
        let (lost, run) = seen(Loss { share, burst: Some(burst) }, COUNT, seed as u64);
        let bursts = COUNT as f64 * share / burst;
        // A burst and the stretch before it are both geometric.
        let deviation = share * (1.0 - share) * (2.0 / bursts).sqrt();
        assert!(near(lost, share, deviation), "{share} {burst}: {lost}");
        assert!(near(run, burst, (burst * (burst - 1.0) / bursts).sqrt()), "{share} {burst}: {run}");
    }
}

#[test]
fn jitter_is_spread_over_its_range_and_never_below_the_delay() {
    let conditions = Conditions { delay_us: 100 * MS, jitter_us: 50 * MS, ..Conditions::default() };
    // So far apart that no packet has to wait for the one before it.
    let came = carry(&mut way(conditions, &[], 3), &steady(20_000, 60 * MS, 100));
    let delays: Vec<i64> = came.iter().map(|c| c.at_us - c.sent_us).collect();
    let mean = delays.iter().sum::<i64>() / delays.len() as i64;
    assert!((124_000..126_000).contains(&mean), "{mean}");
    assert!(*delays.iter().min().unwrap() >= 100 * MS && *delays.iter().max().unwrap() <= 150 * MS);
}

#[test]
fn held_up_packets_are_overtaken_and_doubled_ones_come_twice() {
    let conditions = Conditions { reorder: 0.1, held_us: 20 * MS, duplicate: 0.05, ..Conditions::default() };
    let mut way = way(conditions, &[], 1);
    let came = carry(&mut way, &steady(10_000, MS, 100));
    let overtaken = came.windows(2).filter(|two| two[0].number > two[1].number).count();
    assert!((700..1100).contains(&overtaken), "{overtaken}");
    let Counters { doubled, held, .. } = way.counters();
    assert!((400..600).contains(&doubled) && (900..1200).contains(&held), "{doubled} {held}");
    assert!(came.iter().all(|c| c.at_us - c.sent_us <= 20 * MS));
}

#[test]
fn an_outage_swallows_what_enters_and_what_waits_and_lets_arrive_what_flies() {
    let rate = Rate { bits_per_s: 80_000, queue: 10_000 };
    let up = Conditions { rate: Some(rate), delay_us: 50 * MS, ..Conditions::default() };
    let mut way = way(up, &[(1_000 * MS, Conditions { down: true, ..up }), (2_000 * MS, up)], 1);
    // 100 bytes take 10 ms: twice what is carried.
    let came = carry(&mut way, &steady(600, 5 * MS, 100));
    let Counters { cut, dropped, .. } = way.counters();
    // Of 200 packets sent until then 99 or 100 are through, and the others wait.
    assert!((300..=302).contains(&cut), "{cut}");
    assert!(came.iter().all(|c| !(1_060 * MS..2_050 * MS).contains(&c.at_us)), "silence, but for what flew");
    assert!(came.iter().any(|c| (1_000 * MS..1_060 * MS).contains(&c.at_us)));
    assert_eq!(came.len() as u64 + cut + dropped, 600);
}

#[test]
fn what_waits_goes_on_at_the_new_rate() {
    let at = |bits_per_s| Conditions { rate: Some(Rate { bits_per_s, queue: 1 << 20 }), ..Conditions::default() };
    let mut way = way(at(800_000), &[(100 * MS, at(80_000)), (1_100 * MS, Conditions::default())], 1);
    // 1000 bytes take 10 ms, then 100 ms; 30 of them at once.
    let came = carry(&mut way, &vec![(0, 1000); 30]);
    let through = |until: i64| came.iter().filter(|c| c.at_us <= until).count();
    assert_eq!([through(99 * MS), through(100 * MS), through(1_099 * MS), through(1_100 * MS)], [9, 10, 19, 30]);
}

#[test]
fn both_ways_have_their_own_chance() {
    let lossy = Conditions { loss: Loss { share: 0.5, burst: None }, ..Conditions::default() };
    let mut line = Line::new(lossy, lossy, 7).unwrap();
    let numbers =
        |way: &mut Way<usize>| -> Vec<usize> { carry(way, &steady(64, MS, 1)).iter().map(|c| c.number).collect() };
    assert_ne!(numbers(&mut line.there), numbers(&mut line.back));
}

#[test]
fn other_losses_do_not_change_the_delays() {
    let run = |share| {
        let loss = Loss { share, burst: None };
        let conditions = Conditions { jitter_us: 40 * MS, loss, ..Conditions::default() };
        carry(&mut way(conditions, &[], 5), &steady(1_000, 50 * MS, 1))
    };
    let all = run(0.0);
    assert!(run(0.3).iter().all(|c| all[c.number] == *c));
}

#[test]
fn what_contradicts_itself_is_refused() {
    let check = |conditions: Conditions| Way::<()>::new(conditions, 0).map(|_| ());
    let fine = Conditions::default();
    let lossy = |share, burst| Conditions { loss: Loss { share, burst }, ..fine };
    assert_eq!(check(fine), Ok(()));
    assert_eq!(check(lossy(1.1, None)), Err(Invalid::Share));
    assert_eq!(check(lossy(f64::NAN, None)), Err(Invalid::Share));
    assert_eq!(check(lossy(0.9, Some(8.0))), Err(Invalid::Burst), "at most eight ninths");
    assert_eq!(check(lossy(0.1, Some(0.5))), Err(Invalid::Burst));
    assert_eq!(check(Conditions { delay_us: -1, ..fine }), Err(Invalid::Time));
    assert_eq!(check(Conditions { rate: Some(Rate { bits_per_s: 0, queue: 1 }), ..fine }), Err(Invalid::Rate));
}
