//! `assize catalogue`: the library's entries, made again from the record folders.

use crate::app::Base;
use crate::library;
use anyhow::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Forget all entries and make them again from the folders.
    Rebuild,
}

impl Verb {
    pub(super) async fn run(self, base: &Base) -> Result<()> {
        let Self::Rebuild = self;
        let report = library::rebuild(base).await?;
        for (folder, reason) in &report.unreadable {
            eprintln!("{}: {reason}", folder.display());
        }
        println!("{}", report.entered);
        Ok(())
    }
}
