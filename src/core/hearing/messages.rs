//! Short messages between the clerk and whoever takes part: what was asked for and said to run the hearing is part of what
//! happened, and the ledger keeps it.

use super::{Event, Hearing, Occupant, Seat};
use crate::ids::{MessageId, SeatId};
use crate::plan::Role;
use crate::refusal::Refusal;
use crate::time::Now;

/// Longest message, in characters.
const MOST_TEXT: u32 = 500;
/// Most messages of a hearing.
const MOST: usize = 2000;
/// Of one seat in a minute.
const MOST_A_MINUTE: usize = 12;
const MINUTE_US: u64 = 60_000_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub from: SeatId,
    /// None: to the clerk.
    pub to: Option<SeatId>,
    pub text: String,
    /// Hearing time.
    pub at_us: u64,
}

impl Hearing {
    /// The clerk writes to a seat, everybody else to the clerk. A point's device neither writes nor is written to: all in
    /// the room read it.
    pub(super) fn message(
        &self,
        actor: &Seat,
        to: Option<SeatId>,
        text: &str,
        now: Now,
    ) -> Result<Vec<Event>, Refusal> {
        if !self.writes_for_itself(actor) {
            return Err(Refusal::NotYourAct);
        }
        match to {
            Some(to) if self.is_clerk(actor) => self.addressee(actor, to)?,
            None if !self.is_clerk(actor) => {}
            _ => return Err(Refusal::NotReachable),
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(Refusal::NothingWritten);
        }
        if text.chars().count() > MOST_TEXT as usize {
            return Err(Refusal::TooMuch { limit: MOST_TEXT });
        }
        if self.messages.len() >= MOST {
            return Err(Refusal::TooMuch { limit: MOST as u32 });
        }
        let lately = |message: &&Message| message.from == actor.id && now.t_us < message.at_us + MINUTE_US;
        if self.messages.iter().rev().filter(lately).count() >= MOST_A_MINUTE {
            return Err(Refusal::TooOften);
        }
        let message = MessageId(self.messages.last().map_or(0, |last| last.id.0) + 1);
        Ok(vec![Event::Messaged { message, from: actor.id, to, text: text.to_owned() }])
    }

    fn addressee(&self, actor: &Seat, to: SeatId) -> Result<(), Refusal> {
        let seat = self.seats.get(&to).ok_or(Refusal::NoSuchSeat)?;
        if self.only_receives(seat) {
            return Err(Refusal::OnlyReceives);
        }
        if to == actor.id || seat.removed {
            return Err(Refusal::NotReachable);
        }
        if self.writes_for_itself(seat) { Ok(()) } else { Err(Refusal::SitsAtPoint) }
    }

    /// Whether the seat is one person's own screen.
    pub(crate) fn writes_for_itself(&self, seat: &Seat) -> bool {
        matches!(seat.occupant, Occupant::Person { .. }) && !self.only_receives(seat)
    }

    pub(crate) fn is_clerk(&self, seat: &Seat) -> bool {
        self.acting_roles(seat).contains(&Role::Clerk)
    }

    pub(super) fn apply_message(&mut self, event: &Event, at_us: u64) {
        if let Event::Messaged { message, from, to, text } = event {
            self.messages.push(Message { id: *message, from: *from, to: *to, text: text.clone(), at_us });
        }
    }
}
