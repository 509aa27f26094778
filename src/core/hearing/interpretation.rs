//! Interpretation: the floor and the interpreters' channel are separate. Who interprets says on which of them their
//! microphone speaks; each seat listens to one, by its own choice or as the court gives it.
//!
//! Whoever listens to the interpretation does not hear the floor as long as an interpreter holds the channel open towards
//! them, and hears it as long as nobody does: nobody is left in silence because the interpreter went out.

use super::decide::unless;
use super::{Event, Hearing, Occupant, Seat};
use crate::ids::{DeviceKind, SeatId};
use crate::plan::Role;
use crate::refusal::Refusal;
use crate::routing::Channel;

impl Hearing {
    /// The channel on which a device of a seat is heard in the courtroom.
    #[must_use]
    pub fn channel_of(&self, seat: &Seat, device: DeviceKind) -> Channel {
        if device == DeviceKind::Interpretation || (device.is_voice() && seat.speaks_on == Channel::Interpretation) {
            Channel::Interpretation
        } else {
            Channel::Floor
        }
    }

    /// Whether nobody but interpreters speaks through the seat: then its microphone may be the interpreters' channel.
    #[must_use]
    pub fn only_interprets(&self, seat: &Seat) -> bool {
        self.roles(seat.id) == [Role::Interpreter]
    }

    /// The seat of those for whom a seat's interpreter was planned: they sit side by side on every screen.
    #[must_use]
    pub fn interpreted_by(&self, seat: &Seat) -> Option<&Seat> {
        if !self.only_interprets(seat) {
            return None;
        }
        let for_whom = |person: &crate::plan::Person| {
            self.people(seat).any(|own| own.with.contains(&person.id) || person.with.contains(&own.id))
        };
        self.seats.values().find(|other| {
            let observer = matches!(other.occupant, Occupant::Observer { .. });
            other.id != seat.id && !observer && self.people(other).any(for_whom)
        })
    }

    /// Whether there is anything to choose: somebody of the plan interprets, or a channel is open.
    #[must_use]
    pub fn is_interpreted(&self) -> bool {
        self.plan.people.iter().any(|person| person.role == Role::Interpreter)
            || self.seats.values().any(|seat| seat.devices.contains(&DeviceKind::Interpretation))
    }

    pub(super) fn speak_on(&self, actor: &Seat, channel: Channel) -> Result<Vec<Event>, Refusal> {
        if !self.only_interprets(actor) {
            return Err(Refusal::NotYourAct);
        }
        unless(actor.speaks_on == channel, Event::SpeaksOn { seat: actor.id, channel })
    }

    /// One's own choice; the court chooses for anybody.
    pub(super) fn listen(&self, actor: &Seat, of: Option<SeatId>, channel: Channel) -> Result<Vec<Event>, Refusal> {
        let id = of.unwrap_or(actor.id);
        let court = self.acting_roles(actor).iter().any(|role| matches!(role, Role::PresidingJudge | Role::Clerk));
        if id != actor.id && !court {
            return Err(Refusal::NotYourAct);
        }
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        unless(seat.listens == channel, Event::Listens { seat: id, channel })
    }

    pub(super) fn apply_interpretation(&mut self, event: &Event) {
        match event {
            Event::SpeaksOn { seat, channel } => self.seat(*seat, |seat| seat.speaks_on = *channel),
            Event::Listens { seat, channel } => self.seat(*seat, |seat| seat.listens = *channel),
            _ => {}
        }
    }
}
