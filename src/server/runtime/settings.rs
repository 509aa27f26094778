//! What all hearings of a server share.

use super::metrics::Figures;
use super::ports::Shelf;
use assize_core::hearing::SessionState;
use assize_core::ids::{CourtId, HearingId};
use assize_media::plane::{self, TransportKey};
use assize_proof::key::{CourtKey, Trust};
use jiff::Timestamp;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;

#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of all records.
    pub recordings: PathBuf,
    /// Folder of procedure files.
    pub procedures: PathBuf,
    /// Folder of the courts' signing keys and of `trust.json`.
    pub keys: PathBuf,
    /// Longest segment in microseconds.
    pub segment_us: u64,
    /// Microseconds without durable sound after which the session is held; `None`: it goes on (ruling 3).
    pub hold_after_us: Option<u64>,
    pub media: plane::Config,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) shelf: Arc<dyn Shelf>,
    pub(super) figures: Figures,
    transports: AtomicU64,
}

impl Shared {
    pub(super) fn new(settings: Settings, shelf: Arc<dyn Shelf>) -> Self {
        Self { settings, shelf, figures: Figures::default(), transports: AtomicU64::new(1) }
    }

    pub(super) fn mint_transport(&self) -> TransportKey {
        TransportKey(self.transports.fetch_add(1, Ordering::Relaxed))
    }

    /// The court's signing key, made when it is first needed; its public half is in the list of trusted keys.
    pub(super) fn court_key(&self, court: CourtId) -> io::Result<Arc<CourtKey>> {
        let keys = &self.settings.keys;
        let key = CourtKey::load_or_create(&keys.join(format!("{court}.pem"))).map_err(io::Error::other)?;
        let trust = keys.join("trust.json");
        let since = Timestamp::now().to_string();
        let mut trusted = Trust::load(&trust).map_err(io::Error::other)?;
        trusted.add(&trust, &key.public(), &since).map_err(io::Error::other)?;
        Ok(Arc::new(key))
    }

    /// Hands each state of a session on to the shelf, the latest if it is slow. Hearings do not wait for it.
    pub(super) fn follow_state(&self, hearing: HearingId, state: SessionState) -> watch::Sender<SessionState> {
        let (sender, mut receiver) = watch::channel(state);
        let shelf = Arc::clone(&self.shelf);
        tokio::spawn(async move {
            while receiver.changed().await.is_ok() {
                let state = *receiver.borrow_and_update();
                if let Err(error) = shelf.state(hearing, state).await {
                    tracing::warn!(%hearing, %error, "the session's state is not in the list of hearings");
                }
            }
        });
        sender
    }
}
