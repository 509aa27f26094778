//! Load generator and measurements. Prints figures; judges nothing but the health of the generator itself.

mod audience;
mod bench;
mod checks;
mod compare;
mod court;
mod defaults;
mod description;
mod drain;
mod forward;
mod frames;
mod generator;
mod growth;
mod hearings;
mod http;
mod janus;
mod limit;
mod link;
mod livekit;
mod memory;
mod party;
mod peer;
mod process;
mod publisher;
mod records;
mod report;
mod running;
mod saturation;
mod sfu;
mod signalling;
mod socket;
mod stream;
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
    /// Hearings in which everybody sends and receives, recorded if asked.
    Hearings(hearings::Options),
    /// One hearing and many observers who only receive.
    Audience(audience::Options),
    /// More and more packets, up to and beyond what the CPU a packet promises; delay inside the server at half load.
    Saturation(saturation::Options),
    /// What a connection and a further leg on it cost in memory.
    Memory(memory::Options),
    /// CPU over packets forwarded, as legs grow from 10 to 1000.
    Growth(growth::Options),
    /// The row of `forward` through another server as well, in turns with ours.
    Peer(compare::Options),
    /// The standard rows, as one table.
    Bench,
    /// A bad line between two network namespaces: delay, jitter, loss, bursts, a rate, reordering, duplication, outages.
    Link(Box<link::Options>),
    /// Receives and counts datagrams for `limit`; started by it.
    #[command(hide = true)]
    Drain(drain::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().verb {
        Verb::Limit(options) => limit::run(&options),
        Verb::Forward(options) => forward::run(&options),
        Verb::Hearings(options) => hearings::run(&options),
        Verb::Audience(options) => audience::run(&options),
        Verb::Saturation(options) => saturation::run(&options),
        Verb::Memory(options) => memory::run(&options),
        Verb::Growth(options) => growth::run(&options),
        Verb::Peer(options) => compare::run(&options),
        Verb::Bench => bench::run(),
        Verb::Link(options) => {
            return link::run(&options).unwrap_or_else(failed);
        }
        Verb::Drain(options) => drain::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(error),
    }
}

#[allow(clippy::needless_pass_by_value)] // as a handler of errors takes it
fn failed(error: anyhow::Error) -> ExitCode {
    eprintln!("assize-load: {error:#}");
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_does_not_contradict_itself() {
        Arguments::command().debug_assert();
    }
}
