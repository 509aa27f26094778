//! `assize verify` as a program of its own, which links no media library.

use assize_proof::verify::cli::{Verify, run};
use clap::Parser;
use std::process::ExitCode;

/// Says what a record of a hearing is worth: 0 intact, 1 altered, 2 intact with stated gaps, 3 cannot be verified.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(flatten)]
    verify: Verify,
}

fn main() -> ExitCode {
    ExitCode::from(run(&Cli::parse().verify, Vec::new()))
}
