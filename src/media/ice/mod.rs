//! ICE-lite (RFC 8445 section 2.5): we answer checks and remember which 5-tuples passed; the client does the rest.
//!
//! A request without our user name and a right MESSAGE-INTEGRITY gets no answer at all, so that we reflect nothing.

pub mod client;
mod message;

#[cfg(test)]
mod tests;

pub use message::{Credentials, Request, local_ufrag};

use crate::remote::Remote;

/// Tuples a peer may have validated at one time; the longest unheard makes room.
const MAX_TUPLES: usize = 16;
/// Microseconds without valid STUN or authentic media after which a peer is gone (RFC 7675 section 5.1).
pub const GONE_AFTER_US: i64 = 30_000_000;

/// Why a check was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not a STUN binding request")]
    Shape,
    #[error("not our user name, or the wrong password")]
    Credentials,
}

/// What a check led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// To be sent back whence the request came.
    pub reply: Vec<u8>,
    /// The 5-tuple has not passed a check before.
    pub valid: bool,
    /// The 5-tuple is now the one to send to, and was not before.
    pub selected: bool,
    /// A 5-tuple that had to make room.
    pub evicted: Option<Remote>,
}

#[derive(Debug, Clone, Copy)]
struct Tuple {
    remote: Remote,
    heard_us: i64,
}

/// The ICE agent of one transport.
#[derive(Debug)]
pub struct Agent {
    current: Credentials,
    /// The generation before, until the current one is nominated: clients go on checking with it for a while.
    previous: Option<Credentials>,
    tuples: Vec<Tuple>,
    selected: Option<Remote>,
    heard_us: i64,
}

impl Agent {
    #[must_use]
    pub fn new(credentials: Credentials, now_us: i64) -> Self {
        Self { current: credentials, previous: None, tuples: Vec::new(), selected: None, heard_us: now_us }
    }

    /// The credentials to put into descriptions.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.current
    }

    /// User names under which checks may come now.
    pub fn ufrags(&self) -> impl Iterator<Item = &str> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().map(|c| c.ufrag.as_str())
    }

    /// Begins a new generation. The pair in use stays in use until the client nominates one of the new generation.
    pub fn restart(&mut self, credentials: Credentials) {
        let before = std::mem::replace(&mut self.current, credentials);
        // Restarted again before anything was nominated: the generation media flows on is the older one.
        self.previous.get_or_insert(before);
    }

    /// Whether datagrams other than STUN are to be looked at (`../reference`: only from validated 5-tuples).
    #[must_use]
    pub fn is_valid(&self, from: Remote) -> bool {
        self.tuples.iter().any(|tuple| tuple.remote == from)
    }

    /// Where to send.
    #[must_use]
    pub fn selected(&self) -> Option<Remote> {
        self.selected
    }

    /// A connection is closed: nothing comes from there any more. If it was the one to send to, what was heard last
    /// takes its place until the client nominates.
    pub fn forget(&mut self, remote: Remote) {
        self.tuples.retain(|tuple| tuple.remote != remote);
        if self.selected == Some(remote) {
            self.selected = self.tuples.iter().max_by_key(|tuple| tuple.heard_us).map(|tuple| tuple.remote);
        }
    }

    /// Notes authentic media: the peer lives.
    pub fn heard(&mut self, now_us: i64) {
        self.heard_us = self.heard_us.max(now_us);
    }

    /// When the peer is to be given up, unless something is heard before, in microseconds.
    #[must_use]
    pub fn gone_at(&self) -> i64 {
        self.heard_us.saturating_add(GONE_AFTER_US)
    }

    /// A datagram that begins like STUN. `Err`: nothing is sent back.
    ///
    /// # Errors
    /// Why it was not answered.
    pub fn check(&mut self, now_us: i64, from: Remote, datagram: &[u8]) -> Result<Answer, Refused> {
        let mut request = Request::parse(datagram).ok_or(Refused::Shape)?;
        let old = self.previous.as_ref().is_some_and(|c| c.ufrag == request.local_ufrag());
        let credentials = if old { self.previous.as_ref() } else { Some(&self.current) };
        let credentials = credentials.filter(|c| request.is_from(c)).ok_or(Refused::Credentials)?;
        self.heard_us = self.heard_us.max(now_us);
        if let Some(reply) = request.complaint(credentials) {
            return Ok(Answer { reply, valid: false, selected: false, evicted: None });
        }
        let reply = request.success(credentials, from.addr()).ok_or(Refused::Shape)?;
        let (valid, evicted) = self.note(now_us, from);
        let nominated = request.nominates() && !(old && self.selected.is_some());
        // A client that has not nominated yet is sent to where it first got through.
        let selected = (nominated || self.selected.is_none()) && self.selected != Some(from);
        if selected {
            self.selected = Some(from);
        }
        if nominated && !old {
            self.previous = None;
        }
        Ok(Answer { reply, valid, selected, evicted })
    }

    fn note(&mut self, now_us: i64, from: Remote) -> (bool, Option<Remote>) {
        if let Some(tuple) = self.tuples.iter_mut().find(|tuple| tuple.remote == from) {
            tuple.heard_us = now_us;
            return (false, None);
        }
        let mut evicted = None;
        if self.tuples.len() >= MAX_TUPLES {
            let oldest = (0..self.tuples.len())
                .filter(|at| Some(self.tuples[*at].remote) != self.selected)
                .min_by_key(|at| self.tuples[*at].heard_us);
            evicted = oldest.map(|at| self.tuples.swap_remove(at).remote);
        }
        self.tuples.push(Tuple { remote: from, heard_us: now_us });
        (true, evicted)
    }
}
