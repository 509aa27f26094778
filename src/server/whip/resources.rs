//! The resources that a POST makes: one transport of one link each, addressable while the link lives.

use crate::runtime::hearing::Handle;
use assize_core::ids::ConnectionId;
use assize_core::signal::Transport;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone)]
pub(super) struct Resource {
    pub(super) hearing: Handle,
    pub(super) connection: ConnectionId,
    pub(super) side: Transport,
    /// Names the ICE generation (RFC 9725 section 4.3.1).
    pub(super) etag: String,
    owner: [u8; 32],
}

impl Resource {
    pub(super) fn new(hearing: Handle, connection: ConnectionId, side: Transport, bearer: &str) -> Self {
        Self { hearing, connection, side, etag: etag(1), owner: digest(bearer) }
    }

    /// Whether this bearer made the resource. Hashes are compared, so that timing tells nothing of the bearer.
    pub(super) fn is_owned_by(&self, bearer: &str) -> bool {
        self.owner == digest(bearer)
    }
}

/// All resources by their unguessable names.
#[derive(Debug, Clone, Default)]
pub(super) struct Resources(Arc<Mutex<BTreeMap<String, Resource>>>);

impl Resources {
    /// Returns the resource's name.
    ///
    /// # Errors
    /// There is no randomness.
    pub(super) fn add(&self, resource: Resource) -> Result<String, getrandom::Error> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes)?;
        let name: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.lock().insert(name.clone(), resource);
        Ok(name)
    }

    pub(super) fn find(&self, name: &str) -> Option<Resource> {
        self.lock().get(name).cloned()
    }

    pub(super) fn remove(&self, name: &str) {
        self.lock().remove(name);
    }

    /// A new ICE generation has begun; returns its name.
    pub(super) fn restarted(&self, name: &str) -> String {
        let mut all = self.lock();
        let Some(resource) = all.get_mut(name) else { return etag(1) };
        let generation = resource.etag.trim_matches('"').parse::<u32>().unwrap_or_default();
        resource.etag = etag(generation.wrapping_add(1));
        resource.etag.clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Resource>> {
        // Nothing is left half done under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn etag(generation: u32) -> String {
    format!("\"{generation}\"")
}

fn digest(bearer: &str) -> [u8; 32] {
    Sha256::digest(bearer.as_bytes()).into()
}
