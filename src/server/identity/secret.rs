//! Secrets that are given out once and stored only as a digest.

use crate::store::Digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;

/// 256 random bits, given out once. It does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// # Errors
    /// The operating system has no randomness.
    pub fn mint() -> std::io::Result<Self> {
        let mut bytes = [0u8; 32];
        random(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// One that was given out before and is presented again.
    #[must_use]
    pub fn of(presented: &str) -> Self {
        Self(presented.to_owned())
    }

    /// What is stored.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest(&self.0)
    }

    /// The text, to be given to its owner.
    #[must_use]
    pub fn reveal(self) -> String {
        self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// SHA-256 of a presented token. The tokens are 256 random bits, so that no salt and no slow hash is needed.
#[must_use]
pub fn digest(token: &str) -> Digest {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(token.as_bytes()).into()
}

/// Fills with randomness of the operating system.
///
/// # Errors
/// There is none.
pub fn random(bytes: &mut [u8]) -> std::io::Result<()> {
    getrandom::fill(bytes).map_err(|error| std::io::Error::other(error.to_string()))
}

/// `count` random symbols of `alphabet`, each equally likely.
///
/// # Errors
/// The operating system has no randomness.
pub fn symbols(alphabet: &[u8], count: usize) -> std::io::Result<String> {
    // Bytes beyond the last whole multiple of the alphabet's size would favour its beginning.
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(count);
    while text.len() < count {
        let mut byte = [0u8];
        random(&mut byte)?;
        if usize::from(byte[0]) < fair {
            text.push(char::from(alphabet[usize::from(byte[0]) % alphabet.len()]));
        }
    }
    Ok(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_itself() {
        let secret = Secret::mint().unwrap();
        let shown = format!("{secret:?}");
        let digest_of_secret = secret.digest();
        let text = secret.reveal();
        assert!(!shown.contains(&text));
        assert_eq!(text.len(), 43);
        assert_eq!(digest(&text), digest_of_secret);
    }
}
