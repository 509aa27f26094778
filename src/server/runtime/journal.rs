//! The hearing's side of its ledger: durable appends off the async threads, and facts that wait for a disk.

use super::sitting::Sitting;
use assize_core::hearing::Stamped;
use assize_record::LedgerFile;
use std::io;
use std::time::Instant;
use tokio::task::spawn_blocking;

/// An append-only ledger with room for facts that could not be written yet.
///
/// What somebody *does* is refused when it cannot be written. What *happens* (somebody came, a link broke) cannot be
/// refused: it waits here, is written first of all once the disk takes it, and until then nothing is opened.
#[derive(Debug)]
pub(super) struct Journal {
    pen: Option<Pen>,
    unwritten: Vec<Stamped>,
}

#[derive(Debug)]
struct Pen {
    sitting: Sitting,
    file: Option<LedgerFile>,
}

impl Journal {
    /// `unwritten`: what has happened already, to be written first.
    pub(super) fn new(sitting: Sitting, file: Option<LedgerFile>, unwritten: Vec<Stamped>) -> Self {
        Self { pen: Some(Pen { sitting, file }), unwritten }
    }

    /// Whether everything that happened is on disk.
    pub(super) fn is_whole(&self) -> bool {
        self.unwritten.is_empty()
    }

    /// Whether the ledger's file is there.
    pub(super) fn has_begun(&self) -> bool {
        self.pen.as_ref().is_some_and(|pen| pen.file.is_some())
    }

    /// How many facts wait.
    pub(super) fn waiting(&self) -> usize {
        self.unwritten.len()
    }

    /// Keeps facts that have taken effect, to be written before anything else.
    pub(super) fn defer(&mut self, facts: Vec<Stamped>) {
        self.unwritten.extend(facts);
    }

    /// Makes everything that waits, and `batch` after it, durable. After an error nothing of `batch` is kept here.
    pub(super) async fn append(&mut self, batch: &[Stamped]) -> io::Result<()> {
        let all: Vec<Stamped> = self.unwritten.iter().chain(batch).cloned().collect();
        if all.is_empty() {
            return Ok(());
        }
        let Some(mut pen) = self.pen.take() else { return Err(io::Error::other("the ledger's writer is gone")) };
        let begun = Instant::now();
        let written = spawn_blocking(move || {
            let result = pen.write(&all);
            (pen, result)
        });
        let (pen, result) = written.await.map_err(io::Error::other)?;
        self.pen = Some(pen);
        super::metrics::ledger_append(begun.elapsed());
        if result.is_ok() {
            self.unwritten.clear();
        }
        result
    }
}

impl Pen {
    fn write(&mut self, batch: &[Stamped]) -> io::Result<()> {
        // After a failed sync nobody knows what a file holds: the next line goes into a new one.
        if self.file.as_ref().is_some_and(|file| !file.is_usable()) {
            self.file = None;
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(self.sitting.open_ledger()?),
        };
        file.append(batch).map(drop)
    }
}
