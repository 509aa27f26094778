//! Files that people hand in: how they come, and what they are found to be.

pub mod look;

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

use crate::identity::tries::Tries;

/// Files that this server takes at once.
const AT_ONCE: usize = 4;
/// Files of one link in five minutes.
const EACH: u32 = 40;

/// Keeps files from coming too many at once.
#[derive(Debug)]
pub struct Intake {
    room: Arc<Semaphore>,
    tries: Tries<Uuid>,
}

impl Default for Intake {
    fn default() -> Self {
        Self { room: Arc::new(Semaphore::new(AT_ONCE)), tries: Tries::new(EACH) }
    }
}

impl Intake {
    /// Room for one file of this link, while what is returned is kept.
    ///
    /// # Errors
    /// Seconds to wait.
    pub fn admit(&self, link: Uuid, now_ms: i64) -> Result<OwnedSemaphorePermit, u32> {
        self.tries.check(link, now_ms)?;
        let permit = Arc::clone(&self.room).try_acquire_owned().map_err(|_| 3_u32)?;
        self.tries.failed(link, now_ms);
        Ok(permit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_link_sends_forty_files_and_four_come_at_once() {
        let (intake, link) = (Intake::default(), Uuid::from_u128(1));
        let held: Vec<_> = (0..4).map(|_| intake.admit(link, 0)).collect();
        assert!(held.iter().all(Result::is_ok));
        assert_eq!(intake.admit(Uuid::from_u128(2), 0).err(), Some(3), "a fifth");
        drop(held);
        assert!((4..40).all(|_| intake.admit(link, 0).is_ok()));
        assert_eq!(intake.admit(link, 0).err(), Some(301));
        assert!(intake.admit(Uuid::from_u128(2), 0).is_ok(), "others are not kept out");
    }
}
