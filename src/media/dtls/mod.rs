//! DTLS 1.2 (RFC 6347) for the keys of SRTP (RFC 5764), behind one small interface: feed a datagram, poll datagrams,
//! next timeout, keys. The engine is `dimpl`; nothing outside this module knows that.
//!
//! Keys come out only if the peer's certificate has the fingerprint that the session description named.

mod identity;

#[cfg(test)]
mod tests;

pub use identity::{Fingerprint, Identity};

use crate::srtp::{Keys, Profile};
use dimpl::{Output, SrtpProfile};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Datagrams kept until the peer's fingerprint is known: a client that answers our offer begins before its answer is
/// here, and its hello takes two.
const MAX_HELD: usize = 4;
/// Longest datagram taken, bytes. Firefox's hello comes in 1408.
const MAX_DATAGRAM: usize = 1500;
/// Bytes of DTLS taken before the keys are agreed; a handshake needs about 5 kB, and twice that with repeats.
const HANDSHAKE_BUDGET: usize = 64 * 1024;

/// Who sends the first flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Server,
    Client,
}

/// How an association stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Handshaking,
    /// Done; the keys were or can be taken.
    Established,
    /// The peer said good-bye.
    Closed,
    /// Of no more use, and why.
    Failed(&'static str),
}

/// One association.
pub struct Association {
    engine: dimpl::Dtls,
    beginning: Instant,
    aes_cm: bool,
    now_us: i64,
    state: State,
    expected: Option<Fingerprint>,
    held: Vec<Vec<u8>>,
    presented: Option<Fingerprint>,
    keys: Option<Keys>,
    out: VecDeque<Vec<u8>>,
    timeout_us: Option<i64>,
    taken: usize,
    buffer: Vec<u8>,
}

impl std::fmt::Debug for Association {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Association").field("state", &self.state).finish_non_exhaustive()
    }
}

impl Association {
    /// `expected`: the peer's fingerprint, if it is known yet. A client sends its first flight at once.
    #[must_use]
    pub fn new(identity: &Identity, role: Role, expected: Option<Fingerprint>, now_us: i64) -> Self {
        let at = instant(identity.beginning, now_us);
        let mut engine = dimpl::Dtls::new_12(identity.config.clone(), identity.certificate.clone(), at);
        engine.set_active(role == Role::Client);
        let mut association = Self {
            engine,
            beginning: identity.beginning,
            aes_cm: identity.aes_cm,
            now_us,
            state: State::Handshaking,
            expected,
            held: Vec::new(),
            presented: None,
            keys: None,
            out: VecDeque::new(),
            timeout_us: None,
            taken: 0,
            buffer: vec![0; 2048],
        };
        if role == Role::Client {
            association.timeout(now_us);
        }
        association
    }

    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Names the fingerprint that the session description gave, and goes on with what was held back. Naming another
    /// one later ends the association.
    pub fn expect(&mut self, now_us: i64, fingerprint: Fingerprint) {
        match self.expected {
            Some(before) if before != fingerprint => self.fail("another fingerprint than before"),
            Some(_) => {}
            None => {
                self.expected = Some(fingerprint);
                for datagram in std::mem::take(&mut self.held) {
                    self.feed(now_us, &datagram);
                }
            }
        }
    }

    /// Whether [`Association::expect`] with this fingerprint would end the association.
    #[must_use]
    pub fn contradicts(&self, fingerprint: Fingerprint) -> bool {
        self.expected.is_some_and(|before| before != fingerprint)
    }

    /// Takes a datagram.
    pub fn datagram(&mut self, now_us: i64, datagram: &[u8]) {
        if datagram.len() > MAX_DATAGRAM {
            return;
        }
        if self.expected.is_some() {
            self.feed(now_us, datagram);
        } else if self.held.len() < MAX_HELD && !self.held.iter().any(|held| held == datagram) {
            self.held.push(datagram.to_vec());
        }
    }

