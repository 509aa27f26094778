//! The row of `forward` through ours and another server, in turns: the same packets, viewers and SRTP profile.

use crate::forward::{self, Start};
use crate::janus::{self, Janus};
use crate::livekit::{self, Livekit};
use crate::report::Report;
use crate::sfu::Sfu;
use anyhow::Context;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Clone, Args)]
#[group(id = "comparison")]
pub(crate) struct Options {
    #[arg(value_enum)]
    peer: Name,
    /// Threads that Janus shares among all participants; 0: one a participant, as it comes.
    #[arg(long, default_value_t = EVENT_LOOPS)]
    event_loops: usize,
    #[command(flatten)]
    row: forward::Options,
}

/// What costs Janus least on two cores: beside its worst setting anybody looks good.
pub(crate) const EVENT_LOOPS: usize = 2;

/// Servers that we know how to drive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    Janus,
    Livekit,
}

impl Name {
    pub(crate) const ALL: [Self; 2] = [Self::Janus, Self::Livekit];

    /// What must be on the PATH.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Janus => janus::PROGRAM,
            Self::Livekit => livekit::PROGRAM,
        }
    }

    fn start(self, event_loops: usize) -> anyhow::Result<Box<dyn Sfu>> {
        Ok(match self {
            Self::Janus => Box::new(Janus::start(event_loops)?),
            Self::Livekit => Box::new(Livekit::start()?),
        })
    }
}

pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let program = options.peer.program();
    let reports = measure(options.peer, options.event_loops, &options.row)?
        .with_context(|| format!("{program} is not on the PATH"))?;
    reports.iter().try_for_each(|report| report.print(options.row.json))
}

/// Ours first. `None`: the other one is not installed.
pub(crate) fn measure(
    name: Name,
    event_loops: usize,
    options: &forward::Options,
) -> anyhow::Result<Option<[Report; 2]>> {
    if find(name.program()).is_none() {
        return Ok(None);
    }
    let servers: Vec<Start> = vec![Box::new(move || name.start(event_loops)), forward::ours(options)];
    let reports: Result<[Report; 2], _> = forward::measure_beside(options, servers)?.try_into();
    let Ok([mut theirs, ours]) = reports else { anyhow::bail!("there are not two reports") };
    theirs.ours_to_peer = ours.cpu_us_per_packet.zip(theirs.cpu_us_per_packet).map(|(ours, theirs)| ours / theirs);
    Ok(Some([ours, theirs]))
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
