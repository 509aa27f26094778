//! One publisher to many subscribers through a real server, its full feature set on.

use crate::description::{Kind, Section};
use crate::generator::{Generator, Health};
use crate::limit;
use crate::process;
use crate::publisher::{Frames, Publisher, Shape};
use crate::report::{Report, quantile};
use crate::sfu::{Ours, Sfu};
use crate::stream::{LARGEST, SMALLEST};
use anyhow::Context;
use assize_media::dtls::Identity;
use clap::Args;
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Subscribers.
    #[arg(long, default_value_t = 100)]
    pub(crate) subs: usize,
    /// Packets a second of the publisher.
    #[arg(long, default_value_t = 500)]
    pub(crate) pps: usize,
    /// Bytes of a packet before sealing, RTP header included.
    #[arg(long, default_value_t = 1200)]
    pub(crate) size: usize,
    /// Packets of a frame, published at once.
    #[arg(long, default_value_t = 4)]
    pub(crate) frame: usize,
    /// Seconds of measuring, in five slices between which the limit is measured.
    #[arg(long, default_value_t = 20)]
    pub(crate) seconds: u64,
    /// Media workers of the server.
    #[arg(long, default_value_t = 1)]
    pub(crate) workers: usize,
    #[arg(long)]
    pub(crate) json: bool,
}

const SLICES: u32 = 5;
/// Legs start with a key frame, rings fill.
const WARM_UP: Duration = Duration::from_secs(3);

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    measure(options)?.print(options.json)
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    measure_beside(options, vec![ours(options)])?.pop().context("no report")
}

/// Starts a server.
pub(crate) type Start = Box<dyn FnOnce() -> anyhow::Result<Box<dyn Sfu>>>;

/// Our own.
pub(crate) fn ours(options: &Options) -> Start {
    let workers = options.workers;
    Box::new(move || Ok(Box::new(Ours::start(workers)?)))
}

/// The same row through each of these servers and the limit, in turns. Each is started when the one before is set up:
/// ours comes last, since it ends links that do not answer its pings meanwhile.
pub(crate) fn measure_beside(options: &Options, servers: Vec<Start>) -> anyhow::Result<Vec<Report>> {
    anyhow::ensure!((SMALLEST..=LARGEST).contains(&options.size), "size must be {SMALLEST} to {LARGEST} bytes");
    anyhow::ensure!(options.frame > 0 && options.pps > 0, "frame and pps must be positive");
    let identity = Identity::generate(Instant::now()).context("no certificate")?;
    let rows = servers.into_iter().map(|start| Row::begin(start()?, &identity, options));
    let mut rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
    let slice = Duration::from_secs(options.seconds.max(5)) / SLICES;
    let mut limit_us = f64::MAX;
    for _ in 0..SLICES {
        for n in 0..rows.len() {
            let (before, rest) = rows.split_at_mut(n);
            let Some((row, behind)) = rest.split_first_mut() else { break };
            let mut others = || before.iter_mut().chain(&mut *behind).try_for_each(|other| other.sfu.idle());
            row.slice(&identity, slice, &mut others)?;
        }
        limit_us = limit_us.min(limit::measure(&options.limit())?.cpu_us_per_packet.unwrap_or(f64::MAX));
    }
    rows.iter_mut().map(|row| row.report(options, limit_us)).collect()
}

impl Options {
    fn shape(&self) -> Shape {
        Shape {
            frames: Frames::Equal { packets: self.frame, size: self.size },
            period: Duration::from_secs_f64(self.frame as f64 / self.pps as f64),
            sound: false,
        }
    }

    fn limit(&self) -> limit::Options {
        limit::Options {
            subs: self.subs,
            size: self.size,
            frame: self.frame,
            pps: self.pps,
            runs: 1,
            seconds: 2,
            json: false,
        }
    }
}

/// One server's side: best CPU of the slices for the ratio, all of them for what was delivered.
struct Row {
    sfu: Box<dyn Sfu>,
    generator: Generator,
    /// Resident memory before anybody came.
    empty_kib: u64,
    sent: u64,
    received: u64,
    wall: Duration,
    best_us: f64,
    health: Health,
    server_dropped: u64,
}

impl Row {
    fn begin(mut sfu: Box<dyn Sfu>, identity: &Identity, options: &Options) -> anyhow::Result<Self> {
        let empty_kib = process::rss_kib(sfu.pid())?;
        let shape = options.shape();
        let viewed = [Section::receive(Kind::Picture)];
        let (publisher, viewers) = sfu
            .connect(identity, &shape.sections(), &viewed, options.subs)
            .with_context(|| format!("{} could not be set up", sfu.name()))?;
        let mut generator = Generator::new(vec![Publisher::new(publisher, shape, 1)], viewers);
        generator.run(identity, WARM_UP, false, || sfu.idle())?;
        Ok(Self {
            sfu,
            generator,
            empty_kib,
            sent: 0,
            received: 0,
            wall: Duration::ZERO,
            best_us: f64::MAX,
            health: Health::default(),
            server_dropped: 0,
        })
    }

    /// `others` looks after the servers whose turn it is not.
    fn slice(
        &mut self,
        identity: &Identity,
        time: Duration,
        others: &mut dyn FnMut() -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let Self { sfu, generator, .. } = self;
        let before = process::cpu(sfu.pid())?;
        let slice = generator.run(identity, time, true, || {
            others()?;
            sfu.idle()
        })?;
        let spent = process::cpu(sfu.pid())? - before;
        self.sent += slice.sent;
        self.received += slice.received;
        self.wall += slice.wall;
        self.best_us = self.best_us.min(spent.as_secs_f64() * 1e6 / slice.received.max(1) as f64);
        self.health.add(slice.health);
        self.server_dropped += slice.server_dropped;
        Ok(())
    }

    fn report(&mut self, options: &Options, limit_us: f64) -> anyhow::Result<Report> {
        let memory = process::rss_kib(self.sfu.pid())?.saturating_sub(self.empty_kib);
        let delays = &mut self.generator.viewers.delays;
        delays.sort_unstable();
        let offered = self.sent * options.subs as u64;
        let (name, Options { subs, frame, size, .. }) = (self.sfu.name(), options);
        Ok(Report {
            row: format!("{name}: forward 1 to {subs} in frames of {frame} x {size} B"),
            offered: offered as f64 / self.wall.as_secs_f64(),
            delivered: self.received as f64 / self.wall.as_secs_f64(),
            lost: (1.0 - self.received as f64 / offered.max(1) as f64).max(0.0),
            cpu_us_per_packet: Some(self.best_us),
            packets_per_second_per_core: Some(1e6 / self.best_us),
            p50_us: quantile(delays, 50),
            p99_us: quantile(delays, 99),
            rss_kib_per_leg: Some(memory as f64 / *subs as f64),
            limit_us_per_packet: Some(limit_us),
            ratio_to_limit: Some(self.best_us / limit_us),
            ..Report::default()
        }
        .by(self.health, self.server_dropped))
    }
}
