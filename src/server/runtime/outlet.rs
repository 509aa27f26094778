//! A link's bounded queue of messages to its client: the hearing never waits for a slow one.

use assize_core::signal::ServerMessage;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Messages that may wait for one client: everything kept for a return, and as much again.
const CAPACITY: usize = 2 * super::feed::KEPT;

/// The hearing's end of the queue.
#[derive(Debug, Clone)]
pub struct Outlet(Sender<ServerMessage>);

/// A new queue; the receiving end yields `None` once the hearing has let go of the link.
#[must_use]
pub fn outlet() -> (Outlet, Receiver<ServerMessage>) {
    let (sender, receiver) = channel(CAPACITY);
    (Outlet(sender), receiver)
}

/// The client does not keep up, or is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

impl Outlet {
    /// # Errors
    /// The queue is full: the link has to be given up, since a message must not be missing.
    pub fn tell(&self, message: ServerMessage) -> Result<(), TooSlow> {
        self.0.try_send(message).map_err(|_| TooSlow)
    }

    /// For messages of which only the latest value matters: left out when the client is behind.
    pub fn tell_if_keeping_up(&self, message: ServerMessage) {
        if self.0.capacity() > CAPACITY / 2 {
            // Full or closed meanwhile: the next value will do.
            let _ = self.0.try_send(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_does_not_read_is_given_up_and_never_waited_for() {
        let (outlet, receiver) = outlet();
        let told = (0..).take_while(|id| outlet.tell(ServerMessage::Done { id: *id }).is_ok()).count();
        assert_eq!(told, CAPACITY);
        drop(receiver);
        assert_eq!(outlet.tell(ServerMessage::Done { id: 0 }), Err(TooSlow));
    }

    /// A queue takes memory for 32 messages at a time, for every link there is.
    #[test]
    fn a_message_is_small() {
        assert!(size_of::<ServerMessage>() <= 192, "{}", size_of::<ServerMessage>());
    }

    #[test]
    fn levels_leave_room_for_what_must_arrive() {
        let (outlet, _receiver) = outlet();
        for _ in 0..2 * CAPACITY {
            outlet.tell_if_keeping_up(ServerMessage::Levels { seats: vec![] });
        }
        assert_eq!(outlet.tell(ServerMessage::Done { id: 0 }), Ok(()));
    }
}
