//! The courts' signing keys, in the data directory under `keys/` (contract section 5): one Ed25519 key a court, and
//! `trust.json`, the list of all public keys that this server vouches for.

use crate::problem::Language;
use assize_core::ids::CourtId;
use assize_core::plan::Court;
use assize_proof::hash::Hash;
use assize_proof::key::{CourtKey, KeyError, PublicKey, Trust};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone)]
pub struct Keyring {
    folder: Arc<PathBuf>,
    /// Who makes a key or writes the list is alone in it.
    turn: Arc<Mutex<()>>,
}

impl Keyring {
    /// The keys in a data directory.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self { folder: Arc::new(data.join("keys")), turn: Arc::default() }
    }

    /// A court's key, made if it is not there yet; its public half is in the list.
    ///
    /// # Errors
    /// A file cannot be read or written, or is no key; the key may be read by others.
    pub fn court(&self, court: CourtId) -> Result<CourtKey, KeyError> {
        let _turn = self.turn();
        let key = CourtKey::load_or_create(&self.path(court))?;
        let list = self.list();
        Trust::load(&list)?.add(&list, &key.public(), &Timestamp::now().to_string())?;
        Ok(key)
    }

    /// The fingerprint of a court's key ([`PublicKey::id`]), if it has one.
    ///
    /// # Errors
    /// The file is there and cannot be read, or is no key.
    pub fn fingerprint(&self, court: CourtId) -> Result<Option<Hash>, KeyError> {
        if !self.has(court) {
            return Ok(None);
        }
        Ok(Some(CourtKey::load(&self.path(court))?.public().id()))
    }

    /// Whether a court has a key.
    #[must_use]
    pub fn has(&self, court: CourtId) -> bool {
        self.path(court).exists()
    }

    /// All public keys that are vouched for, old ones included.
    ///
    /// # Errors
    /// The list cannot be read.
    pub fn trusted(&self) -> Result<Vec<PublicKey>, KeyError> {
        Ok(Trust::load(&self.list())?.public_keys())
    }

    /// The list of keys that are vouched for.
    #[must_use]
    pub fn list(&self) -> PathBuf {
        self.folder.join("trust.json")
    }

    /// A court's private key.
    #[must_use]
    pub fn path(&self, court: CourtId) -> PathBuf {
        self.folder.join(format!("{court}.pem"))
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        // The files themselves are never left half written.
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sees to it that a court has its key. A key that is made is told to whoever is at the terminal: who keeps the
/// fingerprint elsewhere can tell the key from any other.
///
/// # Errors
/// As for [`Keyring::court`].
pub fn announced(keyring: &Keyring, court: &Court) -> Result<(), KeyError> {
    let is_new = !keyring.has(court.id);
    let fingerprint = keyring.court(court.id)?.public().id();
    if is_new {
        eprintln!("{}", announcement(court, &fingerprint, Language::of_terminal()));
    }
    tracing::info!(court = court.name, %fingerprint, is_new, "signing key");
    Ok(())
}

fn announcement(court: &Court, fingerprint: &Hash, language: Language) -> String {
    let name = &court.name;
    match language {
        Language::Vi => format!(
            "{name}: đã tạo khóa ký bản ghi, dấu vân tay {fingerprint}. Ghi lại ở nơi khác và sao lưu thư mục keys."
        ),
        Language::En => format!(
            "{name}: the key that signs its records was made, fingerprint {fingerprint}. Write it down elsewhere and back up the folder keys."
        ),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_key_is_made_once_and_vouched_for() {
        let dir = tempfile::tempdir().unwrap();
        let keyring = Keyring::of(dir.path());
        let court = CourtId(Uuid::now_v7());
        assert_eq!(keyring.fingerprint(court).unwrap(), None);
        assert!(!keyring.has(court), "asking makes none");
        let made = keyring.court(court).unwrap().public();
        assert_eq!(keyring.court(court).unwrap().public(), made);
        assert_eq!(keyring.fingerprint(court).unwrap(), Some(made.id()));
        assert_eq!(keyring.trusted().unwrap(), [made]);
    }

    #[test]
    fn keys_that_are_made_at_once_are_all_vouched_for() {
        let dir = tempfile::tempdir().unwrap();
        let keyring = Keyring::of(dir.path());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                let keyring = keyring.clone();
                scope.spawn(move || keyring.court(CourtId(Uuid::now_v7())).unwrap());
            }
        });
        assert_eq!(keyring.trusted().unwrap().len(), 8);
    }
}
