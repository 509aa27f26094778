//! More and more packets of one publisher to many subscribers: up to what share of what its CPU a packet promises the server
//! delivers everything, whether it is pictures that give way beyond, and the delay inside the server at half load.
//!
//! The promise: so many packets as one worker, that is one core, has the CPU for by the row at moderate load.

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

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Subscribers.
    #[arg(long, default_value_t = 100)]
    subs: usize,
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
/// In percent of the promise.
const STEPS: [u32; 9] = [50, 60, 70, 80, 85, 90, 100, 120, 150];
/// What the server takes of one camera (`docs/security.md`), and a little less: a publisher that is cut saturates nobody.
const MOST: f64 = 4800.0;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    measure(options)?.print(options.json)
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    let Options { subs, size, frame, .. } = *options;
    let identity = Identity::generate(Instant::now()).context("no certificate")?;
    let mut ours = Ours::start(1)?;
    let shape = Shape { frames: Frames::Equal { packets: frame, size }, period: period(MODERATE, frame), sound: true };
    let viewed = [Section::receive(Kind::Sound), Section::receive(Kind::Picture)];
    let (publisher, viewers) = ours.connect(&identity, &shape.sections(), &viewed, subs)?;
    let mut row = Row { ours, identity, generator: Generator::new(vec![Publisher::new(publisher, shape, 1)], viewers) };
    row.run(WARM_UP, false)?;

    let before = row.ours.court.cpu()?;
    let moderate = row.run(Duration::from_secs(options.seconds.max(4)), true)?;
    let cpu_us = (row.ours.court.cpu()? - before).as_secs_f64() * 1e6 / moderate.received.max(1) as f64;
    let promise = 1e6 / cpu_us / subs as f64;
    let (p50, p99) = row.inside(promise / 2.0, options)?;
    let limit = limit::Options { subs, size, frame, pps: 500, runs: 1, seconds: 2, json: false };
    let burst_us = limit::measure(&limit)?.burst_us;

    let (mut whole_up_to, mut broken, mut beyond) = (0.0, false, Slice::default());
    let mut last = moderate;
    for percent in STEPS {
        let share = f64::from(percent) / 100.0;
        if promise * share > MOST {
            break;
        }
        last = row.step(promise * share, options)?;
        broken |= last.received < last.sent * subs as u64;
        if broken {
            beyond.sounds_sent += last.sounds_sent;
            beyond.sounds_received += last.sounds_received;
        } else {
            whole_up_to = share;
        }
    }
    let offered = last.sent * subs as u64;
    let wall = last.wall.as_secs_f64();
    Ok(Report {
        row: format!("assize: saturation, 1 to {subs} in frames of {frame} x {size} B with sound"),
        offered: offered as f64 / wall,
        delivered: last.received as f64 / wall,
        lost: lost(last.received, offered),
        cpu_us_per_packet: Some(cpu_us),
        packets_per_second_per_core: Some(1e6 / cpu_us),
        whole_up_to: Some(whole_up_to),
        sound_lost_beyond: broken.then(|| lost(beyond.sounds_received, beyond.sounds_sent * subs as u64)),
        inside_p50_us: p50,
        inside_p99_us: p99,
        burst_us,
        ..Report::default()
    }
    .by(moderate.health, last.server_dropped))
}

fn lost(came: u64, offered: u64) -> f64 {
    (1.0 - came as f64 / offered.max(1) as f64).max(0.0)
}

fn period(pps: f64, frame: usize) -> Duration {
    Duration::from_secs_f64(frame as f64 / pps)
}

struct Row {
    ours: Ours,
    identity: Identity,
    generator: Generator,
}

impl Row {
    fn run(&mut self, time: Duration, counts: bool) -> anyhow::Result<Slice> {
        self.generator.run(&self.identity, time, counts, || self.ours.idle())
    }

    fn step(&mut self, pps: f64, options: &Options) -> anyhow::Result<Slice> {
        self.generator.pace(period(MODERATE, options.frame));
        self.run(REST, false)?;
        self.generator.pace(period(pps, options.frame));
        self.run(Duration::from_secs(options.seconds.max(1)), true)
    }

    /// Half and 99 % of the packets took no longer than this, from the kernel's receive stamp to the return of the send
    /// call.
    fn inside(&mut self, pps: f64, options: &Options) -> anyhow::Result<(Option<f64>, Option<f64>)> {
        self.generator.pace(period(pps, options.frame));
        self.run(REST, false)?;
        let before = self.buckets()?;
        // The server tells its figures once a second.
        self.run(Duration::from_secs(options.seconds.max(4)), false)?;
        let after = self.buckets()?;
        let grown: Vec<(f64, f64)> = after
            .iter()
            .map(|(bound, count)| {
                let former = before.iter().find(|(other, _)| other.total_cmp(bound).is_eq());
                (*bound, count - former.map_or(0.0, |(_, count)| *count))
            })
            .collect();
        Ok((quantile(&grown, 0.5), quantile(&grown, 0.99)))
    }

    /// Upper bounds in microseconds and how many were below, smallest first.
    fn buckets(&self) -> anyhow::Result<Vec<(f64, f64)>> {
        let series = self.ours.court.metrics("assize_forward_seconds_bucket")?;
        let bound = |labels: &str| {
            let (_, rest) = labels.split_once("le=\"")?;
            rest.split('"').next()?.parse::<f64>().ok().filter(|seconds| seconds.is_finite())
        };
        let found = series.iter().filter_map(|(labels, count)| Some((bound(labels)? * 1e6, *count)));
        let mut buckets: Vec<(f64, f64)> = found.collect();
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        Ok(buckets)
    }
}

/// By cumulative counts below bounds; within a bucket evenly.
fn quantile(buckets: &[(f64, f64)], share: f64) -> Option<f64> {
    let wanted = buckets.last()?.1 * share;
    let (mut bound, mut below) = (0.0, 0.0);
    for (next, count) in buckets {
        if *count >= wanted && *count > below {
            return Some(bound + (next - bound) * (wanted - below) / (count - below));
        }
        (bound, below) = (*next, *count);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_lies_within_its_bucket() {
        let buckets = [(50.0, 0.0), (100.0, 40.0), (200.0, 80.0), (500.0, 100.0)];
        assert_eq!(quantile(&buckets, 0.5), Some(125.0));
        assert_eq!(quantile(&buckets, 0.2), Some(75.0));
        assert_eq!(quantile(&buckets, 0.99), Some(485.0));
        assert_eq!(quantile(&[(50.0, 0.0)], 0.5), None);
        assert_eq!(quantile(&[], 0.5), None);
    }
}
