//! Codes for people: one hearing, one person, readable aloud, stored as HMAC-SHA256.

use super::keyfile;
use super::secret::symbols;
use crate::clock::Clock;
use crate::store::{self, Code, Digest, Store, StoreError};
use assize_core::ids::{HearingId, PersonId};
use aws_lc_rs::hmac;
use std::path::Path;
use std::sync::Arc;

/// No `0 O 1 I L U`: nothing that is taken for something else when read aloud or copied by hand.
pub const ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Twelve of thirty symbols: 58.9 bits (contract: at least 50).
const SYMBOLS: usize = 12;
const GROUP: usize = 4;

pub struct Codes {
    key: hmac::Key,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Codes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Codes")
    }
}

#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no randomness: {0}")]
    Random(#[from] std::io::Error),
}

impl Codes {
    /// # Errors
    /// The key in `keys/codes.key` cannot be read or made.
    pub fn new(keys: &Path, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> std::io::Result<Self> {
        let key = keyfile::load_or_make(keys, "codes.key")?;
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), store, clock })
    }

    /// Gives a person a new code and shows it this once; an older one of theirs stops working.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn invite(&self, hearing: HearingId, person: PersonId) -> Result<String, InviteError> {
        let bare = symbols(ALPHABET, SYMBOLS)?;
        self.store.delete_codes(hearing, Some(person)).await?;
        let code = Code { hearing, person, created_ms: self.clock.utc_ms() };
        self.store.put_code(self.mac(&bare), &code).await?;
        Ok(grouped(&bare))
    }

    /// Whose code this is, or `None`.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn find(&self, typed: &str) -> store::Result<Option<Code>> {
        match bare(typed) {
            Some(bare) => self.store.code(self.mac(&bare)).await,
            None => Ok(None),
        }
    }

    fn mac(&self, bare: &str) -> Digest {
        let tag = hmac::sign(&self.key, bare.as_bytes());
        let mut digest = [0u8; 32];
        digest.copy_from_slice(tag.as_ref());
        digest
    }
}

fn grouped(bare: &str) -> String {
    let mut text = String::with_capacity(bare.len() + bare.len() / GROUP);
    for (index, symbol) in bare.chars().enumerate() {
        if index > 0 && index % GROUP == 0 {
            text.push('-');
        }
        text.push(symbol);
    }
    text
}

/// What was typed, without spaces and hyphens and in capitals; `None` if it cannot be a code.
fn bare(typed: &str) -> Option<String> {
    if typed.len() > 64 {
        return None;
    }
    let text: String =
        typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    (text.len() == SYMBOLS && text.bytes().all(|byte| ALPHABET.contains(&byte))).then_some(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_code_holds_at_least_fifty_bits() {
        let bits =
            f64::from(u32::try_from(ALPHABET.len()).unwrap()).log2() * f64::from(u32::try_from(SYMBOLS).unwrap());
        assert!(bits >= 50.0, "{bits}");
    }

    #[test]
    fn a_code_may_be_typed_carelessly() {
        assert_eq!(bare(" abcd-efgh jkmn ").as_deref(), Some("ABCDEFGHJKMN"));
        assert_eq!(grouped("ABCDEFGHJKMN"), "ABCD-EFGH-JKMN");
        assert_eq!(bare("ABCD-EFGH-JKM"), None);
        assert_eq!(bare("ABCD-EFGH-JKM0"), None);
        assert_eq!(bare(&"A".repeat(65)), None);
        assert_eq!(bare("ĂBCD-EFGH-JKMN"), None);
    }
}
