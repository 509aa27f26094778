//! What a worker was told of its hearings, kept outside of it: when a hearing begins anew, or the worker itself, this is
//! all that is believed. Written on commands and ends of transports, never for a packet.

use crate::plane::{HearingKey, PlaneRoute, PlaneSink, TransportKey};
use assize_rtp::tap::TapSender;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Of one hearing.
#[derive(Debug, Default, Clone)]
pub(super) struct Told {
    pub(super) transports: BTreeSet<TransportKey>,
    /// Connected and not cut.
    pub(super) routes: HashSet<PlaneRoute>,
    pub(super) tap: Option<TapSender>,
}

/// See the module. Cheap to clone: all clones are one.
#[derive(Debug, Default, Clone)]
pub(super) struct Notebook(Arc<Mutex<BTreeMap<HearingKey, Told>>>);

impl Notebook {
    /// Each entry is whole at any time, so that a panic elsewhere makes none doubtful.
    fn open(&self) -> MutexGuard<'_, BTreeMap<HearingKey, Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn opened(&self, key: HearingKey, t: TransportKey) {
        self.open().entry(key).or_default().transports.insert(t);
    }

    /// A transport is no more. Its key is never used again: routes to it are of no more use either, and are returned.
    pub(super) fn gone(&self, key: HearingKey, t: TransportKey) -> Vec<PlaneRoute> {
        let mut all = self.open();
        let Some(told) = all.get_mut(&key) else { return Vec::new() };
        told.transports.remove(&t);
        told.routes.extract_if(|route| route.sink == PlaneSink::Transport(t)).collect()
    }

    pub(super) fn routed(&self, key: HearingKey, routes: &[PlaneRoute], connect: bool) {
        let mut all = self.open();
        let known = &mut all.entry(key).or_default().routes;
        for route in routes {
            if connect {
                known.insert(*route)
            } else {
                known.remove(route)
            };
        }
    }

    pub(super) fn recorded(&self, key: HearingKey, tap: TapSender) {
        self.open().entry(key).or_default().tap = Some(tap);
    }

    pub(super) fn ended(&self, key: HearingKey) {
        self.open().remove(&key);
    }

    pub(super) fn hearings(&self) -> Vec<HearingKey> {
        self.open().keys().copied().collect()
    }

    pub(super) fn told(&self, key: HearingKey) -> Told {
        self.open().get(&key).cloned().unwrap_or_default()
    }
}
