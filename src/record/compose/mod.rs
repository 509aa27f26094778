//! The composite: one film of a sealed sitting that any player plays, made from its record and never part of it.
//!
//! [`run`] is the side that decodes nothing: it starts a process that does ([`serve`]) and starts it again without the file
//! that it died of. What that process has done stays: another run goes on from there.

mod canvas;
mod confine;
mod facts;
mod format;
mod join;
mod letters;
mod marker;
mod mix;
mod order;
mod pace;
mod part;
mod provenance;
mod reel;
mod run;
mod scaler;
mod script;
mod sound;
mod source;
mod stage;
#[cfg(test)]
mod tests;
mod times;
mod voice;
mod wall;
mod words;
mod work;

pub use format::Format;
pub use order::{Made, Order, Progress, Stage, Trouble};
pub use provenance::Provenance;
pub use run::{Program, is_begun, run};
pub use work::serve;

use ffmpeg_next::Error;
use std::io;
use std::path::{Path, PathBuf};

/// Where composites lie: outside of what is proved.
#[must_use]
pub fn folder(record: &Path) -> PathBuf {
    record.join("derived")
}

/// The composite of a record, whether it is there or not.
#[must_use]
pub fn file(record: &Path, format: Format) -> PathBuf {
    folder(record).join(format.file())
}

/// What is not finished yet.
fn workshop(record: &Path) -> PathBuf {
    folder(record).join(".compose")
}

fn failed(error: Error) -> io::Error {
    match error {
        Error::Other { errno } => io::Error::from_raw_os_error(errno),
        other => io::Error::other(other.to_string()),
    }
}
