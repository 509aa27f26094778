//! What of a ledger a copy for a party keeps: what they were told in the courtroom, or might have been, and no more.

use crate::hearing::{Actor, Event, Hearing, HoldCause, Layout, Occupant, Room, Seat, Stamped};
use crate::ids::{DeviceKind, ExhibitId, PersonId, PointId, SeatId, SignalId, TrackId};
use crate::plan::Role;
use std::collections::BTreeSet;

/// What becomes of one line of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// It is in the copy as it is.
    Whole,
    /// That it happened, and when: what it says is not this recipient's.
    Kind,
    /// Its hash alone.
    Hash,
}

/// The state before a line and after it, as the recipient might have seen it.
#[derive(Debug)]
pub struct Copy<'a> {
    before: &'a Hearing,
    after: &'a Hearing,
    person: PersonId,
}

/// Whether a person may be given a copy made for them: a party to the case, prosecution and defence included. Whoever else
/// took part did so for the court, which has the whole.
#[must_use]
pub fn is_party(role: Role) -> bool {
    matches!(role, Role::Prosecutor | Role::Counsel | Role::Defendant | Role::Party)
}

impl<'a> Copy<'a> {
    #[must_use]
    pub fn new(before: &'a Hearing, after: &'a Hearing, person: PersonId) -> Self {
        Self { before, after, person }
    }

    /// What becomes of the line of an event: of whatever is not named as the recipient's, its hash.
    #[must_use]
    pub fn line(&self, stamped: &Stamped) -> Line {
        match stamped.actor {
            Actor::Seat { seat } if !self.knows(seat) => Line::Hash,
            Actor::Seat { .. } | Actor::System => self.event(&stamped.event),
        }
    }

    fn event(&self, event: &Event) -> Line {
        match event {
            Event::Awaited
            | Event::Opened { .. }
            | Event::Paused { .. }
            | Event::Resumed { .. }
            | Event::Closed
            | Event::TakenUp { .. }
            | Event::PhaseBegan { .. }
            | Event::PromptRead { .. }
            | Event::FloorTaken
            | Event::HandsLowered => Line::Whole,
            Event::Published { seat, devices } | Event::Unpublished { seat, devices } => self.devices(*seat, devices),
            // It names everybody, and says who is kept from whom.
            Event::Planned { plan, .. } => whole_or_kind(plan.screens.is_empty()),
            Event::Held { cause: HoldCause::Continuity { point, .. } } => whole_or_kind(self.may_name(*point)),
            Event::Removed { seat, .. } if self.sees(*seat) => whole_or_kind(self.is_own(*seat)),
            Event::Held { cause: HoldCause::RecorderFault { .. } } => Line::Kind,
            Event::Held { .. } => Line::Whole,
            Event::Gap { track, .. } => whole_if(self.has(*track)),
            Event::RecorderFault { track, .. } | Event::RecorderRecovered { track } => {
                if track.is_none_or(|track| self.has(track)) { Line::Kind } else { Line::Hash }
            }
            Event::Entered { seat, .. }
            | Event::Left { seat, .. }
            | Event::Admitted { seat }
            | Event::Muted { seat }
            | Event::Unmuted { seat }
            | Event::MuteLocked { seat }
            | Event::Unlocked { seat }
            | Event::MicrophoneSet { seat, .. }
            | Event::SpeakerNamed { seat, .. }
            | Event::FloorGiven { seat }
            | Event::HandRaised { seat }
            | Event::HandLowered { seat }
            | Event::Dismissed { seat }
            | Event::SpeaksOn { seat, .. } => whole_if(self.sees(*seat)),
            Event::ConsultationAllowed { seat, .. }
            | Event::PresentingAllowed { seat, .. }
            | Event::Listens { seat, .. }
            | Event::RoomEntered { seat, .. }
            | Event::RoomLeft { seat, .. } => whole_if(self.is_own(*seat)),
            Event::RoomOpened { seats, .. } => whole_if(seats.iter().any(|seat| self.is_own(*seat))),
            Event::Signalled { .. } | Event::SignalNamed { .. } | Event::SignalAnswered { .. } => self.signal(event),
            Event::ExhibitReceived { .. }
            | Event::ExhibitSubmitted { .. }
            | Event::ExhibitRuled { .. }
            | Event::ExhibitShown { .. }
            | Event::ExhibitPage { .. }
            | Event::ExhibitPointed { .. }
            | Event::ExhibitPlayed { .. }
            | Event::ExhibitStopped { .. } => self.paper(event),
            Event::Suspended { fault, .. } => whole_or_kind(fault.is_none_or(|fault| self.may_name(fault.point))),
            Event::Postponed { .. } => Line::Whole,
            Event::NoticeTaken { seat } => whole_if(self.is_own(*seat)),
            // It has what was found of everybody, and all that was handed in.
            Event::Continued { .. } => Line::Kind,
            Event::Messaged { from, to, .. } => whole_if(self.is_own(*from) || to.is_some_and(|to| self.is_own(to))),
            Event::LayoutSet { layout: Some(Layout::Spotlight { seat }) } => whole_if(self.knows(*seat)),
            Event::LayoutSet { .. } => Line::Whole,
            // The court's, or of nobody but those within.
            Event::Removed { .. }
            | Event::PlaybackBlocked { .. }
            | Event::PlaybackUnblocked { .. }
            | Event::SecondUse { .. }
            | Event::SecondUseSeen { .. }
            | Event::PresenceReported { .. }
            | Event::IdentityChecked { .. }
            | Event::RecorderFaultLapsed { .. }
            | Event::RoomClosed { .. }
            | Event::Continuity { .. }
            | Event::DevicesOff { .. }
            | Event::TaskTaken { .. }
            | Event::NoteWritten { .. }
            | Event::NoteCorrected { .. }
            | Event::Spoke { .. }
            | Event::Called { .. }
            | Event::CallEnded { .. }
            | Event::RoomLocked { .. }
            | Event::Encrypts { .. }
            | Event::PointerMoved { .. } => Line::Hash,
        }
    }

