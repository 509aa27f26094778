//! `assize verify` and `assize recover`.

use crate::config::Config;
use crate::library::trusted;
use anyhow::Result;
use assize_proof::verify::cli;
use std::process::ExitCode;

/// What a record is worth, by the keys in the data directory's keys/trust.json and those given: 0 intact, 1 altered,
/// 2 intact with stated gaps, 3 cannot be verified.
#[derive(Debug, clap::Args)]
pub(super) struct Verify {
    #[command(flatten)]
    args: cli::Verify,
}

impl Verify {
    pub(super) fn run(self, config: &Config) -> Result<ExitCode> {
        let keys = trusted(&config.storage.data)?;
        Ok(ExitCode::from(cli::run(&self.args, keys)))
    }
}
