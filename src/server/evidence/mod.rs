//! Files that people hand in: how they come, and what they are found to be.
//!
//! Each is looked at once it is here, and only then told to core.

pub mod look;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use uuid::Uuid;

use crate::identity::tries::Tries;

/// Files that may be on their way at once, over slow lines too.
const COMING: usize = 16;
/// Files that are looked at and placed at once: each is read whole.
const LOOKED_AT: usize = 4;
/// Files of one link in five minutes.
const EACH: u32 = 40;

/// Keeps files from coming too many at once.
#[derive(Debug)]
pub struct Intake {
    coming: Arc<Semaphore>,
    looks: Semaphore,
    /// Links of which a file is on its way.
    busy: Arc<Mutex<BTreeSet<Uuid>>>,
    tries: Tries<Uuid>,
}

/// Room for one file of a link, while this is kept.
#[derive(Debug)]
#[must_use]
pub struct Coming {
    link: Uuid,
    busy: Arc<Mutex<BTreeSet<Uuid>>>,
    _permit: OwnedSemaphorePermit,
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            coming: Arc::new(Semaphore::new(COMING)),
            looks: Semaphore::new(LOOKED_AT),
            busy: Arc::default(),
            tries: Tries::new(EACH),
        }
    }
}

impl Intake {
    /// Room for one file of this link, while what is returned is kept. One link sends one file at a time: whoever is slow
    /// keeps nobody else waiting.
    ///
    /// # Errors
    /// Seconds to wait.
    pub fn admit(&self, link: Uuid, now_ms: i64) -> Result<Coming, u32> {
        self.tries.check(link, now_ms)?;
        let permit = Arc::clone(&self.coming).try_acquire_owned().map_err(|_| 3_u32)?;
        if !self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(link) {
            return Err(3);
        }
        self.tries.failed(link, now_ms);
        Ok(Coming { link, busy: Arc::clone(&self.busy), _permit: permit })
    }

    /// Waits for the room to look at a file that has come.
    pub async fn look(&self) -> Option<SemaphorePermit<'_>> {
        self.looks.acquire().await.ok()
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.link);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_link_sends_forty_files_one_by_one_and_others_are_not_kept_out() {
        let (intake, link, other) = (Intake::default(), Uuid::from_u128(1), Uuid::from_u128(2));
        let first = intake.admit(link, 0);
        assert!(first.is_ok());
        assert_eq!(intake.admit(link, 0).err(), Some(3), "a second beside it");
        assert!(intake.admit(other, 0).is_ok());
        drop(first);
        assert!((1..40).all(|_| intake.admit(link, 0).is_ok()));
        assert_eq!(intake.admit(link, 0).err(), Some(301));
        assert!(intake.admit(other, 0).is_ok());
    }

    #[test]
    fn no_more_come_at_once_than_there_is_room_for() {
        let intake = Intake::default();
        let held: Vec<_> = (0..16).map(|n| intake.admit(Uuid::from_u128(n), 0)).collect();
        assert!(held.iter().all(Result::is_ok));
        assert_eq!(intake.admit(Uuid::from_u128(99), 0).err(), Some(3));
        drop(held);
        assert!(intake.admit(Uuid::from_u128(99), 0).is_ok());
    }
}
