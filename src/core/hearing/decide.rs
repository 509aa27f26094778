//! Commands to events.

use super::{Actor, Command, Event, Hearing};
use crate::refusal::Refusal;
use crate::time::Now;

impl Hearing {
    /// What would happen if `actor` gave `command` at `now`. Changes nothing.
    ///
    /// # Errors
    /// A [`Refusal`] with the reason a person can read.
    pub fn decide(&self, _command: &Command, _actor: Actor, _now: Now) -> Result<Vec<Event>, Refusal> {
        Err(Refusal::NotYourAct)
    }
}
