//! The plane on bad lines, in simulated time: two parties, each with an *up* and a *down* transport (ICE, DTLS, SRTP and
//! all), the router between them, and the lines of `assize-line` below them. What is measured stands in docs/lines.md; what
//! is demanded and met is a test here; what is demanded and not met is said there and is no test.

#![allow(clippy::unwrap_used)]

mod court;
mod crowd;
mod ear;
mod eye;
mod party;
mod rows;
mod send;
mod table;

use rows::{Row, outage, run, step};

/// Simulated seconds of a test, and its seeds.
const SECONDS: i64 = 60;
const SEEDS: [u64; 3] = [11, 12, 13];

/// The row's demands of these names hold, whatever the seed.
fn holds(row: &Row, demands: &[&str]) {
    for seed in SEEDS {
        let outcome = run(row, seed, SECONDS);
        for shall in demands {
            let demand = row.demands.iter().find(|demand| demand.shall == *shall).unwrap();
            assert!((demand.met)(&outcome), "{}, seed {seed}: not {shall}: {outcome:#?}", row.name);
        }
    }
}

#[test]
fn on_a_good_line_nothing_is_missing() {
    holds(
        &rows::CLEAN,
        &["no audio gap", "audio in order", "video at full layer", "no freeze > 500 ms", "every picture shown"],
    );
}

#[test]
fn at_5_percent_random_loss_sound_is_whole_and_the_picture_stays_at_full_layer_and_does_not_freeze() {
    holds(&rows::FIVE, &["video at full layer", "no freeze > 500 ms", "audio gaps < 0.5 %"]);
}

#[test]
fn at_20_percent_random_loss_speech_is_understood_and_some_picture_is_kept() {
    holds(&rows::TWENTY, &["some video kept: >= 5 pictures/s in any 10 s", "audio gaps < 2 %"]);
}

#[test]
fn bursts_on_a_line_with_a_picture_leave_no_long_gaps_in_the_sound() {
    holds(&rows::BURSTS, &["audio gap p99 < 300 ms"]);
    holds(&rows::MANY_BURSTS, &["audio gap p99 < 300 ms"]);
}

#[test]
fn a_round_trip_of_300_ms_with_jitter_loses_and_disorders_nothing() {
    holds(
        &rows::FAR,
        &["audio in order", "no audio gap", "video at full layer", "no freeze > 500 ms", "every picture shown"],
    );
}

#[test]
fn a_long_round_trip_leaves_time_to_send_again_what_is_lost_and_sound_needs_none() {
    holds(&rows::FAR_AND_LOSSY, &["95 % of the pictures shown", "audio gaps < 2 %"]);
    holds(&rows::TEN, &["audio gaps < 2 %"]);
}

#[test]
fn a_line_that_was_down_carries_again_within_2_s() {
    for seed in SEEDS {
        for ms in [5_000, 6_200, 25_000] {
            let sides = outage(ms, seed);
            assert!(sides.iter().all(|side| side.within(2000)), "{ms} ms, seed {seed}: {sides:?}");
        }
    }
}

#[test]
fn a_line_that_narrows_has_no_queue_after_3_s_and_carries_all_again_8_s_after_it_is_wide() {
    for (kbps, seed) in [500, 300].into_iter().flat_map(|kbps| SEEDS.map(|seed| (kbps, seed))) {
        let step = step(kbps, seed);
        assert!(step.later_ms < 200 && step.gaps < 0.005, "seed {seed}: {step:#?}");
        assert!(step.wide.full == 1.0 && step.wide.freezes == 0, "seed {seed}: {step:#?}");
    }
}

#[test]
fn a_line_too_narrow_for_the_lowest_layer_carries_fewer_pictures_a_second_and_does_not_flicker() {
    for (kbps, seed) in [300, 200].into_iter().flat_map(|kbps| SEEDS.map(|seed| (kbps, seed))) {
        let step = step(kbps, seed);
        assert!(step.narrow.worst_fps >= 5.0 && step.changes <= 4, "{kbps} kb/s, seed {seed}: {step:#?}");
    }
}

#[test]
fn a_line_too_narrow_for_any_picture_is_told_so_and_does_not_flicker() {
    for seed in SEEDS {
        let step = step(110, seed);
        assert!(step.told > 0.9 && !step.told_last && step.changes <= 4, "seed {seed}: {step:#?}");
    }
}

#[test]
fn a_line_that_becomes_longer_is_not_taken_for_a_full_one() {
    for seed in SEEDS {
        let watched = rows::longer(seed);
        assert!(watched.full > 0.95 && watched.freezes == 0 && watched.worst_fps > 29.0, "seed {seed}: {watched:?}");
    }
}

#[test]
fn of_five_on_300_kbps_the_two_loudest_are_whole_and_the_speaker_is_seen() {
    for seed in SEEDS {
        let crowd = crowd::crowd(300, seed);
        assert!(crowd.gaps[..2].iter().all(|gaps| *gaps < 0.005), "seed {seed}: {crowd:#?}");
        assert!(crowd.fps >= 5.0, "seed {seed}: {crowd:#?}");
        assert!(crowd.changes <= 4, "seed {seed}: {crowd:#?}");
        assert!(crowd.wide.iter().all(|gaps| *gaps < 0.005) && crowd.full == 1.0, "seed {seed}: {crowd:#?}");
    }
}

#[test]
fn a_layer_that_nobody_looks_at_rests_and_is_back_within_half_a_second() {
    for seed in SEEDS {
        let rest = rows::rest(seed);
        assert!(rest.sent[0] >= 150 && rest.sent[1..] == [0, 0], "seed {seed}: {rest:?}");
        assert!(rest.back_ms.is_some_and(|ms| ms <= 500) && rest.longest_ms < 200, "seed {seed}: {rest:?}");
    }
}

#[test]
fn where_the_largest_layer_never_comes_the_next_one_does_not_rest() {
    let sent = rows::without_largest(SEEDS[0]);
    assert!(sent[1] >= 290 && sent[2] == 0, "{sent:?}");
}

#[test]
fn the_same_seed_gives_the_same_outcome() {
    let outcome = || run(&rows::FAR_AND_LOSSY, 5, 30);
    assert_eq!(outcome(), outcome());
}
