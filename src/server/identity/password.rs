//! Passwords: argon2id, a few at a time, and the same work whether or not the account exists.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Shortest password that can be set, in characters (ASVS 5.0, 6.2.1 asks for 8 and advises 15).
pub const SHORTEST: usize = 12;
/// Longest, in bytes: hashing must not become a way to keep the server busy.
pub const LONGEST: usize = 1024;

/// Cost of one hash.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2 }
    }
}

#[derive(Debug, Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    /// Logins must not eat the cores of the media plane.
    at_once: Arc<Semaphore>,
    /// Checked when there is no such account, so that the answer takes as long.
    nobody: Arc<str>,
}

impl Passwords {
    /// # Errors
    /// A cost that argon2 does not know, or no randomness.
    pub fn new(cost: Cost) -> std::io::Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(std::io::Error::other)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobody = hash_with(&argon2, "no password matches this")?;
        Ok(Self { argon2, at_once: Arc::new(Semaphore::new(1)), nobody: nobody.into() })
    }

    /// A hash in PHC form.
    ///
    /// # Errors
    /// No randomness for the salt.
    pub fn hash(&self, password: &str) -> std::io::Result<String> {
        hash_with(&self.argon2, password)
    }

    /// Whether the password is the one with this hash. `None`: there is no such account; takes as long and is false.
    pub async fn check(&self, password: String, hash: Option<String>) -> bool {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.to_string());
        let argon2 = self.argon2.clone();
        let Ok(_turn) = self.at_once.acquire().await else { return false };
        let matches = tokio::task::spawn_blocking(move || {
            let Ok(parsed) = PasswordHash::new(&hash) else { return false };
            argon2.verify_password(password.as_bytes(), &parsed).is_ok()
        })
        .await
        .unwrap_or(false);
        exists && matches
    }
}

fn hash_with(argon2: &Argon2<'_>, password: &str) -> std::io::Result<String> {
    argon2.hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(std::io::Error::other)
}

/// A random password that can be read out and typed: four groups of five, 97 bits.
///
/// # Errors
/// No randomness.
pub fn random() -> std::io::Result<String> {
    let text = super::secret::symbols(super::code::ALPHABET, 20)?.to_lowercase();
    Ok([&text[0..5], &text[5..10], &text[10..15], &text[15..20]].join("-"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cheap() -> Passwords {
        Passwords::new(Cost { memory_kib: 64, passes: 1 }).unwrap()
    }

    #[tokio::test]
    async fn only_the_right_password_of_an_existing_account_is_right() {
        let passwords = cheap();
        let hash = passwords.hash("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.check("correct horse".to_owned(), Some(hash.clone())).await);
        assert!(!passwords.check("wrong horse".to_owned(), Some(hash)).await);
        assert!(!passwords.check("no password matches this".to_owned(), None).await);
    }

    #[test]
    fn random_passwords_are_long_enough_to_be_set() {
        assert!(random().unwrap().chars().count() >= SHORTEST);
    }
}
