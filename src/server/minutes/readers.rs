//! Those who read minutes after the close: what was read of late is kept, whoever writes to a record's log is alone in it, and
//! nobody asks without end.

use super::{Kept, read, sealed};
use crate::identity::tries::Tries;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use tokio::sync::OwnedMutexGuard;
use tokio::task::spawn_blocking;
use uuid::Uuid;

/// Records whose minutes are kept at once: a courthouse's of one afternoon.
const MOST_KEPT: usize = 16;
/// How often one seat's token opens minutes within five minutes; a page that waits for the seal asks a hundred times.
const MOST_ASKED: u32 = 300;

#[derive(Debug)]
pub struct Readers {
    /// The one that was read last is first.
    kept: Mutex<VecDeque<(PathBuf, Arc<Kept>)>>,
    reading: Turns,
    writing: Turns,
    asked: Tries<Uuid>,
}

impl Default for Readers {
    fn default() -> Self {
        let kept = Mutex::default();
        Self { kept, reading: Turns::default(), writing: Turns::default(), asked: Tries::new(MOST_ASKED) }
    }
}

impl Readers {
    /// The minutes of the record in `folder`. What is sealed does not change and is read once.
    ///
    /// # Errors
    /// The record cannot be read.
    pub async fn read(&self, folder: &Path) -> io::Result<Arc<Kept>> {
        // Whoever comes second finds what the first has read.
        let _turn = self.reading.take(folder).await;
        let known = lock(&self.kept).iter().find(|(at, _)| at == folder).map(|(_, kept)| Arc::clone(kept));
        let at = folder.to_owned();
        let read = spawn_blocking(move || match known {
            Some(kept) if kept.seal == sealed(&at)? => Ok(kept),
            _ => read(&at).map(Arc::new),
        });
        let kept = read.await.map_err(io::Error::other)??;
        if kept.seal.is_some() {
            self.keep(folder, &kept);
        }
        Ok(kept)
    }

    fn keep(&self, folder: &Path, kept: &Arc<Kept>) {
        let mut all = lock(&self.kept);
        all.retain(|(at, _)| at != folder);
        all.push_front((folder.to_owned(), Arc::clone(kept)));
        all.truncate(MOST_KEPT);
    }

    /// Nobody else writes to the log of the record in `folder` while this is held.
    pub async fn write(&self, folder: &Path) -> OwnedMutexGuard<()> {
        self.writing.take(folder).await
    }

    /// Counts that somebody opens minutes by this link.
    ///
    /// # Errors
    /// Too often: seconds to wait.
    pub fn ask(&self, link: Uuid, now_ms: i64) -> Result<(), u32> {
        self.asked.check(link, now_ms)?;
        self.asked.failed(link, now_ms);
        Ok(())
    }
}

/// One at a time for each record.
#[derive(Debug, Default)]
struct Turns(Mutex<BTreeMap<PathBuf, Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    async fn take(&self, folder: &Path) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = lock(&self.0);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let turn = turns.get(folder).and_then(Weak::upgrade).unwrap_or_default();
            turns.insert(folder.to_owned(), Arc::downgrade(&turn));
            turn
        };
        turn.lock_owned().await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing is left half done under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::pin;
    use std::task::{Context, Waker};

    fn is_ready<F: Future>(future: F) -> bool {
        pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[tokio::test]
    async fn who_writes_to_one_record_keeps_nobody_from_another() {
        let readers = Readers::default();
        let turn = readers.write(Path::new("a")).await;
        assert!(!is_ready(readers.write(Path::new("a"))) && is_ready(readers.write(Path::new("b"))));
        drop(turn);
        assert!(is_ready(readers.write(Path::new("a"))));
        assert!(lock(&readers.writing.0).len() <= 1, "who is done is forgotten");
    }
}
