//! Who somebody is: staff by password and session, people by code, points by enrolled devices, and the tickets and
//! resume tokens that lead them into a hearing.

pub mod code;
pub mod csrf;
pub mod device;
pub mod keyfile;
pub mod password;
pub mod policy;
pub mod secret;
pub mod session;
pub mod ticket;
pub mod tries;

use crate::clock::Clock;
use crate::config;
use crate::store::Store;
use std::path::Path;
use std::sync::Arc;

/// The services of this module, as the rest of the server uses them.
#[derive(Debug)]
pub struct Identity {
    pub sessions: session::Sessions,
    pub codes: code::Codes,
    pub devices: device::Devices,
    pub tickets: ticket::Tickets,
    /// Wrong passwords and codes, by source.
    pub tries: tries::Guesses,
}

impl Identity {
    /// # Errors
    /// The key of the codes cannot be read or made.
    pub fn new(
        config: &config::Identity,
        data: &Path,
        store: &Arc<dyn Store>,
        clock: &Arc<dyn Clock>,
    ) -> std::io::Result<Self> {
        let passwords = password::Passwords::new(password::Cost::default())?;
        Ok(Self {
            sessions: session::Sessions::new(config, passwords, Arc::clone(store), Arc::clone(clock)),
            codes: code::Codes::new(&data.join("keys"), Arc::clone(store), Arc::clone(clock))?,
            devices: device::Devices::new(config, Arc::clone(store), Arc::clone(clock)),
            tickets: ticket::Tickets::new(Arc::clone(store), Arc::clone(clock)),
            tries: tries::Guesses::new(config.tries),
        })
    }
}
