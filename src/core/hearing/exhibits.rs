//! Evidence handed in during a hearing: received, put to the judge, admitted or refused, and shown (Circular 05/2021
//! Art. 13: the presiding judge receives what a point brings as electronic data).
//!
//! The file itself is in the record; here is what is said of it. It is shown in session only: whatever ends the session
//! ends the showing, so that nothing is put before anybody that the record does not have.

mod decide;
mod file;
mod play;

pub use file::{BadFileHash, ExhibitFile, FileHash, MediaType};
pub use play::{Play, PlayedPart};

use super::{Event, Hearing, Seat, Stamped};
use crate::ids::{ExhibitId, PersonId, PointId, SeatId};
use crate::plan::Role;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use ts_rs::TS;

/// Pages beyond this are not turned to: of a file whose pages nobody has counted.
const MOST_PAGES: u32 = 5000;

/// What has become of an exhibit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Received,
    /// The clerk has put it to the presiding judge.
    Submitted,
    Admitted,
    Refused,
}

/// A place on a page, in ten-thousandths of its width and height from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    pub x: u16,
    pub y: u16,
}

/// To whom an exhibit is shown, besides the court.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownTo {
    /// None: everybody in the courtroom who takes part.
    pub to: Option<BTreeSet<SeatId>>,
    /// Those who only watch as well.
    pub observers: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exhibit {
    pub title: String,
    pub file: ExhibitFile,
    /// From where, whose it is as far as that was said, and the point at that time.
    pub seat: SeatId,
    pub person: Option<PersonId>,
    pub point: Option<PointId>,
    /// Hearing time of the receipt.
    pub at_us: u64,
    pub standing: Standing,
    /// The presiding judge's, with a refusal.
    pub reason: Option<String>,
    /// Spans of hearing time in which it was shown; without an end: it is shown now.
    pub shown: Vec<(u64, Option<u64>)>,
    /// The parts of a recording that were played, in that order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub played: Vec<PlayedPart>,
}

/// What is shown now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub exhibit: ExhibitId,
    pub audience: ShownTo,
    /// From 1.
    pub page: u32,
    pub pointer: Option<Spot>,
    /// Hearing time of the last place of the pointer that the ledger has.
    pub pointed_us: Option<u64>,
    /// Of a recording: out of whose browser it is played, and how far it is.
    pub play: Option<Play>,
}

/// All exhibits by receipt number, the one that is shown, and who was given leave to present.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exhibits {
    pub all: BTreeMap<ExhibitId, Exhibit>,
    pub shown: Option<Shown>,
    pub presenters: BTreeSet<SeatId>,
}

