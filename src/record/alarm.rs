//! Faults of the recorder as a whole, by their cause: it has recovered when none is left.

use crate::Notice;
use crate::recorder::Notify;
use crate::segment::locked;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// A sync pass hangs.
    Stall,
    /// A checkpoint cannot be written.
    Checkpoint,
    /// The disk does not say how much is free.
    FreeSpace,
}

#[derive(Clone)]
pub(crate) struct Alarms {
    notify: Notify,
    standing: Arc<Mutex<BTreeSet<Cause>>>,
}

impl Alarms {
    pub(crate) fn new(notify: Notify) -> Self {
        Self { notify, standing: Arc::default() }
    }

    /// Tells of a fault, once while it stands.
    pub(crate) fn raise(&self, cause: Cause, detail: String) {
        if locked(&self.standing).insert(cause) {
            (self.notify)(Notice::Fault { track: None, detail });
        }
    }

    /// What the cause stands for works again.
    pub(crate) fn clear(&self, cause: Cause) {
        let mut standing = locked(&self.standing);
        if standing.remove(&cause) && standing.is_empty() {
            (self.notify)(Notice::Recovered { track: None });
        }
    }
}
