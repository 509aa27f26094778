//! From events to lines.

use super::{About, Entry, Minutes, Open, Said, Who, concerns};
use crate::hearing::{Event, Exhibit, Hearing, LeaveReason, Room, RoomKind, SessionState, Stamped};
use crate::ids::{PersonId, SeatId};
use crate::routing::Channel;
use std::collections::BTreeMap;

/// Speech shorter than this is no line of its own, in microseconds.
const LEAST_SPEECH_US: u64 = 3_000_000;
/// The same person after a silence shorter than this goes on with the line.
const SILENCE_US: u64 = 60_000_000;

impl Minutes {
    /// From the first line of a ledger; `None` if it is another.
    #[must_use]
    pub fn begin(first: &Stamped) -> Option<Self> {
        let hearing = Hearing::begin(first)?;
        Some(Self {
            hearing,
            n: 1,
            revision: 0,
            entries: Vec::new(),
            open: BTreeMap::new(),
            phases: Vec::new(),
            inside: BTreeMap::new(),
        })
    }

    /// From all lines of a ledger.
    #[must_use]
    pub fn of<'a>(ledger: impl IntoIterator<Item = &'a Stamped>) -> Option<Self> {
        let mut ledger = ledger.into_iter();
        let mut minutes = Self::begin(ledger.next()?)?;
        ledger.for_each(|stamped| minutes.apply(stamped));
        Some(minutes)
    }

    /// Takes over the next event. What the ledger does not keep is in no minutes either.
    pub fn apply(&mut self, stamped: &Stamped) {
        if !stamped.event.is_kept() {
            self.hearing.apply(stamped);
            return;
        }
        self.n += 1;
        self.revision = self.hearing.minutes + u64::from(concerns(&stamped.event));
        let before = self.hearing.state;
        if concerns(&stamped.event) {
            self.session(stamped);
            self.people(stamped);
            self.evidence(stamped);
        }
        let deliberated = self.deliberates();
        self.hearing.apply(stamped);
        self.follow(stamped.now.t_us, before, deliberated);
    }

    fn deliberates(&self) -> bool {
        self.hearing.phase().is_some_and(|phase| phase.deliberation)
    }

    fn push(&mut self, at_us: u64, about: About) -> usize {
        let revision = self.revision;
        self.entries.push(Entry { n: self.n, at_us, to_us: None, revision, about });
        self.entries.len() - 1
    }

    fn begin_span(&mut self, open: Open, at_us: u64, about: About) {
        let at = self.push(at_us, about);
        self.open.insert(open, at);
    }

    fn end_span(&mut self, open: &Open, to_us: u64) {
        let revision = self.revision;
        if let Some(at) = self.open.remove(open)
            && let Some(entry) = self.entries.get_mut(at)
        {
            entry.to_us = Some(to_us.max(entry.at_us));
            entry.revision = revision;
        }
    }

    fn change(&mut self, which: impl Fn(&About) -> bool, change: impl FnOnce(&mut About)) {
        let revision = self.revision;
        if let Some(entry) = self.entries.iter_mut().rev().find(|entry| which(&entry.about)) {
            change(&mut entry.about);
            entry.revision = revision;
        }
    }

    fn session(&mut self, Stamped { now, event, .. }: &Stamped) {
        let t_us = now.t_us;
        match event {
            Event::Continued { before, carried } => {
                self.phases.extend(carried.phase.clone().map(|phase| (t_us, phase)));
                let said = Said::Continues { sitting: before.sitting.clone(), name: carried.phase.clone() };
                self.push(t_us, About::Told(said));
            }
            Event::Opened { recording, reason, missing } => {
                let said = Said::Opened { recording: *recording, reason: reason.clone(), missing: missing.clone() };
                self.push(t_us, About::Told(said));
            }
            Event::Held { cause } => {
                self.begin_span(Open::Rest, t_us, About::Told(Said::Held { cause: cause.clone() }));
            }
            Event::Paused { reason } => {
                self.begin_span(Open::Rest, t_us, About::Told(Said::Paused { reason: reason.clone() }));
            }
            Event::Resumed { recording, reason, .. } => {
                self.end_span(&Open::Rest, t_us);
                if *recording == Some(false) {
                    self.push(t_us, About::Told(Said::Unrecorded { reason: reason.clone() }));
                }
            }
            Event::TakenUp { outage_us, .. } => {
                let at = self.push(t_us.saturating_sub(*outage_us), About::Told(Said::Outage));
                self.entries[at].to_us = Some(t_us);
            }
            Event::Closed => {
                self.push(t_us, About::Told(Said::Closed));
            }
            Event::Suspended { reason, .. } => {
                self.push(t_us, About::Told(Said::Suspended { reason: reason.clone() }));
            }
            Event::Postponed { reason, .. } => {
                self.push(t_us, About::Told(Said::Postponed { reason: reason.clone() }));
            }
            Event::PhaseBegan { phase, unread, reason } => {
                self.phases.push((t_us, phase.clone()));
                let said = Said::Phase { name: phase.clone(), unread: unread.clone(), reason: reason.clone() };
                let deliberation = self.hearing.procedure.phase(phase).is_some_and(|phase| phase.deliberation);
                if deliberation {
                    self.begin_span(Open::Deliberation, t_us, About::Told(said));
                } else {
                    self.push(t_us, About::Told(said));
                }
            }
            Event::PromptRead { prompt } => {
                self.push(t_us, About::Told(Said::Prompt { prompt: prompt.clone() }));
            }
            Event::RecorderFault { track, .. } => {
                self.begin_span(Open::Fault(*track), t_us, About::Told(Said::RecorderFault));
            }
            Event::RecorderRecovered { track } => self.end_span(&Open::Fault(*track), t_us),
            Event::RecorderFaultLapsed { track } => self.end_span(&Open::Fault(Some(*track)), t_us),
            Event::Continuity { point, continuity, since_us } if continuity.is_broken() => {
                self.end_span(&Open::Broken(*point), *since_us);
                let name = self.hearing.point(*point).map(|point| point.name.clone()).unwrap_or_default();
                let said = Said::Broken { point: name, continuity: *continuity };
                self.begin_span(Open::Broken(*point), *since_us, About::Broken { point: *point, said });
            }
            Event::Continuity { point, .. } => self.end_span(&Open::Broken(*point), t_us),
            Event::NoteWritten { note, by, at_us, text } => {
                let about = About::Note { note: *note, by: *by, text: text.clone(), first: None };
                self.push(*at_us, about);
            }
            Event::NoteCorrected { note: which, text: new } => {
                let this = |about: &About| matches!(about, About::Note { note, .. } if note == which);
                self.change(this, |about| {
                    if let About::Note { text, first, .. } = about {
                        let old = std::mem::replace(text, new.clone());
                        first.get_or_insert(old);
                    }
                });
            }
            _ => {}
        }
    }

    fn people(&mut self, Stamped { now, event, .. }: &Stamped) {
        let t_us = now.t_us;
        let in_session = self.hearing.state == SessionState::InSession;
        match event {
            Event::Spoke { seat, person, from_us, to_us } => {
                self.spoke(Who { seat: *seat, person: *person }, *from_us, *to_us);
            }
            Event::FloorGiven { seat } => _ = self.push(t_us, About::Floor(*seat)),
            Event::Entered { seat, .. } => self.end_span(&Open::Away(*seat), t_us),
            Event::Left { seat, reason, .. } if in_session && self.leaves(*seat, *reason) => {
                self.begin_span(Open::Away(*seat), t_us, About::Away(*seat));
            }
            Event::Admitted { seat } if in_session => _ = self.push(t_us, About::CalledIn(*seat)),
            Event::Dismissed { seat } => _ = self.push(t_us, About::Dismissed(*seat)),
            Event::Removed { seat, reason } => {
                self.push(t_us, About::Removed { seat: *seat, reason: reason.clone() });
            }
            Event::Signalled { signal, .. } => _ = self.push(t_us, About::Signal { signal: *signal }),
            Event::SignalNamed { signal: which, .. } | Event::SignalAnswered { signal: which, .. } => {
                self.change(|about| matches!(about, About::Signal { signal } if signal == which), |_| {});
            }
            Event::PresenceReported { person, present, note } => {
                self.push(t_us, About::Presence { person: *person, present: *present, note: note.clone() });
            }
            Event::IdentityChecked { person, identity, method, note } => {
                let (identity, method, note) = (*identity, *method, note.clone());
                let found = Said::Identity { who: super::Name::default(), identity, method, note };
                self.push(t_us, About::Identity { person: *person, found });
            }
            Event::SpeaksOn { seat, channel: Channel::Interpretation } => {
                self.begin_span(Open::Interprets(*seat), t_us, About::Interprets(*seat));
            }
            Event::SpeaksOn { seat, .. } => self.end_span(&Open::Interprets(*seat), t_us),
            Event::RoomOpened { room, kind, seats } => {
                let about = About::Talk { said: private(*kind), members: seats.clone() };
                self.begin_span(Open::Talk(*room), t_us, about);
            }
            Event::RoomEntered { room, seat } => {
                if let Some(entry) = self.open.get(&Open::Talk(*room)).and_then(|at| self.entries.get_mut(*at))
                    && let About::Talk { members, .. } = &mut entry.about
                    && !members.contains(seat)
                {
                    members.push(*seat);
                    entry.revision = self.revision;
                }
            }
            Event::RoomClosed { room } => self.end_span(&Open::Talk(*room), t_us),
            _ => {}
        }
    }

    fn evidence(&mut self, Stamped { now, event, .. }: &Stamped) {
        let t_us = now.t_us;
        match event {
            Event::ExhibitReceived { exhibit, seat, person, .. } => {
                let by = Who { seat: *seat, person: *person };
                self.push(t_us, About::Received { exhibit: *exhibit, by });
            }
            Event::ExhibitRuled { exhibit, admitted, reason } => {
                let about = About::Ruled { exhibit: *exhibit, admitted: *admitted, reason: reason.clone() };
                self.push(t_us, about);
            }
            Event::ExhibitShown { exhibit, page, .. } => {
                self.end_span(&Open::Shown, t_us);
                let recording = |exhibit: &Exhibit| exhibit.file.media_type.is_played();
                let pages =
                    if self.hearing.exhibits.all.get(exhibit).is_some_and(recording) { vec![] } else { vec![*page] };
                let about = About::Shown { exhibit: *exhibit, pages, played: Vec::new(), to: Vec::new() };
                self.begin_span(Open::Shown, t_us, about);
            }
            Event::ExhibitPage { page, .. } => self.change(
                |about| matches!(about, About::Shown { .. }),
                |about| {
                    if let About::Shown { pages, .. } = about
                        && !pages.contains(page)
                    {
                        pages.push(*page);
                        pages.sort_unstable();
                    }
                },
            ),
            _ => {}
        }
    }

    /// What ended with the event without being named in it, who is in the courtroom, and who sees what is shown.
    fn follow(&mut self, t_us: u64, before: SessionState, deliberated: bool) {
        let rests = before == SessionState::InSession && self.hearing.state != SessionState::InSession;
        let over = |state| matches!(state, SessionState::Closed | SessionState::Suspended | SessionState::Postponed);
        let closed = over(self.hearing.state) && !over(before);
        self.played();
        if self.hearing.exhibits.shown.is_none() {
            self.end_span(&Open::Shown, t_us);
        }
        if (deliberated && !self.deliberates()) || closed {
            self.end_span(&Open::Deliberation, t_us);
        }
        let ends: Vec<Open> =
            self.open.keys().filter(|open| closed || (rests && matches!(open, Open::Broken(_)))).cloned().collect();
        ends.iter().for_each(|open| self.end_span(open, t_us));
        for seat in self.hearing.seats.values() {
            // Whose line is broken misses nothing that the minutes may not tell them.
            let there = seat.room == Room::Courtroom && seat.admitted;
            let spans = self.inside.entry(seat.id).or_default();
            match spans.last_mut() {
                Some((_, end @ None)) if !there => *end = Some(t_us),
                Some((_, None)) => {}
                _ if there => spans.push((t_us, None)),
                _ => {}
            }
        }
        let sees: Vec<SeatId> =
            self.hearing.seats.values().filter(|seat| self.hearing.is_shown_to(seat)).map(|seat| seat.id).collect();
        if let Some(entry) = self.open.get(&Open::Shown).and_then(|at| self.entries.get_mut(*at))
            && let About::Shown { to, .. } = &mut entry.about
        {
            to.extend(sees.into_iter().filter(|seat| !to.contains(seat)).collect::<Vec<_>>());
        }
    }

    /// Which parts of the recording that is shown have been played.
    fn played(&mut self) {
        let (revision, all) = (self.revision, &self.hearing.exhibits.all);
        let Some(entry) = self.open.get(&Open::Shown).and_then(|at| self.entries.get_mut(*at)) else { return };
        let Entry { at_us, about: About::Shown { exhibit, played, .. }, .. } = entry else { return };
        let parts = all.get(exhibit).map_or(&[][..], |exhibit| &exhibit.played);
        let parts: Vec<_> = parts.iter().filter(|part| part.at_us >= *at_us).copied().collect();
        if parts != *played {
            *played = parts;
            entry.revision = revision;
        }
    }

    /// Whether somebody who takes part went from the courtroom, or was torn from it.
    fn leaves(&self, id: SeatId, reason: LeaveReason) -> bool {
        let goes = matches!(reason, LeaveReason::Left | LeaveReason::Lost | LeaveReason::Revoked);
        let seat = self.hearing.seats.get(&id).filter(|seat| seat.room == Room::Courtroom);
        goes && seat.is_some_and(|seat| !self.hearing.only_receives(seat))
    }

    fn spoke(&mut self, who: Who, from_us: u64, to_us: u64) {
        let revision = self.revision;
        let last = self.entries.iter_mut().rev().find(|entry| matches!(entry.about, About::Spoke(_)));
        if let Some(entry) = last
            && entry.about == About::Spoke(who)
            && let Some(end) = &mut entry.to_us
            && from_us.saturating_sub(*end) < SILENCE_US
            && self.phases.last().is_none_or(|(since, _)| *since <= entry.at_us)
        {
            *end = to_us.max(*end);
            entry.revision = revision;
            return;
        }
        if to_us.saturating_sub(from_us) >= LEAST_SPEECH_US {
            let at = self.push(from_us, About::Spoke(who));
            self.entries[at].to_us = Some(to_us);
        }
    }

    pub(super) fn who_is(&self, person: PersonId) -> Option<&crate::plan::Person> {
        self.hearing.plan.people.iter().find(|known| known.id == person)
    }
}

fn private(room: RoomKind) -> Said {
    Said::Private { room, who: Vec::new() }
}