    fn feed(&mut self, now_us: i64, datagram: &[u8]) {
        if matches!(self.state, State::Failed(_) | State::Closed) {
            return;
        }
        if self.state == State::Handshaking {
            self.taken += datagram.len();
            if self.taken > HANDSHAKE_BUDGET {
                return self.fail("too much DTLS before keys");
            }
        }
        self.advance(now_us);
        if self.engine.handle_packet(datagram).is_err() {
            self.fail("DTLS handshake");
        }
        self.drain();
    }

    /// Does what is due.
    pub fn timeout(&mut self, now_us: i64) {
        if matches!(self.state, State::Failed(_) | State::Closed) {
            self.timeout_us = None;
            return;
        }
        self.advance(now_us);
        self.drain();
    }

    fn advance(&mut self, now_us: i64) {
        self.now_us = self.now_us.max(now_us);
        if self.engine.handle_timeout(instant(self.beginning, self.now_us)).is_err() {
            self.fail("DTLS handshake timed out");
        }
    }

    /// When [`Association::timeout`] is due, in microseconds.
    #[must_use]
    pub fn next_timeout(&self) -> Option<i64> {
        self.timeout_us
    }

    /// The next datagram to send.
    pub fn poll(&mut self) -> Option<Vec<u8>> {
        self.out.pop_front()
    }

    /// The keys, once, when the handshake is done and the certificate was the expected one.
    pub fn take_keys(&mut self) -> Option<Keys> {
        self.keys.take().filter(|_| self.state == State::Established)
    }

    /// Says good-bye.
    pub fn close(&mut self, now_us: i64) {
        if self.state == State::Established {
            self.advance(now_us);
            if self.engine.close().is_ok() {
                self.drain();
            }
        }
        if !matches!(self.state, State::Failed(_)) {
            self.state = State::Closed;
        }
    }

    fn fail(&mut self, why: &'static str) {
        self.state = State::Failed(why);
        self.keys = None;
        self.timeout_us = None;
    }

    fn drain(&mut self) {
        loop {
            match self.engine.poll_output(&mut self.buffer) {
                Output::Packet(packet) => self.out.push_back(packet.to_vec()),
                Output::BufferTooSmall { needed } => self.buffer.resize(needed, 0),
                Output::Timeout(at) => {
                    // The engine names a far-off time when nothing is due.
                    self.timeout_us = Some(micros(self.beginning, at)).filter(|at| *at < self.now_us + 3_600_000_000);
                    return;
                }
                Output::PeerCert(der) => self.presented = Some(Fingerprint::of(der)),
                Output::Connected => self.connected(),
                Output::KeyingMaterial(material, profile) => self.exported(&material, profile),
                Output::CloseNotify => self.state = State::Closed,
                _ => {}
            }
        }
    }

    fn connected(&mut self) {
        if self.presented.is_none() || self.presented != self.expected {
            self.fail("the certificate is not the announced one");
        } else if self.state == State::Handshaking {
            self.state = State::Established;
            // The engine exports right after, or not at all if the client wants no SRTP.
        }
    }

    fn exported(&mut self, material: &[u8], profile: SrtpProfile) {
        let profile = match profile {
            SrtpProfile::AEAD_AES_256_GCM => Profile::AesGcm256,
            SrtpProfile::AEAD_AES_128_GCM => Profile::AesGcm128,
            // The engine prefers the others, and has no setting for what it takes at all.
            SrtpProfile::AES128_CM_SHA1_80 if self.aes_cm => Profile::AesCmSha1,
            _ => return self.fail("SRTP profile"),
        };
        self.keys = Keys::from_export(profile, material);
        if self.keys.is_none() {
            self.fail("SRTP keys");
        }
    }
}

fn instant(beginning: Instant, now_us: i64) -> Instant {
    beginning + Duration::from_micros(now_us.max(0).unsigned_abs())
}

fn micros(beginning: Instant, at: Instant) -> i64 {
    i64::try_from(at.saturating_duration_since(beginning).as_micros()).unwrap_or(i64::MAX)
}
