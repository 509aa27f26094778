//! What passes between the members of a private room that the server cannot read: their keys, and their frames.

use super::task::Task;
use crate::runtime::metrics;
use assize_core::hearing::{Actor, Command};
use assize_core::ids::{ConnectionId, SeatId};
use assize_core::refusal::Refusal;
use assize_core::signal::{MAX_SEALED, ServerMessage};

impl Task {
    /// Passes something on to another member of the sender's private room. It is kept nowhere and told to nobody else.
    pub(super) fn pass(&mut self, connection: ConnectionId, to: SeatId, data: String) {
        let Some(from) = self.links.get(&connection).map(|link| link.seat) else { return };
        match self.passes(from, to, data.len()) {
            Ok(connection) => self.tell(connection, ServerMessage::Sealed { from, data }),
            Err(refusal) => {
                metrics::refusal(&refusal);
                self.tell(connection, ServerMessage::Refused { id: 0, refusal });
            }
        }
    }

    fn passes(&self, from: SeatId, to: SeatId, bytes: usize) -> Result<ConnectionId, Refusal> {
        if bytes > MAX_SEALED {
            return Err(Refusal::TooMuch { limit: MAX_SEALED as u32 });
        }
        self.hearing.passes(from, to)?;
        self.hearing.seats.get(&to).and_then(|seat| seat.connection).ok_or(Refusal::NotReachable)
    }

    /// From here on what the seat publishes is encrypted for its room, or no longer. The transport before goes first: none
    /// of its frames is to be taken for the other kind.
    pub(super) async fn seal(&mut self, connection: ConnectionId, seat: SeatId, sends: bool) -> Result<(), Refusal> {
        if self.hearing.rooms.sealed.contains(&seat) == sends {
            return Ok(());
        }
        if let Some(former) = self.links.get_mut(&connection).and_then(|link| link.up.take()) {
            self.close_transport(former.transport).await;
        }
        // With the key that is known, or none yet: only the client says whether it has one.
        let key = self.hearing.rooms.keys.get(&seat).cloned();
        self.act(Command::SetEncryption { key, sends }, Actor::Seat { seat }).await?;
        Ok(())
    }
}