impl Exhibits {
    /// Bytes of all files, each counted as often as it was handed in.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.all.values().map(|exhibit| exhibit.file.bytes).sum()
    }

    /// The first exhibit that is this file.
    #[must_use]
    pub fn of_file(&self, sha256: &FileHash) -> Option<&Exhibit> {
        self.all.values().find(|exhibit| exhibit.file.sha256 == *sha256)
    }

    pub(super) fn apply(&mut self, Stamped { now, actor, event }: &Stamped) {
        match event {
            Event::ExhibitReceived { exhibit, title, file, seat, person, point } => {
                let received = Exhibit {
                    title: title.clone(),
                    file: file.clone(),
                    seat: *seat,
                    person: *person,
                    point: *point,
                    at_us: now.t_us,
                    standing: Standing::Received,
                    reason: None,
                    shown: Vec::new(),
                    played: Vec::new(),
                };
                self.all.insert(*exhibit, received);
            }
            Event::ExhibitSubmitted { exhibit } => self.at(*exhibit, |exhibit| exhibit.standing = Standing::Submitted),
            Event::ExhibitRuled { exhibit, admitted, reason } => self.at(*exhibit, |exhibit| {
                exhibit.standing = if *admitted { Standing::Admitted } else { Standing::Refused };
                exhibit.reason = reason.clone();
            }),
            Event::ExhibitShown { exhibit, to, observers, page } => {
                let to = to.as_ref().map(|seats| seats.iter().copied().collect());
                self.show(*exhibit, ShownTo { to, observers: *observers }, *page, now.t_us);
                self.give_to_play(*actor, now.t_us);
            }
            Event::ExhibitPage { page, .. } => self.turn(*page),
            Event::ExhibitPointed { spot, .. } => self.point(*spot, Some(now.t_us)),
            Event::PointerMoved { spot, .. } => self.point(Some(*spot), None),
            Event::ExhibitPlayed { at_ms, playing, .. } => self.played(*at_ms, *playing, now.t_us),
            Event::ExhibitStopped { .. } => self.stop(now.t_us),
            Event::PresentingAllowed { seat, allowed } if *allowed => _ = self.presenters.insert(*seat),
            Event::PresentingAllowed { seat, .. } => _ = self.presenters.remove(seat),
            _ => {}
        }
    }

    fn at(&mut self, id: ExhibitId, change: impl FnOnce(&mut Exhibit)) {
        if let Some(exhibit) = self.all.get_mut(&id) {
            change(exhibit);
        }
    }

    fn show(&mut self, exhibit: ExhibitId, audience: ShownTo, page: u32, t_us: u64) {
        self.stop(t_us);
        self.at(exhibit, |exhibit| exhibit.shown.push((t_us, None)));
        self.shown = Some(Shown { exhibit, audience, page, pointer: None, pointed_us: None, play: None });
    }

    fn turn(&mut self, page: u32) {
        if let Some(shown) = &mut self.shown {
            shown.page = page;
            shown.pointer = None;
        }
    }

    fn point(&mut self, spot: Option<Spot>, kept_us: Option<u64>) {
        if let Some(shown) = &mut self.shown {
            shown.pointer = spot;
            shown.pointed_us = kept_us.or(shown.pointed_us);
        }
    }

    fn stop(&mut self, t_us: u64) {
        self.halt(t_us);
        let Some(shown) = self.shown.take() else { return };
        self.at(shown.exhibit, |exhibit| {
            if let Some((_, end @ None)) = exhibit.shown.last_mut() {
                *end = Some(t_us);
            }
        });
    }

    /// The session rests: nothing is shown, and leave to present was for the session.
    pub(super) fn rest(&mut self, t_us: u64) {
        self.stop(t_us);
        self.presenters.clear();
    }

    /// Somebody is not expected back.
    pub(super) fn gone(&mut self, seat: SeatId) {
        self.presenters.remove(&seat);
    }
}

impl Hearing {
    /// Whether what is shown now is shown to the seat: to the court always, to nobody who is not in the courtroom.
    #[must_use]
    pub fn is_shown_to(&self, seat: &Seat) -> bool {
        let Some(Shown { audience, .. }) = &self.exhibits.shown else { return false };
        let named = || audience.to.as_ref().is_none_or(|to| to.contains(&seat.id));
        let chosen = || if self.only_receives(seat) { audience.observers } else { named() };
        seat.is_present() && (self.is_court(seat) || chosen())
    }

    /// Whether the seat handed it in, by a device that the court knows to be the seat's.
    #[must_use]
    pub fn handed_in(&self, seat: &Seat, exhibit: &Exhibit) -> bool {
        exhibit.seat == seat.id && !seat.removed && self.is_trusted(seat)
    }

    /// Whether the file may be given to the seat now.
    #[must_use]
    pub fn may_read(&self, seat: &Seat, sha256: &FileHash) -> bool {
        let of_file = self.exhibits.all.iter().filter(|(_, exhibit)| exhibit.file.sha256 == *sha256);
        let shown = self.exhibits.shown.as_ref().filter(|_| self.is_shown_to(seat)).map(|shown| shown.exhibit);
        of_file
            .into_iter()
            .any(|(id, exhibit)| self.reads_everything(seat) || shown == Some(*id) || self.handed_in(seat, exhibit))
    }

    /// The court at its own screens knows every exhibit.
    #[must_use]
    pub fn reads_everything(&self, seat: &Seat) -> bool {
        seat.room == super::Room::Courtroom && seat.connection.is_some() && self.is_court(seat)
    }

    /// Presiding judge and clerk, who show without being given leave.
    pub(crate) fn shows_by_office(&self, seat: &Seat) -> bool {
        let office = |role: &Role| matches!(role, Role::PresidingJudge | Role::Clerk);
        self.acting_roles(seat).iter().any(office)
    }
}
