//! What is to be made, and what is said of it while it is.

use super::format::Format;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A composite that is to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The sealed sitting's folder.
    pub record: PathBuf,
    pub format: Format,
    /// Where the file is to lie, its provenance beside it.
    pub out: PathBuf,
    /// Makes it anew although it is there, from the beginning.
    pub again: bool,
    /// Whether it gets only what of processor and disk nobody else wants.
    pub lowest: bool,
    /// Pictures of a part, 25 a second: what an interruption costs at most.
    pub part: u64,
    /// Name and version of the program.
    pub software: String,
}

impl Order {
    /// Pictures of five minutes.
    pub const PART: u64 = 5 * 60 * super::script::RATE;

    /// In the record's folder of derived files.
    #[must_use]
    pub fn new(record: PathBuf, format: Format, software: String) -> Self {
        let out = super::file(&record, format);
        Self { record, format, out, again: false, lowest: true, part: Self::PART, software }
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Picture,
    Sound,
    /// The file is put together.
    File,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    pub stage: Stage,
    /// Pictures, or the sound of them, of the stage.
    pub done: u64,
    pub of: u64,
}

impl Progress {
    /// Of the whole work, by what the stages cost.
    #[must_use]
    pub fn percent(self) -> u8 {
        let (before, share) = match self.stage {
            Stage::Picture => (0, 92),
            Stage::Sound => (92, 6),
            Stage::File => (98, 2),
        };
        let part = (share * self.done.min(self.of)).checked_div(self.of).unwrap_or(0);
        u8::try_from(before + part).unwrap_or(100)
    }
}

/// A composite that is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Made {
    pub file: PathBuf,
    pub bytes: u64,
    /// It was there before.
    pub already: bool,
    /// Seconds of picture.
    pub seconds: f64,
    /// Seconds of a processor that the last process took.
    pub cpu_seconds: f64,
    /// Files that could not be decoded at all.
    pub left_out: Vec<String>,
}

/// Why there is no composite.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "trouble", rename_all = "snake_case")]
pub enum Trouble {
    #[error("the sitting is not sealed yet")]
    NotSealed,
    #[error("nothing of the sitting was recorded")]
    NothingRecorded,
    #[error("it is being composed already")]
    Busy,
    #[error("the disk has not enough room: {needed} bytes are wanted and {free} are free")]
    NoRoom { needed: u64, free: u64 },
    /// The process that composes died of what no single file explains.
    #[error("the process that composes ended: {detail}")]
    Died { detail: String },
    #[error("{detail}")]
    Failed { detail: String },
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Failed { detail: error.to_string() }
    }
}

/// The first line that the process is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) order: Order,
    /// Per cent of the machine.
    pub(super) share: u8,
    /// Files of the record that are not decoded again.
    pub(super) harmful: Vec<String>,
}

/// What the process answers, a line each.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Said {
    Progress(Progress),
    Made(Made),
    Trouble(Trouble),
}

#[cfg(test)]
mod tests {
    use super::{Progress, Stage};

    #[test]
    fn per_cent_only_grow() {
        let at = |stage, done| Progress { stage, done, of: 10 }.percent();
        let all = [
            at(Stage::Picture, 0),
            at(Stage::Picture, 10),
            at(Stage::Sound, 0),
            at(Stage::Sound, 10),
            at(Stage::File, 0),
            at(Stage::File, 99),
        ];
        assert_eq!(all, [0, 92, 92, 98, 98, 100]);
        assert_eq!(Progress { stage: Stage::File, done: 0, of: 0 }.percent(), 98);
    }
}
