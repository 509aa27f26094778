//! Court-shaped load: hearings in which everybody sends sound and picture and receives everybody else, recorded if asked.

use crate::court::Court;
use crate::generator::{Generator, Slice};
use crate::party::Party;
use crate::peer::Peer;
use crate::process::last_lines;
use crate::publisher::{Publisher, Shape};
use crate::records;
use crate::report::{Report, quantile};
use crate::signalling::Link;
use anyhow::{Context, bail};
use assize_core::hearing::{Command, Room};
use assize_core::plan::Role;
use assize_media::dtls::Identity;
use clap::Args;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Args)]
pub(crate) struct Options {
    /// Hearings at the same time.
    #[arg(long, default_value_t = 30)]
    pub(crate) hearings: usize,
    /// Participants of each.
    #[arg(long, default_value_t = 5)]
    pub(crate) parties: usize,
    /// Kilobits a second of each camera, beside sound of 32.
    #[arg(long, default_value_t = 800)]
    pub(crate) video_kbps: usize,
    /// Seconds of measuring.
    #[arg(long, default_value_t = 20)]
    pub(crate) seconds: u64,
    /// Record every hearing.
    #[arg(long)]
    pub(crate) record: bool,
    /// Keep the records here, with the court's public key as `key.pub`; asks for an empty or a new folder.
    #[arg(long, requires = "record")]
    pub(crate) out: Option<PathBuf>,
    /// Media workers of the server.
    #[arg(long, default_value_t = 2)]
    pub(crate) workers: usize,
    #[arg(long)]
    pub(crate) json: bool,
}

/// Beside the presiding judge.
const OTHERS: [Role; 4] = [Role::Prosecutor, Role::Counsel, Role::Defendant, Role::Party];
/// Cameras run before the sessions are opened.
const BEFORE: Duration = Duration::from_secs(1);
/// Longest wait until everybody gets everybody.
const ALL_HERE: Duration = Duration::from_secs(60);
/// From then until measuring begins.
const WARM_UP: Duration = Duration::from_secs(3);

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    measure(options)?.print(options.json)
}

pub(crate) fn measure(options: &Options) -> anyhow::Result<Report> {
    anyhow::ensure!(options.hearings > 0 && options.parties >= 2, "a hearing has at least two participants");
    if let Some(out) = options.out.as_deref().filter(|out| out.exists()) {
        anyhow::ensure!(std::fs::read_dir(out)?.next().is_none(), "{} is not empty", out.display());
    }
    let court = Court::start(options.workers, options.out.as_deref())?;
    let identity = Identity::generate(Instant::now()).context("no certificate")?;
    let mut hall = Hall::default();
    for _ in 0..options.hearings {
        hall.fill(&court, &identity, options)?;
    }
    let Hall { mut parties, publishers, viewers } = hall;
    let mut generator = Generator::new(publishers, viewers);
    let measured = go(options, &court, &identity, &mut parties, &mut generator);
    // Why a row failed is in the server's log, which goes with the server.
    let (slice, spent) = measured.with_context(|| format!("the server's last words:\n{}", last_lines(&court.log())))?;
    let found =
        if options.record { Some(end(options, &court, &identity, &mut parties, &mut generator)?) } else { None };
    Ok(report(options, &mut generator, &slice, spent, found))
}

/// Everybody in all hearings; the first of each hearing presides.
#[derive(Default)]
struct Hall {
    parties: Vec<Party>,
    publishers: Vec<Publisher>,
    viewers: Vec<Peer>,
}

impl Hall {
    /// Plans another hearing; everybody enters, is admitted, publishes and receives.
    fn fill(&mut self, court: &Court, identity: &Identity, options: &Options) -> anyhow::Result<()> {
        let roles = [Role::PresidingJudge].into_iter().chain(OTHERS.into_iter().cycle());
        let hearing = court.plan(&roles.take(options.parties).collect::<Vec<_>>())?;
        let people = hearing.people.iter().map(|person| Party::join(court, &hearing, person, identity));
        let mut here = people.collect::<anyhow::Result<Vec<_>>>()?;
        let (judge, others) = here.split_first_mut().context("nobody is planned")?;
        for party in others.iter().filter(|party| party.link.room != Room::Courtroom) {
            judge.link.command(Command::Admit { seat: party.link.seat })?;
        }
        let shape = Shape::camera(options.video_kbps);
        for party in &mut here {
            let seed = u32::try_from(self.publishers.len())?;
            self.publishers.push(Publisher::new(party.publish(identity, &shape.sections())?, shape, seed));
        }
        for party in &mut here {
            self.viewers.push(party.receive(identity)?);
        }
        self.parties.extend(here);
        self.keep_alive(identity)
    }