    /// Who plays something is the court's to know; that it was played is told to whom it was shown.
    fn devices(&self, seat: SeatId, devices: &[DeviceKind]) -> Line {
        let played = devices.iter().any(|device| device.is_played());
        whole_if(if played { self.is_own(seat) } else { self.sees(seat) })
    }

    fn paper(&self, event: &Event) -> Line {
        match event {
            Event::ExhibitReceived { exhibit, .. }
            | Event::ExhibitSubmitted { exhibit }
            | Event::ExhibitRuled { exhibit, .. } => whole_if(self.handed_in(*exhibit)),
            Event::ExhibitShown { exhibit, to, .. } => {
                // To whom it was shown beside them is the court's business.
                let alone = to.is_none() || self.handed_in(*exhibit);
                if !self.is_shown(self.after) { Line::Hash } else { whole_or_kind(alone) }
            }
            Event::ExhibitPage { .. } | Event::ExhibitPointed { .. } | Event::ExhibitPlayed { .. } => {
                whole_if(self.is_shown(self.after))
            }
            Event::ExhibitStopped { .. } => whole_if(self.is_shown(self.before)),
            _ => Line::Hash,
        }
    }

    /// Whether the recorded track is the recipient's: they would have heard or seen it in the courtroom. What was played
    /// to them they have as the exhibit itself; the track may hold what was played to others.
    #[must_use]
    pub fn has(&self, track: TrackId) -> bool {
        let Some(seat) = self.after.seats.get(&track.seat) else { return false };
        let withheld = self.after.withheld(seat, &self.seat());
        let kept = if track.device.is_audio() { withheld.voice } else { withheld.picture };
        !kept && !track.device.is_played()
    }

    /// The exhibits whose files are the recipient's: what is shown to them at this moment, and what they handed in.
    #[must_use]
    pub fn reads(&self) -> BTreeSet<ExhibitId> {
        let all = self.after.exhibits.all.keys().copied();
        let shown = self.after.exhibits.shown.as_ref().map(|shown| shown.exhibit).filter(|_| self.is_shown(self.after));
        all.filter(|id| self.handed_in(*id) || shown == Some(*id)).collect()
    }

    /// Whether nobody who sits at the point is kept from the recipient.
    fn may_name(&self, point: PointId) -> bool {
        let there = |seat: &&Seat| self.after.point_of(seat) == Some(point);
        self.after.seats.values().filter(there).all(|seat| self.knows(seat.id))
    }

    fn own(&self) -> impl Iterator<Item = &'a Seat> {
        let (after, person) = (self.after, self.person);
        after.seats.values().filter(move |seat| after.people(seat).any(|one| one.id == person))
    }

    fn is_own(&self, seat: SeatId) -> bool {
        self.own().any(|own| own.id == seat)
    }

    /// Whether the recipient may know of what this seat does at all.
    fn knows(&self, seat: SeatId) -> bool {
        let Some(seat) = self.after.seats.get(&seat) else { return false };
        self.is_own(seat.id) || !self.after.withheld(seat, &self.seat()).anything()
    }

    /// As [`Copy::knows`], of what is done in the courtroom: before or after, so that coming and going are told.
    fn sees(&self, seat: SeatId) -> bool {
        let there = |hearing: &Hearing| {
            hearing.seats.get(&seat).is_some_and(|seat| seat.room == Room::Courtroom && seat.private.is_none())
        };
        self.is_own(seat) || (self.knows(seat) && (there(self.before) || there(self.after)))
    }

    fn signal(&self, event: &Event) -> Line {
        match event {
            Event::Signalled { signal, .. }
            | Event::SignalNamed { signal, .. }
            | Event::SignalAnswered { signal, .. } => whole_if(self.pressed(*signal)),
            _ => Line::Hash,
        }
    }

    fn pressed(&self, signal: SignalId) -> bool {
        self.after.signals.get(&signal).is_some_and(|signal| self.is_own(signal.seat))
    }

    fn handed_in(&self, exhibit: ExhibitId) -> bool {
        self.after.exhibits.all.get(&exhibit).is_some_and(|exhibit| self.is_own(exhibit.seat))
    }

    fn is_shown(&self, hearing: &Hearing) -> bool {
        self.own().any(|own| hearing.seats.get(&own.id).is_some_and(|own| hearing.is_shown_to(own)))
    }

    /// The recipient as one who sits in the courtroom.
    fn seat(&self) -> Seat {
        let seat = Seat::new(SeatId(u16::MAX), Occupant::Person { person: self.person });
        Seat { room: Room::Courtroom, admitted: true, ..seat }
    }
}

fn whole_if(told: bool) -> Line {
    if told { Line::Whole } else { Line::Hash }
}

fn whole_or_kind(whole: bool) -> Line {
    if whole { Line::Whole } else { Line::Kind }
}
