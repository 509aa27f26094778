//! What one participant, one address and all together may take.

use crate::identity::tries::network;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Allocations of one participant at once (R-T4): two transports over each of up to six networks of a machine.
pub(super) const MOST_EACH: usize = 12;
/// Silence after which a participant's allocation makes room for another of theirs, if there is none left: a way that is in
/// use is tried every few seconds.
const SILENT_MS: u64 = 30_000;
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

/// Who has which allocations.
#[derive(Debug)]
pub(super) struct Book {
    begun: Instant,
    marks: Mutex<HashMap<String, Vec<Arc<Mark>>>>,
}

/// An allocation as the book knows it.
#[derive(Debug, Default)]
struct Mark {
    /// Milliseconds from the book's beginning until its client was last heard.
    heard: AtomicU64,
    /// Another has its place.
    is_replaced: AtomicBool,
}

impl Default for Book {
    fn default() -> Self {
        Self { begun: Instant::now(), marks: Mutex::default() }
    }
}

impl Book {
    /// A place for one more allocation of `who`, if there is one. Connections that broke without a word hold theirs until
    /// they expire: whoever comes back from a bad network takes the place of the one that was silent the longest.
    pub(super) fn place(self: &Arc<Self>, who: &str, now: Instant) -> Option<Place> {
        let now = self.millis(now);
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = marks.values().map(Vec::len).sum();
        let theirs = marks.get_mut(who);
        let replaced = match theirs {
            Some(theirs) if theirs.len() >= MOST_EACH => {
                let heard = |mark: &Arc<Mark>| mark.heard.load(Ordering::Relaxed);
                let silent = (0..theirs.len()).min_by_key(|n| heard(&theirs[*n]))?;
                let silent = (heard(&theirs[silent]) + SILENT_MS <= now).then_some(silent)?;
                theirs.swap_remove(silent).is_replaced.store(true, Ordering::Relaxed);
                true
            }
            _ => false,
        };
        if !replaced {
            if all >= MOST {
                return None;
            }
            metrics::gauge!("assize_relay_allocations").increment(1.0);
        }
        let mark = Arc::new(Mark { heard: AtomicU64::new(now), ..Mark::default() });
        marks.entry(who.to_owned()).or_default().push(Arc::clone(&mark));
        Some(Place { book: Arc::clone(self), who: who.to_owned(), mark })
    }

    fn millis(&self, now: Instant) -> u64 {
        u64::try_from(now.saturating_duration_since(self.begun).as_millis()).unwrap_or(u64::MAX)
    }
}

/// A place in the book, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    book: Arc<Book>,
    who: String,
    mark: Arc<Mark>,
}

impl Place {
    /// The client was heard.
    pub(super) fn heard(&self, now: Instant) {
        self.mark.heard.store(self.book.millis(now), Ordering::Relaxed);
    }

    /// Whether another has it now.
    pub(super) fn is_replaced(&self) -> bool {
        self.mark.is_replaced.load(Ordering::Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut marks = self.book.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(theirs) = marks.get_mut(&self.who) else { return };
        let before = theirs.len();
        theirs.retain(|mark| !Arc::ptr_eq(mark, &self.mark));
        if theirs.len() < before {
            metrics::gauge!("assize_relay_allocations").decrement(1.0);
        }
        if theirs.is_empty() {
            marks.remove(&self.who);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_by_participant_and_in_all_and_given_back() {
        let (book, now) = (Arc::new(Book::default()), Instant::now());
        let mut mine: Vec<Place> = (0..MOST_EACH).map(|_| book.place("a", now).unwrap()).collect();
        assert!(book.place("a", now).is_none());
        let theirs = book.place("b", now).unwrap();
        mine.pop();
        mine.push(book.place("a", now).unwrap());
        drop((mine, theirs));
        assert!(book.marks.lock().unwrap().is_empty());
        let all: Vec<Place> = (0..MOST).map(|n| book.place(&n.to_string(), now).unwrap()).collect();
        assert!(book.place("one more", now).is_none());
        drop(all);
        assert!(book.place("one more", now).is_some());
        assert!(book.marks.lock().unwrap().is_empty());
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
