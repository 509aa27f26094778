//! The command line (contract section 2).

mod catalogue;
mod compose;
mod doctor;
mod export;
mod hearing;
mod point;
mod record;
mod ticket;
mod user;

use crate::app::{Base, OpenError};
use crate::clock::SystemClock;
use crate::config::{Config, ConfigError};
use crate::problem::Language;
use crate::serve;
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// The media server of a video courtroom.
#[derive(Debug, Parser)]
#[command(name = "assize", version, propagate_version = true)]
pub struct Cli {
    /// Configuration file; without it the defaults count. ASSIZE__SECTION__KEY in the environment overrides both.
    #[arg(long, global = true, env = "ASSIZE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the server.
    Serve {
        /// Make a court, accounts, points and a hearing to try things with, and print how to enter.
        #[arg(long)]
        demo: bool,
    },
    /// Check what the server needs: ports, certificate, clock, disk, database.
    Doctor,
    /// Staff accounts.
    #[command(subcommand)]
    User(user::Verb),
    /// Plans, and codes for people.
    #[command(subcommand)]
    Hearing(hearing::Verb),
    /// Lasting points and their devices.
    #[command(subcommand)]
    Point(point::Verb),
    /// Print a bearer ticket for a script on this machine.
    Ticket(ticket::Args),
    /// Verify a record folder, a bag or its zip.
    Verify(record::Verify),
    /// Say what a record that was cut off holds, and make copies of it that play.
    Recover(record::Recover),
    /// Make one film of a sealed record that any player plays.
    Compose(compose::Compose),
    /// Copy a hearing's sealed records, whole or as a party may have them.
    Export(export::Export),
    /// The library's catalogue.
    #[command(subcommand)]
    Catalogue(catalogue::Verb),
    /// Decode what a recorder reads back: the server starts this itself.
    #[command(name = LISTEN, hide = true)]
    Listen,
    /// Decode and encode for a composite: the server and `compose` start this themselves.
    #[command(name = COMPOSER, hide = true)]
    Composer,
}

/// The verb by which the server starts itself as a decoder.
pub(crate) const LISTEN: &str = "listen";
/// The verb by which this program starts itself to compose.
pub(crate) const COMPOSER: &str = "compose-process";

impl Cli {
    /// Runs the verb.
    #[must_use]
    pub fn run(self) -> ExitCode {
        if matches!(self.verb, Verb::Listen) {
            // Nothing of the server is needed for it, least of all its configuration.
            return ended(&assize_record::listen::serve(io::stdin().lock(), io::stdout().lock()));
        }
        if matches!(self.verb, Verb::Composer) {
            return ended(&assize_record::compose::serve(io::stdin(), io::stdout().lock()));
        }
        match Runtime::new() {
            Ok(runtime) => runtime.block_on(self.run_configured()),
            Err(error) => {
                eprintln!("assize: {error}");
                ExitCode::FAILURE
            }
        }
    }

    async fn run_configured(self) -> ExitCode {
        let config = match Config::load(self.config.as_deref()) {
            Ok(config) => config,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(ConfigError::EXIT);
            }
        };
        match self.verb.run(config).await {
            Ok(code) => code,
            // Procedures are configuration: what is wrong with them is told the same way.
            Err(error) if matches!(error.downcast_ref(), Some(OpenError::Procedures(_))) => {
                eprintln!("{error}");
                ExitCode::from(ConfigError::EXIT)
            }
            Err(error) => {
                eprintln!("assize: {error:#}");
                ExitCode::FAILURE
            }
        }
    }
}

/// Of a process that nobody reads but its parent.
fn ended(result: &io::Result<()>) -> ExitCode {
    if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Verb {
    async fn run(self, config: Config) -> Result<ExitCode> {
        match self {
            Self::Serve { demo } => serve::run(config, demo).await?,
            Self::Doctor => return doctor::run(&config).await,
            Self::User(verb) => verb.run(&open(config).await?).await?,
            Self::Hearing(verb) => verb.run(&open(config).await?).await?,
            Self::Point(verb) => verb.run(&open(config).await?).await?,
            Self::Ticket(args) => args.run(&open(config).await?).await?,
            Self::Verify(args) => return args.run(&config),
            Self::Recover(args) => args.run()?,
            Self::Compose(args) => args.run()?,
            Self::Export(args) => args.run(&open(config).await?).await?,
            Self::Catalogue(verb) => verb.run(&open(config).await?).await?,
            Self::Listen | Self::Composer => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn open(config: Config) -> Result<Base> {
    Ok(Base::open(config, Arc::new(SystemClock)).await?)
}

/// One JSON object on standard output.
fn print_json(value: &serde_json::Value) {
    println!("{value}");
}

/// A refusal in the language of the terminal.
fn told(problem: &crate::problem::Problem) -> anyhow::Error {
    anyhow::anyhow!("{}", crate::problem::line(problem, Language::of_terminal()))
}