    /// Who is in already answers pings and keeps consent fresh while others come.
    fn keep_alive(&mut self, identity: &Identity) -> anyhow::Result<()> {
        self.publishers.iter_mut().for_each(|publisher| publisher.peer.drive(identity));
        self.viewers.iter_mut().for_each(|peer| peer.drive(identity));
        look_after(&mut self.parties)
    }
}

fn look_after(parties: &mut [Party]) -> anyhow::Result<()> {
    parties.iter_mut().try_for_each(Party::look)
}

/// Opens the sessions while the cameras run, waits for all legs, and measures. Returns the server's CPU as well.
fn go(
    options: &Options,
    court: &Court,
    identity: &Identity,
    parties: &mut [Party],
    generator: &mut Generator,
) -> anyhow::Result<(Slice, Duration)> {
    generator.run(identity, BEFORE, false, || look_after(parties))?;
    let mut closed = options.hearings;
    let legs = 2 * (options.parties - 1);
    let begun = Instant::now();
    while closed > 0 || parties.iter().any(|party| party.link.tracks < legs) {
        generator.run(identity, Duration::from_secs(1), false, || {
            if closed > 0 {
                closed -= 1;
                open(&mut parties[closed * options.parties].link, options.record)?;
            }
            look_after(parties)
        })?;
        if begun.elapsed() > ALL_HERE {
            let least = parties.iter().map(|party| party.link.tracks).min().unwrap_or_default();
            bail!("somebody is told of {least} of {legs} tracks only");
        }
    }
    generator.run(identity, WARM_UP, false, || look_after(parties))?;
    let before = court.cpu()?;
    let mut looked = Instant::now();
    let slice = generator.run(identity, Duration::from_secs(options.seconds.max(1)), true, || {
        // Looking costs two system calls a link.
        if looked.elapsed() >= Duration::from_millis(100) {
            looked = Instant::now();
            look_after(parties)?;
        }
        Ok(())
    })?;
    Ok((slice, court.cpu()? - before))
}

fn open(judge: &mut Link, record: bool) -> anyhow::Result<()> {
    judge.command(Command::Open { record, reason: Some("load".to_owned()) })
}

/// Closes all sessions while the cameras run, and looks at what was recorded.
fn end(
    options: &Options,
    court: &Court,
    identity: &Identity,
    parties: &mut [Party],
    generator: &mut Generator,
) -> anyhow::Result<records::Found> {
    let mut running = options.hearings;
    while running > 0 {
        generator.run(identity, Duration::from_secs(1), false, || {
            if running > 0 {
                running -= 1;
                parties[running * options.parties].link.command(Command::Close {})?;
            }
            // Links end with their hearings.
            parties.iter_mut().for_each(|party| _ = party.look());
            Ok(())
        })?;
    }
    let found = records::wait_until_sealed(court.recordings(), options.hearings)?;
    if let Some(out) = &options.out {
        records::write_key(&court.trusted_keys(), out)?;
    }
    Ok(found)
}

fn report(
    options: &Options,
    generator: &mut Generator,
    slice: &Slice,
    spent: Duration,
    found: Option<records::Found>,
) -> Report {
    let delays = &mut generator.viewers.delays;
    delays.sort_unstable();
    let Options { hearings, parties, video_kbps, record, .. } = options;
    let offered = slice.sent * (*parties as u64 - 1);
    let (wall, cores) = (slice.wall.as_secs_f64(), spent.as_secs_f64() / slice.wall.as_secs_f64());
    let cpu_us = spent.as_secs_f64() * 1e6 / slice.received.max(1) as f64;
    let lost = (1.0 - slice.received as f64 / offered.max(1) as f64).max(0.0);
    let recorded = if *record { ", recorded" } else { "" };
    Report {
        row: format!("{hearings} hearings of {parties} with {video_kbps} kb/s{recorded}"),
        offered: offered as f64 / wall,
        delivered: slice.received as f64 / wall,
        lost,
        cpu_us_per_packet: Some(cpu_us),
        packets_per_second_per_core: Some(1e6 / cpu_us),
        p50_us: quantile(delays, 50),
        p99_us: quantile(delays, 99),
        recorded_tracks: found.as_ref().map(|found| found.tracks),
        recorder_gaps: found.as_ref().map(|found| found.gaps),
        // What did not arrive cost nothing: the figure would be too good.
        recorded_per_core: (*record && lost < 0.01).then(|| (hearings * parties) as f64 / cores),
        ..Report::default()
    }
    .by(slice.health, slice.server_dropped)
}
