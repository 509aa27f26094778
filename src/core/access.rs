//! Who may do what, in which state. Default-deny.

use crate::hearing::{CommandKind, SessionState};
use crate::plan::Role;
use crate::refusal::Refusal;

/// Whether someone of `role` may give a command of this kind in this state.
///
/// # Errors
/// [`Refusal::NotYourAct`] if the role never may, [`Refusal::NotNow`] if not in this state.
pub fn decide(_role: Role, state: SessionState, _command: CommandKind) -> Result<(), Refusal> {
    Err(Refusal::NotNow { state })
}
