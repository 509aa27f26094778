//! The hearing's side of its ledger: durable appends off the async threads, and facts that wait for a disk.

use super::sitting::Sitting;
use assize_core::hearing::Stamped;
use assize_record::LedgerFile;
use std::io;
use std::time::{Duration, Instant};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

/// Longest wait for the disk. A disk that hangs must not keep the court from muting and pausing.
pub(super) const DISK_ANSWERS: Duration = Duration::from_secs(3);

/// An append-only ledger with room for facts that could not be written yet.
///
/// What somebody *does* is refused when it cannot be written. What *happens* (somebody came, a link broke) cannot be
/// refused: it waits here, is written first of all once the disk takes it, and until then nothing is opened.
#[derive(Debug)]
pub(super) struct Journal {
    pen: Pen,
    /// What has happened and is not known to be durable, what is being written first.
    unwritten: Vec<Stamped>,
    /// Why it was not written last.
    failure: Option<io::Error>,
}

/// Why something is not known to be durable.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unwritten {
    /// It is not: nothing of it is kept here.
    #[error(transparent)]
    Failed(#[from] io::Error),
    /// The disk does not answer. It may yet be written, so it counts as happened and is kept here.
    #[error("the disk does not answer")]
    Late,
}

#[derive(Debug)]
enum Pen {
    Here(Box<Nib>),
    /// Writing so many of what waits.
    Away(JoinHandle<(Box<Nib>, io::Result<()>)>, usize),
    Gone,
}

#[derive(Debug)]
struct Nib {
    sitting: Sitting,
    file: Option<LedgerFile>,
}

impl Journal {
    /// `unwritten`: what has happened already, to be written first.
    pub(super) fn new(sitting: Sitting, file: Option<LedgerFile>, unwritten: Vec<Stamped>) -> Self {
        Self { pen: Pen::Here(Box::new(Nib { sitting, file })), unwritten, failure: None }
    }

    /// Whether everything that happened is on disk.
    pub(super) fn is_whole(&self) -> bool {
        self.unwritten.is_empty()
    }

    /// Whether the ledger's file is there.
    pub(super) fn has_begun(&self) -> bool {
        match &self.pen {
            Pen::Here(nib) => nib.file.is_some(),
            Pen::Away(..) => true,
            Pen::Gone => false,
        }
    }

    /// Whether the disk has been asked and does not answer.
    pub(super) fn is_late(&self) -> bool {
        matches!(self.pen, Pen::Away(..))
    }

    /// How many facts wait.
    pub(super) fn waiting(&self) -> usize {
        self.unwritten.len()
    }

    /// Keeps facts that have taken effect, to be written before anything else.
    pub(super) fn defer(&mut self, facts: Vec<Stamped>) {
        self.unwritten.extend(facts);
    }

    /// Makes everything that waits, and `batch` after it, durable. Waits for a disk that does not answer once, not each
    /// time that something is to be written meanwhile.
    pub(super) async fn append(&mut self, batch: &[Stamped]) -> Result<(), Unwritten> {
        if self.is_late() && !self.answered(Duration::ZERO).await {
            self.unwritten.extend_from_slice(batch);
            return Err(Unwritten::Late);
        }
        let all: Vec<Stamped> = self.unwritten.iter().chain(batch).cloned().collect();
        if all.is_empty() {
            return Ok(());
        }
        let Pen::Here(mut nib) = std::mem::replace(&mut self.pen, Pen::Gone) else {
            return Err(io::Error::other("the ledger's writer is gone").into());
        };
        let (begun, before, count) = (Instant::now(), self.unwritten.len(), all.len());
        self.unwritten.extend_from_slice(batch);
        self.pen = Pen::Away(
            spawn_blocking(move || {
                let result = nib.write(&all);
                (nib, result)
            }),
            count,
        );
        if !self.answered(DISK_ANSWERS).await {
            return Err(Unwritten::Late);
        }
        super::metrics::ledger_append(begun.elapsed());
        if self.is_whole() {
            return Ok(());
        }
        self.unwritten.truncate(before);
        Err(self.failure.take().unwrap_or_else(|| io::Error::other("the ledger was not written")).into())
    }

    /// Waits so long for what is being written. True: the pen is back, and what it wrote waits no longer.
    async fn answered(&mut self, patience: Duration) -> bool {
        let Pen::Away(writing, count) = &mut self.pen else { return true };
        let (count, Ok(written)) = (*count, timeout(patience, writing).await) else { return false };
        self.pen = Pen::Gone;
        match written {
            Ok((nib, Ok(()))) => {
                self.unwritten.drain(..count);
                self.pen = Pen::Here(nib);
            }
            Ok((nib, Err(error))) => (self.pen, self.failure) = (Pen::Here(nib), Some(error)),
            Err(panicked) => self.failure = Some(io::Error::other(panicked)),
        }
        true
    }
}

impl Nib {
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
