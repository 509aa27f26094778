//! Who may connect: few from one address, fewer that have proved nothing yet, and those not for long.

use crate::remote::Connection;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

/// Connections of a worker. A client has two transports, and for a moment after a restart two connections for each.
const MAX: usize = 1024;
/// Connections of one address: a courthouse or a detention centre may be behind one.
const MAX_ADDRESS: u16 = 128;
/// Connections of one address without an authentic check; a client needs a round trip for it.
const MAX_ADDRESS_WAITING: u16 = 16;
/// Connections of all addresses without one. Beyond it the one that has waited longest makes room.
const MAX_WAITING: usize = 128;
/// Microseconds in which an authentic check has to come.
const WAIT_US: i64 = 5_000_000;

/// Why a connection is closed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the worker has all the connections that it takes")]
    Full,
    #[error("the address has all the connections that it may have")]
    Address,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    connection: Connection,
    place: IpAddr,
    until_us: i64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    all: u16,
    waiting: u16,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Admission {
    all: usize,
    /// The longest waiting first.
    waiting: VecDeque<Waiting>,
    places: HashMap<IpAddr, Count>,
}

/// An IPv6 host has a whole /64 to itself (RFC 4291 section 2.5.4); IPv4 in IPv6 is IPv4.
fn place(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Admission {
    /// A connection was made. `Ok(Some)`: it may stay, and the one named has to be closed for it.
    ///
    /// # Errors
    /// It has to be closed; it is not counted.
    pub fn admit(&mut self, now_us: i64, connection: Connection, from: IpAddr) -> Result<Option<Connection>, Refused> {
        let place = place(from);
        let count = self.places.get(&place).copied().unwrap_or_default();
        if count.all >= MAX_ADDRESS || count.waiting >= MAX_ADDRESS_WAITING {
            return Err(Refused::Address);
        }
        let crowded = self.waiting.len() >= MAX_WAITING || self.all >= MAX;
        let evicted = self.waiting.front().filter(|_| crowded).map(|waiting| waiting.connection);
        if self.all >= MAX && evicted.is_none() {
            return Err(Refused::Full);
        }
        self.all += 1;
        self.waiting.push_back(Waiting { connection, place, until_us: now_us + WAIT_US });
        let count = self.places.entry(place).or_default();
        (count.all, count.waiting) = (count.all + 1, count.waiting + 1);
        Ok(evicted)
    }

    /// An authentic check came over it.
    pub fn proven(&mut self, connection: Connection) {
        let Some(at) = self.waiting.iter().position(|waiting| waiting.connection == connection) else { return };
        if let Some(count) = self.waiting.remove(at).and_then(|waiting| self.places.get_mut(&waiting.place)) {
            count.waiting -= 1;
        }
    }

    /// It was closed.
    pub fn left(&mut self, connection: Connection, from: IpAddr) {
        self.proven(connection);
        let place = place(from);
        let Some(count) = self.places.get_mut(&place) else { return };
        self.all -= 1;
        count.all -= 1;
        if count.all == 0 {
            self.places.remove(&place);
        }
    }

    /// A connection that has waited too long: to be closed, and [`Admission::left`] to be told so.
    #[must_use]
    pub fn overdue(&self, now_us: i64) -> Option<Connection> {
        self.waiting.front().filter(|waiting| waiting.until_us <= now_us).map(|waiting| waiting.connection)
    }
}
