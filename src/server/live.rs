//! Live links and what they stand on: a code, an enrolled device, a staff session. When that is taken back, the link ends
//! within [`LOOK_EVERY`], also when another process did it (`assize user disable`); through HTTP it ends at once. While a
//! link lives, the staff session it was made in counts as used.

use crate::app::Base;
use crate::runtime::hearing::Handle;
use assize_core::ids::ConnectionId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::timeout;
use uuid::Uuid;

/// The database is asked this often whether links still stand; sockets of an ended account close within 2 s (ASVS 7.4).
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Sessions of live links are marked as used this often.
const KEEP_EVERY: Duration = Duration::from_secs(60);

/// All live links of this server. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Live(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    held: Mutex<BTreeMap<ConnectionId, Standing>>,
    asked: Notify,
}

/// A player and an encoder of one seat share a connection, each by a ticket of its own.
#[derive(Debug)]
struct Standing {
    hearing: Handle,
    grants: Vec<Uuid>,
}

/// A live link is known while this is kept.
#[derive(Debug)]
#[must_use]
pub struct Held {
    live: Live,
    connection: ConnectionId,
    grant: Uuid,
}

impl Live {
    /// Whether nobody is in any hearing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// From now on the link ends when its grant does.
    pub fn hold(&self, grant: Uuid, hearing: &Handle, connection: ConnectionId) -> Held {
        let mut held = self.lock();
        let standing = held.entry(connection);
        standing.or_insert_with(|| Standing { hearing: hearing.clone(), grants: Vec::new() }).grants.push(grant);
        Held { live: self.clone(), connection, grant }
    }

    /// The live link that stands on this grant: the newest, since the one that broke may not have been found dead yet.
    #[must_use]
    pub fn find(&self, grant: Uuid) -> Option<(Handle, ConnectionId)> {
        let held = self.lock();
        let found = held.iter().rev().find(|(_, standing)| standing.grants.contains(&grant));
        found.map(|(connection, standing)| (standing.hearing.clone(), *connection))
    }

    /// Something was taken back: looks now.
    pub fn look(&self) {
        self.0.asked.notify_one();
    }

    /// Ends links whose grants end, and keeps the sessions of those that live. Never returns.
    pub async fn watch(self, base: Arc<Base>) {
        let mut kept = Instant::now();
        let mut answers = true;
        loop {
            // Either way there is reason to look.
            let _ = timeout(LOOK_EVERY, self.0.asked.notified()).await;
            let looked = self.end_revoked(&base).await;
            if let Err(error) = &looked
                && answers
            {
                tracing::error!(%error, "whether links still stand cannot be read; they go on");
            }
            answers = looked.is_ok();
            if kept.elapsed() >= KEEP_EVERY && answers {
                kept = Instant::now();
                self.keep_sessions(&base).await;
            }
        }
    }

    async fn end_revoked(&self, base: &Base) -> crate::store::Result<()> {
        let grants = self.grants();
        if grants.is_empty() {
            return Ok(());
        }
        let standing: BTreeSet<Uuid> = base.store.standing_links(&grants).await?.into_iter().collect();
        let fallen: BTreeSet<Uuid> = grants.into_iter().filter(|grant| !standing.contains(grant)).collect();
        for (connection, hearing) in self.take(&fallen) {
            // A hearing that is slow keeps no other waiting.
            tokio::spawn(async move { hearing.revoke(connection).await });
        }
        Ok(())
    }

    /// Marks the sessions behind all live links as used.
    pub async fn keep_sessions(&self, base: &Base) {
        if let Err(error) = base.identity.sessions.keep(&self.grants()).await {
            tracing::warn!(%error, "sessions of those in hearings are not kept alive");
        }
    }

    fn grants(&self) -> Vec<Uuid> {
        self.lock().values().flat_map(|standing| standing.grants.iter().copied()).collect()
    }

    /// Forgets the links with one of these grants; each is ended once.
    fn take(&self, fallen: &BTreeSet<Uuid>) -> Vec<(ConnectionId, Handle)> {
        let mut taken = Vec::new();
        self.lock().retain(|connection, standing| {
            let stays = !standing.grants.iter().any(|grant| fallen.contains(grant));
            if !stays {
                taken.push((*connection, standing.hearing.clone()));
            }
            stays
        });
        taken
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ConnectionId, Standing>> {
        // Nothing is left half done under this lock.
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.live.lock();
        let Some(standing) = held.get_mut(&self.connection) else { return };
        if let Some(at) = standing.grants.iter().position(|grant| *grant == self.grant) {
            standing.grants.swap_remove(at);
        }
        if standing.grants.is_empty() {
            held.remove(&self.connection);
        }
    }
}
