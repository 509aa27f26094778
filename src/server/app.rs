//! What the parts of the server share.

use crate::clock::Clock;
use crate::composition::Compositions;
use crate::config::Config;
use crate::evidence::Intake;
use crate::identity::Identity;
use crate::identity::keyfile::private_folder;
use crate::keyring::Keyring;
use crate::library::{Checks, Viewings};
use crate::live::Live;
use crate::minutes::Readers;
use crate::procedures::{BadProcedures, Procedures};
use crate::store::{AuditEntry, Sqlite, Store, StoreError};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Everything that does not depend on running hearings: configuration, storage, identity. The command line works with
/// this alone; the server adds the hearings.
#[derive(Debug)]
pub struct Base {
    pub config: Config,
    pub store: Arc<dyn Store>,
    pub identity: Identity,
    pub keyring: Keyring,
    pub procedures: Arc<Procedures>,
    pub clock: Arc<dyn Clock>,
    /// Who sees which record now.
    pub viewings: Viewings,
    /// Verifications that run.
    pub checks: Checks,
    /// Composites that are made.
    pub compositions: Compositions,
    /// Links that live in this server, ended when what they stand on is.
    pub live: Live,
    /// Those who read minutes after the close.
    pub readers: Readers,
    /// Files that are handed in.
    pub intake: Intake,
    /// False while starting and draining.
    ready: AtomicBool,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{path}: {source}")]
    Disk { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Store { path: PathBuf, source: StoreError },
    #[error(transparent)]
    Procedures(#[from] BadProcedures),
}

impl Base {
    /// Opens the data directory, making it at the first start.
    ///
    /// # Errors
    /// The directory, the database or a key cannot be read or made; a procedure file is wrong.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let procedures = Arc::new(Procedures::load(&config.storage.procedures)?);
        let data = config.storage.data.clone();
        let disk = |source| OpenError::Disk { path: data.clone(), source };
        private_folder(&data).map_err(disk)?;
        let path = data.join("assize.db");
        let sqlite = Sqlite::open(&path).await.map_err(|source| OpenError::Store { path, source })?;
        let store: Arc<dyn Store> = Arc::new(sqlite);
        let identity = Identity::new(&config.identity, &data, &store, &clock).map_err(disk)?;
        Ok(Self {
            keyring: Keyring::of(&data),
            procedures,
            config,
            store,
            identity,
            clock,
            viewings: Viewings::default(),
            checks: Checks::default(),
            compositions: Compositions::default(),
            live: Live::default(),
            readers: Readers::default(),
            intake: Intake::default(),
            ready: AtomicBool::new(false),
        })
    }

    /// Writes down that `who` (an account, or `system` for the command line) did `act`.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn audit(
        &self,
        who: &str,
        act: &str,
        subject: Option<String>,
        source: Option<IpAddr>,
    ) -> crate::store::Result<()> {
        let entry = AuditEntry {
            at_ms: self.clock.utc_ms(),
            who: who.to_owned(),
            act: act.to_owned(),
            subject,
            source: source.map(|source| source.to_string()),
            detail: None,
        };
        self.store.put_audit(&entry).await
    }

    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    pub fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Relaxed);
    }
}
