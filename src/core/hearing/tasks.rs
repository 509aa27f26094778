//! What waits for somebody at the desk, and who has taken it: two clerks do not call the same point.

use super::decide::unless;
use super::{Event, Hearing, Off, Standing};
use crate::ids::{ExhibitId, SeatId, SignalId};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Task {
    /// A signal that waits for an answer.
    Signal { signal: SignalId },
    /// An exhibit that was not ruled on.
    Exhibit { exhibit: ExhibitId },
    /// Something is amiss at a seat.
    Seat { seat: SeatId, trouble: Trouble },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Its point does not see, does not hear or is not heard.
    Continuity,
    /// Its browser plays no sound.
    Playback,
    Camera,
    Microphone,
    /// Its line is weak: no state of the hearing, so that it waits as long as the seat is there.
    Line,
    /// Its sound is not, or may not be, in the record. As with the line.
    Record,
}

/// Who has taken a task, and when (hearing time).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    pub by: SeatId,
    pub at_us: u64,
}

impl Hearing {
    /// Takes a task, from somebody else as well, or gives one's own back.
    pub(super) fn take_task(&self, actor: SeatId, task: Task, taken: bool) -> Result<Vec<Event>, Refusal> {
        self.waits(task)?;
        let by = self.tasks.get(&task).map(|taken| taken.by);
        if !taken && by.is_some_and(|by| by != actor) {
            return Err(Refusal::NotYourAct);
        }
        let wanted = taken.then_some(actor);
        unless(by == wanted, Event::TaskTaken { task, by: wanted })
    }

    fn waits(&self, task: Task) -> Result<(), Refusal> {
        let wait = match task {
            Task::Signal { signal } => self.signals.get(&signal).ok_or(Refusal::NoSuchSignal)?.answer.is_none(),
            Task::Exhibit { exhibit } => {
                let standing = self.exhibits.all.get(&exhibit).ok_or(Refusal::NoSuchExhibit)?.standing;
                matches!(standing, Standing::Received | Standing::Submitted)
            }
            Task::Seat { seat, trouble } => self.has_trouble(seat, trouble)?,
        };
        if wait { Ok(()) } else { Err(Refusal::AlreadySo) }
    }

    fn has_trouble(&self, id: SeatId, trouble: Trouble) -> Result<bool, Refusal> {
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        let off = |device| self.off.get(&id).is_some_and(|off| off.contains(&device));
        Ok(match trouble {
            Trouble::Continuity => {
                let found = self.point_of(seat).and_then(|point| self.continuity.get(&point));
                found.is_some_and(|measured| measured.broken_since_us.is_some())
            }
            Trouble::Playback => self.playback_blocked.contains(&id),
            Trouble::Camera => off(Off::Camera),
            Trouble::Microphone => off(Off::Microphone),
            Trouble::Line | Trouble::Record => seat.admitted && !seat.left,
        })
    }

    pub(super) fn apply_task(&mut self, event: &Event, at_us: u64) {
        match event {
            Event::TaskTaken { task, by: Some(by) } => _ = self.tasks.insert(*task, Taken { by: *by, at_us }),
            Event::TaskTaken { task, by: None } => _ = self.tasks.remove(task),
            _ => {}
        }
        // What waits no longer is nobody's; if it comes again, somebody has to take it again.
        if !self.tasks.is_empty() {
            let over: Vec<Task> = self.tasks.keys().copied().filter(|task| self.waits(*task).is_err()).collect();
            over.iter().for_each(|task| _ = self.tasks.remove(task));
        }
    }
}
