//! What may be done with exhibits.

use super::{Exhibit, ExhibitFile, MOST_PAGES, ShownTo, Spot, Standing};
use crate::hearing::decide::{given, unless};
use crate::hearing::{Command, CommandKind, Event, Hearing, Seat};
use crate::ids::{ExhibitId, PersonId, SeatId};
use crate::refusal::Refusal;
use crate::time::Now;
use std::collections::BTreeSet;

/// Longest title, in characters.
const MOST_TITLE: u32 = 200;
/// Most exhibits of one seat, and of a hearing.
const MOST_OF_SEAT: usize = 60;
const MOST: usize = 500;
/// The ledger has a place of the pointer at most this often, in microseconds: what passes in between is shown and not
/// kept. Where it was lifted is kept whenever it was.
const POINTER_KEPT_US: u64 = 1_000_000;

impl Hearing {
    pub(in crate::hearing) fn decide_exhibit(
        &self,
        command: &Command,
        actor: &Seat,
        now: Now,
    ) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::SubmitExhibit { exhibit } => self.submit_exhibit(*exhibit),
            Command::RuleExhibit { exhibit, admit, reason } => self.rule_exhibit(*exhibit, *admit, reason.as_deref()),
            Command::ShowExhibit { exhibit, to, observers, page } => {
                let to = to.as_ref().map(|seats| seats.iter().copied().collect());
                self.show_exhibit(actor, *exhibit, ShownTo { to, observers: *observers }, *page)
            }
            Command::TurnExhibit { page } => self.turn_exhibit(actor, *page),
            Command::PointExhibit { spot } => self.point_exhibit(actor, *spot, now),
            Command::PlayExhibit { playing, at_ms } => self.play_exhibit(actor, *playing, *at_ms, now),
            Command::StopExhibit {} => Ok(vec![Event::ExhibitStopped { exhibit: self.shown_for(actor)?.0 }]),
            Command::AllowPresenting { seat, allowed } => self.allow_presenting(*seat, *allowed),
            _ => Err(Refusal::NotYourAct),
        }
    }

    /// Whether the seat may hand something in now: asked before a file is taken, and again when it is here.
    ///
    /// # Errors
    /// The same as for any command, or [`Refusal::TooMuch`].
    pub fn may_hand_in(&self, seat: SeatId) -> Result<(), Refusal> {
        let seat = self.seats.get(&seat).ok_or(Refusal::NoSuchSeat)?;
        self.may(seat, CommandKind::HandIn)?;
        let own = self.exhibits.all.values().filter(|exhibit| exhibit.seat == seat.id).count();
        for (count, limit) in [(own, MOST_OF_SEAT), (self.exhibits.all.len(), MOST)] {
            if count >= limit {
                return Err(Refusal::TooMuch { limit: limit as u32 });
            }
        }
        Ok(())
    }

    pub(in crate::hearing) fn receive_exhibit(
        &self,
        seat: SeatId,
        title: &str,
        file: &ExhibitFile,
        person: Option<PersonId>,
    ) -> Result<Vec<Event>, Refusal> {
        self.may_hand_in(seat)?;
        let from = self.seats.get(&seat).ok_or(Refusal::NoSuchSeat)?;
        let same = |exhibit: &Exhibit| exhibit.seat == seat && exhibit.file.sha256 == file.sha256;
        if self.exhibits.all.values().any(same) {
            return Err(Refusal::AlreadySo);
        }
        let person = match person {
            Some(person) => Some(self.at(from, person)?),
            None => self.only_one_at(from),
        };
        let last = self.exhibits.all.keys().next_back().map_or(0, |id| id.0);
        Ok(vec![Event::ExhibitReceived {
            exhibit: ExhibitId(last + 1),
            title: readable(title)?,
            file: file.clone(),
            seat,
            person,
            point: self.point_of(from),
        }])
    }

    pub(super) fn exhibit(&self, id: ExhibitId) -> Result<&Exhibit, Refusal> {
        self.exhibits.all.get(&id).ok_or(Refusal::NoSuchExhibit)
    }

    fn submit_exhibit(&self, id: ExhibitId) -> Result<Vec<Event>, Refusal> {
        let standing = self.exhibit(id)?.standing;
        unless(standing != Standing::Received, Event::ExhibitSubmitted { exhibit: id })
    }

    /// The judge may rule again; what is refused is shown no longer.
    fn rule_exhibit(&self, id: ExhibitId, admitted: bool, reason: Option<&str>) -> Result<Vec<Event>, Refusal> {
        let reason = given(reason)?;
        match (self.exhibit(id)?.standing, admitted) {
            (Standing::Received, _) => return Err(Refusal::ExhibitNotSubmitted),
            (Standing::Admitted, true) | (Standing::Refused, false) => return Err(Refusal::AlreadySo),
            (_, false) if reason.is_none() => return Err(Refusal::ReasonMissing),
            _ => {}
        }
        let shown = self.exhibits.shown.as_ref().is_some_and(|shown| shown.exhibit == id);
        let stopped = (shown && !admitted).then_some(Event::ExhibitStopped { exhibit: id });
        Ok(stopped.into_iter().chain([Event::ExhibitRuled { exhibit: id, admitted, reason }]).collect())
    }

    /// Whoever has leave to present shows what they handed in, to everybody who takes part.
    fn show_exhibit(
        &self,
        actor: &Seat,
        id: ExhibitId,
        audience: ShownTo,
        page: Option<u32>,
    ) -> Result<Vec<Event>, Refusal> {
        let exhibit = self.exhibit(id)?;
        let leave = self.exhibits.presenters.contains(&actor.id);
        let own = leave && audience == ShownTo::default() && self.handed_in(actor, exhibit);
        if !self.shows_by_office(actor) && !own {
            return Err(Refusal::NotPresenting);
        }
        if exhibit.standing != Standing::Admitted {
            return Err(Refusal::ExhibitNotAdmitted);
        }
        self.not_deliberating()?;
        if audience.to.iter().flatten().any(|seat| !self.seats.contains_key(seat)) {
            return Err(Refusal::NoSuchSeat);
        }
        let page = within(exhibit, page.unwrap_or(1))?;
        // Another who shows a recording plays it out of another browser.
        let plays = |shown: &super::Shown| shown.play.is_none_or(|play| play.by == actor.id);
        let same = |shown: &super::Shown| {
            shown.exhibit == id && shown.audience == audience && shown.page == page && plays(shown)
        };
        let to: Option<BTreeSet<SeatId>> = audience.to.clone();
        let to = to.map(|to| to.into_iter().collect());
        let event = Event::ExhibitShown { exhibit: id, to, observers: audience.observers, page };
        unless(self.exhibits.shown.as_ref().is_some_and(same), event)
    }

    fn not_deliberating(&self) -> Result<(), Refusal> {
        let deliberates = self.phase().is_some_and(|phase| phase.deliberation);
        if deliberates { Err(Refusal::Deliberating) } else { Ok(()) }
    }

    /// What is shown now, for somebody who may turn its pages.
    pub(super) fn shown_for(&self, actor: &Seat) -> Result<(ExhibitId, &super::Shown), Refusal> {
        let leave = self.exhibits.presenters.contains(&actor.id) && self.is_shown_to(actor);
        if !self.shows_by_office(actor) && !leave {
            return Err(Refusal::NotPresenting);
        }
        let shown = self.exhibits.shown.as_ref().ok_or(Refusal::NothingShown)?;
        Ok((shown.exhibit, shown))
    }

    fn turn_exhibit(&self, actor: &Seat, page: u32) -> Result<Vec<Event>, Refusal> {
        let (exhibit, shown) = self.shown_for(actor)?;
        let page = within(self.exhibit(exhibit)?, page)?;
        unless(shown.page == page, Event::ExhibitPage { exhibit, page })
    }

    fn point_exhibit(&self, actor: &Seat, spot: Option<Spot>, now: Now) -> Result<Vec<Event>, Refusal> {
        let (exhibit, shown) = self.shown_for(actor)?;
        // A recording has a time and no page.
        if self.is_recording(exhibit) {
            return Err(Refusal::NoSuchPage);
        }
        if shown.pointer == spot {
            return Err(Refusal::AlreadySo);
        }
        if spot.is_some_and(|spot| spot.x > 10_000 || spot.y > 10_000) {
            return Err(Refusal::TooMuch { limit: 10_000 });
        }
        let due = shown.pointed_us.is_none_or(|last| now.t_us.saturating_sub(last) >= POINTER_KEPT_US);
        let event = match spot {
            Some(spot) if !due => Event::PointerMoved { exhibit, spot },
            _ => {
                let last = shown.pointer.filter(|_| spot.is_none());
                Event::ExhibitPointed { exhibit, page: shown.page, spot, last }
            }
        };
        Ok(vec![event])
    }

    fn allow_presenting(&self, id: SeatId, allowed: bool) -> Result<Vec<Event>, Refusal> {
        let seat = self.seats.get(&id).ok_or(Refusal::NoSuchSeat)?;
        if self.only_receives(seat) {
            return Err(Refusal::OnlyReceives);
        }
        let event = Event::PresentingAllowed { seat: id, allowed };
        unless(self.exhibits.presenters.contains(&id) == allowed, event)
    }
}

fn within(exhibit: &Exhibit, page: u32) -> Result<u32, Refusal> {
    let last = if exhibit.file.media_type.is_played() { 1 } else { exhibit.file.pages.unwrap_or(MOST_PAGES) };
    if (1..=last).contains(&page) { Ok(page) } else { Err(Refusal::NoSuchPage) }
}

/// A title as it was given, without what would turn or break a line that it stands in.
fn readable(title: &str) -> Result<String, Refusal> {
    let title = crate::plain::line(title);
    let fits = title.chars().count() <= MOST_TITLE as usize;
    if fits { Ok(title) } else { Err(Refusal::TooMuch { limit: MOST_TITLE }) }
}
