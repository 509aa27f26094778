//! The court's signing key and the list of keys that are vouched for (contract section 5).

use crate::hash::Hash;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{0}: {1}")]
    Io(String, #[source] io::Error),
    #[error("{0} is no Ed25519 key in PEM form")]
    Form(String),
    #[error("{0} may be read by others: its permissions must be 0600")]
    Open(String),
    #[error("no randomness: {0}")]
    Random(String),
}

/// A court's Ed25519 (RFC 8032) key pair.
#[derive(Clone)]
pub struct CourtKey {
    signing: SigningKey,
}

impl std::fmt::Debug for CourtKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CourtKey({})", self.public().id())
    }
}

/// A public key as anyone may have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl CourtKey {
    /// A new key from the system's randomness.
    ///
    /// # Errors
    /// The system gives none.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|e| KeyError::Random(e.to_string()))?;
        Ok(Self { signing: SigningKey::from_bytes(&seed) })
    }

    /// Loads the PKCS#8 PEM file at `path`, or makes a key and writes it there (0600, durable).
    ///
    /// # Errors
    /// The file cannot be read or written, is no key, or may be read by others.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyError> {
        match fs::metadata(path) {
            Ok(_) => Self::load(path),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate()?;
                key.save(path)?;
                Ok(key)
            }
            Err(e) => Err(KeyError::Io(path.display().to_string(), e)),
        }
    }

    /// # Errors
    /// As for [`Self::load_or_create`].
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let name = || path.display().to_string();
        let mode = fs::metadata(path).map_err(|e| KeyError::Io(name(), e))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyError::Open(name()));
        }
        let pem = fs::read_to_string(path).map_err(|e| KeyError::Io(name(), e))?;
        let signing = SigningKey::from_pkcs8_pem(&pem).map_err(|_| KeyError::Form(name()))?;
        Ok(Self { signing })
    }

    fn save(&self, path: &Path) -> Result<(), KeyError> {
        let name = || path.display().to_string();
        let pem = self.signing.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Form(name()))?;
        let write = || {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
            file.write_all(pem.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|e| KeyError::Io(name(), e))
    }

    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.signing.verifying_key())
    }

    /// The 64 bytes that `openssl pkeyutl -verify -rawin` takes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.signing.sign(bytes).to_bytes()
    }
}

impl PublicKey {
    /// From `-----BEGIN PUBLIC KEY-----`.
    ///
    /// # Errors
    /// Not an Ed25519 public key in PEM form.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_public_key_pem(pem.trim()).map_err(|_| KeyError::Form("the text".to_owned()))?;
        Ok(Self(key))
    }

    #[must_use]
    pub fn pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).unwrap_or_default()
    }

    /// Fingerprint: SHA-256 of the DER SubjectPublicKeyInfo, as `openssl pkey -pubin -outform DER | sha256sum` gives it.
    #[must_use]
    pub fn id(&self) -> Hash {
        Hash::of(self.0.to_public_key_der().map(|der| der.into_vec()).unwrap_or_default().as_slice())
    }

    /// Whether `signature` is this key's over `bytes`. Weak keys and malleable signatures are refused.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|s| self.0.verify_strict(bytes, &s).is_ok())
    }
}

/// `keys/trust.json`: every public key that the court has signed with, old ones included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    pub keys: Vec<TrustedKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedKey {
    /// [`PublicKey::id`].
    pub id: Hash,
    pub pem: String,
    /// RFC 3339, when the key was taken into the list.
    pub since: String,
}

impl Trust {
    /// Reads the list; a missing file is an empty list.
    ///
    /// # Errors
    /// The file cannot be read or is no such list.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let name = || path.display().to_string();
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| KeyError::Io(name(), e.into())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(e) => Err(KeyError::Io(name(), e)),
        }
    }

    /// Adds a key unless it is in the list, and writes the list in one step that a crash cannot halve.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, path: &Path, key: &PublicKey, since: &str) -> Result<(), KeyError> {
        if self.keys.iter().any(|k| k.id == key.id()) {
            return Ok(());
        }
        self.keys.push(TrustedKey { id: key.id(), pem: key.pem(), since: since.to_owned() });
        let write = || {
            let next = path.with_extension("json.next");
            let mut file = fs::File::create(&next)?;
            serde_json::to_writer_pretty(&mut file, self)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            fs::rename(&next, path)
        };
        write().map_err(|e| KeyError::Io(path.display().to_string(), e))
    }

    #[must_use]
    pub fn public_keys(&self) -> Vec<PublicKey> {
        self.keys.iter().filter_map(|k| PublicKey::from_pem(&k.pem).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_key_survives_its_file_and_refuses_open_permissions() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys/court.pem");
        let key = CourtKey::load_or_create(&path).unwrap();
        assert_eq!(CourtKey::load_or_create(&path).unwrap().public(), key.public());
        let signature = key.sign(b"x");
        assert!(key.public().verifies(b"x", &signature));
        assert!(!key.public().verifies(b"y", &signature));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(CourtKey::load(&path), Err(KeyError::Open(_))));
    }

    #[test]
    fn old_keys_stay_trusted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("trust.json");
        let (old, new) = (CourtKey::generate().unwrap().public(), CourtKey::generate().unwrap().public());
        let mut trust = Trust::load(&path).unwrap();
        trust.add(&path, &old, "2026-01-01T00:00:00Z").unwrap();
        trust.add(&path, &new, "2026-06-01T00:00:00Z").unwrap();
        trust.add(&path, &new, "2026-07-01T00:00:00Z").unwrap();
        assert_eq!(Trust::load(&path).unwrap().public_keys(), [old, new]);
    }
}
