//! Who stands large on the screens: as the presiding judge sets it for all, or as each chooses.

use super::decide::unless;
use super::{Event, Hearing, Room, Seat};
use crate::ids::SeatId;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the presiding judge sets for every screen. Seats keep their places in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "layout", rename_all = "snake_case", deny_unknown_fields)]
pub enum Layout {
    /// Nobody larger than their place.
    Grid {},
    /// Whoever speaks stands large.
    Speaker {},
    /// This one does.
    Spotlight { seat: SeatId },
}

impl Hearing {
    pub(super) fn set_layout(&self, layout: Option<Layout>) -> Result<Vec<Event>, Refusal> {
        if let Some(Layout::Spotlight { seat }) = layout {
            let seat = self.seats.get(&seat).ok_or(Refusal::NoSuchSeat)?;
            if self.only_receives(seat) {
                return Err(Refusal::OnlyReceives);
            }
            if !stays(seat) {
                return Err(Refusal::NotAdmitted);
            }
        }
        unless(self.layout == layout, Event::LayoutSet { layout })
    }

    pub(super) fn apply_layout(&mut self, event: &Event) {
        if let Event::LayoutSet { layout } = event {
            self.layout = *layout;
        }
        // Nobody stands large who was sent out; whose line is lost is expected back.
        let gone = |layout: &Layout| match layout {
            Layout::Spotlight { seat } => !self.seats.get(seat).is_some_and(stays),
            Layout::Grid {} | Layout::Speaker {} => false,
        };
        if self.layout.as_ref().is_some_and(gone) {
            self.layout = None;
        }
    }
}

fn stays(seat: &Seat) -> bool {
    seat.room == Room::Courtroom && !seat.removed
}
