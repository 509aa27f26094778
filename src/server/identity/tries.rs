//! Wrong passwords and codes, counted by source, so that guessing stops being worth it.
//!
//! Only failures count: a courthouse behind one address is not locked out by its own success.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// Failures are forgotten after this long, in milliseconds.
const WINDOW_MS: i64 = 5 * 60_000;
/// Sources remembered at once; the oldest make room.
const SOURCES: usize = 10_000;

#[derive(Debug)]
pub struct Tries {
    limit: u32,
    failures: Mutex<BTreeMap<IpAddr, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    since_ms: i64,
}

impl Tries {
    #[must_use]
    pub fn new(limit: u32) -> Self {
        Self { limit: limit.max(1), failures: Mutex::new(BTreeMap::new()) }
    }

    /// Whether this source may try now.
    ///
    /// # Errors
    /// Seconds to wait.
    pub fn check(&self, source: IpAddr, now_ms: i64) -> Result<(), u32> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = failures.get(&network(source)) else { return Ok(()) };
        let left_ms = entry.since_ms + WINDOW_MS - now_ms;
        if entry.count < self.limit || left_ms <= 0 {
            return Ok(());
        }
        Err(u32::try_from(left_ms.div_euclid(1000) + 1).unwrap_or(u32::MAX))
    }

    /// Counts a wrong try.
    pub fn failed(&self, source: IpAddr, now_ms: i64) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= SOURCES {
            failures.retain(|_, entry| now_ms - entry.since_ms < WINDOW_MS);
        }
        if failures.len() >= SOURCES {
            let oldest = failures.iter().min_by_key(|(_, entry)| entry.since_ms).map(|(source, _)| *source);
            oldest.and_then(|source| failures.remove(&source));
        }
        let entry = failures.entry(network(source)).or_insert(Failures { count: 0, since_ms: now_ms });
        if now_ms - entry.since_ms >= WINDOW_MS {
            *entry = Failures { count: 0, since_ms: now_ms };
        }
        entry.count = entry.count.saturating_add(1);
    }
}

/// One subscriber of an IPv6 provider has a whole /64.
fn network(source: IpAddr) -> IpAddr {
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
        text.parse().unwrap()
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
    fn memory_is_bounded() {
        let tries = Tries::new(1);
        for n in 0..u32::try_from(SOURCES).unwrap() + 50 {
            tries.failed(IpAddr::V4(n.into()), i64::from(n));
        }
        assert!(tries.failures.lock().unwrap().len() <= SOURCES);
    }
}
