//! Load generator and measurements. Prints figures; judges nothing but the health of the generator itself.

mod bench;
mod court;
mod description;
mod drain;
mod forward;
mod http;
mod limit;
mod peer;
mod publisher;
mod report;
mod viewers;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(
    name = "assize-load",
    version,
    about = "What the media plane costs, beside what this machine could do at all"
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// The physical limit of this machine for the same work: seal and send, one thread, batched, with segmentation offload.
    Limit(limit::Options),
    /// One publisher to many subscribers through the real server.
    Forward(forward::Options),
    /// The standard rows, as one table.
    Bench,
    /// Receives and counts datagrams for `limit`; started by it.
    #[command(hide = true)]
    Drain(drain::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().verb {
        Verb::Limit(options) => limit::run(&options),
        Verb::Forward(options) => forward::run(&options),
        Verb::Bench => bench::run(),
        Verb::Drain(options) => drain::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("assize-load: {error:#}");
            ExitCode::FAILURE
        }
    }
}
