//! Checkpoints in second places: what was signed is copied at once to where whoever changes the record has no hand.
//!
//! A place that is slow or gone holds nobody up: each has a thread of its own, which goes on from where the copy ends as
//! soon as it can. What lies there is only added to, and only if it is the beginning of what is to be copied.

use crate::Notice;
use crate::recorder::Notify;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

/// A place that refused is tried again after so long.
const AGAIN: Duration = Duration::from_secs(5);
/// A sitting's folder below that of all records: year, hearing, sitting.
const DEPTH: usize = 3;

/// Copies one file to the same path below each place.
pub(crate) struct Second {
    /// So much of the file is durable, and may be copied.
    length: Arc<AtomicU64>,
    wake: Vec<SyncSender<()>>,
}

impl Second {
    /// Copies `name` of a sitting's folder to `places`. They need not be there.
    ///
    /// # Errors
    /// The file cannot be opened, or a thread not started.
    pub(crate) fn start(folder: &Path, name: &str, places: &[PathBuf], notify: &Notify) -> io::Result<Self> {
        let (length, mut wake) = (Arc::new(AtomicU64::new(0)), Vec::new());
        for place in places {
            let (waker, woken) = sync_channel(1);
            let follower = Follower {
                // Open from now on: sealing moves it.
                source: File::open(folder.join(name))?,
                target: below(folder, place).join(name),
                place: place.clone(),
                length: Arc::clone(&length),
                notify: Arc::clone(notify),
                named: false,
            };
            thread::Builder::new().name("rec-second".to_owned()).spawn(move || follower.run(&woken))?;
            wake.push(waker);
        }
        Ok(Self { length, wake })
    }

    /// So much of the file is durable now. Never waits.
    pub(crate) fn copy(&self, length: u64) {
        self.length.store(length, Ordering::Release);
        for waker in &self.wake {
            if let Err(TrySendError::Disconnected(())) = waker.try_send(()) {
                tracing::error!("a thread that copies checkpoints has ended");
            }
        }
    }
}

/// The sitting's folder in a second place.
fn below(folder: &Path, place: &Path) -> PathBuf {
    let names: Vec<_> = folder.iter().rev().take(DEPTH).collect();
    names.into_iter().rev().fold(place.to_owned(), |path, name| path.join(name))
}

struct Follower {
    source: File,
    target: PathBuf,
    place: PathBuf,
    length: Arc<AtomicU64>,
    notify: Notify,
    /// The copy's folders are there, and their names durable.
    named: bool,
}

impl Follower {
    /// Until nothing will be copied any more; what is then owed is tried once more.
    fn run(mut self, woken: &Receiver<()>) {
        let mut at_fault = false;
        loop {
            let ends = match if at_fault { woken.recv_timeout(AGAIN) } else { woken.recv().map_err(Into::into) } {
                Ok(()) | Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => true,
            };
            let copied = self.copy();
            // After a fault nothing is taken for granted: another disk may be mounted there.
            self.named &= copied.is_ok();
            let detail = copied.err().map(|error| error.to_string());
            if detail.is_some() != at_fault {
                at_fault = detail.is_some();
                (self.notify)(Notice::SecondPlace { place: self.place.clone(), fault: detail });
            }
            if ends {
                return;
            }
        }
    }

    fn copy(&mut self) -> io::Result<()> {
        let length = self.length.load(Ordering::Acquire);
        if length == 0 {
            // Nothing was signed since the recorder began.
            return Ok(());
        }
        if let Some(dir) = self.target.parent().filter(|_| !self.named) {
            fs::create_dir_all(dir)?;
        }
        let mut copy = OpenOptions::new().read(true).append(true).create(true).open(&self.target)?;
        let mut there = Vec::new();
        copy.read_to_end(&mut there)?;
        let mut whole = Vec::new();
        self.source.seek(SeekFrom::Start(0))?;
        (&mut self.source).take(length).read_to_end(&mut whole)?;
        let Some(owed) = whole.strip_prefix(&there[..]) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "what lies there is of another record"));
        };
        if !owed.is_empty() {
            copy.write_all(owed)?;
            copy.sync_all()?;
        }
        if !self.named {
            self.target.ancestors().skip(1).take(DEPTH + 1).try_for_each(|dir| File::open(dir)?.sync_all())?;
            self.named = true;
        }
        Ok(())
    }
}
