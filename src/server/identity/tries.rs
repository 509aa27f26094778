//! Wrong passwords and codes, counted by source, so that guessing stops being worth it.
//!
//! Only failures count: a courthouse behind one address is not locked out by its own success. Codes and passwords are
//! counted apart, and passwords by account as well: whoever mistypes a code in the hall stops no judge from logging in.
//! Credentials of 256 bits (devices, enrolment links, tokens, sessions) cannot be guessed and are not counted.

use super::secret::digest;
use crate::store::Digest;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Failures are forgotten after this long, in milliseconds.
const WINDOW_MS: i64 = 5 * 60_000;
/// Sources remembered at once; the oldest make room.
const SOURCES: usize = 10_000;

/// How often more one address may be wrong about all accounts together than about one.
const ACCOUNTS_AT_ONE_ADDRESS: u32 = 10;

/// The counters of the ways in that can be guessed.
#[derive(Debug)]
pub struct Guesses {
    pub codes: Tries<IpAddr>,
    logins: Tries<(IpAddr, Digest)>,
    /// Whoever tries one password with every account.
    sprays: Tries<IpAddr>,
}

impl Guesses {
    #[must_use]
    pub fn new(limit: u32) -> Self {
        let sprays = Tries::new(limit.saturating_mul(ACCOUNTS_AT_ONE_ADDRESS));
        Self { codes: Tries::new(limit), logins: Tries::new(limit), sprays }
    }

    /// Whether this source may try a password of this account now.
    ///
    /// # Errors
    /// Seconds to wait.
    pub fn check_login(&self, source: IpAddr, name: &str, now_ms: i64) -> Result<(), u32> {
        let source = network(source);
        self.logins.check((source, account(name)), now_ms)?;
        self.sprays.check(source, now_ms)
    }

    /// Counts a wrong password.
    pub fn failed_login(&self, source: IpAddr, name: &str, now_ms: i64) {
        let source = network(source);
        self.logins.failed((source, account(name)), now_ms);
        self.sprays.failed(source, now_ms);
    }
}

/// The name itself is not kept: people type passwords into the wrong field.
fn account(name: &str) -> Digest {
    digest(&name.to_lowercase())
}

#[derive(Debug)]
pub struct Tries<K> {
    limit: u32,
    failures: Mutex<BTreeMap<K, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    since_ms: i64,
}

impl<K: Ord + Copy> Tries<K> {
    #[must_use]
    pub fn new(limit: u32) -> Self {
        Self { limit: limit.max(1), failures: Mutex::new(BTreeMap::new()) }
    }

    /// Whether this source may try now.
    ///
    /// # Errors
    /// Seconds to wait.
    pub fn check(&self, source: K, now_ms: i64) -> Result<(), u32> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = failures.get(&source) else { return Ok(()) };
        let left_ms = entry.since_ms + WINDOW_MS - now_ms;
        if entry.count < self.limit || left_ms <= 0 {
            return Ok(());
        }
        Err(u32::try_from(left_ms.div_euclid(1000) + 1).unwrap_or(u32::MAX))
    }

    /// Counts a wrong try.
    pub fn failed(&self, source: K, now_ms: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= SOURCES {
            failures.retain(|_, entry| now_ms - entry.since_ms < WINDOW_MS);
        }
        if failures.len() >= SOURCES {
            let oldest = failures.iter().min_by_key(|(_, entry)| entry.since_ms).map(|(source, _)| *source);
            oldest.and_then(|source| failures.remove(&source));
        }
        let entry = failures.entry(source).or_insert(Failures { count: 0, since_ms: now_ms });
        if now_ms - entry.since_ms >= WINDOW_MS {
            *entry = Failures { count: 0, since_ms: now_ms };
        }
        entry.count = entry.count.saturating_add(1);
    }
}

/// What counts as one source: one subscriber of an IPv6 provider has a whole /64.
#[must_use]
pub fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[8..].fill(0);
            Ipv6Addr::from(octets).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        network(text.parse().unwrap())
    }

    #[test]
    fn a_guesser_waits_and_others_do_not() {
        let tries = Tries::new(3);
        for _ in 0..3 {
            assert_eq!(tries.check(ip("192.0.2.7"), 1_000), Ok(()));
            tries.failed(ip("192.0.2.7"), 1_000);
        }
        assert_eq!(tries.check(ip("192.0.2.7"), 1_000), Err(301));
        assert_eq!(tries.check(ip("::ffff:192.0.2.7"), 1_000), Err(301));
        assert_eq!(tries.check(ip("192.0.2.8"), 1_000), Ok(()));
        assert_eq!(tries.check(ip("192.0.2.7"), 301_000), Ok(()));
    }

    #[test]
    fn changing_the_end_of_an_ipv6_address_does_not_help() {
        let tries = Tries::new(1);
        tries.failed(ip("2001:db8::1"), 0);
        assert!(tries.check(ip("2001:db8::2"), 0).is_err());
        assert!(tries.check(ip("2001:db8:0:1::2"), 0).is_ok());
    }

    #[test]
    fn one_account_is_guessed_at_from_one_place_only() {
        let guesses = Guesses::new(2);
        for _ in 0..2 {
            guesses.failed_login(ip("192.0.2.7"), "judge", 0);
        }
        let check = |source, name| guesses.check_login(ip(source), name, 0);
        assert!(check("192.0.2.7", "judge").is_err() && check("192.0.2.7", "Judge").is_err());
        assert!(check("192.0.2.7", "clerk").is_ok(), "others of the building");
        assert!(check("192.0.2.8", "judge").is_ok(), "the judge elsewhere");
        assert!(guesses.codes.check(ip("192.0.2.7"), 0).is_ok());
        for n in 0..18 {
            guesses.failed_login(ip("192.0.2.7"), &format!("name {n}"), 0);
        }
        assert!(check("192.0.2.7", "clerk").is_err(), "one password for every name");
    }

    #[test]
    fn memory_is_bounded() {
        let tries = Tries::new(1);
        for n in 0..u32::try_from(SOURCES).unwrap() + 50 {
            tries.failed(IpAddr::V4(n.into()), i64::from(n));
        }
        assert!(tries.failures.lock().unwrap().len() <= SOURCES);
    }
}
