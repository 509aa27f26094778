//! A TURN server (RFC 8656) on the TLS port of HTTPS, for clients from whose network only that port can be reached. It
//! relays to this server's own media ports and to nothing else: that is no setting.
//!
//! [`session`] and what it is made of take bytes and time and say what to do; `connection` and `entry` are the sockets
//! around it.

mod allocation;
mod connection;
mod credential;
mod entry;
mod frame;
mod gate;
mod issuer;
mod limits;
mod peers;
pub mod probe;
mod requests;
mod session;
mod stun;

#[cfg(test)]
mod tests;

use assize_core::ids::{HearingId, SeatId};

pub use entry::Entry;
pub use gate::Gate;
pub use issuer::Issuer;
pub use peers::Peers;
pub use stun::fuzz;

use credential::Secrets;
use limits::{Book, Rates};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Authentication realm (RFC 8489 section 14.9). It names what asks, not a domain.
const REALM: &str = "assize";

/// A participant as the relay knows it: whoever sits at a seat.
#[must_use]
pub fn relay_name(hearing: HearingId, seat: SeatId) -> String {
    format!("{hearing}.{seat}")
}

/// The present, by both clocks.
#[derive(Debug, Clone, Copy)]
struct Now {
    at: Instant,
    utc_s: u64,
}

/// What all connections to the relay share.
#[derive(Debug)]
pub struct Relay {
    secrets: Arc<Secrets>,
    peers: Peers,
    book: Arc<Book>,
    rates: Mutex<Rates>,
}

impl Relay {
    /// A relay to these peers, with keys of its own.
    ///
    /// # Errors
    /// The operating system has no randomness.
    pub fn new(peers: Peers) -> std::io::Result<Self> {
        Ok(Self { secrets: Arc::new(Secrets::mint()?), peers, book: Arc::default(), rates: Mutex::default() })
    }
}
