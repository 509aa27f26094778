//! Who may listen to what is being recorded, while it is.

use super::{Hearing, SessionState};
use crate::ids::{SeatId, TrackId};
use crate::refusal::Refusal;

impl Hearing {
    /// Whether the seat may listen to a track in the record while it is written: to make sure of the recording is the court's.
    ///
    /// # Errors
    /// [`Refusal::NotYourAct`] for all others, for pictures, and for a voice that an order withholds; [`Refusal::NotNow`]
    /// while nothing is recorded; [`Refusal::NotAdmitted`], [`Refusal::NoSuchSeat`].
    pub fn may_listen(&self, id: SeatId, track: TrackId) -> Result<(), Refusal> {
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        if seat.removed || !self.is_trusted(seat) {
            return Err(Refusal::NotAdmitted);
        }
        let source = self.seats.get(&track.seat).ok_or(Refusal::NoSuchSeat)?;
        if !self.is_court(seat) || !track.device.is_audio() || self.withheld(source, seat).voice {
            return Err(Refusal::NotYourAct);
        }
        if self.state != SessionState::InSession || !self.recording {
            return Err(Refusal::NotNow { state: self.state });
        }
        Ok(())
    }
}
