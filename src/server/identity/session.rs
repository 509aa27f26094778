//! Staff sessions: a 256-bit reference token in a `__Host-` cookie, stored as SHA-256.

use super::password::{LONGEST, Passwords};
use super::secret::{Secret, digest};
use crate::clock::Clock;
use crate::config;
use crate::store::{self, Account, Digest, LinkEnd, Store, StoreError};
use std::sync::Arc;
use uuid::Uuid;

/// `__Host-` binds the cookie to this host, the path `/` and TLS (or loopback).
pub const COOKIE: &str = "__Host-assize";
/// The last use is written at most this often.
const SEEN_STEP_MS: i64 = 60_000;

#[derive(Debug)]
pub struct Sessions {
    passwords: Passwords,
    idle_ms: i64,
    absolute_ms: i64,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// No such account, wrong password, or disabled: not told apart.
    #[error("name or password is wrong")]
    Wrong,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no randomness: {0}")]
    Random(#[from] std::io::Error),
}

impl Sessions {
    #[must_use]
    pub fn new(config: &config::Identity, passwords: Passwords, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self {
            passwords,
            idle_ms: i64::from(config.session_idle) * 60_000,
            absolute_ms: i64::from(config.session_absolute) * 3_600_000,
            store,
            clock,
        }
    }

    #[must_use]
    pub fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    /// Checks a password and begins a session.
    ///
    /// # Errors
    /// [`LoginError::Wrong`], after the same work whatever was wrong.
    pub async fn login(&self, name: &str, password: String) -> Result<(Account, Secret), LoginError> {
        if password.len() > LONGEST {
            return Err(LoginError::Wrong);
        }
        let account = self.store.account(name).await?;
        let hash = account.as_ref().map(|account| account.password.clone());
        let right = self.passwords.check(password, hash).await;
        let Some(account) = account.filter(|account| right && !account.disabled) else {
            return Err(LoginError::Wrong);
        };
        let token = Secret::mint()?;
        self.store.put_session(token.digest(), &account.name, self.clock.utc_ms()).await?;
        Ok((account, token))
    }

    /// Whose session this is, if it is alive, and the digest of its token; counts as its use.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn find(&self, token: &str) -> store::Result<Option<(Account, Digest)>> {
        let key = digest(token);
        let Some((account, created_ms, seen_ms)) = self.store.session(key).await? else { return Ok(None) };
        let now = self.clock.utc_ms();
        if account.disabled || now - seen_ms > self.idle_ms || now - created_ms > self.absolute_ms {
            self.store.delete_session(key).await?;
            return Ok(None);
        }
        if now - seen_ms > SEEN_STEP_MS {
            self.store.see_session(key, now).await?;
        }
        Ok(Some((account, key)))
    }

    /// Ends a session and the links that were made in it.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn logout(&self, token: &str) -> store::Result<()> {
        let key = digest(token);
        self.store.delete_session(key).await?;
        self.store.end_links(&LinkEnd::Session(key)).await?;
        Ok(())
    }

    /// Being in a hearing is a use: the sessions in which these links were made stay alive, up to the absolute limit. One
    /// that has run out is not called back to life.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn keep(&self, links: &[Uuid]) -> store::Result<()> {
        if links.is_empty() {
            return Ok(());
        }
        let now = self.clock.utc_ms();
        self.store.see_sessions_of(links, now, now - self.idle_ms, now - self.absolute_ms).await
    }

    /// Before this time (UTC milliseconds) an unused session is dead.
    #[must_use]
    pub fn idle_since_ms(&self) -> i64 {
        self.clock.utc_ms() - self.idle_ms
    }
}

/// The `Set-Cookie` value that begins a session in a browser. No expiry: it goes with the browser.
#[must_use]
pub fn cookie(token: &str) -> String {
    format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict")
}

/// The `Set-Cookie` value that ends it.
#[must_use]
pub fn no_cookie() -> String {
    format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// The session token of a `Cookie` header.
#[must_use]
pub fn token_of(header: &str) -> Option<&str> {
    header.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_bound_to_the_host() {
        let cookie = cookie("abc");
        assert!(cookie.starts_with("__Host-"));
        for attribute in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
            assert!(cookie.contains(attribute), "{attribute}");
        }
        assert!(!cookie.contains("Domain"));
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        assert_eq!(token_of("a=b; __Host-assize=xyz; c=d"), Some("xyz"));
        assert_eq!(token_of("x__Host-assize=xyz"), None);
        assert_eq!(token_of("__Host-assize="), None);
    }
}
