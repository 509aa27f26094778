//! One hearing with one publisher, watched by many observers who only receive.

use crate::description::{Kind, Section};
use crate::generator::Generator;
use crate::process;
use crate::publisher::{Publisher, Shape};
use crate::report::{Report, quantile};
use crate::sfu::{Ours, Sfu};
use anyhow::Context;
use assize_media::dtls::Identity;
use clap::Args;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Observers.
    #[arg(long, default_value_t = 800)]
    pub(crate) viewers: usize,
    /// Kilobits a second of the publisher's camera, beside sound of 32.
    #[arg(long, default_value_t = 1200)]
    pub(crate) video_kbps: usize,
    /// Seconds of measuring.
    #[arg(long, default_value_t = 20)]
    pub(crate) seconds: u64,
    /// Media workers of the server. A hearing lives on one.
    #[arg(long, default_value_t = 2)]
    pub(crate) workers: usize,
    #[arg(long)]
    pub(crate) json: bool,
}

const WARM_UP: Duration = Duration::from_secs(5);
/// Workers say once a second how busy they were.
const SAMPLE: Duration = Duration::from_secs(1);

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    measure(options)?.print(options.json)
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    let identity = Identity::generate(Instant::now()).context("no certificate")?;
    let mut ours = Ours::start(options.workers)?;
    let empty_kib = process::rss_kib(ours.court.pid())?;
    let shape = Shape::camera(options.video_kbps);
    let viewed = [Section::receive(Kind::Sound), Section::receive(Kind::Picture)];
    let (publisher, viewers) = ours.connect(&identity, &shape.sections(), &viewed, options.viewers)?;
    let mut generator = Generator::new(vec![Publisher::new(publisher, shape, 1)], viewers);
    generator.run(&identity, WARM_UP, false, || ours.idle())?;
    let memory = process::rss_kib(ours.court.pid())?.saturating_sub(empty_kib);

    let (mut busy, mut sampled) = (Busy::default(), Instant::now());
    let before = ours.court.cpu()?;
    let slice = generator.run(&identity, Duration::from_secs(options.seconds.max(1)), true, || {
        if sampled.elapsed() >= SAMPLE {
            sampled = Instant::now();
            busy.note(ours.court.metrics("assize_worker_busy_ratio")?);
        }
        ours.idle()
    })?;
    let spent = ours.court.cpu()? - before;

    let served = generator.viewers.received.iter().filter(|received| **received * 100 >= slice.sent * 99);
    let served = served.count();
    let delays = &mut generator.viewers.delays;
    delays.sort_unstable();
    let offered = slice.sent * options.viewers as u64;
    let (wall, cpu_us) = (slice.wall.as_secs_f64(), spent.as_secs_f64() * 1e6 / slice.received.max(1) as f64);
    Ok(Report {
        row: format!("audience of {} with {} kb/s", options.viewers, options.video_kbps),
        offered: offered as f64 / wall,
        delivered: slice.received as f64 / wall,
        lost: (1.0 - slice.received as f64 / offered.max(1) as f64).max(0.0),
        cpu_us_per_packet: Some(cpu_us),
        packets_per_second_per_core: Some(1e6 / cpu_us),
        p50_us: quantile(delays, 50),
        p99_us: quantile(delays, 99),
        // A viewer has two legs, and a connection of their own.
        rss_kib_per_leg: Some(memory as f64 / (2 * options.viewers.max(1)) as f64),
        viewers_served: Some(served as u64),
        worker_busy: busy.busiest(),
        ..Report::default()
    }
    .by(slice.health, slice.server_dropped))
}

/// Samples of each worker's share of time at work.
#[derive(Debug, Default)]
struct Busy(BTreeMap<String, Vec<f64>>);

impl Busy {
    fn note(&mut self, series: Vec<(String, f64)>) {
        for (worker, share) in series {
            self.0.entry(worker).or_default().push(share);
        }
    }

    /// The mean of the worker that worked most.
    fn busiest(&self) -> Option<f64> {
        let mean = |samples: &Vec<f64>| samples.iter().sum::<f64>() / samples.len() as f64;
        self.0.values().map(mean).max_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_worker_is_the_one_with_the_highest_mean() {
        let mut busy = Busy::default();
        assert_eq!(busy.busiest(), None);
        let sample = |one, other| vec![("0".to_owned(), one), ("1".to_owned(), other)];
        busy.note(sample(0.5, 0.0));
        busy.note(sample(0.25, 0.5));
        assert_eq!(busy.busiest(), Some(0.375));
    }
}
