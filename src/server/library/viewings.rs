//! Who has seen which record: every viewing is logged, once for each sitting down to it.

use crate::store::{AuditEntry, Store};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Requests of one person for one record closer together than this belong to one viewing.
const VIEWING_MS: i64 = 10 * 60_000;

/// Acts in the log of a record.
pub const ACTS: [&str; 2] = ["record_opened", "record_played"];

#[derive(Debug, Default)]
pub struct Viewings(Mutex<BTreeMap<(String, String, &'static str), i64>>);

impl Viewings {
    /// Logs that `who` did `act` (one of [`ACTS`]) to `record`, unless it belongs to a viewing that is logged already.
    /// Returns when it is durable: nothing is shown that is not logged.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn log(
        &self,
        store: &dyn Store,
        now_ms: i64,
        who: &str,
        act: &'static str,
        record: &str,
        source: String,
    ) -> crate::store::Result<()> {
        let key = (who.to_owned(), record.to_owned(), act);
        if self.is_known(&key, now_ms) {
            return Ok(());
        }
        let entry = AuditEntry {
            at_ms: now_ms,
            who: who.to_owned(),
            act: act.to_owned(),
            subject: Some(record.to_owned()),
            source: Some(source),
            detail: None,
        };
        store.put_audit(&entry).await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, now_ms);
        Ok(())
    }

    fn is_known(&self, key: &(String, String, &'static str), now_ms: i64) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, last| now_ms - *last < VIEWING_MS);
        match known.get_mut(key) {
            Some(last) => {
                *last = now_ms;
                true
            }
            None => false,
        }
    }
}
