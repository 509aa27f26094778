//! What one participant, one address and all together may take.

use crate::identity::tries::network;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Allocations of one participant at once (R-T4): two transports over each of up to six networks of a machine.
pub(super) const MOST_EACH: usize = 12;
/// Allocations at once.
pub(super) const MOST: usize = 2_000;
/// Addresses of which allocation rates are remembered.
const SOURCES: usize = 10_000;
/// Allocate requests of one address: at once, and a second. A courthouse that starts anew comes from one address.
const ALLOCATE: (f64, f64) = (400.0, 40.0);

/// A bucket of tokens. Time is passed in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    tokens: f64,
    at: Instant,
    most: f64,
    per_second: f64,
}

impl Bucket {
    pub(super) fn new(most: f64, per_second: f64, now: Instant) -> Self {
        Self { tokens: most, at: now, most, per_second }
    }

    /// Whether there is so much now; if so, it is taken.
    pub(super) fn take(&mut self, amount: f64, now: Instant) -> bool {
        let passed: Duration = now.saturating_duration_since(self.at);
        self.at = now;
        self.tokens = (self.tokens + passed.as_secs_f64() * self.per_second).min(self.most);
        let enough = self.tokens >= amount;
        if enough {
            self.tokens -= amount;
        }
        enough
    }

    fn is_full(&self, now: Instant) -> bool {
        self.tokens + now.saturating_duration_since(self.at).as_secs_f64() * self.per_second >= self.most
    }
}

/// How often each address asks for allocations.
#[derive(Debug, Default)]
pub(super) struct Rates(HashMap<IpAddr, Bucket>);

impl Rates {
    /// Whether this address may ask once more now.
    pub(super) fn admits(&mut self, source: IpAddr, now: Instant) -> bool {
        let source = network(source);
        if self.0.len() >= SOURCES && !self.0.contains_key(&source) {
            self.0.retain(|_, bucket| !bucket.is_full(now));
            if self.0.len() >= SOURCES {
                return false;
            }
        }
        self.0.entry(source).or_insert_with(|| Bucket::new(ALLOCATE.0, ALLOCATE.1, now)).take(1.0, now)
    }
}

/// Who has how many allocations.
#[derive(Debug, Default)]
pub(super) struct Book(Mutex<HashMap<String, usize>>);

impl Book {
    /// A place for one more allocation of `who`, if there is one.
    pub(super) fn place(self: &Arc<Self>, who: &str) -> Option<Place> {
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let has = book.get(who).copied().unwrap_or_default();
        if has >= MOST_EACH || book.values().sum::<usize>() >= MOST {
            return None;
        }
        book.insert(who.to_owned(), has + 1);
        metrics::gauge!("assize_relay_allocations").increment(1.0);
        Some(Place { book: Arc::clone(self), who: who.to_owned() })
    }
}

/// A place in the book, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    book: Arc<Book>,
    who: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut book = self.book.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = book.get(&self.who).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            book.remove(&self.who);
        } else {
            book.insert(self.who.clone(), left);
        }
        metrics::gauge!("assize_relay_allocations").decrement(1.0);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_participant_and_in_all_and_given_back() {
        let book = Arc::new(Book::default());
        let mut mine: Vec<Place> = (0..MOST_EACH).map(|_| book.place("a").unwrap()).collect();
        assert!(book.place("a").is_none());
        let theirs = book.place("b").unwrap();
        mine.pop();
        mine.push(book.place("a").unwrap());
        drop((mine, theirs));
        assert!(book.0.lock().unwrap().is_empty());
        let all: Vec<Place> = (0..MOST).map(|n| book.place(&n.to_string()).unwrap()).collect();
        assert!(book.place("one more").is_none());
        drop(all);
        assert!(book.place("one more").is_some());
    }

    #[test]
    fn one_address_asks_only_so_often_and_others_are_served() {
        let (mut rates, now) = (Rates::default(), Instant::now());
        let ask = |rates: &mut Rates, source: &str, at| rates.admits(source.parse().unwrap(), at);
        assert_eq!((0..1_000).filter(|_| ask(&mut rates, "192.0.2.7", now)).count(), 400);
        assert!(ask(&mut rates, "192.0.2.8", now));
        let later = now + Duration::from_secs(1);
        assert_eq!((0..1_000).filter(|_| ask(&mut rates, "192.0.2.7", later)).count(), 40);
        assert_eq!((0..1_000_u32).filter(|n| ask(&mut rates, &format!("2001:db8::{n:x}"), now)).count(), 400);
    }

    #[test]
    fn memory_is_bounded_and_quiet_addresses_make_room() {
        let (mut rates, now) = (Rates::default(), Instant::now());
        for n in 0..20_000_u32 {
            rates.admits(std::net::Ipv4Addr::from(n).into(), now);
        }
        assert!(rates.0.len() <= SOURCES);
        assert!(rates.admits("192.0.2.7".parse().unwrap(), now + Duration::from_secs(60)));
    }
}
