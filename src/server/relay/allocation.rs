//! One allocation (RFC 8656 section 5): who has it, until when, and which peers it may exchange data with.

use super::Now;
use super::limits::{Bucket, Place};
use super::peers::{Family, PeerId};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Longest life without a refresh, and the one that is given (RFC 8656 section 7.2).
pub(super) const LIFETIME: Duration = Duration::from_secs(600);
/// Longest life altogether: nobody sits in a hearing for longer.
pub(super) const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// RFC 8656 sections 9 and 12.
const PERMISSION: Duration = Duration::from_secs(300);
const CHANNEL: Duration = Duration::from_secs(600);
/// Most channels, and addresses with permission: a few names of one worker.
const MOST_PEERS: usize = 16;
/// Packets a second towards the media plane: as many as it takes from one peer before it decrypts anything.
const PACKETS: f64 = 20_000.0;
/// Bytes a second: four cameras, documents and screen at their best, twice over. At once: half a second of it.
const BYTES: f64 = 4_000_000.0;

#[derive(Debug)]
pub(super) struct Allocation {
    /// The credential's user name: requests about this allocation must come with the same (RFC 8656 section 5).
    pub(super) username: String,
    pub(super) family: Family,
    since: Instant,
    until: Instant,
    permissions: Vec<(IpAddr, Instant)>,
    channels: Vec<Channel>,
    packets: Bucket,
    bytes: Bucket,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
struct Channel {
    number: u16,
    peer: PeerId,
    until: Instant,
}

/// Why a channel cannot be bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unbound {
    /// The number is another peer's, or the peer has another number.
    Taken,
    /// There are too many.
    Full,
}

impl Allocation {
    pub(super) fn new(username: String, family: Family, place: Place, now: Now) -> Self {
        Self {
            username,
            family,
            since: now.at,
            until: now.at + LIFETIME,
            permissions: Vec::new(),
            channels: Vec::new(),
            packets: Bucket::new(PACKETS, PACKETS, now.at),
            bytes: Bucket::new(BYTES / 2.0, BYTES, now.at),
            place,
        }
    }

    /// Its client was heard.
    pub(super) fn heard(&self, now: Now) {
        self.place.heard(now.at);
    }

    /// Whether it is over: by time, or because its participant has another in its place.
    pub(super) fn is_over(&self, now: Now) -> bool {
        self.until <= now.at || self.place.is_replaced()
    }

    pub(super) fn until(&self) -> Instant {
        self.until
    }

    /// Extends the life; how long it is now.
    pub(super) fn refresh(&mut self, now: Now) -> Duration {
        self.until = (now.at + LIFETIME).min(self.since + LONGEST);
        self.until.saturating_duration_since(now.at)
    }

    /// Lets data pass to and from an address of a peer; whether there was room for it.
    pub(super) fn permit(&mut self, ip: IpAddr, now: Now) -> bool {
        self.permissions.retain(|(known, until)| *known != ip && *until > now.at);
        let room = self.permissions.len() < MOST_PEERS;
        if room {
            self.permissions.push((ip, now.at + PERMISSION));
        }
        room
    }

    pub(super) fn permits(&self, ip: IpAddr, now: Now) -> bool {
        self.permissions.iter().any(|(known, until)| *known == ip && *until > now.at)
    }

    /// Binds a channel to a peer, or keeps it bound.
    ///
    /// # Errors
    /// Number or peer is bound otherwise, or there are too many.
    pub(super) fn bind(&mut self, number: u16, peer: PeerId, now: Now) -> Result<(), Unbound> {
        self.channels.retain(|channel| channel.until > now.at);
        let until = now.at + CHANNEL;
        if let Some(channel) = self.channels.iter_mut().find(|c| c.number == number || c.peer == peer) {
            if (channel.number, channel.peer) != (number, peer) {
                return Err(Unbound::Taken);
            }
            channel.until = until;
            return Ok(());
        }
        if self.channels.len() >= MOST_PEERS {
            return Err(Unbound::Full);
        }
        self.channels.push(Channel { number, peer, until });
        Ok(())
    }

    pub(super) fn peer_on(&self, number: u16, now: Now) -> Option<PeerId> {
        let bound = self.channels.iter().find(|channel| channel.number == number && channel.until > now.at);
        bound.map(|channel| channel.peer)
    }

    pub(super) fn channel_of(&self, peer: PeerId, now: Now) -> Option<u16> {
        let bound = self.channels.iter().find(|channel| channel.peer == peer && channel.until > now.at);
        bound.map(|channel| channel.number)
    }

    /// Whether one more datagram may pass towards the media plane now.
    pub(super) fn admits(&mut self, bytes: usize, now: Now) -> bool {
        self.packets.take(1.0, now.at) && self.bytes.take(bytes as f64, now.at)
    }
}
