//! What a connection costs in memory while it carries nothing, and what a further leg on one costs.
//!
//! A further leg: so many players of sound and picture against as many of sound alone, each on a server of its own and with
//! the same publisher.

use crate::description::{Kind, Section};
use crate::generator::Generator;
use crate::process;
use crate::publisher::{Publisher, Shape};
use crate::report::Report;
use crate::sfu::{Ours, Sfu};
use anyhow::Context;
use assize_media::dtls::Identity;
use clap::Args;
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Players.
    #[arg(long, default_value_t = 500)]
    connections: usize,
    #[arg(long)]
    json: bool,
}

/// Rings and queues are as full as they get.
const FILL: Duration = Duration::from_secs(8);
const KBPS: usize = 800;

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    measure(options)?.print(options.json)
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    let count = options.connections.max(1);
    let identity = Identity::generate(Instant::now()).context("no certificate")?;
    let sound = Section::receive(Kind::Sound);
    let few = grown(&identity, &[sound], count)?;
    let more = grown(&identity, &[sound, Section::receive(Kind::Picture)], count)?;
    let each = |kib: i64| kib as f64 / count as f64;
    Ok(Report {
        row: format!("memory of {count} connections"),
        idle_kib_per_connection: Some(each(few.idle_kib)),
        rss_kib_per_leg: Some(each(more.full_kib - few.full_kib)),
        generator_healthy: true,
        ..Report::default()
    })
}

/// Growth of the server since before anybody came.
struct Grown {
    /// Everybody is connected and nothing is published.
    idle_kib: i64,
    /// And something is.
    full_kib: i64,
}

fn grown(identity: &Identity, viewed: &[Section], count: usize) -> anyhow::Result<Grown> {
    let mut ours = Ours::start(1)?;
    let rss = |ours: &Ours| anyhow::Ok(i64::try_from(process::rss_kib(ours.court.pid())?)?);
    // The first connection makes what all share.
    let first = ours.view(identity, viewed, 1)?;
    let before = rss(&ours)?;
    let mut viewers = ours.view(identity, viewed, count)?;
    let idle_kib = rss(&ours)? - before;
    viewers.extend(first);
    let shape = Shape::camera(KBPS);
    let publisher = Publisher::new(ours.publish(identity, &shape.sections())?, shape, 1);
    Generator::new(vec![publisher], viewers).run(identity, FILL, false, || ours.idle())?;
    Ok(Grown { idle_kib, full_kib: rss(&ours)? - before })
}
