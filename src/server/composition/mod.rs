//! Composites of sealed records: which are there, which are wanted, and the one that is being made. They are made by a
//! process of their own, one at a time, and beside a live hearing with a share of the machine.

mod runner;

pub use runner::{Live, keep_up};
pub(crate) use runner::{program, software};

use crate::store::RecordRow;
use assize_record::compose::{self, Format, Trouble};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The composites of this server.
#[derive(Debug, Default)]
pub struct Compositions {
    jobs: Mutex<Jobs>,
    /// Something is wanted.
    wanted: Notify,
}

#[derive(Debug, Default)]
struct Jobs {
    waiting: VecDeque<Job>,
    running: Option<(Job, Arc<AtomicU8>)>,
    /// Until somebody asks again.
    failed: Vec<(Job, Trouble)>,
}

/// A composite that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Job {
    /// The record's id.
    record: String,
    folder: PathBuf,
    format: Format,
}

/// How a composite stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has asked for it.
    None,
    Waiting,
    Running {
        percent: u8,
    },
    Done {
        bytes: u64,
    },
    Failed(Trouble),
}

impl Compositions {
    /// How a record's composite of this format stands.
    #[must_use]
    pub fn standing(&self, record: &str, folder: &Path, format: Format) -> Standing {
        let is = |job: &Job| job.record == record && job.format == format;
        {
            let jobs = self.lock();
            if let Some((_, percent)) = jobs.running.as_ref().filter(|(job, _)| is(job)) {
                return Standing::Running { percent: percent.load(Ordering::Relaxed) };
            }
            if jobs.waiting.iter().any(is) {
                return Standing::Waiting;
            }
            if let Some((_, trouble)) = jobs.failed.iter().find(|(job, _)| is(job)) {
                return Standing::Failed(trouble.clone());
            }
        }
        match std::fs::metadata(compose::file(folder, format)) {
            Ok(file) => Standing::Done { bytes: file.len() },
            Err(_) => Standing::None,
        }
    }

    /// Puts a composite on the list unless it is there, or is made already.
    pub fn ask(&self, record: &str, folder: &Path, format: Format) {
        if matches!(self.standing(record, folder, format), Standing::None | Standing::Failed(_)) {
            let job = Job { record: record.to_owned(), folder: folder.to_owned(), format };
            let mut jobs = self.lock();
            jobs.failed.retain(|(failed, _)| *failed != job);
            if !jobs.waiting.contains(&job) {
                jobs.waiting.push_back(job);
            }
            self.wanted.notify_one();
        }
    }

    /// What is made by itself, and what was begun when the server stopped; what has failed is left alone.
    fn put(&self, record: &RecordRow, folder: &Path, automatic: bool) {
        for format in Format::ALL {
            let begun = compose::is_begun(folder, format);
            let wanted = begun || (automatic && format == Format::Mp4 && !record.rehearsal);
            if wanted && self.standing(&record.id, folder, format) == Standing::None {
                self.ask(&record.id, folder, format);
            }
        }
    }

    /// The next, which is running from here on, and where its progress goes.
    fn take(&self) -> Option<(Job, Arc<AtomicU8>)> {
        let mut jobs = self.lock();
        let job = jobs.waiting.pop_front()?;
        let running = (job, Arc::<AtomicU8>::default());
        jobs.running = Some(running.clone());
        Some(running)
    }

    fn end(&self, job: Job, trouble: Option<Trouble>) {
        let mut jobs = self.lock();
        jobs.running = None;
        if let Some(trouble) = trouble {
            jobs.failed.push((job, trouble));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Jobs> {
        // Nothing is left half done under this lock.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn trouble() -> Trouble {
        Trouble::NoRoom { needed: 2, free: 1 }
    }

    #[test]
    fn what_is_asked_for_waits_runs_and_is_done_or_says_why_not() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        let compositions = Compositions::default();
        let stands = |format| compositions.standing("a", folder, format);
        assert_eq!(stands(Format::Mp4), Standing::None);
        compositions.ask("a", folder, Format::Mp4);
        compositions.ask("a", folder, Format::Mp4);
        compositions.ask("a", folder, Format::Webm);
        assert_eq!((stands(Format::Mp4), stands(Format::Webm)), (Standing::Waiting, Standing::Waiting));
        let (job, percent) = compositions.take().unwrap();
        percent.store(40, Ordering::Relaxed);
        assert_eq!(stands(Format::Mp4), Standing::Running { percent: 40 });
        compositions.ask("a", folder, Format::Mp4);
        compositions.end(job, Some(trouble()));
        assert_eq!(stands(Format::Mp4), Standing::Failed(trouble()));
        let (job, _) = compositions.take().unwrap();
        assert_eq!(job.format, Format::Webm, "asked for twice is once on the list");
        std::fs::create_dir_all(folder.join("derived")).unwrap();
        std::fs::write(compose::file(folder, Format::Webm), b"film").unwrap();
        compositions.end(job, None);
        assert_eq!(stands(Format::Webm), Standing::Done { bytes: 4 });
        compositions.ask("a", folder, Format::Webm);
        assert!(compositions.take().is_none(), "it is there");
        compositions.ask("a", folder, Format::Mp4);
        assert_eq!(stands(Format::Mp4), Standing::Waiting, "asked for again after it failed");
        assert_eq!(compositions.standing("b", Path::new("/nowhere"), Format::Mp4), Standing::None);
    }

    #[test]
    fn a_record_is_composed_by_itself_as_mp4_and_what_was_begun_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        let row = |id: &str, rehearsal| RecordRow {
            id: id.to_owned(),
            hearing: assize_core::ids::HearingId(uuid::Uuid::from_u128(1)),
            court: assize_core::ids::CourtId(uuid::Uuid::from_u128(2)),
            sitting: 1,
            folder: String::new(),
            case: String::new(),
            title: String::new(),
            day: String::new(),
            from_ms: 0,
            to_ms: 0,
            sealed_ms: Some(1),
            result: None,
            people: Vec::new(),
            rehearsal,
        };
        let compositions = Compositions::default();
        let waits = |id, format| compositions.standing(id, folder, format) == Standing::Waiting;
        compositions.put(&row("a", false), folder, false);
        compositions.put(&row("b", true), folder, true);
        assert!(compositions.take().is_none(), "neither without being told to, nor of a rehearsal");
        compositions.put(&row("a", false), folder, true);
        assert!(waits("a", Format::Mp4) && !waits("a", Format::Webm));
        std::fs::create_dir_all(folder.join("derived/.compose/webm")).unwrap();
        compositions.put(&row("b", true), folder, false);
        assert!(waits("b", Format::Webm), "begun before the server stopped");
        let (job, _) = compositions.take().unwrap();
        compositions.end(job, Some(trouble()));
        compositions.put(&row("a", false), folder, true);
        assert!(!waits("a", Format::Mp4), "what has failed is not tried for ever");
    }
}
