//! `assize verify` and `assize recover`.

use crate::config::Config;
use crate::keyring::Keyring;
use anyhow::{Context as _, Result, ensure};
use assize_proof::verify::cli;
use assize_record::{recover, seal};
use std::path::PathBuf;
use std::process::ExitCode;

/// What a record is worth, by the keys in the data directory's keys/trust.json and those given: 0 intact, 1 altered,
/// 2 intact with stated gaps, 3 cannot be verified.
#[derive(Debug, clap::Args)]
// The arguments within bring a group of the same name.
#[group(skip)]
pub(super) struct Verify {
    #[command(flatten)]
    args: cli::Verify,
}

impl Verify {
    pub(super) fn run(self, config: &Config) -> Result<ExitCode> {
        let keys = Keyring::of(&config.storage.data).trusted()?;
        Ok(ExitCode::from(cli::run(&self.args, keys)))
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Recover {
    /// The sitting's folder. It is only read; playable copies go to its derived/playable.
    dir: PathBuf,
}

impl Recover {
    pub(super) fn run(self) -> Result<()> {
        let dir = self.dir;
        ensure!(!seal::is_sealed(&dir), "{} is sealed: nothing is to be recovered", dir.display());
        let found = recover::sitting(&dir).with_context(|| dir.display().to_string())?;
        println!("{}", assize_proof::time::rfc3339(found.last_utc_ms));
        for track in &found.tracks {
            let state = track.damaged.as_deref().unwrap_or("ok");
            println!(
                "{:<18} {}  {}/{} bytes chained, to {:.3}/{:.3} s  {state}",
                track.track.to_string(),
                track.file,
                track.proved_bytes,
                track.total_bytes,
                seconds(track.proved_us),
                seconds(track.reached_us),
            );
        }
        for (file, bytes) in &found.torn {
            println!("{}: {bytes} bytes of a torn last line", file.display());
        }
        for copy in recover::playable_copies(&dir)? {
            println!("{}", copy.display());
        }
        Ok(())
    }
}

fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}
