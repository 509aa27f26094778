//! Why datagrams were dropped, counted.

use crate::{ice, srtp};

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// Why a datagram was dropped.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Dropped {
            $($(#[$doc])* $name),+
        }

        const REASONS: &[(&str, Dropped)] = &[$(($text, Dropped::$name)),+];
    };
}

reasons! {
    /// From an address that is nobody's.
    Unknown = "unknown_address",
    /// From a 5-tuple that ICE has not validated.
    Unvalidated = "unvalidated_tuple",
    /// Too long, too short, or of no known kind.
    Shape = "shape",
    /// STUN without our user name or with a wrong password.
    Credentials = "stun_credentials",
    /// Over the peer's budget.
    Budget = "budget",
    /// Media before keys.
    NoKeys = "no_keys",
    /// Does not authenticate.
    Forged = "forged",
    Replayed = "replayed",
    /// More streams than a peer may send.
    Streams = "streams",
    /// The queue to a peer is full.
    Queue = "send_queue",
    /// The system did not take it.
    Send = "send",
    /// Handling it panicked.
    Panic = "panic",
}

impl From<srtp::Refused> for Dropped {
    fn from(refused: srtp::Refused) -> Self {
        match refused {
            srtp::Refused::Shape => Self::Shape,
            srtp::Refused::Forged => Self::Forged,
            srtp::Refused::Replayed => Self::Replayed,
            srtp::Refused::Streams => Self::Streams,
        }
    }
}

impl From<ice::Refused> for Dropped {
    fn from(refused: ice::Refused) -> Self {
        match refused {
            ice::Refused::Shape => Self::Shape,
            ice::Refused::Credentials => Self::Credentials,
        }
    }
}

/// A counter for each reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drops([u64; REASONS.len()]);

impl Drops {
    pub fn count(&mut self, why: Dropped) {
        self.add(why, 1);
    }

    pub fn add(&mut self, why: Dropped, n: u64) {
        self.0[why as usize] += n;
    }

    /// Adds another's counters.
    pub fn merge(&mut self, other: &Self) {
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours += theirs;
        }
    }

    #[must_use]
    pub fn get(&self, why: Dropped) -> u64 {
        self.0[why as usize]
    }

    /// Name and count of each reason.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        REASONS.iter().map(|(name, why)| (*name, self.get(*why)))
    }
}
