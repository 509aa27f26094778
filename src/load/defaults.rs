//! Options of a verb as they are when nothing is said.

use clap::{Args, Parser};

#[derive(Parser)]
struct Defaults<O: Args> {
    #[command(flatten)]
    options: O,
}

/// What the command line gives without a word: for rows that other rows are made of.
pub(crate) fn defaults<O: Args>() -> O {
    Defaults::parse_from(["assize-load"]).options
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{audience, forward, growth, hearings, memory, saturation};

    #[test]
    fn every_row_of_the_bench_needs_no_word() {
        let forward: forward::Options = defaults();
        assert_eq!((forward.subs, forward.pps, forward.size, forward.frame, forward.seconds), (100, 500, 1200, 4, 20));
        let hearings: hearings::Options = defaults();
        assert_eq!((hearings.hearings, hearings.parties, hearings.video_kbps, hearings.record), (30, 5, 800, false));
        let audience: audience::Options = defaults();
        assert_eq!((audience.viewers, audience.workers), (800, 2));
        let _: (saturation::Options, memory::Options, growth::Options) = (defaults(), defaults(), defaults());
    }
}
