//! One publisher to many subscribers through a real server, its full feature set on.

use crate::description::{Kind, Section};
use crate::generator::{Generator, Health};
use crate::limit;
use crate::process;
use crate::publisher::{Frames, Publisher, Shape};
use crate::report::{Report, quantile};
use crate::running::{self, Running};
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
    #[command(flatten)]
    pub(crate) running: running::Options,
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

/// Our own: the one at the URL, or a new one.
pub(crate) fn ours(options: &Options) -> Start {
    let Options { subs, workers, running, .. } = options.clone();
    match running.url {
        Some(_) => Box::new(move || Ok(Box::new(Running::reach(&running, subs)?))),
        None => Box::new(move || Ok(Box::new(Ours::start(workers)?))),
    }
}

/// The same row through each of these servers and the limit, in turns. Each is started when the one before is set up:
/// ours comes last, since it ends links that do not answer its pings meanwhile.
pub(crate) fn measure_beside(options: &Options, servers: Vec<Start>) -> anyhow::Result<Vec<Report>> {
    anyhow::ensure!((SMALLEST..=LARGEST).contains(&options.size), "size must be {SMALLEST} to {LARGEST} bytes");
    anyhow::ensure!(options.frame > 0 && options.pps > 0, "frame and pps must be positive");
    let identity = Identity::generate(Instant::now()).context("no certificate")?;
    let rows = servers.into_iter().map(|start| Row::begin(start()?, &identity, options));
    let mut rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
    let known = rows.iter().any(|row| row.sfu.pid().is_some());
    // The kernel counts CPU in hundredths of a second.
    let slice = Duration::from_secs(options.seconds.max(if known { 5 } else { 1 })) / SLICES;
    let mut limit_us: Option<f64> = None;
    for _ in 0..SLICES {
        for n in 0..rows.len() {
            let (before, rest) = rows.split_at_mut(n);
            let Some((row, behind)) = rest.split_first_mut() else { break };
            let mut others = || before.iter_mut().chain(&mut *behind).try_for_each(|other| other.sfu.idle());
            row.slice(&identity, slice, &mut others)?;
        }
        // What this machine could do says nothing of a server elsewhere.
        if known {
            limit_us = best(limit_us, limit::measure(&options.limit())?.cpu_us_per_packet);
        }
    }
    rows.iter_mut().map(|row| row.report(options, limit_us)).collect()
}

/// The least of what is known.
fn best(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::min)
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
    /// Resident memory before anybody came, of a process that we know.
    empty_kib: Option<u64>,
    sent: u64,
    received: u64,
    wall: Duration,
    best_us: Option<f64>,
    health: Health,
    server_dropped: u64,
}

impl Row {
    fn begin(mut sfu: Box<dyn Sfu>, identity: &Identity, options: &Options) -> anyhow::Result<Self> {
        let empty_kib = sfu.pid().map(process::rss_kib).transpose()?;
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
            best_us: None,
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
        let cpu = |sfu: &dyn Sfu| sfu.pid().map(process::cpu).transpose();
        let before = cpu(&**sfu)?;
        let slice = generator.run(identity, time, true, || {
            others()?;
            sfu.idle()
        })?;
        let spent = cpu(&**sfu)?.zip(before).map(|(after, before)| after - before);
        self.sent += slice.sent;
        self.received += slice.received;
        self.wall += slice.wall;
        let cpu_us = spent
            .filter(|spent| !spent.is_zero())
            .map(|spent| spent.as_secs_f64() * 1e6 / slice.received.max(1) as f64);
        self.best_us = best(self.best_us, cpu_us);
        self.health.add(slice.health);
        self.server_dropped += slice.server_dropped;
        Ok(())
    }

    fn report(&mut self, options: &Options, limit_us: Option<f64>) -> anyhow::Result<Report> {
        let full_kib = self.sfu.pid().map(process::rss_kib).transpose()?;
        let memory = full_kib.zip(self.empty_kib).map(|(full, empty)| full.saturating_sub(empty));
        let delays = &mut self.generator.viewers.delays;
        delays.sort_unstable();
        let offered = self.sent * options.subs as u64;
        let (name, Options { subs, frame, size, .. }) = (self.sfu.name(), options);
        Ok(Report {
            row: format!("{name}: forward 1 to {subs} in frames of {frame} x {size} B"),
            offered: offered as f64 / self.wall.as_secs_f64(),
            delivered: self.received as f64 / self.wall.as_secs_f64(),
            lost: (1.0 - self.received as f64 / offered.max(1) as f64).max(0.0),
            cpu_us_per_packet: self.best_us,
            packets_per_second_per_core: self.best_us.map(|us| 1e6 / us),
            p50_us: quantile(delays, 50),
            p99_us: quantile(delays, 99),
            rss_kib_per_leg: memory.map(|kib| kib as f64 / *subs as f64),
            limit_us_per_packet: limit_us,
            ratio_to_limit: self.best_us.zip(limit_us).map(|(ours, limit)| ours / limit),
            ..Report::default()
        }
        .by(self.health, self.sfu.pid().map(|_| self.server_dropped)))
    }
}
