//! Credentials that are given to participants, and nonces: both carry their expiry and are authenticated by keys that
//! live as long as the process, so that nothing is kept of them.

use crate::identity::secret::random;
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign, verify};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use std::io;

/// Seconds for which a credential opens an allocation (R-T3).
pub(super) const CREDENTIAL_S: u64 = 300;
/// Seconds after which a nonce is stale (RFC 8656 section 5 recommends at most an hour).
pub(super) const NONCE_S: u64 = 600;
/// Nonce cookie with security feature bit 0, password algorithms (RFC 8489 section 9.2, as in RFC 8656 section 20).
const COOKIE: &str = "obMatJos2gAAA";
/// Digits of the expiry in a nonce, and symbols of its authentication.
const DIGITS: usize = 12;

/// Name and password for the relay. The password does not show itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credential {
    pub(super) username: String,
    pub(super) password: String,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credential({})", self.username)
    }
}

/// The relay's keys.
pub(super) struct Secrets {
    passwords: Key,
    nonces: Key,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl Secrets {
    pub(super) fn mint() -> io::Result<Self> {
        let mut bytes = [0u8; 64];
        random(&mut bytes)?;
        let (passwords, nonces) = bytes.split_at(32);
        Ok(Self { passwords: Key::new(HMAC_SHA256, passwords), nonces: Key::new(HMAC_SHA256, nonces) })
    }

    /// A credential of `who` that opens allocations for [`CREDENTIAL_S`].
    pub(super) fn credential(&self, who: &str, utc_s: u64) -> Credential {
        let username = format!("{}:{who}", utc_s.saturating_add(CREDENTIAL_S));
        Credential { password: self.password(&username), username }
    }

    /// The password that goes with a user name. Whether the name was ever given out shows in that its owner knows it.
    pub(super) fn password(&self, username: &str) -> String {
        STANDARD.encode(sign(&self.passwords, username.as_bytes()))
    }

    pub(super) fn nonce(&self, utc_s: u64) -> String {
        let expiry = format!("{:0DIGITS$}", utc_s.saturating_add(NONCE_S));
        let tag = STANDARD_NO_PAD.encode(sign(&self.nonces, expiry.as_bytes()));
        format!("{COOKIE}{expiry}{tag}")
    }

    /// Whether a nonce is ours and fresh.
    pub(super) fn is_fresh(&self, nonce: &str, utc_s: u64) -> bool {
        let Some((expiry, tag)) = nonce.strip_prefix(COOKIE).and_then(|rest| rest.split_at_checked(DIGITS)) else {
            return false;
        };
        let Ok(tag) = STANDARD_NO_PAD.decode(tag) else { return false };
        verify(&self.nonces, expiry.as_bytes(), &tag).is_ok()
            && expiry.parse::<u64>().is_ok_and(|expiry| expiry > utc_s)
    }
}

/// Expiry (Unix seconds) and owner that a user name states.
pub(super) fn stated(username: &str) -> Option<(u64, &str)> {
    let (expiry, who) = username.split_once(':')?;
    Some((expiry.parse().ok()?, who)).filter(|_| !who.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_states_its_expiry_and_is_the_processes_own() {
        let secrets = Secrets::mint().unwrap();
        let credential = secrets.credential("h.3", 1_000);
        assert_eq!(stated(&credential.username), Some((1_300, "h.3")));
        assert_eq!(secrets.password(&credential.username), credential.password);
        assert_ne!(Secrets::mint().unwrap().password(&credential.username), credential.password);
        assert_ne!(secrets.password("1301:h.3"), credential.password, "an expiry cannot be moved");
        assert!(!format!("{credential:?}{secrets:?}").contains(&credential.password));
    }

    #[test]
    fn a_nonce_is_fresh_for_ten_minutes_and_cannot_be_made_or_moved() {
        let secrets = Secrets::mint().unwrap();
        let nonce = secrets.nonce(1_000);
        assert!(secrets.is_fresh(&nonce, 1_599));
        assert!(!secrets.is_fresh(&nonce, 1_600));
        assert!(!secrets.is_fresh(&nonce.replace("000000001600", "000000009600"), 1_000));
        assert!(!Secrets::mint().unwrap().is_fresh(&nonce, 1_000));
        for other in ["", COOKIE, "obMatJos2gAAA0000000016", "é", &nonce[1..]] {
            assert!(!secrets.is_fresh(other, 1_000), "{other}");
        }
    }
}
