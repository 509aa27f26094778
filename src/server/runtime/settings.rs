//! What all hearings of a server share.

use super::metrics::Figures;
use super::ports::Shelf;
use super::seal::{Sealing, again};
use crate::keyring::Keyring;
use crate::procedures::Procedures;
use crate::time_authority::TimeAuthority;
use assize_core::hearing::SessionState;
use assize_core::ids::HearingId;
use assize_media::plane::{self, TransportKey};
use assize_record::listen::Decoder;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of all records.
    pub recordings: PathBuf,
    pub procedures: Arc<Procedures>,
    pub keys: Keyring,
    /// Longest segment in microseconds.
    pub segment_us: u64,
    /// Decodes what was read back; without it nobody listens.
    pub decoder: Option<Decoder>,
    /// Where checkpoints are copied to.
    pub second_places: Vec<PathBuf>,
    /// Bytes that are kept so that a full disk still takes a seal.
    pub ballast_bytes: u64,
    /// Who is asked about every seal.
    pub time_authority: Option<TimeAuthority>,
    /// Microseconds without durable sound after which the session is held; `None`: it goes on (ruling 3).
    pub hold_after_us: Option<u64>,
    pub media: plane::Config,
    /// Bytes that one hearing's evidence may have.
    pub evidence_bytes: u64,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) shelf: Arc<dyn Shelf>,
    pub(super) figures: Figures,
    pub(super) sealing: Sealing,
    transports: AtomicU64,
}

impl Shared {
    pub(super) fn new(settings: Settings, shelf: Arc<dyn Shelf>) -> Self {
        Self {
            settings,
            shelf,
            figures: Figures::default(),
            sealing: Sealing::default(),
            transports: AtomicU64::new(1),
        }
    }

    pub(super) fn mint_transport(&self) -> TransportKey {
        TransportKey(self.transports.fetch_add(1, Ordering::Relaxed))
    }

    /// Hands each state of a session on to the shelf, the latest if it is slow. Hearings do not wait for it.
    pub(super) fn follow_state(&self, hearing: HearingId, state: SessionState) -> watch::Sender<SessionState> {
        let (sender, mut receiver) = watch::channel(state);
        let shelf = Arc::clone(&self.shelf);
        tokio::spawn(async move {
            while receiver.changed().await.is_ok() {
                tell_state(shelf.as_ref(), hearing, &mut receiver).await;
            }
        });
        sender
    }
}

/// Tells the latest state until it is taken. A task that has ended tells of nothing but the end of its sitting: whoever takes the
/// hearing up tells the rest.
async fn tell_state(shelf: &dyn Shelf, hearing: HearingId, receiver: &mut watch::Receiver<SessionState>) {
    for tried in 0.. {
        let state = *receiver.borrow_and_update();
        let Err(error) = shelf.state(hearing, state).await else { return };
        tracing::warn!(%hearing, %error, ?state, "the session's state is not in the list of hearings");
        if let Ok(Err(_)) = timeout(again(tried), receiver.changed()).await {
            if !receiver.borrow().ends_sitting() {
                return;
            }
            sleep(again(tried)).await;
        }
    }
}
