//! Devices of points: a one-time enrolment link gives a device a credential of its own, which can be revoked.

use super::secret::{Secret, digest};
use crate::clock::Clock;
use crate::config;
use crate::store::{self, Device, LinkEnd, Store, StoreError};
use assize_core::ids::{DeviceId, PointId};
use std::sync::Arc;
use uuid::Uuid;

const DAY_MS: i64 = 24 * 3600 * 1000;

#[derive(Debug)]
pub struct Devices {
    link_ms: i64,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// The link was used, has expired or never was.
    #[error("the enrolment link is used up or expired")]
    UsedUp,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no randomness: {0}")]
    Random(#[from] std::io::Error),
}

impl Devices {
    #[must_use]
    pub fn new(config: &config::Identity, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { link_ms: i64::from(config.enrolment) * DAY_MS, store, clock }
    }

    /// A one-time token for a device of this point, and when it expires (UTC milliseconds).
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn offer(&self, point: PointId) -> Result<(Secret, i64), EnrolError> {
        let token = Secret::mint()?;
        let expires_ms = self.clock.utc_ms() + self.link_ms;
        self.store.put_enrolment(token.digest(), point, expires_ms).await?;
        Ok((token, expires_ms))
    }

    /// Uses up a one-time token: the device and its credential, which is shown this once.
    ///
    /// # Errors
    /// [`EnrolError::UsedUp`], or the store does not answer.
    pub async fn enrol(&self, token: &str) -> Result<(Device, Secret), EnrolError> {
        let now = self.clock.utc_ms();
        let point = self.store.take_enrolment(digest(token), now).await?.ok_or(EnrolError::UsedUp)?;
        let device = Device { id: DeviceId(Uuid::now_v7()), point, enrolled_ms: now, seen_ms: None, revoked_ms: None };
        let credential = Secret::mint()?;
        self.store.put_device(&device, credential.digest()).await?;
        Ok((device, credential))
    }

    /// The device with this credential, unless it was revoked.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn find(&self, credential: &str) -> store::Result<Option<Device>> {
        let device = self.store.device_by_credential(digest(credential)).await?;
        let Some(device) = device.filter(|device| device.revoked_ms.is_none()) else { return Ok(None) };
        self.store.see_device(device.id, self.clock.utc_ms()).await?;
        Ok(Some(device))
    }

    /// Takes a device's credential away and ends its links. False if there is no such device.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn revoke(&self, id: DeviceId) -> store::Result<bool> {
        let known = self.store.revoke_device(id, self.clock.utc_ms()).await?;
        self.store.end_links(&LinkEnd::Device(id)).await?;
        Ok(known)
    }
}
