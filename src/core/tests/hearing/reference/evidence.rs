//! Evidence, told a second time: a list in the order of receipt, and one thing that is shown.

use super::pairs::is_played;
use super::place::Place;
use super::rules::{Rules, long};
use assize_core::hearing::{Command, ExhibitFile, MediaType, SessionState, Spot};
use assize_core::ids::SeatId;
use std::collections::BTreeSet;

/// r received, s put to the judge, a admitted, n refused.
#[derive(Debug, Clone)]
pub(super) struct Paper {
    pub(super) from: u16,
    file: String,
    standing: char,
    /// A recording: a minute of it.
    plays: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Before {
    pub(super) paper: usize,
    to: Option<BTreeSet<u16>>,
    watchers: bool,
    pub(super) page: u32,
    pub(super) spot: Option<Spot>,
    pub(super) reel: Option<Reel>,
}

/// How far a recording has come, in milliseconds, since when; out of whose browser.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reel {
    pub(super) by: u16,
    pub(super) runs: bool,
    pub(super) at: u64,
    pub(super) since: u64,
}

impl Reel {
    fn place(&self, now: u64) -> u64 {
        if self.runs { (self.at + (now - self.since) / 1000).min(60_000) } else { self.at }
    }
}

#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub(super) papers: Vec<Paper>,
    pub(super) before: Option<Before>,
}

fn numbers(seats: Option<&Vec<SeatId>>) -> Option<BTreeSet<u16>> {
    seats.map(|seats| seats.iter().map(|seat| seat.0).collect())
}

impl Rules {
    /// Files come from points and from whoever has a part in the case and is no witness, interpreter or judge.
    pub(super) fn receive(&mut self, seat: SeatId, file: &ExhibitFile) -> bool {
        let (file, plays) = (file.sha256.to_string(), file.media_type == MediaType::Webm);
        let Some(place) = self.seats.get(&seat.0) else { return false };
        let gives = (place.is_device() && !place.observes()) || place.acts_as('C') || place.acts_as('x');
        let comes = self.live() && place.online.is_some() && !place.removed && place.is_vouched();
        let again = self.evidence.papers.iter().any(|paper| paper.from == seat.0 && paper.file == file);
        let done = gives && comes && !again;
        if done {
            self.evidence.papers.push(Paper { from: seat.0, file, standing: 'r', plays });
        }
        done
    }

    pub(super) fn waits_for_a_ruling(&self, number: u32) -> bool {
        let paper = (number as usize).checked_sub(1).and_then(|at| self.evidence.papers.get(at));
        paper.is_some_and(|paper| matches!(paper.standing, 'r' | 's'))
    }

    fn paper(&mut self, number: u32) -> Option<&mut Paper> {
        self.evidence.papers.get_mut((number as usize).checked_sub(1)?)
    }

    /// Everything else about exhibits. `judge`, `clerk`: the actor is, in the courtroom.
    pub(super) fn about_evidence(
        &mut self,
        actor: u16,
        command: &Command,
        (judge, clerk): (bool, bool),
        now: u64,
    ) -> bool {
        let in_session = self.state == SessionState::InSession;
        match command {
            Command::SubmitExhibit { exhibit } => {
                let new = self.paper(exhibit.0).filter(|paper| clerk && paper.standing == 'r');
                new.map(|paper| paper.standing = 's').is_some()
            }
            Command::RuleExhibit { exhibit, admit, reason } => {
                let short = !reason.as_deref().is_some_and(long);
                judge && in_session && short && self.rule_on(exhibit.0, *admit, reason.as_deref())
            }
            Command::AllowPresenting { seat, allowed } => {
                let place = self.seats.get_mut(&seat.0).filter(|place| judge && in_session && !place.observes());
                place.is_some_and(|place| std::mem::replace(&mut place.presents, *allowed) != *allowed)
            }
            _ => {
                let me = &self.seats[&actor];
                in_session && me.inside && me.is_vouched() && self.presents(actor, command, judge || clerk, now)
            }
        }
    }

    fn rule_on(&mut self, number: u32, admit: bool, reason: Option<&str>) -> bool {
        let says = reason.is_some_and(|reason| !reason.trim().is_empty());
        let Some(paper) = self.paper(number) else { return false };
        let ruled = if admit { 'a' } else { 'n' };
        let too_long = reason.is_some_and(long);
        if paper.standing == 'r' || paper.standing == ruled || !(admit || says) || too_long {
            return false;
        }
        paper.standing = ruled;
        let taken_away = |before: &Before| !admit && before.paper + 1 == number as usize;
        self.evidence.before = self.evidence.before.take().filter(|before| !taken_away(before));
        true
    }

