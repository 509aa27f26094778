//! `assize verify` and `assize recover`.

use crate::config::Config;
use anyhow::Result;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    /// A record folder, a bag, or its zip.
    path: PathBuf,
    /// Public key (PEM) to vouch for, besides those in the data directory's keys/trust.json.
    #[arg(long)]
    key: Vec<PathBuf>,
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self, config: &Config) -> Result<ExitCode> {
        let _ = (config, self);
        Ok(ExitCode::from(3))
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Recover {
    /// The sitting's folder.
    dir: PathBuf,
}

impl Recover {
    pub(super) fn run(self) -> Result<()> {
        let _ = self.dir;
        Ok(())
    }
}
