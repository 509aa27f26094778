//! A recording that is shown: out of whose browser it is played, how far it is, and which parts of it were played.
//!
//! Whoever shows it sends its picture and sound as tracks of their own seat, so that everybody sees and hears the same
//! moment and the record holds it. To whom those tracks go is `routing`'s to say.

use super::{ExhibitFile, Exhibits, Shown};
use crate::hearing::{Actor, Event, Hearing, Seat};
use crate::ids::{ExhibitId, SeatId};
use crate::refusal::Refusal;
use crate::time::Now;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Positions beyond this are not gone to, in milliseconds: of a file that does not say how long it is. A hundred hours.
const MOST_MS: u64 = 360_000_000;

/// How far a recording that is shown has come. While it plays, the time since counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Play {
    /// Whoever shows it: out of their browser it is played.
    pub by: SeatId,
    pub playing: bool,
    /// Position in the file, in milliseconds, at hearing time `since_us`.
    pub at_ms: u64,
    pub since_us: u64,
}

/// From where to where in the file, in milliseconds, and when it began to be played. Without an end: it plays now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PlayedPart {
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number | null")]
    pub to_ms: Option<u64>,
    /// Hearing time.
    #[ts(type = "number")]
    pub at_us: u64,
}

impl Play {
    /// Where it is at a hearing time.
    fn position(&self, file: &ExhibitFile, t_us: u64) -> u64 {
        let since = if self.playing { t_us.saturating_sub(self.since_us) / 1000 } else { 0 };
        self.at_ms.saturating_add(since).min(most(file))
    }
}

fn most(file: &ExhibitFile) -> u64 {
    file.length_ms.unwrap_or(MOST_MS).min(MOST_MS)
}

impl Exhibits {
    /// What is shown is played by whoever shows it, if it can be played at all.
    pub(super) fn give_to_play(&mut self, actor: Actor, t_us: u64) {
        let Actor::Seat { seat: by } = actor else { return };
        let Some(shown) = &mut self.shown else { return };
        let played = self.all.get(&shown.exhibit).is_some_and(|exhibit| exhibit.file.media_type.is_played());
        shown.play = played.then_some(Play { by, playing: false, at_ms: 0, since_us: t_us });
    }

    /// The position of what is shown now.
    fn position(&self, t_us: u64) -> Option<u64> {
        let shown = self.shown.as_ref()?;
        Some(shown.play?.position(&self.all.get(&shown.exhibit)?.file, t_us))
    }

    pub(super) fn played(&mut self, at_ms: u64, playing: bool, t_us: u64) {
        self.halt(t_us);
        let Some(shown) = &mut self.shown else { return };
        let Some(play) = &mut shown.play else { return };
        *play = Play { by: play.by, playing, at_ms, since_us: t_us };
        if playing && let Some(exhibit) = self.all.get_mut(&shown.exhibit) {
            exhibit.played.push(PlayedPart { from_ms: at_ms, to_ms: None, at_us: t_us });
        }
    }

    /// It stands still from here: the part that was played ends.
    pub(super) fn halt(&mut self, t_us: u64) {
        let Some(at_ms) = self.position(t_us) else { return };
        let Some(Shown { exhibit, play: Some(play), .. }) = &mut self.shown else { return };
        *play = Play { by: play.by, playing: false, at_ms, since_us: t_us };
        let exhibit = self.all.get_mut(exhibit);
        if let Some(part) = exhibit.and_then(|exhibit| exhibit.played.last_mut()).filter(|part| part.to_ms.is_none()) {
            part.to_ms = Some(at_ms.max(part.from_ms));
        }
    }
}

impl Hearing {
    /// The seat out of whose browser what is shown is played: in the courtroom, and sending it.
    #[must_use]
    pub fn player(&self) -> Option<&Seat> {
        let by = self.exhibits.shown.as_ref()?.play?.by;
        let sends = |seat: &&Seat| seat.devices.iter().any(|device| device.is_played());
        let here = |seat: &&Seat| seat.is_present() && !self.has_withdrawn(seat);
        self.seats.get(&by).filter(here).filter(sends).filter(|seat| !self.rooms.sealed.contains(&seat.id))
    }

    /// What plays stands still when nobody sends it any more: the record is not to say that it was played.
    pub(in crate::hearing) fn halt_without_player(&mut self, t_us: u64) {
        let plays = self.exhibits.shown.as_ref().and_then(|shown| shown.play).is_some_and(|play| play.playing);
        if plays && self.player().is_none() {
            self.exhibits.halt(t_us);
        }
    }

    /// Plays, stops, or goes to a place in the file; without one it goes on from where it is.
    pub(super) fn play_exhibit(
        &self,
        actor: &Seat,
        playing: bool,
        at_ms: Option<u64>,
        now: Now,
    ) -> Result<Vec<Event>, Refusal> {
        let (exhibit, shown) = self.shown_for(actor)?;
        let play = shown.play.ok_or(Refusal::NothingToPlay)?;
        if playing && self.player().is_none() {
            return Err(Refusal::NothingToPlay);
        }
        let file = &self.exhibit(exhibit)?.file;
        let here_ms = play.position(file, now.t_us);
        let to_ms = at_ms.unwrap_or(here_ms).min(most(file));
        if play.playing == playing && (at_ms.is_none() || (!playing && to_ms == here_ms)) {
            return Err(Refusal::AlreadySo);
        }
        Ok(vec![Event::ExhibitPlayed { exhibit, at_ms: to_ms, playing }])
    }

    /// Whether an exhibit is a recording, and not pages.
    pub(super) fn is_recording(&self, id: ExhibitId) -> bool {
        self.exhibits.all.get(&id).is_some_and(|exhibit| exhibit.file.media_type.is_played())
    }
}
