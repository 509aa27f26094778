//! The clerk's notes for the minutes (Civil Procedure Code Art. 236, Criminal Procedure Code Art. 258). What was written
//! first stays in the ledger, whatever is made of it later.

use super::decide::unless;
use super::{Command, Event, Hearing, Seat};
use crate::ids::{NoteId, SeatId};
use crate::refusal::Refusal;
use crate::time::Now;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest note, in characters.
const MOST_TEXT: u32 = 2000;
/// Most notes of a sitting.
const MOST: usize = 5000;
/// Most notes and corrections within [`WITHIN_US`]: nobody types faster.
const MOST_AT_ONCE: usize = 40;
const WITHIN_US: u64 = 60_000_000;
/// A note was begun at most so long before it is entered, in microseconds: what is older is a draft that was left lying.
const BEGUN_US: u64 = 600_000_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Whose it is, who alone corrects it.
    pub by: SeatId,
    pub text: Arc<str>,
}

/// All notes by number, and when the last of them were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    pub all: BTreeMap<NoteId, Note>,
    /// Hearing time of the last notes and corrections, oldest first.
    lately: Vec<u64>,
}

impl Notes {
    pub(super) fn apply(&mut self, event: &Event, t_us: u64) {
        match event {
            Event::NoteWritten { note, by, text, .. } => {
                self.all.insert(*note, Note { by: *by, text: text.as_str().into() });
            }
            Event::NoteCorrected { note, text } => {
                self.all.entry(*note).and_modify(|note| note.text = text.as_str().into());
            }
            _ => return,
        }
        self.lately.push(t_us);
        if self.lately.len() > MOST_AT_ONCE {
            self.lately.remove(0);
        }
    }

    fn not_too_often(&self, now: Now) -> Result<(), Refusal> {
        let oldest = self.lately.first().filter(|_| self.lately.len() >= MOST_AT_ONCE);
        let often = oldest.is_some_and(|oldest| now.t_us.saturating_sub(*oldest) < WITHIN_US);
        if often { Err(Refusal::TooOften) } else { Ok(()) }
    }
}

impl Hearing {
    pub(super) fn decide_note(&self, command: &Command, actor: &Seat, now: Now) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Note { text, ago_ms } => self.note(actor, text, *ago_ms, now),
            Command::CorrectNote { note, text } => self.correct_note(actor, *note, text, now),
            _ => Err(Refusal::NotYourAct),
        }
    }

    /// `ago_ms`: how long ago its writing began.
    fn note(&self, actor: &Seat, text: &str, ago_ms: u32, now: Now) -> Result<Vec<Event>, Refusal> {
        let text = written(text)?;
        self.notes.not_too_often(now)?;
        if self.notes.all.len() >= MOST {
            return Err(Refusal::TooMuch { limit: MOST as u32 });
        }
        let last = self.notes.all.keys().next_back().map_or(0, |id| id.0);
        let at_us = now.t_us.saturating_sub((u64::from(ago_ms) * 1000).min(BEGUN_US));
        Ok(vec![Event::NoteWritten { note: NoteId(last + 1), by: actor.id, at_us, text }])
    }

    fn correct_note(&self, actor: &Seat, id: NoteId, text: &str, now: Now) -> Result<Vec<Event>, Refusal> {
        let note = self.notes.all.get(&id).ok_or(Refusal::NoSuchNote)?;
        if note.by != actor.id {
            return Err(Refusal::NotYourAct);
        }
        let text = written(text)?;
        self.notes.not_too_often(now)?;
        unless(*note.text == *text, Event::NoteCorrected { note: id, text })
    }
}

/// One line: what would turn or break it is taken out.
fn written(text: &str) -> Result<String, Refusal> {
    let text = crate::plain::line(text);
    match text.chars().count() {
        0 => Err(Refusal::NothingWritten),
        count if count > MOST_TEXT as usize => Err(Refusal::TooMuch { limit: MOST_TEXT }),
        _ => Ok(text),
    }
}
