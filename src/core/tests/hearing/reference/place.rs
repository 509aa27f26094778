//! A seat of the second telling: who it is, where it is, and what it may send.

use assize_core::ids::{ConnectionId, DeviceKind, LinkId};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    Staff,
    Person,
    /// The device that took it, once one has.
    Device(Option<u128>),
    Observer(String),
}

#[derive(Debug, Clone)]
pub(super) struct Place {
    /// `-`: nowhere that others share.
    pub(super) at: char,
    pub(super) whose: Whose,
    pub(super) roles: String,
    pub(super) inside: bool,
    pub(super) online: Option<ConnectionId>,
    /// Since when nobody is there; none before the first time.
    pub(super) away: Option<u64>,
    pub(super) open: bool,
    pub(super) muted: bool,
    pub(super) locked: bool,
    pub(super) publishes: BTreeSet<DeviceKind>,
    pub(super) removed: bool,
    pub(super) admitted: bool,
    pub(super) link: Option<LinkId>,
    pub(super) vouched: BTreeSet<LinkId>,
    /// Somebody else used the code, and nobody has answered.
    pub(super) second: bool,
    pub(super) blocked: bool,
    /// Went on purpose, and is not expected back.
    pub(super) for_good: bool,
    /// Has come, or was sent out.
    pub(super) waits: bool,
    /// An interpreter's microphone is on the other channel; a seat hears that one.
    pub(super) interprets: bool,
    pub(super) wants_interpretation: bool,
    /// The private room that they are in.
    pub(super) talk: Option<u32>,
    /// The judge lets them present.
    pub(super) presents: bool,
}

impl Place {
    pub(super) fn new(at: char, whose: Whose, roles: &str) -> Self {
        Self {
            at,
            whose,
            roles: roles.to_owned(),
            inside: false,
            online: None,
            away: None,
            open: false,
            muted: false,
            locked: false,
            publishes: BTreeSet::new(),
            removed: false,
            admitted: false,
            link: None,
            vouched: BTreeSet::new(),
            second: false,
            blocked: false,
            for_good: false,
            waits: false,
            interprets: false,
            wants_interpretation: false,
            talk: None,
            presents: false,
        }
    }

    pub(super) fn is_device(&self) -> bool {
        matches!(self.whose, Whose::Device(_))
    }

    pub(super) fn observes(&self) -> bool {
        self.roles == "o"
    }

    /// A witness waits apart, unless a party sits at the same devices; to begin with nobody waits anywhere.
    pub(super) fn kept_apart(&self) -> bool {
        self.is_witness() && self.waits
    }

    pub(super) fn is_witness(&self) -> bool {
        self.roles.contains('w') && !self.roles.contains('x')
    }

    /// Its screen acts for the court. A point's device never does.
    pub(super) fn acts_as(&self, role: char) -> bool {
        !self.is_device() && self.roles.contains(role)
    }

    pub(super) fn is_court(&self) -> bool {
        "JMC".chars().any(|role| self.acts_as(role))
    }

    /// A device that the court would let in: the first that used the code, or one that it has admitted.
    pub(super) fn is_vouched(&self) -> bool {
        self.link.is_none_or(|link| self.vouched.contains(&link))
    }

    pub(super) fn is_gone(&self) -> bool {
        self.removed || (self.online.is_none() && self.for_good)
    }

    pub(super) fn go(&mut self, now: u64, for_good: bool) {
        if self.online.take().is_some() {
            self.away = Some(now);
            self.for_good = for_good;
        }
        self.presents &= !for_good;
        self.publishes.clear();
        self.blocked = false;
    }
}