    fn presents(&mut self, actor: u16, command: &Command, office: bool, now: u64) -> bool {
        let leave = self.seats[&actor].presents;
        if let Command::ShowExhibit { exhibit, to, observers, page } = command {
            let (to, watchers) = (numbers(to.as_ref()), *observers);
            let Some(paper) = self.paper(exhibit.0) else { return false };
            let own = leave && paper.from == actor && to.is_none() && !watchers;
            let page = page.unwrap_or(1);
            let (plays, last) = (paper.plays, if paper.plays { 1 } else { 3 });
            if !(office || own) || paper.standing != 'a' || !(1..=last).contains(&page) {
                return false;
            }
            if to.iter().flatten().any(|seat| !self.seats.contains_key(seat)) {
                return false;
            }
            let reel = plays.then_some(Reel { by: actor, runs: false, at: 0, since: now });
            let new = Before { paper: exhibit.0 as usize - 1, to, watchers, page, spot: None, reel };
            let same = |old: &Before| {
                (old.paper, &old.to, old.watchers, old.page) == (new.paper, &new.to, new.watchers, new.page)
                    && old.reel.is_none_or(|reel| reel.by == actor)
            };
            let changes = !self.evidence.before.as_ref().is_some_and(same);
            if changes {
                self.evidence.before = Some(new);
            }
            return changes;
        }
        if !(office || (leave && self.has_before_them(actor))) {
            return false;
        }
        let player = self.evidence.before.as_ref().and_then(|before| before.reel).filter(|reel| self.plays(reel.by));
        let Some(before) = &mut self.evidence.before else { return false };
        let recording = before.reel.is_some();
        match command {
            Command::PlayExhibit { playing, at_ms } => {
                let Some(reel) = before.reel.as_mut().filter(|_| !playing || player.is_some()) else { return false };
                let place = reel.place(now);
                let at = at_ms.unwrap_or(place).min(60_000);
                let changes = reel.runs != *playing || at_ms.is_some_and(|_| *playing || at != place);
                if changes {
                    *reel = Reel { by: reel.by, runs: *playing, at, since: now };
                }
                changes
            }
            Command::TurnExhibit { page } if !recording && (1..=3).contains(page) && before.page != *page => {
                (before.page, before.spot) = (*page, None);
                true
            }
            Command::PointExhibit { spot } => !recording && std::mem::replace(&mut before.spot, *spot) != *spot,
            Command::StopExhibit {} => self.evidence.before.take().is_some(),
            _ => false,
        }
    }

    /// Whether what is shown is before somebody's eyes.
    pub(super) fn has_before_them(&self, seat: u16) -> bool {
        let (Some(before), Some(place)) = (&self.evidence.before, self.seats.get(&seat)) else { return false };
        let chosen = match &before.to {
            _ if place.is_court() => true,
            _ if place.observes() => before.watchers,
            None => true,
            Some(to) => to.contains(&seat),
        };
        chosen && self.here(seat)
    }

    /// Whether the seat sends the recording that it shows.
    pub(super) fn plays(&self, seat: u16) -> bool {
        let shows = self.evidence.before.as_ref().and_then(|before| before.reel).is_some_and(|reel| reel.by == seat);
        let sends = |place: &Place| place.publishes.iter().any(|device| is_played(*device));
        shows && self.here(seat) && self.gives(seat) && sends(&self.seats[&seat])
    }

    /// What nobody sends any more stands still.
    pub(super) fn tidy_evidence(&mut self, now: u64) {
        let reel = self.evidence.before.as_ref().and_then(|before| before.reel);
        let Some(reel) = reel.filter(|reel| reel.runs && !self.plays(reel.by)) else { return };
        let stands = Reel { runs: false, at: reel.place(now), since: now, ..reel };
        self.evidence.before.as_mut().unwrap().reel = Some(stands);
    }

    /// The session rests.
    pub(super) fn take_away(&mut self) {
        self.evidence.before = None;
        self.seats.values_mut().for_each(|place| place.presents = false);
    }
}
