//! More and more packets of one publisher to many subscribers: up to what share of what its CPU a packet promises the server
//! delivers everything, whether it is whole frames that give way beyond, and the delay inside the server at half load.
//!
//! The promise: so many packets as one worker, that is one core, has the CPU for by the row at moderate load. A camera alone
//! cannot bring a worker there with the row's subscribers, since the server cuts it before: the steps have more of them.

mod inside;
mod steps;

use crate::description::{Kind, Section};
use crate::generator::{Generator, Slice};
use crate::limit;
use crate::publisher::{Frames, Publisher, Shape};
use crate::report::Report;
use crate::sfu::{Ours, Sfu};
use anyhow::Context;
use assize_media::dtls::Identity;
use clap::Args;
use std::time::{Duration, Instant};
use steps::{Steps, lost};

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Subscribers of the row that makes the promise, and of the delay inside the server.
    #[arg(long, default_value_t = 100)]
    subs: usize,
    /// Subscribers of the steps; more, if the largest step would otherwise ask for more than the server takes of one camera.
    #[arg(long, default_value_t = 200)]
    step_subs: usize,
    /// Bytes of a packet of picture before sealing, RTP header included.
    #[arg(long, default_value_t = 1200)]
    size: usize,
    /// Packets of a frame, published at once.
    #[arg(long, default_value_t = 4)]
    frame: usize,
    /// Seconds of each step.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    #[arg(long)]
    json: bool,
}

/// Packets a second of the row that the promise is made by.
const MODERATE: f64 = 500.0;
const WARM_UP: Duration = Duration::from_secs(3);
/// Between steps: what one has left behind is not the next one's.
const REST: Duration = Duration::from_secs(1);
/// In percent of the promise. A packet costs less in a crowd of packets, so a worker may keep more than it promises: the last
/// steps are there to see it break.
const STEPS: [u32; 11] = [50, 60, 70, 80, 85, 90, 100, 120, 150, 200, 300];
/// Share of the promise in the largest step.
const LARGEST: f64 = 3.0;
/// What the server takes of one camera (`docs/security.md`), and a little less: a publisher that is cut saturates nobody.
const MOST: f64 = 4800.0;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    measure(options)?.print(options.json)
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    let Options { subs, size, frame, .. } = *options;
    anyhow::ensure!(subs > 0 && frame > 0, "subs and frame must be positive");
    let identity = Identity::generate(Instant::now()).context("no certificate")?;
    let moderate = Moderate::measure(&identity, options)?;
    let limit = limit::Options { subs, size, frame, pps: 500, runs: 1, seconds: 2, json: false };
    let burst_us = limit::measure(&limit)?.burst_us;

    let crowd = crowd(options.step_subs, moderate.per_core);
    let mut row = Row::begin(&identity, options, crowd)?;
    let mut steps = Steps::of(crowd);
    for percent in STEPS {
        let share = f64::from(percent) / 100.0;
        steps.note(share, &row.step(moderate.per_core * share / crowd as f64, options)?);
    }
    let last = steps.last;
    let (offered, wall) = (last.sent * crowd as u64, last.wall.as_secs_f64().max(f64::MIN_POSITIVE));
    let report = Report {
        row: format!(
            "assize: saturation, 1 to {subs}, in steps to {crowd}, in frames of {frame} x {size} B with sound"
        ),
        offered: offered as f64 / wall,
        delivered: last.received as f64 / wall,
        lost: lost(last.received, offered),
        cpu_us_per_packet: Some(1e6 / moderate.per_core),
        packets_per_second_per_core: Some(moderate.per_core),
        whole_up_to: Some(steps.whole_up_to),
        driven_up_to: Some(steps.driven_up_to),
        sound_lost_beyond: steps.sound_lost(),
        frames_torn_beyond: steps.frames_torn(),
        inside_p50_us: inside::quantile(&moderate.inside, 0.5),
        inside_p99_us: inside::quantile(&moderate.inside, 0.99),
        burst_us,
        ..Report::default()
    }
    .by(moderate.slice.health, steps.server_dropped);
    let healthy = report.generator_healthy && steps.is_conclusive(LARGEST);
    Ok(Report { generator_healthy: healthy, ..report })
}

/// So many subscribers that even the largest step stays below what the server takes of one camera.
fn crowd(asked: usize, per_core: f64) -> usize {
    asked.max((per_core * LARGEST / MOST).ceil() as usize)
}

fn period(pps: f64, frame: usize) -> Duration {
    Duration::from_secs_f64(frame as f64 / pps)
}

/// The row that makes the promise, on a server of its own.
struct Moderate {
    slice: Slice,
    /// Packets a second that one core has the CPU for.
    per_core: f64,
    /// At half of that.
    inside: inside::Buckets,
}

impl Moderate {
    fn measure(identity: &Identity, options: &Options) -> anyhow::Result<Self> {
        let mut row = Row::begin(identity, options, options.subs)?;
        let before = row.ours.court.cpu()?;
        // The server tells its figures once a second.
        let time = Duration::from_secs(options.seconds.max(4));
        let slice = row.run(time, true)?;
        let spent = row.ours.court.cpu()? - before;
        let per_core = slice.received.max(1) as f64 / spent.as_secs_f64();
        row.generator.pace(period(per_core / 2.0 / options.subs as f64, options.frame));
        row.run(REST, false)?;
        let before = inside::buckets(&row.ours.court)?;
        row.run(time, false)?;
        let inside = inside::grown(&before, &inside::buckets(&row.ours.court)?);
        Ok(Self { slice, per_core, inside })
    }
}

/// A server with one publisher and its subscribers.
struct Row<'a> {
    ours: Ours,
    identity: &'a Identity,
    generator: Generator,
}

impl<'a> Row<'a> {
    fn begin(identity: &'a Identity, options: &Options, subs: usize) -> anyhow::Result<Self> {
        let Options { size, frame, .. } = *options;
        let frames = Frames::Equal { packets: frame, size };
        let shape = Shape { frames, period: period(MODERATE, frame), sound: true };
        let viewed = [Section::receive(Kind::Sound), Section::receive(Kind::Picture)];
        let mut ours = Ours::start(1)?;
        let (publisher, viewers) = ours.connect(identity, &shape.sections(), &viewed, subs)?;
        let generator = Generator::new(vec![Publisher::new(publisher, shape, 1)], viewers);
        let mut row = Self { ours, identity, generator };
        row.run(WARM_UP, false)?;
        Ok(row)
    }

    fn run(&mut self, time: Duration, counts: bool) -> anyhow::Result<Slice> {
        self.generator.run(self.identity, time, counts, || self.ours.idle())
    }

    fn step(&mut self, pps: f64, options: &Options) -> anyhow::Result<Slice> {
        self.generator.pace(period(MODERATE, options.frame));
        self.run(REST, false)?;
        self.generator.pace(period(pps, options.frame));
        self.run(Duration::from_secs(options.seconds.max(1)), true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_step_asks_more_of_a_camera_than_the_server_takes() {
        assert_eq!(crowd(200, 285_000.0), 200);
        assert_eq!(crowd(200, 430_000.0), 269);
        for per_core in [10.0, 430_000.0, 900_000.0, 5_000_000.0] {
            let largest = per_core * LARGEST / crowd(200, per_core) as f64;
            assert!(largest <= MOST, "{largest} of {per_core}");
        }
        assert!(STEPS.iter().all(|percent| f64::from(*percent) <= LARGEST * 100.0));
    }
}
